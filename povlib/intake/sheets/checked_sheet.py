"""One sheet: from received cells to checked rows.

Responsible for telling household rows from totals, signatures, repeated headers and blank rows, for
merged cells, and for converting every column. Not responsible for rules between rows (`rowrules`)
or between sheets (`workbook`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.intake.files.grid import Grid
from povlib.intake.files.sheet_facts import cell_name
from povlib.intake.rules import RULES
from povlib.intake.sheets.columns import Column, Setting, convert
from povlib.intake.sheets.headers import Block
from povlib.intake.sheets.layouts import Layout, fold_header, word_lists
from povlib.intake.values.cell import folded
from povlib.intake.verdict import SAME_SHOWN, Flag, masked

ROW, SHEET, RAW = "_row", "_sheet", "_raw"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#-]*")
_COUNTED = re.compile(r"(?:合计|总计|共计|小计|共有?)\d+[户人口名]")
_REMARK = re.compile(r"[。;,:()、!]|第\d+页|空白|^\d+\.")
KEPT = "?"


@dataclass
class Checked:
    """Checked rows of one sheet.

    `frame` has a column by field (None = not known), ``_row`` (0-based row of the sheet), ``_sheet``,
    and received columns that are not known under ``?header``. `refused` says which rows do not load,
    `further` holds member rows below merged households, `pairs` households held for a shared number.
    """

    layout: Layout
    name: str
    places: dict[str, int]
    frame: pd.DataFrame
    refused: npt.NDArray[np.bool_]
    flags: list[Flag] = field(default_factory=list)
    further: pd.DataFrame = field(default_factory=pd.DataFrame)
    pairs: list[tuple[str, ...]] = field(default_factory=list)

    def cell(self, row: int, key: str) -> str:
        """Return the name of a field's cell in a row of the sheet."""
        return cell_name(row, self.places[key])


def check_sheet(grid: Grid, block: Block, setting: Setting) -> Checked:
    """Convert the rows below the headers of a sheet."""
    texts, kinds, filled = grid.filled()
    rows = np.arange(block.first, grid.height)
    kinds_below = kinds[:, rows]
    known = sorted(set(block.columns.values()) | set(block.unknown))
    rows = rows[(kinds_below[known] != " ").any(axis=0)] if known else rows[:0]
    flags: list[Flag] = []
    rows = _without_asides(grid, block, texts, kinds, rows, flags)
    columns = {
        key: convert(
            block.layout.field(key),
            texts[at, rows],
            kinds[at, rows],
            block.units.get(key, ""),
            setting,
            dict(block.layout.codes.get(key, {})),
        )
        for key, at in block.columns.items()
    }
    frame = pd.DataFrame({key: pd.Series(column.found, dtype=object) for key, column in columns.items()})
    for at, header in block.unknown.items():
        name = KEPT + header.strip()
        frame[name if name not in frame else f"{name} {at + 1}"] = pd.Series(texts[at, rows], dtype=object)
    for key in (f.key for f in block.layout.columns if f.key not in columns):
        frame[key] = pd.Series([None] * len(rows), dtype=object)
    for key, value in block.assumed.items():
        frame[key] = value
    frame[ROW], frame[SHEET], frame[RAW] = rows, grid.name, _raw(columns, len(rows))
    checked = Checked(block.layout, grid.name, dict(block.columns), frame, np.zeros(len(rows), dtype=bool), flags)
    _cell_flags(checked, columns, grid, rows)
    _lost_zeros(checked, columns, grid, kinds[:, rows])
    _formulas(checked, grid, rows)
    _merged(checked, filled, rows)
    return checked


def _raw(columns: dict[str, Column], height: int) -> npt.NDArray[np.object_]:
    """Return, for rows with a fault, everything as received, so that two different faults are not one row."""
    raw = np.full(height, "", dtype=object)
    faulty = np.zeros(height, dtype=bool)
    for column in columns.values():
        faulty |= column.faults != ""
    for row in np.flatnonzero(faulty):
        raw[row] = "\t".join(str(column.texts[row]) for column in columns.values())
    return raw


