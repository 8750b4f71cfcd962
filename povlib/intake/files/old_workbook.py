"""Facts of an old .xls workbook (BIFF8) that its values do not tell: a password, days counted from 1904.

Responsible for walking the first records of the workbook stream ([MS-XLS] 2.1.7.20). Works on bytes
and never raises on their content. Not responsible for values (python-calamine reads them).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_BEGIN = re.compile(rb"\x09\x08..\x00[\x05\x06]\x05\x00", re.DOTALL)  # BOF of the globals, BIFF5 or BIFF8
_FILEPASS, _DATEMODE, _EOF = 0x002F, 0x0022, 0x000A
_MOST_RECORDS = 400  # both facts stand among the first dozens of records; the bound ends a damaged stream


def is_locked(data: bytes) -> bool:
    """Return whether the workbook is locked with a password (FILEPASS, or a locked package inside)."""
    package = "EncryptedPackage".encode("utf-16-le") in data
    return package or any(kind == _FILEPASS for kind, _ in _first_records(data))


def counts_days_from_1904(data: bytes) -> bool:
    """Return whether its day numbers count from 1904 (DATEMODE 1)."""
    return any(kind == _DATEMODE and body[:2] == b"\x01\x00" for kind, body in _first_records(data))


def _first_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the first records of the workbook's globals; the stream begins at a sector."""
    begin = next((found.start() for found in _BEGIN.finditer(data) if found.start() % 64 == 0), None)
    at, left = begin if begin is not None else len(data), _MOST_RECORDS
    while at + 4 <= len(data) and left:
        kind, size = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        if kind == _EOF:
            return
        at, left = at + 4 + size, left - 1
