{#-
    Where each merged record ends up: `object_type, loser_id, winner_id`, one row per loser,
    over chains of any length (A into B, B into C). Records merged in a circle end at the
    smallest id; the one there is no loser. A chain of more than 50 counts as a circle.
    steps: a relation of the same columns, one row per loser.
-#}
{% macro followed_merges(steps) -%}
    with recursive followed as (

        select
            object_type,
            loser_id,
            winner_id,
            1 as hops
        from {{ steps }}

        union all

        select
            followed.object_type,
            followed.loser_id,
            steps.winner_id,
            followed.hops + 1 as hops
        from followed
        inner join {{ steps }} as steps
            on
                followed.object_type = steps.object_type
                and followed.winner_id = steps.loser_id
        where followed.winner_id <> followed.loser_id and followed.hops < 50

    ),

    ends as (

        select
            followed.object_type,
            followed.loser_id,
            coalesce(
                min(followed.winner_id) filter (where steps.loser_id is null),
                min(followed.winner_id)
            ) as winner_id
        from followed
        left join {{ steps }} as steps
            on
                followed.object_type = steps.object_type
                and followed.winner_id = steps.loser_id
        group by followed.object_type, followed.loser_id

    )

    select
        object_type,
        loser_id,
        winner_id
    from ends
    where loser_id <> winner_id
{%- endmacro %}
