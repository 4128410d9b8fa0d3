"""One suite over every discovered source: a new source is tested by existing."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sources._base.errors import SourceError
from sources._base.landing import land
from sources._base.raw import EMPTY, RawReader
from sources._base.source import Source
from sources._sandbox.faults import KINDS
from sources._sandbox.server import SandboxServer
from tests.conftest import PROJECT
from tests.sources.every_source import (
    CLOCK,
    PLAYED,
    SOURCES,
    TODAY,
    DayPasses,
    Rows,
    Stage,
    by_key,
    community,
    fault_for,
    key_of,
    lost_or_changed,
    next_day,
    one_sentence,
    outcome,
    try_fault,
    twice,
)

SEEDS = (1, 2, 3)
KIND_OF_VALUE: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "bigint": (int,),
    "double": (float, int),
    "bool": (bool,),
    "timestamp": (datetime,),
    "date": (date,),
    "json": (dict, list, str),
}
# Read again only when their turn has come, whatever happens meanwhile (the READMEs
# say so): that nothing of them is lost by then, test_the_cursor_never_skips tells.
IN_ROTATION = {"connpass": ("user_events ", "users ")}
every_source = pytest.mark.parametrize("name", sorted(SOURCES))
every_platform = pytest.mark.parametrize("name", PLAYED)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A sandbox of sixty members with its inbox."""
    with SandboxServer(community(), requests_per_second=1e6) as server:
        folder = tmp_path_factory.mktemp("stage")
        server.write_inbox(folder / "inbox")
        yield Stage(server, folder)


