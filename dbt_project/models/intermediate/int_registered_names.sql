-- Every name, present and past, under which the registers know a company.
-- grain: corporate_number, name_key, legal_form
{{ config(materialized='view') }}

with names as (

    select
        corporate_number,
        name
    from {{ ref('stg_houjin_bangou__corporations') }}

    union

    select
        corporate_number,
        name_en as name
    from {{ ref('stg_houjin_bangou__corporations') }}

    union

    select
        corporate_number,
        name
    from {{ ref('stg_gbizinfo__companies') }}

),

keyed as (

    select
        corporate_number,
        {{ comparable_company('name') }} as name_key,
        {{ legal_form('name') }} as legal_form
    from names

)

select distinct
    corporate_number,
    name_key,
    legal_form
from keyed
where name_key is not null
