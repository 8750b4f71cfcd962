"""Whether numbers stand in the place they belong to: a headline behind its label, a cell in its row and column.

Responsible for finding two numbers that changed places, where counting numerals sees none missing. Not responsible for
words that run on: two numbers exchanged within a paragraph, or beyond the tables of a PDF, are not seen.
"""

from __future__ import annotations

import html
import math
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from povlib.report.agreement.listed_numbers import ListedNumber, ListedPaper
from povlib.report.agreement.printed_numerals import cell_of, numerals_in_order, words_of

Row = tuple[object, ...]
_ROW = re.compile(r"<(?:w:)?tr[ >].*?</(?:w:)?tr>", re.DOTALL)
_CELL = re.compile(r"<(?:w:tc|td|th)(?:[ ][^>]*)?>(.*?)</(?:w:tc|td|th)>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_CELL_KEY = re.compile(r"([^\[\]]+)\[(.*)\]\.([^.\[\]]+)")
_SAME = 1e-9
_WORDS_BEFORE_RANGE = 40


def misplaced_headlines(paper: ListedPaper, path: Path, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Yield label and wording of every headline that does not stand behind its label.

    Parameters
    ----------
    rows : sequence of tuple
        Rows of the workbook; of other files their words are read.
    """
    if path.suffix == ".xlsx":
        there = "\n".join("".join(str(cell) for cell in row if cell is not None) for row in rows)
    else:
        there = words_of(path)
    bare = _bare(there)
    for label, shown, ends in paper.headlines:
        # between a number and its range stand a few words, which say how sure it is
        behind = bare.partition(_bare(label + shown))
        if not behind[1] or _bare(ends) not in behind[2][: _WORDS_BEFORE_RANGE + len(ends)]:
            yield label, f"{shown} {ends}".strip()


def misplaced_cells(paper: ListedPaper, rows: Sequence[Row]) -> Iterator[tuple[str, ListedNumber]]:
    """Yield key and first number of every row of a table that stands in no row of the file in this order.

    A row is looked for behind its own name where the table prints it, else among all rows.
    """
    named: dict[str, set[int]] = defaultdict(set)
    for at, row in enumerate(rows):
        for cell in row:
            named[str(cell)].add(at)
    ordered = [_in_order(row) for row in rows]
    of_names: dict[tuple[str, str], list[int]] = {}
    tables = _tables(paper)
    for table, wanted in tables.items():
        for name, numbers in wanted.items():
            near = [named[part] for part in name.partition("#")[0].split("/") if part in named]
            found = sorted(set.intersection(*near)) if near else []
            of_names[table, name] = [at for at in found if _holds(ordered[at], numbers.values())]
    own = _each_its_own(of_names)
    for table, wanted in tables.items():
        # a table that does not print the names of its rows shares them with others by chance only
        prints_names = 2 * sum(bool(of_names[table, name]) for name in wanted) > len(wanted)
        for name, numbers in wanted.items():
            there = (table, name) in own if prints_names else any(_holds(row, numbers.values()) for row in ordered)
            if not there:
                yield next(iter(numbers.items()))


def _each_its_own(choices: dict[tuple[str, str], list[int]]) -> set[tuple[str, str]]:
    """Return what finds a row of its own when each row is given once: one row never stands for those of two tables."""
    holder: dict[int, tuple[str, str]] = {}

    def finds(wanted: tuple[str, str], seen: set[int]) -> bool:
        for at in choices[wanted]:
            if at not in seen:
                seen.add(at)
                if at not in holder or finds(holder[at], seen):
                    holder[at] = wanted
                    return True
        return False

    return {wanted for wanted in choices if finds(wanted, set())}


def table_rows(path: Path) -> list[Row]:
    """Return the rows of the tables of a page or a Word file, their cells as words; of other files none."""
    if path.suffix == ".html":
        source = path.read_text(encoding="utf-8")
    elif path.suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            source = package.read("word/document.xml").decode()
    else:
        return []
    return [tuple(html.unescape(_TAG.sub("", cell)).strip() for cell in _CELL.findall(r)) for r in _ROW.findall(source)]


def _tables(paper: ListedPaper) -> dict[str, dict[str, dict[str, ListedNumber]]]:
    """Return the listed cells: table -> name of the row -> key -> number, in the order of the columns."""
    found: dict[str, dict[str, dict[str, ListedNumber]]] = defaultdict(lambda: defaultdict(dict))
    place = {(table, column): at for table, columns in paper.columns.items() for at, column in enumerate(columns)}
    cells = []
    for key, number in paper.numbers.items():
        parts = _CELL_KEY.fullmatch(key)
        if parts and number.in_cells and number.value is not None and (parts[1], parts[3]) in place:
            cells.append((place[parts[1], parts[3]], parts[1], parts[2], key, number))
    for _, table, name, key, number in sorted(cells, key=lambda cell: cell[0]):
        found[table][name][key] = number
    return found


def _in_order(row: Row) -> list[object]:
    """Return what may be a number in a row: numerals of words, values of a workbook's cells."""
    found: list[object] = []
    for cell in row:
        if isinstance(cell, (int, float)):
            found.append(float(cell))
        elif cell is not None:
            found += [str(cell), *numerals_in_order(str(cell))]
    return found


def _holds(row: Sequence[object], numbers: Iterable[ListedNumber]) -> bool:
    """Return whether the numbers stand in a row one after the other, each in one of the ways it is printed."""
    at = 0
    for number in numbers:
        ends = [end for end in (_end(row, at, way) for way in _ways(number)) if end is not None]
        if not ends:
            return False
        at = min(ends)
    return True


def _ways(number: ListedNumber) -> list[list[object]]:
    ways: list[list[object]] = [list(numerals_in_order(shown)) for shown in number.printed]
    return [*ways, [cell_of(number)]]


def _end(row: Sequence[object], at: int, way: Sequence[object]) -> int | None:
    """Return the place behind a way of printing a number, looked for from a place in the row on."""
    for one in way:
        at = next((n + 1 for n in range(at, len(row)) if _same(row[n], one)), -1)
        if at < 0:
            return None
    return at


def _same(there: object, wanted: object) -> bool:
    if isinstance(there, float) and isinstance(wanted, float):
        return math.isclose(there, wanted, rel_tol=_SAME, abs_tol=_SAME)
    return there == wanted


def _bare(words: str) -> str:
    return re.sub(r"\s", "", words)
