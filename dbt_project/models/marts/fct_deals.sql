-- Deals with the community activity of the company's people before them. A touch is an
-- event or share activity of somebody who worked there on that day; employees of ours,
-- bots and no-shows are none. Association, not cause.
-- grain: deal_id
with deals as (

    select * from {{ ref('int_deals') }}

),

touches as (

    select
        activities.company_id,
        activities.local_date,
        count(*) as touch_count
    from {{ ref('int_member_activities') }} as activities
    where
        activities.company_id is not null
        and activities.category in ('event', 'share')
        and activities.activity_type <> 'no_show'
        and not activities.is_future
        and not activities.is_internal
        and not activities.is_bot
    group by activities.company_id, activities.local_date

),

counted as (

    select
        deals.deal_id,
        sum(case when touches.local_date < deals.created_date then touches.touch_count end)
            as touches_before_created,
        sum(
            case
                when touches.local_date < coalesce(
                    deals.closed_date, {{ add_days('parameters.as_of_date', 1) }}
                )
                    then touches.touch_count
            end
        ) as touches_before_closed,
        min(touches.local_date) as first_touch_date,
        max(touches.local_date) as last_touch_date
    from deals
    cross join {{ ref('stg_run__parameters') }} as parameters
    inner join touches on deals.company_id = touches.company_id
    where
        touches.local_date < coalesce(
            deals.closed_date, {{ add_days('parameters.as_of_date', 1) }}
        )
    group by deals.deal_id

)

select
    deals.deal_id,
    deals.source,
    deals.company_id,
    deals.amount,
    deals.currency,
    cast(deals.amount_jpy as decimal(18, 2)) as amount_jpy,
    deals.stage,
    deals.created_date,
    deals.closed_date,
    deals.is_won,
    deals.is_closed,
    deals.owner,
    cast(coalesce(counted.touches_before_created, 0) as bigint) as touches_before_created,
    cast(coalesce(counted.touches_before_closed, 0) as bigint) as touches_before_closed,
    counted.first_touch_date,
    counted.last_touch_date
from deals
left join counted on deals.deal_id = counted.deal_id
