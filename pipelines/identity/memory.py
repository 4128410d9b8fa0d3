"""What the last run found, so that a day's run looks only at what can have changed.

    changed    accounts, links and lines of the decisions file that are not as they were
    region     the accounts of which a key is a changed one's, with everybody whom
               pairs, doubts, links or keys of the rules connect to them
    the rest   keeps its pairs and its person

Pairs depend on two accounts, on those with the same keys, and on statistics that are
kept (statistics.py); so what is found in the region alone is what a run over everybody
finds there, and outside of it nothing can have changed. A cache: with the folder
<DATA>/identity/memory/ gone everything is looked at again, with the same result.
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.identity import (
    clusters,
    community,
    evidence,
    frames,
    keys,
    policy,
    statistics,
)
from pipelines.identity.clusters import Clusters, Positions
from pipelines.identity.model import Parameters
from pipelines.identity.pairs import PAIR_COLUMNS, ordered
from pipelines.identity.statistics import Statistics
from pipelines.identity.wishes import Wishes

FOLDER: Final = Path("identity") / "memory"
_LARGEST_PART: Final = 0.3  # from here on everything is looked at again
_FRAMES: Final = ("accounts", "pairs", "refused", "doubts", "keys", "links", "wishes")


@dataclass(frozen=True)
class Found:
    """Groups and doubts of all accounts; seen: how many accounts were looked at."""

    grouped: Clusters
    doubts: pd.DataFrame
    seen: int


@dataclass(frozen=True)
class _Last:
    """The last run's frames; position: of their accounts today, -1 where gone."""

    frames: dict[str, pd.DataFrame]
    position: Positions

    def moved(self, name: str, columns: tuple[str, ...] = ("a", "b")) -> pd.DataFrame:
        """The frame with the columns as positions of today."""
        frame = self.frames[name]
        return frame.assign(**{at: self.position[frame[at]] for at in columns})


