"""What may move between releases: each rule stops its own mutation, and nothing usual.

The past is made up in memory (gate_history.py); a mutation spoils the present.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from pipelines.gate.bound import BLOCKED
from pipelines.gate.bounds import bounds, stability_index
from pipelines.gate.rules import CHANGES, QUIET_LEAST_SOURCES
from pipelines.gate.volume import volumes
from tests.pipelines.gate_history import (
    FILES,
    TODAY,
    USUAL,
    Rows,
    Story,
    usual_loads,
    usual_rows,
    usual_statistics,
)

STORY = Story()
YESTERDAY = TODAY - timedelta(days=1)
Spoil = Callable[[Story], Story]


def today_brings(source: str, rows: int) -> Spoil:
    return lambda story: story.with_loads({(source, TODAY): rows})


def now_is(statistic: str, subject: str, version: str, n: int, value: float) -> Spoil:
    return lambda story: story.with_now({(statistic, subject, version): (n, value)})


def silent(source: str, days: int) -> Spoil:
    return lambda story: story.with_loads(
        {(source, TODAY - timedelta(n)): 0 for n in range(days)}
    )


def shifted_points(category: str) -> Spoil:
    """Everybody's points are ten times as many: two ranges up."""

    def spoil(story: Story) -> Story:
        names = [name for _, name, _ in story.now if name.startswith(f"{category} ")]
        counts = [story.now["points", name, "v1"][1] for name in names]
        moved = [counts[0], 0.0, 0.0, *counts[1:-3], sum(counts[-3:])]
        return story.with_now(
            {
                ("points", name, "v1"): (650, count)
                for name, count in zip(names, moved, strict=True)
            }
        )

    return spoil


# (the rule, what is spoilt, the subject that is named)
MUTATIONS: list[tuple[str, Spoil, str]] = [
    ("has_usual_volume", today_brings("slack", 190), "slack"),
    ("has_usual_volume", today_brings("connpass", 240), "connpass"),
    ("has_usual_volume", today_brings(FILES, 900), FILES),
    ("is_not_silent", silent("qiita", 12), "qiita"),
    ("keeps_its_points", shifted_points("event"), "event"),
    ("keeps_its_points", shifted_points("share"), "share"),
    ("keeps_its_stages", now_is("stage_changes", "all", "v1", 650, 30), "all"),
    ("keeps_its_people", now_is("merged", "all", "", 650, 14), "all"),
    ("keeps_its_accounts", now_is("accounts_moved", "all", "", 900, 19), "all"),
    (
        "keeps_its_amounts",
        now_is("deal_median", "Closed Won JPY", "", 27, 97_000_000),
        "Closed Won JPY",
    ),
    (
        "keeps_its_amounts",
        now_is("deal_median", "Closed Won JPY", "", 27, 9_700),
        "Closed Won JPY",
    ),
    (
        "states_its_currency",
        now_is("currency_stated", "hubspot", "", 43, 0.95),
        "hubspot",
    ),
    ("keeps_its_moments", now_is("moments_moved", "note", "", 800, 9), "note"),
    ("keeps_its_zone", now_is("zones_lost", "connpass", "", 90, 1), "connpass"),
    ("keeps_its_states", now_is("states_turned", "connpass", "", 90, 3), "connpass"),
    (
        "keeps_its_cancellations",
        now_is("cancellations_undone", "connpass", "", 300, 1),
        "connpass",
    ),
    (
        "keeps_its_lists",
        now_is("file_rows_gone", "files.registrations", "", 900, 10),
        "files.registrations",
    ),
    ("keeps_its_units", now_is("deals_rescaled", "hubspot", "", 80, 3), "hubspot"),
    ("keeps_its_units", now_is("deals_rescaled", "hubspot", "", 900, 10), "hubspot"),
    ("keeps_its_signs", now_is("costs_turned", "files", "", 40, 3), "files"),
    (
        "keeps_its_rows",
        now_is("rows", "fct_activities.slack", "", 8_500, 8_500),
        "fct_activities.slack",
    ),
    (
        "keeps_its_rows",
        now_is("rows", "metrics.nps by all", "", 0, 0),
        "metrics.nps by all",
    ),
    ("keeps_its_values", now_is("metric_change", "outputs", "1", 30, 0.41), "outputs"),
    (
        "keeps_its_rates",
        now_is("rate_change", "active_rate", "1", 30, 0.21),
        "active_rate",
    ),
]


def blocked(story: Story) -> list[tuple[str, str]]:
    found = story.judged()
    found = found[found["verdict"] == BLOCKED]
    return list(zip(found["rule"], found["subject"], strict=True))


def test_a_usual_day_passes_and_every_rule_has_looked():
    found = STORY.judged()
    assert set(found["verdict"]) == {"passed"}
    assert set(found["rule"]) == {rule.check for rule in CHANGES}


