"""Whatever happens in whatever order: undo restores, ids stay, the log replays."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.identity import log, undone
from pipelines.identity.lines import add_lines
from pipelines.identity.manual import file_in
from tests.identity.conftest import Community

EMAILS = ["a@corp.jp", "b@corp.jp", "c@gmail.com", "d@gmail.com", None]
NAMES = ["佐藤健", "佐藤 健", "鈴木一郎", None]
SOURCES = ["git", "connpass", "hubspot", "x"]
NUMBER = st.integers(0, 1000)
STEPS = st.one_of(
    st.tuples(st.just("arrive"), NUMBER, NUMBER, NUMBER),
    st.tuples(st.just("change"), NUMBER, NUMBER, NUMBER),
    st.tuples(st.just("merge"), NUMBER, NUMBER, NUMBER),
    st.tuples(st.just("split"), NUMBER, NUMBER, NUMBER),
    st.tuples(st.just("undo"), NUMBER, NUMBER, NUMBER),
)
Step = tuple[str, int, int, int]
few_examples = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True, scope="module")
def _rules_alone() -> Iterator[None]:
    """Without the model, which takes longer and changes nothing of what is shown."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.identity.model.parameters", lambda _: None)
        yield


class Story:
    """A community to which one thing happens after the other, a run after each."""

    def __init__(self, data: Path) -> None:
        self.community = Community(data)
        for number in range(3):
            self.arrive(number, number, number)
        self.maps = [self.run()]

    def arrive(self, source: int, email: int, name: int) -> None:
        self.community.account(
            f"{SOURCES[source % 4]}:{len(self.community.accounts)}",
            email=EMAILS[email % 5],
            display_name=NAMES[name % 4],
        )

    def change(self, who: int, email: int, _: int) -> None:
        self.community.change(self._account(who), email=EMAILS[email % 5])

    def merge(self, one: int, other: int, _: int) -> None:
        self._line("merge", one, other)

    def split(self, one: int, other: int, _: int) -> None:
        self._line("split", one, other)

    def undo(self, number: int, with_details: int, _: int) -> None:
        if choices := self.undoable(self.community.log()):
            chosen = choices[number % len(choices)]
            self.community.undo(chosen, with_details=bool(with_details % 2))

    def happens(self, step: Step) -> None:
        """One step and a run."""
        kind, *numbers = step
        getattr(self, kind)(*numbers)
        self.maps.append(self.run())

    def run(self) -> dict[str, str]:
        return self.community.resolve()["member_id"].to_dict()

    def undoable(self, decisions: pd.DataFrame) -> list[str]:
        """Decisions of these that can be undone and have not been."""
        file = file_in(self.community.data / "inbox")
        written = file.read_text("utf-8") if file.exists() else ""
        found = []
        for decision_id in decisions["decision_id"]:
            try:
                undone.of(self.community.log(), decision_id)
            except undone.CannotUndo:
                continue
            if decision_id not in written:
                found.append(decision_id)
        return found

    def _account(self, number: int) -> str:
        accounts = self.community.accounts
        return str(accounts[number % len(accounts)]["account_id"])

    def _line(self, decision: str, one: int, other: int) -> None:
        accounts = self._account(one), self._account(other)
        if accounts[0] != accounts[1]:
            add_lines(
                file_in(self.community.data / "inbox"),
                [
                    {
                        "decision": decision,
                        "account_a": accounts[0],
                        "account_b": accounts[1],
                    }
                ],
            )


def _people(members: dict[str, str]) -> set[frozenset[str]]:
    by_member: dict[str, set[str]] = {}
    for account, member in members.items():
        by_member.setdefault(member, set()).add(account)
    return {frozenset(accounts) for accounts in by_member.values()}


@few_examples
@given(steps=st.lists(STEPS, max_size=8))
def test_ids_stay_and_the_log_replays(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    story = Story(tmp_path_factory.mktemp("story"))
    for step in steps:
        story.happens(step)
        decisions = story.community.log()
        assert log.replay(decisions)["member_id"].to_dict() == story.maps[-1]
        assert story.run() == story.maps[-1]
        assert len(story.community.log()) == len(decisions), "nothing new, yet written"
        assert set(story.maps[-1]) == {
            row["account_id"] for row in story.community.accounts
        }
    bearers: dict[str, set[str]] = {}
    for before, after in zip(story.maps, story.maps[1:], strict=False):
        for account, member in before.items():
            bearers.setdefault(member, set()).add(account)
        for accounts in _people(after):
            member = next(after[account] for account in accounts)
            assert member not in bearers or accounts & bearers[member]
            if accounts in _people(before):
                assert {before[account] for account in accounts} == {member}


@few_examples
@given(steps=st.lists(STEPS, max_size=8))
def test_without_the_log_the_file_gives_the_same_people(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    story = Story(tmp_path_factory.mktemp("story"))
    for kind, one, _, other in steps:
        story.happens((kind, one, 1, other))  # undo lines with details
    for file in (story.community.data / log.FOLDER).iterdir():
        file.unlink()
    assert _people(story.run()) == _people(story.maps[-1])


@few_examples
@given(steps=st.lists(STEPS, max_size=6), last=STEPS)
def test_undoing_all_that_a_run_did_restores_the_map_before(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step], last: Step
) -> None:
    story = Story(tmp_path_factory.mktemp("story"))
    for step in steps:
        story.happens(step)
    first = len(story.community.log())
    before = dict(story.maps[-1])
    story.happens(last)
    new = story.community.log().iloc[first:]
    events = new.drop_duplicates(["member_id", "previous_member_id"])
    if undone_now := story.undoable(events):
        story.community.undo(*undone_now)
        after = story.run()
        assert {account: after[account] for account in before} == before
