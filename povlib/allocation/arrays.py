"""A problem given as arrays: for a county and for standard knapsack files.

Responsible for the checks of the arrays and for their whole-number form. Not responsible for
tables (`povlib.allocation.tables`) nor for the problem itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from povlib.allocation.checks import Faults, micro, whole
from povlib.allocation.funds import Ints
from povlib.allocation.matrices import Sparse, csr, diagonal


def fields_of_arrays(
    value: npt.ArrayLike,
    household: npt.ArrayLike,
    village: npt.ArrayLike,
    use: sparse.sparray | sparse.spmatrix,
    capacity: npt.ArrayLike,
    resource_village: npt.ArrayLike | None,
    sense: Sequence[str] | npt.NDArray[np.str_] | None,
) -> dict[str, Any]:
    """Return the fields of a `Problem` given as arrays (`Problem.from_arrays`).

    Raises
    ------
    ProblemError
        With every fault of every array.
    """
    faults = Faults()
    of, place = np.asarray(household, dtype=np.int64), np.asarray(village, dtype=np.int64)
    matrix = csr(use)
    matrix.sum_duplicates()
    limit = np.asarray(capacity, dtype=np.float64)
    senses = np.full(len(limit), "<=") if sense is None else np.asarray(sense)
    where = np.full(len(limit), -1) if resource_village is None else np.asarray(resource_village, dtype=np.int64)
    worth = np.asarray(value, dtype=np.float64)
    _check_arrays(faults, worth, of, place, matrix, limit, where, senses)
    faults.raise_if_any()
    sign = np.where(senses == ">=", -1, 1).astype(np.int64)
    limit = np.where(senses == ">=", np.ceil(limit), np.floor(limit))
    order = np.argsort(of, kind="stable")
    names = np.array([f"r{r:04d}" for r in range(len(limit))], dtype=object)
    # a use is checked where it is not zero: the matrix of a county is large
    amount = csr(
        (whole(faults, matrix.data, "use", names[matrix.indices]), matrix.indices, matrix.indptr), shape=matrix.shape
    )
    whole(faults, limit, "capacity", names)
    micros = micro(faults, worth, "value", np.arange(len(worth)))
    faults.raise_if_any()
    rows = pd.DataFrame(
        {"row": names, "kind": "resource", "village": [None if v < 0 else int(v) for v in where], "sense": senses,
         "unit": "", "capacity": limit.astype(np.int64), "names": None}
    )  # fmt: skip
    start = np.searchsorted(of[order], np.arange(len(place) + 1)).astype(np.int64)
    use_le = csr(amount[order] @ diagonal(sign)).astype(np.int64)
    return {
        "hh": np.arange(len(place)), "start": start, "package": order, "row": order, "value": micros[order],
        "allowed": np.ones(len(of), dtype=bool), "base": _base_of_arrays(use_le, start), "use": use_le,
        "capacity": sign * limit.astype(np.int64), "rows": rows, "village": place,
        "members": np.ones(len(place), dtype=np.int64), "bonus": np.zeros(len(of), dtype=np.int64),
    }  # fmt: skip


def _base_of_arrays(use: Sparse, start: Ints) -> Ints:
    found = np.full(len(start) - 1, -1, dtype=np.int64)
    at = np.flatnonzero(np.diff(use.indptr) == 0)[::-1]
    found[np.searchsorted(start, at, side="right") - 1] = at
    return found


def _check_arrays(
    faults: Faults,
    value: npt.NDArray[np.float64],
    household: Ints,
    village: Ints,
    use: Sparse,
    capacity: npt.NDArray[np.float64],
    resource_village: Ints,
    sense: npt.NDArray[Any],
) -> None:
    shapes = {
        "household": (household.shape, value.shape), "use": (use.shape, (*value.shape, *capacity.shape)),
        "resource_village": (resource_village.shape, capacity.shape), "sense": (sense.shape, capacity.shape),
    }  # fmt: skip
    for name, (found, needed) in shapes.items():
        if found != needed:
            faults.add("shape {found}, needed {needed}", name, found=str(found), needed=str(needed))
    bad = (household < 0) | (household >= len(village))
    faults.add_keys("{n} keys are not in the table {table}: {keys}", "household", household[bad], table="households")
    if not bad.any():
        without = np.flatnonzero(np.bincount(household, minlength=len(village)) == 0)
        faults.add_keys("{n} households have no package: {keys}", "households", without)
    faults.add_keys("{n} senses are unknown: {keys}", "sense", set(sense) - {"<=", ">="}, allowed="<=, >=")
    if not np.isfinite(capacity).all():
        faults.add_keys("{n} amounts are no whole numbers: {keys}", "capacity", np.flatnonzero(~np.isfinite(capacity)))
    unknown = resource_village[(resource_village >= 0) & ~np.isin(resource_village, village)]
    faults.add_keys("{n} resources belong to a village without households: {keys}", "resource_village", unknown)
