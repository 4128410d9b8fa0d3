-- Where each person worked when: the statements of all their accounts as one history
-- without overlap. Of statements about the same day a dated affiliation comes first, then
-- the CRM, then what an account says, then its address; then the one that began last.
-- A day without a statement, or with one that there is no company, stays unknown.
-- grain: member_id, valid_from (both days inclusive; valid_to null means still)
with statements as (

    select
        account_members.member_id,
        affiliations.company_id,
        affiliations.valid_from,
        coalesce(affiliations.valid_to, cast('9999-12-31' as date)) as valid_to,
        affiliations.known_since,
        affiliations.evidence,
        case affiliations.evidence
            when 'affiliation' then 1
            when 'crm' then 2
            when 'account' then 3
            else 4
        end as evidence_rank
    from {{ ref('int_account_affiliations') }} as affiliations
    inner join {{ ref('account_members') }} as account_members
        on affiliations.account_id = account_members.account_id

),

boundaries as (

    select member_id, valid_from as segment_from
    from statements

    union

    select member_id, {{ add_days('valid_to', 1) }} as segment_from
    from statements
    where valid_to < cast('9999-12-31' as date)

),

segments as (

    select
        member_id,
        segment_from,
        coalesce(
            {{ add_days(
                'lead(segment_from) over (partition by member_id order by segment_from)', -1
            ) }},
            cast('9999-12-31' as date)
        ) as segment_to
    from boundaries

),

chosen as (

    select
        segments.member_id,
        segments.segment_from,
        segments.segment_to,
        statements.company_id,
        statements.known_since,
        statements.evidence
    from segments
    inner join statements
        on
            segments.member_id = statements.member_id
            and segments.segment_from between statements.valid_from and statements.valid_to
    qualify row_number() over (
        partition by segments.member_id, segments.segment_from
        order by
            statements.evidence_rank,
            statements.valid_from desc,
            statements.known_since desc,
            statements.company_id
    ) = 1

),

marked as (

    select
        *,
        case
            when
                lag(company_id) over (partition by member_id order by segment_from)
                = company_id
                and lag(segment_to) over (partition by member_id order by segment_from)
                = {{ add_days('segment_from', -1) }}
                then 0
            else 1
        end as is_new_stay
    from chosen

),

stays as (

    select
        *,
        sum(is_new_stay) over (
            partition by member_id
            order by segment_from
            rows between unbounded preceding and current row
        ) as stay
    from marked

)

select
    member_id,
    min(company_id) as company_id,
    min(segment_from) as valid_from,
    nullif(max(segment_to), cast('9999-12-31' as date)) as valid_to,
    min(known_since) as known_since,
    {{ sorted_list('evidence') }} as evidence
from stays
where company_id <> 'none'
group by member_id, stay
