"""Text as people write it, brought to a form in which equal things are equal.

Every function here is for comparing only: what is displayed stays as it was given.
A missing value (None, NaN) gives the empty string, which never equals anything.
"""

import re
import unicodedata
from difflib import SequenceMatcher

# Variants of one character that offices and keyboards mix in names.
_KANJI_VARIANTS = str.maketrans(
    "髙﨑嵜碕齋齊斉邊邉澤濱濵嶋嶌廣櫻國眞惠德淸榮瀨渕桒舘冨栁槗靜曾藪龍瀧恆會學實與條檜",
    "高崎崎崎斎斎斎辺辺沢浜浜島島広桜国真恵徳清栄瀬淵桑館富柳橋静曽薮竜滝恒会学実与条桧",
)
_HYPHENS = re.compile("[‐‑‒–—―−ｰ]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"[\s\u3000]+")
_BRACKETED = re.compile(r"[((\[【〔<].*?[))\]】〕>]")
_HONORIFIC_AFTER = re.compile(
    r"(?<=.{2})\s*(?:様|さま|さん|氏|先生|殿|ちゃん|くん|-san|-sama)$", re.IGNORECASE
)
_HONORIFIC_BEFORE = re.compile(r"^(?:mr|mrs|ms|miss|dr|prof)\.?\s+", re.IGNORECASE)
_JAPANESE = re.compile(
    "[\u3005\u3006\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
_KANA_ONLY = re.compile("^[\u3040-\u30ff\\s]+$")
_KATAKANA = re.compile("[\u30a1-\u30f6]")
# Vowel signs of Indic scripts (U+0900-U+0DFF) are not \w, and yet part of the name.
_NOT_NAME = re.compile(r"[^\w\s\u0300-\u036f\u0900-\u0dff]+")

_EMAIL = re.compile(r"^[a-z0-9._%+'&/=~^!#$*?{}|-]+@(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+$")
_NOREPLY = re.compile(
    r"^(?:(?P<number>\d+)\+)?(?P<login>[^@+]+)@users\.noreply\.github\.com$"
)
# The name of somebody's machine (RFC 6762 and habit), or of a placeholder. The ending
# .example alone stays: made-up communities live there, real people never do.
_UNREACHABLE_DOMAIN = re.compile(
    r"(?:^|\.)(?:local|localhost|localdomain|lan|internal|intranet|home|invalid|test"
    r"|domain|ubuntu-domain)$|(?:^|\.)example\.(?:com|org|net|jp|co\.jp)$"
)
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
# Read by whoever is on duty: such an address says where, not who.
_ROLE_NAMES = frozenset(
    [
        "abuse",
        "admin",
        "administrator",
        "bot",
        "bots",
        "build",
        "ci",
        "community",
        "contact",
        "desk",
        "dev",
        "devnull",
        "donotreply",
        "do-not-reply",
        "enquiries",
        "event",
        "events",
        "example",
        "git",
        "github",
        "hello",
        "help",
        "helpdesk",
        "hostmaster",
        "hr",
        "info",
        "information",
        "inquiry",
        "jimukyoku",
        "kouhou",
        "koho",
        "kanri",
        "keiri",
        "mail",
        "mailer-daemon",
        "marketing",
        "ml",
        "nobody",
        "noc",
        "none",
        "no-reply",
        "noreply",
        "null",
        "office",
        "org",
        "postmaster",
        "press",
        "recruit",
        "recruiting",
        "robot",
        "root",
        "sales",
        "saiyo",
        "security",
        "seminar",
        "service",
        "shop",
        "somu",
        "soumu",
        "staff",
        "support",
        "system",
        "team",
        "test",
        "toiawase",
        "unknown",
        "user",
        "web",
        "webmaster",
    ]
)
_FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "yahoo.co.jp",
        "ymail.ne.jp",
        "outlook.com",
        "outlook.jp",
        "hotmail.com",
        "hotmail.co.jp",
        "live.com",
        "live.jp",
        "msn.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "gmx.com",
        "web.de",
        "mail.ru",
        "yandex.ru",
        "qq.com",
        "163.com",
        "126.com",
        "foxmail.com",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "fastmail.com",
        "fastmail.fm",
        "hey.com",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "softbank.ne.jp",
        "i.softbank.jp",
        "nifty.com",
        "biglobe.ne.jp",
        "so-net.ne.jp",
        "ocn.ne.jp",
        "excite.co.jp",
        "goo.jp",
        "naver.com",
        "hanmail.net",
        "rediffmail.com",
        "users.noreply.github.com",
    ]
)

