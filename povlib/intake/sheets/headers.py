"""Finding the headers of a sheet: which row, which columns, which of the known tables.

Responsible for titles above the headers, headers of two levels, spellings, rows of units, of column
numbers and of labels below them. Not responsible for values.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from povlib.intake.files.grid import Grid
from povlib.intake.files.sheet_facts import cell_name
from povlib.intake.form import ANSWERS, Field
from povlib.intake.sheets.label_rows import is_row_of_labels
from povlib.intake.sheets.layouts import FEWEST_HEADERS, Layout, fold_header, unit_in_header, word_lists
from povlib.intake.values.cell import fold, without_text_mark
from povlib.intake.verdict import Flag

_SEARCHED_ROWS = 60  # rows in which headers may begin: covers and filling instructions seldom take a page
_HEADER_DEPTHS = (1, 2, 3)
_NOT_COUNTED = ("text", "identity", "cadre", "phone", "account", "photo")


@dataclass
class HeaderBlock:
    """The headers found in a sheet: rows `top` to `bottom`, columns by field, and what else there is.

    `units` holds a unit by field where the sheet says one; `doubled` the columns that mean the same
    field; `unknown` the headers of columns that mean none; `assumed` values that the sheet's name says.
    """

    layout: Layout
    top: int
    bottom: int
    columns: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    first: int = 0
    assumed: dict[str, str] = field(default_factory=dict)

    def _is_expected(self, column: Field) -> bool:
        if column.key not in self.layout.expects or column.destination == ANSWERS:
            return False
        # a form of before has none of the questions that were added for a table, and takes nothing of it back
        beside = [c.key for c in self.layout.columns if c.added and c.place[0] == column.place[0]]
        return not column.added or any(key in self.columns for key in beside)

    @property
    def missing(self) -> list[str]:
        """Fields that no column holds and that must have one: required, or expected and counted.

        A question whose answers have rows of their own (destination ``answers``) takes nothing back by its absence, so
        that forms sent out before it was added are still read; that it is absent is noted.

        A cell may be empty; a whole column of amounts, codes, months or answers that is gone is a form that
        was altered, and reading it would turn what the ledger knows into "not known".
        """
        return [
            column.key
            for column in self.layout.columns
            if column.key not in self.columns
            and column.key not in self.assumed
            and (column.required or (self._is_expected(column) and column.kind not in _NOT_COUNTED))
        ]

    @property
    def score(self) -> tuple[int, int, int, int]:
        """How well it fits: more fields, fewer missing, fewer rows, higher up."""
        lacking = sum(key not in self.columns and key not in self.assumed for key in self.layout.required)
        return (len(self.columns) - 2 * lacking, len(self.columns), self.top - self.bottom, -self.top)


def find_headers(grid: Grid, known: Sequence[Layout]) -> HeaderBlock | None:
    """Return the headers of a sheet under the layout that fits best, or None."""
    texts, kinds, filled = grid.filled()
    best: HeaderBlock | None = None
    every = frozenset().union(*(layout.words for layout in known))
    for rows in _candidate_rows(kinds, grid):
        here = kinds[:, rows[0] : rows[1] + 1]
        labelled = np.flatnonzero((here == "s").any(axis=1))
        if best is not None and len(labelled) < best.score[0]:
            continue  # fewer labels than the best has fields, as most rows of values: not one can be told from them
        labels: list[list[str]] = [[] for _ in range(grid.width)]
        for at in labelled.tolist():
            labels[at] = _possible_labels(texts[at, rows[0] : rows[1] + 1], here[at])
        folded_labels = [[(text, fold_header(text)) for text in options] for options in labels]
        words = {word for options in folded_labels for text, word in options for word in (word, _leaf(text))}
        words &= every
        if len(words) < FEWEST_HEADERS:
            continue  # a row of values, as most are
        for layout in known:
            enough = layout.enough
            if len(words & layout.words) < enough:
                continue
            block = _match_layout(layout, rows, folded_labels, _columns_under_merge(rows[1], kinds, filled))
            if len(block.columns) >= enough and (best is None or block.score > best.score):
                best = block
    if best is not None:
        _complete_block(best, grid, texts, kinds)
    return best


def _complete_block(
    block: HeaderBlock, grid: Grid, texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_]
) -> None:
    """Add what stands around the headers: tall merged labels, rows of units and numbers, a unit in the title."""
    tall = [top for top, left, bottom, _ in grid.merges if bottom == block.bottom and left < grid.width]
    block.top = min([block.top, *tall])
    _skip_rows_about_columns(block, texts, kinds)
    _take_unit_from_title(block, grid)
    _name_unlabelled_columns(block, kinds)


def _candidate_rows(kinds: npt.NDArray[np.str_], grid: Grid) -> Iterator[tuple[int, int]]:
    """Yield the first and last row of what could be headers, from the top."""
    height = min(grid.height, _SEARCHED_ROWS)
    filled = (kinds[:, :height] == "s").sum(axis=0)
    for top in range(height):
        for depth in _HEADER_DEPTHS:
            bottom = top + depth - 1
            if bottom >= height or (filled[top : bottom + 1] == 0).any() or filled[top : bottom + 1].max() < 3:
                continue
            yield top, bottom


def _possible_labels(texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_]) -> list[str]:
    levels: list[str] = []
    for text, kind in zip(texts, kinds, strict=True):
        if kind == "s" and (not levels or text != levels[-1]):
            levels.append(without_text_mark(str(text)))
    if not levels:
        return []
    return [levels[-1], "".join(levels)] if len(levels) > 1 else levels


def _columns_under_merge(bottom: int, kinds: npt.NDArray[np.str_], filled: npt.NDArray[np.bool_]) -> set[int]:
    """Return the columns that only lie under a merged header: nothing stands below it there."""
    return {at for at in np.flatnonzero(filled[:, bottom]).tolist() if (kinds[at, bottom + 1 :] == " ").all()}


def _match_layout(
    layout: Layout, rows: tuple[int, int], labels: list[list[tuple[str, str]]], copies: set[int]
) -> HeaderBlock:  # fmt: skip
    block = HeaderBlock(layout, rows[0], rows[1])
    for column, options in enumerate(labels):
        found = next(((text, key) for text, word in options if (key := layout.spellings.get(word))), None)
        if found is None:
            if options and options[0][1] not in layout.ignore:
                block.unknown[column] = options[0][0]
            continue
        text, key = found
        if key in block.columns and column in copies:
            continue
        if key in block.columns:
            block.doubled.setdefault(key, [block.columns[key]]).append(column)
            continue
        block.columns[key], block.headers[key] = column, text
        if unit := unit_in_header(_without_groups(text)):
            block.units[key] = unit
    _match_leaves(block)
    return block


def _leaf(header: str) -> str:
    """Return the last part of a path of groups, ``group/field`` as Kobo and ODK write it, folded; "" without one."""
    return fold_header(_without_groups(header)) if "/" in header else ""


def _without_groups(header: str) -> str:
    """Return a header without the groups before it; a stroke in brackets (元/人) belongs to the header."""
    return re.sub(r"^[^(（\[【]*/", "", header)


def _match_leaves(block: HeaderBlock) -> None:
    """Read columns headed ``group/field`` by their field, where no column bears its name alone.

    A field that stands in several groups is doubled: which of them is meant cannot be told.
    """
    leaves: dict[str, list[int]] = {}
    for column, header in block.unknown.items():
        key = block.layout.spellings.get(_leaf(header))
        if key is not None and key not in block.columns:
            leaves.setdefault(key, []).append(column)
    for key, columns in leaves.items():
        text = block.unknown[columns[0]]
        block.columns[key], block.headers[key] = columns[0], text
        if unit := unit_in_header(_without_groups(text)):
            block.units[key] = unit
        if len(columns) > 1:
            block.doubled[key] = columns
        for column in columns:
            del block.unknown[column]


def _skip_rows_about_columns(block: HeaderBlock, texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_]) -> None:
    """Step over rows of units, of column numbers and of labels."""
    row = block.bottom + 1
    while row < texts.shape[1] and row <= block.bottom + 3:
        cells = _cells_of_row(texts, kinds, row)
        if _is_row_of_units(cells):
            by_column = {column: key for key, column in block.columns.items()}
            block.units.update({by_column[c]: re.sub(r"\W", "", t) for c, t in cells.items() if c in by_column})
        elif not _is_row_of_numbers(cells):
            key = block.columns.get(block.layout.unique[0])
            # three rows on: as many as may stand between the headers and the first household
            keys = [] if key is None else [str(text) for text in texts[key, row + 1 : row + 4]]
            if not is_row_of_labels(block.layout, block.columns, cells, keys):
                break
        row += 1
    block.first = row


def _cells_of_row(texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_], row: int) -> dict[int, str]:
    return {c: fold(str(texts[c, row])) for c in range(texts.shape[0]) if kinds[c, row] in "sn"}


def _take_unit_from_title(block: HeaderBlock, grid: Grid) -> None:
    """Take the unit of money from a title that says one (单位：万元) for amounts that have none of their own."""
    above = " ".join(fold(str(text)) for text in grid.texts[:, : block.top].ravel() if text)
    said = re.search(r"(?<![报送制填])单位:?(?:[人户亩],|[人户亩]、)*(万元|千元)", above)
    for column in block.layout.columns if said else ():
        if column.kind == "money" and column.key in block.columns:
            block.units.setdefault(column.key, said[1] if said else "")


def _name_unlabelled_columns(block: HeaderBlock, kinds: npt.NDArray[np.str_]) -> None:
    """Name columns without a header that hold something beside a household's key: nothing is dropped in silence."""
    key = block.columns.get(block.layout.unique[0])
    if key is None:
        return
    rows = np.flatnonzero(kinds[key, block.first :] != " ") + block.first
    headed = {*block.columns.values(), *block.unknown, *(at for many in block.doubled.values() for at in many)}
    for at in range(kinds.shape[0]):
        bare = (kinds[at, block.top : block.bottom + 1] == " ").all()
        if bare and at not in headed and (kinds[at, rows] != " ").any():
            block.unknown[at] = cell_name(0, at)[:-1]


