-- Links of the universal import in the shape of int_account_links.
-- grain: account_id_a, account_id_b, evidence
select
    source_a || ':' || account_id_a as account_id_a,
    source_b || ':' || account_id_b as account_id_b,
    evidence,
    n
from {{ ref('stg_files__links') }}
