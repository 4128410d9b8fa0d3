"""Lists a company keeps by hand: certificates, hires, costs, contracts and more."""

import random
from collections.abc import Iterable
from datetime import date, timedelta

from sources._sandbox.ambassadors import employers
from sources._sandbox.community import Community
from sources._sandbox.elsewhere import elsewhere
from sources._sandbox.exports import csv_bytes
from sources._sandbox.habits import in_kanji
from sources._sandbox.identities import Account
from sources._sandbox.model import Company, Event, Person

PLATFORMS = {
    "peatix": "Peatix",
    "techplay": "TECH PLAY",
    "eventregist": "EventRegist",
}
CERTIFICATES = ("ツナガリ認定アソシエイト", "ツナガリ認定プロフェッショナル")
EVENTS_HEAD = ("プラットフォーム", "イベントID", "イベント名", "開始日時", "終了日時",
               "形式", "会場", "都道府県", "分科会", "定員", "状態",
               "関連URL")  # fmt: skip
CERTIFICATES_HEAD = ("資格名", "取得日", "有効期限", "氏名", "メールアドレス", "会社名",
                     "部署", "研修費")  # fmt: skip
HIRES_HEAD = ("採用ID", "入社日", "氏名", "メールアドレス", "配属先", "採用経路",
              "コミュニティ経由")  # fmt: skip
COSTS_HEAD = ("伝票番号", "日付", "費目", "金額", "プラットフォーム", "イベントID",
              "支払先", "備考")  # fmt: skip
MENTIONS_HEAD = ("掲載日", "媒体名", "種別", "見出し", "URL", "登場者メールアドレス",
                 "登場者名", "リーチ", "制作費")  # fmt: skip
TARGETS_HEAD = ("指標", "期間開始", "期間終了", "目標値")
CONTRACTS_HEAD = ("契約番号", "会社名", "法人番号", "ドメイン", "製品", "クラウド区分",
                  "契約開始日", "契約終了日", "年間金額", "ライセンス数",
                  "契約状態")  # fmt: skip
TARGETS = {
    "新規登録数": 60,
    "スター輩出数": 4,
    "資格取得者数": 12,
    "メディア発信数": 4,
}
REFERRALS_HEAD = ("氏名", "メールアドレス", "紹介者メールアドレス", "紹介日")
FORMATS = {"online": "オンライン", "onsite": "会場", "hybrid": "ハイブリッド"}
Rows = Iterable[tuple[str, ...]]
Named = Iterable[tuple[Person, tuple[str, ...]]]


def inbox_files(community: Community) -> Iterable[tuple[str, bytes]]:
    """inhouse/*.csv; the costs in CP932, as the accounting system writes them."""
    files: tuple[tuple[str, tuple[str, ...], Rows, str], ...] = (
        ("events", EVENTS_HEAD, _events(community), "utf-8-sig"),
        ("certificates", CERTIFICATES_HEAD, _lines(_certificates(community)),
         "utf-8-sig"),
        ("hires", HIRES_HEAD, _hires(community), "utf-8-sig"),
        ("costs", COSTS_HEAD, _costs(community), "cp932"),
        ("media_mentions", MENTIONS_HEAD, _mentions(community), "utf-8-sig"),
        ("targets", TARGETS_HEAD, _targets(community), "utf-8-sig"),
        ("contracts", CONTRACTS_HEAD, _contracts(community), "utf-8-sig"),
        ("referrals", REFERRALS_HEAD, _lines(_referrals(community)), "utf-8-sig"),
    )  # fmt: skip
    for name, head, rows, encoding in files:
        lines = list(rows)
        if lines:
            yield f"inhouse/{name}.csv", csv_bytes(head, lines, encoding)


def _lines(named: Named) -> Rows:
    return (line for _, line in named)


def _events(community: Community) -> Rows:
    """What Peatix, TECH PLAY and EventRegist do not export: the events themselves."""
    for platform, name in PLATFORMS.items():
        for shown in elsewhere(community, platform):
            event = shown.event
            cancelled = event.cancelled_at and event.cancelled_at < community.now
            yield (
                name,
                str(shown.number),
                event.title,
                event.started_at.strftime("%Y/%m/%d %H:%M"),
                event.ended_at.strftime("%Y/%m/%d %H:%M"),
                FORMATS[event.format],
                event.place,
                event.prefecture,
                event.group.working_group,
                "" if event.limit is None else str(event.limit),
                "中止" if cancelled else "開催",
                shown.original.url if shown.links_back else "",
            )


def accounts(community: Community) -> Iterable[Account]:
    """Certificates and referrals name people by their address of work."""
    for person, line in _certificates(community):
        yield Account(
            "inhouse", line[CERTIFICATES_HEAD.index("メールアドレス")], person
        )
    for person, line in _referrals(community):
        yield Account("inhouse", line[REFERRALS_HEAD.index("メールアドレス")], person)


