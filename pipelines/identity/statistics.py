"""How rare things are: frequencies of names and employers, words that many people use.

Taken from all accounts once and kept in <DATA>/identity/: a newcomer changes nobody's
probability. Taken anew when the community has doubled, or with the folder gone.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.identity import policy

FOLDER: Final = Path("identity") / "statistics"

# Columns whose frequency Splink asks for.
COLUMNS: Final = ("name_key", "sound_key", "company", "domain")
_TABLES: Final = (
    *(f"{column}_frequencies" for column in COLUMNS),
    *("common_words", "name_words", "employers_words", "population"),
)


@dataclass(frozen=True)
class Statistics:
    """One table each.

    <column>_frequencies: key, tf for name_key, sound_key, company, domain
    common_words:    key of what more than four people use as handle or mailbox
    name_words:      key of a surname or given name as it sounds
    employers_words: key of the first part of a domain with several full names
    population:      accounts, people, people_at (a company), people_mailing (a domain)

    A key is a hash: nobody's name outlives the account here.
    """

    tables: dict[str, pa.Table]

    @property
    def accounts(self) -> int:
        """How many there were."""
        count: int = self.tables["population"]["accounts"][0].as_py()
        return count

    @property
    def people(self) -> int:
        """How many people they seemed to be, by the rules alone."""
        count: int = self.tables["population"]["people"][0].as_py()
        return count


def read(data: Path, version: str) -> Statistics | None:
    """Those of a data folder; None when there are none of this version."""
    folder = data / FOLDER
    try:
        if (folder / "version").read_text(encoding="utf-8") != version:
            return None
        return Statistics(
            {name: pq.read_table(folder / f"{name}.parquet") for name in _TABLES}
        )
    except (OSError, pa.ArrowInvalid):
        return None


def write(statistics: Statistics, folder: Path, version: str) -> None:
    """Writes one file a table into a new folder. version: of the code that took them"""
    folder.mkdir(parents=True)
    for name, table in statistics.tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    (folder / "version").write_text(version, encoding="utf-8")


def take(connection: duckdb.DuckDBPyConnection) -> Statistics:
    """From the tables `described` and `words_of` (community.py) of all accounts."""
    for statement in _STATEMENTS:
        connection.execute(statement)
    kept = {
        f"{column}_frequencies": f"hash({column}) AS key, tf_{column} AS tf"
        for column in COLUMNS
    } | {
        "common_words": "hash(word) AS key",
        "name_words": "hash(word) AS key",
        "employers_words": "hash(domain_word) AS key",
        "population": "*",
    }
    return Statistics(
        {
            name: connection.sql(f"SELECT {columns} FROM {name}").to_arrow_table()
            for name, columns in kept.items()
        }
    )


def use(connection: duckdb.DuckDBPyConnection, statistics: Statistics) -> None:
    """Creates the tables, with what is new since they were taken at its rarest."""
    for name, table in statistics.tables.items():
        connection.register(f"{name}_then", table)
        if not name.endswith("_frequencies"):
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM {name}_then")
    rarest = {
        "name_key": f"{policy.RAREST_NAME} / people",
        "sound_key": f"{policy.RAREST_NAME} / people",
        "company": "1 / greatest(people_at, 1)",
        "domain": "1 / greatest(people_mailing, 1)",
    }
    for column, frequency in rarest.items():
        connection.execute(f"""
            CREATE OR REPLACE TABLE {column}_frequencies AS
            SELECT
                now.{column},
                coalesce(known.tf, {_rounded(frequency)}) AS tf_{column}
            FROM (SELECT DISTINCT {column} FROM described) AS now
            CROSS JOIN population
            LEFT JOIN {column}_frequencies_then AS known
                ON hash(now.{column}) = known.key
            WHERE now.{column} IS NOT NULL
        """)


def _rounded(frequency: str) -> str:
    """SQL: to a power of two; what is about as rare counts the same."""
    return f"pow(2, round(log2({frequency})))"


def _frequencies_of(column: str) -> str:
    """SQL: which part of the people who have a value have this one."""
    frequency = "count(DISTINCT person) / any_value(people)"
    return f"""
    CREATE OR REPLACE TABLE {column}_frequencies AS
    SELECT {column}, {_rounded(frequency)} AS tf_{column}
    FROM described
    CROSS JOIN (
        SELECT count(DISTINCT person) AS people FROM described
        WHERE {column} IS NOT NULL
    )
    WHERE {column} IS NOT NULL
    GROUP BY {column}
    """


def _frequencies_of_names(key: str, parts: str) -> str:
    """SQL: how rare full names are.

    The parts are drawn independently of each other, so that two rare parts make a rarer
    name than one sees by counting whole names.
    """
    frequency = f"""greatest(
        CASE WHEN part_count > 1 THEN by_parts.frequency
            ELSE names.people / population.people END,
        {policy.RAREST_NAME} / population.people
    )"""
    return f"""
    CREATE OR REPLACE TABLE {key}_frequencies AS
    WITH names AS (
        SELECT {key}, min({parts}) AS parts, count(DISTINCT person) AS people
        FROM described WHERE {key} IS NOT NULL GROUP BY {key}
    ), parts AS (
        SELECT {key}, unnest(list_distinct(parts)) AS part FROM names
    ), part_frequencies AS (
        SELECT part, count(*) / (SELECT count(*) FROM names) AS frequency
        FROM parts GROUP BY part
    ), by_parts AS (
        SELECT
            parts.{key},
            count(*) AS part_count,
            exp(sum(ln(frequency))) AS frequency
        FROM parts INNER JOIN part_frequencies USING (part)
        GROUP BY parts.{key}
    ), population AS (
        SELECT count(DISTINCT person) AS people FROM described
    )
    SELECT names.{key}, {_rounded(frequency)} AS tf_{key}
    FROM names
    LEFT JOIN by_parts ON names.{key} = by_parts.{key}
    CROSS JOIN population
    """


_STATEMENTS: Final = [
    _frequencies_of_names("name_key", "name_parts"),
    _frequencies_of_names("sound_key", "sound_parts"),
    _frequencies_of("company"),
    _frequencies_of("domain"),
    """
    CREATE OR REPLACE TABLE common_words AS
    SELECT word FROM words_of GROUP BY word HAVING count(DISTINCT person) > 4
    """,
    """
    CREATE OR REPLACE TABLE name_words AS
    SELECT DISTINCT unnest(name_sounds) AS word FROM described
    """,
    """
    CREATE OR REPLACE TABLE employers_words AS
    SELECT domain_word FROM described WHERE length(domain_word) >= 5
    GROUP BY domain_word HAVING count(DISTINCT name_key) > 1
    """,
    """
    CREATE OR REPLACE TABLE population AS
    SELECT
        count(*) AS accounts,
        count(DISTINCT person) AS people,
        count(DISTINCT person) FILTER (company IS NOT NULL) AS people_at,
        count(DISTINCT person) FILTER (domain IS NOT NULL) AS people_mailing
    FROM described
    """,
]
