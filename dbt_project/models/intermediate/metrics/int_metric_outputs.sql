-- Published items that metrics count: reposts, employees and bots are left out, and what
-- is dated after the as-of day.
-- grain: output_id
{{ config(materialized='view') }}

select
    outputs.output_id,
    outputs.member_id,
    outputs.company_id,
    outputs.type as output_type,
    outputs.event_id,
    outputs.local_date as published_date
from {{ ref('fct_outputs') }} as outputs
inner join {{ ref('int_metric_members') }} as members
    on outputs.member_id = members.member_id
cross join {{ ref('stg_run__parameters') }} as parameters
where
    outputs.type <> 'repost'
    and outputs.local_date <= parameters.as_of_date
