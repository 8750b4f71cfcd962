"""Facts of a workbook that its values do not tell, read from the raw parts in pieces.

Responsible for hidden rows and columns, filters, formulas without a stored value, error values,
what formatting says about a cell (`cell_styles`), and the farthest cell of each sheet. Not responsible for values
(python-calamine reads them) nor for the safety of the container (`container`, which runs first).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from povlib.intake.files.cell_styles import CellStyles, text_not_struck, text_seen, visit_elements

# Cells up to the farthest one, empty ones included, since the table is read as a rectangle: a county's 100,000 rows of
# 25 columns fit; a stray cell in the last row of the sheet does not.
MOST_CELLS = 2_500_000
MOST_COLUMNS = 2_000
_MOST_ROWS = 1_048_576  # of any spreadsheet program
_PIECE = 1 << 20
_LONGEST_ROW = 8 << 20  # bytes without the end of a row after which a piece is cut all the same
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_STRING_END = re.compile(rb"</(?:\w+:)?si>")
_STRING = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_SPEAKING = re.compile(rb"<(?:\w+:)?f\b|\bt=[\"']e[\"']|<(?:\w+:)?strike\b")
_REF = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]{1,4}\d{1,9})[\"']")
_PLAIN_REF = re.compile(rb'<c r="([A-Z]{1,4}\d{1,9})"')  # as nearly every program writes it
_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)</")
_FILTER = re.compile(rb"<(?:\w+:)?autoFilter\b")
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_KIND, _STYLE = re.compile(rb"\bt=[\"'](\w+)[\"']"), re.compile(rb"\bs=[\"'](\d{1,6})[\"']")
_OLD_ERRORS = frozenset(b"#DIV/0! #N/A #NAME? #NULL! #NUM! #REF! #VALUE!".split())
_ERROR = re.compile(
    rb"(<(?:\w+:)?c\b[^>]*\bt=[\"']e[\"'][^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v\b[^>]*>)[^<]*(?=</)", re.DOTALL
)
_EXTERNAL = re.compile(rb"\[\d+\]|\||\[[^\[\]]+\.(?:xl\w{1,2}|csv|ods|et)\]", re.IGNORECASE)


@dataclass
class SheetFacts:
    """What a sheet's raw part says. Rows and columns count from 0; `marks` is ``"row,column" -> kind``.

    Kinds of marks: ``v`` formula with a stored value, ``f`` without, ``x`` taking its value from
    another file, ``e`` error value. `shown` holds numbers whose format keeps leading zeros, `seen` those whose
    format adds a unit ("" where it hides or scales the number), `struck` what is left of a cell that is struck out.
    """

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: bool = False
    new_errors: bool = False
    last_row: int = -1
    last_column: int = -1
    far: str = ""
    doubled: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    struck: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the facts as plain values."""
        return asdict(self)


def column_number(letters: str) -> int:
    """Return the 0-based column of its letters.

    Examples
    --------
    >>> column_number("A"), column_number("XFD")
    (0, 16383)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return a cell's name from its 0-based row and column.

    Examples
    --------
    >>> cell_name(4, 2), cell_name(0, 26)
    ('C5', 'AA1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def sheet_parts(box: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet by the sheet's name."""
    names = {name.lower(): name for name in box.namelist()}
    book, links = names.get("xl/workbook.xml"), names.get("xl/_rels/workbook.xml.rels")
    if not (book and links):
        return {}
    targets: dict[str, str] = {}
    visit_elements(box, links, lambda _, told: targets.update({told.get("Id", ""): told.get("Target", "")}))
    part_by_sheet: dict[str, str] = {}

    def seen(name: str, told: dict[str, str]) -> None:
        if name == "sheet":
            key = next((value for word, value in told.items() if word.endswith(":id")), "")
            target = targets.get(key, "").lstrip("/")
            path = target if target.lower().startswith("xl/") else f"xl/{target}"
            if path.lower() in names:
                part_by_sheet[told.get("name", "")] = names[path.lower()]

    visit_elements(box, book, seen)
    return part_by_sheet


def counts_from_1904(box: zipfile.ZipFile) -> bool:
    """Return whether the workbook's day numbers count from 1904."""
    name = next((n for n in box.namelist() if n.lower() == "xl/workbook.xml"), None)
    return bool(name and re.search(rb"\bdate1904=[\"'](?:1|true|on)[\"']", box.read(name)))


