"""YouTube: videos of channels with their counters, and who comments on them.

Data flow:
    GET /channels (ids and @handles)                ->  raw_youtube/channels
    GET /playlistItems (uploads, newest first)      ->  which videos to ask for
    GET /videos (50 ids a request)                  ->  raw_youtube/videos
    GET /commentThreads, /comments (long threads)   ->  raw_youtube/comments
Failure:
    a wrong key or an unknown channel fails the source. When the quota of the day ends
    among the comments, what was read lands and the next run reads the rest; before
    that the source fails whole and yesterday's rows stay.
Run alone:
    YOUTUBE_API_KEY=... YOUTUBE_CHANNELS=@someone \
        python -m sources._base.landing youtube --clock "$(date -Is)"
"""

from sources._base.source import Setting, Source
from sources.youtube.resources import probe, resources
from sources.youtube.tables import CHANNELS, COMMENTS, VIDEOS

SOURCE = Source(
    name="youtube",
    title="YouTube",
    kind="sns",
    settings=(
        Setting(
            "YOUTUBE_API_KEY",
            "API key of a Google Cloud project with the YouTube Data API v3",
            required=True,
            secret=True,
        ),
        Setting(
            "YOUTUBE_CHANNELS",
            "channels of the community or company, by id (UC...) or @handle, comma"
            " separated; their accounts count as internal",
            required=True,
        ),
        Setting(
            "YOUTUBE_MEMBER_CHANNELS",
            "channels of members, whose videos count as theirs",
        ),
        Setting(
            "YOUTUBE_COMMENTS",
            "true: read the comments of the videos too; false: none",
            default="true",
        ),
        Setting(
            "YOUTUBE_BASE_URL",
            "address of the API",
            default="https://www.googleapis.com/youtube/v3",
        ),
    ),
    tables=(CHANNELS, VIDEOS, COMMENTS),
    resources=resources,
    probe=probe,
    requests_per_second=5.0,
    request_budget=2_000,
)
