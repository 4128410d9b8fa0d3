"""Posts and users in the shape of X's API v2: only fields asked for."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sources._sandbox.model import Person, Post, grown
from sources._sandbox.view import utc_ms

TWEET_FIELDS = {
    "article", "attachments", "author_id", "card_uri", "community_id",
    "context_annotations", "conversation_id", "created_at", "display_text_range",
    "edit_controls", "edit_history_tweet_ids", "entities", "geo", "id",
    "in_reply_to_user_id", "lang", "media_metadata", "non_public_metrics", "note_tweet",
    "organic_metrics", "possibly_sensitive", "promoted_metrics", "public_metrics",
    "referenced_tweets", "reply_settings", "scopes", "source",
    "suggested_source_links", "text", "withheld",
}  # fmt: skip
USER_FIELDS = {
    "affiliation", "connection_status", "created_at", "description", "entities", "id",
    "is_identity_verified", "location", "most_recent_tweet_id", "name", "parody",
    "pinned_tweet_id", "profile_banner_url", "profile_image_url", "protected",
    "public_metrics", "receives_your_dm", "subscription", "subscription_type", "url",
    "username", "verified", "verified_followers_count", "verified_type", "withheld",
}  # fmt: skip
EXPANSIONS = {
    "article.cover_media", "article.media_entities", "attachments.media_keys",
    "attachments.media_source_tweet", "attachments.poll_ids", "author_id",
    "author_screen_name", "edit_history_tweet_ids", "entities.mentions.username",
    "entities.note.mentions.username", "geo.place_id", "in_reply_to_user_id",
    "referenced_tweets.id", "referenced_tweets.id.author_id",
}  # fmt: skip


def shape_post(
    post: Post,
    parent: Post | None,
    people: Sequence[Person],
    fields: set[str],
    now: datetime,
) -> dict[str, Any]:
    """id, text, edit_history_tweet_ids and `tweet.fields`; empty ones are left out."""
    link = parent.link if parent and post.kind == "retweeted" else post.link
    text = post.text.replace(link, _short(link)) if link else post.text
    shape: dict[str, Any] = {
        "id": post.id,
        "text": text,
        "edit_history_tweet_ids": [post.id],
    }
    if "author_id" in fields:
        shape["author_id"] = people[post.person].x_id
    if "created_at" in fields:
        shape["created_at"] = utc_ms(post.created_at)
    if "conversation_id" in fields:
        is_reply = post.kind == "replied_to" and post.parent
        shape["conversation_id"] = post.parent if is_reply else post.id
    if "lang" in fields:
        shape["lang"] = "ja"
    if "possibly_sensitive" in fields:
        shape["possibly_sensitive"] = False
    if "referenced_tweets" in fields and post.parent:
        shape["referenced_tweets"] = [{"type": post.kind, "id": post.parent}]
    if "in_reply_to_user_id" in fields and post.kind == "replied_to" and parent:
        shape["in_reply_to_user_id"] = people[parent.person].x_id
    if "public_metrics" in fields:
        shape["public_metrics"] = _metrics(post, parent, now)
    if "entities" in fields and (entities := _entities(text, post.tags, link)):
        shape["entities"] = entities
    return shape


def shape_user(person: Person, fields: set[str], now: datetime) -> dict[str, Any]:
    """id, name and username, plus `user.fields`."""
    shape: dict[str, Any] = {
        "id": person.x_id,
        "name": person.x_name,
        "username": person.x_username,
    }
    days = max(0, (now - person.joined_at).days)
    born = person.joined_at.replace(year=2014 + person.index % 8, month=3, day=5)
    description, links = _description(person)
    blog = blog_link(person)
    entities: dict[str, Any] = {}
    if blog:
        entities["url"] = {"urls": [_url(_short(blog), blog)]}
    if links:
        entities["description"] = {
            "urls": [_url(description, link) for link in links],
        }
    values: dict[str, Any] = {
        "created_at": utc_ms(born),
        "description": description,
        "entities": entities or None,
        "location": person.prefecture if person.index % 3 else None,
        "url": _short(blog) if blog else None,
        "verified": False,
        "verified_type": "none",
        "protected": False,
        "profile_image_url": "https://pbs.twimg.com/profile_images/sandbox/normal.png",
        "subscription_type": "None",
        "public_metrics": {
            "followers_count": 10 + person.index * 37 % 900 + days // 10,
            "following_count": 10 + person.index * 53 % 700,
            "tweet_count": 5 + person.index * 71 % 4_000 + days,
            "listed_count": person.index % 12,
            "like_count": person.index * 29 % 2_000,
            "media_count": person.index % 60,
        },
    }
    # What a profile does not have is absent, not null.
    shape |= {
        name: value
        for name, value in values.items()
        if name in fields and value is not None
    }
    return shape


def blog_link(person: Person) -> str | None:
    """The blog's address, of those who show it on their profile."""
    if not person.links_blog or not person.blog:
        return None
    handle = person.blog_handle
    return {
        "note": f"https://note.com/{handle}",
        "zenn": f"https://zenn.dev/{handle}",
        "hatena": f"https://{handle.replace('_', '-')}.hatenablog.com/",
        "speakerdeck": f"https://speakerdeck.com/{handle}",
    }[person.blog]


def _description(person: Person) -> tuple[str, list[str]]:
    """(the text with shortened links, the links)."""
    if person.kind == "bot":
        return "勉強会の情報をお届けするbotです", []
    if person.index % 5 == 0:
        return "", []
    words = f"{person.jobs[0].department}で働いています"
    if person.links_x and person.nickname:
        link = f"https://connpass.com/user/{person.nickname}/"
        return f"{words} {_short(link)}", [link]
    return words, []


def _short(link: str) -> str:
    """What X makes of every link."""
    return f"https://t.co/{hashlib.sha256(link.encode()).hexdigest()[:10]}"


def _url(text: str, link: str) -> dict[str, Any]:
    """The entity that says what the shortened link in a text stands for."""
    start = text.find(_short(link))
    return {
        "start": start,
        "end": start + len(_short(link)),
        "url": _short(link),
        "expanded_url": link,
        "display_url": link.removeprefix("https://")[:26],
    }


def _metrics(post: Post, parent: Post | None, now: datetime) -> dict[str, int]:
    """Counts as of now; a repost carries the reposts of the original."""
    source = parent if post.kind == "retweeted" and parent else post
    likes = grown(post.likes, post.created_at, now)
    seen = 0 if post.kind == "retweeted" else 40 + post.likes * 30
    return {
        "retweet_count": grown(source.reposts, source.created_at, now),
        "reply_count": grown(post.replies, post.created_at, now),
        "like_count": likes,
        "quote_count": grown(post.quotes, post.created_at, now),
        "bookmark_count": likes // 12,
        "impression_count": grown(seen, post.created_at, now),
    }


def _entities(text: str, tags: tuple[str, ...], link: str | None) -> dict[str, Any]:
    entities: dict[str, Any] = {}
    hashtags = []
    position = 0
    for tag in tags:
        start = text.find(f"#{tag}", position)
        if start >= 0:
            position = start + len(tag) + 1
            hashtags.append({"start": start, "end": position, "tag": tag})
    if hashtags:
        entities["hashtags"] = hashtags
    if link and _short(link) in text:
        entities["urls"] = [_url(text, link)]
    at = text.find("@")
    if at >= 0:
        name = text[at + 1 :].split()[0].rstrip(":")
        entities["mentions"] = [
            {"start": at, "end": at + len(name) + 1, "username": name}
        ]
    return entities
