"""What an agreement is worth is learnt from what is seen, kept, and used by runs."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipelines.identity import evidence, fitting, frames, manual, model, train
from pipelines.identity.comparisons import COMPARISONS
from pipelines.identity.fitting import TrainingSet, fit, training_set
from pipelines.identity.model import Parameters
from tests.bench import identity_train
from tests.bench.identity_community import community as invented
from tests.bench.identity_write import DOCUMENT
from tests.identity.conftest import Community

SIZE = 1_500


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rounds show what five do."""
    monkeypatch.setattr(fitting, "_ROUNDS", 2)


@pytest.fixture(scope="module")
def shown() -> TrainingSet:
    """An invented community without commits, its persons known."""
    return identity_train.of_invented(SIZE, seed=5)


def worth(parameters: Parameters, comparison: str, level: str) -> float:
    """m / u."""
    m, u = parameters.weights[comparison][level]
    return m / u


def starting_with(comparison: str, level: str, m: float) -> Parameters:
    """The shipped parameters but for one m; the other levels share the rest."""
    levels = model.SHIPPED.weights[comparison]
    rest = (1 - m) / (1 - levels[level][0])
    changed = {
        name: (m if name == level else old * rest, u)
        for name, (old, u) in levels.items()
    }
    weights = model.SHIPPED.weights | {comparison: changed}
    return replace(model.SHIPPED, weights=weights)


def unlabelled(shown: TrainingSet) -> "pd.Series[str]":
    """Nobody known."""
    return pd.Series(index=shown.persons.index, dtype="str")


def test_an_agreement_that_labels_show_is_worth_more(shown: TrainingSet) -> None:
    start = starting_with("name", "same_name", 0.02)
    learnt = fit([shown], start, "labelled")
    assert worth(learnt, "name", "same_name") > 5 * worth(start, "name", "same_name")

    everybody_alone = pd.Series(
        [f"p{at}" for at in range(len(shown.persons))], index=shown.persons.index
    )
    strangers = replace(shown, persons=everybody_alone)
    unlearnt = fit([strangers], start, "all strangers")
    assert worth(unlearnt, "name", "same_name") == pytest.approx(
        worth(start, "name", "same_name"), rel=0.01
    )


def test_a_level_that_nobody_reaches_keeps_its_worth(shown: TrainingSet) -> None:
    pairs = model.scored(
        shown.features,
        shown.labels[shown.features.index],
        shown.together,
        model.SHIPPED,
        threshold=0.0,
    )
    learnt = fit([shown], model.SHIPPED, "learnt")
    unseen = [
        (comparison.name, level.name)
        for comparison in COMPARISONS
        for level in comparison.levels
        if not level.is_unknown and not pairs[comparison.name].eq(level.name).any()
    ]
    assert ("words", "address") in unseen  # without commits nobody claims addresses
    assert ("behaviour", "mostly") in unseen  # nor acts with anybody
    for comparison, level in unseen:
        assert worth(learnt, comparison, level) == pytest.approx(
            worth(model.SHIPPED, comparison, level), rel=0.01
        )


def test_shares_add_up(shown: TrainingSet) -> None:
    learnt = fit([shown], model.SHIPPED, "learnt")
    for levels in learnt.weights.values():
        assert sum(m for m, _ in levels.values()) == pytest.approx(1)
        assert all(0 < m < 1 and 0 < u <= 1 for m, u in levels.values())
    assert 0 < learnt.others < 5


def test_without_labels_probabilities_take_their_place(shown: TrainingSet) -> None:
    unknown = replace(shown, persons=unlabelled(shown))
    start = starting_with("name", "same_name", 0.1)
    learnt = fit([unknown], start, "unlabelled")
    assert worth(learnt, "name", "same_name") > 2 * worth(start, "name", "same_name")
    assert 0 < learnt.others <= start.others  # probabilities do not raise each other


def test_the_starting_values_fit_the_comparisons() -> None:
    start = identity_train.start()
    assert {name: set(levels) for name, levels in start.weights.items()} == {
        name: set(levels) for name, levels in model.SHIPPED.weights.items()
    }


def test_what_is_shipped_has_the_form_that_training_writes() -> None:
    shipped = model.SHIPPED_FILE.read_text(encoding="utf-8")
    assert train.written(model.SHIPPED) == shipped


def test_the_table_of_the_page_shows_what_is_shipped() -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    assert identity_train.with_table(page, model.SHIPPED) == page
    with pytest.raises(ValueError, match="the page has no lines"):
        identity_train.with_table("# A page", model.SHIPPED)


def test_parameters_for_other_comparisons_are_refused(tmp_path: Path) -> None:
    values = json.loads(train.written(model.SHIPPED))
    del values["weights"]["name"]["same_sound"]
    file = tmp_path / model.TRAINED
    file.parent.mkdir()
    file.write_text(json.dumps(values))
    with pytest.raises(ValueError, match=r"model\.json was trained for other comp"):
        model.parameters(tmp_path)
    file.unlink()
    assert model.parameters(tmp_path) == model.SHIPPED


