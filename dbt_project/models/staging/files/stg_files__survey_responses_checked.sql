-- Every landed answer to a question of a survey, cast and judged. A question that was
-- asked and not answered stays, its answer empty. NPS and satisfaction are numbers: of
-- '4 - good' the number that stands first.
-- grain: one landed row
with landed as (

    {{ landed_files('survey_responses') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

zoned as (

    select
        landed.*,
        parameters.as_of_date,
        parameters.timezone as default_zone,
        {{ is_unknown_timezone('landed.timezone') }} as has_unknown_zone,
        {{ known_timezone('landed.timezone', 'parameters.timezone') }} as zone
    from landed
    cross join parameters

),

converted as (

    select
        {{ filled_text('source') }} as source,
        {{ filled_text('survey_id') }} as survey_id,
        {{ filled_text('response_id') }} as response_id,
        {{ filled_text('question') }} as question,
        coalesce({{ filled_text('question_id') }}, {{ filled_text('question') }})
            as question_id,
        coalesce(lower({{ filled_text('question_kind') }}), 'text') as question_kind,
        {{ filled_text('answer') }} as answer,
        try_cast(
            regexp_extract(
                {{ compatible_text('answer') }},
                '^([0-9]+([.][0-9]+)?)( *点| *[.:)(].*| .*)?$', 1
            ) as decimal(9, 2)
        ) as answer_number,
        {{ is_no_count(compatible_text('scale_max')) }} as has_unreadable_scale,
        case lower({{ filled_text('question_kind') }})
            when 'nps' then 10
            when 'csat' then coalesce({{ parse_count(compatible_text('scale_max')) }}, 5)
        end as scale_max,
        {{ filled_text('event_id') }} as event_text,
        coalesce(
            {{ event_key('event_source', 'event_id') }},
            {{ filled_text('source') }} || ':' || {{ filled_text('event_id') }}
        ) as event_id,
        {{ filled_text('source') }} || ':' || {{ filled_text('account_id') }}
            as account_id,
        {{ filled_text('handle') }} as handle,
        lower({{ filled_text('email') }}) as email,
        {{ filled_text('name') }} as name,
        {{ filled_text('submitted_at') }} as submitted_text,
        {{ parse_timestamp(japanese_time_as_iso(compatible_text('submitted_at')), 'zone') }}
            as submitted_at,
        has_unknown_zone,
        default_zone,
        as_of_date,
        _connector,
        _is_replaced,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id
    from zoned

),

keyed as (

    select
        *,
        {{ local_date('submitted_at', 'default_zone') }} as submitted_date,
        case when question_kind = 'nps' then cast(answer_number as bigint) end as nps,
        case when question_kind = 'csat' then answer_number end as csat
    from converted

),

judged as (

    select
        *,
        case
            when source is null then 'source is empty: name the survey tool'
            when response_id is null
                then 'response_id is empty: give each filled-in form an id'
            when question is null then 'question is empty: give the question its text'
            when question_kind not in ('nps', 'csat', 'choice', 'text')
                then 'question_kind is none of nps, csat, choice, text: ' || question_kind
            when has_unreadable_scale or scale_max < 2
                then 'scale_max is not a whole number above 1'
            when question_kind in ('nps', 'csat') and answer is not null and answer_number is null
                then 'the answer is not a number: ' || answer
                    || '; map its words to numbers or set question_kind to choice'
            when question_kind = 'nps'
                and (answer_number > 10 or answer_number <> floor(answer_number))
                then 'the answer to an NPS question is no whole number from 0 to 10: ' || answer
            when question_kind = 'csat' and answer_number not between 1 and scale_max
                then 'the answer lies outside 1 to ' || cast(scale_max as string) || ': ' || answer
            when has_unknown_zone
                then 'timezone is not known: write an IANA name such as Asia/Tokyo'
            when submitted_text is not null and submitted_at is null
                then 'submitted_at is not a time: write 2026-04-01T19:00:00+09:00'
            when not {{ is_plausible_date('submitted_date', 'as_of_date') }}
                then 'submitted_at lies outside 1990 and three years ahead: correct it'
        end as _reason
    from keyed

)

select
    source,
    survey_id,
    response_id,
    question_id,
    question,
    question_kind,
    answer,
    nps,
    csat,
    scale_max,
    event_id,
    account_id,
    handle,
    email,
    name,
    submitted_at,
    submitted_date,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status([
        'source', 'survey_id', 'event_id', 'response_id', 'question_id',
    ], '_is_replaced') }} as _row_status
from judged
