-- Who is where: per company and each of the last 13 month ends its members, the active
-- ones, those who could speak for the community, and its contacts in the CRM. A member is
-- seen by some other source than the CRM or the organiser's own lists; a company_id that
-- is empty holds those whose company nobody knows.
-- grain: period_start, company_id

with months as (

    select *
    from {{ ref('int_metric_periods') }}
    where period_grain = 'month' and is_recent

),

accounts as (

    select
        account_members.member_id,
        {{ local_date('int_accounts.first_seen_at', 'parameters.timezone') }} as seen_date,
        int_accounts.crm_contact_id is not null or coalesce(source_kinds.kind = 'crm', false)
            as is_contact,
        coalesce(source_kinds.kind = 'in-house', false) as is_listed
    from {{ ref('int_accounts') }} as int_accounts
    inner join {{ ref('account_members') }} as account_members
        on int_accounts.account_id = account_members.account_id
    left join {{ ref('source_kinds') }} as source_kinds
        on int_accounts.source = source_kinds.source
    cross join {{ ref('stg_run__parameters') }} as parameters

),

people as (

    select
        accounts.member_id,
        min(case when accounts.is_contact then accounts.seen_date end) as contact_since,
        min(case when not accounts.is_contact and not accounts.is_listed then accounts.seen_date end)
            as member_since
    from accounts
    inner join {{ ref('int_metric_members') }} as members
        on accounts.member_id = members.member_id
    group by accounts.member_id

),

affiliations as (

    select
        member_id,
        company_id,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
    from {{ ref('int_member_affiliations') }}

),

active_days as (

    select distinct
        member_id,
        local_date
    from {{ ref('int_metric_activities') }}

),

-- Cut at the next activity, so that a member has one piece at most on any day.
pieces as (

    select
        member_id,
        local_date as from_date,
        least(
            {{ add_days('local_date', 180) }},
            lead(local_date) over (partition by member_id order by local_date)
        ) as until_date
    from active_days

),

present as (

    select
        months.period_start,
        months.through_date,
        people.member_id,
        affiliations.company_id,
        coalesce(people.contact_since <= months.through_date, false) as is_contact,
        coalesce(people.member_since <= months.through_date, false) as is_member
    from months
    inner join people
        on least(people.contact_since, people.member_since) <= months.through_date
    left join affiliations
        on
            people.member_id = affiliations.member_id
            and months.through_date between affiliations.valid_from and affiliations.valid_to

),

judged as (

    select
        present.period_start,
        present.company_id,
        present.is_contact,
        present.is_member,
        coalesce({{ days_between('pieces.from_date', 'present.through_date') }} < 90, false)
            as is_active,
        coalesce(
            pieces.member_id is not null and scores.stage in ('active', 'candidate', 'star'),
            false
        ) as is_champion
    from present
    left join pieces
        on
            present.member_id = pieces.member_id
            and present.through_date >= pieces.from_date
            and present.through_date < pieces.until_date
    left join {{ ref('int_metric_scores') }} as scores
        on
            present.member_id = scores.member_id
            and present.period_start = scores.period_start

)

select
    period_start,
    company_id,
    count(*) filter (where is_member) as member_count,
    count(*) filter (where is_member and is_active) as active_member_count,
    count(*) filter (where is_member and is_champion) as champion_count,
    count(*) filter (where is_contact) as contact_count,
    count(*) filter (where is_contact and is_member) as registered_contact_count
from judged
group by period_start, company_id
