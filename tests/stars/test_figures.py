"""Figures from a published file: what they say, whom they name, when there are none."""

import csv
import re
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines import exit_codes
from pipelines.stars import figures
from pipelines.stars.figure_funnel import FILLED, SINKS, end_tops, flows, ribbons
from pipelines.stars.figure_look import STAGES
from tests.conftest import PROJECT

# Who stood where: (member, their stages with first days; the last one lasts).
PEOPLE = {
    "m_never": {"none": "2026-01-01"},
    "m_new": {"none": "2026-01-01", "new": "2026-02-01"},
    "m_gone": {"new": "2026-01-01", "light": "2026-01-05", "lapsed": "2026-08-01"},
    "m_asleep": {"active": "2026-05-01", "dormant": "2026-09-01"},
    "m_next": {"new": "2026-01-01", "active": "2026-01-11", "candidate": "2026-02-10"},
    "m_star": {"candidate": "2026-01-01", "star": "2026-03-02", "light": "2026-10-01"},
    "m_quiet": {"none": "2026-01-01"},
}
AS_OF = date(2026, 11, 20)


def publish(file: Path, *, names: bool = True, paths: bool = True) -> Path:
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "CREATE SCHEMA marts;"
            "CREATE TABLE marts.publications AS SELECT"
            " DATE '2026-11-20' AS data_through, true AS is_synthetic,"
            " TIMESTAMPTZ '2026-11-20 20:00:00+00' AS published_at;"
            "CREATE TABLE marts.member_stages (member_id VARCHAR, stage VARCHAR,"
            " valid_from DATE, valid_to DATE);"
            "CREATE TABLE marts.star_paths (path VARCHAR, path_ja VARCHAR,"
            " path_en VARCHAR, lift DOUBLE, lower DOUBLE, upper DOUBLE, stars BIGINT,"
            " others BIGINT, median_days DOUBLE)"
        )
        for member, stages in PEOPLE.items():
            spans = list(stages.items())
            for (stage, start), after in zip(spans, [*spans[1:], None], strict=True):
                connection.execute(
                    "INSERT INTO marts.member_stages"
                    " VALUES (?, ?, ?, CAST(? AS DATE) - 1)",
                    [member, stage, start, after and after[1]],
                )
        connection.execute(
            "CREATE TABLE marts.member_scores AS SELECT DISTINCT member_id, stage,"
            " length(member_id) + 0.5 AS event_points, 1.5 AS share_points,"
            " 'v1' AS formula_version, DATE '2026-11-20' AS as_of_date"
            " FROM marts.member_stages WHERE valid_to IS NULL;"
            "CREATE TABLE marts.member_score_history AS"
            " SELECT member_id, formula_version,"
            " unnest([DATE '2026-10-04', DATE '2026-11-15']) AS snapshot_date,"
            " event_points * 2 AS event_points, share_points FROM marts.member_scores"
        )
        if paths:
            connection.execute(
                "INSERT INTO marts.star_paths VALUES ('a > b', '初参加 → 初登壇',"
                " 'first event → first talk', 4.2, 2.1, 8.4, 6, 9, 120)"
            )
        if names:
            connection.execute(
                "CREATE TABLE marts.dim_members AS SELECT member_id,"
                " '名前 ' || member_id AS display_name FROM marts.member_scores"
            )
    return file


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("published") / "community.duckdb")


@pytest.fixture(scope="module")
def drawn(community: Path) -> dict[str, str]:
    files = figures.draw(community, community.parent / "figures", [])
    return {file.name: file.read_text() for file in files}


def test_members_flow_as_their_stages_say(community: Path):
    with duckdb.connect(str(community), read_only=True) as connection:
        flow = flows(connection)
    assert flow.stopped == {
        (0, "never"): 2,
        (1, "here"): 1,
        (2, "lapsed"): 1,
        (3, "dormant"): 1,
        (4, "here"): 1,
        (5, "star"): 1,
    }
    assert [flow.reached(rung) for rung in range(6)] == [7, 5, 4, 3, 2, 1]
    assert (flow.members, flow.active) == (7, 5)
    # From the day a rung was first reached or passed: m_star was a candidate at once,
    # m_next 30 days after active; of the rung star there is only m_star, 60 days later.
    assert flow.days == {1: 0, 2: 2, 3: 0, 4: 15, 5: 60}


