"""Names that are one sound alike, under whatever script; names that are not, never."""

import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.identity import person_names, readings
from pipelines.identity.sounds import join_sounds, with_small_kana
from tests.conftest import PROJECT

SYLLABLES = (
    "あいうえおかきくけこがぎぐげごさしすせそざじずたちつてとだなにぬねのはひふへほばびぶべぼ"
    "ぱまみむめもやゆよらりるれろわん"
)
SMALL = ("しゃ", "しゅ", "しょ", "ちゃ", "ちょ", "じゅ", "じょ", "きょ", "りゅ", "ひょ")
FAMILIES = ["山田", "佐藤", "髙橋", "渡邉", "斎藤", "佐々木", "長谷川"]
GIVENS = ["太郎", "健", "花子", "さくら", "祐子", "翔太", "ユウコ", "陽菜", "遼平"]
kana_words = st.lists(
    st.sampled_from([*SYLLABLES, *SMALL]), min_size=1, max_size=6
).map("".join)
japanese_names = st.tuples(st.sampled_from(FAMILIES), st.sampled_from(GIVENS))
any_names = st.one_of(
    st.text(max_size=30),
    japanese_names.map("".join),
    japanese_names.map(" ".join),
    st.lists(
        st.sampled_from(
            ["Taro", "Yamada", "T.", "山田", "太郎", "(", ")", "@", "/", "様", "・"]
        ),
        max_size=7,
    ).map("".join),
)


# -- sound --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heard", "texts"),
    [
        ("ono", "Ōno Ohno Oono Ono ÔNO オオノ おおの おーの ｵｵﾉ Ｏｈｎｏ"),
        ("sato", "Satō Satoh Satou Sato SATO さとう サトウ"),
        ("yuki", "Yūki Yuuki Yuhki ゆうき ゆーき"),
        ("toru", "Tōru Tohru Tooru とおる トオル"),
        ("junichi", "Jun'ichi Jun’ichi Junichi Zyunʼiti Jyunichi じゅんいち"),
        ("honma", "Homma Honma ほんま"),
        ("nanba", "Namba Nanba なんば"),
        ("tsuzuki", "Tsuzuki Tuzuki Tuduki つづき つずき"),
        ("shoji", "Shoji Shōji Syozi Syouji しょうじ しょうぢ"),
        ("chikako", "Chikako Tikako ちかこ"),
        ("fujii", "Fujii Huzii ふじい"),
        ("kacchi", "Katchi Kacchi Katti かっち"),
        ("oka", "Oka Woka をか おか"),
        ("sheri", "シェリー しぇりー"),
        ("biora", "ヴィオラ ビオラ"),
        ("goda", "Gōda Gohda ごうだ"),
        ("ohira", "Ohira Ōhira Oohira おおひら"),
    ],
)
def test_one_sound_in_every_system(heard: str, texts: str) -> None:
    assert {readings.sound(text) for text in texts.split()} == {heard}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ガトウ", "カトウ"),
        ("ｶﾞﾄｳ", "ｶﾄｳ"),
        ("Gato", "Kato"),
        ("ハハ", "パパ"),
        ("バンバ", "ハンバ"),
        ("まさあき", "まさき"),
        ("きよこ", "きょうこ"),
        ("いいだ", "いだ"),
    ],
)
def test_voicing_and_other_vowels_are_kept(one: str, other: str) -> None:
    assert readings.sound(one) != readings.sound(other)
    assert readings.sound(one) and readings.sound(other)


@pytest.mark.parametrize(
    "text", ["", "山田", "Smith", "Kowalski", "Яна", "김", "!", "ッ"]
)
def test_what_is_neither_kana_nor_romaji_has_no_sound(text: str) -> None:
    assert readings.sound(text) == ""


def test_one_word_without_a_sound_leaves_none() -> None:
    assert readings.sound("Taro Yamada") == "taro yamada"
    assert readings.sound("Taro Smith") == ""
    assert readings.sound("ジョン・スミス") == "jon sumisu"


