"""What can only be seen among the others: how rare something is, who acts with whom.

Written in SQL, for it groups and joins a million accounts. Makes the table `accounts`
that the model (model.py) compares.
"""

from typing import Final

import duckdb
import pandas as pd

from pipelines.identity import clusters, policy

# A key shared by more people than this tells nothing and is too dear to compare.
LARGEST_BLOCK: Final = 30

# Behaviour: what part of all that one side did was done together with the other.
MOSTLY, OFTEN, HALF, HARDLY = 0.3, 0.1, 0.5, 0.02


def tabulate(
    connection: duckdb.DuckDBPyConnection,
    features: pd.DataFrame,
    labels: clusters.Positions,
    together: pd.DataFrame,
) -> None:
    """Creates the tables `accounts` and <column>_frequencies in the connection.

    features: from `features.of_accounts`
    labels:   per account the person as known so far (the position of one account)
    together: a, b, n: pairs of positions seen to act as one, and how often
    """
    connection.register("features", features.assign(id=features.index, person=labels))
    connection.register("seen", together[["a", "b", "n"]])
    for statement in _STATEMENTS:
        connection.execute(statement)


def _list(column: str) -> str:
    return (
        f"list_filter(string_split({column}, chr(31)), lambda x: x <> '') AS {column}"
    )


def _rounded(frequency: str) -> str:
    """SQL: to a power of two, so that a newcomer elsewhere changes no probability."""
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
        SELECT {key}, any_value({parts}) AS parts, count(DISTINCT person) AS people
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
            list_distinct([login_spelling, mailbox_spelling]), lambda x: length(x) > 5
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
    *(
        _frequencies_of_names(*columns)
        for columns in (("name_key", "name_parts"), ("sound_key", "sound_parts"))
    ),
    *(_frequencies_of(column) for column in ("company", "domain")),
    # Handles, mailboxes and nicknames, and how many people use each. One that is long
    # or numbered, and no name, is hardly thought of twice.
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
    """
    CREATE OR REPLACE TABLE words_held AS
    WITH name_words AS (
        SELECT DISTINCT unnest(name_sounds) AS word FROM described
    )
    SELECT
        words_of.word,
        (
            length(words_of.word) >= 8
            OR length(words_of.word) >= 6 AND regexp_matches(words_of.word, '[0-9]')
        )
        AND length(regexp_replace(words_of.word, '[0-9]', '', 'g')) >= 3
        AND count(DISTINCT words_of.person) <= 4
        AND bool_and(name_words.word IS NULL) AS is_telling
    FROM words_of
    LEFT JOIN name_words
        ON regexp_replace(words_of.word, '[0-9]+$', '') = name_words.word
    GROUP BY words_of.word
    """,
    """
    CREATE OR REPLACE TABLE keys_of AS
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
    FROM words_of INNER JOIN words_held USING (word)
    GROUP BY id
    """,
    # Behaviour between people: both directions, and the part it is of all one did.
    """
    CREATE OR REPLACE TABLE seen_together AS
    WITH people AS (
        SELECT one.person AS one, other.person AS other, coalesce(seen.n, 1) AS n
        FROM seen
        INNER JOIN described AS one ON seen.a = one.id
        INNER JOIN described AS other ON seen.b = other.id
    ), both_ways AS (
        SELECT one, other, n FROM people
        UNION ALL
        SELECT other AS one, one AS other, n FROM people WHERE one <> other
    ), totals AS (
        SELECT one, sum(n) AS n FROM both_ways GROUP BY one
    ), between_two AS (
        SELECT
            both_ways.one,
            both_ways.other,
            sum(both_ways.n) / any_value(totals.n) AS part
        FROM both_ways INNER JOIN totals USING (one)
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
    """,
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
    # A domain under one full name is that person's own; under several, an employer's.
    """
    CREATE OR REPLACE TABLE own_domains AS
    SELECT domain_word FROM described WHERE length(domain_word) >= 5
    GROUP BY domain_word HAVING count(DISTINCT name_key) <= 1
    """,
    """
    CREATE OR REPLACE TABLE compared AS
    SELECT
        described.* EXCLUDE
            (login, mailbox, nickname, login_spelling, mailbox_spelling),
        CASE WHEN own_domains.domain_word IS NULL THEN []
            ELSE [own_domains.domain_word] END AS domain_words,
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
        coalesce(behaviour_of.devoted_to, []) AS devoted_to
    FROM described
    LEFT JOIN keys_of ON described.id = keys_of.id
    LEFT JOIN own_domains ON described.domain_word = own_domains.domain_word
    LEFT JOIN behaviour_of ON described.person = behaviour_of.person
    """,
    # Blocking rules: two accounts are compared when they share one of these.
    f"""
    CREATE OR REPLACE TABLE blocks AS
    WITH all_blocks AS (
        SELECT id, person, 'name ' || name_key AS block FROM compared
        WHERE name_key IS NOT NULL
        UNION ALL
        SELECT id, person, 'sound ' || unnest(spellings) FROM compared
        UNION ALL
        SELECT id, person, 'sound ' || unnest(handle_spellings) FROM compared
        UNION ALL
        SELECT id, person, 'sound ' || unnest(spellings) || ' at ' || company
        FROM compared WHERE company IS NOT NULL
        UNION ALL
        SELECT id, person, 'sound ' || unnest(spellings) || ' at ' || domain
        FROM compared WHERE domain IS NOT NULL
        UNION ALL
        SELECT id, person, 'word ' || unnest(telling_keys || plain_keys) FROM compared
        UNION ALL
        SELECT id, person, 'domain ' || unnest(domain_words || logins) FROM compared
        UNION ALL
        SELECT id, person, 'address ' || claimed_address FROM compared
        WHERE claimed_address IS NOT NULL
        UNION ALL
        SELECT id, person, 'met ' || unnest(met) FROM compared
        UNION ALL
        SELECT id, person, 'devoted ' || unnest(devoted_to) FROM compared
    ), sizes AS (
        SELECT block, count(DISTINCT person) AS people FROM all_blocks GROUP BY block
    )
    SELECT all_blocks.id, list(DISTINCT all_blocks.block) AS blocks
    FROM all_blocks INNER JOIN sizes USING (block)
    WHERE sizes.people BETWEEN 2 AND {LARGEST_BLOCK}
    GROUP BY all_blocks.id
    """,
    """
    CREATE OR REPLACE TABLE accounts AS
    SELECT compared.*, blocks.blocks FROM compared INNER JOIN blocks USING (id)
    """,
]
