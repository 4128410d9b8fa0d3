-- Metric 56: source accounts that turned out to be one of several of some person, over all
-- accounts loaded, in this run. Programs are nobody's and colleagues are not counted.
-- grain: dimension, dimension_value
{{ config(materialized='view') }}

with linked as (

    select
        int_accounts.source,
        count(*) over (partition by account_members.member_id) > 1 as is_linked
    from {{ ref('account_members') }} as account_members
    inner join {{ ref('int_accounts') }} as int_accounts
        on account_members.account_id = int_accounts.account_id
    inner join {{ ref('int_members_resolved') }} as members
        on account_members.member_id = members.member_id
    where not members.is_bot and not members.is_internal

),

counted as (

    select
        'all' as dimension,
        'all' as dimension_value,
        count(*) filter (where is_linked) as linked_count,
        count(*) as account_count
    from linked

    union all

    select
        'source' as dimension,
        source as dimension_value,
        count(*) filter (where is_linked) as linked_count,
        count(*) as account_count
    from linked
    group by source

)

select
    'identity_match_rate' as metric_id,
    'run' as period_grain,
    parameters.as_of_date as period_start,
    parameters.as_of_date as period_end,
    true as is_complete,
    counted.dimension,
    counted.dimension_value,
    counted.linked_count / cast(counted.account_count as double) as value,
    cast(counted.linked_count as double) as numerator,
    cast(counted.account_count as double) as denominator,
    counted.account_count as n,
    cast(1 as double) as coverage
from counted
cross join {{ ref('stg_run__parameters') }} as parameters
where counted.account_count > 0
