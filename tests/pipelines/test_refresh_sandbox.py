"""From nothing to a published file, twice: what `make refresh` does for a newcomer."""

import csv
import re
import stat
import subprocess
from itertools import combinations

import pytest

from pipelines.privacy.decode import of_duckdb
from pipelines.privacy.raw_rows import raw_files
from sources import discover
from sources._base.erased import EMAIL, spelt
from sources._base.personal import by_person
from tests.conftest import PROJECT
from tests.pipelines.harness import Project

LATER = "2026-11-21T06:00:00+09:00"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory) -> Project:
    project = Project(tmp_path_factory.mktemp("sandbox") / "data")
    done = project.refresh()
    assert done.returncode == 0, done.stdout
    project.first_output = done.stdout
    # The first is a process as a user starts it; imports of the others are spared.
    project.is_forked = True
    return project


def test_the_output_says_that_the_numbers_are_synthetic(sandbox):
    out = sandbox.first_output
    assert "Nothing is configured" in out
    assert "ALL NUMBERS ARE SYNTHETIC" in out.splitlines()[0]
    assert sandbox.query("SELECT DISTINCT is_synthetic FROM marts.publications") == [
        (True,)
    ]


def test_the_output_shows_sources_marts_checks_the_file_and_an_answer(sandbox):
    out = sandbox.first_output
    for words in (
        "connpass",
        "hubspot",
        "dim_members",
        "checks:",
        "0 failed",
        "top members",
        "published: ",
        "log: ",
    ):
        assert words in out, words