@pytest.mark.parametrize(
    ("rule", "spoil", "subject"),
    MUTATIONS,
    ids=[f"{rule}-{subject}" for rule, _, subject in MUTATIONS],
)
def test_exactly_the_rule_meant_for_it_blocks(rule: str, spoil: Spoil, subject: str):
    assert blocked(spoil(STORY)) == [(rule, subject)]


def test_every_rule_has_a_mutation():
    assert {rule for rule, _, _ in MUTATIONS} == {rule.check for rule in CHANGES}


def test_a_first_release_has_nothing_to_block_with():
    today = {(source, TODAY): 60_000 for source in USUAL}
    story = Story(loads=today, before=lambda day: None)
    assert blocked(story) == []
    assert story.verdicts("has_usual_volume") == {}
    assert set(story.verdicts("keeps_its_rows").values()) == {"learning"}
    assert "learning" in story.reasons("keeps_its_points")["event"]


@pytest.mark.parametrize(("days", "verdict"), [(9, "warned"), (27, "warned")])
def test_volume_warns_below_four_weeks(days: int, verdict: str):
    start = TODAY - timedelta(days=days)
    loads = {key: rows for key, rows in usual_loads().items() if key[1] >= start}
    story = Story(loads={**loads, ("slack", TODAY): 4_000})
    assert story.verdicts("has_usual_volume")["slack"] == verdict
    assert "of 4 days of the same weekday" in story.reasons("has_usual_volume")["slack"]


def test_mondays_are_compared_with_mondays():
    saturday = TODAY - timedelta(days=6)
    quiet = story_up_to(saturday)
    assert quiet.verdicts("has_usual_volume")["slack"] == "passed"  # 40, not 400
    as_on_a_friday = quiet.with_loads({("slack", saturday): 380})
    assert blocked(as_on_a_friday) == [("has_usual_volume", "slack")]


def story_up_to(day: date) -> Story:
    loads = {key: rows for key, rows in usual_loads().items() if key[1] <= day}
    releases = usual_statistics()
    return Story(loads=loads, as_of=day, before=lambda d: releases if d < day else None)


@pytest.mark.parametrize("mean", [30, 300, 3_000])
def test_days_that_differ_by_a_third_are_no_alarm(mean: int):
    drawn = np.random.default_rng(1)
    days = [TODAY - timedelta(days=130 - n) for n in range(131)]
    rows = drawn.poisson(drawn.gamma(9, mean / 9, len(days)))
    loads = pd.DataFrame({"source": "slack", "load_date": days, "landed": rows})
    judged = [
        next(volumes(loads[: n + 1], since=days[n - 1])) for n in range(70, len(days))
    ]
    off = [day for day in judged if not day.lower <= day.observed <= day.upper]
    assert all(day.history >= 4 for day in judged)
    assert len(off) <= 1


def test_few_rows_are_never_off():
    assert blocked(STORY.with_loads({("note", TODAY): 58})) == []  # 40 is usual


def test_a_holiday_is_quiet_everywhere_and_blocks_nothing():
    quiet = {
        (source, TODAY - timedelta(n)): usual_rows(source, TODAY) // 10
        for source in USUAL
        for n in range(9)
    }
    story = STORY.with_loads(quiet)
    assert blocked(story) == []
    verdicts = story.verdicts("has_usual_volume")
    assert list(verdicts.values()).count("warned") >= QUIET_LEAST_SOURCES
    assert "holiday" in story.reasons("has_usual_volume")["slack"]


def test_after_a_holiday_the_usual_is_usual():
    quiet = {
        (source, TODAY - timedelta(n)): 3 for source in USUAL for n in range(7, 17)
    }
    assert blocked(STORY.with_loads(quiet)) == []


def test_one_source_alone_is_no_holiday():
    assert blocked(STORY.with_loads({("slack", TODAY): 20})) == [
        ("has_usual_volume", "slack")
    ]


def test_a_conference_that_doubles_attendance_asks_for_one_acknowledgement():
    day = {("connpass", TODAY): 2 * usual_rows("connpass", TODAY)}
    assert blocked(STORY.with_loads(day)) == [("has_usual_volume", "connpass")]
    rule = next(rule for rule in CHANGES if rule.check == "has_usual_volume")
    assert rule.acknowledgeable
    a_week_ago = {("connpass", TODAY - timedelta(days=7)): 300}
    assert blocked(STORY.with_loads(a_week_ago)) == []  # and is no bound afterwards


def test_a_new_source_is_not_judged_and_excuses_what_it_moves():
    grown = STORY.with_loads({("zoom", TODAY): 30_000}).with_now(
        {
            ("rows", "fct_activities.zoom", ""): (30_000, 30_000.0),
            ("metric_change", "outputs", "1"): (30, 2.0),
            ("merged", "all", ""): (650, 60.0),
        }
    )
    assert blocked(grown) == []
    assert "zoom" not in grown.verdicts("has_usual_volume")
    assert grown.verdicts("keeps_its_rows")["fct_activities.zoom"] == "learning"
    assert grown.reasons("keeps_its_values")["outputs"] == "new source: zoom"
    assert grown.verdicts("keeps_its_people") == {"all": "exempt"}


