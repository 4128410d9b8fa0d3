"""dim_companies: companies and how many of our people work there."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._words import filled_from, holds, unique

QUERY = """
    WITH members AS (
        SELECT company_id, count(*) AS member_count
        FROM marts.dim_members
        WHERE NOT is_bot AND NOT is_internal
        GROUP BY company_id
    ),
    several AS (
        SELECT company_id
        FROM intermediate.int_company_aliases
        GROUP BY company_id
        HAVING count(DISTINCT corporate_number) > 1
    )
    SELECT
        companies.company_id,
        companies.corporate_number,
        companies.company_id NOT IN (SELECT company_id FROM several)
            AS has_one_number,
        companies.member_count = coalesce(members.member_count, 0) AS members_add_up,
        companies.active_member_count <= companies.member_count
            AS active_is_part_of_all
    FROM marts.dim_companies AS companies
    LEFT JOIN members ON companies.company_id = members.company_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_companies"),
        unique("company_id", "one row per company"),
        unique("corporate_number", "one 法人番号, one company"),
        holds("has_one_number", "companies of two numbers are one"),
        holds("members_add_up", "companies and the unknown make up dim_members"),
        holds("active_is_part_of_all", "more active members than members"),
    ]
