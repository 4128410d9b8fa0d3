"""What happens on the vendor's own portal, which comes to us as files."""

from datetime import datetime, timedelta

from sources._sandbox import names
from sources._sandbox.model import Person, PortalAct
from sources._sandbox.streams import PORTAL, heavy_tail, stream

ACTS_A_MONTH = {"casual": 0.12, "regular": 0.35, "rising": 1.2}
KINDS = ("sign_in", "sign_in", "download", "post", "reply", "reply", "answer")


def use_portal(seed: int, people: list[Person], now: datetime) -> list[PortalAct]:
    """All acts up to `now`; replies and answers hang on an own earlier post."""
    acts: list[PortalAct] = []
    for person in people:
        if not person.portal:
            continue
        rng = stream(seed, PORTAL, person.index)
        moment, latest_post, place = person.joined_at, None, 0
        while True:
            moment += timedelta(days=rng.expovariate(ACTS_A_MONTH[person.nature] / 30))
            kind = rng.choice(KINDS)
            reactions = heavy_tail(rng, 1.5)
            topic = rng.choice(names.TOPICS)
            if moment > now or not person.active_on(moment.date()):
                break
            number = person.index * 1_000 + place
            place += 1
            is_social = kind in ("post", "reply", "answer")
            acts.append(
                PortalAct(
                    number=number,
                    person=person.index,
                    kind=kind,
                    occurred_at=moment.replace(microsecond=0),
                    title=f"{topic}について" if is_social else "",
                    parent=latest_post if kind in ("reply", "answer") else None,
                    reactions=reactions if is_social else 0,
                    event=None,
                )
            )
            if kind == "post":
                latest_post = number
    return sorted(acts, key=in_order)


def in_order(act: PortalAct) -> tuple[datetime, int]:
    """As the portal lists them."""
    return act.occurred_at, act.number
