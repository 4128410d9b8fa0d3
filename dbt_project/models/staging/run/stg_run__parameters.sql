-- The run's clock, as-of date and settings. The limit says that it is one row: DuckDB takes
-- a file for 42, and sorts whatever is compared with one of them.
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
limit 1