def strings_not_struck(box: zipfile.ZipFile) -> dict[int, str]:
    """Return, by number, what is left of the shared strings of which a run is struck out."""
    name = next((n for n in box.namelist() if n.lower() == "xl/sharedstrings.xml"), None)
    left: dict[int, str] = {}
    first = 0
    for piece in _pieces(box, name, _STRING_END) if name else ():
        strings = _STRING.findall(piece) if b"strike" in piece else None
        for number, string in enumerate(strings or (), start=first):
            if (text := text_not_struck(string)) is not None:
                left[number] = text
        first += len(_STRING.findall(piece)) if strings is None else len(strings)
    return left


def read_facts(box: zipfile.ZipFile, part: str, styles: CellStyles, strings: dict[int, str]) -> SheetFacts:
    """Return the facts of one sheet, reading its part in pieces of about a megabyte.

    `strings` holds what is left of shared strings that are struck out in part (`strings_not_struck`).
    """
    facts, rows_before = SheetFacts(), set[bytes]()
    for piece in _pieces(box, part, _ROW_END):
        references = _references_in(piece)
        joined = b" ".join(references)
        rows, columns = set(joined.translate(None, _LETTERS).split()), set(joined.translate(None, _DIGITS).split())
        _note_farthest_cell(references, rows, columns, facts)
        if len(piece) < _LONGEST_ROW:  # a longer piece may hold part of a row
            _note_doubled_cell(references, rows, rows_before, facts)
        if (facts.last_row + 1) * (facts.last_column + 1) > MOST_CELLS or facts.last_column >= MOST_COLUMNS:
            break
        _note_hidden(piece, facts)
        if styles or strings or _speaks(piece):
            _note_cells(piece, facts, styles, strings)
    return facts


def _pieces(box: zipfile.ZipFile, part: str, end: re.Pattern[bytes]) -> Iterator[bytes]:
    rest = b""
    with box.open(part) as stream:
        while new := stream.read(_PIECE):
            rest += new
            cut = _end_of_last(end, rest)
            if cut or len(rest) > _LONGEST_ROW:
                cut = cut or len(rest)
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _end_of_last(end: re.Pattern[bytes], text: bytes) -> int:
    """Return where the last match of an end tag ends, 0 where there is none."""
    # looked for from the back: an end tag and what begins with "</" as it does are the same few characters
    at = len(text)
    while (at := text.rfind(b"</", 0, at)) >= 0:
        if found := end.match(text, at):
            return found.end()
    return 0


def _references_in(piece: bytes) -> list[bytes]:
    """Return the references of the cells of a piece, in its order."""
    plain = _PLAIN_REF.findall(piece)
    cells = piece.count(b"<c ")
    # the simple pattern has found all where every cell begins as it says and no other element could be a cell
    if len(plain) == cells and b":c" not in piece and piece.count(b"<c") == cells + piece.count(b"<col"):
        return plain
    return _REF.findall(piece)


def _speaks(piece: bytes) -> bool:
    """Return whether a piece holds a formula, an error or something struck out."""
    said = b"<f" in piece or b":f" in piece or b"strike" in piece or b't="e' in piece or b"t='e" in piece
    return said and bool(_SPEAKING.search(piece))


def _note_doubled_cell(references: list[bytes], rows: set[bytes], rows_before: set[bytes], facts: SheetFacts) -> None:
    """Note a cell that stands in the sheet twice: readers disagree on which of the two counts."""
    seen = set[bytes]()
    if len(set(references)) < len(references) or not rows.isdisjoint(rows_before):
        for reference in references:
            if reference in seen or reference.lstrip(_LETTERS) in rows_before:
                facts.doubled = facts.doubled or reference.decode()
            seen.add(reference)
    rows_before |= rows


def _note_farthest_cell(references: list[bytes], rows: set[bytes], columns: set[bytes], facts: SheetFacts) -> None:
    """Note the last row and column, and the farthest cell where they are beyond what is read."""
    if not references:
        return
    row, column = max(map(int, rows)) - 1, max(column_number(letters.decode()) for letters in columns)
    grown = row > facts.last_row or column > facts.last_column
    facts.last_row, facts.last_column = max(row, facts.last_row), max(column, facts.last_column)
    if grown and reaches_too_far(facts):
        facts.far = max(references, key=_farness).decode()


