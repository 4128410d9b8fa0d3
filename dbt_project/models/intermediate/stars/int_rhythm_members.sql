-- Members who were ever active, numbered at random and the same in every run: the first
-- few thousand are a fair sample. Neither bots nor internal members.
-- grain: member_id
select
    member_id,
    row_number() over (order by md5(member_id), member_id) as member_number
from {{ ref('int_members_known') }}
where first_active_date is not null and {{ has_stages() }}
