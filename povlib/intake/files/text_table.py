"""Text files: strict decoding and strict lines.

Responsible for finding the encoding (BOM, UTF-8, then GB18030, never guessed per cell), for lines
that are not encoded like the rest, ragged lines, NUL and open quotation marks. Nothing is skipped
in silence. Not responsible for what the fields mean.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field

from povlib.intake.files.container import Finding

csv.field_size_limit(1 << 24)
_CJK = re.compile("[一-鿿]")
_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_LONGEST_RECORD = 500  # lines of one quoted field; an open quotation mark would else swallow the rest of the file
_CONTROLS = re.compile(rb"[\x01-\x08\x0b\x0e-\x1f]")


@dataclass
class TextTable:
    """A text file as received: `rows` of fields (None = a refused line), findings and `encoding`."""

    rows: list[list[str] | None] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    encoding: str = "utf-8"


def read_text_table(data: bytes) -> TextTable:
    r"""Read a CSV file.

    Examples
    --------
    >>> table = read_text_table("户编号,村\n1,联胜\n2\n".encode("gb18030"))
    >>> table.encoding, table.rows, [(f.rule, f.cell) for f in table.findings]
    ('gb18030', [['户编号', '村'], ['1', '联胜'], None], [('encoding', ''), ('ragged', 'line 3')])
    """
    table = TextTable()
    lines = _decode_lines(data, table)
    if lines is None:
        table.findings.append(Finding("big5_file" if table.encoding == "big5" else "undecodable_file"))
        return table
    _add_records(lines, table)
    return table


def _decode_lines(data: bytes, table: TextTable) -> list[str | None] | None:
    """Return the lines, None for one that is not encoded like the rest; None if nothing fits."""
    bom = next((mark for mark in _BOMS if data.startswith(mark)), b"")
    table.encoding = _BOMS.get(bom) or _utf16_order(data) or table.encoding
    if table.encoding != "utf-8":
        table.findings.append(Finding("encoding", {"got": "UTF-16"}))
        return _decode_as_one(data[len(bom) :], table.encoding)
    if bom:
        return _decode_each_line(data[len(bom) :], table)
    data = data.rstrip(b"\x1a")  # the end mark of old systems
    try:
        return [*_split_lines(data.decode("utf-8"))]
    except UnicodeDecodeError:
        pass  # another encoding: which one is looked for below
    if len(_CONTROLS.findall(data)) > len(data) // 100:
        return None
    if _is_big5(data):
        table.encoding = "big5"
        return None
    raw = re.split(rb"\r\n|\n|\r", data)
    table.encoding = _encoding_of_most(raw)
    if table.encoding == "gb18030":
        table.findings.append(Finding("encoding", {"got": "GB18030"}))
    lines = _decode_each_line(data, table)
    lost, kept = (sum(bool(line.strip()) for line in part) for part in _split_by_decodable(raw, lines))
    return lines if kept > lost else None


def _encoding_of_most(raw: list[bytes]) -> str:
    """Return what most lines beyond ASCII are encoded in; at a tie the first of them decides."""
    told = [_is_utf8_chinese(line) for line in raw if not line.isascii()]
    utf8 = told.count(True)
    return "utf-8" if 2 * utf8 > len(told) or (2 * utf8 == len(told) and told[:1] == [True]) else "gb18030"


def _is_big5(data: bytes) -> bool:
    """Tell whether a text is Big5: it decodes whole, into characters that are common there and would be rare in GB.

    Most of Big5 is also GB18030 of other characters, so that decoding alone tells nothing. Both lists hold what is
    common first: under a lead byte below C9 in Big5, of B0 to D7 in GB.
    """
    try:
        traditional, simplified = data.decode("cp950"), data.decode("gb18030", errors="replace")
    except UnicodeDecodeError:
        return False
    big5 = [char.encode("cp950")[0] for char in _CJK.findall(traditional)]
    gb = [char.encode("gb18030")[0] if char != "\ufffd" else 0 for char in _CJK.findall(simplified)]
    # nine in ten: names of people and places hold rare characters too. A choice.
    common = sum(0xA4 <= lead < 0xC9 for lead in big5) >= 0.9 * len(big5) > 0
    return bool(common and sum(0xB0 <= lead <= 0xD7 for lead in gb) < 0.9 * len(gb))


def _split_by_decodable(raw: list[bytes], lines: list[str | None]) -> tuple[list[bytes], list[str]]:
    """Return the lines that could not be decoded and those that could: a file of mostly the first is no text."""
    return [line for line, text in zip(raw, lines, strict=True) if text is None], [t for t in lines if t is not None]


def _decode_as_one(data: bytes, encoding: str) -> list[str | None] | None:
    try:
        return [*_split_lines(data.decode(encoding))]
    except UnicodeDecodeError:
        return None


def _utf16_order(data: bytes) -> str:
    """Return the UTF-16 order of a text without BOM whose ASCII characters show every other byte empty."""
    head = data[:2000]
    if len(data) % 2 or b"\x00" not in head:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if min(even, odd) or max(even, odd) < len(head) // 20:
        return ""
    return "utf-16-le" if odd else "utf-16-be"


def _is_utf8_chinese(line: bytes) -> bool:
    if line.isascii():
        return False
    try:
        return bool(_CJK.search(line.decode("utf-8")))
    except UnicodeDecodeError:
        return False


def _decode_each_line(data: bytes, table: TextTable) -> list[str | None]:
    lines: list[str | None] = []
    for number, line in enumerate(re.split(rb"\r\n|\n|\r", data), start=1):
        other = table.encoding == "gb18030" and _is_utf8_chinese(line)
        try:
            lines.append(None if other else line.decode(table.encoding))
        except UnicodeDecodeError:
            lines.append(None)
        if lines[-1] is None:
            name = "UTF-8" if table.encoding == "utf-8" else "GB18030"
            table.findings.append(Finding("undecodable", {"got": name}, f"line {number}"))
    return lines


def _split_lines(text: str) -> list[str]:
    return re.split("\r\n|\n|\r", text)


def _add_records(lines: list[str | None], table: TextTable) -> None:
    """Turn lines into records; a record that does not fit the others is refused by its line."""
    while lines and lines[-1] is not None and not lines[-1].strip():
        lines.pop()
    mark, at, starts = _likely_delimiter(lines), 0, []
    if lines and lines[0] and re.fullmatch(r"sep=.", lines[0].strip()):
        lines[0] = ""
    while at < len(lines):
        text, used = _record_at(lines, at)
        row, rule = (None, "") if text is None else _fields_of_record(text, mark)
        if rule and used > 1:
            used = 1
        if rule:
            table.findings.append(Finding(rule, cell=f"line {at + 1}"))
        table.rows.append(row)
        starts.append(at + 1)
        at += used
    _refuse_ragged(table, starts)


def _record_at(lines: list[str | None], at: int) -> tuple[str | None, int]:
    """Return the record that starts at a line (None when it is unreadable), and its number of lines."""
    text, used = lines[at], 1
    if text is None:
        return None, 1
    while text.count('"') % 2 and at + used < len(lines) and used < _LONGEST_RECORD:
        following = lines[at + used]
        if following is None:
            break
        text += "\n" + following
        used += 1
    return text, used


def _fields_of_record(text: str, mark: str) -> tuple[list[str] | None, str]:
    if "\x00" in text:
        return None, "nul"
    if '"' not in text:
        return text.split(mark), ""
    try:
        return next(csv.reader([text], delimiter=mark, strict=True), []), ""
    except csv.Error:
        return None, "quote"


def _refuse_ragged(table: TextTable, starts: list[int]) -> None:
    """Refuse lines that are not as wide as the headers: their values may stand under the wrong ones."""
    told = [_filled_fields(row) for row in table.rows]
    if max(told, default=0) < 2:
        return
    usual = Counter(count for count in told if count > 1).most_common(1)[0][0]
    # The first line with at least six fields of ten that a usual line has: titles above have fewer. A choice.
    first = next(index for index, count in enumerate(told) if count >= 0.6 * usual)
    width = len(table.rows[first] or ())
    for index, row in enumerate(table.rows[first:], start=first):
        if row is not None and told[index] and len(row) != width:
            values: dict[str, str | int] = {"got": len(row), "value": width}
            table.findings.append(Finding("ragged", values, f"line {starts[index]}"))
            table.rows[index] = None


def _filled_fields(row: list[str] | None) -> int:
    return sum(bool(cell.strip()) for cell in row or ())


def _likely_delimiter(lines: list[str | None]) -> str:
    for line in lines[:30]:
        if line and line.count(",") + line.count("\t") + line.count(";") > 1:
            return max(",\t;", key=line.count)
    return ","
