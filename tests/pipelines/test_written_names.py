"""Names inside longer text: found however they are written, and no word more."""

import pytest

from pipelines.publish.written_names import WrittenNames

PEOPLE = WrittenNames(
    [
        *("佐藤 花子", "田中太郎", "アンナ・リー", "Takeshi Sato", "林 健", "森 大輔"),
        *("さくら", "エンジニア", "Unknown", "J. Smith", "鈴木 一郎 さん"),
        *("山田 太郎 (Taro Yamada)", "株式会社つながり製作所"),
    ]
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("佐藤花子さんと話す会", "***さんと話す会"),
        ("田中　太郎 × 森大輔", "*** × ***"),
        ("ＳＡＴＯ Ｔａｋｅｓｈｉ talks", "*** talks"),
        ("by takeshi sato!", "by ***!"),
        ("アンナ・リーの会", "***の会"),
        ("鈴木一郎、山田太郎", "***、***"),
    ],
)
def test_a_full_name_is_masked(text: str, masked: str):
    assert PEOPLE.masked(text) == masked
    assert PEOPLE.masked(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Takeshi Satoshi's night",  # another name
        "アンナリーズ入門",
        "小林健康講座",  # 林健 is too short
        "エンジニア勉強会 さくら",  # nicknames are words
        "unknown speaker",
        "J. Smith",  # an initial says too little
        "株式会社つながり製作所の見学",
        "佐藤の会、花子の会",
    ],
)
def test_what_is_no_full_name_stays(text: str):
    assert PEOPLE.masked(text) == text