_COMPANY_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|公益社団法人"
    r"|一般財団法人|公益財団法人|特定非営利活動法人|npo法人|学校法人|医療法人"
    r"|独立行政法人|国立大学法人|\((?:株|有|同|一社|公財|一財|公社)\)"
)
_COMPANY_FORMS_LATIN = re.compile(
    r"[\s,]+(?:co\.?,?\s*ltd|company,?\s+limited|corporation|corp|incorporated|inc"
    r"|limited|ltd|llc|llp|gmbh|k\.?k|plc|s\.?a)\.?\s*$",
    re.IGNORECASE,
)
_DEPARTMENT = re.compile(
    r"[\s/]+(?P<department>\S*(?:事業部|本部|部門|部|課|室|局|支社|支店|営業所|研究所"
    r"|センター|グループ|チーム|division|department|dept\.?)(?:\s.*)?)$",
    re.IGNORECASE,
)


def clean_text(value: object) -> str:
    """NFKC, visible characters only, single spaces; half-width kana become whole."""
    if not isinstance(value, str):
        return ""
    text = unicodedata.normalize("NFKC", value)
    text = _HYPHENS.sub("-", _INVISIBLE.sub("", text))
    return _SPACES.sub(" ", text).strip()


def is_japanese(text: str) -> bool:
    """Whether kana or kanji occur in the text."""
    return _JAPANESE.search(text) is not None


def fold_kana(text: str) -> str:
    """Katakana as hiragana. Voicing marks stay: ガトウ is not カトウ."""
    return _KATAKANA.sub(lambda match: chr(ord(match.group()) - 0x60), text)


def fold_latin(text: str) -> str:
    """Latin letters without their accents; voicing marks of kana are left alone."""
    if text.isascii():
        return text
    parts: list[str] = []
    for character in text:
        base = unicodedata.normalize("NFD", character)
        parts.append(base[0] if len(base) > 1 and base[0].isascii() else character)
    return "".join(parts)


def strip_honorifics(name: str) -> str:
    """The name without 様, さん, 氏, Mr., Dr. ...; a name is never emptied by it."""
    return _HONORIFIC_BEFORE.sub("", _HONORIFIC_AFTER.sub("", name)) or name


def compare_name(value: object) -> str:
    """A name in the form in which two spellings of one name are equal.

    Latin names are words in alphabetical order (surname first or last is the same);
    Japanese names have no spaces at all, for 山田太郎 and 山田 太郎 are one name.
    """
    text = _BRACKETED.sub(" ", clean_text(value)).strip() or clean_text(value)
    text = strip_honorifics(text)
    text = fold_latin(text.casefold().translate(_KANJI_VARIANTS))
    text = _NOT_NAME.sub(" ", text.replace("'", ""))
    if is_japanese(text):
        return fold_kana(_SPACES.sub("", text))
    return " ".join(sorted(text.replace("_", " ").split()))


def compare_kana(value: object) -> str:
    """A reading (カナ) as hiragana without spaces; empty when it is not kana."""
    text = strip_honorifics(clean_text(value))
    return fold_kana(text.replace(" ", "")) if _KANA_ONLY.match(text) else ""


def are_different_names(one: object, other: object) -> bool:
    """Whether two names can hardly be one person's.

    True only for two full names in one script that neither share a word (Latin) or a
    character (kanji) nor look alike. A nickname beside a name, or a name in two
    scripts, is not evidence of two people.
    """
    first, second = compare_name(one), compare_name(other)
    if not first or not second or first == second:
        return False
    if is_japanese(first) and is_japanese(second):
        both_kanji = not (_KANA_ONLY.match(first) or _KANA_ONLY.match(second))
        return both_kanji and not set(first) & set(second)
    words, others = _name_words(first), _name_words(second)
    if min(len(words), len(others)) < 2 or _script(first) != _script(second):
        return False
    if any(_is_same_word(word, another) for word in words for another in others):
        return False
    return SequenceMatcher(None, first, second).ratio() < 0.7


