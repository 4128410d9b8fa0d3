"""HubSpot CRM: contacts, companies, deals, their links, owners and pipelines.

Data flow:
    GET  /crm/v3/objects/{contacts,companies,deals}   -> first read, archived ones
    POST /crm/v3/objects/{...}/search                 -> what changed since
    POST /crm/v4/associations/{from}/{to}/batch/read  -> associations
    GET  /crm/v3/owners, /crm/v3/pipelines/deals      -> owners, pipelines

When things go wrong:
    The load is all or nothing; the next run reads the same window again. A used-up
    daily limit stops the run with BudgetSpent. Links that HubSpot refuses to tell are
    set aside.

Run alone:
    HUBSPOT_TOKEN=... python -m sources._base.landing hubspot
"""

from sources._base.source import Setting, Source
from sources.hubspot.resources import hubspot_resources, probe
from sources.hubspot.tables import ASSOCIATIONS, OBJECT_TYPES, OWNERS, PIPELINES

SOURCE = Source(
    name="hubspot",
    title="HubSpot CRM",
    kind="crm",
    settings=(
        Setting(
            "HUBSPOT_TOKEN",
            "Access token of a private app that may read contacts, companies, deals,"
            " owners",
            required=True,
            secret=True,
        ),
        Setting(
            "HUBSPOT_BASE_URL", "Where the API is", default="https://api.hubapi.com"
        ),
        Setting(
            "HUBSPOT_CURRENCY",
            "Currency of deals that name none (a portal with a single currency)",
            default="JPY",
        ),
        *(
            Setting(
                object_type.setting,
                f"More properties of {object_type.table.name} by internal name,"
                " comma separated; they land in custom_properties",
            )
            for object_type in OBJECT_TYPES
        ),
    ),
    tables=(*(kind.table for kind in OBJECT_TYPES), ASSOCIATIONS, OWNERS, PIPELINES),
    resources=hubspot_resources,
    probe=probe,
    # Search allows four to five a second per token; 5,000 requests read 500,000 objects
    # and are 2 % of the smallest plan's day.
    requests_per_second=4.0,
    request_budget=5_000,
)
