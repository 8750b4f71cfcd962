"""Whether the papers of a run say the same: across kinds, languages and formats.

Responsible for three comparisons: one key has one value in every paper and language; figures declared to be one
(`same_figures`) are one; every listed number stands in every file of its paper, and in its place. Not responsible for
sealing files (`povlib.runs.paper_seals`), nor for what a number means.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from povlib.errors import Fault
from povlib.report.agreement.listed_numbers import ListedPaper, listed_papers
from povlib.report.agreement.printed_numerals import READ_BACK, lacking_numbers, workbook_rows
from povlib.report.agreement.printed_rows import misplaced_cells, misplaced_headlines, table_rows
from povlib.report.agreement.same_figures import SAME_COLUMNS, SAME_FIGURES, figure_name, figure_value, row_of

# sums of the same draws in another order differ in their last digits
_ROUNDING = 1e-9
Progress = Callable[[str, float], None]
_REMEDY = "write the papers again: python3 workbench.py report {run}"


@dataclass(frozen=True)
class PaperAgreement:
    """What was compared and what does not agree.

    Attributes
    ----------
    papers, files, numbers : int
        Papers with a list of numbers, files read back, numbers listed in them.
    shared : int
        Keys that stand in two papers or languages.
    faults : list of Fault
        What does not agree; empty when all does.
    """

    papers: int
    files: int
    numbers: int
    shared: int
    faults: list[Fault]


def paper_agreement(folder: Path, progress: Progress | None = None, *, run_id: str = "latest") -> PaperAgreement:
    """Read every paper of a folder back and compare each number by its key.

    Parameters
    ----------
    folder : Path
        Papers with their lists of numbers; a paper without one (written before there were any) is not compared.
    progress : callable, optional
        Told the file that is read and the share of files that are done.
    run_id : str, optional
        The run whose papers these are, for what to do about a fault.

    Raises
    ------
    ReportError
        If a list of numbers cannot be read.
    """
    papers = listed_papers(folder, run_id)
    files = [(paper, path) for paper in papers for path in paper.files if path.suffix in READ_BACK]
    places: dict[str, set[str]] = defaultdict(set)
    for paper in papers:
        for key in paper.numbers:
            places[key].add(paper.name)
    faults = [*_unequal_values(papers), *_unequal_languages(papers), *_unequal_figures(papers)]
    tell = progress or (lambda name, share: None)
    for done, (paper, path) in enumerate(files):
        tell(path.name, done / len(files))
        faults += _lacking(paper, path)
    tell("", 1.0)
    listed = sum(len(paper.numbers) for paper in papers)
    faults = [replace(fault, values={**fault.values, "run": run_id}) for fault in faults]
    return PaperAgreement(len(papers), len(files), listed, sum(len(found) > 1 for found in places.values()), faults)


def _unequal_values(papers: Iterable[ListedPaper]) -> Iterator[Fault]:
    """Yield a fault for every key that has two values; texts differ between languages and are left out there."""
    first: dict[tuple[str, str], tuple[str, Any]] = {}
    for paper in papers:
        for key, number in paper.numbers.items():
            place = paper.lang if isinstance(number.value, str) else ""
            before = first.setdefault((key, place), (paper.name, number.value))
            if not _equal(before[1], number.value):
                yield _differ(key, before[1], before[0], key, number.value, paper.name)


def _unequal_languages(papers: Iterable[ListedPaper]) -> Iterator[Fault]:
    """Yield a fault for every column whose values differ between languages.

    Rows are named in the reader's language: what must agree is the values of a column, in whatever order.
    """
    columns: dict[tuple[str, str, str], dict[str, list[float]]] = defaultdict(dict)
    for paper in papers:
        found: dict[tuple[str, str], list[float]] = defaultdict(list)
        for key, number in paper.numbers.items():
            row = row_of(key)
            if row and isinstance(number.value, (int, float)):
                found[row].append(float(number.value))
        for (table, column), values in found.items():
            columns[paper.kind, table, column][paper.lang] = sorted(values)
    for (kind, table, column), by_lang in columns.items():
        (lang, values), *others = sorted(by_lang.items())
        for other, compared in others:
            if len(values) != len(compared) or not all(map(_equal, values, compared)):
                named = f"{table}[...].{column}"
                differing = next((p for p in zip(values, compared, strict=False) if not _equal(*p)), (None, None))
                yield _differ(named, differing[0], f"{kind}.{lang}", named, differing[1], f"{kind}.{other}")


def _unequal_figures(papers: list[ListedPaper]) -> Iterator[Fault]:
    """Yield a fault for every two figures that were declared to be one and are not."""
    for lang in sorted({paper.lang for paper in papers}):
        numbers = {
            key: number.value
            for paper in papers
            if paper.lang == lang
            for key, number in paper.numbers.items()
            if not isinstance(number.value, str)
        }
        for group in SAME_FIGURES:
            named = [(figure_name(figure), figure_value(figure, numbers)) for figure in group]
            told = [(name, value) for name, value in named if value is not None]
            for name, value in told[1:]:
                if not _equal(told[0][1], value):
                    yield _differ(*told[0], lang, name, value, lang)
        for one, two in SAME_COLUMNS:
            for key, value in numbers.items():
                twin = two[0] + key.removeprefix(one[0]).removesuffix(one[1]) + two[1]
                if row_of(key) == one and twin in numbers and not _equal(value, numbers[twin]):
                    yield _differ(key, value, lang, twin, numbers[twin], lang)


def _lacking(paper: ListedPaper, path: Path) -> Iterator[Fault]:
    rows = workbook_rows(path) if path.suffix == ".xlsx" else table_rows(path)
    lacking = list(lacking_numbers(paper, path, rows))
    for key, number, numeral in lacking:
        values = {"key": key, "shown": number.shown, "numeral": numeral}
        yield Fault(
            "{key} is {shown} in the list of numbers; {numeral} does not stand there as often as it was printed",
            where=path.name,
            remedy=_REMEDY,
            values=values,
        )
    if lacking:
        return  # what is missing is not in its place either
    for label, shown in misplaced_headlines(paper, path, rows):
        words = "{shown} does not stand behind “{label}”: numbers have changed places"
        yield Fault(words, where=path.name, remedy=_REMEDY, values={"label": label, "shown": shown})
    for key, number in misplaced_cells(paper, rows) if rows else ():
        words = "{key} is {shown}, but no row of the file has it with the other numbers of its row in their order"
        yield Fault(words, where=path.name, remedy=_REMEDY, values={"key": key, "shown": number.shown})


def _differ(one: str, a: Any, place_a: str, two: str, b: Any, place_b: str) -> Fault:
    values = {"one": one, "a": str(a), "in_a": place_a, "two": two, "b": str(b), "in_b": place_b}
    words = "{one} is {a} in {in_a}, {two} is {b} in {in_b}: one figure has two values"
    return Fault(words, where=f"{place_a}, {place_b}", remedy=_REMEDY, values=values)


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=_ROUNDING, abs_tol=_ROUNDING)
    return bool(a == b)
