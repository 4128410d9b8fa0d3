"""Two spellings of one thing are equal; two things are not."""

import duckdb
import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identity import letters, mail, normalise
from tests.conftest import PROJECT

HONORIFICS = ["", "様", " さん", "さま", "氏", "先生", "ご担当者様"]
japanese_texts = st.text(
    "山田太郎佐々木髙橋ユウコさくらがギ\u3000 ", min_size=3, max_size=9
)
latin_texts = st.text("abcdeé ÖñßK.-'", max_size=14)


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
        ("渡邊\U000e0102", "渡辺"),
        ("葛\ufe00西", "葛西"),
        ("佐佐木", "佐々木"),
        ("みすず", "みすゞ"),
        ("\U00020bb7田", "吉田"),
        ("\ufa10田", "塚田"),
        ("曻", "昇"),
        ("山田太郎 ご担当者様", "山田太郎"),
        ("Đặng Văn", "Dang Van"),
        ("İlker Øst", "ilker ost"),
        ("ᴛᴀʀᴏ", "taro"),
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
    assert normalise.compare_name("王美君") == "王美君"


@given(japanese_texts, st.sampled_from(HONORIFICS))
def test_space_width_and_honorific_make_no_other_name(text: str, after: str) -> None:
    name = normalise.compare_name(text)
    squeezed = "".join(text.split())
    assert normalise.compare_name(squeezed) == name
    if len(squeezed) > 2 and not squeezed.endswith("様"):
        assert normalise.compare_name(text.strip() + after) == name
    assert normalise.compare_name(name) == name


@given(latin_texts)
def test_case_width_and_order_make_no_other_name(text: str) -> None:
    name = normalise.compare_name(text)
    wide = "".join(
        chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text
    )
    assert normalise.compare_name(wide) == name
    assert normalise.compare_name(text.upper()) == normalise.compare_name(text.lower())
    assert normalise.compare_name(" ".join(reversed(text.split()))) == name


@given(st.text(max_size=30))
def test_anything_can_be_compared(text: str) -> None:
    cleaned = normalise.clean_text(text)
    assert normalise.clean_text(cleaned) == cleaned
    address = normalise.compare_email(text)
    assert normalise.compare_email(address) == address
    assert normalise.compare_handle(normalise.compare_handle(text)) == (
        normalise.compare_handle(text)
    )
    company, department = normalise.split_department(text)
    assert company or not department


def test_a_variant_stands_for_one_character_only() -> None:
    variants = "".join(letters._VARIANTS[0::2])
    usual = "".join(letters._VARIANTS[1::2])
    assert len(variants) == len(usual) == len(set(variants))
    assert not set(variants) & set(usual)
    assert letters.fold_kanji(usual) == usual


@given(
    one=st.one_of(japanese_texts, latin_texts),
    other=st.one_of(japanese_texts, latin_texts),
)
def test_two_names_are_compared_either_way(one: str, other: str) -> None:
    assert normalise.are_alike_names(one, other) is normalise.are_alike_names(
        other, one
    )


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
        ("a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"),
        ('"a..b."@docomo.ne.jp', "a..b.@docomo.ne.jp"),
        (".taro-x_y@ezweb.ne.jp", ".taro-x_y@ezweb.ne.jp"),
        ("Taro Yamada <Taro@Corp.co.jp>", "taro@corp.co.jp"),
        ("山田太郎 <taro@corp.co.jp>", "taro@corp.co.jp"),
        ("mailto:taro@corp.co.jp", "taro@corp.co.jp"),
        ("taro@corp.co.jp.", "taro@corp.co.jp"),
        ("taro@日本語.jp", "taro@xn--wgv71a119e.jp"),
        ("太郎@corp.co.jp", ""),
        ("taro@corp..jp", ""),
        ("taro-news@yahoo.com", "taro-news@yahoo.com"),
    ],
)
def test_an_address_is_brought_to_the_mailbox_it_reaches(
    given: str, expected: str
) -> None:
    assert normalise.compare_email(given) == expected


@pytest.mark.parametrize(
    "address",
    [
        *(
            "info@corp.co.jp",
            "no-reply@corp.jp",
            "jimukyoku@npo.jp",
            "me@mac.local",
            "",
        ),
        *("info2@corp.jp", "info-tokyo@corp.jp", "tokyo.info@corp.jp", "hr@corp.jp"),
        *("rails-noreply@corp.jp", "do.not.reply@corp.jp", "no_reply@corp.jp"),
        *("dev-team@corp.jp", "eigyo2@corp.jp", "support+taro@corp.jp", "pr@corp.jp"),
    ],
)
def test_role_addresses_and_machines_stand_for_nobody(address: str) -> None:
    assert not normalise.is_personal_email(normalise.compare_email(address))


@pytest.mark.parametrize(
    "address",
    [
        *("taro@corp.jp", "p.r@corp.jp", "12345@corp.jp", "devi@corp.jp"),
        *("staffan@corp.jp", "infotaro@corp.jp", "mailin@corp.jp", "me@corp.jp"),
    ],
)
def test_addresses_that_only_look_like_roles_are_personal(address: str) -> None:
    assert normalise.is_personal_email(normalise.compare_email(address))


def test_made_up_communities_have_addresses_too() -> None:
    assert normalise.is_personal_email("taro@corp.example")
    assert not normalise.is_personal_email("taro@example.com")


def test_free_mail_names_no_employer() -> None:
    assert normalise.email_domain("taro@corp.co.jp") == "corp.co.jp"
    assert normalise.email_domain("taro@gmail.com") == ""
    assert normalise.email_domain("taro@docomo.ne.jp") == ""


