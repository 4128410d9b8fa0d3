-- The run's clock, as-of date and settings.
-- grain: one row
select
    as_of_date,
    run_at,
    timezone,
    fiscal_year_start_month,
    formula_version,
    is_synthetic,
    internal_companies
from {{ source('run', 'parameters') }}