class Memory:
    """The folder of one data folder, for one state of the code and its parameters."""

    def __init__(
        self, data: Path, weights: Parameters | None, *, smallest: int
    ) -> None:
        """smallest: with fewer accounts everything is looked at each time."""
        self._folder = data / FOLDER
        self._statistics = data / statistics.FOLDER
        self._data = data
        self._weights = weights
        self._smallest = smallest
        self._version = _version(weights)
        self._news: Callable[[], None] = lambda: None

    def weigh(
        self,
        people: pd.DataFrame,
        links: pd.DataFrame,
        wishes: Callable[[pd.Series], Wishes],
    ) -> Found:
        """Groups and doubts of all accounts.

        people: from `evidence.prepare`; links: LINKS; wishes: people's lines by
        account_ids. `keep` makes what was found the memory of the next run.
        """
        numbers = self._numbers(int((~people["is_bot"]).sum()))
        last = self._last(people) if numbers is not None else None
        hashes = _hashes(people)
        if last is not None and numbers is not None:
            region = _Region(last, people, hashes, links, wishes(people["account_id"]))
            if not region.is_inside.any():
                return self._as_it_was(last, region)
            if region.is_inside.mean() < _LARGEST_PART:
                return self._in_part(region, numbers, wishes)
        return self._in_full(people, hashes, links, numbers, wishes)

    def keep(self) -> None:
        """Writes what was found; a run killed before it just forgets."""
        self._news()

    def _numbers(self, accounts: int) -> Statistics | None:
        """The statistics, unless the community has doubled since."""
        numbers = statistics.read(self._data, _version(None))
        if numbers is None or accounts >= 2 * max(numbers.accounts, 1):
            return None
        return numbers

    def _last(self, people: pd.DataFrame) -> _Last | None:
        sign = self._folder / "version"
        if len(people) < self._smallest or not sign.exists():
            return None
        if sign.read_text(encoding="utf-8") != self._version:
            return None
        try:
            tables = {
                name: pq.read_table(self._folder / f"{name}.parquet").to_pandas()
                for name in _FRAMES
            }
        except (OSError, pa.ArrowInvalid):
            return None  # damaged, or just being replaced
        today = pd.Index(people["account_id"])
        return _Last(tables, today.get_indexer(tables["accounts"]["account_id"]))

    def _in_full(
        self,
        people: pd.DataFrame,
        hashes: pd.Series,
        links: pd.DataFrame,
        numbers: Statistics | None,
        wishes: Callable[[pd.Series], Wishes],
    ) -> Found:
        found = evidence.collect(people, links, self._weights, numbers)
        said = wishes(people["account_id"])
        grouped = clusters.build(people, said.added_to(found.pairs), said.apart())
        grouped = Clusters(grouped.labels, ordered(grouped.pairs), grouped.refused)

        def keep() -> None:
            if found.numbers is not None and found.numbers is not numbers:
                forget(self._data)  # its pairs were weighed by other numbers
                numbers_now = found.numbers
                _replace(
                    self._statistics,
                    lambda to: statistics.write(numbers_now, to, _version(None)),
                )
            if len(people) >= self._smallest and found.blocks is not None:
                own = keys.of(people, found.blocks)
                self._write(people, hashes, grouped, found.doubts, own, links, said)

        self._news = keep
        return Found(grouped, found.doubts, len(people))

    def _as_it_was(self, last: _Last, region: "_Region") -> Found:
        """Nobody to look at; who has gone alone is forgotten."""
        grouped = Clusters(
            region.labels(),
            ordered(region.outer("pairs")),
            region.outer("refused"),
        )
        doubts = region.outer("doubts")
        if len(last.position) > len(region.people):
            self._news = lambda: self._write_region(region, grouped, doubts)
        return Found(grouped, doubts, 0)

    def _in_part(
        self,
        region: "_Region",
        numbers: Statistics,
        wishes: Callable[[pd.Series], Wishes],
    ) -> Found:
        inside = np.flatnonzero(region.is_inside)
        part = region.people.iloc[inside].reset_index(drop=True)
        sizes = keys.sizes(region.keys, region.is_inside)
        found = evidence.collect(
            part, region.inner_links(), self._weights, numbers, sizes
        )
        said = wishes(part["account_id"])
        own = clusters.build(part, said.added_to(found.pairs), said.apart())

        def everywhere(frame: pd.DataFrame) -> pd.DataFrame:
            return frame.assign(a=inside[frame["a"]], b=inside[frame["b"]])

        labels = region.labels()
        labels[inside] = inside[own.labels]
        grouped = Clusters(
            labels,
            ordered(pd.concat([region.outer("pairs"), everywhere(own.pairs)])),
            pd.concat([region.outer("refused"), everywhere(own.refused)]),
        )
        doubts = pd.concat(
            [region.outer("doubts"), everywhere(found.doubts)], ignore_index=True
        )

        self._news = lambda: self._write_region(region, grouped, doubts)
        return Found(grouped, doubts, len(inside))

    def _write_region(
        self, region: "_Region", grouped: Clusters, doubts: pd.DataFrame
    ) -> None:
        self._write(
            region.people,
            region.hashes,
            grouped,
            doubts,
            region.keys,
            region.links,
            region.wishes,
        )

    def _write(
        self,
        people: pd.DataFrame,
        hashes: pd.Series,
        grouped: Clusters,
        doubts: pd.DataFrame,
        own_keys: pd.DataFrame,
        links: pd.DataFrame,
        said: Wishes,
    ) -> None:
        accounts = pd.DataFrame(
            {
                "account_id": people["account_id"],
                "hash": hashes,
                "label": grouped.labels,
            }
        )
        tables = {
            "accounts": accounts,
            "pairs": grouped.pairs[PAIR_COLUMNS],
            "refused": grouped.refused,
            "doubts": doubts,
            "keys": own_keys,
            "links": frames.shaped(links, frames.LINKS),
            "wishes": said.as_frame(),
        }

        def write(folder: Path) -> None:
            folder.mkdir(parents=True)
            for name, frame in tables.items():
                table = pa.Table.from_pandas(frame, preserve_index=False)
                pq.write_table(table, folder / f"{name}.parquet", compression="lz4")
            (folder / "version").write_text(self._version, encoding="utf-8")

        _replace(self._folder, write)


