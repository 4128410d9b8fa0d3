-- Every landed row of a message as an export tells it, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

{{ checked_slack_messages('export_messages') }}
