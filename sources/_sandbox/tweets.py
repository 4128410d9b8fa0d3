"""Posts and users in the shape of X's API v2: only the fields asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sources._sandbox.model import Person, Post, grown
from sources._sandbox.view import utc_ms


def shape_post(
    post: Post,
    parent: Post | None,
    people: Sequence[Person],
    fields: set[str],
    now: datetime,
) -> dict[str, Any]:
    """id, text, edit_history_tweet_ids and `tweet.fields`; empty ones are left out."""
    shape: dict[str, Any] = {
        "id": post.id,
        "text": post.text,
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
    if "entities" in fields and (entities := _entities(post)):
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
    values: dict[str, Any] = {
        "created_at": utc_ms(
            person.joined_at.replace(year=2014 + person.index % 8, month=3, day=5)
        ),
        "description": _description(person),
        "location": person.prefecture if person.index % 3 else None,
        "url": blog_link(person),
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
    optional = {"location", "url"}  # absent when the profile has none
    for name, value in values.items():
        if name in fields and not (name in optional and value is None):
            shape[name] = value
    return shape


def _metrics(post: Post, parent: Post | None, now: datetime) -> dict[str, int]:
    """Counts as of now; a repost carries the reposts of the original."""
    source = parent if post.kind == "retweeted" and parent else post
    likes = grown(post.likes, post.created_at, now)
    return {
        "retweet_count": grown(source.reposts, source.created_at, now),
        "reply_count": grown(post.replies, post.created_at, now),
        "like_count": likes,
        "quote_count": grown(post.quotes, post.created_at, now),
        "bookmark_count": likes // 12,
        "impression_count": grown(40 + post.likes * 30, post.created_at, now)
        if post.kind != "retweeted"
        else 0,
    }


def _entities(post: Post) -> dict[str, Any]:
    entities: dict[str, Any] = {}
    position = 0
    hashtags = []
    for tag in post.tags:
        start = post.text.find(f"#{tag}", position)
        if start >= 0:
            position = start + len(tag) + 1
            hashtags.append({"start": start, "end": position, "tag": tag})
    if hashtags:
        entities["hashtags"] = hashtags
    if post.link and (start := post.text.find(post.link)) >= 0:
        entities["urls"] = [
            {
                "start": start,
                "end": start + len(post.link),
                "url": f"https://t.co/{post.id[-10:]}",
                "expanded_url": post.link,
                "display_url": post.link.removeprefix("https://")[:26],
            }
        ]
    at = post.text.find("@")
    if at >= 0:
        name = post.text[at + 1 :].split()[0].rstrip(":")
        entities["mentions"] = [
            {"start": at, "end": at + len(name) + 1, "username": name}
        ]
    return entities


def blog_link(person: Person) -> str | None:
    """The blog's address, of those who show it on their profile."""
    if person.links_blog and person.blog:
        return {
            "note": f"https://note.com/{person.blog_handle}",
            "zenn": f"https://zenn.dev/{person.blog_handle}",
            "hatena": f"https://{person.blog_handle.replace('_', '-')}.hatenablog.com/",
            "speakerdeck": f"https://speakerdeck.com/{person.blog_handle}",
        }[person.blog]
    return None


def _description(person: Person) -> str:
    if person.kind == "bot":
        return "勉強会の情報をお届けするbotです"
    words = f"{person.jobs[0].department}で働いています"
    if person.links_x and person.nickname:
        words += f" https://connpass.com/user/{person.nickname}/"
    return words if person.index % 5 else ""
