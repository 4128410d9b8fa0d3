-- 王道: first milestones that led to a star, against members known as long who are none.
-- Paths of fewer than five stars are not published: they would name people.
-- grain: path
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

paths as (

    select * from {{ ref('int_star_paths') }}

)

select
    cast(paths.path as string) as path,
    cast(replace(paths.path, ' > ', ', ') as string) as milestones,
    cast(paths.path_ja as string) as path_ja,
    cast(paths.path_en as string) as path_en,
    cast(paths.length as bigint) as length,
    cast(paths.basis as string) as basis,
    cast(paths.stars as bigint) as stars,
    cast(paths.others as bigint) as others,
    cast(paths.stars + paths.others as bigint) as n,
    cast(paths.stars_compared as bigint) as stars_compared,
    cast(paths.others_compared as bigint) as others_compared,
    cast(paths.star_share as double) as star_share,
    cast(paths.other_share as double) as other_share,
    cast(paths.lift as double) as lift,
    cast(paths.lower as double) as lower,
    cast(paths.upper as double) as upper,
    cast(paths.median_days as double) as median_days,
    parameters.as_of_date
from paths
cross join parameters