def test_every_member_flows_to_one_end_and_no_flow_is_wider_than_its_people(
    community: Path,
):
    with duckdb.connect(str(community), read_only=True) as connection:
        flow = flows(connection)
    drawn = ribbons(flow)
    person = FILLED / flow.members
    ends = [ribbon for ribbon in drawn if ribbon.target[0] > 0.8]
    assert sum(ribbon.width for ribbon in ends) == pytest.approx(FILLED)
    tops = end_tops(flow)
    assert list(tops) == ["never", "lapsed", "dormant", "here", "star"]
    bottoms = {end: top + flow.ended(end) * person for end, top in tops.items()}
    ordered = [*SINKS]
    for upper, lower in zip(ordered, ordered[1:], strict=False):
        assert bottoms[upper] < tops[lower]
    assert bottoms["never"] == pytest.approx(1)


def test_both_figures_speak_both_languages_and_say_that_they_are_synthetic(
    drawn: dict[str, str],
):
    assert list(drawn) == ["star_funnel.html", "score_history.html"]
    for html in drawn.values():
        words = html[html.rindex("Plotly.newPlot") :]
        assert "as of 2026-11-20" in words
        assert "SYNTHETIC DATA" in words
    funnel = drawn["star_funnel.html"]
    for text in ("How members rise to star", "first event → first talk", "4.2x"):
        assert _has(funnel, text)
    for text in ("スターまでの道のり", "初参加 → 初登壇", "スター候補 candidate"):
        assert _has(funnel, text)
    history = drawn["score_history.html"]
    for text in ("Points over time", "スコアの推移", "イベント event", "シェア share"):
        assert _has(history, text)


def _has(html: str, text: str) -> bool:
    """Plotly writes what is not ASCII as it is, or escaped."""
    escaped = "".join(c if ord(c) < 128 else f"\\u{ord(c):04x}" for c in text)
    return text in html or escaped in html


def test_a_figure_opens_without_a_network(drawn: dict[str, str]):
    for html in drawn.values():
        assert not re.search(r"<(script|link|img)[^>]+(src|href)=", html)
        # The library knows addresses (of maps, of its makers); the figure has none.
        figure = html[html.rindex("Plotly.newPlot") :]
        assert "http" not in figure


def test_the_same_release_is_the_same_file(
    community: Path, drawn: dict[str, str], tmp_path: Path
):
    again = figures.draw(community, tmp_path, [])
    assert {file.name: file.read_text() for file in again} == drawn


def test_names_come_from_the_restricted_file_only(
    drawn: dict[str, str], tmp_path: Path
):
    assert _has(drawn["score_history.html"], "名前 m_star")
    file = publish(tmp_path / "shareable.duckdb", names=False, paths=False)
    _, history = figures.draw(file, tmp_path / "out", [])
    assert not _has(history.read_text(), "名前")
    assert _has(history.read_text(), "m_star")


def test_chosen_members_are_shown_by_id_or_name(community: Path, tmp_path: Path):
    _, file = figures.draw(community, tmp_path, ["m_new", "名前 m_gone"])
    html = file.read_text()
    assert _has(html, "名前 m_new")
    assert _has(html, "名前 m_gone")
    assert not _has(html, "名前 m_star")


@pytest.mark.parametrize(
    ("spoil", "chosen", "sentence"),
    [
        (None, ["nobody"], "no member of the published file is nobody"),
        (
            "DELETE FROM marts.member_stages WHERE stage <> 'none'",
            [],
            "0 members were ever active",
        ),
        ("DELETE FROM marts.publications", [], "holds no release"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(
    spoil: str | None, chosen: list[str], sentence: str, tmp_path: Path
):
    file = publish(tmp_path / "community.duckdb")
    if spoil:
        with duckdb.connect(str(file)) as connection:
            connection.execute(spoil)
    with pytest.raises(figures.CannotDraw, match=sentence):
        figures.draw(file, tmp_path / "out", chosen)
    assert not (tmp_path / "out").exists()


def test_without_a_release_the_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    monkeypatch.setenv("TSUNAGARI_ENV_FILE", "/dev/null")
    monkeypatch.setattr(sys, "argv", ["figures", "--data", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        figures.main()
    assert stopped.value.code == exit_codes.FAILED
    said = capsys.readouterr().err
    assert said.startswith("figures: there is no release at ")
    assert "make refresh" in said


def test_stages_have_the_words_of_the_seed():
    seed = PROJECT / "dbt_project" / "seeds" / "stage_rules.csv"
    with seed.open(encoding="utf-8") as lines:
        words = {
            (r["stage"], r["label_ja"], r["label_en"]) for r in csv.DictReader(lines)
        }
    assert words == {(key, stage.ja, stage.en) for key, stage in STAGES.items()}
