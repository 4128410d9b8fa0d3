"""Numbers and amounts as people write them -> digits that staging reads."""

from __future__ import annotations

import re
from decimal import Decimal

from sources._files.headers import plain

DASHES = "^[-‐‑–—―ー－]+$"  # how a list writes that there is nothing
_SIGN = "[-−△▲]"  # noqa: RUF001
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?:税込)?(?P<sign>{_SIGN}?) ?[¥\\]? ?(?P<inner>{_SIGN}?)"
    rf"(?:(?P<oku>{_DIGITS})億)?(?:(?P<man>{_DIGITS})万)?(?:(?P<sen>{_DIGITS})千)?"
    rf"(?P<ones>{_DIGITS})? ?(?:円|人|名|件|分|席|min)?-?(?: ?\(税込\))?"
)
_UNITS = {"oku": 100_000_000, "man": 10_000, "sen": 1_000, "ones": 1}
_IN_BRACKETS = re.compile(r"\((.*\d.*)\)")  # how accounts write what is below 0


def number_in(text: str) -> str | None:
    """120万円 is 1200000, △3,000 is -3000, a dash is nothing.

    What is no number stays as it is, for staging to set aside: so do a percentage and
    an amount with the sign of another currency.
    """
    shown = plain(text)
    if re.fullmatch(DASHES, shown):
        return None
    bracketed = _IN_BRACKETS.fullmatch(shown)
    match = _NUMBER.fullmatch(bracketed[1] if bracketed else shown)
    if match is None:
        return text
    parts = {name: match[name].replace(",", "") for name in _UNITS if match[name]}
    signs = [bool(bracketed), bool(match["sign"]), bool(match["inner"])]
    if not parts or sum(signs) > 1:
        return text
    if [*parts] == ["ones"]:
        number = parts["ones"]
    else:
        total = sum(Decimal(digits) * _UNITS[name] for name, digits in parts.items())
        number = f"{Decimal(total).normalize():f}"
    return f"-{number}" if any(signs) else number
