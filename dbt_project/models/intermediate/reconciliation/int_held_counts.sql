-- What we hold of the things a platform reports a count of: rows it would still count
-- itself. listed_at is when we last read a list of them, where it can be older than the
-- platform's word: an older list is not held against a newer count.
-- grain: source, table_name, period
-- A new source whose count is not simply its staged rows is one line here.
{{ config(materialized='view') }}
{%- set is_listed = "status in ('accepted', 'waitlisted')" %}

{{ held_rows('connpass', 'events', 'stg_connpass__events', "'group:' || group_subdomain",
    where='group_subdomain is not null') }}
union all
{{ held_rows('connpass', 'participants', 'stg_connpass__participants', registration_period(),
    where=is_listed, listed_at='observed_at') }}
union all
-- Lists an organiser downloaded, of a platform whose API only tells how many registered.
{{ held_rows('doorkeeper', 'file_registrations', 'stg_files__registrations',
    registration_period(), where=is_listed ~ " and source = 'doorkeeper'",
    counted='distinct account_id', listed_at='observed_at') }}
union all
{{ held_rows('eventhub', 'users', 'stg_eventhub__users', "'event:' || event_id",
    listed_at='observed_at') }}
union all
{{ held_rows('hubspot', 'companies', 'stg_hubspot__companies',
    where='not is_archived and merged_into_company_id is null') }}
union all
{{ held_rows('hubspot', 'contacts', 'stg_hubspot__contacts',
    where='not is_archived and merged_into_contact_id is null') }}
union all
{{ held_rows('hubspot', 'deals', 'stg_hubspot__deals',
    where='not is_archived and merged_into_deal_id is null') }}
{%- for table in [
    'accounts', 'campaign_members', 'campaigns', 'contacts', 'leads', 'opportunities',
    'opportunity_contact_roles', 'tasks'
] %}
union all
{{ held_rows('salesforce', table, 'stg_salesforce__' ~ table, where='not is_deleted') }}
{%- endfor %}
union all
-- Whole days in UTC, of posts that match a query themselves.
{{ held_rows('x', 'posts', 'stg_x__posts',
    "'day:' || cast(" ~ local_date('created_at', "'UTC'") ~ " as string)",
    where='not is_referenced') }}
union all
-- A channel's own count is of its public videos.
{{ held_rows('youtube', 'videos', 'stg_youtube__videos', "'channel:' || channel_id",
    where="gone_at is null and coalesce(privacy_status, 'public') = 'public'") }}
union all
{{ held_rows('zoom', 'participants', 'stg_zoom__participants', "'meeting:' || meeting_uuid",
    listed_at='observed_at') }}
