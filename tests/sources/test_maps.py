"""Column maps: what is right, and one sentence for everything that is wrong."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from sources._files.maps import MapError, parse_map, read_map

SOURCES = Path(__file__).parents[2] / "sources"
GOOD = """
title: Members of a club
match: {requires: [member, joined]}
columns:
  member: [会員番号, Member ID]
  joined: [入会日, Joined]
  mail: [メール]
  state: [状態]
rows:
  accounts:
    source: {const: club}
    account_id: {column: member}
    email: {column: mail}
    first_seen_at: {column: joined}
"""
REGISTRATIONS = """
  registrations:
    source: {const: club}
    event_id: {const: e1}
    account_id: {column: member}
"""


def test_a_map_is_read_with_its_defaults():
    found = parse_map(GOOD, name="club.yaml")
    assert found.requires == ("member", "joined")
    assert found.kinds == ("accounts",)
    assert (found.timezone.key, found.verified) == ("Asia/Tokyo", False)
    assert found.columns["member"] == ("会員番号", "Member ID")


def test_words_that_yaml_takes_for_something_else_stay_text():
    text = GOOD + REGISTRATIONS
    text += "    attended: {column: state, map: {Yes: true, No: false, 1:30: null}}\n"
    found = parse_map(text, name="m").rows[1].values["attended"]
    assert found.mapping == {"yes": "true", "no": "false", "1:30": None}


def test_a_kind_may_be_yielded_more_than_once():
    part = "{source: {const: c}, activity_id: {column: member},"
    part += " account_id: {column: member}, activity_type: {const: post}}"
    text = GOOD + f"  activities: [{part}, {part}]\n"
    kinds = [rows.kind.name for rows in parse_map(text, name="m").rows]
    assert kinds == ["accounts", "activities", "activities"]


def _with(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


WRONG = {
    "title: [": "line 2: not YAML",
    _with("title:", "titel:"): "titel: unknown key; allowed are title, verified",
    _with("  mail: [メール]", "  mail: [メール, 入会日]"): (
        "columns.mail: the header 入会日 belongs to joined already"
    ),
    _with("  mail: [メール]", "  mail: [メール]\n  mail: [E]"): (
        "line 8: columns.mail is given twice"
    ),
    _with(
        "  mail: [メール]", "  section: [メール]"
    ): "columns.section: section is given",
    _with("[メール]", "[]"): "columns.mail: names no header",
    _with("requires: [member, joined]", "requires: [id]"): (
        "match.requires: id is none of the columns; there are member, joined"
    ),
    _with("match: {requires: [member, joined]}", ""): "match.requires: is missing",
    _with(
        "accounts:", "acounts:"
    ): "rows.acounts: acounts is no kind of row; there are",
    _with("email: {", "mail: {"): "rows.accounts.mail: accounts has no column mail",
    _with("    account_id: {column: member}\n", ""): (
        "rows.accounts: accounts needs account_id"
    ),
    _with("{column: mail}", "{column: post}"): (
        "rows.accounts.email: post is none of the columns; there are"
    ),
    _with("{column: mail}", "mail"): "rows.accounts.email: write {column: name}",
    _with("{column: mail}", "{column: mail, const: x}"): (
        "rows.accounts.email: needs exactly one of column, const"
    ),
    _with("{column: mail}", "{column: mail, upper: true}"): (
        "rows.accounts.email.upper: unknown key; allowed are column, const"
    ),
    _with("{column: mail}", "{column: mail, unknown: keep}"): (
        "rows.accounts.email.unknown: says what a map does not know"
    ),
    _with("{column: mail}", "{column: mail, extract: '('}"): (
        "rows.accounts.email.extract: '(' is no regular expression"
    ),
    _with("{column: mail}", "{column: mail, extract: 'a'}"): (
        "rows.accounts.email.extract: has no group"
    ),
    _with("{column: mail}", "{template: 'x'}"): (
        "rows.accounts.email.template: names no column"
    ),
    _with("{column: mail}", "{column: mail, map: {Ａ: x, a: y}}"): (
        "rows.accounts.email.map.a: stands for two values"
    ),
    GOOD + "timezone: Asia/Edo\n": "timezone: Asia/Edo is no time zone",
    GOOD + "date_formats: ['%H:%M']\n": "date_formats: '%H:%M' is no date format",
    GOOD
    + "from_file_name: {event_id: '\\d+'}\n": "from_file_name.event_id: has no group",
    GOOD + "skip_when: {name: blank}\n": "skip_when.name: name is none of the columns",
    GOOD + "group_by: [event_id]\n": "group_by: event_id is no column that",
    GOOD + "distinct: {accounts: [name]}\n": (
        "distinct.accounts: name is no column that rows.accounts fills"
    ),
    GOOD + REGISTRATIONS + "    minutes: {column: mail, minutes_at_least: 10}\n": (
        "rows.registrations.minutes: minutes_at_least is for registrations.attended"
    ),
    GOOD + "table: {sections: {people: {}}}\n": "table.sections.people: has no title",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: WRONG[text][:40])
def test_what_is_wrong_is_told_with_file_key_and_what_is_allowed(text):
    with pytest.raises(MapError) as told:
        parse_map(text, name="club/members.yaml")
    assert str(told.value).startswith(f"club/members.yaml: {WRONG[text]}")
    assert "\n" not in str(told.value)


def test_a_map_that_grows_without_end_is_refused():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    for name, of in zip("bcdef", "abcde", strict=True):
        bomb += f"{name}: &{name} [{','.join([f'*{of}'] * 10)}]\n"
    with pytest.raises(MapError, match="a map is never that long"):
        parse_map(bomb, name="bomb.yaml")


def test_a_map_in_another_encoding_says_so(tmp_path: Path):
    path = tmp_path / "m.yaml"
    path.write_bytes(GOOD.encode("cp932"))
    with pytest.raises(MapError, match=r"m\.yaml: cannot be read; save it as UTF-8"):
        read_map(path)


def test_the_examples_of_the_readme_are_right():
    text = (SOURCES / "_files" / "README.md").read_text()
    examples = re.findall(r"^( *)```yaml\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    found = [parse_map(textwrap.dedent(one), name="README") for _, one in examples]
    assert [one.kinds for one in found] == [
        ("accounts",),
        ("activities",),
        ("accounts", "registrations", "survey_responses"),
    ]


def test_every_map_of_the_project_is_right():
    found = [read_map(path) for path in sorted(SOURCES.glob("*/maps/*.yaml"))]
    assert found
    assert all(one.title != one.name for one in found), "each says what it reads"
