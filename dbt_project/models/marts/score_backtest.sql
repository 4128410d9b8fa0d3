-- How well scores and models told, at past month ends, what members did next. Months whose
-- horizon is not over yet, and pairs without an answer, are absent or empty.
-- grain: formula_version, month, horizon_days, outcome, baseline
with judged as (

    select
        formula_version,
        month,
        horizon_days,
        outcome,
        baseline,
        auc,
        lift_at_top_decile,
        calibration_error,
        n,
        positives,
        lower,
        upper
    from {{ ref('int_star_backtest') }}

    union all

    select
        formula_version,
        month,
        horizon_days,
        outcome,
        baseline,
        auc,
        lift_at_top_decile,
        calibration_error,
        n,
        positives,
        lower,
        upper
    from {{ ref('int_risk_backtest') }}

)

select
    cast(formula_version as string) as formula_version,
    cast(month as date) as month,
    cast(horizon_days as bigint) as horizon_days,
    cast(outcome as string) as outcome,
    cast(baseline as string) as baseline,
    cast(auc as double) as auc,
    cast(lift_at_top_decile as double) as lift_at_top_decile,
    cast(calibration_error as double) as calibration_error,
    cast(n as bigint) as n,
    cast(positives as bigint) as positives,
    cast(lower as double) as lower,
    cast(upper as double) as upper
from judged
