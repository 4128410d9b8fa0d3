"""member_accounts: every account belongs to one person, and to one who can be real.

The rules that keep people apart are applied in pipelines/identity; here their outcome
is counted again, from the tables alone.
"""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import UNSTATED_AT_A_SOURCE
from pipelines.expectations._words import as_many_as, between_0_and_1, holds, unique
from pipelines.identity.policy import (
    CLAIMED_EMAIL_SOURCES,
    CRM_CONTACT,
    MANUAL,
    MAX_CLUSTER_SIZE,
    RENAMED,
    UNSTABLE_ID_SOURCES,
    VERIFIED_EMAIL,
)

BY_HAND_OR_CRM = {MANUAL.name, CRM_CONTACT.name, RENAMED.name}
STATED = BY_HAND_OR_CRM | {VERIFIED_EMAIL.name}


def _listed(values: set[str] | frozenset[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


QUERY = f"""
    WITH accounts AS (
        SELECT
            member_accounts.account_id,
            member_accounts.member_id,
            member_accounts.source,
            member_accounts.link_rule,
            member_accounts.link_probability,
            member_accounts.linked_at,
            member_accounts.is_manual,
            coalesce(flags.is_bot, accounts.is_bot) AS is_bot,
            member_accounts.source NOT IN ({_listed(UNSTABLE_ID_SOURCES)})
            AND lower(member_accounts.account_id)
                IS DISTINCT FROM member_accounts.source || ':' || lower(accounts.email)
                AS is_stable_id,
            CASE
                WHEN accounts.email_is_verified
                    AND member_accounts.source NOT IN ({_listed(CLAIMED_EMAIL_SOURCES)})
                    THEN regexp_replace(lower(accounts.email), '[+].*@', '@')
            END AS address
        FROM marts.member_accounts AS member_accounts
        LEFT JOIN intermediate.int_accounts AS accounts
            ON member_accounts.account_id = accounts.account_id
        LEFT JOIN identity.account_flags AS flags
            ON member_accounts.account_id = flags.account_id
    ),
    shared AS (
        SELECT DISTINCT addresses.domain
        FROM (
            SELECT DISTINCT split_part(address, '@', 2) AS domain FROM accounts
        ) AS addresses
        INNER JOIN seeds.shared_domains AS shared
            ON '.' || addresses.domain LIKE '%.' || shared.domain
            AND shared.kind <> 'suffix'
    ),
    colleagues AS (
        SELECT member_id
        FROM accounts
        WHERE split_part(address, '@', 2) NOT IN (SELECT domain FROM shared)
        GROUP BY member_id, split_part(address, '@', 2)
        HAVING count(DISTINCT address) > 1
    ),
    at_sources AS (
        SELECT
            member_id,
            max(unstated) AS unstated
        FROM (
            SELECT
                member_id,
                count(*) FILTER (link_rule NOT IN ({_listed(STATED)})) AS unstated
            FROM accounts
            WHERE is_stable_id
            GROUP BY member_id, source
        ) AS counted
        GROUP BY member_id
    ),
    members AS (
        SELECT
            member_id,
            count(*) AS account_count,
            bool_or(is_manual) AS is_by_hand,
            bool_or(link_rule IN ({_listed(BY_HAND_OR_CRM)})) AS is_by_hand_or_crm,
            bool_or(is_bot) = bool_and(is_bot) AS is_of_one_kind
        FROM accounts
        GROUP BY member_id
    )
    SELECT
        accounts.account_id,
        accounts.link_probability,
        accounts.linked_at <= getvariable('clock') AS is_linked_by_now,
        CASE WHEN NOT members.is_by_hand THEN members.account_count END
            AS accounts_of_the_person,
        CASE WHEN NOT members.is_by_hand THEN at_sources.unstated END
            AS unstated_at_a_source,
        members.is_by_hand_or_crm OR accounts.member_id NOT IN (
            SELECT member_id FROM colleagues
        ) AS has_one_address_at_an_employer,
        members.is_of_one_kind
    FROM accounts
    INNER JOIN members ON accounts.member_id = members.member_id
    LEFT JOIN at_sources ON accounts.member_id = at_sources.member_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "intermediate.int_accounts"),
        unique("account_id", "an account belongs to one person"),
        between_0_and_1("link_probability", "a probability"),
        holds("is_linked_by_now", "linked after the run's clock"),
        gxe.ExpectColumnValuesToBeBetween(
            column="accounts_of_the_person",
            max_value=MAX_CLUSTER_SIZE,
            meta={"reason": "nobody has so many accounts: a key that many share"},
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="unstated_at_a_source",
            max_value=UNSTATED_AT_A_SOURCE,
            meta={"reason": "ids of one source are people until something says else"},
        ),
        holds(
            "has_one_address_at_an_employer",
            "two verified addresses at one employer are two colleagues",
        ),
        holds("is_of_one_kind", "a program and a person are one"),
    ]
