"""Hostile and broken containers."""

from __future__ import annotations

import io
import re
import zipfile

from defects.making import SHEET1, case, form, repacked, rows


@case("reject_file", loaded=0, rules="ratio")
def bomb() -> bytes:
    filler = b"<!-- " + b" " * 60_000_000 + b" -->"
    return repacked(form(rows()), {SHEET1: lambda body: body + filler})


@case("reject_file", loaded=0, faults="A279778", rules="far_cell")
def bomb_of_cells() -> bytes:
    cell = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>'
    many = b"".join(cell % (n, n) for n in range(10, 600_010))
    return repacked(form(rows()), {SHEET1: lambda body: body.replace(b"</sheetData>", many + b"</sheetData>")})


@case("reject_file", loaded=0)
def bomb_of_texts() -> bytes:
    def swell(body: bytes) -> bytes:
        long = b"<si><t>" + b"x" * 32_000 + b"</t></si>"
        return body.replace(b"</sst>", long * 8_000 + b"</sst>")

    return repacked(form(rows()), {"xl/sharedStrings.xml": swell})


@case("reject_file", loaded=0, faults="XFD1048576", rules="far_cell")
def far_cell() -> bytes:
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    return repacked(form(rows()), {SHEET1: lambda body: body.replace(b"</sheetData>", far)})


@case("reject_file", loaded=0, rules="doctype")
def entities() -> bytes:
    bad = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    return repacked(form(rows()), {SHEET1: lambda body: bad + body.split(b"?>", 1)[1]})


@case("accept_with_notes", loaded=4, rules="macros")
def macros() -> bytes:
    return repacked(form(rows()), {}, [("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 not run")])


@case("accept_with_notes", loaded=4, rules="external_links")
def external_links() -> bytes:
    return repacked(form(rows()), {}, [("xl/externalLinks/externalLink1.xml", b"<externalLink/>")])


@case("reject_file", loaded=0, rules="unreadable")
def truncated() -> bytes:
    data = form(rows())
    return data[: len(data) // 2]


@case("reject_file", loaded=0, rules="not_workbook")
def html_under_xlsx() -> bytes:
    return "<html><table><tr><td>户编号</td></tr></table></html>".encode()


@case("reject_file", loaded=0)
def ole_under_xlsx() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096


@case("reject_file", loaded=0, rules="encrypted")
def locked_with_password() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 512


@case("reject_file", loaded=0, rules="member_path")
def zip_slip() -> bytes:
    return repacked(form(rows()), {}, [("../../evil.txt", b"x")])


@case("reject_file", loaded=0, rules="member_path")
def absolute_member() -> bytes:
    return repacked(form(rows()), {}, [("/etc/evil", b"x")])


@case("reject_file", loaded=0, rules="empty_file")
def empty_workbook_file() -> bytes:
    return b""


@case("reject_file", loaded=0, rules="not_workbook")
def zip_of_something_else() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as box:
        box.writestr("readme.txt", "hello")
    return held.getvalue()


@case("reject_file", loaded=0, rules="too_many_parts")
def many_parts() -> bytes:
    return repacked(form(rows()), {}, [(f"xl/x{n}.xml", b"<a/>") for n in range(2500)])


@case("reject_file", loaded=0)
def damaged_xml() -> bytes:
    return repacked(form(rows()), {SHEET1: lambda body: body[: len(body) // 2]})


@case("reject_file", loaded=0, rules="not_workbook")
def pdf_under_xlsx() -> bytes:
    return b"%PDF-1.7 ..."


@case("accept", loaded=4, file="村; rm -rf ~ $(x)\n'\"<b>.xlsx")
def odd_file_name() -> bytes:
    return form(rows())


@case("accept", loaded=4, file="-rf.xlsx")
def file_name_like_an_option() -> bytes:
    return form(rows())


@case("accept")
def backslashes_in_the_names_of_parts() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form(rows()))) as old, zipfile.ZipFile(held, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename.replace("/", "\\"), old.read(part))
    return held.getvalue()


def _zip(*parts: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as box:
        for name, body in parts:
            box.writestr(name, body)
    return held.getvalue()


@case("reject_file", loaded=0, rules="zip_of_workbooks", suffix=".zip")
def zip_of_workbooks() -> bytes:
    return _zip(("one.xlsx", form(rows())), ("two.xlsx", form(rows())))


@case("reject_cells", faults="G2 H3", rules="formula_error")
def new_error_values() -> bytes:
    spill, calc = b'<c r="G2" t="e"><v>#SPILL!</v></c>', b'<c r="H3" t="e"><f>X()</f><v>#CALC!</v></c>'

    def change(part: bytes) -> bytes:
        return re.sub(rb'<c r="H3".*?</c>', calc, re.sub(rb'<c r="G2".*?</c>', spill, part))

    return repacked(form(rows()), {SHEET1: change})
