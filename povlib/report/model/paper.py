"""The report model: what a paper says, before anything knows how it will look.

Responsible for the frozen pieces of a paper (headlines, sections, blocks) and for `Report.numbers`,
every number printed with its key. Not responsible for any layout: one writer a format does that.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from povlib.errors import Fault, ReportError
from povlib.report.model.numbers import Number, Prose, Range
from povlib.report.model.red_head import RedHeadLines
from povlib.report.model.table import Column as Column
from povlib.report.model.table import Table as Table
from povlib.words import DEFAULT_LANGUAGE, languages, text


@dataclass(frozen=True)
class Headline:
    """One of the four big numbers: value, its range, and its change against the baseline."""

    label: str
    value: Number
    range: Range | None = None
    change: Number | None = None
    against: str = ""
    note: Prose | None = None


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    prose: Prose


@dataclass(frozen=True)
class Subheading:
    """A heading of the second level."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list; `numbered` for an order that matters."""

    items: tuple[Prose, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Note:
    """A remark set apart: what a figure does not say."""

    prose: Prose


@dataclass(frozen=True)
class Beside:
    """Two statements that must never be mixed up, side by side."""

    left_title: str
    left: tuple[Prose, ...]
    right_title: str
    right: tuple[Prose, ...]


@dataclass(frozen=True)
class FigureBlock:
    """A picture as PNG bytes with the words that replace it for those who cannot see it."""

    key: str
    title: str
    png: bytes
    alt: str
    definition: str = ""
    svg: bytes = b""

    def _repr_png_(self) -> bytes:
        return self.png


@dataclass(frozen=True)
class PageBreak:
    """The next block starts a page."""


@dataclass(frozen=True)
class Pair:
    """A table or chart beside another: what belongs together is seen together, and no page is left half empty."""

    left: Table | FigureBlock
    right: Table | FigureBlock


Block = Paragraph | Subheading | Bullets | Note | Beside | Table | FigureBlock | Pair | PageBreak


@dataclass(frozen=True)
class Section:
    """A heading with its blocks.

    Parameters
    ----------
    annex : bool
        Stands after the paper itself; the first annex starts a page.
    wide : bool
        Its tables take some of the margins as well.
    brief : bool
        One page that decides: set in smaller type, without a number, before everything else.
    """

    key: str
    heading: str
    blocks: tuple[Block, ...]
    annex: bool = False
    wide: bool = False
    brief: bool = False


@dataclass(frozen=True)
class Report:
    """A paper.

    Parameters
    ----------
    title, subtitle, issuer, date_line : str
        As printed, in `language`.
    language : str
        One of `povlib.words.languages`.
    headlines : tuple of Headline
        Exactly four big numbers, or none.
    alerts, opening : tuple of Prose
        What must be read before the big numbers: shortfalls of entitlements; the record of promises.
    synthetic, draft, lapsed : bool
        Marked on every page of every format: made up; not approved; approved once, then replaced or withdrawn.
    sources : str
        Key of the annex table that says where numbers come from: on a page each number leads to the row of its key.
    large : bool
        For a wall: pages of A3, everything on them larger by half (1.41).
    red_head : RedHeadLines, optional
        What stands around a paper that is issued: in PDF and Word alone.
    manifest : mapping
        Digests, ledger head, parameters, code, solver: printed at the end.

    Raises
    ------
    ReportError
        If there are neither four headlines nor none, or one key has two values.

    Examples
    --------
    >>> paper = Report("Plan", "en", sections=(Section("a", "Where", (Paragraph(Prose("All is well.")),)),))
    >>> paper.numbers
    ()
    """

    title: str
    language: str = DEFAULT_LANGUAGE
    subtitle: str = ""
    issuer: str = ""
    date_line: str = ""
    headlines: tuple[Headline, ...] = ()
    alerts: tuple[Prose, ...] = ()
    opening: tuple[Prose, ...] = ()
    sections: tuple[Section, ...] = ()
    notes: tuple[Prose, ...] = ()
    manifest: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False
    draft: bool = False
    lapsed: bool = False
    large: bool = False
    sources: str = ""
    red_head: RedHeadLines | None = None

    def __post_init__(self) -> None:
        if len(self.headlines) not in {0, 4}:
            raise ReportError("a paper has four big numbers or none, not {n}", where=self.title, n=len(self.headlines))
        if self.language not in languages():
            raise ReportError("{lang} is no language of the workbench", allowed="zh, en", lang=self.language)
        keys = [s.key for s in self.sections]
        if len(set(keys)) != len(keys):
            raise ReportError("two sections have the same key", where=", ".join(keys))
        _check_one_value_a_key(self.printed_numbers())

    @property
    def banners(self) -> tuple[str, ...]:
        """Marks that stand on every page."""
        return page_marks(self.language, draft=self.draft, lapsed=self.lapsed, synthetic=self.synthetic)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Every number printed, in the order of printing; a number printed twice appears once."""
        return tuple({number.key: number for number in self.printed_numbers()}.values())

    def printed_numbers(self) -> Iterator[Number]:
        """Yield every number as often as it is printed, in the order of printing."""
        for prose in (*self.alerts, *self.opening):
            yield from prose.numbers
        for head in self.headlines:
            yield head.value
            if head.range:
                yield from (head.range.low, head.range.high)
            if head.change:
                yield head.change
            if head.note:
                yield from head.note.numbers
        for section in self.sections:
            for block in _single_blocks(section.blocks):
                yield from _numbers_of(block)
        for prose in self.notes:
            yield from prose.numbers

    def tables(self) -> tuple[Table, ...]:
        """Return every table, in order."""
        return tuple(b for s in self.sections for b in _single_blocks(s.blocks) if isinstance(b, Table))


def _single_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks, those of a pair one after the other."""
    for block in blocks:
        if isinstance(block, Pair):
            yield from (block.left, block.right)
        else:
            yield block


def _numbers_of(block: Block) -> Iterator[Number]:
    if isinstance(block, (Paragraph, Note)):
        yield from block.prose.numbers
    elif isinstance(block, Bullets):
        for item in block.items:
            yield from item.numbers
    elif isinstance(block, Beside):
        for item in (*block.left, *block.right):
            yield from item.numbers
    elif isinstance(block, Table):
        yield from block.numbers()
        for note in block.notes:
            yield from note.numbers


def page_marks(lang: str, *, draft: bool, lapsed: bool, synthetic: bool) -> tuple[str, ...]:
    """Return the marks that stand on every page."""
    marks = (
        (draft, "DRAFT, not yet approved"),
        (lapsed, "NO LONGER IN FORCE"),
        (synthetic, "SYNTHETIC DATA, not a real township"),
    )
    return tuple(text(words, lang) for holds, words in marks if holds)


def _check_one_value_a_key(numbers: Iterable[Number]) -> None:
    first: dict[str, Number] = {}
    faults = []
    for number in numbers:
        before = first.setdefault(number.key, number)
        if before.plain() != number.plain():
            values = {"a": before.plain(), "b": number.plain()}
            faults.append(Fault("one number has two values, {a} and {b}", where=number.key, values=values))
    if faults:
        raise ReportError(faults)


def numbers_json(report: Report) -> str:
    """Return ``numbers.json``: every number printed, with key, value, unit, as shown, how often, and definition.

    Whoever reads a written file back (`povlib.report.agreement`) looks for each number as it is ``printed``: how often
    in each way of being shown (a share in one sentence, a percentage in another), ``in_cells`` those in tables. Where
    a number stands is told by ``headlines`` (label, number, range) and ``columns`` (of each table).

    Examples
    --------
    >>> n = Number("poor", 347, "count", "household", "registered households")
    >>> paper = Report("Plan", "en", notes=(Prose("347 households", (n,)),))
    >>> json.loads(numbers_json(paper))["numbers"]["poor"]["value"]
    347
    """
    printed: dict[str, Counter[str]] = defaultdict(Counter)
    for number in report.printed_numbers():
        printed[number.key][number.show(report.language)] += 1
    in_cells = Counter(number.key for table in report.tables() for number in table.numbers())
    listed = {
        n.key: {
            "value": n.plain(),
            "unit": n.stored_unit(),
            "shown": n.show(report.language),
            "printed": printed[n.key],
            "in_cells": in_cells[n.key],
            "is": n.definition,
        }
        for n in report.numbers
    }
    head = {"title": report.title, "language": report.language, "synthetic": report.synthetic, "draft": report.draft}
    return (
        json.dumps({**head, **_places(report), "numbers": listed}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    )


def _places(report: Report) -> dict[str, Any]:
    """Return where numbers stand: behind which label, in which order of columns; two tables of one key have none."""
    lang = report.language
    heads = [[h.label, h.value.show(lang), h.range.show(lang) if h.range else ""] for h in report.headlines]
    often = Counter(table.key for table in report.tables())
    columns = {
        table.key: [column.key for column in table.spread(lang).columns if column.numeric]
        for table in report.tables()
        if often[table.key] == 1
    }
    return {"headlines": heads, "columns": columns}
