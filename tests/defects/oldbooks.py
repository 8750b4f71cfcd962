"""Old .xls workbooks (BIFF8 in a compound file), written byte by byte: no library at hand writes them.

Record layouts: [MS-XLS] 2.4; container: [MS-CFB] 2.2 to 2.6.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Sequence
from typing import Any

from defects.making import DATED, HEADERS, Formula, case, row, rows

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512
_PLAIN, _DATE = 0, 1


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _cell(r: int, c: int, value: Any, base_1904: bool) -> bytes:
    """Return the record of one cell: LABEL, NUMBER, BOOLERR or FORMULA."""
    if isinstance(value, Formula):
        token = struct.pack("<BH", 0x1E, 1)  # ptgInt 1: only the stored result matters
        result = struct.pack("<d", float(value.value))
        return _record(0x0006, struct.pack("<HHH", r, c, _PLAIN) + result + struct.pack("<HIH", 0, 0, 3) + token)
    if isinstance(value, bool):
        return _record(0x0205, struct.pack("<HHHBB", r, c, _PLAIN, value, 0))
    if isinstance(value, dt.date):
        start = dt.date(1904, 1, 1) if base_1904 else dt.date(1899, 12, 30)
        return _record(0x0203, struct.pack("<HHHd", r, c, _DATE, (value - start).days))
    if isinstance(value, (int, float)):
        return _record(0x0203, struct.pack("<HHHd", r, c, _PLAIN, value))
    text = str(value).encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", r, c, _PLAIN, len(text) // 2, 1) + text)


def _stream(lines: Sequence[Sequence[Any]], base_1904: bool, locked: bool) -> bytes:
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 0x06)
    book = _record(0x0809, begin)
    if locked:
        book += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    book += _record(0x0042, struct.pack("<H", 1200)) + _record(0x0022, struct.pack("<H", base_1904))
    for number_format in (0, 14):
        book += _record(0x00E0, struct.pack("<HHHBBBBIIH", 0, number_format, 1, 0, 0, 0, 0, 0, 0, 0))
    name = "户表".encode("utf-16-le")
    book += _record(0x0085, struct.pack("<IBBBB", len(book) + 4 + 8 + len(name) + 4, 0, 0, 2, 1) + name)
    book += _record(0x000A, b"")
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0x41, 0x06))
    width = max(len(line) for line in lines)
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(lines), 0, width, 0))
    for r, line in enumerate(lines):
        sheet += b"".join(_cell(r, c, value, base_1904) for c, value in enumerate(line) if value != "")
    return book + sheet + _record(0x000A, b"")


def xls(lines: Sequence[Sequence[Any]], base_1904: bool = False, locked: bool = False, far: bool = False) -> bytes:
    """Return an .xls workbook of one sheet; `far` puts a value into its last cell."""
    stream = _stream(lines, base_1904, locked)
    if far:
        stream = stream[:-4] + _cell(65535, 255, "x", base_1904) + _record(0x000A, b"")
    stream += bytes(max(4096 - len(stream), -len(stream) % _SECTOR))
    stream += bytes(-len(stream) % _SECTOR)
    count = len(stream) // _SECTOR
    table = [_FAT, _END, *range(3, 2 + count), _END]
    table += [_FREE] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream)) + bytes(256)
    return header + struct.pack("<128I", *table) + entries + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    told = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<BBIII", kind, 1, _FREE, _FREE, child)
    return told.ljust(64, b"\0") + struct.pack("<H", len(told)) + links + bytes(36) + struct.pack("<IQ", start, size)


@case("accept_with_notes", suffix=".xls", rules="old_format")
def old_workbook() -> bytes:
    return xls([HEADERS, *rows()])


@case("accept_with_notes", suffix=".xlsx", rules="old_format")
def old_workbook_under_a_new_name() -> bytes:
    return xls([HEADERS, *rows()])


@case(
    "reject_rows", suffix=".xls", loaded=3, faults="C3 G5 J4", notes="J2", rules="id_number suspect_amount future_date"
)
def old_workbook_with_faults() -> bytes:
    lines = [
        row(1, 入户日期=42500, 人均纯收入=Formula("=1400*2", 2800)),
        row(2, 身份证号=350628196503040028.0, 入户日期=dt.date(2016, 5, 10)),
        row(3, 入户日期=dt.date(2098, 1, 1)),
        row(4, 人均纯收入="约3000", 入户日期=dt.date(2016, 5, 12)),
    ]
    return xls([DATED, *lines])


@case("accept_with_notes", suffix=".xls", notes="J3", rules="date_serial")
def old_workbook_from_1904() -> bytes:
    days = [dt.date(2016, 5, 10), 41038, dt.date(2016, 5, 12), "2016-05-13"]
    return xls([DATED, *rows(入户日期=days)], base_1904=True)


@case("reject_file", suffix=".xls", loaded=0, rules="encrypted")
def old_workbook_with_a_password() -> bytes:
    return xls([HEADERS, *rows()], locked=True)


@case("reject_file", suffix=".xls", loaded=0, rules="unreadable")
def old_workbook_cut_short() -> bytes:
    return xls([HEADERS, *rows()])[:1500]


@case("reject_file", suffix=".xls", loaded=0, rules="reader_memory")
def old_workbook_with_a_far_cell() -> bytes:
    return xls([HEADERS, *rows()], far=True)
