-- Who worked where when, without overlap: the history behind every company_id of a fact.
-- grain: member_id, company_id, valid_from
select
    member_id,
    company_id,
    valid_from,
    valid_to,
    known_since,
    evidence
from {{ ref('int_member_affiliations') }}
