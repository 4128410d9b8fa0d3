"""Addresses of event pages that a description names: the same event elsewhere.

Descriptions themselves are not landed: they are long and hold people's addresses.
"""

import re
from html import unescape

# The page of one event on each platform; what follows the id is of no account.
_PAGE = re.compile(
    r"https?://(?:[\w-]+\.)*(?:"
    r"connpass\.com/event/\d+"
    r"|doorkeeper\.jp/events/\d+"
    r"|peatix\.com/(?:sales/)?event/\d+"
    r"|techplay\.jp/event/\d+"
    r"|eventregist\.com/e/[\w-]+"
    r"|eventhub\.jp/event/[\w-]+"
    r"|zoom\.us/(?:webinar/register/(?:WN_)?[\w-]+|[jw]/\d+)"
    r")",
    re.I,
)


def event_pages(text: str | None) -> str | None:
    """Returns the event pages named in HTML or text, sorted, joined by ", ".

    None when it names none.
    """
    found = {page.rstrip("/") for page in _PAGE.findall(unescape(text or ""))}
    return ", ".join(sorted(found)) or None
