-- Members whom a label names star: labels that count (seed star_labels), up to the as-of
-- day, of people who are neither bots nor colleagues.
-- grain: member_id, label, star_date
with labels as (

    select
        account_id,
        lower(trim(label)) as label,
        label_date,
        is_date_lower_bound
    from {{ ref('int_labels') }}
    where account_id is not null

),

parameters as (

    select as_of_date from {{ ref('stg_run__parameters') }}

),

patterns as (

    select * from {{ ref('star_labels') }}

),

names as (

    select distinct label
    from labels

),

-- Of the patterns that fit, the longest speaks.
judged as (

    select
        names.label,
        coalesce(patterns.is_star, true) as is_star
    from names
    left join patterns on names.label like patterns.label_pattern
    qualify row_number() over (
        partition by names.label
        order by length(patterns.label_pattern) desc nulls last, patterns.label_pattern
    ) = 1

)

select
    members.member_id,
    labels.label,
    labels.label_date as star_date,
    bool_and(labels.is_date_lower_bound) as is_date_lower_bound
from labels
inner join judged on labels.label = judged.label
inner join parameters on labels.label_date <= parameters.as_of_date
inner join {{ ref('account_members') }} as account_members
    on labels.account_id = account_members.account_id
inner join {{ ref('int_members_resolved') }} as members
    on account_members.member_id = members.member_id
where judged.is_star and {{ has_stages('members') }}
group by members.member_id, labels.label, labels.label_date
