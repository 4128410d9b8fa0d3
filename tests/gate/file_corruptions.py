"""Corruptions of a release between its writing and its publication."""

from __future__ import annotations

from tests.gate import folders
from tests.gate.kinds import FILE, Corruption, Folder, Rows, Shared

NAME = (
    "(SELECT display_name FROM community.marts.dim_members"
    " WHERE display_name LIKE '% %' ORDER BY member_id LIMIT 1)"
)
ADDRESS = (
    "(SELECT primary_email FROM community.marts.dim_members"
    " WHERE primary_email IS NOT NULL ORDER BY member_id LIMIT 1)"
)
ACCOUNT = (
    "(SELECT account_id FROM community.marts.member_accounts WHERE account_id LIKE"
    " 'connpass:%' ORDER BY account_id LIMIT 1)"
)

FILES = (
    Corruption(
        name="address in the shareable file",
        family="privacy",
        level=FILE,
        hits="dim_events",
        story="an organiser's address in a title",
        how=Shared(Rows(change=f"title = title || ' ' || {ADDRESS}")),
        stopped_by=("the shareable file.*",),
        at_any_size=True,
    ),
    Corruption(
        name="name in the shareable file",
        family="privacy",
        level=FILE,
        hits="dim_events",
        story="a birthday party's title is a person",
        how=Shared(Rows(change=f"title = {NAME}")),
        stopped_by=("the shareable file.*",),
        at_any_size=True,
    ),
    Corruption(
        name="account in the shareable file",
        family="privacy",
        level=FILE,
        hits="dim_events",
        story="a pseudonym is forgotten",
        how=Shared(Rows(change=f"place = {ACCOUNT}")),
        stopped_by=("the shareable file.*",),
        at_any_size=True,
    ),
    Corruption(
        name="name spaced and in another width",
        family="privacy",
        level=FILE,
        hits="dim_events",
        story="a name with a wide space between its parts",
        how=Shared(Rows(change=f"place = replace({NAME}, ' ', '\u3000')")),
        stopped_by=("the shareable file.*",),
        at_any_size=True,
    ),
    Corruption(
        name="small group in the shareable file",
        family="privacy",
        level=FILE,
        hits="metrics",
        story="numbers of three people are shown",
        how=Shared(
            Rows(
                where="is_suppressed",
                change="is_suppressed = false, value = 3, numerator = 3, n = 3",
            )
        ),
        stopped_by=("the shareable file.*",),
        at_any_size=True,
    ),
    Corruption(
        name="Parquet short of rows",
        family="completeness",
        level=FILE,
        hits="fct_activities",
        story="a writer was killed and its file closed",
        how=Folder(
            folders.parquet_rows(
                "fct_activities",
                "SELECT * EXCLUDE (is_chosen) FROM {rows} WHERE NOT is_chosen",
            )
        ),
        stopped_by=("the release.*",),
        at_any_size=True,
    ),
    Corruption(
        name="Parquet with other values",
        family="completeness",
        level=FILE,
        hits="metrics",
        story="a bit fell: table and file tell different numbers",
        how=Folder(
            folders.parquet_rows(
                "metrics",
                "SELECT * EXCLUDE (is_chosen) REPLACE (CASE WHEN is_chosen THEN"
                " coalesce(value, 0) + 1 ELSE value END AS value) FROM {rows}",
            )
        ),
        stopped_by=("the release.*",),
        at_any_size=True,
    ),
    Corruption(
        name="Parquet cut",
        family="completeness",
        level=FILE,
        hits="parquet",
        story="the disk was full",
        how=Folder(folders.parquet_cut("parquet/[df]*.parquet")),
        stopped_by=("the release.*",),
        at_any_size=True,
    ),
    Corruption(
        name="Parquet gone",
        family="completeness",
        level=FILE,
        hits="parquet",
        story="a file was not copied",
        how=Folder(folders.gone("parquet/[df]*.parquet")),
        stopped_by=("the release.*",),
        at_any_size=True,
    ),
    Corruption(
        name="rows lost in the published table",
        family="completeness",
        level=FILE,
        hits="member_scores",
        story="the copy into the file stopped early",
        how=Folder(
            folders.in_file(
                "community.duckdb",
                "DELETE FROM marts.member_scores WHERE rowid IN (SELECT rowid FROM"
                " marts.member_scores ORDER BY hash(member_id || '{seed}') LIMIT"
                " (SELECT greatest(1, cast(ceil({share} * count(*)) AS BIGINT))"
                " FROM marts.member_scores))",
            )
        ),
        stopped_by=("the release.*",),
        at_any_size=True,
    ),
    Corruption(
        name="rows twice in the published table",
        family="duplicates",
        level=FILE,
        hits="dim_members",
        story="the copy into the file ran twice",
        how=Folder(
            folders.in_file(
                "community.duckdb",
                "INSERT INTO marts.dim_members FROM marts.dim_members ORDER BY"
                " hash(member_id || '{seed}') LIMIT (SELECT greatest(1,"
                " cast(ceil({share} * count(*)) AS BIGINT)) FROM marts.dim_members)",
            )
        ),
        stopped_by=("the release.*",),
        at_any_size=True,
    ),
    Corruption(
        name="table missing in the shareable file",
        family="completeness",
        level=FILE,
        hits="dim_events",
        story="a mart was marked restricted by mistake",
        how=Folder(
            folders.in_file("community_shareable.duckdb", "DROP TABLE marts.dim_events")
        ),
        stopped_by=("the release.*",),
        at_any_size=True,
    ),
    Corruption(
        name="macro gone",
        family="completeness",
        level=FILE,
        hits="member_scores_as_of",
        story="the question that readers ask by name has no answer",
        how=Folder(
            folders.in_file(
                "community.duckdb", "DROP MACRO TABLE marts.member_scores_as_of"
            )
        ),
        stopped_by=("the release.*",),
        at_any_size=True,
    ),
)
