"""Amounts of money as people write them, into whole fen.

Responsible for exact decimals with their unit (元, 万元, 角, 分: of the cell, else of the header) and
for finding amounts that slipped by a factor of ten thousand inside their column. A dash or blank is
not known, never zero. Not responsible for sums.
"""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from povlib.intake.values.cell import (
    BLANK,
    Outcome,
    exact_decimal,
    fold,
    is_missing_mark,
    note_of_change,
    outside_bounds,
    parse_decimal,
    unusable_cell,
)
from povlib.money import FEN_PER_YUAN, round_fen, yuan

YUAN_PER_UNIT = {
    "元": Decimal(1),
    "圆": Decimal(1),
    "块": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "万": Decimal(10_000),
    "亿元": Decimal(100_000_000),
    "角": Decimal("0.1"),
    "分": Decimal("0.01"),
    "yuan": Decimal(1),
    "rmb": Decimal(1),
    "cny": Decimal(1),
}
_AMOUNT = re.compile(r"[¥￥]?([+-]?[\d,.]+)(亿元|千元|万元|万|元|圆|块|角|分)?整?")
# An amount that slipped is wrong by the factor between yuan and ten thousand yuan. It is suspected where it lies
# 500 times off the column's median, and comes within a factor of 8 of it once put right: incomes of one list seldom
# differ by more, so honest amounts stay unsuspected. Both numbers are a choice.
SLIP_FACTOR = 10_000


def read_amount(text: str, kind: str, unit: str, low: float | None, high: float | None) -> Outcome:
    """Read an amount in fen.

    Parameters
    ----------
    text, kind : str
        The cell as received.
    unit : str
        Unit of the column; the cell's own unit goes before it.
    low, high : float or None
        Bounds in yuan.

    Examples
    --------
    >>> read_amount("0.3146万元", "s", "元", 0, 10000).value, read_amount("约3000", "s", "元", 0, 10000).fault
    (314600, 'suspect_amount')
    """
    if (unusable := unusable_cell(kind)) is not None:
        return unusable
    kept = fold(text)
    if not kept:
        return BLANK
    if is_missing_mark(kept):
        return Outcome(note="missing_mark")
    if kind == "n":
        number, own, note = exact_decimal(kept), "", ""
    else:
        number, own = _number_and_unit(kept) if kind == "s" else (None, "")
        note = _note_of_writing(text, kept, own, unit)
    if number is None:
        return Outcome(fault="suspect_amount" if re.search(r"\d", kept) else "not_number")
    return _in_fen(number * YUAN_PER_UNIT.get(own or unit, Decimal(1)), low, high, note)


def _number_and_unit(kept: str) -> tuple[Decimal | None, str]:
    """Return the exact number of a written amount (None where it is no amount) and the unit written after it."""
    parts = _AMOUNT.fullmatch(kept)
    return (parse_decimal(parts[1]), parts[2] or "") if parts else (None, "")


def _note_of_writing(text: str, kept: str, own: str, unit: str) -> str:
    """Return the note that an amount deserves for how it was written: a unit of its own, signs, separators."""
    if own and own != unit:
        return "unit_cell"
    return "money_text" if re.search(r"[^\d.+-]", kept) else note_of_change(text, kept)


def _in_fen(in_yuan: Decimal, low: float | None, high: float | None, note: str) -> Outcome:
    if outside_bounds(in_yuan, low, high) or abs(in_yuan) > 10**13:
        return Outcome(fault="bound")
    exact_fen = in_yuan * FEN_PER_YUAN
    if exact_fen == exact_fen.to_integral_value():
        value = int(exact_fen)
    else:
        value, note = int(round_fen(float(exact_fen))), "rounded"
    return Outcome(value, note=note, shown=yuan(value).replace(",", ""))


def slipped_amounts(fen: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return which amounts of a column look ten thousand times too small or too large.

    Parameters
    ----------
    fen : array of float
        The column in fen, NaN where not known.

    Examples
    --------
    >>> slipped_amounts(np.array([280000.0, 310000.0, 32.0, 290000.0])).tolist()
    [False, False, True, False]
    """
    known = np.abs(fen[np.isfinite(fen) & (fen != 0)])
    if known.size < 3:
        return np.zeros(fen.shape, dtype=bool)
    middle, size = float(np.median(known)), np.abs(fen)
    with np.errstate(invalid="ignore"):
        small = (
            (size > 0) & (size < middle / 500) & (size * SLIP_FACTOR > middle / 8) & (size * SLIP_FACTOR < middle * 8)
        )
        large = (size > middle * 500) & (size / SLIP_FACTOR > middle / 8) & (size / SLIP_FACTOR < middle * 8)
    return np.asarray(small | large)
