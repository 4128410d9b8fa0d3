"""Reads channels of Slack or feeds with perceval; runs in an environment of its own.

    python perceval_script.py slack|rss < plan.json

Plan of Slack: {"base_url", "token", "channels"}; of rss: {"urls"}. Prints JSON: seconds
(fetching alone), items, and what could not be read. perceval knows only slack.com, so
the address of its client is replaced; nothing else of it is touched.
"""

import json
import sys
import time
from typing import Any


def main(kind: str) -> None:
    """Fetches everything once."""
    plan = json.load(sys.stdin)
    backends = (_slack if kind == "slack" else _rss)(plan)
    items, failed = 0, []
    began = time.perf_counter()
    for backend in backends:
        try:
            items += sum(1 for _ in backend.fetch())
        except Exception as error:  # noqa: BLE001  whatever it is, it read no further
            failed.append(f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "items": items, "failed": failed}))


def _slack(plan: dict[str, Any]) -> list[Any]:
    from perceval.backends.core.slack import Slack, SlackClient

    SlackClient.URL = plan["base_url"] + "/%(resource)s"
    return [Slack(channel, plan["token"]) for channel in plan["channels"]]


def _rss(plan: dict[str, Any]) -> list[Any]:
    from perceval.backends.core.rss import RSS

    return [RSS(url) for url in plan["urls"]]


if __name__ == "__main__":
    main(sys.argv[1])