def test_a_long_text_that_is_no_romaji_is_found_out_at_once() -> None:
    begin = time.process_time()
    assert readings.sound("na" * 20_000 + "x") == ""
    assert readings.sound("a" * 20_000 + "x") == ""
    assert readings.sound("oh" * 20_000 + "x") == ""
    assert time.process_time() - begin < 1


@given(st.one_of(st.text(max_size=20), kana_words))
def test_a_sound_sounds_like_itself(text: str) -> None:
    heard = readings.sound(text)
    assert readings.sound(heard) == heard


@given(kana_words)
def test_kana_have_a_sound_in_every_width_and_script(word: str) -> None:
    katakana = "".join(
        chr(ord(character) + 0x60) if "ぁ" <= character <= "ゖ" else character
        for character in word
    )
    assert readings.sound(word) == readings.sound(katakana) != ""


@given(kana_words, kana_words)
def test_joined_sounds_are_the_sound_of_the_joined_word(one: str, two: str) -> None:
    joined = join_sounds(readings.sound(one), readings.sound(two))
    assert joined == readings.sound(readings.sound(one) + readings.sound(two))


def test_small_kana_that_old_systems_lack() -> None:
    assert readings.sound(with_small_kana("シヨウジ")) == "shoji"
    assert with_small_kana("やまだ") == "やまだ"


# -- spellings ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "山田太郎",
        "山田 太郎",
        "山田\u3000太郎",
        "山田\u200b太郎",
        "山 田 太 郎",
        "太郎 山田",
        "山田太郎様",
        "山田 太郎 さん",
        "山田太郎先生",
        "山田 太郎 部長",
        "代表取締役 山田太郎",
        "姓:山田 名:太郎",
        "山田,太郎",
        "山田・太郎",
        "【登壇】山田太郎",
        "山田太郎@ABC株式会社",
        "山田太郎|ABC",
        "山田太郎/エンジニア",
        "ABC 山田太郎",
        "株式会社ABC 山田太郎",
        "開発部 山田太郎",
        "山田太郎(開発部)",
        "山田太郎🎉",
        "山田太郎 ヤマダ タロウ",
        "山田太郎 (Taro Yamada)",
        "Taro Yamada / 山田太郎",
        "山田太郎(やまだたろう)",
        "山田 Taro",
        "ヤマダ太郎",
        "やまだ太郎",
        "ヤマダ タロウ",
        "ﾔﾏﾀﾞ ﾀﾛｳ",
        "やまだたろう",
        "Taro YAMADA",
        "Yamada Taro",
        "Yamada, Taro",
        "Mr. Taro Yamada",
        "Taro Yamada-san",
        "Ｔａｒｏ　Ｙａｍａｄａ",
        "Tarō Yamada",
        "Taroh Yamada, PhD",
        "Tarou Yamada | ABC",
        "TaroYamada",
        "Taro Yamada (ABC)",
        "ᴛᴀʀᴏ ʏᴀᴍᴀᴅᴀ",
    ],
)
def test_every_way_to_write_a_name_meets_in_both_orders(name: str) -> None:
    assert {"yamadataro", "taroyamada"} <= set(readings.spellings(name))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("東海林太郎", {"shojitaro", "tokairintaro"}),
        ("髙﨑齋", set()),
        ("髙橋祐子", {"takahashiyuko", "yukotakahashi", "takahashisachiko"}),
        ("佐々木健", {"sasakiken", "sasakitakeshi"}),
        ("佐佐木健", {"sasakiken"}),
        ("渡邊󠄂 誠", {"watanabemakoto"}),
        ("𠮷田太郎", {"yoshidataro"}),
        ("\ufa11田 太郎".replace("\ufa11田", "山\ufa11"), {"yamasakitaro"}),
        ("佐藤さくら", {"satosakura"}),
        ("高橋 ユウコ", {"takahashiyuko"}),
        ("林健太", {"hayashikenta", "rinkenta"}),
        ("佐藤 陽菜", {"satohina", "satoharuna"}),
        ("佐藤 大翔", {"satohiroto", "satoharuto"}),
        ("山本悠斗", {"yamamotoyuto"}),
        ("漆畑 詩乃", {"urushihatashino", "shinorushibata"}),
        ("漆畑恵子", {"urushihatakeiko"}),
        ("山田花子(旧姓:佐藤)", {"yamadahanako", "satohanako"}),
        ("山田花子(佐藤)", {"yamadahanako", "satohanako"}),
        ("John M. Smith", {"johnsmith", "smithjohn"}),
        ("John Michael Smith", {"johnsmith", "johnmichaelsmith"}),
        ("José García", {"josegarcia"}),
        ("Nguyễn Đức An", {"nguyenducan"}),
        ("Ohno Smith", {"onosmith", "ohnosmith"}),
        ("Hu Zhang", {"huzhang", "fuzhang"}),
        ("Иван Петров", {"иванпетров", "петровиван"}),
        ("김 철수", {"김철수"}),
        ("ジョン・スミス", {"jonsumisu", "sumisujon"}),
        ("キヨウゴク レイナ", {"kyogokureina"}),
    ],
)
def test_readings_of_names(name: str, expected: set[str]) -> None:
    assert expected <= set(readings.spellings(name))


