"""Makes the minimal household form with one defect: the tools that the cases use."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

HEADERS = ["户编号", "户主姓名", "身份证号", "村", "人口", "致贫原因", "人均纯收入", "住房等级", "备注"]
DATED = [*HEADERS, "入户日期"]
VILLAGES: list[dict[str, Any]] = [
    {"name": "联胜", "aliases": ["连胜"]},
    {"name": "乐北", "aliases": ["乐北村"]},
    {"name": "农家"},
]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(serial: int, birth: str = "19650304", area: str = "999901") -> str:
    """Return a synthetic identity number (area 9999xx) with a valid check character."""
    first = f"{area}{birth}{serial:03d}"
    return first + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, first, strict=True)) % 11]


def row(number: int, **changed: Any) -> list[Any]:
    """Return one good row of the minimal form; `changed` replaces values by header."""
    good = {
        "户编号": f"H{number:03d}",
        "户主姓名": f"测试{'甲乙丙丁戊己庚辛壬癸'[number % 10]}",
        "身份证号": id_number(number),
        "村": "联胜",
        "人口": 3 + number % 3,
        "致贫原因": "因病",
        "人均纯收入": 2800 + 37 * number,
        "住房等级": "C",
        "备注": "",
    }
    if "入户日期" in changed:
        good["入户日期"] = ""
    good.update(changed)
    return list(good.values())


def rows(count: int = 4, **changed: Any) -> list[list[Any]]:
    """Return good rows; a changed value that is a list is spread over them."""
    made = []
    for at in range(count):
        here = {key: value[at] if isinstance(value, list) else value for key, value in changed.items()}
        made.append(row(at + 1, **here))
    return made


@dataclass
class Formula:
    """A formula cell: its text and stored value (None = none)."""

    text: str
    value: Any = None


@dataclass
class Shown:
    """A number with a number format."""

    value: float
    format: str


Cells = Sequence[Sequence[Any]]


def xlsx(
    sheets: Cells | Mapping[str, Cells], finish: Callable[[Any, Any], None] | None = None, **options: Any
) -> bytes:
    """Return a workbook of sheets of cells; `finish(book, sheet)` may change the last sheet."""
    if not isinstance(sheets, Mapping):
        sheets = {"户表": sheets}
    held = io.BytesIO()
    defaults = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(held, defaults | options)
    page = None
    for name, cells in sheets.items():
        page = book.add_worksheet(name)
        for r, line in enumerate(cells):
            for c, value in enumerate(line):
                _write(book, page, r, c, value)
    if finish:
        finish(book, page)
    book.close()
    return held.getvalue()


def _write(book: Any, page: Any, r: int, c: int, value: Any) -> None:
    import datetime as dt

    if value is None or value == "":
        return
    if isinstance(value, Formula):
        page.write_formula(r, c, value.text, None, "" if value.value is None else value.value)
    elif isinstance(value, Shown):
        page.write_number(r, c, value.value, book.add_format({"num_format": value.format}))
    elif isinstance(value, bool):
        page.write_boolean(r, c, value)
    elif isinstance(value, (dt.date, dt.datetime)):
        page.write_datetime(r, c, value, book.add_format({"num_format": "yyyy-mm-dd"}))
    elif isinstance(value, (int, float)):
        page.write_number(r, c, value)
    else:
        page.write_string(r, c, str(value))


def form(lines: Cells, headers: Sequence[str] = HEADERS, above: Cells = (), **options: Any) -> bytes:
    """Return the minimal form with headers under `above`."""
    return xlsx([*above, headers, *lines], **options)


def csv(lines: Cells, headers: Sequence[str] = HEADERS, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """Return the minimal form as text."""
    text = end.join(",".join(_quoted(v) for v in line) for line in [headers, *lines]) + end
    return text.encode(encoding)


def _quoted(value: Any) -> str:
    text = "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text


def repacked(
    data: bytes, change: Mapping[str, Callable[[bytes], bytes]], extra: Iterable[tuple[str, bytes]] = ()
) -> bytes:
    """Return a zip container with some parts changed and others added."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            body = old.read(part)
            new.writestr(part.filename, change[part.filename](body) if part.filename in change else body)
        for name, body in extra:
            new.writestr(name, body)
    return held.getvalue()


SHEET1 = "xl/worksheets/sheet1.xml"


@dataclass
class Case:
    """A defect: how its file is made and what intake must say.

    `faults` are the cells that must be flagged, no others; `notes` cells or rules that must be noted.
    """

    name: str
    make: Callable[[], bytes]
    verdict: str
    faults: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    loaded: int = 4
    suffix: str = ".xlsx"
    file: str = ""


CASES: dict[str, Case] = {}


def case(verdict: str, *, loaded: int = 4, faults: str = "", notes: str = "", rules: str = "", suffix: str = ".xlsx",
         file: str = "") -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:  # fmt: skip
    """Register a case; cells and rules are words in one text, lines written as ``line_4``."""

    def keep(make: Callable[[], bytes]) -> Callable[[], bytes]:
        words = [
            {w.replace("_", " ") if w.startswith("line_") else w for w in text.split()}
            for text in (faults, notes, rules)
        ]
        name = make.__name__
        assert name not in CASES, name
        CASES[name] = Case(name, make, verdict, *words, loaded=loaded, suffix=suffix, file=file)
        return make

    return keep
