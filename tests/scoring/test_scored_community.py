"""The generator of scored communities: the same again, and shaped like life."""

import hashlib
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.bench import scored_community
from tests.bench.scored_community import Scored, days_between
from tests.bench.scored_people import NEVER, READER, SPEAKER

AS_OF = date(2026, 11, 20)
BEFORE = AS_OF - timedelta(days=20)


def made(seed: int = 1) -> Scored:
    return scored_community.scored_community(400, 12_000, AS_OF, seed=seed)


@pytest.fixture(scope="module")
def community() -> Scored:
    return made()


@pytest.fixture(scope="module")
def folder(community: Scored, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files as of BEFORE, a folder for each day after it, and `whole` as of AS_OF."""
    folder = tmp_path_factory.mktemp("scored")
    community.write(folder / "0", BEFORE)
    for day in days_between(BEFORE + timedelta(days=1), AS_OF):
        community.write_new(folder / day.isoformat(), day)
    community.write(folder / "whole", AS_OF)
    return folder


def query(sql: str, **files: Path) -> list[tuple]:
    """Rows of a query on Parquet files, named in braces."""
    return duckdb.sql(sql.format(**{k: f"'{v}'" for k, v in files.items()})).fetchall()


def hashes(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.glob("*.parquet")
    }


def test_the_same_arguments_give_the_same_files(folder: Path, tmp_path: Path) -> None:
    made().write(tmp_path / "again", AS_OF)
    made(seed=2).write(tmp_path / "other", AS_OF)
    assert hashes(tmp_path / "again") == hashes(folder / "whole")
    assert len(hashes(folder / "whole")) == 9
    assert hashes(tmp_path / "other") != hashes(folder / "whole")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("accounts", "source, account_id"),
        ("events", "event_id"),
        ("registrations", "event_id, account_id"),
        ("activities", "source, activity_id"),
        ("labels", "account_id, date"),
        ("affiliations", "account_id, valid_from"),
    ],
)
def test_the_days_one_by_one_end_where_the_whole_does(
    folder: Path, name: str, key: str
) -> None:
    """The newest row of every key is what one export at the end holds."""
    newest = f"""
        select * exclude (filename) from read_parquet({{days}}, filename = true)
        where filename not like '%whole%'
        qualify row_number() over (partition by {key} order by filename desc) = 1
    """
    where = {"days": folder / "*" / f"{name}.parquet"}
    whole = folder / "whole" / f"{name}.parquet"
    ((missing,),) = query(
        f"select count(*) from (from {{whole}} except ({newest}))", whole=whole, **where
    )
    ((extra,),) = query(
        f"select count(*) from (({newest}) except from {{whole}})", whole=whole, **where
    )
    ((rows,),) = query("select count(*) from {whole}", whole=whole)
    assert (missing, extra) == (0, 0)
    assert rows > 0


def test_days_tell_new_late_and_changed_rows(folder: Path) -> None:
    told = (
        "select count(*) filter (occurred < day), count(*) filter (occurred < day - 3),"
        " count(*) filter (occurred > day) from (select"
        " cast(timezone('Asia/Tokyo', occurred_at) as date) as occurred,"
        " cast(parse_filename(parse_dirpath(filename)) as date) as day"
        " from read_parquet({days}, filename = true))"
    )
    ((late, very_late, early),) = query(
        told, days=folder / "2026*" / "activities.parquet"
    )
    assert late > very_late > 0
    assert early == 0  # nothing is told before it happens
    changed = (
        "select count(*) from {days} as told semi join {first} as first"
        " on told.activity_id = first.activity_id"
        " and told.reactions > first.reactions"
    )
    ((recounted,),) = query(
        changed,
        days=folder / "2026*" / "activities.parquet",
        first=folder / "0" / "activities.parquet",
    )
    assert recounted > 0
    ((attended,),) = query(
        "select count(*) from {days} as told semi join {first} as first"
        " using (event_id, account_id)"
        " where told.attended is not null",
        days=folder / "2026*" / "registrations.parquet",
        first=folder / "0" / "registrations.parquet",
    )
    assert attended > 0


def test_few_do_most_and_the_community_grows(community: Scored) -> None:
    done = np.sort(np.bincount(community.activities.member, minlength=400))[::-1]
    assert done[:40].sum() > 0.4 * done.sum()
    assert done[0] < 0.2 * done.sum()
    days = community.activities.second // 86_400
    assert (days > community.days - 365).sum() > 2 * (days < 365).sum() > 0
    has_left = community.people.left < community.days - 90
    assert 0.3 < has_left.mean() < 0.95


def test_nobody_does_anything_before_joining_or_after_the_last_day(
    community: Scored,
) -> None:
    did = community.activities
    days = did.second // 86_400
    assert (days >= community.people.joined[did.member]).all()
    assert days.max() < community.days
    came = community.registrations
    assert (came.second // 86_400 <= community.events.day[came.event]).all()


def test_who_is_named_has_walked_a_path_that_can_be_seen() -> None:
    community = scored_community.scored_community(3_000, 60_000, AS_OF)
    people, did = community.people, community.activities
    rising = np.flatnonzero((people.path_days > 0) & (people.named < NEVER))
    assert len(rising) > 5
    first, last = people.joined[rising], people.named[rising] - 1
    assert (people.phase(rising, first) == READER).all()
    assert (people.phase(rising, last) == SPEAKER).all()
    assert ((people.named[rising] - first) >= 200).all()
    # In the year before they do more than most ever do in one.
    day = did.second // 86_400
    before = (day < people.named[did.member]) & (day >= people.named[did.member] - 365)
    own = np.bincount(did.member[before], minlength=3_000)[rising]
    assert np.median(own) > np.median(np.bincount(did.member, minlength=3_000))


def test_bots_and_the_organiser_are_told_of_as_such(folder: Path) -> None:
    community = scored_community.scored_community(2_000, 2_000, AS_OF)
    people = community.people
    assert 0 < people.is_bot.sum() < 40
    assert (people.company[people.is_internal] == 0).all()
    assert (people.company[~people.is_internal] != 0).all()
    told = query(
        "select count(*), count(*) filter (is_internal = 'true'),"
        " count(distinct name) > 100 from {file} where source = 'portal'",
        file=folder / "whole" / "accounts.parquet",
    )
    ((members, internal, has_names),) = told
    assert members == 400
    assert 0 < internal < 40
    assert has_names


def test_a_day_outside_the_community_is_refused(community: Scored) -> None:
    with pytest.raises(ValueError, match="2026-11-21 is not within 2021-11-21"):
        community.write(Path("nowhere"), date(2026, 11, 21))
    with pytest.raises(ValueError, match="before 2023-11-20"):
        scored_community.scored_community(10, 100, date(2023, 11, 19))