def test_answers_are_those_of_the_decisions_file(community: Community) -> None:
    for name in "abcdef":
        community.account(f"slack:{name}", email=f"{name}@home.example")
    community.account("forms:a", email="a@home.example")
    lines = (
        "merge,slack:a,slack:b,,hanako,2026-11-01",
        "split,forms:a,slack:c,,hanako,2026-11-01",
        "merge,slack:d,slack:e,,hanako,2026-11-01",
        "split,slack:d,slack:e,,hanako,2026-11-02",
        "merge,slack:a,forms:a,,hanako,2026-11-02",
        "bot,slack:f,,,hanako,2026-11-02",
    )
    header = "decision,account_a,account_b,reason,who,when"
    given = frames.shaped(pd.DataFrame(community.accounts), frames.ACCOUNTS)
    by_hand = manual.parsed(
        "\n".join([header, *lines]).encode(), set(given["account_id"]), community.log
    )
    people = train.flagged(evidence.prepare(given), by_hand)
    unknown = training_set(people, frames.shaped(pd.DataFrame(), frames.LINKS))
    position = {account: at for at, account in enumerate(people["account_id"])}
    a, b, c, d, e = (position[f"slack:{name}"] for name in "abcde")
    assert train.answered(unknown, people, by_hand) == {
        (a, b): True,
        (a, c): False,  # forms:a has the address of slack:a: they are one person
        (d, e): False,
    }
    assert position["slack:f"] not in unknown.features.index


def test_an_answer_by_hand_counts_against_the_probability(shown: TrainingSet) -> None:
    unknown = replace(shown, persons=unlabelled(shown))
    labels = shown.labels[shown.features.index]
    pairs = model.scored(
        shown.features, labels, shown.together, model.SHIPPED, threshold=0.9
    )
    same_name = pairs[pairs["name"].eq("same_name")]
    keys = zip(shown.labels[same_name["a"]], shown.labels[same_name["b"]], strict=True)
    refused = {(min(one, other), max(one, other)): False for one, other in keys}
    assert len(refused) > 5
    learnt = fit([unknown], model.SHIPPED, "unlabelled")
    answered = fit([replace(unknown, answers=refused)], model.SHIPPED, "answered")
    assert worth(answered, "name", "same_name") < worth(learnt, "name", "same_name")


def test_too_few_accounts_are_refused(
    community: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    community.account("slack:a", display_name="山田 太郎")
    community.refresh()
    assert community.command(train.main, who="") == 1
    said = capsys.readouterr().err
    assert said.startswith("train-identity: 1 accounts are too few to learn from")
    assert not (community.data / model.TRAINED).exists()


def test_without_a_warehouse_it_says_what_to_do(
    community: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    (community.data / "inbox").mkdir(parents=True, exist_ok=True)
    assert community.command(train.main, who="") == 1
    assert "run `make refresh` first" in capsys.readouterr().err


@pytest.fixture
def crowd(community: Community) -> Community:
    """A community that is large enough, refreshed."""
    made = invented(750, seed=6)
    community.accounts = made.accounts.to_pandas().to_dict("records")
    community.links = made.links.to_pandas().to_dict("records")
    community.refresh()
    return community


def test_trained_once_used_by_every_run_and_deleted(
    crowd: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    file = crowd.data / model.TRAINED
    before = crowd.resolve()
    assert crowd.command(train.main, who="") == 0
    told = capsys.readouterr().out
    trained = model.parameters(crowd.data)
    assert trained.name == "trained on 750 accounts, 2026-11-21"
    assert trained.name in told
    assert "pairs linked: " in told
    assert trained != model.SHIPPED
    assert file.read_text(encoding="utf-8") == train.written(trained)

    first, second = crowd.resolve(), crowd.resolve()
    pd.testing.assert_frame_equal(first, second)
    file.unlink()
    assert model.parameters(crowd.data) == model.SHIPPED
    shipped = crowd.resolve()
    assert shipped["member_id"].to_dict() == before["member_id"].to_dict()


def test_a_dry_run_writes_nothing(
    crowd: Community,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = replace(model.SHIPPED, name="learnt")
    monkeypatch.setattr(train, "fit", lambda *_: other)
    assert crowd.command(train.main, "--dry-run", who="") == 0
    told = capsys.readouterr().out
    assert "after:  learnt" in told
    assert "(0 new, 0 no more)" in told
    assert told.endswith("Nothing was written.\n")
    assert not (crowd.data / model.TRAINED).exists()


def test_a_run_uses_what_was_trained(crowd: Community) -> None:
    by_model = crowd.resolve()["link_rule"].eq("probable").sum()
    assert by_model > 0
    careful = replace(model.SHIPPED, name="links hardly anybody", others=1e-9)
    train.keep(careful, crowd.data / model.TRAINED)
    assert crowd.resolve()["link_rule"].eq("probable").sum() < by_model / 10