@dataclass
class Calm:
    """Per source: what an undisturbed first run yields, and what it asked for."""

    stage: Stage
    found: dict[str, tuple[Rows, list[str]]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> tuple[Rows, list[str]]:
        if name not in self.found:
            self.stage.play()
            rows = self.stage.run(SOURCES[name]).extract()
            self.found[name] = (rows, self.stage.requests_of(name))
        return self.found[name]


@pytest.fixture(scope="module")
def calm(stage: Stage) -> Calm:
    """Calm runs, one per source."""
    return Calm(stage)


# --- the card -------------------------------------------------------------------------


@every_source
def test_the_card_says_what_is_needed_and_hides_what_is_secret(name: str) -> None:
    source = SOURCES[name]
    assert source.name == name
    for setting in source.settings:
        assert setting.name.startswith(name.upper().split("_")[0])
        assert setting.description
        looks_secret = re.search(r"TOKEN|SECRET|_KEY$|PASSWORD", setting.name)
        assert setting.secret == bool(looks_secret), setting.name
    if any(setting.required for setting in source.settings):
        assert source.probe, "a source with credentials can be probed"
    for table in source.tables:
        assert set(table.key) <= set(table.columns)
        assert table.description


@every_source
def test_the_readme_tells_what_a_reader_must_know(name: str) -> None:
    text = (PROJECT / "sources" / name / "README.md").read_text(encoding="utf-8")
    assert re.search(r"personal data", text, re.I)
    missing = [s.name for s in SOURCES[name].settings if s.name not in text]
    assert missing == []


@every_source
@pytest.mark.parametrize("language", ["README.md", "README.ja.md"])
def test_the_project_names_every_source_to_its_readers(
    name: str, language: str
) -> None:
    text = (PROJECT / language).read_text(encoding="utf-8")
    assert f"(sources/{name}/README.md)" in text


# --- rows -----------------------------------------------------------------------------


@every_source
def test_nothing_configured_leaves_typed_empty_tables(
    name: str, tmp_path: Path
) -> None:
    source = SOURCES[name]
    landed = land(
        source,
        raw_url=(tmp_path / "raw").as_uri(),
        work_folder=tmp_path / "dlt",
        inbox=tmp_path / "inbox",
        environment={},
        clock=CLOCK,
    )
    assert landed.rows == 0
    for table in source.tables:
        assert (tmp_path / f"raw/raw_{name}" / table.name / EMPTY).exists()
    reader = RawReader((tmp_path / "raw").as_uri())
    for table in source.tables:
        assert reader.newest_hashes(name, table.name, table.key) == {}


@every_source
def test_the_sandbox_gives_every_source_something_to_read(
    name: str, calm: Calm
) -> None:
    rows, asked = calm[name]
    assert sum(len(found) for found in rows.values()) > 0
    assert bool(asked) == (name in PLAYED)


@every_source
def test_keys_are_there_and_values_are_of_the_declared_types(
    name: str, calm: Calm
) -> None:
    rows, _ = calm[name]
    for table in SOURCES[name].tables:
        for row in rows[table.name]:
            assert any(part is not None for part in key_of(table, row)), row
            for column, kind in table.columns.items():
                value = row.get(column)
                assert value is None or isinstance(value, KIND_OF_VALUE[kind]), (
                    f"{table.name}.{column} is declared {kind} and holds {value!r}"
                )


@every_source
def test_one_run_yields_nothing_twice(name: str, calm: Calm) -> None:
    assert twice(SOURCES[name], calm[name][0]) == []


@every_platform
def test_ids_are_text(name: str, calm: Calm) -> None:
    for table in SOURCES[name].tables:
        ids = [c for c in table.key if c == "id" or c.endswith("_id")]
        assert {table.columns[column] for column in ids} <= {"text"}


# --- day after day --------------------------------------------------------------------


@every_platform
@pytest.mark.parametrize("hours", [0, 6, -6], ids=["on time", "ahead", "behind"])
def test_the_cursor_never_skips(name: str, hours: int, tmp_path: Path) -> None:
    """Runs on day 0, 1 and 21 together hold all that a first run on day 21 finds.

    By then what is read in rotation has had its turn. Also when our clock is hours off
    the platform's.
    """
    source = SOURCES[name]
    memory: dict[str, Any] = {}
    loads: list[Rows] = []
    landed: Rows = {table.name: [] for table in source.tables}
    with SandboxServer(community(), requests_per_second=1e6) as server:
        stage = Stage(server, tmp_path)
        for days in (0, 1, 20):
            server.advance(days)
            clock = CLOCK + (server.community.today - TODAY) + timedelta(hours=hours)
            run = stage.run(source, memory=memory, clock=clock, landed_before=landed)
            loads.append(run.extract())
            landed = {name: landed[name] + loads[-1][name] for name in landed}
        afresh = stage.run(source, clock=clock).extract()
    assert list(lost_or_changed(source, afresh, *loads)) == []


@every_platform
@pytest.mark.parametrize("seed", SEEDS)
def test_pages_that_shift_while_they_are_read_lose_nothing(
    name: str, seed: int, tmp_path: Path, calm: Calm
) -> None:
    """A day passes at the platform in the middle of a run; the next run is calm."""
    source = SOURCES[name]
    middle = fault_for(name, "new_field", seed, calm[name][1]).after
    memory: dict[str, Any] = {}
    with SandboxServer(community(), requests_per_second=1e6) as server:
        stage = Stage(server, tmp_path)
        server.faults = DayPasses(server=server, source=name, after=middle)
        run = stage.run(source, memory=dict(memory))
        first, error = outcome(run)
        memory = dict(run.state) if error is None else {}
        assert error is None or one_sentence(error), str(error)
        assert twice(source, first or {}) == []
        stage.play()
        landed = first or {table.name: [] for table in source.tables}
        later = stage.run(
            source, memory=memory, clock=next_day(), landed_before=landed
        ).extract()
        afresh = stage.run(source, clock=next_day()).extract()
    found = lost_or_changed(source, afresh, first, later)
    late = IN_ROTATION.get(name, ("nothing",))
    assert [text for text in found if not text.startswith(late)] == []


@every_source
def test_a_second_run_of_the_same_day_brings_nothing_new(
    name: str, stage: Stage
) -> None:
    source = SOURCES[name]
    memory: dict[str, Any] = {}
    stage.play()
    first = by_key(source, stage.run(source, memory=memory).extract())
    again = by_key(source, stage.run(source, memory=memory).extract())
    for table in source.tables:
        if table.skip_unchanged:
            new = set(again[table.name]) - set(first[table.name])
            assert new == set(), table.name
        else:
            assert again[table.name] == {}, f"{table.name} would land twice"


# --- bad days -------------------------------------------------------------------------


@every_platform
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_loses_nothing_doubles_nothing_and_says_one_thing(
    name: str, kind: str, stage: Stage, calm: Calm, caplog: pytest.LogCaptureFixture
) -> None:
    """Three requests by seed. After a failed run nothing is kept, and the next is calm.

    What a run with a fault lands is what a calm one lands, or the next run mends it.
    """
    source = SOURCES[name]
    expected, asked = calm[name]
    caplog.set_level(logging.DEBUG)
    for seed in SEEDS:
        tried = try_fault(stage, source, kind, seed, expected, asked)
        assert tried.problems == [], f"seed {seed}: {tried.problems[:3]}"
    for secret in source.secrets(source.configured(stage.server.settings())):
        assert secret not in caplog.text


@every_platform
def test_a_platform_that_stays_down_is_one_sentence_and_costs_no_row(
    name: str, stage: Stage, calm: Calm
) -> None:
    source = SOURCES[name]
    expected, asked = calm[name]
    down = fault_for(name, "500", 1, asked)
    stage.play(type(down)(down.path_regex, "500", times=-1, after=len(asked) // 2))
    rows, error = outcome(stage.run(source))
    assert error is None or one_sentence(error), str(error)
    stage.play()
    after = stage.run(source).extract()
    assert list(lost_or_changed(source, expected, after)) == []


@every_platform
def test_a_wrong_credential_is_named(name: str, stage: Stage) -> None:
    source = SOURCES[name]
    wrong = {s.name: "wrong-value-000" for s in source.settings if s.secret}
    if not wrong:
        return
    stage.play()
    run = stage.run(source)
    run.settings = {**run.settings, **wrong}
    with pytest.raises(SourceError) as caught:
        assert source.probe
        source.probe(run)
    assert one_sentence(caught.value)
    assert "wrong-value-000" not in f"{caught.value} {vars(caught.value)}"


@every_platform
def test_the_probe_asks_little_and_says_who_answers(name: str, stage: Stage) -> None:
    source = SOURCES[name]
    stage.play()
    if source.probe is None:
        assert not any(setting.required for setting in source.settings)
        return
    sentence = source.probe(stage.run(source))
    assert sentence and "\n" not in sentence
    assert 1 <= len(stage.requests_of(name)) <= 2


@every_platform
def test_the_pace_of_the_card_is_kept(name: str, stage: Stage) -> None:
    """Measured on a clock the test owns: no second holds more than the card allows."""
    source: Source = SOURCES[name]
    stage.play()
    run = stage.run(source, keeps_pace=True)
    run.extract()
    for clock, sent in run.paces():
        least = (sent - 1) / source.requests_per_second
        assert sum(clock.naps) >= least * 0.999
