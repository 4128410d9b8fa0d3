"""Japanese names as often as they are borne, and in the spellings people use.

The hundred commonest surnames with their share of the population; the other two thirds
are put together from the characters that surnames are made of, the commoner first
(Zipf), so that most names are rare and no dictionary holds all of them. Given names are
put together likewise; a share of them has a reading that nobody would guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import jaconv
import numpy as np

Column: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[Any]]

# kanji, reading, bearers in ten thousand
COMMON = """
佐藤 サトウ 150 鈴木 スズキ 144 高橋 タカハシ 113 田中 タナカ 107 伊藤 イトウ 86
渡辺 ワタナベ 85 山本 ヤマモト 84 中村 ナカムラ 84 小林 コバヤシ 82 加藤 カトウ 71
吉田 ヨシダ 66 山田 ヤマダ 65 佐々木 ササキ 53 山口 ヤマグチ 52 松本 マツモト 50
井上 イノウエ 49 木村 キムラ 46 林 ハヤシ 44 斎藤 サイトウ 43 清水 シミズ 43
山崎 ヤマザキ 38 森 モリ 37 池田 イケダ 36 橋本 ハシモト 36 阿部 アベ 36
石川 イシカワ 34 山下 ヤマシタ 33 中島 ナカジマ 32 石井 イシイ 31 小川 オガワ 31
前田 マエダ 31 岡田 オカダ 30 長谷川 ハセガワ 30 藤田 フジタ 30 後藤 ゴトウ 30
近藤 コンドウ 29 村上 ムラカミ 28 遠藤 エンドウ 27 青木 アオキ 27 坂本 サカモト 26
斉藤 サイトウ 25 福田 フクダ 25 太田 オオタ 25 西村 ニシムラ 25 藤井 フジイ 25
金子 カネコ 24 岡本 オカモト 24 藤原 フジワラ 24 中野 ナカノ 24 三浦 ミウラ 23
原田 ハラダ 23 中川 ナカガワ 23 松田 マツダ 22 竹内 タケウチ 22 小野 オノ 22
田村 タムラ 22 中山 ナカヤマ 21 和田 ワダ 21 石田 イシダ 21 森田 モリタ 20
上田 ウエダ 20 原 ハラ 20 内田 ウチダ 20 柴田 シバタ 20 酒井 サカイ 19
宮崎 ミヤザキ 19 横山 ヨコヤマ 19 高木 タカギ 19 安藤 アンドウ 18 宮本 ミヤモト 18
大野 オオノ 18 小島 コジマ 17 谷口 タニグチ 17 今井 イマイ 17 工藤 クドウ 17
高田 タカダ 17 増田 マスダ 17 丸山 マルヤマ 17 杉山 スギヤマ 17 村田 ムラタ 16
大塚 オオツカ 16 新井 アライ 16 小山 コヤマ 16 藤本 フジモト 16 平野 ヒラノ 16
河野 コウノ 16 上野 ウエノ 16 野口 ノグチ 15 武田 タケダ 15 松井 マツイ 15
千葉 チバ 15 菅原 スガワラ 15 岩崎 イワサキ 15 久保 クボ 15 木下 キノシタ 15
佐野 サノ 15 野村 ノムラ 14 松尾 マツオ 14 菊地 キクチ 14 市川 イチカワ 14
"""
HEADS = """
石イシ 大オオ 小コ 高タカ 中ナカ 西ニシ 東ヒガシ 北キタ 南ミナミ 山ヤマ 川カワ
森モリ 松マツ 竹タケ 梅ウメ 藤フジ 杉スギ 桜サクラ 吉ヨシ 福フク 平ヒラ 長ナガ
広ヒロ 深フカ 浅アサ 黒クロ 白シラ 青アオ 赤アカ 金カナ 古フル 新ニイ 今イマ 上ウエ
下シモ 内ウチ 前マエ 村ムラ 岡オカ 島シマ 浜ハマ 岩イワ 水ミズ 清キヨ 沢サワ 池イケ
荒アラ 野ノ 原ハラ 木キ 柳ヤナギ 桑クワ 栗クリ 稲イナ 米ヨネ 秋アキ 春ハル 夏ナツ
星ホシ 月ツキ 本モト 富トミ 永ナガ 安ヤス 熊クマ 亀カメ 鶴ツル 倉クラ 宮ミヤ 寺テラ
神カミ 堀ホリ 関セキ 飯イイ 種タネ 笠カサ 塩シオ 三ミ 五ゴ 八ヤ 渋シブ 奥オク
辻ツジ 榎エノ
"""
TAILS = """
田タ 田ダ 川カワ 川ガワ 山ヤマ 村ムラ 野ノ 本モト 井イ 口グチ 島シマ 島ジマ 崎サキ
崎ザキ 沢サワ 沢ザワ 木キ 木ギ 原ハラ 原バラ 谷タニ 谷ヤ 岡オカ 浦ウラ 上ウエ
上カミ 下シタ 内ウチ 尾オ 部ベ 倉クラ 瀬セ 津ツ 塚ツカ 塚ヅカ 藤トウ 藤ドウ 畑ハタ
畑バタ 森モリ 松マツ 橋ハシ 橋バシ 坂サカ 坂ザカ 永ナガ 林バヤシ 屋ヤ 戸ト 見ミ
平ヒラ 宮ミヤ 辺ベ 浜ハマ
"""
MEN = (
    """
    健ケン 大ダイ 翔ショウ 拓タク 直ナオ 雄ユウ 達タツ 哲テツ 慎シン 裕ユウ 悠ユウ
    和カズ 正マサ 淳ジュン 隆タカ 光ミツ 智トモ 英ヒデ 信ノブ 義ヨシ 秀ヒデ 俊トシ
    康ヤス 浩ヒロ 宏ヒロ 博ヒロ 孝タカ 昌マサ 勇ユウ 陽ヨウ 遼リョウ 涼リョウ
    亮リョウ 圭ケイ 敬ケイ 修シュウ 晃アキ 章アキ 幸ユキ 弘ヒロ 文フミ 晴ハル
    賢ケン 謙ケン 純ジュン
    """,
    """
    太タ 郎ロウ 太郎タロウ 一イチ 一カズ 二ジ 介スケ 輔スケ 也ヤ 哉ヤ 樹キ 人ト
    斗ト 平ヘイ 志シ 司ジ 之ユキ 行ユキ 夫オ 男オ 彦ヒコ 史フミ 明アキ 弘ヒロ
    人ヒト 吾ゴ 治ジ 生オ 馬マ
    """,
)
WOMEN = (
    """
    美ミ 由ユ 恵メグ 真マ 奈ナ 彩アヤ 麻マ 香カ 佳カ 智トモ 裕ユウ 久ク 千チ 亜ア
    沙サ 里リ 理リ 愛アイ 優ユウ 結ユイ 陽ヨウ 明アキ 直ナオ 友トモ 早サ 綾アヤ
    春ハル 夏ナツ 幸ユキ 雪ユキ 玲レイ 紗サ 朋トモ 典ノリ 純ジュン 和カズ 順ジュン
    悦エツ 昌マサ 弘ヒロ
    """,
    """
    子コ 美ミ 香カ 奈ナ 恵エ 代ヨ 江エ 里リ 理リ 菜ナ 穂ホ 乃ノ 花カ 華カ 央オ 紀キ
    希キ 織オリ 絵エ 衣イ 音ネ 加カ 帆ホ
    """,
)
WHOLE = """
健ケン 健タケシ 誠マコト 翔ショウ 亮リョウ 純ジュン 剛ツヨシ 隆タカシ 浩ヒロシ
豊ユタカ 稔ミノル 学マナブ 勝マサル 進ススム 茂シゲル 薫カオル 光ヒカル 望ノゾミ
葵アオイ 愛アイ 舞マイ 彩アヤ 楓カエデ 静シズカ 遥ハルカ 蓮レン 樹イツキ 駿シュン
匠タクミ 昴スバル 明アキラ 翼ツバサ 航ワタル 渉ワタル 桜サクラ さくらサクラ
ひかりヒカリ あかりアカリ ゆかりユカリ みどりミドリ かおりカオリ まゆみマユミ
あゆみアユミ めぐみメグミ いずみイズミ
"""
UNGUESSABLE = ("ルナ", "リオン", "セナ", "ライト", "キララ", "ノア", "レオン", "アリア")
VARIANTS = str.maketrans("高崎斎辺沢島浜広桜", "髙﨑齋邉澤嶋濱廣櫻")
ABROAD_GIVEN = """
Anna Ben Carlos Diana Emil Fatima Georg Hana Igor Julia Kevin Linh Marco Nadia Omar
Priya Quang Rosa Stefan Tuan Uma Viktor Wei Xin Yara Zoe Arjun Minh Jun Soo
"""
ABROAD_FAMILY = """
Nguyen Tran Kim Lee Park Chen Wang Li Zhang Singh Kumar Sharma Garcia Silva Santos
Smith Brown Miller Schmidt Weber Rossi Novak Ivanov Jansen Dubois Haddad Okafor Tanaka
"""
ABROAD_MIDDLE = "ABCDEFGHIJKLMNOPRSTVWYZ"
SYSTEMS = ("passport", "typed", "with h", "kunrei")


@dataclass(frozen=True)
class Names:
    """Different names: kanji, the character variant, katakana, romaji by system."""

    kanji: Column
    variant: Column
    kana: Column
    romaji: dict[str, Column]
    share: Column

    def __len__(self) -> int:
        return len(self.kanji)


def surnames(random: np.random.Generator) -> Names:
    """Surnames; the commonest first, then those put together."""
    words = COMMON.split()
    common = list(zip(words[0::3], words[1::3], map(int, words[2::3]), strict=True))
    known = {kanji for kanji, _, _ in common}
    built = [
        (head + tail, reading + ending)
        for head, reading in _parts(HEADS)
        for tail, ending in _parts(TAILS)
        if head != tail and head + tail not in known
    ]
    random.shuffle(built)
    share = np.array([count / 10_000 for *_, count in common])
    rest = _zipf(len(built), 0.5) * (1 - share.sum())
    pairs = [(kanji, kana) for kanji, kana, _ in common] + built
    return _names(pairs, np.concatenate([share, rest]))


def given_names(random: np.random.Generator) -> Names:
    """Given names of men and women; one in thirty read as nobody would guess."""
    built = _parts(WHOLE)
    for heads, tails in (MEN, WOMEN):
        built += [
            (head + tail, reading + ending)
            for head, reading in _parts(heads)
            for tail, ending in _parts(tails)
            if head != tail
        ]
    random.shuffle(built)
    weights = _zipf(len(built), 0.5)
    strange = random.choice(len(built), len(built) // 30, replace=False)
    for at in strange:
        built[at] = (built[at][0], UNGUESSABLE[at % len(UNGUESSABLE)])
    return _names(built, weights)


def names_abroad() -> tuple[Column, Column]:
    """Given names and surnames in Latin letters; an initial makes more of them."""
    names = ABROAD_GIVEN.split()
    given = [f"{name} {middle}" for name in names for middle in ABROAD_MIDDLE]
    return _objects([*names, *given]), _objects(ABROAD_FAMILY.split())


def romaji(kana: str, system: str) -> str:
    """A reading in Latin letters, as people of that habit write it."""
    text = jaconv.kana2alphabet(jaconv.kata2hira(kana)).replace("'", "")
    if system == "passport":
        for long, short in (("ou", "o"), ("oo", "o"), ("uu", "u")):
            text = text.replace(long, short)
    elif system == "with h":
        text = text.replace("ou", "oh").replace("oo", "oh")
    elif system == "kunrei":
        for hepburn, kunrei in (
            *(("shi", "si"), ("sh", "sy"), ("chi", "ti"), ("ch", "ty")),
            *(("tsu", "tu"), ("fu", "hu"), ("ji", "zi"), ("j", "zy")),
        ):
            text = text.replace(hepburn, kunrei)
    return text


def _names(pairs: list[tuple[str, str]], share: Column) -> Names:
    kanji, kana = zip(*pairs, strict=True)
    return Names(
        kanji=_objects(kanji),
        variant=_objects([text.translate(VARIANTS) for text in kanji]),
        kana=_objects(kana),
        romaji={
            system: _objects([romaji(text, system) for text in kana])
            for system in SYSTEMS
        },
        share=share / share.sum(),
    )


def _parts(text: str) -> list[tuple[str, str]]:
    """'石イシ' is the characters and their reading."""
    found = []
    for word in text.split():
        at = next(at for at, letter in enumerate(word) if "ァ" <= letter <= "ヶ")
        found.append((word[:at], word[at:]))
    return found


def _zipf(count: int, exponent: float) -> Column:
    weights: Column = np.arange(1, count + 1) ** -exponent
    return weights / weights.sum()


def _objects(values: object) -> Column:
    return np.array(list(values), dtype=object)  # type: ignore[call-overload]
