"""Small cells, and the cells that would give them away.

Responsible for which cells of a two-way table of counts with its totals may be shown, and for proving by
linear programming that what is hidden cannot be worked out. Not responsible for which tables are made.

Method: primary suppression of counts 1..k-1, secondary suppression of the smallest cells of the same row
and column, then an audit of the feasibility interval of every hidden cell (Hundepool et al., Statistical
Disclosure Control, 2012, ch. 4).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.errors import ReportError

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Cell = tuple[int, int]


def with_totals(inner: Counts) -> Counts:
    """Return a table with a last row and column of totals."""
    rows = np.vstack([inner, inner.sum(axis=0, keepdims=True)])
    return np.hstack([rows, rows.sum(axis=1, keepdims=True)])


def hidden_cells(
    inner: npt.ArrayLike, least: int = 5, fixed: npt.ArrayLike | None = None, before: Mask | None = None
) -> Mask:
    """Return which cells of a table of counts must be hidden; last row and column are its totals.

    Parameters
    ----------
    inner : array of int (rows, columns)
        Counts without totals.
    least : int
        Smallest count that may be shown; 0 may be shown.
    fixed : array of bool (rows,), optional
        Totals of rows that are hidden already, because another table of the same rows hides them; all
        other row totals stay shown.
    before : array of bool (rows + 1, columns + 1), optional
        Cells that an earlier table hid: they stay hidden, or both together would tell.

    Returns
    -------
    array of bool (rows + 1, columns + 1)
        True = hidden. No hidden count 1..least-1 can be narrowed to below `least`, given every shown cell.

    Raises
    ------
    ReportError
        If `least` is below 2.

    Examples
    --------
    >>> hidden_cells([[3, 9], [8, 12]])[:2, :2].tolist()
    [[True, True], [True, True]]
    >>> hidden_cells([[6, 9], [8, 12]]).any()
    np.False_
    """
    if least < 2:
        raise ReportError("the smallest cell shown is at least 2", allowed="a whole number of at least 2")
    table = with_totals(np.asarray(inner, dtype=np.int64))
    hidden = (table > 0) & (table < least)
    open_totals = np.zeros_like(hidden)  # totals of rows that another table shows: they cannot be hidden here
    if fixed is not None:
        hidden[:-1, -1] |= np.asarray(fixed, dtype=bool)
        open_totals[:, -1] = ~hidden[:, -1]
    if before is not None:
        hidden |= before & ~open_totals
    while True:
        line = _line_that_tells(table, hidden, least) or _line_of_narrow_cell(table, hidden, least)
        if line is None:
            return hidden
        may_go = ~hidden & ~open_totals & (table > 0)
        # the smallest count of the line, so that least is lost; of equal ones the first, so that a table is always
        # hidden alike; a line without any is helped from elsewhere
        candidates = [c for c in line if may_go[c]] or [c for c in _cell_positions(table) if may_go[c]]
        if not candidates:
            return np.ones_like(hidden)  # nothing is left that could protect it: the whole table stays in the office
        hidden[min(candidates, key=lambda c: (int(table[c]), c))] = True


def _cell_positions(table: Counts) -> list[Cell]:
    return [(r, c) for r in range(table.shape[0]) for c in range(table.shape[1])]


def _rows_and_columns(table: Counts) -> list[list[Cell]]:
    """Return every row and column with its total."""
    rows, columns = table.shape
    return [[(r, c) for c in range(columns)] for r in range(rows)] + [
        [(r, c) for r in range(rows)] for c in range(columns)
    ]


def _line_that_tells(table: Counts, hidden: Mask, least: int) -> list[Cell] | None:
    """Return a line whose only hidden cell follows from the others, or whose hidden cells sum to too little."""
    for line in _rows_and_columns(table):
        gone = [c for c in line if hidden[c]]
        inner = sum(int(table[c]) for c in gone)
        telling = len(gone) == 1 or (gone and inner < least and not hidden[line[-1]])
        if telling and any(not hidden[c] and table[c] > 0 for c in line):
            return line
    return None


def _line_of_narrow_cell(table: Counts, hidden: Mask, least: int) -> list[Cell] | None:
    """Return the row of a small cell that can be shown to be small; None when every one is safe."""
    if not hidden.any():
        return None
    for cell in zip(*np.nonzero(hidden & (table > 0) & (table < least)), strict=True):
        if _highest_possible_count(table, hidden, (int(cell[0]), int(cell[1]))) < least:
            r, c = int(cell[0]), int(cell[1])
            row = [(r, at) for at in range(table.shape[1])]
            column = [(at, c) for at in range(table.shape[0])]
            return [x for x in (*row, *column) if not hidden[x] and table[x] > 0] or _cell_positions(table)
    return None


def _highest_possible_count(table: Counts, hidden: Mask, cell: Cell) -> float:
    """Return the largest count a hidden cell could be, given every shown cell and that no hidden count is 0."""
    from scipy.optimize import linprog

    free = {at: n for n, at in enumerate(zip(*np.nonzero(hidden), strict=True))}
    rows: list[Any] = []
    right: list[float] = []
    for line in _rows_and_columns(table):
        if not any(at in free for at in line):
            continue
        row, known = np.zeros(len(free)), 0.0
        for at in line:
            sign = -1.0 if at == line[-1] else 1.0
            if at in free:
                row[free[at]] += sign
            else:
                known += sign * float(table[at])
        rows.append(row)
        right.append(-known)
    goal = np.zeros(len(free))
    goal[free[cell]] = -1.0
    # a reader knows that hidden counts are at least 1, since zeros are shown; unless one is hidden from earlier on
    lowest = 0 if (table[hidden] == 0).any() else 1
    largest = linprog(goal, A_eq=np.array(rows), b_eq=np.array(right), bounds=(lowest, None), method="highs")
    # the solver's own error must not make a count of exactly `least` look smaller; no optimum: it may be anything
    return np.inf if largest.fun is None else -float(largest.fun) + 1e-9
