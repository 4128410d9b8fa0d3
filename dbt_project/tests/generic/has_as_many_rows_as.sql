{#-
    Fails when a model does not hold exactly the rows of another one: a join that fans out
    or drops rows. `where` limits the other model, `model_where` this one.
-#}
{% test has_as_many_rows_as(model, other, where='true', model_where='true') %}

select
    counted.row_count,
    expected.row_count as expected_count
from (select count(*) as row_count from {{ model }} where {{ model_where }}) as counted
cross join (select count(*) as row_count from {{ other }} where {{ where }}) as expected
where counted.row_count <> expected.row_count

{% endtest %}
