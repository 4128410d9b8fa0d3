"""One person is written in many ways, as often as README.md says."""

from collections import Counter
from collections.abc import Iterable

import pytest

from sources._sandbox import habits, names, romaji
from sources._sandbox.community import Community, generate
from sources._sandbox.identities import identities
from sources._sandbox.model import Person
from sources.peatix.sandbox import user_id
from tests.sandbox.conftest import TODAY


def share(answers: Iterable[bool]) -> float:
    """How many of the answers are yes."""
    found = list(answers)
    assert len(found) > 300
    return sum(found) / len(found)


@pytest.fixture(scope="module")
def people(large: Community) -> list[Person]:
    return [person for person in large.known_people() if person.kind != "bot"]


@pytest.mark.parametrize(
    ("kana", "hepburn", "ways"),
    [
        ("サトウ", "Sato", ["Sato", "Satou", "Satoh", "Satō", "Satô"]),
        ("オオノ", "Ono", ["Ono", "Oono", "Ohno", "Ōno", "Ôno"]),
        ("オノ", "Ono", ["Ono"] * 5),
        ("ツチヤ", "Tsuchiya", ["Tsuchiya"] * 4 + ["Tutiya"]),
        ("ユウイチ", "Yuichi", ["Yuichi", "Yuuichi", "Yuichi", "Yūichi", "Yûiti"]),
        ("ショウタ", "Shota", ["Shota", "Shouta", "Shohta", "Shōta", "Syôta"]),
        ("イノウエ", "Inoue", ["Inoue"] * 5),
        ("ジュンイチ", "Junichi", ["Junichi"] * 4 + ["Zyuniti"]),
    ],
)
def test_romaji_in_five_styles(kana: str, hepburn: str, ways: list[str]) -> None:
    assert [romaji.spelled(kana, hepburn, style) for style in romaji.STYLES] == ways


@pytest.mark.parametrize("name", names.FAMILY + names.GIVEN)
def test_every_name_of_the_tables_can_be_spelled(name: tuple[str, ...]) -> None:
    _, kana, hepburn = name
    assert romaji.spelled(kana, hepburn, "macron").isalpha()
    short = str.maketrans("āīūēō", "aiueo")
    plain = romaji.spelled(kana, hepburn, "macron").translate(short)
    assert plain.replace("Ō", "O") == hepburn


def test_a_spelling_of_romaji_is_a_persons_own(people: list[Person]) -> None:
    person = next(one for one in people if one.family == "佐藤")
    ways = {habits.in_romaji(person, TODAY).family for _ in range(5)}
    assert len(ways) == 1
    found = {
        habits.in_romaji(one, TODAY).family for one in people if one.family == "佐藤"
    }
    assert {"Sato", "Satou", "Satoh", "Satô"} <= found


def test_some_namesakes_are_colleagues(people: list[Person]) -> None:
    desks = Counter((one.kanji_name, one.jobs[0].company) for one in people)
    assert sum(count > 1 for count in desks.values()) >= 20
    mails = Counter(one.jobs[0].email for one in people)
    shared = {mail for mail, count in mails.items() if count > 1}
    assert all(mail.startswith("info@") for mail in shared)


def test_clerks_type_names_in_their_own_way(people: list[Person]) -> None:
    typed = [
        (person, habits.typed_by_clerk(person, number, TODAY))
        for number, person in enumerate(people)
    ]
    assert 0.03 < share(not name.given for _, name in typed) < 0.07
    assert 0.01 < share(name.family.endswith("様") for _, name in typed) < 0.05
    assert 0.05 < share(name.full.isascii() for _, name in typed) < 0.11
    rare = [
        name.family == person.family
        for person, name in typed
        if person.family in habits.RARE_FORMS and name.given == person.given
    ]
    assert 0.25 < sum(rare) / len(rare) < 0.6
    common = [
        name.family
        for person, name in typed
        if person.family == "斎藤" and name.given == person.given
    ]
    assert {"斉藤", "齋藤"} & set(common)