@pytest.mark.parametrize(
    ("name", "kana", "expected"),
    [
        ("河野太郎", "コウノ タロウ", ("konotaro", "tarokono")),
        ("河野太郎", "かわの\u3000たろう", ("kawanotaro", "tarokawano")),
        ("河野太郎", "ｺｳﾉﾀﾛｳ", ("konotaro", "tarokono")),
        ("河野 太郎", "こうの", ("konotaro", "tarokono")),
        ("河野 太郎", "Kono Taro", ("konotaro", "tarokono")),
        ("河野 太郎", "Taro Kono", ("konotaro", "tarokono")),
        ("河野太郎 (Taro Kono)", "", ("konotaro", "tarokono")),
        ("佐藤 宇宙", "サトウ コスモ", ("kosumosato", "satokosumo")),
        (
            "John Smith",
            "ジョン スミス",
            (
                *("johnsmith", "jonsmith", "jonsumisu"),
                *("smithjohn", "smithjon", "sumisujon"),
            ),
        ),
    ],
)
def test_a_given_reading_is_the_only_one(
    name: str, kana: str, expected: tuple[str, ...]
) -> None:
    assert readings.spellings(name, kana) == expected


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            " ",
            "太郎",
            "山田",
            "さくら",
            "山田さん",
            "Taro",
            "taro_yamada",
            "taro94",
        ),
        *(
            "T. Yamada",
            "Taro Y.",
            "T.Y.",
            "M. Иванов",
            "【登壇】山田",
            "株式会社ABC",
            "!?",
        ),
        *("王伟", "김철수", "開発部", "東京支部", None, float("nan"), 3),
    ],
)
def test_what_is_no_full_name_identifies_nobody(name: object) -> None:
    assert readings.spellings(name) == ()


def test_voicing_is_kept_in_spellings() -> None:
    one = set(readings.spellings("ガトウ タロウ"))
    assert one and not one & set(readings.spellings("カトウ タロウ"))
    assert not one & set(readings.spellings("加藤 太郎"))


@settings(max_examples=300)
@given(any_names, st.one_of(st.just(""), any_names))
def test_spellings_are_few_squeezed_and_sorted(name: str, kana: str) -> None:
    keys = readings.spellings(name, kana)
    assert len(keys) <= readings.MAX_SPELLINGS
    assert list(keys) == sorted(set(keys))
    assert all(key and " " not in key and key == key.lower() for key in keys)


