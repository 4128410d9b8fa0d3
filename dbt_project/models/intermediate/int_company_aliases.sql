-- Which of the companies that sources tell of are one: same corporate number (法人番号),
-- else same domain, else same name (int_company_marks, and here for what has only a name).
-- A name leads to the only company that bears it unless something contradicts (another
-- domain, prefecture or legal form), to one of several when it alone lies in the same
-- prefecture. The smallest id stands for all, among those with a number where one has it.
-- grain: source_company_id

with marked as (

    select * from {{ ref('int_company_marks') }}

),

bearers as (

    {{ bearers_of_names('marked') }}

),

by_name as (

    {{ marks_meant('bearers', 'row', "'number', 'domain'") }}

),

-- What only has a name, and a name that no company with a number or domain bears.
only_named as (

    select
        marked.company_id,
        marked.name_key,
        marked.prefecture,
        concat_ws('/', marked.name_key, marked.legal_form, marked.domain, marked.prefecture)
            as name_and_place,
        coalesce(min(marked.legal_form) over name <> max(marked.legal_form) over name, false)
        or coalesce(min(marked.domain) over name <> max(marked.domain) over name, false)
        or coalesce(min(marked.prefecture) over name <> max(marked.prefecture) over name, false)
            as is_several
    from marked
    where
        marked.mark like 'row:%'
        and marked.name_key not in (
            select bearers.name_key from bearers where bearers.mark_kind <> 'row'
        )
    window name as (partition by marked.name_key)

),

resolved as (

    select
        marked.*,
        coalesce(
            by_name.meant,
            case
                when not only_named.is_several then 'name:' || only_named.name_key
                when only_named.prefecture is not null then 'name:' || only_named.name_and_place
            end,
            marked.mark
        ) as company_mark
    from marked
    left join by_name on marked.mark = by_name.mark
    left join only_named on marked.company_id = only_named.company_id

)

select
    company_id as source_company_id,
    coalesce(
        min(case when corporate_number is not null then company_id end)
            over (partition by company_mark),
        min(company_id) over (partition by company_mark)
    ) as company_id,
    source,
    name,
    corporate_number,
    domain,
    name_key,
    legal_form,
    industry,
    is_customer,
    contract_status,
    products
from resolved
