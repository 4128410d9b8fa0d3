"""Runs the sandbox alone: prints the settings of the connectors and serves."""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

from sources._sandbox.community import generate
from sources._sandbox.server import SandboxServer


def main() -> None:
    """Serves until interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m sources._sandbox", description=__doc__
    )
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--today", type=date.fromisoformat, help="YYYY-MM-DD; default yesterday"
    )
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument(
        "--inbox", type=Path, help="also write the files into this folder"
    )
    parser.add_argument(
        "--truth", type=Path, help="also write the truth into this folder"
    )
    options = parser.parse_args()
    community = generate(options.members, options.seed, options.today)
    if options.truth:
        community.write_truth(options.truth)
    with SandboxServer(community, options.port) as server:
        if options.inbox:
            server.write_inbox(options.inbox)
        for name, value in server.settings().items():
            sys.stdout.write(f"{name}='{value}'\n")
        sys.stdout.write(
            f"# synthetic community of {community.today}, {server.base_url}\n"
        )
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
