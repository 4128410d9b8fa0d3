"""Paths of stars against the same comparison written out member by member."""

import math
from statistics import median

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.stars.paths import LEAST_STARS, compared, katz, star_paths

LABELS = [("a", "あ", "A"), ("b", "い", "B"), ("c", "う", "C"), ("d", "え", "D")]

# (days known, age on becoming a star or none, milestones with the age at each)
PERSON = st.tuples(
    st.integers(0, 60),
    st.none() | st.integers(-5, 60),
    st.permutations("abcd").flatmap(
        lambda order: st.lists(st.integers(0, 60), max_size=4).map(
            lambda ages: list(zip(order, sorted(ages), strict=False))
        )
    ),
)
Person = tuple[int, int | None, list[tuple[str, int]]]


def values(rows: list[tuple]) -> str:
    """Rows as SQL: texts and numbers of this file, and None."""
    texts = (str(row).replace("None", "null") for row in rows)
    return ", ".join(texts)


def found(people: list[Person]) -> dict[str, dict]:
    """What star_paths makes of the people; milestones after today do not exist."""
    persons, steps = [], []
    for number, (tenure, star_age, milestones) in enumerate(people):
        member = f"m{number}"
        persons.append((member, tenure, star_age, star_age and "label"))
        known = [(name, age) for name, age in milestones if age <= tenure]
        for length in range(2, len(known) + 1):
            path = " > ".join(name for name, _ in known[:length])
            steps.append((member, path, length, known[0][1], known[length - 1][1]))
    with duckdb.connect() as connection:
        connection.execute(
            "create table people (member_id varchar, tenure_days bigint,"
            " star_age_days bigint, basis varchar);"
            "create table steps (member_id varchar, path varchar, length bigint,"
            " first_age_days bigint, age_days bigint);"
            "create table labels"
            " (milestone varchar, label_ja varchar, label_en varchar)"
        )
        for table, rows in (("people", persons), ("steps", steps), ("labels", LABELS)):
            if rows:
                connection.execute(f"insert into {table} values {values(rows)}")
        table = star_paths(
            connection.table("people"),
            connection.table("steps"),
            connection.table("labels"),
        )
    assert isinstance(table, pa.Table)
    return {row["path"]: row for row in table.to_pylist()}


def walked(person: Person, path: list[str], before: int) -> bool:
    """Whether a person's first milestones are the path, all before an age."""
    tenure, _, milestones = person
    known = [(name, age) for name, age in milestones if age <= tenure]
    first = known[: len(path)]
    return [name for name, _ in first] == path and all(age < before for _, age in first)


def expected(people: list[Person], path: list[str]) -> dict | None:
    stars = [p for p in people if p[1] is not None and p[1] > 0]
    others = [p for p in people if p[1] is None]
    peers = {star[1]: [o for o in others if o[0] >= star[1]] for star in stars}
    stars = [star for star in stars if peers[star[1]]]
    arrived = [star for star in stars if walked(star, path, star[1])]
    if len(arrived) < LEAST_STARS:
        return None
    shares, met, weights = [], set(), {}
    for star in stars:
        of_age = peers[star[1]]
        shares.append(sum(walked(o, path, star[1]) for o in of_age) / len(of_age))
        for other in of_age:
            key = id(other)
            weights[key] = weights.get(key, 0) + 1 / len(of_age)
            if walked(other, path, star[1]):
                met.add(key)
    share = sum(shares) / len(shares)
    worth = sum(weights.values()) ** 2 / sum(w * w for w in weights.values())
    return {
        "stars": len(arrived),
        "others": len(met),
        "stars_compared": len(stars),
        "others_compared": len(weights),
        "star_share": len(arrived) / len(stars),
        "other_share": share,
        "worth": worth,
        "median_days": median(s[1] - s[2][0][1] for s in arrived),
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(PERSON, min_size=1, max_size=14), st.lists(PERSON, max_size=4))
def test_shares_are_those_of_people_of_the_same_age(
    kinds: list[Person], few: list[Person]
):
    # Each kind five times over: so many stars make a path that is shown.
    people = [*kinds * 5, *few]
    people = [(t, s, list(m)) for t, s, m in people]
    rows = found(people)
    names = {tuple(n for n, _ in m[:k]) for _, _, m in people for k in range(2, 5)}
    paths = {name for name in names if len(name) > 1}
    wanted = {" > ".join(path): expected(people, list(path)) for path in paths}
    assert set(rows) == {path for path, row in wanted.items() if row}
    for path, row in rows.items():
        want = wanted[path]
        worth = want.pop("worth")
        assert {name: row[name] for name in want} == pytest.approx(want)
        assert row["length"] == path.count(" > ") + 1
        interval = katz(row["stars"], row["stars_compared"], row["other_share"], worth)
        assert (row["lift"], row["lower"], row["upper"]) == pytest.approx(interval)


def test_the_interval_is_that_of_the_textbook():
    # 15 of 20 against 10 of 40: ratio 3, standard error of its logarithm
    # sqrt(1/15 - 1/20 + 1/10 - 1/40) = .3028.
    lift, lower, upper = katz(15, 20, 0.25, 40)
    assert lift == pytest.approx(3)
    assert math.log(upper / 3) == pytest.approx(1.959964 * 0.302765, abs=1e-5)
    assert math.log(3 / lower) == pytest.approx(math.log(upper / 3))


def test_a_path_that_no_other_walked_has_a_lift_that_is_no_infinity():
    lift, lower, upper = katz(6, 10, 0.0, 100)
    assert lift == pytest.approx((6.5 / 10.5) / (0.5 / 100.5))
    assert 1 < lower < lift < upper < math.inf


def people_with(stars: int) -> list[Person]:
    star = (50, 20, [("a", 3), ("b", 10)])
    return [star] * stars + [(40, None, [("a", 0), ("b", 30)])] * 30


def test_fewer_than_five_stars_are_not_shown():
    assert found(people_with(LEAST_STARS - 1)) == {}
    (row,) = found(people_with(LEAST_STARS)).values()
    assert (row["stars"], row["others"], row["median_days"]) == (5, 0, 17)
    assert (row["path_ja"], row["path_en"], row["basis"]) == (
        "あ → い",
        "A → B",
        "label",
    )


def test_what_stars_did_from_their_day_on_is_no_path():
    late = (50, 10, [("a", 3), ("b", 10)])
    assert found([*people_with(LEAST_STARS - 1), late]) == {}


def test_a_community_without_stars_has_no_paths():
    assert found([(40, None, [("a", 0), ("b", 1)])] * 10) == {}
    assert found([]) == {}


def test_stars_whom_nobody_was_known_as_long_as_are_left_out():
    basis = compared(np.array([10, 30, 0, -4]), np.array([20, 5, 10]))
    assert basis.star_ages.tolist() == [10]
    assert (basis.known.tolist(), basis.others) == ([2], 2)
    assert basis.worth == pytest.approx(2)
