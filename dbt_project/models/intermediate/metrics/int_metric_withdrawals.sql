-- Members who left, with the day.
-- grain: member_id

select
    leavers.member_id,
    leavers.left_date as withdrawn_date
from {{ ref('int_members_left') }} as leavers
inner join {{ ref('int_metric_members') }} as members
    on leavers.member_id = members.member_id
