-- Every metric's values before small groups are suppressed. A new metric is one line.
-- grain: metric_id, period_grain, period_start, dimension, dimension_value

select * from {{ ref('int_metric_new_members') }}
union all
select * from {{ ref('int_metric_companies_reached') }}
union all
select * from {{ ref('int_metric_active_rate') }}
union all
select * from {{ ref('int_metric_event_participation') }}
union all
select * from {{ ref('int_metric_event_rates') }}
union all
select * from {{ ref('int_metric_repeat_rate') }}
union all
select * from {{ ref('int_metric_score_levels') }}
union all
select * from {{ ref('int_metric_share_growth') }}
union all
select * from {{ ref('int_metric_output_counts') }}
union all
select * from {{ ref('int_metric_identity_match_rate') }}
union all
select * from {{ ref('int_metric_coverage_rate') }}
union all
select * from {{ ref('int_metric_companies') }}
union all
select * from {{ ref('int_metric_event_business') }}
union all
select * from {{ ref('int_metric_in_house') }}
union all
select * from {{ ref('int_metric_referrals') }}
union all
select * from {{ ref('int_metric_at_risk_members') }}
union all
select * from {{ ref('int_metric_stars') }}
union all
select * from {{ ref('int_metric_candidates') }}
union all
select * from {{ ref('int_metric_days_to_star') }}