def _cell_flags(checked: Checked, columns: dict[str, Column], grid: Grid, rows: npt.NDArray[np.int64]) -> None:
    for key, column in columns.items():
        at = checked.places[key]
        by_rule = np.isin(column.faults.astype(str), _ROW_RULES)
        if key in checked.layout.unique:
            _refuse_unkeyed(column)
        if key in checked.layout.unique or (column.field.kind in ("key", "id_number") and column.field.required):
            by_rule = column.faults != ""
        checked.refused |= by_rule
        for kind in (column.faults, column.notes):
            for rule in sorted(set(kind[kind != ""])):
                level = "reject_rows" if rule in _COSTS_A_ROW and by_rule[kind == rule].any() else ""
                flags = [
                    Flag(checked.name, grid.cell(int(rows[row]), at), str(rule), column.details(int(row)), level)
                    for row in _first(kind == rule)
                ]
                checked.flags.extend(_counted(flags, kind == rule, rows, at))
        for number, place in enumerate(rows if grid.shown else ()):
            if (int(place), at) in grid.shown:
                values = {"field": column.field.header, "value": masked(str(column.texts[number]))}
                checked.flags.append(Flag(checked.name, grid.cell(int(place), at), "shape_kept", values))


def _refuse_unkeyed(column: Column) -> None:
    """Refuse rows without their whole key, whatever kind of value it is: they cannot be loaded."""
    blank = np.array([value is None for value in column.found], dtype=bool) & (column.faults == "")
    column.faults[blank], column.notes[blank] = "key_empty", ""


_ROW_RULES = [key for key, rule in RULES.items() if rule.level == "reject_rows"]
_COSTS_A_ROW = {key for key, rule in RULES.items() if rule.level == "reject_cells"}


def _first(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return np.flatnonzero(mask)[:SAME_SHOWN]


def _counted(flags: list[Flag], mask: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64], at: int) -> list[Flag]:
    """Close a long list of the same finding by one flag that counts the rest."""
    more = np.flatnonzero(mask)[SAME_SHOWN:]
    if not len(more):
        return flags
    span = f"{cell_name(int(rows[more[0]]), at)}:{cell_name(int(rows[more[-1]]), at)}"
    said = {"got": str(len(more)), "value": flags[-1].message()}
    return [*flags, Flag(flags[-1].sheet, span, "and_more", said, flags[-1].refuses)]


def _lost_zeros(checked: Checked, columns: dict[str, Column], grid: Grid, kinds: npt.NDArray[np.str_]) -> None:
    """Hold a key stored as a shorter number where the texts beside it begin with zeros: it may have lost some."""
    key = checked.layout.unique[0]
    column = columns.get(key)
    if column is None or column.field.kind != "key":
        return
    stored = kinds[checked.places[key]] == "n"
    padded = [str(v) for v in column.found[~stored] if v is not None and str(v).startswith("0") and str(v).isdigit()]
    if not padded:
        return
    width = max(len(v) for v in padded)
    for at in np.flatnonzero(stored & (column.faults == "")):
        if len(str(column.found[at])) < width:
            row = int(checked.frame[ROW].iloc[at])
            values = {"field": column.field.header, "got": masked(str(column.found[at])), "value": str(width)}
            checked.flags.append(Flag(checked.name, checked.cell(row, key), "key_shape", values))
            checked.refused[at] = True


def _formulas(checked: Checked, grid: Grid, rows: npt.NDArray[np.int64]) -> None:
    if not grid.formulas:
        return
    below = set(rows.tolist())
    names = {at: checked.layout.field(key).header for key, at in checked.places.items()}
    for row, at in sorted(grid.formulas):
        if row in below and at in names:
            checked.flags.append(Flag(checked.name, grid.cell(row, at), "formula", {"field": names[at]}))


def _merged(checked: Checked, filled: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64]) -> None:
    """Rows below a merged household key are further members; other merged cells were filled downward."""
    unique = checked.layout.unique
    key_at = checked.places.get("hh")
    further = np.zeros(len(rows), dtype=bool)
    if unique == ("hh",) and key_at is not None:
        further = filled[key_at, rows]
        for row in rows[further]:
            checked.flags.append(Flag(checked.name, checked.cell(int(row), "hh"), "member_row"))
    else:
        for key, at in checked.places.items():
            values = {"field": checked.layout.field(key).header}
            for row in rows[filled[at, rows]]:
                checked.flags.append(Flag(checked.name, checked.cell(int(row), key), "merged_fill", values))
    if further.any():
        hidden = {checked.cell(int(r), k) for r in rows[further] for k, at in checked.places.items() if filled[at, r]}
        checked.flags = [f for f in checked.flags if f.cell not in hidden or f.rule == "member_row"]
        checked.further = checked.frame[further].reset_index(drop=True)
        checked.frame = checked.frame[~further].reset_index(drop=True)
        checked.refused = checked.refused[~further]


