"""A problem given as arrays: for a county and for standard knapsack files.

Responsible for the checks of the arrays and for their whole-number form; what is given is never
changed. Not responsible for tables (`povlib.allocation.problem.problem_tables`) nor for the problem itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from povlib.allocation.problem.sparse_matrices import Sparse, csr, diagonal
from povlib.allocation.problem.table_checks import LARGEST_AMOUNT, Faults, micro, whole
from povlib.arrays import Bools, Ints

#: sums of uses over all households stay below this, so that int64 holds them with room
LARGEST_SUM = 2.0**61
#: units in the last place that arithmetic in floats may be away from the whole number it means
_NOISE = 8


def fields_of_arrays(
    value: npt.ArrayLike,
    household: npt.ArrayLike,
    village: npt.ArrayLike,
    use: sparse.sparray | sparse.spmatrix | npt.ArrayLike,
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
    worth = _numbers(faults, value, "value")
    of = _keys(faults, household, "household")
    place = _keys(faults, village, "village")
    limit = _numbers(faults, capacity, "capacity")
    senses = np.full(len(limit), "<=") if sense is None else np.asarray(sense)
    where = np.full(len(limit), -1) if resource_village is None else _keys(faults, resource_village, "resource_village")
    matrix = _matrix(faults, use, len(worth), len(limit))
    _check_shapes(faults, worth, of, limit, where, senses)
    unknown = set(senses.ravel().tolist()) - {"<=", ">="}
    if not faults.found:
        _check_arrays(faults, of, place, matrix, limit, where)
    faults.add_keys("{n} senses are unknown: {keys}", "sense", unknown, allowed="<=, >=")
    faults.raise_if_any()
    names = np.array([f"r{r:04d}" for r in range(len(limit))], dtype=object)
    order = np.argsort(of, kind="stable")
    start = np.searchsorted(of[order], np.arange(len(place) + 1)).astype(np.int64)
    # a use is checked where it is not zero: the matrix of a county is large
    data = whole(faults, _without_noise(matrix.data), "use", names[matrix.indices])
    amount = csr((data, matrix.indices, matrix.indptr), shape=matrix.shape)
    micros = micro(faults, worth, "value", np.arange(len(worth)))
    floor = senses == ">="
    bounds = _whole_limits(faults, limit, floor, amount, start, order, names)
    faults.raise_if_any()
    sign = np.where(floor, -1, 1).astype(np.int64)
    rows = pd.DataFrame(
        {"row": names, "kind": "resource", "village": [None if v < 0 else int(v) for v in where], "sense": senses,
         "unit": "", "capacity": bounds, "names": None}
    )  # fmt: skip
    use_le = csr(amount[order] @ diagonal(sign)).astype(np.int64)
    return {
        "hh": np.arange(len(place)), "start": start, "package": order, "row": order, "value": micros[order],
        "allowed": np.ones(len(of), dtype=bool), "base": _base_of_arrays(use_le, start), "use": use_le,
        "capacity": sign * bounds, "rows": rows, "village": place,
        "members": np.ones(len(place), dtype=np.int64), "bonus": np.zeros(len(of), dtype=np.int64),
    }  # fmt: skip


def _numbers(faults: Faults, given: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    """Return a list of numbers as floats; records what is no such list."""
    try:
        found = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        faults.add("a list of numbers is needed", name)
        return np.zeros(0)
    if found.ndim != 1:
        faults.add("shape {found}, needed {needed}", name, found=str(found.shape), needed=f"({found.size},)")
    return found.ravel()


def _keys(faults: Faults, given: npt.ArrayLike, name: str) -> Ints:
    """Return whole numbers that stand for households or villages."""
    found = _numbers(faults, given, name)
    with np.errstate(invalid="ignore"):
        bad = ~np.isfinite(found) | (found != np.rint(found)) | (np.abs(found) > LARGEST_AMOUNT)
    faults.add_keys("{n} keys are no whole numbers: {keys}", name, found[bad])
    return np.where(bad, 0, found).astype(np.int64)


def _matrix(faults: Faults, use: Any, packages: int, resources: int) -> Sparse:
    """Return the uses as rows of their own: doubled entries added up, zeros left out."""
    try:
        found = csr(use, dtype=np.float64, copy=True)
    except (TypeError, ValueError):
        faults.add("a sparse matrix of numbers is needed", "use")
        return csr((packages, resources))
    if found.shape != (packages, resources):
        faults.add("shape {found}, needed {needed}", "use", found=str(found.shape), needed=str((packages, resources)))
    found.sum_duplicates()
    found.eliminate_zeros()
    return found


def _without_noise(amount: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return whole numbers for those that only float arithmetic keeps from being whole (1234.56 x 100)."""
    with np.errstate(invalid="ignore"):
        near = np.abs(amount - np.rint(amount)) <= _NOISE * np.spacing(np.abs(amount))
    return np.where(near, np.rint(amount), amount)


