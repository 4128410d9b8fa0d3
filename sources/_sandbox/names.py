"""Short tables of common names and of words for invented companies and events."""

from random import Random


def _table(text: str) -> list[tuple[str, ...]]:
    """Rows of words, divided by slashes or line ends."""
    rows = text.replace("\n", " / ").split(" / ")
    return [tuple(row.split()) for row in rows if row.strip()]


# kanji, katakana, romaji
FAMILY = _table(
    """
    佐藤 サトウ Sato / 鈴木 スズキ Suzuki
    高橋 タカハシ Takahashi / 田中 タナカ Tanaka
    伊藤 イトウ Ito / 渡辺 ワタナベ Watanabe
    渡邊 ワタナベ Watanabe / 山本 ヤマモト Yamamoto
    中村 ナカムラ Nakamura / 小林 コバヤシ Kobayashi
    加藤 カトウ Kato / 吉田 ヨシダ Yoshida
    山田 ヤマダ Yamada / 佐々木 ササキ Sasaki
    山口 ヤマグチ Yamaguchi / 松本 マツモト Matsumoto
    井上 イノウエ Inoue / 木村 キムラ Kimura
    林 ハヤシ Hayashi / 斎藤 サイトウ Saito
    齋藤 サイトウ Saito / 清水 シミズ Shimizu
    山崎 ヤマザキ Yamazaki / 山﨑 ヤマサキ Yamasaki
    森 モリ Mori / 池田 イケダ Ikeda
    橋本 ハシモト Hashimoto / 阿部 アベ Abe
    石川 イシカワ Ishikawa / 前田 マエダ Maeda
    藤田 フジタ Fujita / 小川 オガワ Ogawa
    後藤 ゴトウ Goto / 岡田 オカダ Okada
    長谷川 ハセガワ Hasegawa / 村上 ムラカミ Murakami
    近藤 コンドウ Kondo / 石井 イシイ Ishii
    遠藤 エンドウ Endo / 青木 アオキ Aoki
    坂本 サカモト Sakamoto / 福田 フクダ Fukuda
    西村 ニシムラ Nishimura / 太田 オオタ Ota
    大野 オオノ Ono / 小野 オノ Ono
    三浦 ミウラ Miura / 岡本 オカモト Okamoto
    藤原 フジワラ Fujiwara / 中島 ナカジマ Nakajima
    原田 ハラダ Harada / 河野 コウノ Kono
    高野 タカノ Takano / 髙橋 タカハシ Takahashi
    土屋 ツチヤ Tsuchiya / 宮崎 ミヤザキ Miyazaki
    柴田 シバタ Shibata / 酒井 サカイ Sakai
    工藤 クドウ Kudo / 上田 ウエダ Ueda
    """
)
GIVEN = _table(
    """
    健 タケシ Takeshi / 健 ケン Ken
    大輔 ダイスケ Daisuke / 翔太 ショウタ Shota
    拓也 タクヤ Takuya / 直樹 ナオキ Naoki
    誠 マコト Makoto / 健太 ケンタ Kenta
    亮 リョウ Ryo / 雄一 ユウイチ Yuichi
    浩 ヒロシ Hiroshi / 達也 タツヤ Tatsuya
    哲也 テツヤ Tetsuya / 純 ジュン Jun
    太郎 タロウ Taro / 一郎 イチロウ Ichiro
    隆 タカシ Takashi / 剛 ツヨシ Tsuyoshi
    智也 トモヤ Tomoya / 慎一 シンイチ Shinichi
    裕介 ユウスケ Yusuke / 航 ワタル Wataru
    蓮 レン Ren / 悠斗 ユウト Yuto
    陽子 ヨウコ Yoko / 恵子 ケイコ Keiko
    由美 ユミ Yumi / 裕子 ユウコ Yuko
    真由美 マユミ Mayumi / 久美子 クミコ Kumiko
    智子 トモコ Tomoko / 愛 アイ Ai
    美咲 ミサキ Misaki / 彩 アヤ Aya
    舞 マイ Mai / 麻衣 マイ Mai
    沙織 サオリ Saori / 千尋 チヒロ Chihiro
    香織 カオリ Kaori / 奈々 ナナ Nana
    さくら サクラ Sakura / 葵 アオイ Aoi
    結衣 ユイ Yui / 陽菜 ヒナ Hina
    和也 カズヤ Kazuya / 正樹 マサキ Masaki
    潤 ジュン Jun / 淳一 ジュンイチ Junichi
    玲 レイ Rei / 薫 カオル Kaoru
    光 ヒカル Hikaru / 千夏 チナツ Chinatsu
    """
)