def test_some_people_marry_and_go_by_another_name(people: list[Person]) -> None:
    moved = [
        person for person in people
        if habits.surname_on(person, TODAY)[0] != person.family
    ]  # fmt: skip
    assert 0.015 < len(moved) / len(people) < 0.05
    for person in moved:
        assert habits.surname_on(person, person.joined_at.date())[0] == person.family
    shown = [habits.shown_at(person, "slack", TODAY) for person in moved]
    assert any("旧姓" in name for name in shown)


@pytest.mark.parametrize("place", sorted(habits.WAYS))
def test_platforms_show_names_in_every_script(place: str, people: list[Person]) -> None:
    shown = [habits.shown_at(person, place, TODAY, "会社") for person in people]
    assert 0.12 < share(name[0] < "\u3000" for name in shown) < 0.4
    kana = sum("ァ" <= name[0] <= "ヺ" for name in shown)
    assert (kana > 0.05 * len(shown)) == (place != "facebook")


def test_a_colleague_registers_one_in_fifty(large: Community) -> None:
    by_mail = {job.email: one for one in large.people for job in one.jobs}
    rows = [
        (
            large.people[row.person],
            habits.registration_address(large.people[row.person], row),
        )
        for row in large.registrations
    ]
    by_other = [
        (person, mail) for person, mail in rows
        if mail not in (person.private_email, *(job.email for job in person.jobs))
    ]  # fmt: skip
    assert 0.01 < len(by_other) / len(rows) < 0.03
    for person, mail in by_other:
        assert by_mail[mail].jobs[0].company == person.jobs[0].company
        assert by_mail[mail].index < person.index


def test_people_keep_to_their_mailbox(large: Community) -> None:
    uses: dict[int, set[bool]] = {}
    for row in large.registrations:
        person = large.people[row.person]
        mail = habits.own_address(person, row)
        uses.setdefault(person.index, set()).add(mail == person.private_email)
    assert 0.12 < share(used == {True} for used in uses.values()) < 0.35
    assert 0.3 < share(used == {False} for used in uses.values()) < 0.75


def test_records_with_a_role_address_or_a_department_in_the_company(
    people: list[Person],
) -> None:
    roles = [
        habits.role_address(person, number, person.jobs[0].email)
        for number, person in enumerate(people)
    ]
    assert 0.01 < share(role is not None for role in roles) < 0.03
    fields = [
        habits.company_field(person, number, "会社", "開発部")
        for number, person in enumerate(people)
    ]
    assert 0.07 < share("開発部" in field for field in fields) < 0.13


def test_links_are_stale_or_the_teams(people: list[Person]) -> None:
    on_x = [person for person in people if person.x_username]
    named = [habits.link_to_x(person, "hubspot", "team") for person in on_x]
    assert 0.03 < share(str(name).endswith("_old") for name in named) < 0.07
    assert 0.02 < share(name == "team" for name in named) < 0.06
    handles = {person.x_username for person in people}
    assert not any(name in handles for name in named if str(name).endswith("_old"))


def test_some_people_have_two_accounts_at_one_platform(large: Community) -> None:
    ids: dict[int, set[str]] = {}
    for row in large.registrations:
        person = large.people[row.person]
        ids.setdefault(row.person, set()).add(user_id(person, row))
    assert 0.01 < share(len(found) == 2 for found in ids.values()) < 0.05
    everybody = [one for found in ids.values() for one in found]
    assert len(set(everybody)) == len(everybody)


def test_half_of_the_bots_post_under_the_name_of_a_person(large: Community) -> None:
    named = 0
    for seed in range(1, 13):
        community = generate(20, seed, TODAY)
        bot = next(person for person in community.people if person.kind == "bot")
        named += bot.x_name in {person.kanji_name for person in community.people}
    assert 3 <= named <= 9
    bots = {person.x_id for person in large.people if person.kind == "bot"}
    kinds = {row.kind for row in identities(large) if row.account_id in bots}
    assert kinds == {"bot"}


def test_an_account_of_two_people_is_nobodys(large: Community) -> None:
    rows = identities(large)
    shared = [row for row in rows if row.kind == "shared"]
    assert {row.person_id for row in shared} == {""}
    assert len({row.source for row in shared}) >= 3
    assert len(shared) < 0.02 * len(rows)
