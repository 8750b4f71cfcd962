"""Workbooks as other programs write them, and containers that are hostile in other ways."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable

import openpyxl
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from defects.making import DATED, HEADERS, SHEET1, case, form, id_number, repacked, row, rows

STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
STYLES = "xl/styles.xml"


def _saved(change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    """Return the minimal form as openpyxl writes it."""
    book = openpyxl.Workbook()
    for line in [HEADERS, *rows()]:
        book.active.append(line)
    if change:
        change(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@case("accept")
def written_by_openpyxl() -> bytes:
    return _saved()


@case("reject_cells", faults="G2 G3 G4 G5", rules="formula_empty")
def formulas_never_calculated() -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        for n in range(2, 6):
            book.active[f"G{n}"] = f"=1400*{n}"

    return _saved(change)


@case("accept")
def comments_lists_pictures_and_protection() -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        page = book.active
        page["A2"].comment = Comment("核对", "测试")
        rule = DataValidation(type="list", formula1='"A,B,C,D"')
        rule.add("H2:H1000")
        page.add_data_validation(rule)
        page.protection.sheet = True
        page.freeze_panes = "B2"
        book.security.lockStructure = True

    return repacked(_saved(change), {}, [("xl/media/image1.jpeg", random.Random(1).randbytes(3_000_000))])


@case("accept")
def many_styles() -> bytes:
    xf = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    return repacked(form(rows()), {STYLES: lambda body: body.replace(b"</cellXfs>", xf * 60_000 + b"</cellXfs>")})


@case("reject_file", loaded=0)
def a_million_styles() -> bytes:
    xf = b"".join(
        b'<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0"/>' % (n % 977) for n in range(1_000_000)
    )
    return repacked(form(rows()), {STYLES: lambda body: body.replace(b"</cellXfs>", xf + b"</cellXfs>")})


@case("reject_file", loaded=0)
def a_hundred_thousand_sheets() -> bytes:
    def swell(body: bytes) -> bytes:
        more = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(2, 100_002))
        return body.replace(b"</sheets>", more + b"</sheets>")

    return repacked(form(rows()), {BOOK: swell})


@case("reject_file", loaded=0, rules="doctype")
def entities_in_the_strings() -> bytes:
    bad = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    return repacked(form(rows()), {STRINGS: lambda body: bad + body.split(b"?>", 1)[1]})


@case("reject_file", loaded=0, rules="doctype")
def entity_from_a_file() -> bytes:
    bad = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return repacked(form(rows()), {"[Content_Types].xml": lambda body: bad + body.split(b"?>", 1)[1]})


@case("reject_file", loaded=0)
def entities_in_wide_letters() -> bytes:
    def widen(body: bytes) -> bytes:
        text = (
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "aa">]>' + body.decode().split("?>", 1)[1]
        )
        return text.encode("utf-16")

    return repacked(form(rows()), {SHEET1: widen})


@case("reject_file", loaded=0)
def one_byte_flipped() -> bytes:
    data = bytearray(form(rows()))
    at = data.find(b"xl/worksheets/sheet1.xml") + 120
    data[at] ^= 0x10
    return bytes(data)


@case("reject_file", loaded=0)
def size_that_lies() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form(rows()))) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            body = old.read(part) + (b" " * 80_000_000 if part.filename == SHEET1 else b"")
            new.writestr(part.filename, body)
    data = held.getvalue()
    return data.replace(struct.pack("<I", _size(data)), struct.pack("<I", 900))


def _size(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        return box.getinfo(SHEET1).file_size


@case("reject_file", loaded=0)
def end_of_the_container_missing() -> bytes:
    return form(rows())[:-30]


@case("reject_file", loaded=0)
def strings_that_are_not_there() -> bytes:
    return repacked(
        form(rows()),
        {STRINGS: lambda body: b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'},
    )


@case("reject_file", loaded=0, faults="A1048576", rules="far_cell")
def one_value_at_the_bottom() -> bytes:
    far = b'<row r="1048576"><c r="A1048576" t="n"><v>1</v></c></row></sheetData>'
    return repacked(form(rows()), {SHEET1: lambda body: body.replace(b"</sheetData>", far)})


@case("reject_file", loaded=0)
def row_beyond_all_rows() -> bytes:
    far = b'<row r="4294967290"><c r="A4294967290"><v>1</v></c></row></sheetData>'
    return repacked(form(rows()), {SHEET1: lambda body: body.replace(b"</sheetData>", far)})


@case("reject_file", loaded=0)
def bomb_of_moderate_ratio() -> bytes:
    source = random.Random(7)
    block = bytes(source.choice(b"abcdefghijklmnop") for _ in range(20_000)) + b" " * 1_180_000
    return repacked(
        form(rows()), {STRINGS: lambda body: body.replace(b"</sst>", b"<si><t>" + block * 180 + b"</t></si></sst>")}
    )


@case("accept")
def rows_formatted_far_down() -> bytes:
    blank = b"".join(b'<row r="%d"><c r="A%d" s="0"/><c r="I%d" s="0"/></row>' % (n, n, n) for n in range(6, 50_000))
    return repacked(form(rows()), {SHEET1: lambda body: body.replace(b"</sheetData>", blank + b"</sheetData>")})


@case("accept")
def cells_in_line_and_in_runs() -> bytes:
    def runs(body: bytes) -> bytes:
        split = '<si><r><t>户</t></r><r><rPr><b/></rPr><t>编号</t></r><rPh sb="0" eb="1"><t>hu</t></rPh></si>'
        return body.replace("<si><t>户编号</t></si>".encode(), split.encode())

    return repacked(form(rows()), {STRINGS: runs})


@case("accept")
def parts_of_the_strict_standard() -> bytes:
    def strict(body: bytes) -> bytes:
        for old, new in (
            (
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
            (
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            ),
        ):
            body = body.replace(old, new)
        return body

    parts = [SHEET1, BOOK, STRINGS, STYLES, "xl/_rels/workbook.xml.rels", "_rels/.rels"]
    return repacked(form(rows()), dict.fromkeys(parts, strict))


@case("reject_file", loaded=0)
def table_on_a_hidden_sheet_only() -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        book.active.sheet_state = "hidden"
        book.create_sheet("说明").append(["请打开隐藏的工作表"])
        book.active = 1

    return _saved(change)


@case("accept_with_notes", file="宏.xlsm", rules="macros")
def workbook_with_macros() -> bytes:
    kind = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return repacked(
        form(rows()),
        {"[Content_Types].xml": lambda body: body.replace(plain, kind)},
        [("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")],
    )


@case("reject_file", file="表.ods", loaded=0, rules="other_workbook")
def open_document() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as box:
        box.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        box.writestr("content.xml", "<office:document-content/>")
    return held.getvalue()


@case("reject_file", file="表.xlsb", loaded=0, rules="other_workbook")
def binary_workbook() -> bytes:
    return repacked(form(rows()), {}, [("xl/workbook.bin", b"\x83\x01\x00")]).replace(
        b"xl/workbook.xml", b"xl/workbook.xmx"
    )


@case("reject_file", file="表.xls", loaded=0, rules="not_workbook")
def spreadsheet_of_2003() -> bytes:
    return b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook><Worksheet/></Workbook>'


@case("reject_file", file="表.xls", loaded=0, rules="not_workbook")
def web_page_with_a_byte_order_mark() -> bytes:
    return "\ufeff\r\n<!DOCTYPE html><html><body><table><tr><td>户编号</td></tr></table></body></html>".encode()


@case("reject_file", loaded=0)
def garbage_before_the_container() -> bytes:
    return b"MZ\x90\x00" + b"\x00" * 300 + form(rows())


@case("reject_rows", loaded=3, faults="C3 J4", rules="id_checksum future_date")
def faults_in_a_sheet_with_everything() -> bytes:
    bad = id_number(2)[:17] + ("0" if id_number(2)[17] != "0" else "1")
    lines = [
        row(1, 入户日期="2016-05-10"),
        row(2, 身份证号=bad, 入户日期="2016-05-11"),
        row(3, 入户日期="2098-01-01"),
        row(4, 入户日期="2016-05-12"),
    ]

    def finish(book, page):  # type: ignore[no-untyped-def]
        page.set_row(4, None, None, {"hidden": True})
        page.autofilter("A1:J5")

    return form(lines, DATED, finish=finish)


@case("accept")
def parts_with_a_prefix() -> bytes:
    def prefixed(body: bytes) -> bytes:
        body = re.sub(rb"<(/?)(\w+)(?=[ />])", rb"<\1x:\2", body)
        return body.replace(b"<x:?xml", b"<?xml").replace(b" xmlns=", b" xmlns:x=")

    return repacked(form(rows()), {SHEET1: prefixed, STRINGS: prefixed})


@case("accept")
def cells_without_references() -> bytes:
    return repacked(form(rows(备注="有")), {SHEET1: lambda body: re.sub(rb'(<(?:c|row)) r="[A-Z]*\d+"', rb"\1", body)})


@case("accept")
def dates_of_the_iso_kind() -> bytes:
    def iso(body: bytes) -> bytes:
        return re.sub(rb'<c r="J2"[^>]*>.*?</c>', b'<c r="J2" t="d"><v>2016-05-10T00:00:00</v></c>', body)

    return repacked(form(rows(入户日期=["2016-05-10"] * 4), DATED), {SHEET1: iso})
