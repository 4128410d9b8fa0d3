-- Members who were ever active, numbered at random and the same in every run: the first
-- few thousand are a fair sample. Neither bots nor internal members. Who has left by the
-- as-of day is marked: the past is judged with them, no list of today has them.
-- grain: member_id
select
    known.member_id,
    row_number() over (order by md5(known.member_id), known.member_id) as member_number,
    leavers.member_id is not null as has_left
from {{ ref('int_members_known') }} as known
left join {{ ref('int_members_left') }} as leavers on known.member_id = leavers.member_id
where known.first_active_date is not null and {{ has_stages('known') }}
