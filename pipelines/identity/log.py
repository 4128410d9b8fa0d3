"""The append-only log of decisions, and the map of accounts that follows from it.

Kept as Parquet under <DATA>/identity/decisions/, one file a run that learnt something,
so that it outlives the warehouse file. A file is written beside and renamed: a run
killed at any moment leaves the log as it was, or with all its decisions.

    decision  meaning (account_id_a is the account it is about)
    found     the account is known from now on and is member_id
    link      the account is member_id from now on, because of account_id_b
    split     the account is no longer previous_member_id but member_id
    alias     previous_member_id has become member_id
    review    a person should look at account_id_a and account_id_b
    settled   no longer so

Replaying: the last found/link/split of an account says whose it is.
"""

import hashlib
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.identity import frames

FOLDER = Path("identity") / "decisions"
ASSIGNING = ("found", "link", "split")


def read(data: Path) -> pd.DataFrame:
    """All decisions in the order in which they were taken; DECISIONS."""
    files = sorted((data / FOLDER).glob("*.parquet"))
    tables = [pq.read_table(file, schema=frames.DECISIONS) for file in files]
    everything = pa.concat_tables([frames.DECISIONS.empty_table(), *tables])
    log: pd.DataFrame = everything.to_pandas()
    return log


def append(data: Path, decisions: pd.DataFrame) -> None:
    """Adds the decisions of one run (DECISIONS, `sequence` continuing the log's)."""
    if decisions.empty:
        return
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    first, run_id = decisions["sequence"].iloc[0], decisions["run_id"].iloc[0]
    target = folder / f"{first:012d}-{run_id}.parquet"
    unfinished = target.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        pq.write_table(frames.to_table(decisions, frames.DECISIONS), file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)


def assigning(log: pd.DataFrame) -> pd.DataFrame:
    """The decisions that say whose an account is, in order."""
    is_assigning = log["decision"].isin(ASSIGNING)
    return log if is_assigning.all() else log[is_assigning]


def last_assigning(log: pd.DataFrame) -> pd.DataFrame:
    """The last assigning decision of each account, in order."""
    return assigning(log).drop_duplicates("account_id_a", keep="last")


def replay(log: pd.DataFrame) -> pd.DataFrame:
    """Whose each account is: the last assigning decision of each, by account_id_a."""
    return last_assigning(log).set_index("account_id_a")


def open_reviews(log: pd.DataFrame) -> pd.DataFrame:
    """REVIEW_QUEUE: pairs put to a person and not settled since."""
    rows = log[log["decision"].isin(["review", "settled"])]
    last = rows.drop_duplicates(["account_id_a", "account_id_b", "rule"], keep="last")
    queue = last[last["decision"].eq("review")].rename(
        columns={"decided_at": "queued_at"}
    )
    return frames.shaped(queue, frames.REVIEW_QUEUE)


def aliases(log: pd.DataFrame) -> pd.DataFrame:
    """MEMBER_ALIASES: ids that are no member's any more -> the member of today.

    Chains are followed to their end; an id that a split brought back is no alias.
    """
    in_use = set(replay(log)["member_id"])
    rows = log[log["decision"].eq("alias")].drop_duplicates(
        "previous_member_id", keep="last"
    )
    became = dict(zip(rows["previous_member_id"], rows["member_id"], strict=True))
    today = []
    for alias in rows["previous_member_id"]:
        member, seen = became[alias], {alias}
        while member not in in_use and member in became and member not in seen:
            seen.add(member)
            member = became[member]
        today.append(member)
    table = pd.DataFrame(
        {
            "alias_member_id": rows["previous_member_id"],
            "member_id": pd.Series(today, index=rows.index, dtype="str"),
            "aliased_at": rows["decided_at"],
        }
    )
    is_retired = ~table["alias_member_id"].isin(in_use)
    return frames.shaped(table[is_retired], frames.MEMBER_ALIASES)


def hashed(prefix: str, values: "pd.Series[str]") -> "pd.Series[str]":
    """An id per value: the same on every machine, 64 bits."""
    ids = [
        prefix + hashlib.blake2b(value.encode(), digest_size=8).hexdigest()
        for value in values.to_numpy(dtype=np.object_)
    ]
    return pd.Series(ids, index=values.index, dtype="str")
