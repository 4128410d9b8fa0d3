"""How a quality report looks: one page, nothing fetched from anywhere."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

CSS = """
:root{--ink:#1d2129;--soft:#5c6470;--line:#e3e6eb;--paper:#fff;--back:#f5f6f8;
--good:#176b3a;--good-back:#e8f5ed;--bad:#a61b1b;--bad-back:#fdecec;
--mild:#8a5a00;--mild-back:#fff5e0}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);
font:15px/1.55 system-ui,"Hiragino Sans","Noto Sans CJK JP","Noto Sans JP",sans-serif}
main{max-width:1080px;margin:0 auto;padding:28px 24px 64px}
header,section{background:var(--paper);border:1px solid var(--line);border-radius:10px;
padding:20px 24px;margin-bottom:18px}
header{border-left:8px solid var(--good)}header.bad{border-left-color:var(--bad)}
h1{font-size:25px;line-height:1.3;margin:0 0 6px}
h2{font-size:18px;margin:0 0 12px}h2 span,h1 span,th span{color:var(--soft);
font-weight:400;font-size:.82em;margin-left:.5em}
p{margin:6px 0}.soft{color:var(--soft)}
.tag{display:inline-block;border-radius:99px;padding:1px 10px;font-size:13px;
font-weight:600;white-space:nowrap;background:var(--good-back);color:var(--good)}
.tag.bad{background:var(--bad-back);color:var(--bad)}
.tag.mild{background:var(--mild-back);color:var(--mild)}
.tag.plain{background:#eceef2;color:var(--soft)}
.facts{display:flex;flex-wrap:wrap;gap:6px 36px;margin:12px 0 0}
.facts div{min-width:110px}.facts b{display:block;font-size:19px}
.facts small{color:var(--soft)}
article{border:1px solid var(--line);border-left:5px solid var(--bad);border-radius:8px;
padding:14px 18px;margin:0 0 14px}article.mild{border-left-color:var(--mild)}
article h3{margin:0 0 4px;font-size:16px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:215px 1fr;gap:4px 14px;margin:10px 0 0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}
pre{background:#1f2430;color:#eef1f6;border-radius:6px;padding:10px 14px;margin:6px 0;
white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;color:var(--soft);font-weight:600;font-size:13px;
border-bottom:2px solid var(--line);padding:5px 12px 5px 0;vertical-align:bottom}
td{border-bottom:1px solid var(--line);padding:5px 12px 5px 0;vertical-align:top;
overflow-wrap:break-word}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
details{border-top:1px solid var(--line);padding:7px 0}
details>summary{cursor:pointer;font-weight:600}
details>summary .soft{font-weight:400}
ol{margin:0;padding-left:22px}li{margin:0 0 10px}
@media print{body{background:#fff}header,section{break-inside:avoid}}
"""


def page(title: str, parts: Iterable[str]) -> str:
    """Returns the whole file. title: text; parts: HTML."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{CSS}</style></head>\n"
        f"<body><main>\n{chr(10).join(parts)}\n</main></body></html>\n"
    )


def text(value: object) -> str:
    """Returns a value that can stand in HTML, also in an attribute."""
    return html.escape("" if value is None else str(value))


def both(english: str, japanese: str) -> str:
    """Returns a label in both languages."""
    return f'{text(english)}<span lang="ja">{text(japanese)}</span>'


def section(english: str, japanese: str, *parts: str) -> str:
    """Returns a section with its heading; nothing when it has no parts."""
    inside = "\n".join(part for part in parts if part)
    return f"<section><h2>{both(english, japanese)}</h2>\n{inside}</section>"


def tag(words: str, kind: str = "") -> str:
    """Returns a mark. kind: "" good, "bad", "mild", "plain"."""
    return f'<span class="tag {kind}">{text(words)}</span>'


def figures(pairs: Iterable[tuple[str, object, str]]) -> str:
    """Returns large figures. pairs: English label, value, Japanese label."""
    made = (
        f"<div><b>{text(value)}</b><small>{text(english)} · {text(japanese)}</small>"
        "</div>"
        for english, value, japanese in pairs
    )
    return f'<div class="facts">{"".join(made)}</div>'


def listed(pairs: Iterable[tuple[str, str, str]]) -> str:
    """Returns named values. pairs: label in both languages, HTML; empty: left out."""
    made = (
        f"<dt>{text(english)} · {text(japanese)}</dt><dd>{value}</dd>"
        for english, japanese, value in pairs
        if value
    )
    return f"<dl>{''.join(made)}</dl>"


def table(
    headers: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Sequence[int] = (),
) -> str:
    """Returns a table. headers: in both languages; rows: HTML; numbers: columns."""

    def cell(name: str, column: int, value: str) -> str:
        kind = ' class="n"' if column in numbers else ""
        return f"<{name}{kind}>{value}</{name}>"

    head = "".join(cell("th", n, both(*pair)) for n, pair in enumerate(headers))
    body = "\n".join(
        f"<tr>{''.join(cell('td', n, value) for n, value in enumerate(row))}</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>"


def folded(summary: str, inside: str, *, is_open: bool = False) -> str:
    """Returns a part that opens with a click. summary and inside: HTML."""
    state = " open" if is_open else ""
    return f"<details{state}><summary>{summary}</summary>\n{inside}</details>"


def command(line: str) -> str:
    """Returns a command to copy."""
    return f"<pre>{text(line)}</pre>"
