-- Fails when fewer or more activities of a source's table are in fct_activities than its
-- shaping models hold; a platform's own row replaces an imported one of the same id.
with shaped as (

    select activity_id, source, source_table from {{ ref('stg_connpass__as_activities') }}
    union
    select activity_id, source, source_table from {{ ref('stg_feeds__as_activities') }}
    union
    select activity_id, source, source_table from {{ ref('stg_x__as_activities') }}
    union
    select files.activity_id, files.source, files.source_table
    from {{ ref('stg_files__as_activities') }} as files

)

select shaped.activity_id
from shaped
left join {{ ref('fct_activities') }} as facts on shaped.activity_id = facts.activity_id
where facts.activity_id is null
