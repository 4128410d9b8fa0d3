"""Names of companies as keys: without legal form, department, case and punctuation.

The same as `comparable_company` of the dbt project; connectors that ask registers for
known companies use these functions, so this module imports no library. What makes
another company stays in the name: ホールディングス, グループ as a part of it, 東日本.
"""

import csv
import re
from functools import cache

from pipelines.identity.letters import clean_text, fold_latin, fold_variants
from pipelines.workspace import DBT_PROJECT

_FORM = r"株式会社|有限会社|合同会社|合資会社|合名会社|\((?:株|有|同)\)"
_FORMS = re.compile(
    _FORM + r"|(?:一般|公益)(?:社団|財団)法人"
    r"|(?:特定非営利活動|npo|学校|医療|独立行政|国立大学)法人"
    r"|\((?:一社|公財|一財|公社)\)",
    re.IGNORECASE,
)
_LATIN_FORM = re.compile(
    r"[\s,]+(?:co\.?,?\s*ltd|company,?\s+limited|company|co|corporation|corp"
    r"|incorporated|inc|limited|ltd|llc|llp|gmbh|k\.?k|plc|s\.?a)\.?\s*$",
    re.IGNORECASE,
)
# ABC株式会社 開発部: what follows the legal form in the middle of a name.
_BEHIND_FORM = re.compile(rf"^(?P<company>.*\S.*?(?:{_FORM}))(?P<department>.+)$")
_APART = re.compile(
    r"^(?P<company>.*?[^\s/].*?)[\s/]+(?P<department>\S*(?:部|部門|課|室|局|支社|支店"
    r"|営業所|研究所|研究科|センター|グループ|チーム|division|department|dept\.?)"
    r"(?:\s.*)?)$",
    re.IGNORECASE,
)
# 株式会社ABC開発部: only a department that is called what departments are called; the
# name of a company may well end in 研究所 or センター.
_STUCK = re.compile(
    rf"^(?P<company>(?:{_FORM})\s*[^\s/]+?)(?P<department>(?:第?[一二三四五六七八九\d]+)?"
    r"(?:営業|開発|総務|人事|経理|財務|法務|企画|広報|購買|調達|製造|技術|品質|情報"
    r"|システム|マーケティング|研究開発|経営|事業)[^\s/]*?(?:部|課)(?:\s.*)?)$"
)
# Vowel signs of Indic scripts (U+0900-U+0DFF) are not \w, and yet part of the name.
_NOT_NAME = re.compile(r"[^\w\u0300-\u036f\u0900-\u0dff]+")


def is_company(key: str) -> bool:
    """Whether a key from `compare_company` names an employer: フリーランス does not."""
    return key != "" and key not in _no_companies()


@cache
def _no_companies() -> frozenset[str]:
    """Keys of what people fill in who have no employer: a seed of the dbt project."""
    file = DBT_PROJECT / "seeds" / "no_companies.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        return frozenset(row["name_key"] for row in csv.DictReader(rows))


def split_department(value: object) -> tuple[str, str]:
    """A company field as (company, department) where the department is stuck to it."""
    text = clean_text(value)
    for pattern in (_BEHIND_FORM, _STUCK):
        match = pattern.search(text)
        if match is not None:
            return match.group("company").strip(), match.group("department").strip()
    form = _FORMS.match(text)
    start = form.end() if form else 0  # 株式会社 研究所 is no department of 株式会社
    match = _APART.search(text[start:])
    if match is None:
        return text, ""
    company = text[:start] + match.group("company")
    return company.strip(), match.group("department").strip()


def bare_company(value: object) -> str:
    """A company name without its legal form and department, else as it is written."""
    company, _ = split_department(value)
    return _LATIN_FORM.sub("", _FORMS.sub(" ", company).strip()).strip()


def compare_company(value: object) -> str:
    """A company name without its legal form, department, spaces and case."""
    text = bare_company(fold_variants(clean_text(value).casefold()))
    return _NOT_NAME.sub("", fold_latin(text))
