"""A fixed community of invented ordinary people, among whom hard cases are judged.

Names, companies and habits are as frequent as in a real community: a few surnames and
three big companies are everywhere, most people leave one address at two sources. The
names that the hard cases take for common ones are borne by two people each.
"""

from random import Random
from typing import Any

import pandas as pd

PEOPLE = 700
# Every draw follows from it; another number is another community.
_SEED = 4

# The big companies of the hard cases, then small ones: name -> domain.
BIG_COMPANIES = {
    "大和川電機": "yamatogawa-denki.example",
    "東都通信": "toto-tsushin.example",
    "みなとシステム": "minato-sys.example",
}
_SMALL_COMPANIES = {
    f"{name}{kind}": f"{romaji}-{short}.example"
    for name, romaji in (
        ("桜川", "sakuragawa"),
        ("南野", "minamino"),
        ("白浪", "shiranami"),
        ("天竜台", "tenryudai"),
        ("花園橋", "hanazonobashi"),
        ("若草山", "wakakusayama"),
        ("青嵐", "seiran"),
        ("豊里", "toyosato"),
    )
    for kind, short in (
        ("ソフト", "soft"),
        ("商会", "shokai"),
        ("製作所", "mfg"),
        ("総研", "soken"),
        ("食品", "shokuhin"),
    )
}
_DEPARTMENTS = (
    "営業部",
    "開発部",
    "人事部",
    "総務部",
    "情報システム部",
    "研究所",
    None,
)
# kanji, kana, romaji; the first ones are the most common.
_SURNAMES = [
    entry.split()
    for entry in """
    佐藤 サトウ sato,鈴木 スズキ suzuki,高橋 タカハシ takahashi,田中 タナカ tanaka
    伊藤 イトウ ito,渡辺 ワタナベ watanabe,山本 ヤマモト yamamoto,中村 ナカムラ nakamura
    小林 コバヤシ kobayashi,加藤 カトウ kato,吉田 ヨシダ yoshida,山田 ヤマダ yamada
    佐々木 ササキ sasaki,山口 ヤマグチ yamaguchi,松本 マツモト matsumoto
    井上 イノウエ inoue,木村 キムラ kimura,林 ハヤシ hayashi,斎藤 サイトウ saito
    清水 シミズ shimizu,山崎 ヤマザキ yamazaki,森 モリ mori,池田 イケダ ikeda
    橋本 ハシモト hashimoto,阿部 アベ abe,石川 イシカワ ishikawa,前田 マエダ maeda
    小川 オガワ ogawa,岡田 オカダ okada,後藤 ゴトウ goto,長谷川 ハセガワ hasegawa
    村上 ムラカミ murakami,近藤 コンドウ kondo,石井 イシイ ishii,坂本 サカモト sakamoto
    遠藤 エンドウ endo,青木 アオキ aoki,藤井 フジイ fujii,西村 ニシムラ nishimura
    福田 フクダ fukuda,太田 オオタ ota,三浦 ミウラ miura,岡本 オカモト okamoto
    松田 マツダ matsuda,中島 ナカジマ nakajima,大野 オオノ ono,小野 オノ ono
    千葉 チバ chiba,上田 ウエダ ueda,安藤 アンドウ ando
    """.replace("\n", ",").split(",")
    if entry.strip()
]
_GIVEN_NAMES = [
    entry.split()
    for entry in """
    健 ケン ken,誠 マコト makoto,大輔 ダイスケ daisuke,翔太 ショウタ shota
    健太 ケンタ kenta,直樹 ナオキ naoki,拓也 タクヤ takuya,和也 カズヤ kazuya
    美咲 ミサキ misaki,愛 アイ ai,陽子 ヨウコ yoko,恵美 エミ emi,裕子 ユウコ yuko
    由美 ユミ yumi,真理子 マリコ mariko,香織 カオリ kaori,さくら サクラ sakura
    優子 ユウコ yuko,達也 タツヤ tatsuya,大樹 ダイキ daiki,翼 ツバサ tsubasa
    太郎 タロウ taro,花子 ハナコ hanako,一郎 イチロウ ichiro,亮 リョウ ryo
    聡 サトシ satoshi,隆 タカシ takashi,浩二 コウジ koji,涼太 リョウタ ryota
    結衣 ユイ yui,葵 アオイ aoi,陽菜 ヒナ hina,莉子 リコ riko,蓮 レン ren
    悠斗 ユウト yuto,大地 ダイチ daichi,彩 アヤ aya,舞 マイ mai,美穂 ミホ miho
    智子 トモコ tomoko,久美子 クミコ kumiko,純一 ジュンイチ junichi,修 オサム osamu
    進 ススム susumu,学 マナブ manabu,悟 サトル satoru,恵 メグミ megumi,遥 ハルカ haruka
    """.replace("\n", ",").split(",")
    if entry.strip()
]
# Surname, its kana and romaji; given name, its kana and romaji.
_HOMONYMS = [
    (line.split()[:3], line.split()[3:])
    for line in """
    斎藤 サイトウ saito 仁美 ヒトミ hitomi
    斎藤 サイトウ saito 和也 カズヤ kazuya
    斎藤 サイトウ saito 賢治 ケンジ kenji
    中島 ナカジマ nakajima 健二 ケンジ kenji
    太田 オオタ ota 修造 シュウゾウ shuzo
    佐藤 サトウ sato 健 ケン ken
    佐藤 サトウ sato 由紀 ユキ yuki
    佐藤 サトウ sato 勇気 ユウキ yuki
    神田 カンダ kanda 翔太 ショウタ shota
    鈴木 スズキ suzuki 大輔 ダイスケ daisuke
    田中 タナカ tanaka 美咲 ミサキ misaki
    高橋 タカハシ takahashi 直樹 ナオキ naoki
    伊藤 イトウ ito 誠 マコト makoto
    小林 コバヤシ kobayashi 誠 マコト makoto
    山本 ヤマモト yamamoto 誠 マコト makoto
    中村 ナカムラ nakamura 翼 ツバサ tsubasa
    加藤 カトウ kato 優 ユウ yu
    佐々木 ササキ sasaki 愛 アイ ai
    山口 ヤマグチ yamaguchi 龍之介 リュウノスケ ryunosuke
    山口 ヤマグチ yamaguchi 壮太郎 ソウタロウ sotaro
    松本 マツモト matsumoto さくら サクラ sakura
    清水 シミズ shimizu 拓海 タクミ takumi
    井上 イノウエ inoue 花 ハナ hana
    木村 キムラ kimura 拓 タク taku
    小川 オガワ ogawa 結衣 ユイ yui
    前田 マエダ maeda 亮 リョウ ryo
    藤田 フジタ fujita 陸 リク riku
    岡田 オカダ okada 莉子 リコ riko
    岡本 オカモト okamoto 大地 ダイチ daichi
    村上 ムラカミ murakami 陽菜 ヒナ hina
    近藤 コンドウ kondo 舞 マイ mai
    山田 ヤマダ yamada 花子 ハナコ hanako
    山田 ヤマダ yamada 太一 タイチ taichi
    山田 ヤマダ yamada 大翔 ヒロト hiroto
    西川 ニシカワ nishikawa 由佳 ユカ yuka
    後藤 ゴトウ goto 健太 ケンタ kenta
    遠藤 エンドウ endo 美穂 ミホ miho
    中川 ナカガワ nakagawa 涼太 リョウタ ryota
    浅井 アサイ asai 恵美 エミ emi
    石原 イシハラ ishihara 恵美 エミ emi
    木下 キノシタ kinoshita 裕子 ユウコ yuko
    石橋 イシバシ ishibashi 裕子 ヒロコ hiroko
    大久保 オオクボ okubo 健 ケン ken
    長谷川 ハセガワ hasegawa 翔 ショウ sho
    千葉 チバ chiba 真理子 マリコ mariko
    石田 イシダ ishida 健人 ケント kento
    河村 カワムラ kawamura 仁 ジン jin
    谷口 タニグチ taniguchi 直美 ナオミ naomi
    大野 オオノ ono 麻衣 マイ mai
    小野 オノ ono 舞 マイ mai
    """.strip().splitlines()
]
_HABITS = (
    ("hubspot", "zoom"),
    ("hubspot", "connpass"),
    ("connpass", "peatix"),
    ("connpass", "github"),
    ("connpass", "x"),
    ("hubspot",),
    ("peatix",),
    ("connpass",),
    ("eventhub", "hubspot", "connpass"),
)
_AT_WORK = frozenset({"hubspot", "zoom", "eventhub"})


