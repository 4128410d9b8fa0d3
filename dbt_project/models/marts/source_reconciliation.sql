-- Is nothing lost? Per table: every landed row is staged, superseded or quarantined, each
-- counted on its own. Per table and part: what the platform says it has against what we
-- hold of it.
-- grain: source, table_name, period

with row_counts as (

    select
        source,
        table_name,
        cast(coalesce(sum(row_count) filter (where row_status = 'staged'), 0) as bigint)
            as staged,
        cast(coalesce(sum(row_count) filter (where row_status = 'superseded'), 0) as bigint)
            as superseded
    from {{ ref('int_row_counts') }}
    group by source, table_name

),

quarantined as (

    select
        source,
        table_name,
        count(*) as quarantined
    from {{ ref('int_quarantined') }}
    group by source, table_name

),

counted_tables as (

    select
        coalesce(landed.source, row_counts.source) as source,
        coalesce(landed.table_name, row_counts.table_name) as table_name,
        coalesce(landed.landed_count, 0) as landed,
        coalesce(row_counts.staged, 0) as staged,
        coalesce(row_counts.superseded, 0) as superseded
    from {{ ref('int_landed_counts') }} as landed
    full outer join row_counts
        on
            landed.source = row_counts.source
            and landed.table_name = row_counts.table_name

),

whole_tables as (

    select
        counted_tables.source,
        counted_tables.table_name,
        'all' as period,
        counted_tables.landed,
        counted_tables.staged,
        counted_tables.superseded,
        coalesce(quarantined.quarantined, 0) as quarantined,
        mart_rows.row_count as in_marts
    from counted_tables
    left join quarantined
        on
            counted_tables.source = quarantined.source
            and counted_tables.table_name = quarantined.table_name
    left join {{ ref('int_mart_row_counts') }} as mart_rows
        on
            counted_tables.source = mart_rows.source
            and counted_tables.table_name = mart_rows.table_name

),

reported as (

    select
        reported.source,
        reported.table_name,
        reported.period,
        reported.reported_by_source,
        reported.reported_at,
        held.held_count,
        held.listed_at
    from {{ ref('int_reported_counts') }} as reported
    left join {{ ref('int_held_counts') }} as held
        on
            reported.source = held.source
            and reported.table_name = held.table_name
            and reported.period = held.period

),

-- Of a part nothing is held until a list of it was loaded.
compared as (

    select
        coalesce(whole_tables.source, reported.source) as source,
        coalesce(whole_tables.table_name, reported.table_name) as table_name,
        coalesce(whole_tables.period, reported.period) as period,
        reported.reported_by_source,
        reported.reported_at,
        coalesce(reported.held_count, whole_tables.staged) as held,
        whole_tables.landed,
        whole_tables.staged,
        whole_tables.superseded,
        whole_tables.quarantined,
        whole_tables.in_marts,
        whole_tables.landed
        - whole_tables.staged
        - whole_tables.superseded
        - whole_tables.quarantined as difference,
        case
            when coalesce(reported.listed_at >= reported.reported_at, true)
                then
                    reported.reported_by_source
                    - coalesce(reported.held_count, whole_tables.staged)
        end as reported_difference,
        -- People cancel and events are deleted between two readings of one platform.
        greatest(2, cast(ceil(reported.reported_by_source * 0.05) as bigint)) as tolerance
    from whole_tables
    full outer join reported
        on
            whole_tables.source = reported.source
            and whole_tables.table_name = reported.table_name
            and whole_tables.period = reported.period

)

select
    source,
    table_name,
    period,
    reported_by_source,
    reported_at,
    held,
    landed,
    staged,
    superseded,
    quarantined,
    in_marts,
    difference,
    reported_difference,
    case when reported_difference is not null then tolerance end as tolerance,
    coalesce(difference, 0) = 0
    and coalesce(abs(reported_difference) <= tolerance, true) as is_ok
from compared
