"""The table of accounts that the model compares, and which of them it compares.

Written in SQL, for it joins a million accounts. Everything depends on the accounts
themselves, on the statistics (statistics.py) and on who acts with whom.
"""

from typing import Final

import duckdb
import pandas as pd
import pyarrow as pa

from pipelines.identity import clusters, policy, statistics
from pipelines.identity.features import of_accounts
from pipelines.identity.statistics import Statistics
from pipelines.workspace import DBT_PROJECT

# Lists that features and rules read.
SEEDS: Final = tuple(
    DBT_PROJECT / "seeds" / f"{name}.csv" for name in ("shared_domains", "no_companies")
)

# What more accounts than this share tells nothing and is too dear to compare.
LARGEST_BLOCK: Final = 60

# Behaviour: what part of all that one side did was done together with the other.
MOSTLY, OFTEN, HALF, HARDLY = 0.3, 0.1, 0.5, 0.02


def describe(
    connection: duckdb.DuckDBPyConnection,
    features: pd.DataFrame,
    labels: clusters.Positions,
) -> None:
    """Creates the tables `described`, `words_of` and `static_blocks`.

    features: from `features.of_accounts`
    labels:   per account the person as known so far (the position of one account)
    """
    connection.register("features", features.assign(id=features.index, person=labels))
    for statement in _DESCRIBING:
        connection.execute(statement)


def blocks_of(accounts: pd.DataFrame) -> pa.Table:
    """id, block of a few accounts; from `evidence.prepare`, people only."""
    with duckdb.connect(config={"threads": 2}) as connection:
        told = of_accounts(accounts)
        describe(connection, told, told.index.to_numpy())
        return blocks(connection)


