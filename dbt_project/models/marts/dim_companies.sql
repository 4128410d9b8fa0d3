-- Companies of the CRM, of imported files, and those only named by people.
-- grain: company_id
with active_members as (

    select distinct activities.member_id
    from {{ ref('int_member_activities') }} as activities
    cross join {{ ref('stg_run__parameters') }} as parameters
    where
        activities.local_date between {{ add_days('parameters.as_of_date', -89) }}
        and parameters.as_of_date
        and activities.category in ('event', 'share')
        and activities.activity_type <> 'no_show'

),

members_counted as (

    select
        members.company_id,
        count(*) as member_count,
        count(active_members.member_id) as active_member_count
    from {{ ref('int_members_resolved') }} as members
    left join active_members on members.member_id = active_members.member_id
    where members.company_id is not null and not members.is_bot and not members.is_internal
    group by members.company_id

)

select
    companies.company_id,
    companies.name,
    companies.corporate_number,
    companies.domain,
    companies.industry,
    companies.is_customer,
    companies.contract_status,
    companies.products,
    coalesce(members_counted.member_count, 0) as member_count,
    coalesce(members_counted.active_member_count, 0) as active_member_count
from {{ ref('int_companies') }} as companies
left join members_counted on companies.company_id = members_counted.company_id
