"""Slack: who is in a workspace, and what is written in its public channels.

Data flow:
    conversations.list, auth.test           ->  raw_slack/channels
    users.list                              ->  raw_slack/users
    conversations.history, .replies         ->  raw_slack/messages
    inbox/slack/*.zip (exports)             ->  raw_slack/export_messages, and channels
                                                and users that the API does not tell of
Failure:
    a wrong token or a missing scope fails the source; a channel that may not be read is
    set aside with the reason. When the requests of a run are used up what was read
    lands, and the next run goes on from there.
Run alone:
    SLACK_TOKEN=... python -m sources._base.landing slack --clock "$(date -Is)"
"""

from sources._base.source import Setting, Source
from sources.slack.resources import probe, resources
from sources.slack.tables import CHANNELS, EXPORT_MESSAGES, MESSAGES, USERS

SOURCE = Source(
    name="slack",
    title="Slack",
    kind="community",
    settings=(
        Setting(
            "SLACK_TOKEN",
            "bot token of an internal app (xoxb-...) with channels:read,"
            " channels:history, users:read and users:read.email",
            required=True,
            secret=True,
        ),
        Setting(
            "SLACK_CHANNELS",
            "public channels to read, by name or id, separated by commas;"
            " default: all that the app is in",
        ),
        Setting(
            "SLACK_REREAD_DAYS",
            "how many days back edits, reactions and replies are looked for",
            default="14",
        ),
        Setting(
            "SLACK_BASE_URL", "address of the API", default="https://slack.com/api"
        ),
    ),
    tables=(CHANNELS, USERS, MESSAGES, EXPORT_MESSAGES),
    resources=resources,
    probe=probe,
    requests_per_second=0.8,  # tier 3: 50 requests a minute
    request_budget=1_000,
    inbox_folder="slack",
)
