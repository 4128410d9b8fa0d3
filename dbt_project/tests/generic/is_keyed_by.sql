{#-
    Fails for a key that occurs twice or has no value, and for rows that lack one of the
    columns in `never_null`: one test for what a staging model promises about its rows.
-#}
{% test is_keyed_by(model, columns, never_null=[]) %}

select
    {{ columns | join(', ') }},
    'occurs twice' as problem
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

union all

select
    {{ columns | join(', ') }},
    'has no value in a column that always has one' as problem
from {{ model }}
where {% for column in columns + never_null %}
    {{ column }} is null {{ 'or' if not loop.last }}
{%- endfor %}

{% endtest %}
