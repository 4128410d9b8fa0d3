-- Pairs of accounts that the universal import gives evidence for.
-- grain: source_a, account_id_a, source_b, account_id_b, evidence
select
    source_a,
    account_id_a,
    source_b,
    account_id_b,
    evidence,
    n,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__links_checked') }}
where _row_status = 'staged'
