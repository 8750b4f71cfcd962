"""The numbers of a paper under keys of its own: what two papers count differently must not share a key.

Responsible for renaming keys. Not responsible for any number or word.
"""

from __future__ import annotations

from dataclasses import replace

from povlib.report.model.numbers import Number, Prose, Range
from povlib.report.model.paper import Beside, Block, Bullets, Headline, Note, Pair, Paragraph, Report, Table


def with_key_prefix(report: Report, prefix: str) -> Report:
    """Return a paper whose numbers and tables go by ``prefix`` and their key.

    Examples
    --------
    >>> from povlib.report.model.paper import Section
    >>> said = Prose("3", (Number("n", 3),))
    >>> paper = Report("T", "en", sections=(Section("a", "A", (Paragraph(said),)),))
    >>> [number.key for number in with_key_prefix(paper, "one.").numbers]
    ['one.n']
    """
    return replace(
        report,
        headlines=tuple(_headline(head, prefix) for head in report.headlines),
        alerts=_proses(report.alerts, prefix),
        opening=_proses(report.opening, prefix),
        notes=_proses(report.notes, prefix),
        sections=tuple(
            replace(section, blocks=tuple(_block(block, prefix) for block in section.blocks))
            for section in report.sections
        ),
    )


def prefixed_table(table: Table, prefix: str) -> Table:
    """Return a table under ``prefix`` and its key."""
    return replace(table, key=prefix + table.key, notes=_proses(table.notes, prefix))


def _number(number: Number, prefix: str) -> Number:
    return replace(number, key=prefix + number.key)


def _prose(prose: Prose, prefix: str) -> Prose:
    return replace(prose, numbers=tuple(_number(number, prefix) for number in prose.numbers))


def _proses(proses: tuple[Prose, ...], prefix: str) -> tuple[Prose, ...]:
    return tuple(_prose(prose, prefix) for prose in proses)


def _headline(head: Headline, prefix: str) -> Headline:
    between = head.range and Range(_number(head.range.low, prefix), _number(head.range.high, prefix))
    change, note = head.change and _number(head.change, prefix), head.note and _prose(head.note, prefix)
    return replace(head, value=_number(head.value, prefix), range=between, change=change, note=note)


def _block(block: Block, prefix: str) -> Block:
    if isinstance(block, Paragraph | Note):
        return replace(block, prose=_prose(block.prose, prefix))
    if isinstance(block, Bullets):
        return replace(block, items=_proses(block.items, prefix))
    if isinstance(block, Beside):
        return replace(block, left=_proses(block.left, prefix), right=_proses(block.right, prefix))
    if isinstance(block, Table):
        return prefixed_table(block, prefix)
    if isinstance(block, Pair):
        sides = [
            prefixed_table(side, prefix) if isinstance(side, Table) else side for side in (block.left, block.right)
        ]
        return Pair(*sides)
    return block