def are_alike_names(one: object, other: object) -> bool:
    """Whether two names can be spellings of one; a missing name is like any other.

    Stricter than not `are_different_names`: taro and hanako are not alike, nor are two
    people of one family.
    """
    first, second = compare_name(one), compare_name(other)
    if not first or not second:
        return True
    if is_japanese(first) or is_japanese(second):
        return first in second or second in first
    fewer, more = sorted((first.split(), second.split()), key=len)
    return all(any(_is_near_word(word, another) for another in more) for word in fewer)


def _is_near_word(word: str, another: str) -> bool:
    """The same word, abbreviated or with a slip of the finger."""
    if _is_same_word(word, another):
        return True
    return SequenceMatcher(None, word, another).ratio() > 0.8


def is_full_name(name: str) -> bool:
    """Whether a name from `compare_name` has surname and given name.

    Two words, or three characters of Japanese (林健 is too short to tell anything).
    """
    return len(name) > 2 if is_japanese(name) else len(_name_words(name)) > 1


def _name_words(name: str) -> list[str]:
    """Words that can be part of a person's name: without digits, no initials."""
    return [word for word in name.split() if len(word) > 1 and word.isalpha()]


def _script(text: str) -> str:
    """The script of the first letter: LATIN, CYRILLIC, CJK ..."""
    letter = next((character for character in text if character.isalpha()), " ")
    return unicodedata.name(letter, "").partition(" ")[0]


def _is_same_word(word: str, another: str) -> bool:
    """Equal, or one the beginning of the other (Alex, Alexander)."""
    return word.startswith(another) or another.startswith(word)


def compare_handle(value: object) -> str:
    """A handle without its @, in lower case; platforms do not tell cases apart."""
    return clean_text(value).lstrip("@").casefold()


def compare_email(value: object) -> str:
    """An address without plus tag and, at Gmail, dots; '' when malformed."""
    text = clean_text(value).lower().removeprefix("mailto:").strip("<>")
    if len(text) > 254 or _EMAIL.match(text) is None:
        return ""
    local, _, domain = text.partition("@")
    if domain == "users.noreply.github.com":
        return text
    local = local.partition("+")[0]
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local else ""


def is_personal_email(address: str) -> bool:
    """Whether an address from `compare_email` can stand for one person.

    No: malformed ones, role addresses (info@), machines' own names (me@laptop.local).
    """
    local, _, domain = address.partition("@")
    if not local or _UNREACHABLE_DOMAIN.search(domain) is not None:
        return False
    return local not in _ROLE_NAMES


def email_domain(address: str) -> str:
    """The employer's domain of an address; '' for free mail and malformed ones."""
    domain = address.rpartition("@")[2]
    return "" if domain in _FREE_MAIL else domain


def platform_login(address: object) -> str:
    """The login in a noreply address the platform itself issued, else ''."""
    match = _NOREPLY.match(clean_text(address).lower())
    return match.group("login") if match else ""


def platform_number(address: object) -> str:
    """The account number in such an address (a rename does not change it), else ''."""
    match = _NOREPLY.match(clean_text(address).lower())
    return match.group("number") or "" if match else ""


def split_department(value: object) -> tuple[str, str]:
    """A company field as (company, department) where the department is stuck to it."""
    text = clean_text(value)
    match = _DEPARTMENT.search(text)
    if match is None or not text[: match.start()].strip():
        return text, ""
    return text[: match.start()].strip(), match.group("department").strip()


def compare_company(value: object) -> str:
    """A company name without its legal form, department, spaces and case."""
    company, _ = split_department(value)
    text = _COMPANY_FORMS.sub(" ", company.casefold())
    text = _COMPANY_FORMS_LATIN.sub("", " " + text.strip()).strip()
    text = fold_latin(text.translate(_KANJI_VARIANTS))
    return _SPACES.sub("", _NOT_NAME.sub(" ", text))
