"""Numerals that stand in a written file, counted, and those a paper lists but its file lacks.

Responsible for reading a page, a PDF, a Word file or a workbook back with readers that know nothing of our writers, and
for finding every listed number in it as often as it was printed. A picture is not read. Not responsible for whether the
number is right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from povlib.report.agreement.listed_numbers import ListedNumber, ListedPaper
from povlib.report.privacy.file_texts import texts_of_file

READ_BACK = (".html", ".pdf", ".docx", ".xlsx")
_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
# a workbook holds yuan, the list of numbers fen; both to the digits that a double keeps of a sum of money
_DIGITS = 9


def numerals(words: str) -> Counter[str]:
    """Return the numerals of a text with how often each stands there, without signs and units.

    Examples
    --------
    >>> numerals("1,055 persons, 12.5% of 1,055.") == Counter({"1,055": 2, "12.5": 1})
    True
    """
    return Counter(found.rstrip(",") for found in _NUMERAL.findall(words))


def lacking_numbers(paper: ListedPaper, path: Path) -> Iterator[tuple[str, ListedNumber, str]]:
    """Yield every listed number that a file lacks: key, number, and the numeral that is missing.

    Numerals are counted: a number printed three times, and once wrongly, is found twice only. What a file prints
    besides (dates, page numbers, definitions) may hide such a fault of a short numeral; those of a workbook are
    compared as values.
    """
    if path.suffix == ".xlsx":
        yield from _lacking_cells(paper, path)
        return
    there = numerals(_words_of(path))
    wanted: Counter[str] = Counter()
    for key, number in paper.numbers.items():
        for shown, printed in number.printed.items():
            for numeral, times in numerals(shown).items():
                wanted[numeral] += times * printed
                if there[numeral] < wanted[numeral]:
                    yield key, number, numeral


def _words_of(path: Path) -> str:
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


def _lacking_cells(paper: ListedPaper, path: Path) -> Iterator[tuple[str, ListedNumber, str]]:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    there: Counter[str] = Counter()
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True):
            there.update(_cell(value) for value in row if value is not None)
    wanted: Counter[str] = Counter()
    for key, number in paper.numbers.items():
        if not number.in_cells or number.value is None:
            continue
        stored = number.value
        if number.unit == "fen":
            stored = stored / (1_000_000 if _stands_in_wan(number.shown, stored) else 100)
        written = _cell(number.shown if number.unit == "month ordinal" else stored)
        wanted[written] += number.in_cells
        if there[written] < wanted[written]:
            yield key, number, written


def _stands_in_wan(shown: str, fen: float) -> bool:
    """Return whether money is in 10,000 yuan: said so, or by its digits where the title of the table has the unit."""
    return "万" in shown or numerals(shown) == numerals(f"{abs(fen) / 1_000_000:,.2f}")


def _cell(value: object) -> str:
    return f"{float(value):.{_DIGITS}g}" if isinstance(value, (int, float)) else str(value)
