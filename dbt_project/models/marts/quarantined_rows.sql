-- Every row and file that could not be read, with the reason and what it said.
-- grain: quarantined_row_id

with quarantined as (

    select * from {{ ref('int_quarantined') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by source, table_name, file, load_id, line, reason, payload
            order by set_aside_by
        ) as repetition
    from quarantined

)

select
    md5(concat_ws(
        '|',
        source,
        table_name,
        coalesce(file, ''),
        load_id,
        coalesce(cast(line as {{ dbt.type_string() }}), ''),
        reason,
        coalesce(payload, ''),
        cast(repetition as {{ dbt.type_string() }})
    )) as quarantined_row_id,
    source,
    table_name,
    coalesce(file, load_id) as file_or_load,
    line,
    reason,
    set_aside_by,
    payload
from numbered
