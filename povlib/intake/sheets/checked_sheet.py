"""One sheet: from received cells to checked rows.

Responsible for telling household rows from totals, signatures, repeated headers and blank rows, for
merged cells, and for converting every column. Not responsible for rules between rows (`row_conflicts`)
or between sheets (`file_check`).
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
from povlib.intake.sheets.columns import ConvertedColumn, ReadingContext, convert_column
from povlib.intake.sheets.headers import HeaderBlock
from povlib.intake.sheets.layouts import Layout, fold_header, word_lists
from povlib.intake.values.cell import fold
from povlib.intake.verdict import SAME_SHOWN, Flag, mask_value

ROW_COLUMN, SHEET_COLUMN, RAW_COLUMN = "_row", "_sheet", "_raw"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#-]*")
_COUNTED = re.compile(r"(?:合计|总计|共计|小计|共有?)\d+[户人口名]")
_REMARK = re.compile(r"[。;,:()、!]|第\d+页|空白|^\d+\.")
UNKNOWN_PREFIX = "?"


@dataclass
class CheckedSheet:
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


def check_sheet(grid: Grid, block: HeaderBlock, setting: ReadingContext) -> CheckedSheet:
    """Convert the rows below the headers of a sheet."""
    texts, kinds, filled = grid.filled()
    rows = np.arange(block.first, grid.height)
    kinds_below = kinds[:, rows]
    known = sorted(set(block.columns.values()) | set(block.unknown))
    rows = rows[(kinds_below[known] != " ").any(axis=0)] if known else rows[:0]
    flags: list[Flag] = []
    rows = _rows_of_households(grid, block, texts, kinds, rows, flags)
    columns = {
        key: convert_column(
            block.layout.field(key),
            texts[at, rows],
            kinds[at, rows],
            block.units.get(key, ""),
            setting,
            dict(block.layout.codes.get(key, {})),
        )
        for key, at in block.columns.items()
    }
    for key, at in block.columns.items() if "unit_shown" in grid.shown.values() else ():
        _drop_notes_of_own_unit(columns[key], [grid.shown.get((int(row), at)) == "unit_shown" for row in rows])
    cells = {key: column.found for key, column in columns.items()}
    for at, header in block.unknown.items():
        name = UNKNOWN_PREFIX + header.strip()
        cells[name if name not in cells else f"{name} {at + 1}"] = texts[at, rows]
    for key in (f.key for f in block.layout.columns if f.key not in columns):
        cells[key] = np.full(len(rows), None, dtype=object)
    frame = pd.DataFrame(cells, index=range(len(rows)), dtype=object)  # at once: a column put in alone costs ten times
    for key, value in block.assumed.items():
        frame[key] = value
    frame[ROW_COLUMN], frame[SHEET_COLUMN], frame[RAW_COLUMN] = rows, grid.name, _rows_as_received(columns, len(rows))
    checked = CheckedSheet(block.layout, grid.name, dict(block.columns), frame, np.zeros(len(rows), dtype=bool), flags)
    _add_cell_flags(checked, columns, grid, rows)
    _refuse_struck_rows(checked, grid, rows)
    _hold_lost_zeros(checked, columns, grid, kinds[:, rows])
    _note_formulas(checked, grid, rows)
    _set_merged_rows_apart(checked, filled, rows)
    return checked


def _rows_as_received(columns: dict[str, ConvertedColumn], height: int) -> npt.NDArray[np.object_]:
    """Return, for rows with a fault, everything as received, so that two different faults are not one row."""
    raw = np.full(height, "", dtype=object)
    faulty = np.zeros(height, dtype=bool)
    for column in columns.values():
        faulty |= column.faults != ""
    for row in np.flatnonzero(faulty):
        raw[row] = "\t".join(str(column.texts[row]) for column in columns.values())
    return raw


def _add_cell_flags(
    checked: CheckedSheet, columns: dict[str, ConvertedColumn], grid: Grid, rows: npt.NDArray[np.int64]
) -> None:
    for key, column in columns.items():
        at = checked.places[key]
        by_rule = np.array([fault in _ROW_RULES for fault in column.faults.tolist()], dtype=bool)
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
                    for row in _first_places(kind == rule)
                ]
                checked.flags.extend(_with_count_of_rest(flags, kind == rule, rows, at))
        for number, place in enumerate(rows if grid.shown else ()):
            if (rule := grid.shown.get((int(place), at), "unit_shown")) != "unit_shown":
                values = {"field": column.field.header, "value": mask_value(str(column.texts[number]), column.personal)}
                checked.flags.append(Flag(checked.name, grid.cell(int(place), at), rule, values))


def _drop_notes_of_own_unit(column: ConvertedColumn, by_format: list[bool]) -> None:
    """Drop the notes of cells whose number format adds the unit that the column has anyway."""
    column.notes[np.array(by_format, dtype=bool) & np.isin(column.notes, ("money_text", "number_text"))] = ""


def _refuse_struck_rows(checked: CheckedSheet, grid: Grid, rows: npt.NDArray[np.int64]) -> None:
    """Refuse rows of which every cell is struck out: what a clerk crossed out is no live household."""
    if not grid.struck_rows:
        return
    at = min(checked.places.values())
    for number in np.flatnonzero(np.isin(rows, list(grid.struck_rows))):
        checked.flags.append(Flag(checked.name, grid.cell(int(rows[number]), at), "row_struck"))
        checked.refused[number] = True


def _refuse_unkeyed(column: ConvertedColumn) -> None:
    """Refuse rows without their whole key, whatever kind of value it is: they cannot be loaded."""
    blank = np.array([value is None for value in column.found], dtype=bool) & (column.faults == "")
    column.faults[blank], column.notes[blank] = "key_empty", ""


_ROW_RULES = {key for key, rule in RULES.items() if rule.level == "reject_rows"}
_COSTS_A_ROW = {key for key, rule in RULES.items() if rule.level == "reject_cells"}


def _first_places(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return np.flatnonzero(mask)[:SAME_SHOWN]


def _with_count_of_rest(
    flags: list[Flag], mask: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64], at: int
) -> list[Flag]:
    """Close a long list of the same finding by one flag that counts the rest."""
    more = np.flatnonzero(mask)[SAME_SHOWN:]
    if not len(more):
        return flags
    span = f"{cell_name(int(rows[more[0]]), at)}:{cell_name(int(rows[more[-1]]), at)}"
    said = {"got": str(len(more)), "value": flags[-1].message()}
    return [*flags, Flag(flags[-1].sheet, span, "and_more", said, flags[-1].refuses)]


def _hold_lost_zeros(
    checked: CheckedSheet, columns: dict[str, ConvertedColumn], grid: Grid, kinds: npt.NDArray[np.str_]
) -> None:
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
            row = int(checked.frame[ROW_COLUMN].iloc[at])
            values = {"field": column.field.header, "got": mask_value(str(column.found[at])), "value": str(width)}
            checked.flags.append(Flag(checked.name, checked.cell(row, key), "key_shape", values))
            checked.refused[at] = True


def _note_formulas(checked: CheckedSheet, grid: Grid, rows: npt.NDArray[np.int64]) -> None:
    if not grid.formulas:
        return
    below = set(rows.tolist())
    names = {at: checked.layout.field(key).header for key, at in checked.places.items()}
    for row, at in sorted(grid.formulas):
        if row in below and at in names:
            checked.flags.append(Flag(checked.name, grid.cell(row, at), "formula", {"field": names[at]}))


def _set_merged_rows_apart(checked: CheckedSheet, filled: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64]) -> None:
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


def _rows_of_households(
    grid: Grid, block: HeaderBlock, texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_],
    rows: npt.NDArray[np.int64], flags: list[Flag],
) -> npt.NDArray[np.int64]:  # fmt: skip
    """Return the rows that are not totals, signatures or headers again; say what was left aside."""
    suspects = _suspects(block, texts, kinds, rows)
    aside: dict[int, str] = {row: rule for row in suspects if (rule := _reason_to_leave_aside(grid, block, row))}
    if block.layout.table == "progress":  # such a row went out with the form, for the week to be reported
        aside |= {
            int(row): "row_not_told"
            for row in rows
            if int(row) not in aside and _says_its_key_alone(block, kinds, int(row))
        }
    if not aside:
        return rows
    for row in sorted(aside):
        if aside[row] == "total_row":
            flags.extend(_compare_total(grid, block, texts, kinds, row, [int(r) for r in rows], aside))
        else:
            at = next(c for c in range(grid.width) if kinds[c, row] != " ")
            flags.append(Flag(grid.name, grid.cell(row, at), aside[row]))
    return rows[[int(row) not in aside for row in rows]]


def _says_its_key_alone(block: HeaderBlock, kinds: npt.NDArray[np.str_], row: int) -> bool:
    """Whether a row holds the first part of its key and nothing else."""
    first = block.columns.get(block.layout.unique[0])
    rest = [at for at in (*block.columns.values(), *block.unknown) if at != first]
    return first is not None and kinds[first, row] != " " and bool((kinds[rest, row] == " ").all())


def _suspects(
    block: HeaderBlock, texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_], rows: npt.NDArray[np.int64]
) -> list[int]:
    """Return the rows that may be no household: their key is blank or is no plain code."""
    at = block.columns.get(block.layout.unique[0])
    if at is None:
        return []
    # of the rows of many months few have another key than the row before
    told = [str(text) for text in texts[at, rows].tolist()]
    plain = {text for text in set(told) if _CODE.fullmatch(fold(text))}
    blank = (kinds[at, rows] == " ").tolist()
    return [row for row, text, empty in zip(rows.tolist(), told, blank, strict=True) if empty or text not in plain]


def _reason_to_leave_aside(grid: Grid, block: HeaderBlock, row: int) -> str:
    """Return why a row is no household, or ""; a cell merged over others counts once."""
    filled = np.flatnonzero(grid.kinds[:, row] != " ").tolist()
    cells = {c: fold(str(text)) for c, text in zip(filled, grid.texts[filled, row].tolist(), strict=True)}
    words = [_word_before_colon(text) for text in cells.values()]
    if any(_is_total(word) for word in words[:3]):
        return "total_row"
    if len(cells) == 1 and _is_sentence(*cells.values()):
        return "signature_row"
    if not _holds_identity(block, cells) and len(cells) <= max(6, grid.width // 2):
        signatures = word_lists()["signatures"]
        if any(word in signatures for word in words):
            return "signature_row"
    enough = max(3, len(cells) - 1)
    if len(cells) < enough:
        return ""
    headers = sum(fold_header(text) in block.layout.spellings for text in cells.values())
    return "signature_row" if headers >= enough else ""


def _holds_identity(block: HeaderBlock, cells: dict[int, str]) -> bool:
    """Whether a row with an identity number holds more than a signature does."""
    numbers = {field.key for field in block.layout.columns if field.kind == "id_number"}
    return len(cells) > 2 and any(c in cells for key, c in block.columns.items() if key in numbers)


def _word_before_colon(text: str) -> str:
    return re.split(r"[:：(（_]", text)[0].casefold()


def _is_total(word: str) -> bool:
    totals = word_lists()["totals"]
    ends = len(word) <= 12 and word.endswith(("合计", "小计", "总计", "共计", "平均"))
    return word in totals or ends or bool(_COUNTED.match(word))


def _is_sentence(text: str) -> bool:
    """Whether a text that stands alone in its row is a remark: Chinese, with marks of a sentence or long."""
    return bool(re.search("[一-鿿]", text) and (len(text) >= 12 or _REMARK.search(text)))


def _compare_total(
    grid: Grid, block: HeaderBlock, texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_],
    row: int, rows: list[int], aside: dict[int, str],
) -> Iterator[Flag]:  # fmt: skip
    """Compare the figures of a total with the rows it may stand for: all above, or those since the last total.

    A total with nothing above it stands for the rows below.
    """
    every, since = _rows_under_total(row, rows, aside)
    figures_stated = {
        key: stated
        for key, at in block.columns.items()
        if block.layout.field(key).kind in ("integer", "number", "money")
        and (stated := _figure_in_cell(texts[at, row], kinds[at, row])) is not None
    }
    for key, stated in figures_stated.items():
        at = block.columns[key]
        figures = {r: _figure_in_cell(texts[at, r], kinds[at, r]) or Decimal(0) for r in every}
        sums = [sum((figures[r] for r in part), Decimal(0)) for part in (every, since)]
        agrees = stated in sums or (bool(every) and key == "income_per_head")
        values = {"field": block.layout.canonical[key], "got": f"{stated:f}", "value": f"{sums[0]:f}"}
        yield Flag(grid.name, grid.cell(row, at), "total_row" if agrees else "total_differs", values)
    if not figures_stated:
        label = next(c for c in range(grid.width) if kinds[c, row] != " ")
        yield Flag(grid.name, grid.cell(row, label), "total_row", {"got": "", "value": str(len(every))})


def _rows_under_total(row: int, rows: list[int], aside: dict[int, str]) -> tuple[list[int], list[int]]:
    """Return the households above a total (those below when none is), and of them those since the last total."""
    households = [r for r in rows if r not in aside]
    every = [r for r in households if r < row] or households
    last = max((r for r in rows if r < row and aside.get(r) == "total_row"), default=-1)
    return every, [r for r in every if r > last]


def _figure_in_cell(text: object, kind: str) -> Decimal | None:
    from povlib.intake.values.cell import exact_decimal, parse_decimal

    plain = re.sub(r"[元人户]$", "", fold(str(text)))
    return exact_decimal(plain) if kind == "n" else parse_decimal(plain) if kind == "s" else None
