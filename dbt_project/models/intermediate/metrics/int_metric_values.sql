-- Every metric's values before small groups are suppressed. A new metric is one line.
-- grain: metric_id, period_grain, period_start, dimension, dimension_value

select * from {{ ref('int_metric_new_members') }}
union all
select * from {{ ref('int_metric_net_growth') }}
union all
select * from {{ ref('int_metric_companies_reached') }}
union all
select * from {{ ref('int_metric_active_rate') }}
union all
select * from {{ ref('int_metric_action_rate') }}
union all
select * from {{ ref('int_metric_heat') }}
union all
select * from {{ ref('int_metric_event_participation') }}
union all
select * from {{ ref('int_metric_event_rates') }}
union all
select * from {{ ref('int_metric_no_show_members') }}
union all
select * from {{ ref('int_metric_lead_times') }}
union all
select * from {{ ref('int_metric_second_visits') }}
union all
select * from {{ ref('int_metric_repeat_rate') }}
union all
select * from {{ ref('int_metric_cohort_retention') }}
union all
select * from {{ ref('int_metric_reactivated') }}
union all
select * from {{ ref('int_metric_score_levels') }}
union all
select * from {{ ref('int_metric_share_growth') }}
union all
select * from {{ ref('int_metric_output_counts') }}
union all
select * from {{ ref('int_metric_new_sharers') }}
union all
select * from {{ ref('int_metric_speakers') }}
union all
select * from {{ ref('int_metric_answers') }}
union all
select * from {{ ref('int_metric_contribution_share') }}
union all
select * from {{ ref('int_metric_cross_boundary') }}
union all
select * from {{ ref('int_metric_hit_rate') }}
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
union all
select * from {{ ref('int_metric_star_paths') }}
union all
select * from {{ ref('int_metric_stage_transitions') }}
union all
select * from {{ ref('int_metric_wg_health') }}