def _is_row_of_units(cells: dict[int, str]) -> bool:
    known = word_lists()["units"]
    bare = [re.sub(r"[()\[\]/·.]", "", text).casefold().removeprefix("单位").lstrip(":") for text in cells.values()]
    return bool(bare) and all(text in known or not text for text in bare)


def _is_row_of_numbers(cells: dict[int, str]) -> bool:
    """Whether a row only numbers the columns: 1 2 3 …, A B C …, 甲 乙 1 2 …."""
    marks = [cells[c].strip("()栏") for c in sorted(cells) if cells[c] not in "甲乙丙丁栏次"]
    if len(marks) < 4 or len(cells) < 4:
        return False
    if not all(re.fullmatch(r"\d{1,3}", mark) for mark in marks):
        return False
    numbers = [int(mark) for mark in marks]
    return all(b - a == 1 for a, b in pairwise(numbers))


def header_flags(block: HeaderBlock, grid: Grid) -> Iterator[Flag]:
    """Yield what is wrong with, or was read into, the headers."""
    layout = block.layout
    for key in block.missing:
        near = difflib.get_close_matches(layout.canonical[key], list(block.unknown.values()), n=1, cutoff=0.5)
        values = {"field": layout.canonical[key], "value": _on_one_line(near[0]) if near else ""}
        yield Flag(grid.name, "", "column_missing_near" if near else "column_missing", values)
    for key, columns in block.doubled.items():
        names = "、".join(grid.cell(block.bottom, c) for c in columns)
        for at in columns:
            values = {"field": layout.canonical[key], "got": names}
            yield Flag(grid.name, grid.cell(block.bottom, at), "column_doubled", values)
    yield from _header_notes(block, grid)
    for at, text in block.unknown.items():
        rule = "column_unknown" if {"hh", "project"} & {c.key for c in layout.columns} else "column_not_kept"
        yield Flag(grid.name, grid.cell(block.bottom, at), rule, {"got": _on_one_line(text)})
    for field_ in layout.columns:
        if field_.key not in (*block.columns, *block.missing) and field_.key in layout.expects:
            yield Flag(grid.name, "", "column_absent", {"field": field_.header})