@pytest.mark.parametrize(
    "domain",
    [
        *("docomo.ne.jp", "ezweb.ne.jp", "xx.ezweb.ne.jp", "au.com", "softbank.ne.jp"),
        *("i.softbank.jp", "t.vodafone.ne.jp", "jp-t.ne.jp", "ymobile.ne.jp"),
        *(
            "yahoo.ne.jp",
            "di.pdx.ne.jp",
            "uqmobile.jp",
            "rakuten.jp",
            "sky.tu-ka.ne.jp",
        ),
        *("nifty.com", "mbc.nifty.com", "biglobe.ne.jp", "aa.biglobe.ne.jp"),
        *("so-net.ne.jp", "xx1.so-net.ne.jp", "ocn.ne.jp", "a.b.ocn.ne.jp"),
        *("apple.plala.or.jp", "r3.dion.ne.jp", "infoseek.jp", "goo.jp", "ybb.ne.jp"),
        *(
            "jcom.zaq.ne.jp",
            "jcom.home.ne.jp",
            "gmail.com",
            "outlook.jp",
            "yahoo.co.jp",
        ),
    ],
)
def test_mobile_carriers_and_providers_are_free_mail(domain: str) -> None:
    assert normalise.email_domain(f"taro@{domain}") == ""


@pytest.mark.parametrize("domain", ["corp.co.jp", "ntt-ocn.ne.jp", "notgmail.com"])
def test_a_domain_that_only_ends_like_free_mail_is_an_employers(domain: str) -> None:
    assert normalise.email_domain(f"taro@{domain}") == domain
    assert domain not in mail.free_mail_domains()


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


def test_a_holding_is_another_company() -> None:
    holding = normalise.compare_company("ABCホールディングス株式会社")
    assert holding == "abcホールディングス"


@pytest.mark.parametrize(
    ("company", "expected"),
    [
        ("株式会社ABC開発部", ("株式会社ABC", "開発部")),
        ("株式会社ABC第二営業部 課長", ("株式会社ABC", "第二営業部 課長")),
        ("ABC株式会社開発部", ("ABC株式会社", "開発部")),
        ("ABC(株) 東京支店", ("ABC(株)", "東京支店")),
        ("株式会社 研究所", ("株式会社 研究所", "")),
        ("株式会社日本経済研究所", ("株式会社日本経済研究所", "")),
        ("ABC Sales", ("ABC Sales", "")),
    ],
)
def test_departments_and_companies_that_are_called_like_them(
    company: str, expected: tuple[str, str]
) -> None:
    assert normalise.split_department(company) == expected


COMPANIES = [
    *(
        "株式会社ＡＢＣ",
        "ＡＢＣ株式会社",
        "(株)ABC",
        "（株）ABC",
        "㈱ABC",
        "ABC㈱",
        "㍿ABC",
    ),
    *("株式会社 ABC", "ABC 株式会社", "有限会社山田商店", "㈲山田商店", "(有)山田商店"),
    *("合同会社みかん", "(同)みかん", "合資会社もも", "合名会社なし", "一般社団法人桜"),
    *("公益財団法人梅", "一般財団法人竹", "公益社団法人松", "(一社)桜", "(公財)梅"),
    *(
        "特定非営利活動法人虹",
        "NPO法人虹",
        "学校法人空",
        "医療法人海",
        "独立行政法人森",
    ),
    *(
        "国立大学法人北大学",
        "ABC Inc.",
        "ABC, Inc.",
        "abc inc",
        "ABC Co., Ltd.",
        "ABC K.K.",
    ),
    *(
        "ABC Co.,Ltd.",
        "ABC CO LTD",
        "ABC Company Limited",
        "ABC Corporation",
        "ABC Corp.",
    ),
    *(
        "ABC Limited",
        "ABC Ltd",
        "ABC LLC",
        "ABC, LLC.",
        "ABC LLP",
        "ABC GmbH",
        "ABC KK",
    ),
    *(
        "ABC PLC",
        "ABC S.A.",
        "ABC Incorporated",
        "ABCホールディングス株式会社",
        "東日本ABC",
    ),
    *(
        "ABC株式会社 開発部",
        "ABC株式会社開発部",
        "株式会社ABC 開発部",
        "株式会社ABC　営業本部",
    ),
    *(
        "株式会社ABC/開発部",
        "ABC 情報システム部",
        "ABC Sales Division",
        "ABC 東京支店 課長",
    ),
    *(
        "㈱ﾔﾏﾀﾞ電機",
        "ヤマダ電機",
        "ガトー株式会社",
        "カトー株式会社",
        "濵田商店",
        "浜田商店",
    ),
    *(
        "齋藤工業株式会社",
        "斉藤工業",
        "株式會社櫻",
        "A・B・C株式会社",
        "A.B.C. Inc.",
        "A&B",
    ),
    *(
        "Café Noir",
        "Müller GmbH",
        "研究所",
        "株式会社",
        "Inc.",
        "  ",
        "大学 研究科",
        "佐々木商店",
    ),
]


def test_sql_has_the_same_keys_for_companies() -> None:
    macros = "".join(
        (PROJECT / "dbt_project" / "macros" / f"{name}.sql").read_text(encoding="utf-8")
        for name in ("text", "companies")
    )
    template = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(macros)
    comparable = template.module.comparable_company("name")
    rows = duckdb.execute(
        f"select name, coalesce({comparable}, '') from (select unnest(?) as name)",
        [COMPANIES],
    ).fetchall()
    assert len(rows) >= 60
    assert dict(rows) == {name: normalise.compare_company(name) for name in COMPANIES}
