"""The quality report: one HTML page per release and per run that published nothing.

For somebody who knows neither dbt nor Great Expectations: what stopped the release and
why, what readers have instead, what to do, and then everything that was checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

from pipelines.gate import look, rules, steps
from pipelines.gate.facts import Facts
from pipelines.gate.findings import AUDIT, DBT_TEST, Finding
from pipelines.gate.look import both, figures, listed, section, table, tag, text

OFF = ("blocked", "known", "warned")
VERDICTS = {"passed": "", "blocked": "bad", "known": "mild", "warned": "mild"}
HOMES = {AUDIT: "the numbers · 数値", DBT_TEST: "keys and links · キーと参照"}


def page(facts: Facts) -> str:
    """Returns the report as one HTML file."""
    record = facts.record
    is_made = facts.made is not None
    told = (
        f"Quality of release {record.release_id}"
        if is_made
        else f"Not published: the run of {_minute(record.clock)}"
    )
    return look.page(
        told,
        (
            _header(facts),
            _stopped(facts),
            _let_through(facts),
            _warned(facts),
            _steps(facts),
            _readers(facts),
            _changed(facts),
            _bounds(facts),
            _sources(facts),
            _checked(facts),
        ),
    )


def _header(facts: Facts) -> str:
    record = facts.record
    blocking = len(record.blocking)
    if facts.made is not None:
        title = both("Published", "公開しました")
        words = f"Release {record.release_id} passed what it was checked for."
    else:
        title = both("Not published", "公開を止めました")
        words = (
            f"Readers keep release {facts.readers['release_id']}, data through"
            f" {facts.readers['data_through']}, whole; nothing of this run is there."
            if facts.readers
            else "Nothing is published yet: this would have been the first release."
        )
    run = figures(
        (
            ("data through", record.as_of, "対象日"),
            ("run", _minute(record.clock), "実行時刻"),
            ("checks", f"{len(record.findings):,}", "検査数"),
            ("stopped it", blocking, "不合格"),
            ("let through", len(record.acknowledged), "承認"),
        )
    )
    made_up = (
        f"<p>{tag('SYNTHETIC: the sandbox community · 架空のデータ', 'mild')}</p>"
        if facts.run.is_synthetic
        else ""
    )
    kind = "" if facts.made is not None else ' class="bad"'
    return f"<header{kind}><h1>{title}</h1><p>{text(words)}</p>{made_up}{run}</header>"


def _stopped(facts: Facts) -> str:
    if not facts.record.blocking:
        return ""
    return section("What stopped it", "止めた理由", *map(_card, facts.record.blocking))


def _let_through(facts: Facts) -> str:
    found = facts.record.acknowledged
    if not found:
        return ""
    return section("Let through by hand", "承認されたもの", *map(_card, found))


def _warned(facts: Facts) -> str:
    found = [one for one in facts.record.findings if one.warns and not one.passed]
    if not found:
        return ""
    return section("Warnings, which stop nothing", "警告", *map(_card, found))


def _card(finding: Finding) -> str:
    """Returns one failed check: what it means, what was seen, which rows."""
    kind = "" if finding.blocks else ' class="mild"'
    if finding.acknowledged:
        state = tag("let through", "mild")
    elif finding.warns:
        state = tag("warning", "mild")
    elif finding.acknowledgeable:
        state = tag("may be real: can be acknowledged", "mild")
    else:
        state = tag("has to be repaired", "bad")
    sample = () if finding.sample == (finding.subject,) else finding.sample
    values = listed(
        (
            ("what it means", "意味", text(_sentence(finding.reason))),
            ("what is measured", "測ったもの", text(_measured(finding))),
            ("seen", "実際の値", text(finding.observed)),
            ("allowed", "許される範囲", text(finding.bound)),
            ("for example", "例（キー）", "<br>".join(map(text, sample))),
            ("check", "検査名", f"<code>{text(finding.check)}</code>"),
            ("let through", "承認", text(finding.acknowledged)),
        )
    )
    name = finding.rule.partition(".")[2].replace("_", " ")
    subject = f" · {text(finding.subject)}" if finding.subject else ""
    return (
        f"<article{kind}><h3>{text(finding.mart)}: {text(name)}{subject} {state}</h3>"
        f"{values}</article>"
    )


def _measured(finding: Finding) -> str:
    """Returns what a check about change measures, and against what; "" of others."""
    if not finding.acknowledgeable:
        return ""
    try:
        rule = rules.of_check(finding.rule.partition(".")[2])
    except KeyError:
        return ""
    return f"{rule.statistic}; against {rule.window}: {rule.bound}"


def _steps(facts: Facts) -> str:
    items = "".join(
        f"<li>{text(step.words)}{''.join(map(look.command, step.commands))}</li>"
        for step in steps.next_steps(facts)
    )
    return section("What to do next", "次にすること", f"<ol>{items}</ol>")


def _readers(facts: Facts) -> str:
    row = facts.made or facts.readers
    if row is None:
        return section(
            "What readers have now",
            "いま公開されている版",
            "<p>Nothing is published yet. · まだ公開された版はありません。</p>",
        )
    age = facts.record.clock - row["published_at"]
    hours = age.total_seconds() / 3600
    words = "just now" if facts.made else f"{hours:,.1f} h before this run"
    back = f"<p>{text(_sentence(facts.rolled_back))}.</p>" if facts.rolled_back else ""
    last = facts.record.position.release_id
    before = (
        f"<p>Before it: release <b>{text(last)}</b>, which stays for a roll-back.</p>"
        if facts.made and last
        else ""
    )
    return section(
        "What readers have now",
        "いま公開されている版",
        listed(
            (
                ("release", "版", f"<b>{text(row['release_id'])}</b>"),
                ("data through", "対象日", text(row["data_through"])),
                (
                    "published",
                    "公開時刻",
                    text(f"{_minute(row['published_at'])}, {words}"),
                ),
                ("allowed because", "公開の根拠", text(row["allowed_because"])),
            )
        ),
        before,
        back,
    )


def _changed(facts: Facts) -> str:
    if facts.made is None:
        return ""
    changes = dict(
        part.partition(" ")[::2] for part in facts.made["changes"].split(", ")
    )
    rows = (
        (text(name), f"{int(count):,}", text(changes.get(name, "")))
        for name, count in (
            pair.split("=") for pair in facts.made["mart_rows"].split(", ")
        )
    )
    is_first = facts.record.position.release_id is None
    return section(
        "What changed",
        "前の版からの変化",
        "<p>The first release: there is nothing to compare it with.</p>"
        if is_first
        else "",
        table(
            (("table", "テーブル"), ("rows", "行数"), ("change", "変化")),
            rows,
            numbers=(1,),
        ),
    )


def _bounds(facts: Facts) -> str:
    """What past releases taught: of each number the range it may lie in."""
    if not facts.bounds:
        return ""
    ordered = sorted(
        facts.bounds,
        key=lambda row: (row["verdict"] not in OFF, row["rule"], row["subject"]),
    )
    off = [row for row in ordered if row["verdict"] in OFF]
    headers = (
        *(("rule", "規則"), ("of", "対象"), ("seen", "実際の値")),
        *(("from", "下限"), ("to", "上限"), ("past values", "履歴数")),
        *(("verdict", "判定"), ("why", "理由")),
    )

    def row_of(row: dict[str, object]) -> tuple[str, ...]:
        verdict = str(row["verdict"])
        return (
            text(f"{row['mart']}.{row['rule']}"),
            text(row["subject"]),
            *(_number(row[name]) for name in ("observed", "lower", "upper")),
            _number(row["history"]),
            tag(verdict, VERDICTS.get(verdict, "plain")),
            text(row["reason"]),
        )

    numbers = (2, 3, 4, 5)
    whole = table(headers, map(row_of, ordered), numbers=numbers)
    return section(
        "Ranges learnt from past releases",
        "過去の版から学んだ範囲",
        table(headers, map(row_of, off), numbers=numbers) if off else "",
        look.folded(f"all {len(ordered):,} ranges · すべて", whole),
    )


def _sources(facts: Facts) -> str:
    hours = facts.run.settings.late_after_hours
    clock = facts.record.clock
    rows = [
        (
            text(load.source),
            f"{load.landed:,}",
            f"{load.unchanged:,}",
            f"{load.quarantined:,}",
            text(f"{load.hours(clock):,.1f} h"),
            tag("LATE", "bad") if load.is_late(clock, hours) else tag("ok"),
        )
        for load in facts.loads
    ]
    never = (
        f'<p class="soft">never loaded: {text(", ".join(facts.never_loaded))}</p>'
        if facts.never_loaded
        else ""
    )
    headers = (
        *(("source", "ソース"), ("new rows", "新しい行"), ("unchanged", "変化なし")),
        *(("set aside", "隔離"), ("age", "経過"), ("state", "状態")),
    )
    return section(
        "What the sources brought",
        "取り込み",
        table(headers, rows, numbers=(1, 2, 3, 4)),
        never,
    )


def _checked(facts: Facts) -> str:
    found = sorted(
        facts.record.findings,
        key=lambda one: (one.home, one.mart, one.passed, one.expectation),
    )
    return section(
        "Everything that was checked",
        "検査の一覧",
        '<p class="soft">By table; a click opens it. The words after a check say what'
        " would be wrong, or why it is looked at.</p>",
        *_by_table(found),
    )


def _by_table(found: list[Finding]) -> Iterator[str]:
    for home, of_home in groupby(found, key=lambda one: one.home):
        yield f"<h3>{text(HOMES.get(home, home))}</h3>"
        for mart, of_mart in groupby(of_home, key=lambda one: one.mart):
            checks = list(of_mart)
            failed = sum(not one.passed for one in checks)
            state = tag(f"{failed} failed", "bad") if failed else tag("passed")
            summary = (
                f'{text(mart)} {state} <span class="soft">{len(checks)} checks</span>'
            )
            yield look.folded(summary, _checks(checks), is_open=failed > 0)


def _checks(checks: list[Finding]) -> str:
    headers = (
        *(("result", "結果"), ("what holds", "検査の内容"), ("why", "理由")),
        ("seen", "実際の値"),
    )
    rows = (
        (
            tag("passed") if one.passed else _failed(one),
            text(one.bound if one.home == AUDIT else one.reason),
            text(one.reason if one.home == AUDIT else one.expectation),
            text(one.observed),
        )
        for one in checks
    )
    return table(headers, rows)


def _failed(finding: Finding) -> str:
    return tag("FAILED", "bad") if finding.blocks else tag("let through", "mild")


def _number(value: object) -> str:
    if value is None or value != value:  # NaN is not itself
        return ""
    return f"{value:,.6g}" if isinstance(value, float) else f"{value:,}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
