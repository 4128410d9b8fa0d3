{#-
    The first filled answer to a question whose text matches `asked`, from a JSON array of
    {question, answer}; NULL when nobody asked or answered. Texts are compared in lower
    case; `refused` are questions that match but mean something else.
-#}
{% macro first_answer(answers, asked, refused='^$') -%}
    list_extract(
        list_filter(
            from_json({{ answers }}, '[{"question": "VARCHAR", "answer": "VARCHAR"}]'),
            lambda item:
                item.answer is not null
                and regexp_matches(lower(item.question), '{{ asked }}')
                and not regexp_matches(lower(item.question), '{{ refused }}')
        ),
        1
    ).answer
{%- endmacro %}
