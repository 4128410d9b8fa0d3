"""company_summary: each company's people and deals; parts within their whole."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._words import as_many_as, holds, unique

QUERY = """
    WITH members AS (
        SELECT
            members.company_id,
            count(*) AS member_count,
            sum(scores.event_points) AS event_points,
            sum(scores.share_points) AS share_points
        FROM marts.dim_members AS members
        LEFT JOIN marts.member_scores AS scores
            ON members.member_id = scores.member_id
        WHERE NOT members.is_bot AND NOT members.is_internal
        GROUP BY members.company_id
    )
    SELECT
        companies.company_id,
        companies.member_count = coalesce(members.member_count, 0) AS members_add_up,
        companies.event_points = coalesce(members.event_points, 0)
            AND companies.share_points = coalesce(members.share_points, 0)
            AS points_add_up,
        companies.active_member_count <= companies.member_count
            AS active_is_part_of_all,
        companies.star_count + companies.candidate_count <= companies.member_count
            AS stars_are_part_of_all,
        companies.open_deals_with_amount_count <= companies.open_deal_count
            AND companies.won_deals_with_amount_count <= companies.won_deal_count
            AS amounts_are_part_of_deals,
        (companies.is_champion_gap IS NOT NULL) = companies.has_active_contract
            AS gaps_are_of_contract_companies
    FROM marts.company_summary AS companies
    LEFT JOIN members ON companies.company_id = members.company_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "marts.dim_companies"),
        unique("company_id", "one row per company"),
        holds("members_add_up", "companies and the unknown make up dim_members"),
        holds("points_add_up", "the points of its members, exactly"),
        holds("active_is_part_of_all", "more active members than members"),
        holds("stars_are_part_of_all", "more stars and candidates than members"),
        holds("amounts_are_part_of_deals", "more deals with an amount than deals"),
        holds("gaps_are_of_contract_companies", "a gap is one of a contract company"),
    ]
