-- Every landed application of the participants CSVs, cast and judged. Exports of one event
-- overlap: the row changed last wins, then one that tells attendance over one that does
-- not (a blank cell is unknown, not absent), then the export read last.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('connpass', 'participants') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        landed.event_id,
        {{ filled_text('landed.reception_no') }} as reception_no,
        {{ filled_text('landed.ticket') }} as ticket,
        lower({{ compatible_text('landed.ticket') }}) as ticket_key,
        {{ filled_text('landed.nickname') }} as nickname_text,
        landed.nickname like '%退会ユーザー%' as is_withdrawn,
        {{ filled_text('landed.display_name') }} as display_name,
        cast({{ local_date(
            parse_japanese_time('landed.member_since', "'Asia/Tokyo'"), "'Asia/Tokyo'"
        ) }} as date) as member_since_date,
        {{ filled_text('landed.comment') }} as comment,
        {{ filled_text(compatible_text('landed.status')) }} as status_text,
        {{ filled_text(compatible_text('landed.attendance')) }} as attendance_text,
        {{ filled_text('landed.attended_at') }} as attended_text,
        {{ parse_japanese_time('landed.attended_at', "'Asia/Tokyo'") }} as attended_at,
        {{ filled_text('landed.updated_at') }} as updated_text,
        {{ parse_japanese_time('landed.updated_at', "'Asia/Tokyo'") }} as updated_at,
        landed.answers,
        {{ first_answer('landed.answers', 'メール|ﾒｰﾙ|mail|メアド') }} as email_answer,
        {{ first_answer(
            'landed.answers',
            '会社|社名|企業|所属|勤務先|company|affiliation|organi[sz]ation|employer',
            'してよい|しても|ますか|部署|役職'
        ) }} as company_answer,
        parameters.as_of_date,
        landed._observed_at,
        landed._row_hash,
        landed._source_file,
        landed._source_line,
        landed._dlt_load_id
    from landed
    cross join parameters

),

named as (

    select
        *,
        case when not is_withdrawn then nickname_text end as nickname,
        case
            when is_withdrawn then 'withdrawn:' || reception_no else nickname_text
        end as account_id,
        case status_text
            when '参加' then 'accepted'
            when '補欠' then 'waitlisted'
            when '抽選中' then 'waitlisted'
            when '抽選待ち' then 'waitlisted'
            when '落選' then 'waitlisted'
            when '参加キャンセル' then 'cancelled'
            when 'キャンセル' then 'cancelled'
        end as status,
        case attendance_text when '出席' then true when '欠席' then false end as attended,
        case
            when regexp_matches(ticket_key, '聴講|見学|視聴|観覧|聞く') then 'attendee'
            when regexp_matches(ticket_key, '(^|[^a-z])lt([^a-z]|$)|ライトニング|lightning')
                then 'lt'
            when regexp_matches(ticket_key, '登壇|発表|講演|講師|スピーカー|speaker|presenter')
                then 'speaker'
            when regexp_matches(ticket_key, 'スタッフ|運営|staff|organi[sz]er')
                then 'staff'
            else 'attendee'
        end as role,
        nullif(
            regexp_extract(
                lower({{ compatible_text('email_answer') }}),
                '[a-z0-9._%+-]+@[a-z0-9-]+([.][a-z0-9-]+)+'
            ),
            ''
        ) as email,
        case
            when lower({{ compatible_text('company_answer') }}) not in (
                'なし', '無し', '特になし', '無所属', '個人', 'フリー', 'フリーランス', '学生',
                'はい', 'いいえ', '-', 'ー', 'n/a', 'none'
            ) then {{ filled_text('company_answer') }}
        end as company_name
    from converted

),

judged as (

    select
        *,
        min(updated_at) over (partition by event_id, reception_no) as registered_at,
        case when status = 'cancelled' then updated_at end as cancelled_at,
        case
            when reception_no is null then '受付番号 is empty'
            when account_id is null then 'ユーザー名 is empty'
            when status is null
                then '参加ステータス is not known: ' || coalesce(status_text, 'empty')
            when attendance_text is not null and attended is null
                then '出欠ステータス is not known: ' || attendance_text
            when updated_text is not null and updated_at is null
                then '更新日時 is not a time: ' || updated_text
            when attended_text is not null and attended_at is null
                then '出席日時 is not a time: ' || attended_text
            when not {{ is_plausible_date(local_date('updated_at', "'Asia/Tokyo'"), 'as_of_date') }}
                then '更新日時 lies outside 1990 and three years ahead: ' || updated_text
        end as _reason
    from named

),

ranked as (

    select
        *,
        row_number() over (
            partition by _reason is not null, event_id, reception_no
            order by
                updated_at desc nulls last,
                attended is not null desc,
                _observed_at desc,
                cast(_dlt_load_id as double) desc,
                _source_file desc nulls last,
                _source_line desc nulls last,
                _row_hash
        ) as recency
    from judged

)

select
    event_id,
    reception_no,
    account_id,
    nickname,
    is_withdrawn,
    display_name,
    ticket,
    role,
    status,
    registered_at,
    cancelled_at,
    attended,
    attended_at,
    member_since_date,
    comment,
    answers,
    email,
    company_name,
    updated_at,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    case
        when _reason is not null then 'quarantined'
        when recency > 1 then 'superseded'
        else 'staged'
    end as _row_status
from ranked
