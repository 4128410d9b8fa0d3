"""Corruptions of what comes in: answers of platforms, files that people drop."""

from __future__ import annotations

from tests.gate import answers
from tests.gate.kinds import SOURCE, Answers, Corruption, Folder

SOURCES = (
    Corruption(
        name="page without some records",
        family="completeness",
        level=SOURCE,
        hits="connpass",
        story="a page of events ends early, its total stays",
        how=Answers("/connpass/api/v2/events/\\?", answers.without_rows),
        stopped_by=("connpass", "source_reconciliation.*"),
        at_any_size=True,
    ),
    Corruption(
        name="empty answer 200",
        family="completeness",
        level=SOURCE,
        hits="connpass",
        story="a maintenance page in JSON: all is well, there are no events",
        how=Answers("/connpass/api/v2/events/\\?", answers.empty),
        stopped_by=("connpass", "source_reconciliation.*"),
        at_any_size=True,
    ),
    Corruption(
        name="answer cut",
        family="completeness",
        level=SOURCE,
        hits="qiita",
        story="a proxy ends the body early and says it is whole",
        how=Answers("/qiita/", answers.cut, of_text=True),
        stopped_by=("qiita",),
        at_any_size=True,
    ),
    Corruption(
        name="feed cut",
        family="completeness",
        level=SOURCE,
        hits="feeds",
        story="an XML feed ends in the middle",
        how=Answers("/feeds/", answers.cut),
        stopped_by=("feeds",),
        at_any_size=True,
    ),
    Corruption(
        name="members of the list missing",
        family="completeness",
        level=SOURCE,
        hits="eventhub",
        story="a page of people lacks some, the count stays",
        how=Answers("/eventhub/v1/users/", answers.without_rows),
        stopped_by=("eventhub", "source_reconciliation.*"),
        at_any_size=True,
    ),
    Corruption(
        name="CRM without contacts",
        family="completeness",
        level=SOURCE,
        hits="hubspot",
        story="a token lost a scope: lists are shorter, the total too",
        how=Answers("/hubspot/crm/v3/objects/contacts", answers.without_rows),
        stopped_by=("hubspot", "source_reconciliation.*"),
        at_any_size=True,
        may_pass="a search for what changed may rightly bring nothing",
    ),
    Corruption(
        name="records twice in an answer",
        family="duplicates",
        level=SOURCE,
        hits="connpass",
        story="a row moves to the next page while pages are read",
        how=Answers("/connpass/api/v2/events/\\?", answers.twice),
        stopped_by=("connpass", "source_reconciliation.*"),
        at_any_size=True,
    ),
    Corruption(
        name="ids as spreadsheet numbers",
        family="keys",
        level=SOURCE,
        hits="x",
        story="19 digits read as a float: neighbours become one",
        how=Answers("/x/", answers.with_value("id", answers.rounded)),
        stopped_by=("x", "*x*", "*"),
        may_pass="an id read wrongly is an id like any other: seen are neighbours"
        " that become one",
    ),
    Corruption(
        name="one id for several",
        family="keys",
        level=SOURCE,
        hits="connpass",
        story="a cache answers with the same id for other events",
        how=Answers("/connpass/api/v2/events/\\?", answers.same_id("id")),
        stopped_by=("connpass", "source_reconciliation.*"),
        at_any_size=True,
    ),
    Corruption(
        name="flood",
        family="volume",
        level=SOURCE,
        hits="x",
        story="a campaign of bots posts under the hashtag",
        how=Answers("/x/", answers.many("id", 40)),
        stopped_by=("source_summary.has_usual_volume:x",),
        may_pass="fewer than 20 rows more than usual are an ordinary day",
    ),
    Corruption(
        name="platform's clock without its zone",
        family="time",
        level=SOURCE,
        hits="connpass",
        story="+09:00 becomes Z: events nine hours late",
        how=Answers(
            "/connpass/api/v2/events/\\?",
            answers.with_value("started_at", answers.without_zone),
        ),
        stopped_by=("*dim_events*", "*stg_connpass__events*", "fct_activities.*", "*"),
        may_pass="an event that no release had yet has nothing to be compared with",
    ),
    Corruption(
        name="type changed",
        family="completeness",
        level=SOURCE,
        hits="doorkeeper",
        story="a number arrives as a list",
        how=Answers(
            "/doorkeeper/groups/.*/events",
            lambda payload, choose: [
                {
                    "event": {
                        **row["event"],
                        "participants": [row["event"]["participants"]],
                    }
                }
                if row in choose.of(payload)
                else row
                for row in payload
            ],
        ),
        stopped_by=("doorkeeper",),
        at_any_size=True,
    ),
    Corruption(
        name="download stopped",
        family="completeness",
        level=SOURCE,
        hits="connpass",
        story="participants' lists end in the middle of a line",
        how=Folder(answers.files_cut("connpass/*.csv")),
        stopped_by=("connpass", "source_reconciliation.*", "*quarantin*"),
        at_any_size=True,
    ),
    Corruption(
        name="one export under two names",
        family="duplicates",
        level=SOURCE,
        hits="peatix",
        story="list.csv and list (1).csv",
        how=Folder(answers.files_twice("peatix/*.csv")),
        stopped_by=("peatix", "fct_activities.*", "fct_registrations.*"),
        at_any_size=True,
    ),
    Corruption(
        name="UTF-8 saved as Latin-1",
        family="text",
        level=SOURCE,
        hits="peatix",
        story="a list was opened in an old editor and saved",
        how=Folder(answers.files_as_latin("peatix/*.csv")),
        stopped_by=("peatix", "*.is_readable*"),
        may_pass="a few rows may really look so",
    ),
    Corruption(
        name="cells shifted",
        family="completeness",
        level=SOURCE,
        hits="files",
        story="a comma in a name pushes every cell to the right",
        how=Folder(answers.shifted("files/portal/accounts.csv")),
        stopped_by=("files", "quarantined_rows.*", "*"),
        at_any_size=True,
    ),
    Corruption(
        name="month and day swapped in an export",
        family="time",
        level=SOURCE,
        hits="files",
        story="09/03 read as the third of September",
        how=Folder(
            answers.cells(
                "files/portal/activities.csv",
                "occurred_at",
                answers.month_and_day_swapped,
            )
        ),
        stopped_by=("fct_activities.*", "metrics.*", "member_score*", "fct_outputs.*"),
        may_pass="a date or two are put right on a day like any other",
    ),
    Corruption(
        name="export in UTC",
        family="time",
        level=SOURCE,
        hits="files",
        story="an update of the portal writes UTC and calls it local",
        how=Folder(
            answers.cells(
                "files/portal/activities.csv", "occurred_at", answers.without_zone
            )
        ),
        stopped_by=("fct_activities.*", "metrics.*", "member_score*"),
        may_pass="a date or two are put right on a day like any other",
    ),
    Corruption(
        name="cancelled read as accepted",
        family="metrics",
        level=SOURCE,
        hits="files",
        story="the portal renamed its states",
        how=Folder(
            answers.cells(
                "files/portal/registrations.csv",
                "status",
                lambda was, line: "accepted",
                only="cancelled",
            )
        ),
        stopped_by=("fct_registrations.keeps_its_cancellations*",),
    ),
    Corruption(
        name="one address for everybody",
        family="identity",
        level=SOURCE,
        hits="files",
        story="the portal's export has the organiser's address in every row",
        how=Folder(
            answers.cells(
                "files/portal/accounts.csv",
                "email",
                lambda was, line: "taro.yamada@watagumo-pharma.example",
            )
        ),
        stopped_by=("member_accounts.*", "dim_members.*", "member_scores.*"),
        may_pass="two accounts joined by mistake look like two joined rightly",
    ),
    Corruption(
        name="export with lines gone",
        family="completeness",
        level=SOURCE,
        hits="files",
        story="an export with a filter left on",
        how=Folder(answers.lines_gone("files/portal/registrations.csv")),
        stopped_by=("source_summary.keeps_its_lists:files.registrations",),
        at_any_size=True,
        may_pass="a row or two leave a list on a day like any other",
    ),
)