def reaches_too_far(facts: SheetFacts) -> bool:
    """Return whether a sheet has a cell beyond what is read."""
    cells = (facts.last_row + 1) * (facts.last_column + 1)
    return cells > MOST_CELLS or facts.last_column >= MOST_COLUMNS or facts.last_row >= _MOST_ROWS


def _farness(reference: bytes) -> float:
    letters = reference.rstrip(_DIGITS).decode()
    return int(reference.lstrip(_LETTERS)) / _MOST_ROWS + column_number(letters) / 16384


def _note_hidden(piece: bytes, facts: SheetFacts) -> None:
    if b"hidden" in piece:
        for attributes in _ROW.findall(piece):
            number = re.search(rb"\br=[\"'](\d{1,9})[\"']", attributes)
            if number and _is_hidden(attributes):
                facts.hidden_rows.append(int(number[1]) - 1)
        for attributes in _COLUMN.findall(piece):
            low, high = (re.search(rb"\b%s=[\"'](\d{1,5})[\"']" % end, attributes) for end in (b"min", b"max"))
            if low and high and _is_hidden(attributes):
                facts.hidden_columns.extend(range(int(low[1]) - 1, min(int(high[1]), 16384)))
    if b"autoFilter" in piece:
        facts.filtered = facts.filtered or bool(_FILTER.search(piece))


def _is_hidden(attributes: bytes) -> bool:
    return bool(re.search(rb"\bhidden=[\"'](?:1|true)[\"']", attributes))


def _note_cells(piece: bytes, facts: SheetFacts, styles: CellStyles, strings: dict[int, str]) -> None:
    for attributes, inside in _CELL.findall(piece):
        place = _PLACE.search(attributes)
        if not (place and inside):
            continue
        key = f"{int(place[2]) - 1},{column_number(place[1].decode())}"
        kind, value = _first_group(_KIND, attributes), _first_group(_VALUE, inside)
        if mark := _mark_of_cell(kind, inside, bool(value)):
            facts.marks[key] = mark
            facts.new_errors |= mark == "e" and value not in _OLD_ERRORS
        style = int(_first_group(_STYLE, attributes) or -1) if styles else -1
        if value and kind in (b"", b"n"):
            _note_number_format(value.decode(), key, facts, styles, style)
        left = _text_left(inside, value if kind == b"s" else b"", strings)
        if left is None and style in styles.struck and re.search(rb"\bv>|\bis>", inside):
            left = ""
        if left is not None:
            facts.struck[key] = left


def _first_group(pattern: re.Pattern[bytes], text: bytes) -> bytes:
    found = pattern.search(text)
    return found[1] if found else b""


def _note_number_format(value: str, key: str, facts: SheetFacts, styles: CellStyles, style: int) -> None:
    if style in styles.zeros and re.fullmatch(r"\d{1,15}", value):
        facts.shown[key] = _in_shape(styles.zeros[style], value)
    elif style in styles.formats and (text := text_seen(styles.formats[style], value)) is not None:
        facts.seen[key] = text


def _text_left(inside: bytes, number: bytes, strings: dict[int, str]) -> str | None:
    """Return what is left of a string of which a run is struck out, shared or in the cell; None when none is."""
    if number.isdigit():
        return strings.get(int(number))
    return text_not_struck(inside) if b"strike" in inside else None


def _mark_of_cell(kind: bytes, inside: bytes, has_value: bool) -> str:
    """Return the kind of mark that a cell deserves for its error or formula, or ""."""
    if kind == b"e":
        return "e"
    formula = _FORMULA.search(inside)
    if formula is None:
        return ""
    if formula[1] and _EXTERNAL.search(formula[1]):
        return "x"
    return "v" if has_value or kind == b"str" else "f"


def with_old_errors(sheet: bytes) -> bytes:
    """Return the part of a sheet with #N/A for every error: newer ones such as #SPILL! stop the reader of values."""
    return _ERROR.sub(rb"\1#N/A", sheet)


def _in_shape(shape: str, digits: str) -> str:
    """Return a number in its shape: ``H000`` and 7 give H007."""
    letters = shape.rstrip("0")
    return letters + digits.zfill(len(shape) - len(letters))
