{#-
    How deep each referred member stands: 1 when nobody brought the referrer, else one more
    than the referrer. One link of every circle is cut, the newest (then the largest id), so
    that who came first stays the root; a cut link has no depth.

    links: a relation with member_id (one row each), referrer_member_id (never NULL) and
    referred_date. Yields member_id, depth (NULL for the cut link).
-#}
{% macro referral_depths(links) -%}
    (
        with recursive links_once as materialized ( -- else made again at each step

            select member_id, referrer_member_id, referred_date
            from {{ links }}

        ),

        above (member_id, ancestor_id) as (

            select member_id, referrer_member_id as ancestor_id
            from links_once

            union

            select above.member_id, links_once.referrer_member_id as ancestor_id
            from above
            inner join links_once on above.ancestor_id = links_once.member_id

        ),

        -- Who meets themselves above is in a circle, and sees just its members.
        circles as (

            select
                above.member_id,
                min(above.ancestor_id) as circle_id
            from above
            group by above.member_id
            having bool_or(above.member_id = above.ancestor_id)

        ),

        cut as (

            select circles.member_id
            from circles
            inner join links_once on circles.member_id = links_once.member_id
            qualify row_number() over (
                partition by circles.circle_id
                order by links_once.referred_date desc nulls first, circles.member_id desc
            ) = 1

        ),

        kept as materialized (

            select links_once.member_id, links_once.referrer_member_id
            from links_once
            where links_once.member_id not in (select cut.member_id from cut)

        ),

        depths (member_id, depth) as (

            select kept.member_id, 1 as depth
            from kept
            where kept.referrer_member_id not in (select referred.member_id from kept as referred)

            union all

            select kept.member_id, depths.depth + 1 as depth
            from depths
            inner join kept on depths.member_id = kept.referrer_member_id

        )

        select
            links_once.member_id,
            cast(depths.depth as bigint) as depth
        from links_once
        left join depths on links_once.member_id = depths.member_id
    )
{%- endmacro %}