def ordinary_accounts() -> pd.DataFrame:
    """Rows of ACCOUNTS, always the same ones, and `person`, whose account it is."""
    random = Random(_SEED)
    rows = []
    seen: set[tuple[str, str]] = set()
    number = 0
    names = [name for name in _HOMONYMS for _ in range(2)]
    while number < PEOPLE:
        name = names[number] if number < len(names) else _name(random)
        person = _person(random, number, *name)
        # Homonyms at one company are a hard case, and hard cases stand in their file.
        if (key := (person["spelling"], person["company"])) in seen:
            continue
        seen.add(key)
        rows += [_account(random, person, source) for source in random.choice(_HABITS)]
        number += 1
    return pd.DataFrame(rows)


def _name(random: Random) -> tuple[list[str], list[str]]:
    """Surname and given name: kanji, kana, romaji each."""
    return _drawn(random, _SURNAMES), _drawn(random, _GIVEN_NAMES)


def _person(
    random: Random, number: int, surname: list[str], given: list[str]
) -> dict[str, Any]:
    """What one person has: name, company, two addresses, a handle."""
    companies = BIG_COMPANIES if random.random() < 0.4 else _SMALL_COMPANIES
    company = random.choice(list(companies))
    spelling = f"{surname[2]}.{given[2]}"
    return {
        "number": number,
        "surname": surname,
        "given": given,
        "spelling": spelling,
        "company": company,
        "department": random.choice(_DEPARTMENTS),
        "work": f"{given[2]}.{surname[2]}{number}@{companies[company]}",
        "private": f"{spelling}.{number:04d}@gmail.com",
        "handle": f"{random.choice((surname, given))[2]}-{number:04d}",
    }


