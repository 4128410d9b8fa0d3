{#- Fails where two rows of one key cover the same day (valid_to inclusive or empty). -#}
{% test has_no_overlapping_days(model, key) %}

select
    {{ key }},
    valid_from,
    next_valid_from
from (
    select
        {{ key }},
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to,
        lead(valid_from) over (partition by {{ key }} order by valid_from) as next_valid_from
    from {{ model }}
) as stays
where valid_to < valid_from or next_valid_from <= valid_to

{% endtest %}
