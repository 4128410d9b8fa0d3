"""Erased people: what a row of theirs becomes, wherever it comes from.

One function serves the load and the erasure, so that a row read again tomorrow is the
row that was rewritten today: ids, handles and addresses become keyed hashes, names and
what the person wrote become NULL. Who is erased stands in tombstones
(`sources._base.tombstones`): hashes of what names the person, nothing that can be read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from sources._base.personal import Column, by_person, scope_of

ERASED: Final = "erased_"
SLACK_ID: Final = "UERASED"
MAIL, URL, ANYWHERE = "mail", "url", "any"  # scopes that are no source's
# With one of these a name is no key.
ADDRESSED: Final = ("user_email", "email", "author_handle")
NOWHERE: Final = "erased.invalid"
EMAIL: Final = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
PAGE: Final = re.compile(r"https?://[^\s\"'<>|\\)\]、。」]+")
_SCREEN_NAME: Final = re.compile(r"(?<![\w@/.])@([A-Za-z0-9_][\w.-]*)")
_TOKEN: Final = re.compile(r"[\w.%+@-]+")
_HASHTAG: Final = re.compile(r"[#＃]\w+")
_OF_SLACK: Final = re.compile(r"[UW][A-Z0-9]{6,}").fullmatch
_SLACK: Final = re.compile(r"<[@#!][^>]*>")
_CONTACT: Final = re.compile(r"(\bcontacts?:)(\w+)")
_ASKS: Final = re.compile(r"[?？]|でしょうか|教えて|ご存[じ知]")
_NUMBER: Final = re.compile(r"\s*[0-9]+(?:\.[0-9]+)?\s*")
# Answers and fields that are about the job; figures of companies need them.
_JOB: Final = re.compile(
    r"会社|所属|勤務|企業|法人|団体|職|部署|役職|業種|都道府県"
    r"|compan|employer|organi[sz]ation|department|prefecture|industry|title",
    re.IGNORECASE,
)
_PROFILE: Final = re.compile(
    r"^(?:www\.|mobile\.)?(connpass\.com/user|github\.com|note\.com|qiita\.com"
    r"|speakerdeck\.com|twitter\.com|x\.com|zenn\.dev|facebook\.com|youtube\.com)"
    r"/@?([^/?#]+)/?$",
    re.IGNORECASE,
)
_PLATFORMS: Final = {
    "connpass.com/user": "connpass",
    **{"twitter.com": "x", "speakerdeck.com": "speakerdeck", "zenn.dev": "zenn"},
}


@dataclass(frozen=True)
class Erased:
    """Who is erased: looks values up and rewrites rows.

    known: hash of a value under its scope -> the hash that stands for it.
    apart: those of `known` that are addresses at a domain of the person's own.
    """

    key: bytes
    known: Mapping[str, str]
    apart: frozenset[str] = field(default_factory=frozenset)

    def row(
        self, source: str, personal: Mapping[str, str], row: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Returns the cells of a row that change, with what they become."""
        changes: dict[str, Any] = {}
        own = False
        for whose, columns in sorted(by_person(personal).items()):
            scope = scope_of(source, whose, row)
            told = [it for it in columns if it.is_identifying and row.get(it.name)]
            theirs = any(self.identifies(scope, it, row) for it in told)
            if not whose:
                own = theirs
            is_theirs = theirs or (own and not told)  # nobody else is named
            for column in columns:
                value = row.get(column.name)
                if value is None or value == "":
                    continue
                where = column.platform or scope
                new = (
                    self.cell(where, column.role, value, row)
                    if is_theirs
                    else self.mentioned(where, column.role, value)
                )
                if new != value:
                    changes[column.name] = new
        return changes

    def identifies(self, scope: str, column: Column, row: Mapping[str, Any]) -> bool:
        """Whether a cell says that the row is somebody's who is erased."""
        value = str(row[column.name])
        if column.role == "page":
            return self.is_known(URL, value)
        if column.role == "name_id":  # an address says better who it is
            has_address = any(row.get(name) for name in ADDRESSED)
            return not has_address and self.names(scope, value)
        return self.names(column.platform or scope, value)

    def names(self, scope: str, value: Any) -> bool:
        """Whether the value is the id, handle, name or address of somebody erased."""
        return bool(value) and self._find(scope, str(value)) is not None

    def pseudonym(self, scope: str, value: str) -> str:
        """What stands for an id, a handle or an address; the same every time."""
        if is_pseudonym(value):
            return value
        if EMAIL.fullmatch(value.strip()):
            return self._address(value.strip())
        page = _PROFILE.match(re.sub(r"^https?://", "", value))
        if page and value.startswith("http"):
            return self.page(value)
        found = self._find(scope, value) or self.hash(scope, value)
        # Mentions in messages of Slack are read by the shape of its ids.
        return (
            SLACK_ID + found[:20].upper() if _OF_SLACK(value) else ERASED + found[:24]
        )

    def cell(self, scope: str, role: str, value: Any, row: Mapping[str, Any]) -> Any:
        """What a cell of an erased person becomes."""
        rule = _RULES.get(role)
        if rule is None:
            return self.mentioned(scope, role, value)
        return rule(self, scope, value, row)

    def mentioned(self, scope: str, role: str, value: Any) -> Any:
        """A cell of somebody else, without the erased people it mentions."""
        if not isinstance(value, str):
            if isinstance(value, dict | list):
                return self._leaves(
                    value, lambda text: self.mentioned(scope, role, text)
                )
            return value
        if role in ("job", "place", "name", "name_id", "phone"):
            return value
        if role in ("page", "url") and self.is_known(URL, value):
            return self._url(scope, value, {})
        if role == "link":
            return self._linked(scope, value)
        if role == "line":
            is_theirs = any(self.names(scope, it) for it in _TOKEN.findall(value))
            return None if is_theirs else self.mentioned(scope, "text", value)
        if role in ("refs", "own_id", "id", "handle") and self.names(scope, value):
            return self.pseudonym(scope, value)
        if role == "refs" and value[:1] in "[{":
            parsed = _parsed(value)
            if parsed is not None:
                new = self.mentioned(scope, role, parsed)
                return value if new == parsed else _written(new)
        return self.text(scope, value)

    def text(self, scope: str, value: str) -> str:
        """A text in which pages, addresses and @names of erased people are replaced."""
        if "@" not in value and "://" not in value:
            return value
        value = PAGE.sub(lambda it: self._page_if_known(it[0]), value)
        value = EMAIL.sub(
            lambda it: self._address(it[0]) if self.names(MAIL, it[0]) else it[0], value
        )
        return _SCREEN_NAME.sub(
            lambda it: (
                f"@{self.pseudonym(scope, it[1])}"
                if self.names(scope, it[1])
                else it[0]
            ),
            value,
        )

    def page(self, value: str) -> str:
        """An address of a page that is about the person, or written by them."""
        if ERASED in value:
            return value
        parts = urlsplit(value.strip())
        found = _PROFILE.match(f"{parts.netloc}{parts.path}")
        if found:
            platform = _platform(found[1])
            end = "/" if parts.path.endswith("/") else ""
            name = self.pseudonym(platform, found[2])
            return f"{parts.scheme}://{found[1]}/{name}{end}"
        host = parts.netloc
        if self.is_known(URL, host):
            first, _, rest = host.partition(".")
            host = f"{self.pseudonym(URL, first)}.{rest}"
        return f"{parts.scheme}://{host}/{ERASED}{self.hash(URL, value)[:24]}"

    def is_known(self, scope: str, value: str) -> bool:
        return self.hash(scope, value) in self.known

    def hash(self, scope: str, value: str) -> str:
        """The keyed hash of a value, however it is spelt."""
        return _hash(self.key, scope, value)

    def row_hash(self, before: str | None) -> str | None:
        """What tells versions of a row apart, made again so that nobody can make it."""
        if before is None:
            return None
        digest = hmac.new(self.key, f"row:{before}".encode(), hashlib.sha256)
        return digest.hexdigest()[:16]

    def _find(self, scope: str, value: str) -> str | None:
        if EMAIL.fullmatch(value.strip()):
            return self.known.get(self.hash(MAIL, value))
        own = self.known.get(self.hash(scope, value))
        return own or self.known.get(self.hash(ANYWHERE, value))

    def _address(self, value: str) -> str:
        if is_pseudonym(value):
            return value
        made = self.hash(MAIL, value)
        domain = value.rpartition("@")[2].lower()
        if made in self.apart:
            domain = f"{made[:12]}.{NOWHERE}"
        return f"{ERASED[:-1]}-{made[:24]}@{domain}"

    def _page_if_known(self, value: str) -> str:
        parts = urlsplit(value)
        found = _PROFILE.match(f"{parts.netloc}{parts.path}")
        if found and self.names(_platform(found[1]), found[2]):
            return self.page(value)
        if self.is_known(URL, value) or self.is_known(URL, parts.netloc):
            return self.page(value)
        start = _PROFILE.match("/".join([parts.netloc, *parts.path.split("/")[1:2]]))
        if start and self.names(_platform(start[1]), start[2]):
            return self.page(value)
        return value

    def _leaves(self, value: Any, change: Callable[[str], Any]) -> Any:
        if isinstance(value, dict):
            return {name: self._leaves(item, change) for name, item in value.items()}
        if isinstance(value, list):
            return [self._leaves(item, change) for item in value]
        return change(value) if isinstance(value, str) else value

    def _known_by(self, scope: str, value: Any, row: Mapping[str, Any]) -> Any:
        return self.pseudonym(scope, str(value))

    def _handle(self, scope: str, value: Any, row: Mapping[str, Any]) -> Any:
        return self.pseudonym(scope, str(value)) if is_login(str(value)) else None

    def _nothing(self, scope: str, value: Any, row: Mapping[str, Any]) -> None:
        return None

    def _url(self, scope: str, value: Any, row: Mapping[str, Any]) -> Any:
        """A page; or, in feeds, a name that a page is known by."""
        text = str(value)
        if text.startswith("http"):
            return self.page(text)
        return text if ERASED in text else ERASED + self.hash(URL, text)[:24]

    def _feed(self, scope: str, value: Any, row: Mapping[str, Any]) -> Any:
        """A feed; that of a hashtag is nobody's."""
        return self._url(scope, value, row) if self.is_known(URL, value) else value

    def _linked(self, scope: str, value: str) -> str:
        return _CONTACT.sub(
            lambda it: (
                it[1] + self.pseudonym(scope, it[2])
                if self.names(scope, it[2])
                else it[0]
            ),
            value,
        )

    def _links(self, scope: str, value: Any, row: Mapping[str, Any]) -> Any:
        """Pages and `platform:handle` of the person; words between them go."""
        found = PAGE.findall(str(value))
        if found:
            return " ".join(self.page(page) for page in found)
        pairs = [it.strip() for it in str(value).split(";")]
        told = [
            pair.split(":", 1) for pair in pairs if re.match(r"[a-z0-9_]+:\S", pair)
        ]
        return ";".join(f"{it[0]}:{self.pseudonym(*it)}" for it in told) or None

    def _residue(self, scope: str, value: Any, row: Mapping[str, Any]) -> str | None:
        """What figures read of a text: tags, mentions, pages, whether it asks."""
        text = self.text(scope, str(value))
        kept = [
            *_HASHTAG.findall(PAGE.sub(" ", text)),
            *_SLACK.findall(text),
            *(f"@{name}" for name in _SCREEN_NAME.findall(EMAIL.sub(" ", text))),
            *PAGE.findall(text),
        ]
        if _ASKS.search(PAGE.sub(" ", text)):
            kept.append("?")
        return " ".join(dict.fromkeys(kept)) or None

    def _answers(self, scope: str, value: Any, row: Mapping[str, Any]) -> Any:
        parsed = _parsed(value)
        if not isinstance(parsed, list):
            return None
        new = [
            {**it, "answer": self._answered(it.get("question"), it.get("answer"))}
            for it in parsed
            if isinstance(it, dict)
        ]
        return _written(new) if isinstance(value, str) else new

    def _answered(self, question: Any, answer: Any) -> Any:
        if not isinstance(answer, str):
            return answer
        if EMAIL.fullmatch(answer.strip()):
            return self._address(answer.strip())
        return answer if _JOB.search(str(question or "")) else None

    def _answer(self, scope: str, value: Any, row: Mapping[str, Any]) -> Any:
        kind = row.get("question_kind")
        if kind in ("nps", "csat", "choice") or _NUMBER.fullmatch(str(value)):
            return value
        return self._answered(row.get("question"), value)

    def _fields(self, scope: str, value: Any, row: Mapping[str, Any]) -> Any:
        parsed = _parsed(value)
        if isinstance(parsed, list):
            if all(isinstance(it, dict) for it in parsed):
                return self._answers(scope, value, row)
            kept = [
                self._links(scope, it, row) for it in parsed if PAGE.search(str(it))
            ]
            return _written(kept) if isinstance(value, str) else kept
        if not isinstance(parsed, dict):
            return None
        new = {name: self._field(scope, name, it, row) for name, it in parsed.items()}
        return _written(new) if isinstance(value, str) else new

    def _field(self, scope: str, name: str, value: Any, row: Mapping[str, Any]) -> Any:
        if not isinstance(value, str) or _NUMBER.fullmatch(value):
            return value
        if name.lower() in ("x", "twitter"):
            return self.pseudonym("x", value.lstrip("@"))
        if PAGE.search(value):
            return self._links(scope, value, row)
        return self._answered(name, value)