def test_a_source_that_is_gone_lost_its_rows():
    now = {k: v for k, v in STORY.now.items() if k[1] != "fct_activities.note"}
    assert blocked(replace(STORY, now=now)) == [
        ("keeps_its_rows", "fct_activities.note")
    ]


def test_another_formula_is_said_and_not_judged():
    now: Rows = {
        (kind, subject, "v2" if version == "v1" else version): numbers
        for (kind, subject, version), numbers in shifted_points("event")(
            STORY
        ).now.items()
    }
    now["stage_changes", "all", "v2"] = (650, 300.0)
    now["usual_stage_changes", "all", "v1"] = now.pop(
        ("usual_stage_changes", "all", "v2")
    )
    story = replace(STORY, now=now)
    assert blocked(story) == []
    assert story.reasons("keeps_its_points")["event"] == "formula v2 after v1"
    assert story.reasons("keeps_its_stages")["all"] == "formula v2 after v1"


def test_new_connector_code_may_land_rows_again_but_not_fewer():
    now = {k: v for k, v in STORY.now.items() if k[0] != "connectors"}
    deployed = replace(STORY, now={**now, ("connectors", "all", "code 2"): (0, 0.0)})
    again = deployed.with_loads({("slack", TODAY): 40_000})
    assert again.verdicts("has_usual_volume")["slack"] == "warned"
    fewer = deployed.with_loads({("slack", TODAY): 20})
    assert blocked(fewer) == [("has_usual_volume", "slack")]


def test_an_earlier_day_than_the_last_release_is_not_judged():
    spoilt = shifted_points("share")(today_brings("slack", 0)(STORY))
    story = replace(spoilt, as_of=TODAY - timedelta(days=40))
    assert blocked(story) == []
    assert "earlier day" in story.reasons("has_usual_volume")["slack"]


def test_a_second_run_of_a_day_judges_the_whole_day():
    releases = usual_statistics()
    story = replace(STORY, before=lambda day: releases)
    again = replace(
        story,
        as_of=YESTERDAY,  # the last release of the history is of yesterday too
        loads={key: rows for key, rows in story.loads.items() if key[1] <= YESTERDAY},
    )
    assert blocked(again) == []
    assert set(again.verdicts("has_usual_volume")) == {*USUAL, FILES}


def test_days_without_a_run_are_judged_together_with_the_next():
    late = TODAY - timedelta(days=3)
    releases = usual_statistics()
    story = replace(STORY, before=lambda day: releases if day < late else None)
    assert blocked(story) == []
    lost = {("slack", TODAY - timedelta(n)): 0 for n in range(4)}
    assert ("has_usual_volume", "slack") in blocked(story.with_loads(lost))


def test_rows_that_came_a_day_later_make_up_for_it():
    releases = usual_statistics()
    story = replace(STORY, before=lambda day: releases if day < YESTERDAY else None)
    rows = usual_rows("slack", YESTERDAY) + usual_rows("slack", TODAY)
    late = {("slack", YESTERDAY): 0, ("slack", TODAY): rows}
    assert blocked(story.with_loads(late)) == []


def test_a_silence_is_acknowledged_once():
    story = silent("qiita", 14)(STORY)
    known = replace(story, let_through={("is_not_silent", "qiita"): 13.0})
    assert blocked(known) == []
    assert known.verdicts("is_not_silent")["qiita"] == "known"


def test_points_let_through_stay_in_the_comparison_and_may_not_move_again():
    story = shifted_points("event")(STORY)
    index = (
        story.judged()
        .set_index(["rule", "subject"])
        .loc[("keeps_its_points", "event"), "observed"]
    )
    known = replace(story, let_through={("keeps_its_points", "event"): index})
    assert known.verdicts("keeps_its_points")["event"] == "known"
    less = {("keeps_its_points", "event"): index - 0.26}
    assert blocked(replace(story, let_through=less)) == [("keeps_its_points", "event")]


def test_the_order_of_rows_changes_nothing():
    measured = STORY.measured()
    turned = replace(
        measured,
        now=measured.now[::-1],
        history=measured.history[::-1],
        loads=measured.loads[::-1],
    )
    pd.testing.assert_frame_equal(bounds(turned), bounds(measured))


def test_the_stability_index_of_two_ranges():
    # shares .5/.5 and .75/.25 (half a member added): .25 ln 1.5 + .25 ln 2
    assert stability_index([19.5, 19.5], [29.5, 9.5]) == pytest.approx(
        0.274653, abs=1e-6
    )