def _certificates(community: Community) -> Named:
    for person in community.known_people():
        dice = random.Random(f"{community.seed} certificate {person.index}")  # noqa: S311
        if person.kind == "bot" or dice.random() > 0.12:
            continue
        day = person.joined_at.date() + timedelta(days=dice.randrange(60, 500))
        for certificate in CERTIFICATES[: dice.randrange(1, 3)]:
            if day > community.today or not person.active_on(day):
                break
            job = person.job_on(day)
            yield (
                person,
                (
                    certificate,
                    day.strftime("%Y/%m/%d"),
                    (day + timedelta(days=730)).strftime("%Y/%m/%d"),
                    in_kanji(person, "inhouse", day).full,
                    job.email,
                    community.companies[job.company].name,
                    job.department,
                    str(33_000 + dice.randrange(4) * 11_000),
                ),
            )
            day += timedelta(days=dice.randrange(120, 400))


def _hires(community: Community) -> Rows:
    """People who moved to the vendor, and some who came from nowhere near."""
    number = 0
    for person in community.known_people():
        for job in person.jobs:
            if job.company or not person.joined_at.date() < job.from_date:
                continue
            if job.from_date <= community.today:
                yield _hire(f"H{person.index}", person, job.from_date, "コミュニティ")
    for year in range(2024, community.today.year + 1):
        for month in (4, 10):
            day, number = date(year, month, 1), number + 1
            if day <= community.today:
                yield (f"N{number}", f"{day:%Y/%m/%d}", "", "", "営業部", "求人媒体",
                       "いいえ")  # fmt: skip


def _hire(number: str, person: Person, day: date, channel: str) -> tuple[str, ...]:
    job = person.job_on(day)
    name = in_kanji(person, "inhouse", day).full
    return (number, f"{day:%Y/%m/%d}", name, job.email, job.department,
            channel, "はい")  # fmt: skip


def _costs(community: Community) -> Rows:
    """Every sixth event has a bill, a month later."""
    for event in community.events:
        paid = event.day + timedelta(days=30)
        if event.number % 6 or event.kind == "users" or paid > community.today:
            continue
        yield _cost(event, paid, "会場費", 20_000 + event.number % 9 * 5_000, 1)
        if event.number % 12 == 0:
            yield _cost(event, paid, "飲食費", 15_000 + event.number % 7 * 3_000, 2)


def _cost(
    event: Event, paid: date, category: str, amount: int, at: int
) -> tuple[str, ...]:
    # As the accounting system writes amounts: with a yen sign and a comma.
    return (f"V{event.number}-{at}", f"{paid:%Y/%m/%d}", category, f"￥{amount:,}",
            "connpass", str(event.number), "会場運営社", "")  # fmt: skip


def _mentions(community: Community) -> Rows:
    day = date(2024, 2, 14)
    while day <= community.today:
        dice = random.Random(f"{community.seed} mention {day}")  # noqa: S311
        person = dice.choice(community.people)
        is_known = person.kind == "event" and person.joined_at.date() < day
        yield (
            f"{day:%Y/%m/%d}",
            "つながり経済新聞" if day.month % 2 else "月刊コミュニティ",
            "新聞" if day.month % 2 else "インタビュー",
            f"使い手が集まる場、{day.year}年の歩み",
            f"https://media.example/{day:%Y%m%d}",
            person.job_on(day).email if is_known else "",
            in_kanji(person, "inhouse", day).full if is_known else "",
            str(20_000 + dice.randrange(30) * 1_000),
            str(dice.randrange(3) * 50_000),
        )
        day += timedelta(days=91)


def _targets(community: Community) -> Rows:
    for year in range(2024, community.today.year + 1):
        if date(year, 4, 1) > community.today:
            continue
        period = (f"{year}/04/01", f"{year + 1}/03/31")
        for metric, target in TARGETS.items():
            yield (metric, *period, str(target))


def _contracts(community: Community) -> Rows:
    stay = employers(community.people, community.companies)
    for company in community.companies:
        if company.customer_from and company.customer_from <= community.today:
            yield _contract(community, company, company.customer_from, stay)


def _contract(
    community: Community, company: Company, start: date, stay: dict[int, date]
) -> tuple[str, ...]:
    dice = random.Random(f"{community.seed} contract {company.index}")  # noqa: S311
    licences = dice.randrange(5, 200)
    end = start + timedelta(days=365 * dice.randrange(1, 5))
    stays = company.index in stay and stay[company.index] < end
    has_ended = dice.random() < 0.3 and end <= community.today and not stays
    product = (company.products or "ツナガリ基本").split(";")[0]
    return (
        f"K{1_000 + company.index}",
        company.name,
        company.corporate_number,
        company.domain,
        product,
        "クラウド" if "クラウド" in product or dice.random() < 0.5 else "オンプレミス",
        f"{start:%Y/%m/%d}",
        f"{end:%Y/%m/%d}" if has_ended else "",
        f"￥{licences * 24_000:,}",
        str(licences),
        "解約" if has_ended else "契約中",
    )


def _referrals(community: Community) -> Named:
    """What members say who told them, where a registration names a referrer."""
    told: set[int] = set()
    for row in community.registrations:
        if row.referrer is None or row.person in told or row.number % 4:
            continue
        told.add(row.person)
        person, referrer = community.people[row.person], community.people[row.referrer]
        day = row.registered_at.date()
        yield person, (in_kanji(person, "inhouse", day).full, person.job_on(day).email,
                       referrer.job_on(day).email, f"{day:%Y/%m/%d}")  # fmt: skip
