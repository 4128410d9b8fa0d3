"""Mutations of what every mart has: its columns, and text that can be read."""

MUTATIONS = [
    (
        "fct_activities",
        "UPDATE marts.fct_activities SET title = '縺､縺ｪ縺後ｊ'"
        " WHERE activity_type = 'sign_in'",
        "is_readable",
    ),
    (
        "fct_activities",
        "UPDATE marts.fct_activities SET title = 'つなぎ' || chr(8)"
        " WHERE activity_type = 'sign_in'",
        "is_printable",
    ),
    (
        "dim_events",
        "UPDATE marts.dim_events SET title = '連絡先 taro.yamada@acme.example まで'",
        "rows_with_address",
    ),
    ("dim_events", "ALTER TABLE marts.dim_events DROP COLUMN title", "is_there"),
    ("dim_events", "ALTER TABLE marts.dim_events DROP COLUMN cost_jpy", "columns"),
    ("fct_outputs", "DROP TABLE marts.fct_outputs", "columns"),
]