def _header_notes(block: HeaderBlock, grid: Grid) -> Iterator[Flag]:
    layout = block.layout
    if block.bottom > block.top:
        yield Flag(grid.name, "", "header_two_rows", {"row": block.top + 1, "last": block.bottom + 1})
    elif block.bottom + 1 != layout.header_row:
        yield Flag(grid.name, "", "header_found", {"row": block.bottom + 1})
    for key, text in block.headers.items():
        known = layout.field(key)
        cell = grid.cell(block.bottom, block.columns[key])
        if _without_bracket(text) not in (known.header, known.title):
            yield Flag(grid.name, cell, "header_alias", {"got": _on_one_line(text), "field": known.header})
        unit = block.units.get(key, known.unit)
        if known.kind == "money" and unit != known.unit:
            yield Flag(grid.name, cell, "unit_header", {"field": known.header, "got": unit})
    for row in range(block.bottom + 1, block.first):
        cells = {c: fold(str(grid.texts[c, row])) for c in range(grid.width)}
        told = {c: text for c, text in cells.items() if text}
        rule = "unit_row" if _is_row_of_units(cells) else "number_row" if _is_row_of_numbers(told) else "label_row"
        yield Flag(grid.name, "", rule, {"row": row + 1})


def _without_bracket(text: str) -> str:
    return re.sub(r"[（(\[【][^（）()\[\]【】]*[）)\]】]$", "", text)


def _on_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)[:40]
