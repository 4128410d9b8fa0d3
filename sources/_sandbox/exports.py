"""What exports of platforms without an API have in common: when, as what bytes."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from sources._sandbox.elsewhere import Elsewhere, elsewhere
from sources._sandbox.model import Registration

if TYPE_CHECKING:
    from sources._sandbox.community import Community

Cell = str | int | datetime
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet has no zone)
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)  # the same content gives the same bytes


def exported(community: "Community", platform: str) -> list[Elsewhere]:
    """The events on that platform whose organiser has exported the list by now."""
    return [
        shown
        for shown in elsewhere(community, platform)
        if shown.event.exported_on <= community.today and shown.registrations
    ]


def known_rows(shown: Elsewhere) -> list[Registration]:
    """Its registrations, by number."""
    return sorted(shown.registrations, key=lambda row: row.number)


def is_cancelled(row: Registration, by: date) -> bool:
    """Whether it had been cancelled before the end of the day of export."""
    return row.cancelled_at is not None and row.cancelled_at.date() <= by


def csv_bytes(
    head: Sequence[str], rows: Iterable[Sequence[str]], encoding: str
) -> bytes:
    """A CSV file with CRLF; 髙, which Shift_JIS-2004 lacks, becomes 高."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    written = text.getvalue()
    if encoding == "shift_jis_2004":
        written = written.replace("髙", "高")
    return written.encode(encoding)


def xlsx_bytes(rows: Sequence[Sequence[Cell]], sheet: str) -> bytes:
    """A workbook of one sheet as Excel writes it: shared strings, dates as numbers."""
    texts: dict[str, int] = {}
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [
            _cell(f"{_letter(at)}{number}", value, texts)
            for at, value in enumerate(row)
            if value != ""
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    strings = "".join(
        f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{mime}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml"'
        f' ContentType="{mime}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{mime}.styles+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml"'
        f' ContentType="{mime}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet"'
        ' Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{office}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{office}/sharedStrings"'
        ' Target="sharedStrings.xml"/></Relationships>',
        # Style 1 is the built-in format 22: a day with its time.
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs><cellStyles count="1">'
        '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>'
        f"{''.join(lines)}</sheetData></worksheet>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, xml in parts.items():
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            book.writestr(zipfile.ZipInfo(name, _ZIP_TIME), head + xml)
    return file.getvalue()


def _letter(at: int) -> str:
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def _cell(place: str, value: Cell, texts: dict[str, int]) -> str:
    if isinstance(value, datetime):
        days = (value.replace(tzinfo=None) - _EXCEL_ZERO).total_seconds() / 86_400
        return f'<c r="{place}" s="1"><v>{days!r}</v></c>'
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
