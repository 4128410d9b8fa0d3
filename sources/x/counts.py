"""How many posts X says there are, by day: what the posts we hold are compared with.

Queries overlap and a post lands once, so X is asked about all of them joined by OR.
Only whole UTC days within the reach of recent search are comparable: the first and the
last day of the week are cut by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sources._base.errors import BudgetSpent, Rejected, Retriable, SchemaChanged
from sources._base.http import HttpSession
from sources._base.values import count_of, object_of, text_of

PATH = "/tweets/counts/recent"
LONGEST_QUERY = 512  # characters, on the smallest plan; longer ones are refused


def posts_by_day(
    http: HttpSession, queries: Sequence[str], *, since: datetime, until: datetime
) -> Iterator[tuple[str, int]]:
    """Yields each whole UTC day between the two moments with its number of posts.

    Nothing where X does not count: joined queries too long, a plan without counts, no
    request left. The posts themselves have landed; that nobody counted them is no
    reason to lose them.

    Raises: SchemaChanged when the answer is no list of counts.
    """
    first = datetime.combine(since.astimezone(UTC) + timedelta(days=1), time(), UTC)
    last = datetime.combine(until.astimezone(UTC), time(), UTC)
    joined = " OR ".join(f"({query})" for query in queries)
    query = joined if len(queries) > 1 else queries[0]
    if len(query) > LONGEST_QUERY or first >= last:
        return
    limits = {"start_time": f"{first:%FT%TZ}", "end_time": f"{last:%FT%TZ}"}
    try:
        answer = http.get_json(PATH, {"query": query, "granularity": "day", **limits})
    except (BudgetSpent, Rejected, Retriable):
        return
    for row in _rows(answer.body):
        day = text_of(row.get("start"), "start")
        count = count_of(row.get("tweet_count"), "tweet_count")
        if day is None or count is None:
            raise _changed()
        yield day[:10], count


def _rows(body: Any) -> list[dict[str, Any]]:
    found = object_of(body, "answer").get("data")
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise _changed()
    return found


def _changed() -> SchemaChanged:
    return SchemaChanged(
        f"GET {PATH} answers without counts by day: compare with sources/x/README.md"
        " and change sources/x/counts.py"
    )
