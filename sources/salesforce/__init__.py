"""Salesforce: accounts, contacts, leads, opportunities, campaigns, tasks, users.

Data flow:
    POST /services/oauth2/token               -> a session (client credentials)
    GET  /sobjects/{object}/describe          -> which fields there are
    GET  /query?q=SELECT count() ...          -> what Salesforce itself counts
    GET  /queryAll?q=SELECT ..., then pages   -> new, changed and deleted records
    POST /jobs/query, GET .../results (CSV)   -> the first read of a large object

When things go wrong:
    The load is all or nothing; the next run reads the same stretch again. A session
    that ends is renewed, a query that was lost goes on from the last record read. When
    the org's requests of the day are (nearly) used up, the run stops with BudgetSpent.

Run alone:
    SALESFORCE_DOMAIN=... python -m sources._base.landing salesforce --clock ...
"""

from sources._base.source import Setting, Source
from sources.salesforce.objects import OBJECT_TYPES
from sources.salesforce.resources import probe, salesforce_resources

SOURCE = Source(
    name="salesforce",
    title="Salesforce",
    kind="crm",
    settings=(
        Setting(
            "SALESFORCE_DOMAIN",
            "Address of the org, e.g. https://example.my.salesforce.com",
            required=True,
        ),
        Setting(
            "SALESFORCE_CLIENT_ID",
            "Consumer key of an app with the client credentials flow",
        ),
        Setting("SALESFORCE_CLIENT_SECRET", "Its consumer secret", secret=True),
        Setting(
            "SALESFORCE_ACCESS_TOKEN",
            "A session made elsewhere, instead of the two above; it ends in hours",
            secret=True,
        ),
        Setting("SALESFORCE_API_VERSION", "Version of the API", default="62.0"),
        Setting(
            "SALESFORCE_OBJECTS",
            "Tables to read, comma separated",
            default=", ".join(kind.table.name for kind in OBJECT_TYPES),
        ),
        Setting(
            "SALESFORCE_CURRENCY",
            "Currency of opportunities in an org with a single one",
            default="JPY",
        ),
        Setting(
            "SALESFORCE_CUSTOMER_TYPES",
            "Values of Account.Type that mean a customer, separated by `;`",
            default="Customer;Customer - Direct;Customer - Channel;顧客",
        ),
        Setting(
            "SALESFORCE_BULK_FROM",
            "An object of more records is first read by Bulk API 2.0",
            default="50000",
        ),
        *(
            Setting(
                kind.setting,
                f"More fields of {kind.name} by API name, comma separated, each with"
                " a name of ours in front if wanted (kana:Kana__c)",
            )
            for kind in OBJECT_TYPES
            if kind.setting
        ),
    ),
    tables=tuple(kind.table for kind in OBJECT_TYPES),
    resources=salesforce_resources,
    probe=probe,
    # 2,000 requests are an eighth of the smallest org's day and read 4 million records.
    requests_per_second=2.0,
    request_budget=2_000,
)
