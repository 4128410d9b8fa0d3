"""SortingHat's own matching, in an environment of its own for the time of the bench.

SortingHat (GPL) is no part of the project: it is installed into a folder of the bench.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd

from pipelines.identity import measure
from pipelines.identity.measure import LabelledSet
from tests.bench.benchmark import Failed
from tests.bench.measure import checked

SCRIPT = Path(__file__).with_name("identity_sortinghat_script.py")
VERSION = "1.15.2"
# Of its dependencies only what matching needs: no database, no web server.
NEEDED = ("pandas>=2.2,<3", "Django>=5.2,<6")
CRITERIA = ("email", "name")


def installed(folder: Path) -> str:
    """The Python that has SortingHat; made once. Raises: Failed."""
    python = folder / "bin" / "python"
    marker = folder / "sortinghat" / VERSION
    if not marker.exists():
        checked([sys.executable, "-m", "venv", str(folder)])
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        checked([*pip, "--no-deps", f"sortinghat=={VERSION}"])
        checked([*pip, *NEEDED])
        marker.parent.mkdir(exist_ok=True)
        marker.touch()
    return str(python)


def resolve(data: LabelledSet, python: str) -> pd.DataFrame:
    """account_id, member_id: what it recommends to merge, merged. Raises: Failed."""
    rows = data.accounts.rename(
        columns={"account_id": "uuid", "display_name": "name", "handle": "username"}
    )[["uuid", "source", "name", "email", "username"]]
    # It stops at a column in which nobody has anything.
    criteria = [name for name in CRITERIA if rows[name].notna().any()]
    plan = {"identities": rows.fillna("").to_dict("records"), "criteria": criteria}
    done = subprocess.run(
        [python, "-P", str(SCRIPT)],  # -P: not our modules beside the script
        input=json.dumps(plan),
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise Failed(done.stderr)
    pairs = pd.DataFrame(
        json.loads(done.stdout), columns=["account_id_a", "account_id_b"]
    )
    return measure.joined(data.accounts, pairs)