class _Region:
    """What a day's changes can touch, in positions of today."""

    def __init__(
        self,
        last: _Last,
        people: pd.DataFrame,
        hashes: pd.Series,
        links: pd.DataFrame,
        wishes: Wishes,
    ) -> None:
        self.people, self.hashes = people, hashes
        self.links, self.wishes = links, wishes
        self._last = last
        known = last.frames["accounts"]
        still = last.position >= 0
        before = np.zeros(len(people), dtype=np.uint64)
        before[last.position[still]] = known["hash"].to_numpy()[still]
        is_known = np.zeros(len(people), dtype=bool)
        is_known[last.position[still]] = True
        own_links = _by_position(people, links)
        old_links = _by_position(people, last.frames["links"])
        touched = [
            *_difference(links, last.frames["links"], people),
            *_difference(wishes.as_frame(), last.frames["wishes"], people),
        ]
        self.is_changed = ~is_known | (before != hashes.to_numpy())
        self.is_changed[touched] = True
        is_gone = pd.Series(~still)
        if not self.is_changed.any() and not is_gone.any():
            self.is_inside = self.is_changed
            self.keys = last.moved("keys", ("id",))
            return
        gone_keys, self.keys = keys.renewed(last, people, self.is_changed)
        near = keys.holders(self.keys, self.is_changed, gone_keys)
        partners = [
            *(_left_alone(last.moved(it)) for it in ("pairs", "refused", "doubts")),
            self._seen_with_gone(set(known.loc[~still, "account_id"])),
        ]
        self.is_changed[np.concatenate([near, *partners]).astype("int64")] = True
        edges = [
            *(last.moved(name)[["a", "b"]] for name in ("pairs", "refused", "doubts")),
            own_links,
            old_links,
            keys.edges(self.keys),
        ]
        edge = pd.concat(edges)
        edge = edge[edge["a"].ge(0) & edge["b"].ge(0)]
        labels = clusters.connected(len(people), edge["a"], edge["b"])
        self.is_inside = np.isin(labels, np.unique(labels[self.is_changed]))
        # Behaviour is a person's: when it changes for one account, it does for all of
        # that person's, and with it what their pairs are worth.
        seen = pd.concat(
            [
                _behaviour(own_links, links),
                _behaviour(old_links, last.frames["links"]),
            ]
        ).to_numpy()
        acting = np.unique(labels[seen[seen >= 0]])
        is_acting = self.is_inside & np.isin(labels, acting)
        nobody = pd.Series(dtype="int64")
        near = keys.holders(self.keys, is_acting, nobody)
        self.is_inside |= np.isin(labels, np.unique(labels[near]))

    def _seen_with_gone(self, gone: set[str]) -> npt.NDArray[np.int64]:
        """Accounts of links of the last run whose other account has gone since."""
        links = self._last.frames["links"]
        at = _by_position(self.people, links)
        left = np.concatenate(
            [
                at.loc[links["account_id_b"].isin(gone), "a"].to_numpy(dtype=np.int64),
                at.loc[links["account_id_a"].isin(gone), "b"].to_numpy(dtype=np.int64),
            ]
        )
        return left[left >= 0]

    def inner_links(self) -> pd.DataFrame:
        """LINKS whose accounts are inside."""
        ids = set(self.people.loc[self.is_inside, "account_id"])
        rows = self.links["account_id_a"].isin(ids) & self.links["account_id_b"].isin(
            ids
        )
        return self.links[rows]

    def labels(self) -> Positions:
        """The person of each account as it was; only those outside still hold."""
        position = self._last.position
        labels = np.arange(len(self.people), dtype=np.int64)
        still = position >= 0
        before = position[self._last.frames["accounts"]["label"].to_numpy()]
        labels[position[still]] = np.where(
            before[still] >= 0, before[still], position[still]
        )
        return labels

    def outer(self, name: str) -> pd.DataFrame:
        """Rows of a frame of the last run whose accounts are outside."""
        frame = self._last.moved(name)
        frame = frame[frame["a"].ge(0) & frame["b"].ge(0)]
        is_inside = self.is_inside[frame["a"]] | self.is_inside[frame["b"]]
        outside: pd.DataFrame = frame[~is_inside]
        return outside