@pytest.mark.parametrize("page", ["README.md", "README.ja.md"])
def test_the_query_of_the_readme_tells_candidates_what_is_missing(sandbox, page):
    text = (PROJECT / page).read_text(encoding="utf-8")
    (query,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    rows = sandbox.query(query)
    assert len(rows) == 3
    for name, event, share, needs in rows:
        assert name and event + share > 0
        assert ("あと" if page == "README.ja.md" else " away") in needs


def test_every_source_brought_rows(sandbox):
    rows = dict(
        sandbox.query(
            "SELECT source, sum(staged) FROM marts.source_reconciliation"
            " WHERE period = 'all' GROUP BY source"
        )
    )
    assert set(rows) == set(discover())
    assert all(count > 0 for count in rows.values()), rows


def test_events_on_two_platforms_are_one_group_and_others_are_not(sandbox):
    """Against the truth: no two events taken for one, at most one pair in 20 missed."""
    with (sandbox.data / "sandbox/truth/event_groups.csv").open(
        encoding="utf-8"
    ) as file:
        real = {
            f"{row['source']}:{row['event_id']}": row["real_event_id"]
            for row in csv.DictReader(file)
        }
    described = dict(
        sandbox.query(
            "SELECT event_id, event_group_id FROM marts.dim_events"
            " WHERE title IS NOT NULL"
        )
    )
    groups: dict[str, set[str]] = {}
    same: dict[str, list[str]] = {}
    for event_id, group in described.items():
        groups.setdefault(group, set()).add(real.get(event_id, event_id))
        same.setdefault(real.get(event_id, event_id), []).append(event_id)
    assert {group: ids for group, ids in groups.items() if len(ids) > 1} == {}
    pairs = [pair for ids in same.values() for pair in combinations(ids, 2)]
    assert len(pairs) >= 50, "too few to measure anything"
    missed = [pair for pair in pairs if len({described[one] for one in pair}) > 1]
    assert len(missed) <= 0.05 * len(pairs), missed


def test_every_published_table_and_column_has_a_comment(sandbox):
    assert (
        sandbox.query(
            "SELECT table_name FROM duckdb_tables()"
            " WHERE schema_name = 'marts' AND comment IS NULL"
            " UNION ALL SELECT view_name FROM duckdb_views()"
            " WHERE schema_name = 'marts' AND comment IS NULL"
        )
        == []
    )
    assert (
        sandbox.query(
            "SELECT table_name, column_name FROM duckdb_columns()"
            " WHERE schema_name = 'marts' AND comment IS NULL"
        )
        == []
    )


def test_the_as_of_macro_of_the_day_equals_the_release(sandbox):
    import duckdb

    with duckdb.connect(str(sandbox.community), read_only=True) as connection:
        connection.execute("USE marts")
        differing = connection.execute(
            """
            SELECT count(*), count(*) FILTER (
                scores.event_points <> as_of.event_points
                OR scores.share_points <> as_of.share_points
                OR scores.stage <> as_of.stage
                OR scores.last_active_date IS DISTINCT FROM as_of.last_active_date
            )
            FROM member_scores AS scores
            INNER JOIN member_scores_as_of(DATE '2026-11-20') AS as_of
                USING (member_id)
            """
        ).fetchone()
    assert differing[0] > 100
    assert differing[1] == 0


def test_a_newcomer_sees_stars_candidates_and_a_path(sandbox):
    """Earned by what the sandbox's ambassadors did, by the thresholds as they are."""
    stages = dict(
        sandbox.query("SELECT stage, count(*) FROM marts.member_scores GROUP BY stage")
    )
    assert stages["star"] >= 5
    assert stages["candidate"] >= 5
    assert sandbox.query("SELECT count(*) >= 5 FROM marts.star_candidates") == [(True,)]
    paths = sandbox.query("SELECT stars, n, lower, upper FROM marts.star_paths")
    assert paths
    assert all(stars >= 5 and lower < upper for stars, _, lower, upper in paths)


def test_one_silence_is_meant_wherever_it_is_told(sandbox):
    """The marts agree about every member, and no-shows are among what they read."""
    ((members, differing),) = sandbox.query(
        "SELECT count(*), count(*) FILTER ("
        " members.last_active_date IS DISTINCT FROM scores.last_active_date)"
        " FROM marts.dim_members AS members"
        " FULL JOIN marts.member_scores AS scores USING (member_id)"
    )
    assert members > 300
    assert differing == 0
    ((ends_with_none,),) = sandbox.query(
        "SELECT count(*) FROM marts.member_scores AS scores"
        " SEMI JOIN marts.fct_activities AS activities"
        " ON scores.member_id = activities.member_id"
        " AND activities.activity_type = 'no_show'"
        " AND activities.local_date > scores.last_active_date"
    )
    assert ends_with_none > 0


def test_files_are_not_readable_by_others(sandbox):
    for path in (sandbox.folder / "published").rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert stat.S_IMODE(path.stat().st_mode) == 0o640, path


def test_no_secret_of_the_run_is_anywhere_in_the_data_folder(sandbox):
    from datetime import date

    from sources._sandbox.community import generate
    from sources._sandbox.server import SandboxServer

    settings = SandboxServer(generate(members=200, seed=1, today=date(2026, 11, 20)))
    values = settings.settings()
    canaries = [
        values["CONNPASS_API_KEY"],
        values["X_BEARER_TOKEN"],
        values["HUBSPOT_TOKEN"],
        values["SALESFORCE_CLIENT_SECRET"],
    ]
    for path in sandbox.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(canary.encode() in content for canary in canaries), path


def test_a_second_run_with_nothing_new_says_so(sandbox):
    done = sandbox.refresh(clock=LATER)
    assert done.returncode == 0, done.stdout
    assert "nothing new" in done.stdout
    assert sandbox.query("SELECT count(*) FROM marts.publications") == [(1,)]


def test_a_full_second_run_gives_identical_rows(sandbox):
    before = sandbox.mart_hashes()
    done = sandbox.refresh("--full", clock="2026-11-21T07:00:00+09:00")
    assert done.returncode == 0, done.stdout
    after = sandbox.mart_hashes()
    assert {k for k in before if before[k] != after[k]} == set()
    assert sandbox.query(
        "SELECT changes FROM marts.publications ORDER BY published_at DESC LIMIT 1"
    ) == [("no change",)]


def test_two_runs_at_once_are_refused_with_one_sentence(sandbox):
    from pipelines.workspace import Workspace

    with Workspace(sandbox.folder).lock():
        done = sandbox.refresh()
    assert done.returncode == 3
    assert re.search(r"another run \((\w+, )?process \d+\) is using", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--as-of", "2026/11/20"], "as_of 2026/11/20: write the day as 2026-11-20"),
        (["--inbox", "/nowhere"], "INBOX=/nowhere: there is no such folder"),
        (["--window", "2026-04-01"], "write it as 2026-04-01..2026-04-30"),
        (["--sources", "conpass"], "no source conpass; there are connpass, doorkeeper"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_exit_code_2(tmp_path, arguments, sentence):
    data = tmp_path / "data"
    done = Project(data, runs_unit_tests=False, is_forked=True).refresh(*arguments)
    assert done.returncode == 2
    assert sentence in done.stdout
    assert "Traceback" not in done.stdout


def test_a_wrong_clock_is_one_sentence(tmp_path):
    command = Project(tmp_path).command(clock="2026-11-21T05:00:00")
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT)
    assert done.returncode == 2
    assert "add the offset" in done.stderr


def test_no_value_that_raw_has_of_a_person_is_in_the_shareable_file(sandbox):
    """Ids, addresses, handles and full names of every source, by the cards' roles."""
    people = set()
    for file in raw_files(sandbox.folder / "raw"):
        for row in file.rows():
            for columns in by_person(file.table.personal).values():
                people.update(
                    spelt(str(row[column.name]))
                    for column in columns
                    if column.role in ("id", "email", "handle", "name", "name_id")
                    and row.get(column.name)
                )
    # a word or a number is no person, nor is a company that people take the name of
    people = {it for it in people if re.search(r"@|[a-z].*[0-9_]|[^\x00-\x7f]{3,}", it)}
    companies = sandbox.query("SELECT name FROM marts.dim_companies")
    people -= {spelt(name) for (name,) in companies if name}
    assert len(people) > 500
    file = sandbox.folder / "published" / "community_shareable.duckdb"
    values = {(where, spelt(text)) for where, text in of_duckdb(file)}
    assert [where for where, text in values if text in people] == []
    assert [where for where, text in values if EMAIL.search(text)] == []


def test_an_address_given_for_one_event_serves_nothing_else(sandbox):
    given = sandbox.warehouse(
        "SELECT count(*) FROM marts.member_accounts"
        " WHERE source IN ('peatix', 'zoom', 'eventhub') AND email_purpose = 'event'"
    )
    assert given[0][0] > 20
    # every address says what for, and only addresses do
    assert sandbox.warehouse(
        "SELECT count(*) FROM marts.member_accounts"
        " WHERE (email IS NULL) <> (email_purpose IS NULL)"
    ) == [(0,)]
    # the address a member is shown with is such a one only for want of another
    assert sandbox.warehouse(
        "SELECT count(*) FROM marts.dim_members"
        " INNER JOIN marts.member_accounts USING (member_id)"
        " INNER JOIN intermediate.int_member_accounts AS fit USING (account_id)"
        " WHERE primary_email_purpose = 'event'"
        " AND member_accounts.email_purpose = 'any' AND fit.email IS NOT NULL"
    ) == [(0,)]
    # and no list of people is matched by it
    assert sandbox.warehouse(
        "SELECT count(*) FROM intermediate.int_member_keys AS keys"
        " WHERE member_key LIKE 'email:%' AND NOT EXISTS ("
        "FROM marts.member_accounts AS accounts WHERE email_purpose = 'any'"
        " AND 'email:' || lower(accounts.email) = keys.member_key)"
    ) == [(0,)]
