"""Numerals that stand in a written file, counted, and those a paper lists but its file lacks.

Responsible for reading a page, a PDF, a Word file or a workbook back with readers that know nothing of our writers, and
for finding every listed number in it as often as it was printed. A picture is not read. Not responsible for whether the
number is right.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from povlib.report.agreement.listed_numbers import ListedNumber, ListedPaper
from povlib.report.privacy.file_texts import texts_of_file

READ_BACK = (".html", ".pdf", ".docx", ".xlsx")
_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
# a workbook holds yuan, the list of numbers fen, and a cell sixteen digits of a double's seventeen: nearest, not equal
_NEAREST = 1e-9


def numerals(words: str) -> Counter[str]:
    """Return the numerals of a text with how often each stands there, without signs and units.

    Examples
    --------
    >>> numerals("1,055 persons, 12.5% of 1,055.") == Counter({"1,055": 2, "12.5": 1})
    True
    """
    return Counter(numerals_in_order(words))


def numerals_in_order(words: str) -> list[str]:
    """Return the numerals of a text as they stand one after the other.

    Examples
    --------
    >>> numerals_in_order("177.2 (123–221)")
    ['177.2', '123', '221']
    """
    return [found.rstrip(",") for found in _NUMERAL.findall(words)]


def lacking_numbers(
    paper: ListedPaper, path: Path, rows: Sequence[Sequence[object]] | None = None
) -> Iterator[tuple[str, ListedNumber, str]]:
    """Yield every listed number that a file lacks: key, number, and the numeral that is missing.

    Numerals are counted: a number printed three times, and once wrongly, is found twice only. What a file prints
    besides (dates, page numbers, definitions) may hide such a fault of a short numeral; those of a workbook are
    compared as values (`rows`, where they were read already).
    """
    if path.suffix == ".xlsx":
        yield from _lacking_cells(paper, workbook_rows(path) if rows is None else rows)
        return
    there = numerals(words_of(path))
    wanted: Counter[str] = Counter()
    for key, number in paper.numbers.items():
        for shown, printed in number.printed.items():
            for numeral, times in numerals(shown).items():
                wanted[numeral] += times * printed
                if there[numeral] < wanted[numeral]:
                    yield key, number, numeral


def words_of(path: Path) -> str:
    """Return the words of a page, a PDF or a Word file, without what its pictures are called."""
    if path.suffix == ".pdf":
        return _words_of_pdf(path)
    texts = texts_of_file(path)
    if path.suffix == ".html":
        # the text without its tags comes last: the one before holds what stands in attributes too
        return [c.text or "" for c in texts if c.place == "text"][-1]
    # the words of the document come first, then what its pictures are called
    return next(c.text or "" for c in texts if c.place == "word/document.xml")


def _words_of_pdf(path: Path) -> str:
    """Return the words piece by piece as they were set: read as lines, numbers of neighbouring cells run together."""
    import pypdf

    pieces: list[str] = []
    for page in pypdf.PdfReader(path).pages:
        page.extract_text(visitor_text=lambda words, *_: pieces.append(words))
    return "\n".join(pieces)


def workbook_rows(path: Path) -> list[tuple[object, ...]]:
    """Return the rows of every sheet of a workbook as values."""
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    return [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def _lacking_cells(paper: ListedPaper, rows: Sequence[Sequence[object]]) -> Iterator[tuple[str, ListedNumber, str]]:
    there = [_cell(value) for row in rows for value in row if value is not None]
    listed = [
        (key, number, cell_of(number))
        for key, number in paper.numbers.items()
        if number.in_cells and number.value is not None
    ]
    nearest = _nearest(value for value in (*there, *(cell for _, _, cell in listed)) if isinstance(value, float))
    counted = Counter(_as_nearest(value, nearest) for value in there)
    wanted: Counter[float | str] = Counter()
    for key, number, cell in listed:
        value = _as_nearest(cell, nearest)
        wanted[value] += number.in_cells
        if counted[value] < wanted[value]:
            yield key, number, f"{cell:.12g}" if isinstance(cell, float) else cell


def cell_of(number: ListedNumber) -> float | str:
    """Return a number as a cell holds it: months as they are shown, money in yuan or 10,000 yuan."""
    if number.unit == "month ordinal":
        return number.shown
    if number.unit == "fen":
        return _cell(number.value / (1_000_000 if _stands_in_wan(number.shown, number.value) else 100))
    return _cell(number.value)


def _nearest(values: Iterable[float]) -> dict[float, float]:
    """Return each value with the one that stands for it and all others that differ in their last digits only.

    Rounding each alone would tell apart two that lie on either side of a half.

    Examples
    --------
    >>> _nearest([1508.756125, 1508.7561249999999, 1508.8])
    {1508.7561249999999: 1508.7561249999999, 1508.756125: 1508.7561249999999, 1508.8: 1508.8}
    """
    found: dict[float, float] = {}
    before = -math.inf
    for value in sorted(set(values)):
        if not math.isclose(value, before, rel_tol=_NEAREST, abs_tol=_NEAREST):
            before = value
        found[value] = before
    return found


def _as_nearest(cell: float | str, nearest: dict[float, float]) -> float | str:
    return nearest[cell] if isinstance(cell, float) else cell


def _stands_in_wan(shown: str, fen: float) -> bool:
    """Return whether money is in 10,000 yuan: said so, or by its digits where the title of the table has the unit."""
    if "万" in shown:
        return True
    printed = numerals_in_order(shown)
    # whichever way a half was rounded
    return len(printed) == 1 and printed[0][-3:-2] == "." and abs(_plain(printed[0]) - abs(fen) / 1_000_000) < 0.0051


def _plain(numeral: str) -> float:
    return float(numeral.replace(",", ""))


def _cell(value: object) -> float | str:
    return float(value) if isinstance(value, (int, float)) else str(value)