@given(japanese_names, st.sampled_from(["", " ", "\u3000", "  "]))
def test_neither_space_nor_honorific_changes_a_name(
    name: tuple[str, str], space: str
) -> None:
    keys = readings.spellings(" ".join(name))
    assert keys
    for honorific in ("", "様", " さん", "氏"):
        assert readings.spellings(space.join(name) + honorific) == keys


@given(japanese_names)
def test_a_spelling_is_met_by_the_handle_that_spells_it(name: tuple[str, str]) -> None:
    families = person_names.family_readings(name[0].translate({0x9AD9: "高"}))
    sounds = product(families, person_names.given_readings(name[1]))
    keys = set(readings.spellings("".join(name)))
    for family, called in sounds:
        if join_sounds(family, called) in keys:
            assert readings.handle_spelling(f"{called}_{family}") in keys
            assert readings.handle_spelling(f"@{family}.{called}.94") in keys


@pytest.mark.parametrize(
    ("handle", "expected"),
    [
        ("taro_yamada", "taroyamada"),
        ("@TaroYamada94", "taroyamada"),
        ("satosi-ohno", "satoshiono"),
        ("SATOU.TAROU", "satotaro"),
        ("john.smith", "johnsmith"),
        ("hu_zhang", "huzhang"),
        ("2024", ""),
        (None, ""),
    ],
)
def test_handles_are_spelt_as_names_are(handle: object, expected: str) -> None:
    assert readings.handle_spelling(handle) == expected


# -- how well two names agree -------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "level", "is_conflict"),
    [
        ("山田太郎", "山田 太郎", "same", False),
        ("髙橋 祐子", "高橋祐子様", "same", False),
        ("若菜 柳", "柳 若菜", "same", False),
        ("阿比留 海翔", "阿比留海翔", "same", False),
        ("Taro Yamada", "YAMADA, Taro", "same", False),
        ("山田太郎", "Taro Yamada", "same_sound", False),
        ("佐藤健", "Takeru Sato", "same_sound", False),
        ("Taro Ohno", "Ōno Tarō", "same_sound", False),
        ("T. Yamada", "Taro Yamada", "abbreviated", False),
        ("T. Yamada", "山田太郎", "abbreviated", False),
        ("Ken Sato", "Kenichi Sato", "abbreviated", False),
        ("John Michael Smith", "John Smith", "abbreviated", False),
        ("Shinnosuke Hatakeyama", "Shinosuke Hatakeyama", "slip", False),
        ("Jonathan Smithson", "Jonatan Smithson", "slip", False),
        ("佐藤健", "佐藤建", "same_sound_other_kanji", False),
        ("大野太郎", "小野太郎", "same_sound_other_kanji", False),
        ("伊藤健", "伊東建", "same_sound_other_kanji", True),
        ("佐藤花子", "鈴木花子", "same_given_other_family", False),
        ("Hanako Sato", "Hanako Suzuki", "same_given_other_family", False),
        ("佐藤太郎", "佐藤花子", "same_family_other_given", True),
        ("Taro Sato", "Hanako Sato", "same_family_other_given", True),
        ("Yukiko Sato", "Yukio Sato", "same_family_other_given", True),
        ("佐藤翔", "Tsubasa Sato", "same_family_other_given", False),
        ("Bill Smith", "William Smith", "same_family_other_given", False),
        ("佐藤健", "鈴木一郎", "unlike", True),
        ("佐藤健", "Taro Yamada", "unlike", True),
        ("ガトウ タロウ", "カトウ ジロウ", "unlike", True),
        ("John Smith", "Jane Doe", "unlike", True),
        ("山田", "山田太郎", "unknown", False),
        ("ジョン・スミス", "John Smith", "unknown", False),
        ("王小明", "Xiaoming Wang", "unknown", False),
        ("Iwan Petrow", "Иван Петров", "unknown", False),
        ("taro_yamada", "Hanako Suzuki", "unknown", False),
        (None, "山田太郎", "unknown", False),
    ],
)
def test_levels_of_agreement(
    one: object, other: object, level: str, is_conflict: bool
) -> None:
    assert readings.agreement(one, other) == level
    assert readings.are_conflicting_names(one, other) is is_conflict