_RULES: Final[Mapping[str, Callable[..., Any]]] = {
    **dict.fromkeys(("id", "email", "name_id", "own_id"), Erased._known_by),
    "handle": Erased._handle,
    **dict.fromkeys(("name", "phone", "line"), Erased._nothing),
    "url": Erased._url,
    "page": Erased._feed,
    "links": Erased._links,
    "text": Erased._residue,
    "answers": Erased._answers,
    "answer": Erased._answer,
    "fields": Erased._fields,
}


def is_login(value: str) -> bool:
    """Whether a handle is one: some exports have names in its place."""
    return re.fullmatch(r"@?[\w.+-]+", value, re.ASCII) is not None or "@" in value


def is_pseudonym(value: str) -> bool:
    """Whether a value stands for somebody erased."""
    return ERASED in value or value.startswith((f"{ERASED[:-1]}-", SLACK_ID))


def spelt(value: str) -> str:
    """One spelling of what people spell differently: case, width, spaces, mail tags."""
    text = unicodedata.normalize("NFKC", value).casefold()
    text = re.sub(r"\s+", "", text).removeprefix("@")
    text = re.sub(r"^https?://(?:www\.)?", "", text).rstrip("/")
    return re.sub(r"\+[^@]*@", "@", text)


@lru_cache(maxsize=200_000)
def _hash(key: bytes, scope: str, value: str) -> str:
    said = f"{scope}:{spelt(value)}".encode()
    return hmac.digest(key, said, "sha256").hex()


def _platform(host: str) -> str:
    return _PLATFORMS.get(host.lower(), host.lower().removesuffix(".com"))


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