def _drawn(random: Random, names: list[list[str]]) -> list[str]:
    """A name; those at the front several times as often as those at the end."""
    weights = [1 / (rank + 5) for rank in range(len(names))]
    return random.choices(names, weights)[0]


def _account(random: Random, person: dict[str, Any], source: str) -> dict[str, Any]:
    """The person's account at one source."""
    surname, given = person["surname"], person["given"]
    kanji = random.choice((" ", "", "\u3000")).join((surname[0], given[0]))
    latin = f"{given[2].title()} {surname[2].title()}"
    is_work = source in _AT_WORK
    row: dict[str, Any] = {
        "account_id": f"{source}:p{person['number']:04d}",
        "source": source,
        "person": f"person {person['number']}",
        "is_bot": False,
        "display_name": kanji,
        "first_seen_at": pd.Timestamp("2021-01-01", tz="UTC")
        + pd.Timedelta(days=random.randrange(1500)),
    }
    if is_work:
        row["company_name"] = f"{person['company']}株式会社"
        row["department"] = person["department"]
        row["email"] = person["work"]
        if source == "hubspot" and random.random() < 0.5:
            row["name_kana"] = f"{surname[1]} {given[1]}"
    elif source in {"github", "x"}:
        row["handle"] = person["handle"]
        row["display_name"] = random.choice((latin, kanji, person["handle"]))
    else:
        row["handle"] = person["handle"] if source == "connpass" else None
        row["display_name"] = random.choice((kanji, kanji, latin, given[2]))
        row["email"] = person[random.choice(("private", "private", "work"))]
        if random.random() < 0.5:
            row["company_name"] = person["company"]
    return row
