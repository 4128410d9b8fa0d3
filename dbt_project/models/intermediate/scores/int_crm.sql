-- Whether a CRM (or a list of contracts) tells which companies have one: without either, no
-- stage asks for a contract.
-- grain: one row
{{ config(materialized='view') }}
select
    exists(select 1 from {{ ref('int_companies') }} where contract_status is not null)
    or exists(select 1 from {{ ref('fct_contracts') }}) as is_connected