# word, katakana, for the mail domain
COMPANY_WORDS = _table(
    """
    星見 ホシミ hoshimi / 雨宿 アマヤド amayado
    夕凪 ユウナギ yunagi / 朝霧 アサギリ asagiri
    風待 カゼマチ kazemachi / 月白 ゲッパク geppaku
    花筏 ハナイカダ hanaikada / 冬茜 フユアカネ fuyuakane
    灯火 トモシビ tomoshibi / 木漏日 コモレビ komorebi
    潮騒 シオサイ shiosai / 綿雲 ワタグモ watagumo
    遠雷 エンライ enrai / 青嵐 アオアラシ aoarashi
    初霜 ハツシモ hatsushimo / 春隣 ハルトナリ harutonari
    空蝉 ウツセミ utsusemi / 薄氷 ウスライ usurai
    若竹色 ワカタケイロ wakatakeiro / 糸遊 イトユウ itoyu
    """
)
# word, katakana, for the domain, HubSpot's industry, ours
COMPANY_TRADES = _table(
    """
    データ データ data INFORMATION_TECHNOLOGY_AND_SERVICES 情報通信
    システムズ システムズ systems COMPUTER_SOFTWARE 情報通信
    製作所 セイサクショ works MACHINERY 製造
    物産 ブッサン trading WHOLESALE 卸売
    建設 ケンセツ build CONSTRUCTION 建設
    銀行 ギンコウ bank BANKING 金融
    食品 ショクヒン foods FOOD_PRODUCTION 製造
    運輸 ウンユ logi LOGISTICS_AND_SUPPLY_CHAIN 運輸
    薬品 ヤクヒン pharma PHARMACEUTICALS 製造
    総研 ソウケン lab RESEARCH サービス
    """
)
PREFECTURES = (
    *("東京都",) * 3, "神奈川県", "大阪府", "愛知県", "福岡県", "北海道",
    "埼玉県", "千葉県", "京都府", "兵庫県", "広島県", "宮城県",
)  # fmt: skip
DEPARTMENTS = (
    "情報システム部",
    "DX推進部",
    "開発部",
    "マーケティング部",
    "営業企画部",
    "人事部",
)
TITLES = ("担当", "主任", "課長", "部長", "エンジニア", "マネージャー", "執行役員")
TOPICS = (
    "データ分析", "業務改善", "運用自動化", "可視化", "権限設計", "社内展開",
    "事例紹介", "移行", "教育", "セキュリティ", "API連携", "コミュニティ運営",
)  # fmt: skip
AREAS = (
    # subdomain, title, working group, prefecture, place, address, latitude, longitude
    ("tsunagari", "ツナガリ会", "全体", "東京都", "ツナガリ本社セミナールーム",
     "東京都架空区例示町1-1", "35.681200000000", "139.767100000000"),
    ("tsunagari-data", "ツナガリ会 データ分科会", "データ", "東京都", "例示ホール",
     "東京都架空区例示町2-3", "35.690000000000", "139.700000000000"),
    ("tsunagari-kansai", "ツナガリ会 関西", "関西", "大阪府", "例示会館 4階",
     "大阪府架空市例示1-2-3", "34.702500000000", "135.495900000000"),
    ("tsunagari-tokai", "ツナガリ会 東海", "東海", "愛知県", "例示プラザ",
     "愛知県架空市例示4-5", "35.170900000000", "136.881500000000"),
    ("tsunagari-kyushu", "ツナガリ会 九州", "九州", "福岡県", "例示カフェ",
     "福岡県架空市例示6-7", "33.590200000000", "130.401700000000"),
    ("tsunagari-hr", "ツナガリ会 人事分科会", "人事", "東京都", "例示サロン",
     "東京都架空区例示町8-9", "35.658000000000", "139.701600000000"),
)  # fmt: skip
REMARKS = (
    "とても勉強になりました", "次回も参加します", "運営のみなさんありがとう",
    "資料を公開しました", "懇親会も楽しかった", "うちでも試してみます",
    "登壇者の熱量がすごい", "質疑が濃い",
)  # fmt: skip
WAYS_TO_LEAVE = ("転職", "異動", "関心が移った", "家庭の事情", "製品の解約")


def kana_fold(family: str) -> str:
    """A spelling of long vowels other systems use: Sato -> Satou, Ono -> Ohno."""
    if family.endswith("to") or family.endswith("do"):
        return family + "u"
    return "Ohno" if family == "Ono" else family


def handle_stem(rng: Random, family: str, given: str) -> str:
    """What people make of their name when a site asks for a handle."""
    family, given = family.lower(), given.lower()
    shapes = (
        f"{family}_{given}",
        f"{given}_{family}",
        f"{given[0]}{family}",
        f"{given}{family[0]}",
        f"{given}{family[:3]}",
        kana_fold(family.title()).lower() + given[0],
    )
    return shapes[int(rng.random() * len(shapes))]


def tail(index: int) -> str:
    """A short ending that makes every handle unique and unlike a real person's."""
    digits = "0123456789abcdefghijkmnpqrstuvwxyz"
    value, text = index * 31 + 1_187, ""
    while value:
        value, digit = divmod(value, len(digits))
        text = digits[digit] + text
    return text
