"""Two spellings of one thing are equal; two things are not."""

import pytest

from pipelines.identity import normalise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("山田 太郎", "山田太郎"),
        ("山田\u3000太郎", "山田太郎"),
        ("山田太郎様", "山田太郎"),
        ("山田太郎 さん", "山田 太郎"),
        ("山田氏", "山田"),
        ("髙橋 﨑子", "高橋崎子"),
        ("齋藤", "斉藤"),
        ("渡邊", "渡辺"),
        ("濵田", "浜田"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
        ("ヤマダタロウ", "やまだ たろう"),
        ("Ｔａｒｏ　ＹＡＭＡＤＡ", "Taro Yamada"),
        ("Yamada, Taro", "Taro Yamada"),
        ("Mr. John Smith", "john smith"),
        ("José García", "Jose Garcia"),
        ("山田太郎(開発部)", "山田太郎"),
        ("か\u3099とう", "がとう"),
    ],
)
def test_spellings_of_one_name_compare_equal(one: str, other: str) -> None:
    assert normalise.compare_name(one) == normalise.compare_name(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ガトウ", "カトウ"),
        ("ｶﾞﾄｳ", "ｶﾄｳ"),
        ("山田太郎", "山田次郎"),
        ("オオノ", "オノ"),
        ("ハハ", "パパ"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert normalise.compare_name(one) != normalise.compare_name(other)


def test_a_name_is_never_emptied_by_an_honorific() -> None:
    assert normalise.compare_name("氏家") == "氏家"
    assert normalise.compare_name("さん") == "さん"


@pytest.mark.parametrize("nothing", [None, float("nan"), "", " \u3000", 3])
def test_a_missing_value_gives_the_empty_string(nothing: object) -> None:
    assert normalise.compare_name(nothing) == ""
    assert normalise.compare_email(nothing) == ""
    assert normalise.compare_company(nothing) == ""
    assert normalise.compare_handle(nothing) == ""


def test_a_reading_is_kana_only() -> None:
    assert normalise.compare_kana("ﾔﾏﾀﾞ ﾀﾛｳ") == "やまだたろう"
    assert normalise.compare_kana("山田太郎") == ""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("佐藤健", "鈴木一郎", True),
        ("Taro Yamada", "Hanako Suzuki", True),
        ("taro", "Hanako Suzuki", False),
        ("佐藤健", "Ken Sato", False),
        ("Alex Muller", "Alexander Müller", False),
        ("Iwan Petrow", "Иван Петров", False),
        ("Taro Yamada", "taro_y 94", False),
        (None, "Taro Yamada", False),
    ],
)
def test_only_two_full_names_of_one_script_are_two_people(
    one: object, other: object, expected: bool
) -> None:
    assert normalise.are_different_names(one, other) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("taro", "hanako", False),
        ("John Smith", "Jane Smith", False),
        ("佐藤太郎", "佐藤花子", False),
        ("山田太郎", "山田次郎", False),
        ("T. Yamada", "Taro Yamada", True),
        ("山田太郎", "山田 太郎", True),
        ("Taro Yamada", "Taro", True),
        (None, "Taro", True),
    ],
)
def test_alike_names_are_spellings_of_one(
    one: object, other: object, expected: bool
) -> None:
    assert normalise.are_alike_names(one, other) is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Taro.Yamada+event@Gmail.com", "taroyamada@gmail.com"),
        ("taro@googlemail.com", "taro@gmail.com"),
        ("Taro.Y+tag@Example-Corp.co.jp", "taro.y@example-corp.co.jp"),
        ("ｔａｒｏ＠corp.co.jp", "taro@corp.co.jp"),
        ("<taro@corp.co.jp>", "taro@corp.co.jp"),
        ("12+taro@users.noreply.github.com", "12+taro@users.noreply.github.com"),
        ("devnull@localhost", ""),
        ("taro@laptop.(none)", ""),
        ("taro yamada taro@corp.jp", ""),
        ("taro", ""),
        ("+tag@corp.jp", ""),
    ],
)
def test_an_address_is_brought_to_the_mailbox_it_reaches(
    given: str, expected: str
) -> None:
    assert normalise.compare_email(given) == expected


@pytest.mark.parametrize(
    "address",
    ["info@corp.co.jp", "no-reply@corp.jp", "jimukyoku@npo.jp", "me@mac.local", ""],
)
def test_role_addresses_and_machines_stand_for_nobody(address: str) -> None:
    assert not normalise.is_personal_email(address)


def test_made_up_communities_have_addresses_too() -> None:
    assert normalise.is_personal_email("taro@corp.example")
    assert not normalise.is_personal_email("taro@example.com")


def test_free_mail_names_no_employer() -> None:
    assert normalise.email_domain("taro@corp.co.jp") == "corp.co.jp"
    assert normalise.email_domain("taro@gmail.com") == ""
    assert normalise.email_domain("taro@docomo.ne.jp") == ""


def test_a_noreply_address_names_login_and_number() -> None:
    address = "1234+Taro-Y@users.noreply.github.com"
    assert normalise.platform_login(address) == "taro-y"
    assert normalise.platform_number(address) == "1234"
    assert normalise.platform_login("taro@corp.jp") == ""
    assert normalise.platform_number("taro@users.noreply.github.com") == ""


@pytest.mark.parametrize(
    "company",
    [
        "株式会社ＡＢＣ",
        "ＡＢＣ株式会社",
        "(株)ABC",
        "㈱ABC",
        "ABC Inc.",
        "ABC Co., Ltd.",
        "abc, LLC",
        "株式会社ABC 開発部",
        "ABC K.K.",
    ],
)
def test_one_company_in_many_forms(company: str) -> None:
    assert normalise.compare_company(company) == "abc"


def test_a_department_stuck_to_the_company_is_told_apart() -> None:
    assert normalise.split_department("株式会社ＡＢＣ　第二開発部 課長") == (
        "株式会社ABC",
        "第二開発部 課長",
    )
    assert normalise.split_department("株式会社ABC") == ("株式会社ABC", "")
    assert normalise.split_department("研究所") == ("研究所", "")
