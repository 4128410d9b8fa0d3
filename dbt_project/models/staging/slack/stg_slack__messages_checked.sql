-- Every landed version of a message as the API tells it, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

{{ checked_slack_messages('messages') }}
