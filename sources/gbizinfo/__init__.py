"""gBizINFO (METI): what the state knows of a company, by number, else by name.

Data flow:
    GET /hojin/{corporate number}            ->  raw_gbizinfo/companies
    GET /hojin?name=... (exactly one match)  ->  its number, then as above
Failure:
    a wrong token fails the source. Where the requests of a run end first, what was read
    lands and the next run goes on with what was never asked.
Run alone:
    GBIZINFO_TOKEN=... GBIZINFO_NUMBERS=7000012050002 \
        python -m sources._base.landing gbizinfo --clock "$(date -Is)"
"""

from sources._base.source import Setting, Source
from sources.gbizinfo.companies import COMPANIES
from sources.gbizinfo.resources import probe, resources

SOURCE = Source(
    name="gbizinfo",
    title="gBizINFO",
    kind="register",
    settings=(
        Setting(
            "GBIZINFO_TOKEN",
            "API token (https://info.gbiz.go.jp/hojin/various_registration/form)",
            required=True,
            secret=True,
        ),
        Setting(
            "GBIZINFO_NUMBERS",
            "corporate numbers to look up besides those that other sources tell of,"
            " comma separated",
        ),
        Setting(
            "GBIZINFO_NAMES",
            "names to look up besides those that other sources tell of, separated by ;",
        ),
        Setting(
            "GBIZINFO_BASE_URL",
            "address of the API, with its version",
            default="https://info.gbiz.go.jp/hojin/v2",
        ),
    ),
    tables=(COMPANIES,),
    resources=resources,
    probe=probe,
    requests_per_second=1.0,
    request_budget=500,
)