def _without_asides(
    grid: Grid, block: Block, texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_],
    rows: npt.NDArray[np.int64], flags: list[Flag],
) -> npt.NDArray[np.int64]:  # fmt: skip
    """Return the rows that are not totals, signatures or headers again; say what was left aside."""
    suspects = [int(row) for row in rows if _is_suspect(block, texts, kinds, int(row))]
    aside: dict[int, str] = {row: rule for row in suspects if (rule := _aside(grid, block, row))}
    if not aside:
        return rows
    for row in sorted(aside):
        if aside[row] == "total_row":
            flags.extend(_reconciled(grid, block, texts, kinds, row, [int(r) for r in rows], aside))
        else:
            at = next(c for c in range(grid.width) if kinds[c, row] != " ")
            flags.append(Flag(grid.name, grid.cell(row, at), "signature_row"))
    return rows[[int(row) not in aside for row in rows]]


def _is_suspect(block: Block, texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_], row: int) -> bool:
    """Whether a row may be no household: its key is blank or is no plain code."""
    at = block.columns.get(block.layout.unique[0])
    if at is None:
        return False
    return bool(kinds[at, row] == " " or not _CODE.fullmatch(folded(str(texts[at, row]))))


def _aside(grid: Grid, block: Block, row: int) -> str:
    """Return why a row is no household, or ""; a cell merged over others counts once."""
    cells = {c: folded(str(grid.texts[c, row])) for c in range(grid.width) if grid.kinds[c, row] != " "}
    words = [_word(text) for text in cells.values()]
    lists = word_lists()
    if words and any(_is_total(word) for word in words[:3]):
        return "total_row"
    if len(cells) == 1 and _is_sentence(*cells.values()):
        return "signature_row"
    ids = [c for key, c in block.columns.items() if block.layout.field(key).kind == "id_number"]
    if any(c in cells for c in ids) and len(cells) > 2:
        headers = sum(fold_header(t) in block.layout.spellings for t in cells.values())
        return "signature_row" if headers >= max(3, len(cells) - 1) else ""
    if any(word in lists["signatures"] for word in words) and len(cells) <= max(6, grid.width // 2):
        return "signature_row"
    headers = sum(fold_header(t) in block.layout.spellings for t in cells.values())
    return "signature_row" if headers >= 3 and headers >= len(cells) - 1 else ""


def _word(text: str) -> str:
    return re.split(r"[:：(（_]", text)[0].casefold()


def _is_total(word: str) -> bool:
    totals = word_lists()["totals"]
    ends = len(word) <= 12 and word.endswith(("合计", "小计", "总计", "共计", "平均"))
    return word in totals or ends or bool(_COUNTED.match(word))


def _is_sentence(text: str) -> bool:
    """Whether a text that stands alone in its row is a remark: Chinese, with marks of a sentence or long."""
    return bool(re.search("[一-鿿]", text) and (len(text) >= 12 or _REMARK.search(text)))


def _reconciled(
    grid: Grid, block: Block, texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_],
    row: int, rows: list[int], aside: dict[int, str],
) -> Iterator[Flag]:  # fmt: skip
    """Compare the figures of a total with the rows it may stand for: all above, or those since the last total.

    A total with nothing above it stands for the rows below.
    """
    every = [r for r in rows if r not in aside and r < row] or [r for r in rows if r not in aside]
    last = max((r for r in rows if r < row and aside.get(r) == "total_row"), default=-1)
    since = [r for r in every if r > last]
    label = next(c for c in range(grid.width) if kinds[c, row] != " ")
    found = False
    for key, at in block.columns.items():
        stated = _figure(texts[at, row], kinds[at, row])
        if stated is None or block.layout.field(key).kind not in ("integer", "number", "money"):
            continue
        figures = {r: _figure(texts[at, r], kinds[at, r]) or Decimal(0) for r in every}
        sums = [sum((figures[r] for r in part), Decimal(0)) for part in (every, since)]
        agrees = stated in sums or (bool(every) and key == "income_per_head")
        values = {"field": block.layout.canonical[key], "got": f"{stated:f}", "value": f"{sums[0]:f}"}
        yield Flag(grid.name, grid.cell(row, at), "total_row" if agrees else "total_differs", values)
        found = True
    if not found:
        yield Flag(grid.name, grid.cell(row, label), "total_row", {"got": "", "value": str(len(every))})


def _figure(text: object, kind: str) -> Decimal | None:
    from povlib.intake.values.cell import decimal_of, exact

    plain = re.sub(r"[元人户]$", "", folded(str(text)))
    return exact(plain) if kind == "n" else decimal_of(plain) if kind == "s" else None
