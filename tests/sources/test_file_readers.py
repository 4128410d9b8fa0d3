"""Files as they are exported: encodings, delimiters, sheets, archives, damage."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from sources._base.text import detect_encoding
from sources._files import archives
from sources._files.grid import Grid, Unreadable, ignore
from sources._files.inbox import inbox_files
from sources._files.readers import batches_of, columns_of, open_file
from sources._files.text_files import MAX_FIELD_CHARACTERS

HEADER = "名前,備考\n"


def _rows(path: Path, **options) -> list[list[str]]:
    content = open_file(path, **options)
    assert isinstance(content, Grid)
    return [cells for _, cells in content.rows(ignore)]


def _file(folder: Path, content: bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8-sig", "髙橋 🙂"),
        ("utf-8", "髙橋 🙂"),
        ("cp932", "髙橋 ①"),
        ("shift_jis_2004", "俱知安 𠮟"),
        ("utf-16", "髙橋 🙂"),
    ],
)
def test_encodings_are_told_apart_strictly(tmp_path, encoding, name):
    path = _file(tmp_path, f"{HEADER}{name},x\n".encode(encoding))
    # UTF-8 with a mark and without is one and the same to a reader.
    assert detect_encoding(path).removesuffix("-sig") == encoding.removesuffix("-sig")
    assert _rows(path) == [["名前", "備考"], [name, "x"]]


@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_the_delimiter_is_the_one_of_the_header_line(tmp_path, sign):
    quoted = '"a, b; c"'
    text = f"title without any\nname{sign}{quoted}{sign}x\n1{sign}2{sign}3\n"
    assert _rows(_file(tmp_path, text.encode()))[1:] == [
        ["name", "a, b; c", "x"],
        ["1", "2", "3"],
    ]


def test_a_quoted_line_break_is_one_cell_and_lines_are_those_of_the_file(tmp_path):
    path = _file(tmp_path, b'a,b\r\n"x\r\ny",1\r\n\r\nz,2\r\n')
    content = open_file(path)
    assert [line for line, _ in content.rows(ignore)] == [1, 2, 5]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a,b\n1,\x002\n", "the file holds NUL bytes"),
        (b"a,b\n1,\x81\xff\xfe\n", "none of utf-8-sig, utf-8, cp932"),
        (b"", "the file is empty"),
        (b"\xd0\xcf\x11\xe0 old excel", "an old .xls or a workbook with a password"),
        (b'[{"a": 1}, {"a"', "not a whole JSON file"),
        (b"PK\x03\x04 broken", "not a whole zip"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path, content, reason):
    with pytest.raises(Unreadable) as told:
        open_file(_file(tmp_path, content))
    assert told.value.reason.startswith(reason)


def test_a_csv_may_begin_with_a_bracket(tmp_path):
    assert _rows(_file(tmp_path, "[重要]名前,b\n".encode())) == [["[重要]名前", "b"]]


def test_cells_after_the_last_column_are_cut_when_empty_else_the_row_is_set_aside(
    tmp_path,
):
    path = _file(tmp_path, b"a,b\n1,2,,\n3,4,5\n6\na,b\n7,8\n")
    bad = []
    batches = list(batches_of(open_file(path), lambda *row: bad.append(row[:2])))
    assert [row for one in batches for row in one.rows.to_pylist()] == [
        {"a": "1", "b": "2"},
        {"a": "7", "b": "8"},  # after the header was repeated
    ]
    assert bad == [
        (
            3,
            "3 cells where the header has 2; a text with a comma in it needs quotation"
            " marks",
        ),
        (4, "1 cells where the header has 2"),
    ]


def test_a_json_array_is_read_like_lines_of_json(tmp_path):
    rows = [{"a": "x", "n": 2**60}, "no object", {"b": True, "a": None}]
    bad = []
    path = _file(tmp_path, json.dumps(rows).encode(), "a.json")
    (batch,) = batches_of(open_file(path), lambda *row: bad.append(row))
    assert batch.rows.to_pylist() == [
        {"a": "x", "n": str(2**60), "b": None},
        {"a": None, "n": None, "b": "true"},
    ]
    assert batch.lines.to_pylist() == [1, 3]
    assert bad == [(2, "not a JSON object", '"no object"')]


def _workbook(folder: Path, rows: list[list], name: str = "a.xlsx") -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / name)
    return folder / name


def test_cells_of_a_sheet_become_the_text_they_show(tmp_path):
    path = _workbook(
        tmp_path,
        [
            ["id", "at", "day", "hour", "share", "sure", "none", "last"],
            [
                *(10000001.0, datetime(2026, 11, 1, 9, 10)),  # noqa: DTZ001
                *(date(2026, 11, 1), time(9, 10), 0.25, True),
            ],
        ],
    )
    assert _rows(path)[1] == [
        *("10000001", "2026-11-01T09:10:00", "2026-11-01", "09:10:00", "0.25"),
        "true",
    ]
    # A sheet has no empty cells at the end of a row: it is not cut off.
    (batch,) = batches_of(open_file(path), pytest.fail)
    assert batch.rows.to_pylist()[0]["last"] == ""


def test_a_formula_gives_the_value_it_showed_and_never_its_text(tmp_path):
    path = _workbook(tmp_path, [["a", "b"], ["=1+1", "x"]])
    # openpyxl writes no cached value; Excel does.
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[part] = (
        parts[part].replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
    )
    assert b"<v>2</v>" in parts[part]
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    assert _rows(path)[1] == ["2", "x"]


def test_hidden_sheets_are_not_read_and_a_sheet_can_be_named(tmp_path):
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "secret", "hidden"
    book.active.append(["x"])
    for name in ("list", "other"):
        book.create_sheet(name).append([name])
    book.create_sheet("empty")
    path = tmp_path / "a.xlsx"
    book.save(path)
    content = open_file(path)
    assert [cells for _, cells in content.rows(ignore)] == [["list"]]
    assert content.notes == (
        "sheet other was not read",
        "sheet secret was not read (hidden)",
    )
    assert _rows(path, sheet="other") == [["other"]]
    with pytest.raises(Unreadable, match="has no sheet x; it has list, other, empty"):
        open_file(path, sheet="x")


def test_a_workbook_cut_off_is_told(tmp_path):
    path = _workbook(tmp_path, [["a"]] * 100)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(Unreadable, match="not a whole zip"):
        open_file(path)


def _zip(folder: Path, members: dict[str, bytes], **options) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_members_of_an_archive_are_files_of_their_own(tmp_path):
    inner = io.BytesIO()
    zipfile.ZipFile(inner, "w").close()
    path = _zip(
        tmp_path,
        {
            "2026/list.csv": b"a\n1\n",
            "__MACOSX/._list.csv": b"x",
            ".hidden": b"x",
            "inner.zip": inner.getvalue(),
        },
    )
    files = list(inbox_files(tmp_path, [path]))
    assert [file.name for file in files] == ["a.zip/2026/list.csv", "a.zip/inner.zip"]
    assert files[0].folders == ("a", "2026")
    with files[0].opened() as member:
        assert columns_of(open_file(member)) == ["a"]
    with files[1].opened() as member, pytest.raises(Unreadable, match="zip inside"):
        open_file(member)


def test_names_that_windows_packed_in_cp932_are_decoded(tmp_path):
    # Written as raw bytes: Python would mark its own names as UTF-8.
    path = _zip(tmp_path, {"XXXXXX.csv": b"a\n1\n"})
    raw = "参加表".encode("cp932")
    path.write_bytes(path.read_bytes().replace(b"XXXXXX", raw))
    assert [one.name for one in archives.members(path)] == ["参加表.csv"]


@pytest.mark.parametrize("name", ["../../etc/x.csv", "/etc/x.csv", "a/../../x.csv"])
def test_a_member_that_points_outside_is_refused(tmp_path, name):
    (file,) = inbox_files(tmp_path, [_zip(tmp_path, {name: b"a\n"})])
    assert "points outside the archive" in (file.problem or "")


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path):
    content = b"0" * (archives.RATIO_FROM_BYTES + 1)
    path = _zip(tmp_path, {"a.csv": content}, compression=zipfile.ZIP_DEFLATED)
    (file,) = inbox_files(tmp_path, [path])
    assert "times its size, which no export does" in (file.problem or "")


def test_an_archive_of_too_many_files_or_bytes_is_refused(tmp_path, monkeypatch):
    path = _zip(tmp_path, {f"{n}.csv": b"a\n1\n" for n in range(3)})
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    with pytest.raises(Unreadable, match="a zip of 3 files; at most 2 are read"):
        archives.members(path)
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    monkeypatch.setattr(archives, "MAX_BYTES", 11)
    with pytest.raises(Unreadable, match="put the files here unpacked"):
        archives.members(path)


def test_a_member_that_is_damaged_spoils_only_itself(tmp_path):
    path = _zip(tmp_path, {"bad.csv": b"a\n" + b"1\n" * 50, "good.csv": b"a\n2\n"})
    data = bytearray(path.read_bytes())
    data[data.index(b"1\n1\n")] = ord("9")
    path.write_bytes(bytes(data))
    bad, good = inbox_files(tmp_path, [path])
    assert "damaged in the zip" in (bad.problem or "")
    assert good.problem is None


LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10)
)


@pytest.mark.parametrize(
    "entities",
    [LAUGHS, '<!ENTITY l9 SYSTEM "file:///etc/hostname">', '<!ENTITY % p "x"> %p;'],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_that_declares_entities_is_refused(
    tmp_path, entities, encoding, part
):
    path = _workbook(tmp_path, [["a"], ["b"]])
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    root = parts[part].decode().partition("?>")[2] or parts[part].decode()
    typed = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE x [{entities}]>"
    parts[part] = f"{typed}{root}".encode(encoding)
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    with pytest.raises(Unreadable, match=f"its part {part} declares XML entities"):
        open_file(path)


def test_a_cell_longer_than_any_text_is_set_aside_with_the_reason(tmp_path):
    long = b"x" * (MAX_FIELD_CHARACTERS + 1)
    path = _file(tmp_path, b"a,b\n1," + long + b"\n2,3\n")
    bad = []
    rows = [
        row
        for batch in batches_of(open_file(path), lambda *row: bad.append(row))
        for row in batch.rows.to_pylist()
    ]
    assert {"a": "2", "b": "3"} in rows
    ((line, reason, _),) = bad
    assert line == 2
    assert "field larger" in reason
