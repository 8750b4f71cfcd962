"""Is it safe to open? The container of a file, before anything parses it.

Responsible for magic bytes, parts of the zip container (number, size and ratio counted while
unpacking, paths, document types) and what it carries besides tables (macros, links). Works on bytes
and never raises on their content. Not responsible for cells (`sheet_facts`) or text files (`text_table`).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# A village workbook has some twenty parts and unpacks to a few MB; these bounds are a choice, wide enough for a
# county's export and small enough that unpacking in pieces ends within seconds.
MAX_PARTS = 2000
MAX_MEGABYTES = 300
BOMB_RATIOS = ((20_000_000, 250), (60_000_000, 50))  # unpacked bytes from which a ratio counts as a bomb
# A large sheet of equal rows packs well without being a bomb: small files may have any ratio, and the allowed ratio
# falls as the unpacked size grows.
_CHUNK = 1 << 18  # bytes unpacked at a time: what is counted is never held whole
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_KINDS = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ole",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"SQLite f": "SQLite",
}


@dataclass
class Finding:
    """One fault or note of a container: `rule`, the `cell` if it has one and message `values`."""

    rule: str
    values: dict[str, str | int] = field(default_factory=dict)
    cell: str = ""
    sheet: str = ""


def kind_of_file(data: bytes) -> str:
    r"""Return what the first bytes say: ``zip ole text empty html`` or the name of a format.

    Examples
    --------
    >>> kind_of_file(b""), kind_of_file(b"PK\x03\x04..."), kind_of_file("户编号,村".encode())
    ('empty', 'zip', 'text')
    """
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        return "empty"
    for magic, name in _KINDS.items():
        if data.startswith(magic):
            return name
    head = data[:2048].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if re.match(rb"<(?:!doctype|html|\?xml|table|body|meta|script|workbook)", head):
        return "HTML" if b"<?xml" not in head[:5] else "XML"
    return "text"


def check_container(data: bytes) -> list[Finding]:
    r"""Return what is wrong with, or worth knowing about, a zip container.

    Parameters
    ----------
    data : bytes
        The whole file.

    Examples
    --------
    >>> [finding.rule for finding in check_container(b"PK\x03\x04 cut short")]
    ['unreadable']
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            return list(_findings_of_parts(box, len(data)))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        return [Finding("unreadable")]


def _findings_of_parts(box: zipfile.ZipFile, packed: int) -> Iterator[Finding]:
    parts = box.infolist()
    if len(parts) > MAX_PARTS:
        yield Finding("too_many_parts", {"got": len(parts), "high": MAX_PARTS})
        return
    yield from (Finding("member_path", {"got": p.filename[:60]}) for p in parts if _leaves_container(p.filename))
    names = [part.filename.replace("\\", "/") for part in parts]
    yield from (Finding("doubled_part", {"got": n[:60]}) for n in sorted({n for n in names if names.count(n) > 1}))
    if any(part.flag_bits & 1 for part in parts):
        yield Finding("encrypted")
        return
    total = 0
    for part in parts:
        for size, fault in _unpack_within_limits(box, part, packed, total):
            if fault:
                yield fault
                if fault.rule in ("too_large", "ratio"):
                    return
            total += size
    yield from _macros_and_links(names)


def _unpack_within_limits(
    box: zipfile.ZipFile, part: zipfile.ZipInfo, packed: int, before: int
) -> Iterator[tuple[int, Finding | None]]:
    """Yield the size of each piece unpacked with a finding or None, keeping nothing; stop at the first limit."""
    total, tail, xml = before, b"", part.filename.lower().endswith((".xml", ".rels", ".vml"))
    with box.open(part) as stream:
        while piece := stream.read(_CHUNK):
            total += len(piece)
            if total > MAX_MEGABYTES * 1_000_000:
                yield 0, Finding("too_large", {"high": MAX_MEGABYTES})
                return
            if any(total > size and total > ratio * packed for size, ratio in BOMB_RATIOS):
                yield 0, Finding("ratio", {"got": total // max(packed, 1)})
                return
            if xml and _DOCTYPE.search(tail + piece):
                yield 0, Finding("doctype", {"got": part.filename[:60]})
                xml = False
            if xml and b"\x00" in piece:
                yield 0, Finding("part_encoding", {"got": part.filename[:60]})
                xml = False
            tail = piece[-16:]  # a declaration may lie across two pieces
            yield len(piece), None


def _leaves_container(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    return ".." in parts or name.startswith(("/", "\\")) or bool(re.match(r"[A-Za-z]:", name)) or "\x00" in name


def with_plain_parts(data: bytes, change: Callable[[str, bytes], bytes] | None = None) -> bytes:
    r"""Return a checked container with ``/`` in the names of its parts and each part as `change` gives it.

    Some exporters write ``xl\workbook.xml``, which Excel opens and stricter readers do not find.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        if change is None and not any("\\" in name for name in box.namelist()):
            return data
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as plain:
            for part in box.infolist():
                name, body = part.filename.replace("\\", "/"), box.read(part)
                plain.writestr(name, change(name, body) if change else body)
    return packed.getvalue()


def finding_without_sheets(names: list[str]) -> Finding:
    """Return what a container without the sheets of an .xlsx is, so that the way on can be named.

    Examples
    --------
    >>> finding_without_sheets(["mimetype", "content.xml"]).values, finding_without_sheets(["a.xlsx", "b.xls"]).rule
    ({'got': '.ods'}, 'zip_of_workbooks')
    """
    lower = [name.lower() for name in names]
    if workbooks := sum(name.endswith((".xlsx", ".xls", ".xlsm", ".csv", ".et")) for name in lower):
        return Finding("zip_of_workbooks", {"got": workbooks})
    for part, kind in {"xl/workbook.bin": ".xlsb", "content.xml": ".ods", "index/document.iwa": ".numbers"}.items():
        if part in lower:
            return Finding("other_workbook", {"got": kind})
    return Finding("not_workbook", {"got": "Word" if "word/document.xml" in lower else "zip"})


def _macros_and_links(names: list[str]) -> Iterator[Finding]:
    lower = [name.lower() for name in names]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name for name in lower):
        yield Finding("macros")
    if any("/externallinks/" in name for name in lower):
        yield Finding("external_links")
