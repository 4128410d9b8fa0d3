"""A large export of Slack, written day file by day file: for speed only.

    python -m tests.bench.big_export FILE --megabytes 500

Messages are as long as real ones with their blocks and profiles; the same size gives
the same file.
"""

from __future__ import annotations

import argparse
import json
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

MEGABYTE = 1_000_000
CHANNELS = 20
USERS = 2_000
A_DAY = 60  # messages of a channel
FIRST_DAY = datetime(2014, 1, 1, tzinfo=UTC)
WORDS = ("つながり", "勉強会", "資料", "質問", "設計", "運用", "改善", "参加", "共有")


def write_export(path: Path, *, megabytes: int) -> dict[str, int]:
    """Writes the zip; returns its messages, bytes of JSON and bytes of the zip."""
    rng = random.Random(megabytes)  # noqa: S311  not a secret
    counts = {"messages": 0, "json_bytes": 0}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:

        def put(name: str, content: Any) -> None:
            text = json.dumps(content, ensure_ascii=False).encode()
            counts["json_bytes"] += len(text)
            archive.writestr(name, text)

        channels = [
            {"id": f"C{n:08d}", "name": f"room-{n}", "members": []}
            for n in range(CHANNELS)
        ]
        put("channels.json", channels)
        put("users.json", [_user(n) for n in range(USERS)])
        for number, channel in _folders(channels):
            if counts["json_bytes"] >= megabytes * MEGABYTE:
                break
            day = FIRST_DAY + timedelta(days=number)
            sent = _messages(rng, day, number)
            counts["messages"] += len(sent)
            put(f"{channel['name']}/{day:%Y-%m-%d}.json", sent)
    return {**counts, "zip_bytes": path.stat().st_size}


def _folders(channels: list[Any]) -> Iterator[tuple[int, Any]]:
    return ((day, channel) for day in range(10_000) for channel in channels)


def _user(number: int) -> dict[str, Any]:
    name = f"名前 {number}"
    return {
        "id": f"U{number:08d}",
        "name": f"user{number}",
        "deleted": False,
        "is_bot": False,
        "updated": 1_700_000_000,
        "profile": {"real_name": name, "title": "エンジニア", "display_name": name},
    }


def _messages(rng: random.Random, day: datetime, number: int) -> list[dict[str, Any]]:
    start = int(day.timestamp())
    sent: list[dict[str, Any]] = []
    for place in range(A_DAY):
        text = "".join(rng.choices(WORDS, k=rng.randint(3, 30)))
        user = f"U{rng.randrange(USERS):08d}"
        ts = f"{start + place * 1_400}.{number % 1_000_000:06d}"
        element = {"type": "text", "text": text}
        section = {"type": "rich_text_section", "elements": [element]}
        message = {
            "client_msg_id": f"{rng.getrandbits(128):032x}",
            "type": "message",
            "text": text,
            "user": user,
            "ts": ts,
            "blocks": [{"type": "rich_text", "elements": [section]}],
            "team": "T00000001",
            "user_team": "T00000001",
            "source_team": "T00000001",
            "user_profile": {
                "avatar_hash": f"{rng.getrandbits(48):012x}",
                "image_72": f"https://avatars.example/{user}_72.png",
                "real_name": f"名前 {user}",
                "display_name": user.lower(),
                "team": "T00000001",
                "name": user.lower(),
                "is_restricted": False,
                "is_ultra_restricted": False,
            },
        }
        if place % 4 == 0:
            message["reactions"] = [{"name": "+1", "users": [user], "count": 1}]
        sent.append(message)
    return sent


def main() -> None:
    """Writes one from the command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--megabytes", type=int, default=500)
    given = parser.parse_args()
    print(json.dumps(write_export(given.file, megabytes=given.megabytes)))


if __name__ == "__main__":
    main()