def forget(data: Path) -> None:
    """Makes the next run look at everybody; the statistics stay."""
    shutil.rmtree(data / FOLDER, ignore_errors=True)


def _behaviour(at: pd.DataFrame, links: pd.DataFrame) -> "pd.Series[int]":
    """Positions of the accounts of links that are no statements."""
    is_seen = ~links["evidence"].isin(list(policy.STATED_EVIDENCE)).to_numpy()
    found: pd.Series[int] = pd.concat([at.loc[is_seen, "a"], at.loc[is_seen, "b"]])
    return found


def _left_alone(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Accounts of pairs whose other account is gone."""
    left = np.concatenate(
        [
            frame.loc[frame["b"].lt(0), "a"].to_numpy(dtype=np.int64),
            frame.loc[frame["a"].lt(0), "b"].to_numpy(dtype=np.int64),
        ]
    )
    return left[left >= 0]


def _by_position(people: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """a, b of rows with account_id_a, account_id_b; -1 for unknown accounts."""
    today = pd.Index(people["account_id"])
    return pd.DataFrame(
        {
            "a": today.get_indexer(links["account_id_a"]),
            "b": today.get_indexer(links["account_id_b"]),
        }
    )


def _difference(
    now: pd.DataFrame, before: pd.DataFrame, people: pd.DataFrame
) -> npt.NDArray[np.int64]:
    """Positions of accounts in rows that only one of two frames has."""
    both = duckdb.sql(
        "(FROM now EXCEPT ALL FROM before) UNION ALL (FROM before EXCEPT ALL FROM now)"
    ).df()
    at = _by_position(people, both)
    touched = np.concatenate([at["a"], at["b"]]).astype("int64")
    return touched[touched >= 0]


def _hashes(people: pd.DataFrame) -> pd.Series:
    """One number an account: of everything that is known of it."""
    columns = ", ".join(sorted(people.columns))
    found = duckdb.sql(f"SELECT hash(({columns})) AS hash FROM people").df()["hash"]
    return found.astype("uint64")


def _version(weights: Parameters | None) -> str:
    """Changes with the code of this package, its libraries, lists and parameters."""
    package = Path(__file__).parent
    seeds = community.SEEDS
    digest = hashlib.blake2b(repr(weights).encode(), digest_size=16)
    for library in ("duckdb", "jaconv", "janome", "pandas", "splink"):
        digest.update(version(library).encode())
    for file in [*sorted(package.glob("*.py")), *seeds]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _replace(folder: Path, write: Callable[[Path], None]) -> None:
    """Writes a folder beside and puts it in place of the one there is."""
    beside = folder.with_name(folder.name + ".unfinished")
    old = folder.with_name(folder.name + ".old")
    if old.exists() and not folder.exists():
        old.replace(folder)  # a run was killed between the two renames
    for leftover in (beside, old):
        shutil.rmtree(leftover, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.chmod(0o700)  # who is who is nobody else's business
    write(beside)
    if folder.exists():
        folder.replace(old)
    beside.replace(folder)
    shutil.rmtree(old, ignore_errors=True)