def _whole_limits(
    faults: Faults, limit: npt.NDArray[np.float64], floor: Bools, use: Sparse, start: Ints, order: Ints,
    names: npt.NDArray[Any],
) -> Ints:  # fmt: skip
    """Return capacities in whole numbers: uses are whole, so the whole part of a capacity is the same rule.

    A capacity too large to count with (infinite too) is replaced by more than all households together
    could use: the same rule again, and one that can have no price.
    """
    exact = _without_noise(limit)
    exact = np.where(floor, np.ceil(exact), np.floor(exact))
    largest = _largest(abs(use)[order], start)
    faults.add_keys(
        "{n} resources have uses too large to be added up: {keys}", "use", names[largest > LARGEST_SUM],
        remedy="count in a larger unit",
    )  # fmt: skip
    loose = np.where(floor, exact < -LARGEST_AMOUNT, exact > LARGEST_AMOUNT) & (largest < LARGEST_AMOUNT)
    beyond = np.where(floor, -1.0, 1.0) * (largest + 1)
    return whole(faults, np.where(loose, beyond, exact), "capacity", names)


def _largest(use: Sparse, start: Ints) -> npt.NDArray[np.float64]:
    """Sum over the households of each resource's largest use."""
    coo = use.tocoo()
    if not coo.nnz:
        return np.zeros(use.shape[1])
    household = np.searchsorted(start, coo.row, side="right") - 1
    key = household.astype(np.int64) * use.shape[1] + coo.col
    by = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[by], prepend=-1))
    most = np.maximum.reduceat(coo.data[by], first).astype(np.float64)
    return np.asarray(np.bincount(coo.col[by][first], weights=most, minlength=use.shape[1]), dtype=np.float64)


def _base_of_arrays(use: Sparse, start: Ints) -> Ints:
    found = np.full(len(start) - 1, -1, dtype=np.int64)
    at = np.flatnonzero(np.diff(use.indptr) == 0)[::-1]
    found[np.searchsorted(start, at, side="right") - 1] = at
    return found


def _check_shapes(
    faults: Faults,
    value: npt.NDArray[np.float64],
    household: Ints,
    capacity: npt.NDArray[np.float64],
    resource_village: Ints,
    sense: npt.NDArray[Any],
) -> None:
    """Record arrays that do not fit each other; those that are no numbers are recorded already."""
    bad = {fault.where for fault in faults.found}
    shapes = {
        "household": (household.shape, value.shape, "value"),
        "resource_village": (resource_village.shape, capacity.shape, "capacity"),
        "sense": (sense.shape, capacity.shape, "capacity"),
    }
    for name, (found, needed, like) in shapes.items():
        if found != needed and not bad & {name, like}:
            faults.add("shape {found}, needed {needed}", name, found=str(found), needed=str(needed))


def _check_arrays(
    faults: Faults,
    household: Ints,
    village: Ints,
    use: Sparse,
    capacity: npt.NDArray[np.float64],
    resource_village: Ints,
) -> None:
    if not len(village):
        faults.add("there are no households", "village")
    bad = (household < 0) | (household >= len(village))
    faults.add_keys("{n} keys are not in the table {table}: {keys}", "household", household[bad], table="households")
    if not bad.any():
        without = np.flatnonzero(np.bincount(household, minlength=len(village)) == 0)
        faults.add_keys(
            "{n} households have no package: {keys}", "households", without, remedy="give each at least package 0"
        )
    faults.add_keys("{n} amounts are no whole numbers: {keys}", "capacity", np.flatnonzero(np.isnan(capacity)))
    unknown = resource_village[(resource_village >= 0) & ~np.isin(resource_village, village)]
    faults.add_keys("{n} resources belong to a village without households: {keys}", "resource_village", unknown)
    if not faults.found:
        foreign = _foreign(household, village, use, resource_village)
        faults.add_keys("{n} resources of a village are used by households of another: {keys}", "use", foreign)


def _foreign(household: Ints, village: Ints, use: Sparse, resource_village: Ints) -> Ints:
    """Resources of one village that households of another use."""
    coo = use.tocoo()
    owner = resource_village[coo.col]
    return np.unique(coo.col[(owner >= 0) & (owner != village[household[coo.row]])])
