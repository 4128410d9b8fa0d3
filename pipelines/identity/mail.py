"""E-mail addresses: the mailbox they reach, and whether it is one person's.

Sub-addresses (taro+news@) reach taro wherever a service has them (RFC 5233: Gmail,
Outlook, iCloud, Fastmail, Proton and most servers companies run). Where a service has
none, a plus in the name of a mailbox is next to unknown, so it is cut off everywhere.
Other marks that some services give the same meaning (taro-news@ at Yahoo) stay: at all
others they belong to the name.
"""

import csv
import re
from functools import cache

from pipelines.identity.letters import clean_text
from pipelines.workspace import DBT_PROJECT

# Dots may stand anywhere: a..b.@docomo.ne.jp is against RFC 5321, and was given out.
_EMAIL = re.compile(r"^[a-z0-9._%+'&/=~^!#$*?{}|-]+@(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+$")
_IN_BRACKETS = re.compile(r"^[^<>]*<([^<>]+)>$")
_NOREPLY = re.compile(
    r"^(?:(?P<number>\d+)\+)?(?P<login>[^@+]+)@users\.noreply\.github\.com$"
)
# The name of somebody's machine (RFC 6762 and habit), or of a placeholder. The ending
# .example alone stays: made-up communities live there, real people never do.
_UNREACHABLE_DOMAIN = re.compile(
    r"(?:^|\.)(?:local|localhost|localdomain|lan|internal|intranet|home|invalid|test"
    r"|domain|ubuntu-domain)$|(?:^|\.)example\.(?:com|org|net|jp|co\.jp)$"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GMAIL = frozenset({"gmail.com", "googlemail.com"})
# Read by whoever is on duty: such an address says where, not who.
_ROLES = _words(
    """
    abuse accounting accounts admin administrator all announce billing bot bots build
    career careers ci community contact contactus customer customerservice desk dev
    devnull donotreply editor eigyo enquiries enquiry event events example feedback
    finance git github hello help helpdesk honsha hostmaster houmu hr inbox info
    infomation information inquiry jimu jimukyoku jinji jobs kanri keiri kikaku koho
    kouhou kyujin legal list lists madoguchi mail mailerdaemon mailinglist marketing
    media member members ml news newsletter nobody noc none noreply notification
    notifications notify null office order orders org otoiawase partner partners
    postmaster pr press privacy public reception recruit recruiting recruitment
    register registration reply reservation robot root saiyo saiyou sales secretariat
    security seminar server service shop somu soudan soumu staff subscribe support
    sysadmin system team test toiawase uketsuke unknown unsubscribe user web webmaster
    www yoyaku
    """
)
# These make a role of what stands beside them: info-tokyo, rails-noreply.
_ROLES_WITH_A_PLACE = _words(
    """
    admin contact donotreply helpdesk info inquiry jimukyoku noreply office postmaster
    recruit saiyo sales support toiawase webmaster
    """
)
# What is typed to get past a form: aaaa@, sample@, na@.
_NOBODY = _words(
    "asdf dummy foo hoge na nothing piyo qwerty sample tekitou xxx yyy zzz"
)
_ONE_KEY = re.compile(r"^(.)\1+$")
_KINDS = ("mail", "provider")
_NO_NAME = re.compile(r"[^a-z]+")


def compare_email(value: object) -> str:
    """An address without plus tag and, at Gmail, dots; '' when malformed."""
    text = clean_text(value).lower().removeprefix("mailto:")
    named = _IN_BRACKETS.match(text)
    local, _, domain = (named.group(1) if named else text).strip().rpartition("@")
    if not domain.isascii():
        domain = _in_ascii(domain)
    if local[:1] == local[-1:] == '"':
        local = local[1:-1]  # "a..b."@docomo.ne.jp: quoted to please a form
    text = f"{local}@{domain.removesuffix('.')}"
    if len(text) > 254 or _EMAIL.match(text) is None:
        return ""
    local, _, domain = text.partition("@")
    if domain == "users.noreply.github.com":
        return text
    local = local.partition("+")[0]
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local else ""


def _in_ascii(domain: str) -> str:
    """日本語.jp as mail servers write it; '' when it is no domain."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def is_personal_email(address: str) -> bool:
    """Whether an address from `compare_email` can stand for one person.

    No: malformed ones, role addresses (info@, info-tokyo@, sales2@), machines' own
    names (me@laptop.local), what is typed to get past a form (aaaa@).
    """
    local, _, domain = address.partition("@")
    if not local or _UNREACHABLE_DOMAIN.search(domain) is not None:
        return False
    if _ONE_KEY.match(local) or local in _NOBODY:
        return False
    words = [word for word in _NO_NAME.split(local) if word]
    if not words:
        return True
    ends = {words[0], words[-1], "".join(words[:2]), "".join(words[-2:])}
    if _ROLES_WITH_A_PLACE & ends:
        return False
    if _ROLES.issuperset(words):
        return False  # dev-team@
    is_initials = len(words) > 1 and min(map(len, words)) == 1  # p.r@, h.r@
    return is_initials or "".join(words) not in _ROLES


def email_domain(address: str) -> str:
    """The employer's domain of an address; '' for free mail and malformed ones.

    What stands before a provider's domain is its customer's: taro@apple.ocn.ne.jp.
    """
    domain = address.rpartition("@")[2]
    providers = free_mail_domains()
    rest = domain
    while rest:
        if rest in providers:
            return ""
        rest = rest.partition(".")[2]
    return domain


@cache
def free_mail_domains() -> frozenset[str]:
    """Domains at which anybody can have an address: a seed of the dbt project."""
    file = DBT_PROJECT / "seeds" / "shared_domains.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        return frozenset(
            row["domain"] for row in csv.DictReader(rows) if row["kind"] in _KINDS
        )


def platform_login(address: object) -> str:
    """The login in a noreply address the platform itself issued, else ''."""
    match = _NOREPLY.match(clean_text(address).lower())
    return match.group("login") if match else ""


def platform_number(address: object) -> str:
    """The account number in such an address (a rename does not change it), else ''."""
    match = _NOREPLY.match(clean_text(address).lower())
    return match.group("number") or "" if match else ""
