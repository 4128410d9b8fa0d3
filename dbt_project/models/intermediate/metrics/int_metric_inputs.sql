-- Whether what a metric is made of is connected: any row at all is enough.
-- grain: input
{{ config(materialized='view') }}

with counted as (

    select 'members' as input, count(member_since) as row_count
    from {{ ref('int_metric_members') }}
    union all
    select 'activities' as input, count(*) as row_count
    from {{ ref('int_metric_activities') }}
    union all
    select 'event_activities' as input, count(*) as row_count
    from {{ ref('int_metric_activities') }}
    where channel = 'event'
    union all
    select 'share_activities' as input, count(*) as row_count
    from {{ ref('int_metric_activities') }}
    where channel = 'share'
    union all
    select 'affiliations' as input, count(company_id) as row_count
    from {{ ref('int_member_affiliations') }}
    union all
    select 'registrations' as input, count(*) as row_count
    from {{ ref('int_metric_event_counts') }}
    where is_held and has_audience
    union all
    select 'attendance' as input, count(*) as row_count
    from {{ ref('int_metric_event_counts') }}
    where is_attendance_taken
    union all
    select 'audience_attendance' as input, count(*) as row_count
    from {{ ref('int_metric_event_counts') }}
    where is_attendance_taken and has_audience
    union all
    select 'outputs' as input, count(*) as row_count
    from {{ ref('int_metric_outputs') }}
    union all
    select 'event_shares' as input, coalesce(sum(output_count), 0) as row_count
    from {{ ref('int_metric_event_counts') }}
    where is_attendance_taken
    union all
    select 'accounts' as input, count(*) as row_count
    from {{ ref('account_members') }}
    union all
    select 'member_links' as input, count(*) as row_count
    from {{ ref('int_metric_member_links') }}

)

select
    input,
    row_count > 0 as is_connected
from counted
