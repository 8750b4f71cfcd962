"""Check the tables an allocation problem is made of.

Responsible for finding *every* fault of the tables at once (missing columns, unknown or doubled
keys, amounts that are no whole numbers, negative budgets, households without a package) and
naming it. Not responsible for contradictions between rules: `povlib.allocation.solvers.township.infeasible_rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.errors import Fault, ProblemError

#: persons (or units of the objective) a package may be worth: in 1e-12 person this is 4e18, and int64 ends at 9.2e18,
#: so that a value less its prices still fits
LARGEST_VALUE = 4e6
#: uses and capacities: the largest range in which floats hold every whole number. 2^53 itself may stand for 2^53 + 1
LARGEST_AMOUNT = 2**53 - 1
#: sums of uses over all households stay below this, so that int64 (2**63) holds them and twice them
LARGEST_SUM = 2.0**61
#: a message names so many keys and then only counts: a whole county may be faulty
_KEYS_SHOWN = 5


class FaultList:
    """Collects faults so that all of them are raised together."""

    def __init__(self) -> None:
        self.entries: list[Fault] = []

    def add(self, what: str, where: str, *, allowed: str = "", remedy: str = "", **values: Any) -> None:
        """Record one fault."""
        self.entries.append(Fault(what, where, allowed, remedy, values))

    def add_keys(self, what: str, where: str, keys: Iterable[Any], **texts: str) -> None:
        """Record one fault about some keys; says how many and shows the first few."""
        listed = sorted({str(key) for key in keys})
        if listed:
            shown = ", ".join(listed[:_KEYS_SHOWN]) + ("…" if len(listed) > _KEYS_SHOWN else "")
            self.add(what, where, n=len(listed), keys=shown, **texts)

    def raise_if_any(self) -> None:
        """Raise a `ProblemError` with all faults recorded so far."""
        if self.entries:
            raise ProblemError(self.entries)


def has_columns(faults: FaultList, frame: pd.DataFrame, name: str, needed: Sequence[str]) -> bool:
    """Record the columns that `frame` lacks; True when it has them all."""
    missing = [column for column in needed if column not in frame.columns]
    for column in missing:
        faults.add("column {column} is missing", name, column=column)
    return not missing


def check_unique_keys(faults: FaultList, frame: pd.DataFrame, name: str, key: Sequence[str]) -> None:
    """Record keys that occur more than once or are empty."""
    keys = list(key)
    code, empty = np.zeros(len(frame), dtype=np.int64), np.zeros(len(frame), dtype=bool)
    for column in keys:
        own, kinds = pd.factorize(frame[column], use_na_sentinel=True)
        empty |= own < 0
        code = code * (len(kinds) + 1) + own + 1
    if empty.any():
        faults.add("{n} rows have no {column}", name, n=int(empty.sum()), column="+".join(keys))
    if len(pd.unique(code)) < len(code):
        doubled = frame[pd.Series(code, index=frame.index).duplicated(keep=False)]
        doubled_keys = doubled[keys].astype(str).agg("+".join, axis=1)
        faults.add_keys("{n} keys occur more than once: {keys}", name, doubled_keys)


def key_places(values: pd.Series, keys: pd.Index) -> npt.NDArray[np.int64]:
    """Return where each value stands among the keys of another table; -1 where it does not.

    Each distinct value is looked up once: a county's tables repeat the same keys a million times.
    """
    code, kinds = pd.factorize(values, use_na_sentinel=True)
    at = np.append(keys.get_indexer(pd.Index(np.asarray(kinds, dtype=object))), -1)
    return np.asarray(at[code], dtype=np.int64)


def check_places(faults: FaultList, place: npt.NDArray[np.int64], values: pd.Series, name: str, table: str) -> None:
    """Record values whose place among the keys of another table is not known."""
    lost = place < 0
    if lost.any():
        where = f"{name}.{values.name}"
        faults.add_keys("{n} keys are not in the table {table}: {keys}", where, values[lost], table=table)


def check_known_keys(faults: FaultList, values: pd.Series, name: str, allowed: Iterable[Any], table: str) -> None:
    """Record values that are not keys of another table."""
    if not len(values):
        return
    unknown = values[~values.isin(list(allowed))]
    where = f"{name}.{values.name}"
    faults.add_keys("{n} keys are not in the table {table}: {keys}", where, unknown, table=table)


def whole_numbers(
    faults: FaultList,
    values: npt.ArrayLike,
    where: str,
    keys: Sequence[Any] | npt.NDArray[Any] | pd.Series,
    *,
    least: int | None = None,
) -> npt.NDArray[np.int64]:
    """Return `values` as int64; records what is no whole number or is below `least`.

    A use that is no whole number has no exact arithmetic: it is refused by name, never rounded.
    """
    numbers = pd.to_numeric(pd.Series(np.asarray(values)), errors="coerce")
    as_float = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        bad = ~np.isfinite(as_float) | (as_float != np.rint(as_float)) | (np.abs(as_float) > LARGEST_AMOUNT)
    low = ~bad & (as_float < least) if least is not None else np.zeros(len(bad), dtype=bool)
    if bad.any() or low.any():
        labels = np.asarray(keys, dtype=object)
        large = np.isfinite(as_float) & (np.abs(as_float) > LARGEST_AMOUNT)
        faults.add_keys("{n} amounts are too large: {keys}", where, labels[large], remedy="count in a larger unit")
        faults.add_keys(
            "{n} amounts are no whole numbers: {keys}",
            where,
            labels[bad & ~large],
            remedy="count in a smaller unit, such as fen",
        )
        faults.add_keys("{n} amounts are negative: {keys}", where, labels[low])
    return np.where(bad, 0, as_float).astype(np.int64)


def micro_persons(
    faults: FaultList, values: npt.ArrayLike, where: str, keys: Sequence[Any] | npt.NDArray[Any] | pd.Series
) -> npt.NDArray[np.int64]:
    """Return values in whole micro-persons: round(v x 1e6), half to even."""
    numbers = pd.to_numeric(pd.Series(np.asarray(values)), errors="coerce").to_numpy(np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        bad = ~np.isfinite(numbers) | (np.abs(numbers) > LARGEST_VALUE)
    if bad.any():
        labels = np.asarray(keys, dtype=object)
        faults.add_keys("{n} values are no numbers or too large: {keys}", where, labels[bad])
    return np.rint(np.where(bad, 0.0, numbers) * 1e6).astype(np.int64)
