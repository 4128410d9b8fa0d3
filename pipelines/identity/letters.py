"""Characters as people type them, brought to one form: width, script, variants.

Everything here is for comparing only: what is displayed stays as it was given.
"""

import re
import unicodedata

# Variants of one character that offices and keyboards mix in names (旧字体, 異体字).
# Characters that make another name are not among them: 園 and 薗, 坂 and 阪, 河 and 川.
_VARIANTS = (
    "髙﨑嵜碕齋齊斉邊邉澤濱濵嶋嶌廣櫻國眞惠德淸榮瀨渕桒舘冨栁槗𣘺靜曾藪籔龍瀧恆會學實與條檜",
    "高崎崎崎斎斎斎辺辺沢浜浜島島広桜国真恵徳清栄瀬淵桑館富柳橋橋静曽薮薮竜滝恒会学実与条桧",
    "𠮷曻昻圡枩埜峯嶽巖彥彌豐萬圓龜鐵鉃應黑黃靑寬緖藏總關淺穗郞晉禮壽勳淨縣團莊薰堯遙槇禰穎",
    "吉昇昂土松野峰岳巌彦弥豊万円亀鉄鉄応黒黄青寛緒蔵総関浅穂郎晋礼寿勲浄県団荘薫尭遥槙祢頴",
    "曉來處萠翆舩冝滿增聰㐂啟麴鄕鎭賴顯鷄麥收壯奧寶將峽悅戶數樂橫步氣溪澁澂爲產稻綠聲藝藥衞",
    "暁来処萌翠船宜満増聡喜啓麹郷鎮頼顕鶏麦収壮奥宝将峡悦戸数楽横歩気渓渋澄為産稲緑声芸薬衛",
    "覺觀譽讓隱靈驛髮凜冱嶢佛傳價兒劍勵區單參雙圍圖壹壺夾姬帶懷戀搖攝樞檢歐殘瑤畫盡祕",
    "覚観誉譲隠霊駅髪凛冴尭仏伝価児剣励区単参双囲図壱壷夹姫帯懐恋揺摂枢検欧残瑶画尽秘",
)
_FOLDED = str.maketrans("".join(_VARIANTS[0::2]), "".join(_VARIANTS[1::2]))
_SMALL_CAPITALS = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"
_LETTERS_WITHOUT_BASE = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict(zip(_SMALL_CAPITALS, "abcdefghijklmnoprstuvwyz", strict=True))
)
_ACCENTED = re.compile("[\u00c0-\u036f\u1d00-\u1d25\u1e00-\u1eff\ua730\ua731]")
_LOOSE_ACCENTS = re.compile("(?<=[A-Za-z])[\u0300-\u036f]+")
_HYPHENS = re.compile("[‐‑‒–—―−ｰ]")
# With U+FE00.. and U+E0100.. a writer asks for one shape of a character (IVS).
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\ufe00-\ufe0f"
    "\U000e0100-\U000e01ef]"
)
_SPACES = re.compile(r"\s+")
_KANJI = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_JAPANESE = re.compile(f"[\u3005\u3006\u3040-\u30ff{_KANJI}]")
_HAS_KANJI = re.compile(f"[\u3005\u3006{_KANJI}]")
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# 佐々木, みすゞ: the character before it once more, with its voicing mark for ゞ.
_REPEATED = re.compile("(.)([々ゝヽゞヾ])")


def clean_text(value: object) -> str:
    """NFKC, visible characters only, single spaces; half-width kana become whole."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return " ".join(value.split())
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", value))
    return _SPACES.sub(" ", _HYPHENS.sub("-", text)).strip()


def is_japanese(text: str) -> bool:
    """Whether kana or kanji occur in the text."""
    return _JAPANESE.search(text) is not None


def has_kanji(text: str) -> bool:
    """Whether kanji occur in the text; Chinese names are written so as well."""
    return _HAS_KANJI.search(text) is not None


def fold_kana(text: str) -> str:
    """Katakana as hiragana. Voicing marks stay: ガトウ is not カトウ."""
    return text.translate(_TO_HIRAGANA)


def fold_variants(text: str) -> str:
    """Variants of a character as the common one: 髙 as 高, 邊 as 辺."""
    return text.translate(_FOLDED)


def fold_kanji(text: str) -> str:
    """Variants of a character as the common one; 々 and ゝ written out."""
    text = fold_variants(text)
    while (repeated := _REPEATED.sub(_written_out, text)) != text:
        text = repeated
    return text


def _written_out(match: re.Match[str]) -> str:
    """佐々 as 佐佐, すゞ as すず; a mark that repeats nothing stays."""
    character, mark = match.groups()
    if mark in "ゞヾ":
        return character + unicodedata.normalize("NFC", character + "\u3099")[0]
    if (mark == "々") is not has_kanji(character):
        return match.group()
    return character + character


def fold_latin(text: str) -> str:
    """Latin letters without their accents; voicing marks of kana are left alone."""
    if _ACCENTED.search(text) is None:
        return text
    parts: list[str] = []
    for character in text:
        base = unicodedata.normalize("NFD", character)
        parts.append(base[0] if len(base) > 1 and base[0].isascii() else character)
    text = "".join(parts).translate(_LETTERS_WITHOUT_BASE)
    return _LOOSE_ACCENTS.sub("", text)


def script(text: str) -> str:
    """The script of the first letter: LATIN, CYRILLIC, CJK ...; '' without any."""
    letter = next((character for character in text if character.isalpha()), " ")
    return unicodedata.name(letter, "").partition(" ")[0]
