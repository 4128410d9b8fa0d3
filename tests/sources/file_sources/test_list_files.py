"""Portals, groups, posts and in-house lists: exact values of each kind of row."""

from pathlib import Path

import pytest

from tests.sources.file_sources.reading import Landed, Row, read_files
from tests.sources.file_sources.samples import FILES


def sample(inbox: Path, *paths: str) -> Landed:
    files = {path: (FILES / path).read_bytes() for path in paths}
    return read_files(paths[0].split("/")[0], inbox, files)


def plain(row: Row, *left_out: str) -> Row:
    return {k: v for k, v in row.items() if k[0] != "_" and k not in left_out}


def test_members_of_a_portal(tmp_path: Path):
    landed = sample(tmp_path, "portal/commmune/members.csv")
    first, second = landed.rows["accounts"]
    assert plain(first) == {
        "source": "commmune",
        "account_id": "U1",
        "handle": "はなこ",
        "name": "見本 花子",
        "email": "hanako@example.com",
        "email_purpose": "any",
        "company": "見本商事株式会社",
        "department": "開発部",
        "title": "主任",
        "first_seen_at": "2026-01-05T10:00:00+09:00",
    }
    assert second["email_purpose"] == "event"  # 拒否
    assert [plain(row) for row in landed.rows["affiliations"]] == [
        {"source": "commmune", "account_id": "U1", "company": "見本商事株式会社"}
    ]
    (referral,) = landed.rows["referrals"]
    assert (referral["account_id"], referral["referrer"]) == ("U2", "U1")


@pytest.mark.parametrize(
    ("folder", "source"),
    [
        ("commmune", "commmune"),
        ("OSIRO 2026", "osiro"),
        ("coorum", "coorum"),
        ("みんなの広場", "portal"),
        ("", "portal"),
    ],
)
def test_the_folder_names_the_portal(folder: str, source: str, tmp_path: Path):
    content = (FILES / "portal/commmune/activity.csv").read_bytes()
    path = f"portal/{folder}/a.csv" if folder else "portal/a.csv"
    landed = read_files("portal", tmp_path, {path: content})
    assert {row["source"] for row in landed.rows["activities"]} == {source}


def test_what_members_do(tmp_path: Path):
    landed = sample(tmp_path, "portal/commmune/activity.csv")
    kinds = [row["activity_type"] for row in landed.rows["activities"]]
    assert kinds == ["sign_in", "post", "reply", "reaction", "course"]
    post = landed.rows["activities"][1]
    assert post["occurred_at"] == "2026-03-01T09:05:00"
    assert (post["activity_id"], post["timezone"]) == ("L2", "Asia/Tokyo")


def test_an_action_nobody_knows_is_set_aside_to_be_named(tmp_path: Path):
    path = "portal/commmune/activity.csv"
    text = (FILES / path).read_text(encoding="utf-8").replace("いいね", "拍手")
    landed = read_files("portal", tmp_path, {path: text})
    (bad,) = landed.set_aside
    assert "拍手" in bad["reason"] and bad["line"] == 5
    assert landed.counts() == {"activities": 4}


def test_a_comment_hangs_on_its_post(tmp_path: Path):
    landed = sample(tmp_path, "portal/coorum/posts.csv", "portal/coorum/comments.csv")
    posts = landed.of("activities", activity_type="post")
    (comment,) = landed.of("activities", activity_type="reply")
    assert comment["parent_activity_id"] == posts[0]["activity_id"]
    assert (posts[0]["reactions"], posts[0]["impressions"]) == ("3", "40")


def test_events_and_participants_of_a_portal(tmp_path: Path):
    landed = sample(
        tmp_path, "portal/coorum/events.csv", "portal/coorum/participants.csv"
    )
    (event,) = landed.rows["events"]
    assert (event["event_id"], event["format"]) == ("E1", "online")
    assert [
        (r["event_id"], r["account_id"], r["status"], r.get("attended"))
        for r in landed.rows["registrations"]
    ] == [("E1", "U1", "accepted", "true"), ("E1", "U2", "waitlisted", None)]


def test_a_post_that_answers_is_a_reply(tmp_path: Path):
    landed = sample(tmp_path, "facebook/posts.csv")
    post, reply = landed.rows["activities"]
    assert (post["activity_type"], reply["activity_type"]) == ("post", "reply")
    assert reply["parent_activity_id"] == post["activity_id"] == post["url"]
    assert post["account_id"] == "https://www.facebook.com/hanako.sample"


