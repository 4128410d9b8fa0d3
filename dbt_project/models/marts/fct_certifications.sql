-- Certificates that people earned. The holder is the member where one is known, else what
-- the list knows of the person, so that two certificates of an unknown person are his.
-- grain: certification_id
with certifications as (

    select * from {{ ref('stg_files__certifications') }}

),

keys as (

    select * from {{ ref('int_member_keys') }}

)

select
    md5(concat_ws(
        '/',
        certifications.certification,
        cast(certifications.earned_date as string),
        coalesce(certifications.account_id, ''),
        coalesce(certifications.email, ''),
        coalesce(certifications.employee_id, ''),
        case
            when
                coalesce(
                    certifications.account_id,
                    certifications.email,
                    certifications.employee_id
                ) is null
                then certifications.name
        end
    )) as certification_id,
    coalesce(by_account.member_id, by_email.member_id) as member_id,
    md5(coalesce(
        by_account.member_id,
        by_email.member_id,
        certifications.email,
        certifications.account_id,
        certifications.employee_id,
        certifications.name
    )) as holder_id,
    certifications.connector as source,
    certifications.certification,
    certifications.earned_date,
    certifications.expires_date,
    certifications.department,
    certifications.training_cost,
    certifications.currency,
    {{ yen_of('certifications.training_cost', 'certifications.currency') }}
        as training_cost_jpy,
    certifications.name as holder_name,
    certifications.email as holder_email,
    certifications.employee_id
from certifications
left join keys as by_account
    on 'account:' || certifications.account_id = by_account.member_key
left join keys as by_email
    on 'email:' || certifications.email = by_email.member_key
