"""What the feeds promise, after their contract; settings name every connector."""

from tests.sandbox.conftest import Client


def test_settings_name_every_connector(client: Client) -> None:
    assert set(client.settings) >= {
        "CONNPASS_API_KEY", "CONNPASS_BASE_URL", "CONNPASS_GROUPS", "X_BEARER_TOKEN",
        "X_BASE_URL", "X_QUERIES", "FEEDS_URLS", "HUBSPOT_TOKEN", "HUBSPOT_BASE_URL",
    }  # fmt: skip
    assert all(value for value in client.settings.values())


def test_every_feed_of_the_settings_is_there(client: Client) -> None:
    paths = client.settings["FEEDS_URLS"].split()
    assert len(paths) > 10
    assert {path.split("/")[1] for path in paths} == {
        "note",
        "zenn",
        "hatena",
        "speakerdeck",
    }
    assert all(client.feed(path).status_code == 200 for path in paths)


def test_a_feed_that_did_not_change_is_304(client: Client) -> None:
    path = client.settings["FEEDS_URLS"].split()[0]
    first = client.feed(path)
    again = client.feed(path, **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.feed(path, **{"If-None-Match": 'W/"other"'}).status_code == 200


def test_a_feed_shows_the_latest_25(busy: Client) -> None:
    text = busy.feed("/zenn/topics/tsunagari/feed").text
    assert text.count("<item>") == 25
    assert busy.feed("/note/nobody/rss").status_code == 404
