"""What the model asks about two accounts, and the answers it tells apart.

Each comparison is a list of levels in the order in which they are tried: name, SQL over
the two rows (suffixes _l and _r) of the table `accounts` (community.py), and the words
in which a person reads it. How much a level is worth is in the parameters (model.py).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Level:
    """One answer. condition: SQL, 'ELSE' for what is left; words: '' says nothing.

    frequency_of: the column by whose frequency it is worth more (Splink's term
        frequencies)
    strangers: how u is counted. "per pair": of all pairs of two people so many reach
        the level; "per account": so many other people an account has there, however
        many the community has, for nobody acts with everybody; "": rarely asked for,
        it keeps its value
    least_u: training finds no smaller u, so that the level cannot link by itself
    """

    name: str
    condition: str
    words: str = ""
    is_unknown: bool = False
    frequency_of: str = ""
    strangers: str = ""
    least_u: float = 0.0


@dataclass(frozen=True)
class Comparison:
    """One question and its levels."""

    name: str
    levels: tuple[Level, ...]


def _likes(one: str, other: str) -> str:
    """SQL: some word of one list is part of a word of the other, or nearly equal."""
    return f"""len(list_filter({one}, lambda x: len(list_filter({other}, lambda y:
        length(x) >= 5 AND contains(y, x) OR length(y) >= 5 AND contains(x, y)
        OR jaro_winkler_similarity(x, y) > 0.93)) > 0)) > 0"""


_WORDS_OF_NAME: Final = "string_split(name_key_{}, ' ')"
_IS_PART: Final = " OR ".join(
    f"list_has_all({_WORDS_OF_NAME.format(one)}, {_WORDS_OF_NAME.format(other)})"
    for one, other in (("l", "r"), ("r", "l"))
)

# An account without a full name, whose handle or mailbox spells the other's.
_SPELLS_NAME: Final = (
    "name_key_r IS NULL AND list_has_any(spellings_l, handle_spellings_r)"
    " OR name_key_l IS NULL AND list_has_any(spellings_r, handle_spellings_l)"
)

# Two of one name may well have made the same handle of it.
_MADE_OF_ONE_NAME: Final = (
    "(name_key_l IS NOT NULL AND name_key_r IS NOT NULL"
    f" OR coalesce({_SPELLS_NAME}, FALSE))"
)


def _shared(keys: str) -> str:
    """SQL: a handle or mailbox is the same, for more reasons than the name."""
    beside, all_of = f"{keys}_beside_name", f"{keys}_keys"
    return (
        f"CASE WHEN {_MADE_OF_ONE_NAME} THEN list_has_any({beside}_l, {beside}_r)"
        f" ELSE list_has_any({all_of}_l, {all_of}_r) END"
    )


COMPARISONS: Final = (
    Comparison(
        "name",
        (
            Level(
                "unknown",
                "(name_key_l IS NULL OR name_key_r IS NULL)"
                " AND NOT list_has_any(spellings_l, spellings_r)"
                f" AND NOT ({_SPELLS_NAME})",
                is_unknown=True,
            ),
            Level(
                "same_name",
                "name_key_l = name_key_r",
                "same full name",
                frequency_of="name_key",
            ),
            Level(
                "other_kanji",
                "is_in_kanji_l AND is_in_kanji_r"
                " AND list_has_any(spellings_l, spellings_r)",
                "names that are read alike, in other kanji",
            ),
            Level(
                "same_sound",
                "sound_key_l = sound_key_r",
                "names that are read alike",
                frequency_of="sound_key",
            ),
            Level(
                "possible_sound",
                "list_has_any(spellings_l, spellings_r)",
                "names that can be read alike",
                frequency_of="sound_key",
            ),
            Level(
                "handle_is_name",
                _SPELLS_NAME,
                "a handle or mailbox that spells the full name",
                frequency_of="sound_key",
            ),
            Level(
                "alike",
                f"jaro_winkler_similarity(name_key_l, name_key_r) > 0.92 OR {_IS_PART}",
                "similar names",
            ),
            Level("different", "ELSE", "different names"),
        ),
    ),
    Comparison(
        "words",
        (
            Level("unknown", "len(words_l) = 0 OR len(words_r) = 0", is_unknown=True),
            # Where anybody can claim an address: among people who receive mail there,
            # a shared one is a couple's or an office's (the rules have decided).
            Level(
                "address",
                "claimed_address_l = claimed_address_r",
                "same address",
            ),
            Level(
                "telling",
                f"(is_spelling_l OR is_spelling_r) AND {_shared('telling')}",
                "same unusual handle or mailbox",
                strangers="per pair",
            ),
            # Two handles that people chose: the one may be the other's idol.
            Level("telling_handle", _shared("telling"), "same unusual handle"),
            Level(
                "plain",
                _shared("plain"),
                "same handle or mailbox",
                strangers="per pair",
            ),
            Level(
                "numbered",
                "list_has_any(numbered_keys_l, numbered_keys_r)",
                "same mailbox, made of the name and a number",
            ),
            Level(
                "spelled",
                "list_has_any(words_l, words_r)",
                "same mailbox, made of the name",
            ),
            Level(
                "domain",
                "list_has_any(logins_l, domain_words_r)"
                " OR list_has_any(logins_r, domain_words_l)",
                "a handle that is the domain of the other's address",
                strangers="per pair",
            ),
            Level(
                "alike",
                f"NOT {_MADE_OF_ONE_NAME} AND {_likes('words_l', 'words_r')}",
                "similar handles or mailboxes",
            ),
            Level(
                "alike_beside_name",
                _likes("words_l", "words_r"),
                "similar mailboxes, made of the name",
            ),
            Level("different", "ELSE"),
        ),
    ),
    Comparison(
        "behaviour",
        (
            Level("unknown", "NOT is_seen_l OR NOT is_seen_r", is_unknown=True),
            Level(
                "mostly",
                "list_has_any(mostly_l, mostly_r)",
                "mostly act together",
                strangers="per account",
            ),
            Level(
                "often",
                "list_has_any(often_l, often_r)",
                "often act together",
                strangers="per account",
            ),
            # Shared in equal parts with a third one: no evidence by itself.
            Level(
                "shared",
                "list_has_any(shared_l, shared_r)",
                "often act together, and as often with others",
                strangers="per account",
                least_u=0.005,
            ),
            Level(
                "half",
                "list_has_any(half_l, half_r)",
                "one of them mostly acts with the other",
                strangers="per account",
            ),
            Level(
                "met",
                "list_has_any(met_l, met_r)",
                "were seen to act together",
                strangers="per account",
            ),
            Level(
                "common",
                "list_has_any(devoted_to_l, devoted_to_r)",
                "mostly act with the same third account",
                strangers="per account",
            ),
            Level("apart", "ELSE"),
        ),
    ),
    Comparison(
        "employer",
        (
            Level(
                "unknown",
                "(company_l IS NULL OR company_r IS NULL)"
                " AND (domain_l IS NULL OR domain_r IS NULL"
                " OR domain_l = domain_r AND (len(domain_words_l) = 0))",
                is_unknown=True,
            ),
            Level(
                "company",
                "company_l = company_r",
                "same company",
                frequency_of="company",
            ),
            # At an employer's domain two addresses are two people's as often as not.
            Level(
                "domain",
                "domain_l = domain_r",
                "addresses at a domain of one's own",
                frequency_of="domain",
            ),
            Level("different", "ELSE", "different employers"),
        ),
    ),
    Comparison(
        "department",
        (
            Level(
                "unknown",
                "department_l IS NULL OR department_r IS NULL",
                is_unknown=True,
            ),
            Level("same", "department_l = department_r", "same department"),
            Level("different", "ELSE"),
        ),
    ),
    Comparison(
        "first_seen",
        (
            Level(
                "unknown", "seen_day_l IS NULL OR seen_day_r IS NULL", is_unknown=True
            ),
            Level(
                "week",
                "abs(seen_day_l - seen_day_r) <= 7",
                "first seen in the same week",
            ),
            Level(
                "month",
                "abs(seen_day_l - seen_day_r) <= 30",
                "first seen in the same month",
            ),
            Level(
                "year",
                "abs(seen_day_l - seen_day_r) <= 400",
                "first seen within a year",
            ),
            Level("years", "ELSE"),
        ),
    ),
)
