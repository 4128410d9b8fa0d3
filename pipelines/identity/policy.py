"""What we trust and where we stop: every constant of identity resolution.

The figures behind them are in docs/identity.md; none is tuned to one data set.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Rule:
    """One way to know that two accounts are one person.

    strength: 0 is the strongest; where links contradict each other the stronger wins.
    is_direct: whether it may join two accounts of one source that gives stable ids.
    """

    name: str
    strength: int
    probability: float
    evidence: str
    is_direct: bool = False


MANUAL: Final = Rule("manual", 0, 1.0, "a person decided so", is_direct=True)
CRM_CONTACT: Final = Rule(
    "crm_contact", 1, 1.0, "the same contact in the CRM", is_direct=True
)
RENAMED: Final = Rule(
    "renamed", 1, 1.0, "the platform reports a rename", is_direct=True
)
VERIFIED_EMAIL: Final = Rule(
    "verified_email", 2, 0.999, "the same address, given at both", is_direct=True
)
PLATFORM_LOGIN: Final = Rule(
    "platform_login", 2, 0.999, "an address that the platform issued to this login"
)
PROFILE_LINK: Final = Rule(
    "profile_link", 3, 0.998, "the profile names the other account"
)
SURVEY_ANSWER: Final = Rule(
    "survey_answer", 3, 0.998, "a survey answer names the other account"
)
SAME_ADDRESS: Final = Rule(
    "same_address", 4, 0.995, "the same address, used under no other name"
)
SAME_ADDRESS_AND_NAME: Final = Rule(
    "same_address_and_name", 4, 0.995, "the same address under the same name"
)
TOGETHER_AND_NAME: Final = Rule(
    "together_and_name", 5, 0.99, "act together, and bear the same name or login"
)
ALWAYS_TOGETHER: Final = Rule(
    "always_together", 6, 0.99, "always act together, and with nobody else"
)
PROBABLE: Final = Rule("probable", 7, 0.99, "what they have in common")
FIRST_ACCOUNT: Final = Rule(
    "first_account", 9, 1.0, "the account under which the person became known"
)

# From this strength on a rule concludes where the others are told: what it joins may
# not bear names that contradict each other.
INFERRED: Final = TOGETHER_AND_NAME.strength

# From here on the model links; from there on a person is asked.
LINK_AT: Final = 0.99
REVIEW_AT: Final = 0.70

# A name alone never links: however rare, it is not believed to have fewer bearers than
# this, which alone makes a probability of about 0.9.
RAREST_NAME: Final = 0.03

# Who decided, where no person did.
RULES: Final = "rules"

# Evidence of int_account_links that is a statement; any other is behaviour.
STATED_EVIDENCE: Final = {
    "crm_merge": CRM_CONTACT,
    "renamed": RENAMED,
    "profile_link": PROFILE_LINK,
    "survey_answer": SURVEY_ANSWER,
}

# Sources where anybody can claim any address (git: whatever stands in the settings of
# the machine). At all others the person gave the address to receive mail there:
# connpass questionnaires, CRMs, ticketing. A source that says it verified the address
# is believed; one that does not say so (false or null) is judged by this list.
CLAIMED_EMAIL_SOURCES: Final = frozenset({"git"})

# Sources where an account is a spelling (name and address), not a person's stable id.
# At all others two accounts are two people until a direct rule says otherwise.
UNSTABLE_ID_SOURCES: Final = frozenset({"git"})

# The platform whose noreply addresses name a login.
PLATFORM_LOGIN_SOURCE: Final = "github"

# How a program shows in a handle, a name or an address (regular expressions, any case).
# Not by a last word "Bot": that is a surname, too.
BOT_NAME: Final = r"\[bot\]\s*$|[-_]bot\s*$"
BOT_EMAIL: Final = r"^bot@|\[bot\]@"

# A shorter login is too often equal to a stranger's first name.
SHORTEST_TELLING_LOGIN: Final = 5

# Names that a platform goes by in profile links.
PLATFORM_ALIASES: Final = {"twitter": "x", "twitter.com": "x", "x.com": "x"}

# The same bound as the gate's: the largest real person seen has 24 git spellings.
MAX_CLUSTER_SIZE: Final = 25

# From so many accounts on a run looks at what is new only; fewer take seconds anyway.
REMEMBER_FROM: Final = 20_000