def blocks(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """id, block (a hash) of all accounts described: equal blocks are compared."""
    return connection.table("static_blocks").to_arrow_table()


def tabulate(
    connection: duckdb.DuckDBPyConnection,
    numbers: Statistics,
    sizes: pa.Table | None,
    labels: pd.Series,
    together: pd.DataFrame,
) -> None:
    """Creates the table `accounts` of what has been described, and the frequencies.

    sizes:    block, accounts: where only a part of all accounts is described
    labels:   person by id, where it is known better by now
    together: a, b, n: ids seen to act as one, and how often
    """
    statistics.use(connection, numbers)
    connection.execute(_KEYS)
    if sizes is None:
        connection.execute(_SIZES)
    else:
        connection.register("sizes_then", sizes)
        connection.execute("CREATE OR REPLACE TABLE block_sizes AS FROM sizes_then")
    again(connection, labels, together)


def again(
    connection: duckdb.DuckDBPyConnection,
    labels: pd.Series,
    together: pd.DataFrame,
    *,
    only_seen: bool = False,
) -> None:
    """Creates the table `accounts` anew for other persons; only_seen: who has links."""
    connection.register(
        "persons_now", pd.DataFrame({"id": labels.index, "person": labels.to_numpy()})
    )
    connection.register("seen", together[["a", "b", "n"]])
    connection.execute("CREATE OR REPLACE TABLE persons AS FROM persons_now")
    if only_seen:
        connection.execute(_ONLY_SEEN)
    for statement in _COMPARING:
        connection.execute(statement)


def _list(column: str) -> str:
    return (
        f"list_filter(string_split({column}, chr(31)), lambda x: x <> '') AS {column}"
    )


_DESCRIBING: Final = [
    f"""
    CREATE OR REPLACE TABLE described AS
    SELECT
        id,
        person,
        nullif(name_key, '') AS name_key,
        regexp_matches(name_key, '\\p{{Han}}') AS is_in_kanji,
        {_list("name_parts")},
        {_list("spellings")},
        {_list("name_sounds")},
        nullif(sound_key, '') AS sound_key,
        {_list("sound_parts")},
        list_filter(
            list_distinct([login_spelling, mailbox_spelling, address_spelling]),
            lambda x: length(x) > 5
        ) AS handle_spellings,
        list_filter(
            list_distinct([login, mailbox, nickname]), lambda x: length(x) >= 4
        ) AS words,
        login,
        mailbox,
        nickname,
        login_spelling,
        mailbox_spelling,
        list_filter([login], lambda x: length(x) >= 5) AS logins,
        nullif(company, '') AS company,
        nullif(domain, '') AS domain,
        nullif(department, '') AS department,
        domain_word,
        is_spelling,
        nullif(claimed_address, '') AS claimed_address,
        seen_day
    FROM features
    """,
    """
    CREATE OR REPLACE TABLE words_of AS
    SELECT
        id,
        person,
        word,
        bool_or(len(list_filter(
            name_sounds,
            lambda sound: contains(word, sound) OR contains(spelling, sound)
        )) > 0) AS is_of_name
    FROM (
        SELECT
            id,
            person,
            name_sounds,
            unnest([login, mailbox, nickname]) AS word,
            unnest([login_spelling, mailbox_spelling, nickname]) AS spelling
        FROM described
    )
    WHERE length(word) >= 4
    GROUP BY id, person, word
    """,
    # Blocking rules: two accounts are compared when they share one of these.
    """
    CREATE OR REPLACE TABLE static_blocks AS
    SELECT DISTINCT id, hash(block) AS block
    FROM (
        SELECT id, 'name ' || name_key AS block FROM described
        WHERE name_key IS NOT NULL
        UNION ALL
        SELECT id, 'sound ' || unnest(spellings) FROM described
        UNION ALL
        SELECT id, 'sound ' || unnest(handle_spellings) FROM described
        UNION ALL
        SELECT id, 'sound ' || unnest(spellings) || ' at ' || company
        FROM described WHERE company IS NOT NULL
        UNION ALL
        SELECT id, 'sound ' || unnest(spellings) || ' at ' || domain
        FROM described WHERE domain IS NOT NULL
        UNION ALL
        SELECT id, 'word ' || word FROM words_of
        UNION ALL
        SELECT id, 'domain ' || unnest(logins) FROM described
        UNION ALL
        SELECT id, 'domain ' || domain_word FROM described
        WHERE length(domain_word) >= 5
        UNION ALL
        SELECT id, 'address ' || claimed_address FROM described
        WHERE claimed_address IS NOT NULL
    )
    """,
]

_ONLY_SEEN: Final = """
    DELETE FROM persons WHERE person NOT IN (
        SELECT persons.person
        FROM (SELECT a AS id FROM seen UNION SELECT b FROM seen)
        INNER JOIN persons USING (id)
    )
"""
_SIZES: Final = """
    CREATE OR REPLACE TABLE block_sizes AS
    SELECT block, count(*) AS accounts FROM static_blocks GROUP BY block
"""

# Handles, mailboxes and nicknames: one that is long or numbered, no name and not
# used by many is hardly thought of twice.
_KEYS: Final = """
    CREATE OR REPLACE TABLE keys_of AS
    WITH judged AS (
        SELECT
            words_of.id,
            words_of.word,
            words_of.is_of_name,
            (
                length(words_of.word) >= 8
                OR length(words_of.word) >= 6
                AND regexp_matches(words_of.word, '[0-9]')
            )
            AND length(regexp_replace(words_of.word, '[0-9]', '', 'g')) >= 3
            AND common_words.key IS NULL
            AND name_words.key IS NULL AS is_telling
        FROM words_of
        LEFT JOIN common_words ON hash(words_of.word) = common_words.key
        LEFT JOIN name_words
            ON hash(regexp_replace(words_of.word, '[0-9]+$', '')) = name_words.key
    )
    SELECT
        id,
        list(word ORDER BY word) FILTER (is_telling) AS telling_keys,
        list(word ORDER BY word) FILTER (NOT is_telling) AS plain_keys,
        list(word ORDER BY word) FILTER (is_telling AND NOT is_of_name)
            AS telling_beside_name,
        list(word ORDER BY word) FILTER (NOT is_telling AND NOT is_of_name)
            AS plain_beside_name,
        list(word ORDER BY word) FILTER (regexp_matches(word, '[0-9][0-9]'))
            AS numbered_keys
    FROM judged
    GROUP BY id
    """

_COMPARING: Final = [
    # Behaviour between people: both directions, and the part it is of all one did.
    """
    CREATE OR REPLACE TABLE seen_together AS
    WITH people AS (
        SELECT one.person AS one, other.person AS other, coalesce(seen.n, 1) AS n
        FROM seen
        INNER JOIN persons AS one ON seen.a = one.id
        INNER JOIN persons AS other ON seen.b = other.id
    ), both_ways AS (
        SELECT one, other, n FROM people
        UNION ALL
        SELECT other AS one, one AS other, n FROM people WHERE one <> other
    ), hubs AS (
        SELECT one AS other FROM both_ways
        GROUP BY one HAVING count(DISTINCT other) > MANY
    ), totals AS (
        SELECT
            one,
            sum(n) AS n,
            sum(n) FILTER (hubs.other IS NULL) AS n_beside_hubs
        FROM both_ways LEFT JOIN hubs USING (other)
        GROUP BY one
    ), between_two AS (
        SELECT
            both_ways.one,
            both_ways.other,
            sum(both_ways.n) / any_value(
                CASE WHEN hubs.other IS NULL THEN totals.n_beside_hubs ELSE totals.n END
            ) AS part
        FROM both_ways
        INNER JOIN totals USING (one)
        LEFT JOIN hubs ON both_ways.other = hubs.other
        WHERE both_ways.one <> both_ways.other
        GROUP BY both_ways.one, both_ways.other
    )
    SELECT
        here.one AS person,
        here.other,
        least(here.one, here.other) || '-' || greatest(here.one, here.other) AS edge,
        here.part,
        least(here.part, there.part) AS smaller,
        greatest(here.part, there.part) AS larger,
        -- with nobody else as much, on either side
        count(*) OVER (PARTITION BY here.one, here.part) = 1
        AND count(*) OVER (PARTITION BY here.other, there.part) = 1 AS is_untied
    FROM between_two AS here
    INNER JOIN between_two AS there
        ON here.one = there.other AND here.other = there.one
    """.replace("MANY", str(policy.MAX_CLUSTER_SIZE)),
    f"""
    CREATE OR REPLACE TABLE behaviour_of AS
    SELECT
        person,
        list(edge ORDER BY edge) FILTER (smaller >= {MOSTLY} AND is_untied) AS mostly,
        list(edge ORDER BY edge) FILTER (smaller >= {OFTEN} AND is_untied) AS often,
        list(edge ORDER BY edge) FILTER (smaller >= {OFTEN}) AS shared,
        list(edge ORDER BY edge)
            FILTER (larger >= {HALF} AND smaller >= {HARDLY}) AS half,
        list(edge ORDER BY edge) AS met,
        list(other ORDER BY other) FILTER (part >= {HALF}) AS devoted_to
    FROM seen_together
    GROUP BY person
    """,
    """
    CREATE OR REPLACE TABLE compared_blocks AS
    WITH shared_blocks AS (
        SELECT static_blocks.id, static_blocks.block
        FROM static_blocks
        INNER JOIN block_sizes USING (block)
        INNER JOIN persons USING (id)
        WHERE block_sizes.accounts BETWEEN 2 AND LARGEST
        UNION ALL
        SELECT persons.id, hash('met ' || met.edge)
        FROM persons
        INNER JOIN (SELECT person, unnest(met) AS edge FROM behaviour_of) AS met
            USING (person)
        UNION ALL
        SELECT persons.id, hash('devoted ' || devoted.other)
        FROM persons
        INNER JOIN (
            SELECT person, unnest(devoted_to) AS other FROM behaviour_of
        ) AS devoted
            USING (person)
        INNER JOIN (
            SELECT other FROM (SELECT unnest(devoted_to) AS other FROM behaviour_of)
            GROUP BY other HAVING count(*) BETWEEN 2 AND LARGEST
        ) AS partners
            ON devoted.other = partners.other
    )
    SELECT id, list(DISTINCT block) AS blocks FROM shared_blocks GROUP BY id
    """.replace("LARGEST", str(LARGEST_BLOCK)),
    # A domain under one full name is that person's own; under several, an employer's.
    """
    CREATE OR REPLACE TABLE accounts AS
    SELECT
        described.* EXCLUDE
            (person, login, mailbox, nickname, login_spelling, mailbox_spelling),
        persons.person,
        CASE
            WHEN length(described.domain_word) < 5 THEN []
            WHEN employers_words.key IS NULL THEN [described.domain_word]
            ELSE []
        END AS domain_words,
        coalesce(keys_of.telling_keys, []) AS telling_keys,
        coalesce(keys_of.plain_keys, []) AS plain_keys,
        coalesce(keys_of.telling_beside_name, []) AS telling_beside_name,
        coalesce(keys_of.plain_beside_name, []) AS plain_beside_name,
        coalesce(keys_of.numbered_keys, []) AS numbered_keys,
        behaviour_of.met IS NOT NULL AS is_seen,
        coalesce(behaviour_of.mostly, []) AS mostly,
        coalesce(behaviour_of.often, []) AS often,
        coalesce(behaviour_of.shared, []) AS shared,
        coalesce(behaviour_of.half, []) AS half,
        coalesce(behaviour_of.met, []) AS met,
        coalesce(behaviour_of.devoted_to, []) AS devoted_to,
        compared_blocks.blocks
    FROM described
    INNER JOIN compared_blocks ON described.id = compared_blocks.id
    INNER JOIN persons ON described.id = persons.id
    LEFT JOIN keys_of ON described.id = keys_of.id
    LEFT JOIN employers_words ON hash(described.domain_word) = employers_words.key
    LEFT JOIN behaviour_of ON persons.person = behaviour_of.person
    """,
]
