-- What each metric means, in Japanese and English, and why it is absent if it is.
-- grain: metric_id

with published as (

    select distinct metric_id from {{ ref('metrics') }}

)

select
    registry.metric_id,
    registry.metric_number,
    registry.name_ja,
    registry.name_en,
    registry.description_ja,
    registry.description_en,
    registry.unit,
    registry.numerator,
    registry.numerator_ja,
    registry.denominator,
    registry.denominator_ja,
    registry.measured_over as {{ adapter.quote('window') }},
    registry.measured_over_ja as window_ja,
    registry.caveat,
    registry.caveat_ja,
    registry.kind,
    registry.minimum_n,
    registry.definition_version,
    published.metric_id is not null as is_published,
    case
        when published.metric_id is not null then null
        when inputs.is_connected
            then 'Nothing to measure yet: what is connected holds no completed period.'
        else metric_inputs.reason_en
    end as absent_reason,
    case
        when published.metric_id is not null then null
        when inputs.is_connected
            then 'まだ計測できる期間がありません。'
        else metric_inputs.reason_ja
    end as absent_reason_ja
from {{ ref('metric_registry') }} as registry
inner join {{ ref('int_metric_inputs') }} as inputs
    on registry.input = inputs.input
inner join {{ ref('metric_inputs') }} as metric_inputs
    on registry.input = metric_inputs.input
left join published
    on registry.metric_id = published.metric_id