def test_a_post_on_x_has_the_id_in_its_address(tmp_path: Path):
    landed = sample(tmp_path, "x/posts.csv")
    first, _ = landed.rows["activities"]
    assert first["activity_id"] == "1790000000000000001"
    assert (first["account_id"], first["impressions"]) == ("hanako_m", "1200")
    assert [row["handle"] for row in landed.rows["accounts"]] == ["hanako_m", "taro_m"]


def test_certificates_name_people_by_address(tmp_path: Path):
    landed = sample(tmp_path, "inhouse/certificates.csv")
    first, second = landed.rows["certifications"]
    assert plain(first) == {
        "source": "inhouse",
        "certification": "認定アソシエイト",
        "earned_date": "2026-04-01",
        "expires_date": "2028-03-31",
        "account_id": "hanako@example.com",
        "email": "hanako@example.com",
        "name": "見本 花子",
        "employee_id": "E1",
        "department": "開発部",
        "training_cost": "33000",
    }
    assert second["training_cost"] == "44000"
    (account,) = landed.rows["accounts"]
    assert account["email_verified"] == "true"
    assert account["department"] == "開発部"


def test_hires_and_costs(tmp_path: Path):
    landed = sample(tmp_path, "inhouse/hires.csv", "inhouse/costs.csv")
    hire, other = landed.rows["hires"]
    assert (hire["hire_id"], hire["is_community"]) == ("H1", "true")
    assert hire["referrer_email"] == "taro@example.com"
    assert (other["is_community"], "email" in other) == ("false", False)
    assert [
        (r["cost_id"], r["amount"], r["source"], r["event_id"])
        for r in landed.rows["costs"]
    ] == [("V1", "25000", "connpass", "374877"), ("V2", "15000", "peatix", "4100001")]


def test_a_cost_without_a_number_is_known_by_its_row(tmp_path: Path):
    text = "日付,費目,金額\n2026/05/01,会場費,1000\n2026/05/01,会場費,1000\n"
    landed = read_files("inhouse", tmp_path, {"inhouse/c.csv": text})
    assert [row["cost_id"] for row in landed.rows["costs"]] == ["c.csv 2", "c.csv 3"]


def test_mentions_targets_and_contracts(tmp_path: Path):
    landed = sample(
        tmp_path, "inhouse/media.csv", "inhouse/targets.csv", "inhouse/contracts.csv"
    )
    (mention,) = landed.rows["media_mentions"]
    assert (mention["type"], mention["reach"]) == ("article", "20000")
    assert mention["published_date"] == "2026-06-01"
    assert [(row["metric"], row["target"]) for row in landed.rows["targets"]] == [
        ("stars_produced", "4"),
        ("heat_index", "1000"),
    ]
    now, before = landed.rows["contracts"]
    assert (now["is_cloud"], now["annual_amount"], now["status"]) == (
        "true",
        "1200000",
        "active",
    )
    assert (before["is_cloud"], before["end_date"]) == ("false", "2025-03-31")
    (company,) = landed.rows["companies"]
    assert company["company_id"] == now["company_id"] == "1234567890123"


def test_labels_and_referrals(tmp_path: Path):
    landed = sample(tmp_path, "inhouse/labels.csv", "inhouse/referrals.csv")
    assert [(r["label"], r["account_id"]) for r in landed.rows["labels"]] == [
        ("ambassador", "hanako@example.com"),
        ("committee", "taro@example.com"),
    ]
    (referral,) = landed.rows["referrals"]
    assert (referral["account_id"], referral["referrer"]) == (
        "taro@example.com",
        "hanako@example.com",
    )


def test_events_of_platforms_that_export_none(tmp_path: Path):
    landed = sample(tmp_path, "inhouse/events.csv")
    first, second = landed.rows["events"]
    assert plain(first) == {
        "source": "peatix",
        "event_id": "4100001",
        "title": "つながり会",
        "started_at": "2026-11-10T19:00:00",
        "ended_at": "2026-11-10T21:00:00",
        "timezone": "Asia/Tokyo",
        "format": "hybrid",
        "place": "東京会場",
        "capacity": "50",
        "status": "scheduled",
        "mentioned_urls": "https://tsunagari.connpass.com/event/374877/",
    }
    assert (second["source"], second["status"]) == ("techplay", "cancelled")
