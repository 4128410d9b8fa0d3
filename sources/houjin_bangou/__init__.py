"""法人番号公表サイト (NTA's register of corporations): numbers, names, changes.

Data flow:
    inbox/houjin_bangou/**: full and daily files (CSV, zip)  ->  raw_houjin_bangou/
    GET /num (ten numbers a request, with their history)         corporations
    GET /diff (what changed since the last run)              ->  the same table
Failure:
    a wrong application id fails the source; a file nobody can read and a number with a
    wrong check digit are quarantined. A 403 means over-use: what was read lands, the
    next run goes on.
Run alone:
    HOUJIN_BANGOU_KEY=... HOUJIN_BANGOU_NUMBERS=7000012050002 \
        python -m sources._base.landing houjin_bangou --clock "$(date -Is)"
"""

from sources._base.source import Setting, Source
from sources.houjin_bangou.resources import probe, resources
from sources.houjin_bangou.tables import CORPORATIONS

SOURCE = Source(
    name="houjin_bangou",
    title="法人番号公表サイト",
    kind="register",
    settings=(
        Setting(
            "HOUJIN_BANGOU_KEY",
            "application id (アプリケーションID) of the Web-API",
            required=True,
            secret=True,
        ),
        Setting(
            "HOUJIN_BANGOU_NUMBERS",
            "corporate numbers to look up besides those that other sources tell of,"
            " comma separated",
        ),
        Setting(
            "HOUJIN_BANGOU_ALL",
            "true: keep every company of the files and changes (5 million rows)",
            default="false",
        ),
        Setting(
            "HOUJIN_BANGOU_BASE_URL",
            "address of the API",
            default="https://api.houjin-bangou.nta.go.jp/4",
        ),
    ),
    tables=(CORPORATIONS,),
    resources=resources,
    probe=probe,
    requests_per_second=1.0,
    request_budget=300,
    inbox_folder="houjin_bangou",
)
