"""What X lands: posts and users, ids and times as text, counters as they were seen."""

from sources._base.source import Table

POSTS = Table(
    name="posts",
    key=("id",),
    columns={
        "id": "text",
        "text": "text",
        "author_id": "text",
        "created_at": "text",
        "conversation_id": "text",
        "in_reply_to_user_id": "text",
        "lang": "text",
        "source": "text",
        "is_referenced": "bool",
        "replied_to_id": "text",
        "quoted_id": "text",
        "reposted_id": "text",
        "first_version_id": "text",
        "urls": "json",
        "hashtags": "json",
        "mentions": "json",
        "like_count": "bigint",
        "retweet_count": "bigint",
        "reply_count": "bigint",
        "quote_count": "bigint",
        "impression_count": "bigint",
        "bookmark_count": "bigint",
    },
    personal={
        "id": "own_id",
        "text": "text",
        "author_id": "id",
        "conversation_id": "refs",
        "in_reply_to_user_id": "refs",
        "replied_to_id": "refs",
        "quoted_id": "refs",
        "reposted_id": "refs",
        "first_version_id": "refs",
        "urls": "refs",
        "mentions": "refs",
    },
    description="Posts that match a query, and posts these reply to, quote or repost"
    " (is_referenced). Each version is a snapshot of the counters.",
)
USERS = Table(
    name="users",
    key=("id",),
    columns={
        "id": "text",
        "username": "text",
        "name": "text",
        "description": "text",
        "location": "text",
        "url": "text",
        "created_at": "text",
        "verified": "bool",
        "protected": "bool",
        "followers_count": "bigint",
        "following_count": "bigint",
        "tweet_count": "bigint",
        "listed_count": "bigint",
    },
    personal={
        "id": "id",
        "username": "handle",
        "name": "name",
        "description": "links",
        "location": "place",
        "url": "links",
    },
    # They move every day; a profile did not change for that.
    volatile=("followers_count", "following_count", "tweet_count", "listed_count"),
    description="Authors of the posts. id is stable, username may change.",
)
TABLES = (POSTS, USERS)