def test_a_given_name_that_could_be_divided_is_not() -> None:
    """林太郎 is Rintaro as well as Hayashi Taro."""
    assert readings.spellings("林太郎") == ()
    assert readings.agreement("林太郎", "林 太郎") == "same"


def test_words_beside_a_name_that_cannot_be_its_reading_are_none() -> None:
    for beside in ("/エンジニア", "(プロダクト マネージャー)", " | Kikaku Bu"):
        assert readings.spellings("山田太郎" + beside) == readings.spellings("山田太郎")


def test_readings_that_were_given_and_differ_are_two_people() -> None:
    pair = ("河野太郎", "河野 太郎", "こうの たろう", "かわの たろう")
    assert readings.agreement(*pair) == "same_kanji_other_reading"
    assert readings.are_conflicting_names(*pair)
    assert readings.agreement("河野太郎", "河野 太郎", "こうの たろう") == "same"


def test_voicing_tells_two_people_apart() -> None:
    assert readings.agreement("ガトウ タロウ", "カトウ タロウ") != "same_sound"
    assert readings.agreement("後藤 健", "Ken Goto") == "same_sound"
    assert readings.agreement("後藤 健", "Ken Koto") != "same_sound"


@settings(max_examples=200)
@given(any_names, any_names)
def test_agreement_is_symmetric(one: str, other: str) -> None:
    assert readings.agreement(one, other) == readings.agreement(other, one)
    conflict = readings.are_conflicting_names(one, other)
    assert conflict is readings.are_conflicting_names(other, one)


@given(japanese_names)
def test_a_name_agrees_with_itself(name: tuple[str, str]) -> None:
    one, other = "".join(name), " ".join(name)
    assert readings.agreement(one, other) in ("same", "same_sound")
    assert not readings.are_conflicting_names(one, other)


# -- the dictionary -----------------------------------------------------------------


def test_the_dictionary_has_all_readings() -> None:
    known = person_names.dictionary()
    assert len(known.families) > 11_000
    assert len(known.givens) > 17_000
    assert set(known.families["河野"]) == {"kono", "kawano"}
    assert {"ken", "takeshi", "takeru"} <= set(person_names.given_readings("健"))


def test_another_form_of_the_dictionary_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(person_names, "_dictionary_files", lambda: iter([b"DATA={}"]))
    with pytest.raises(RuntimeError, match=r"requirements\.lock"):
        list(person_names._entries())


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="peak memory is read from /proc"
)
def test_nothing_heavy_is_read_before_the_first_name() -> None:
    script = (
        "import sys\n"
        "from pipelines.identity import normalise, readings\n"
        "from pipelines.identity.person_names import dictionary\n"
        "assert dictionary.cache_info().currsize == 0\n"
        "assert not any(name.startswith('janome') for name in sys.modules)\n"
        "readings.spellings('山田太郎')\n"
        "assert dictionary.cache_info().currsize == 1\n"
        "status = open('/proc/self/status').read()\n"
        "print(status.partition('VmHWM:')[2].split()[0])\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(process.stdout) < 250_000  # KiB


def test_twenty_thousand_distinct_names_are_read_in_a_second() -> None:
    known = person_names.dictionary()
    names = [
        surname + (" " if number % 2 else "") + name
        for number, (surname, name) in enumerate(
            zip(
                sorted(known.families)[:10_000] * 2,
                sorted(known.givens)[:17_000] + sorted(known.givens)[:3_000],
                strict=True,
            )
        )
    ]
    begin = time.process_time()
    keys = [readings.spellings(name) for name in names]
    assert time.process_time() - begin < 3
    assert sum(map(bool, keys)) > 19_000
