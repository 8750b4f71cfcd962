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

from povlib.allocation.problem.sparse_matrices import Sparse, csr, diagonal_matrix
from povlib.allocation.problem.table_checks import LARGEST_AMOUNT, LARGEST_SUM, FaultList, micro_persons, whole_numbers
from povlib.arrays import Bools, Ints

#: how far arithmetic in floats may be from the whole number it means, in units in the last place: a product of two
#: rounded decimals (1234.56 x 100) is 1 or 2 off; 8 allows a few more steps and is still far from any half
_NOISE_ULPS = 8


def problem_fields_of_arrays(
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
    faults = FaultList()
    values = _float_list(faults, value, "value")
    household_of = _whole_keys(faults, household, "household")
    village_of = _whole_keys(faults, village, "village")
    limits = _float_list(faults, capacity, "capacity")
    senses = np.full(len(limits), "<=") if sense is None else np.asarray(sense)
    row_village = (
        np.full(len(limits), -1)
        if resource_village is None
        else _whole_keys(faults, resource_village, "resource_village")
    )
    uses = _use_matrix(faults, use, len(values), len(limits))
    _check_shapes(faults, values, household_of, limits, row_village, senses)
    unknown = set(senses.ravel().tolist()) - {"<=", ">="}
    if not faults.entries:
        _check_arrays(faults, household_of, village_of, uses, limits, row_village)
    faults.add_keys("{n} senses are unknown: {keys}", "sense", unknown, allowed="<=, >=")
    faults.raise_if_any()
    names = np.array([f"r{r:04d}" for r in range(len(limits))], dtype=object)
    order = np.argsort(household_of, kind="stable")
    start = np.searchsorted(household_of[order], np.arange(len(village_of) + 1)).astype(np.int64)
    # a use is checked where it is not zero: the matrix of a county is large
    data = whole_numbers(faults, _without_float_noise(uses.data), "use", names[uses.indices])
    whole_uses = csr((data, uses.indices, uses.indptr), shape=uses.shape)
    micro_values = micro_persons(faults, values, "value", np.arange(len(values)))
    is_floor = senses == ">="
    capacities = _whole_capacities(faults, limits, is_floor, whole_uses, start, order, names)
    faults.raise_if_any()
    sign = np.where(is_floor, -1, 1).astype(np.int64)
    rows = pd.DataFrame(
        {"row": names, "kind": "resource", "village": [None if v < 0 else int(v) for v in row_village], "sense": senses,
         "unit": "", "capacity": capacities, "names": None}
    )  # fmt: skip
    use_at_most = csr(whole_uses[order] @ diagonal_matrix(sign)).astype(np.int64)
    return {
        "hh": np.arange(len(village_of)), "start": start, "package": order, "row": order, "value": micro_values[order],
        "allowed": np.ones(len(household_of), dtype=bool), "base": _packages_using_nothing(use_at_most, start),
        "use": use_at_most, "capacity": sign * capacities, "rows": rows, "village": village_of,
        "members": np.ones(len(village_of), dtype=np.int64), "bonus": np.zeros(len(household_of), dtype=np.int64),
    }  # fmt: skip


def _float_list(faults: FaultList, given: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    """Return a list of numbers as floats; records what is no such list."""
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        faults.add("a list of numbers is needed", name)
        return np.zeros(0)
    if numbers.ndim != 1:
        faults.add("shape {found}, needed {needed}", name, found=str(numbers.shape), needed=f"({numbers.size},)")
    return numbers.ravel()


def _whole_keys(faults: FaultList, given: npt.ArrayLike, name: str) -> Ints:
    """Return whole numbers that stand for households or villages."""
    numbers = _float_list(faults, given, name)
    with np.errstate(invalid="ignore"):
        bad = ~np.isfinite(numbers) | (numbers != np.rint(numbers)) | (np.abs(numbers) > LARGEST_AMOUNT)
    faults.add_keys("{n} keys are no whole numbers: {keys}", name, numbers[bad])
    return np.where(bad, 0, numbers).astype(np.int64)


def _use_matrix(faults: FaultList, use: Any, packages: int, resources: int) -> Sparse:
    """Return the uses as rows of their own: doubled entries added up, zeros left out."""
    try:
        matrix = csr(use, dtype=np.float64, copy=True)
    except (TypeError, ValueError):
        faults.add("a sparse matrix of numbers is needed", "use")
        return csr((packages, resources))
    if matrix.shape != (packages, resources):
        faults.add("shape {found}, needed {needed}", "use", found=str(matrix.shape), needed=str((packages, resources)))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def _without_float_noise(amount: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return whole numbers for those that only float arithmetic keeps from being whole (1234.56 x 100)."""
    with np.errstate(invalid="ignore"):
        near = np.abs(amount - np.rint(amount)) <= _NOISE_ULPS * np.spacing(np.abs(amount))
    return np.where(near, np.rint(amount), amount)


def _whole_capacities(
    faults: FaultList, limit: npt.NDArray[np.float64], floor: Bools, use: Sparse, start: Ints, order: Ints,
    names: npt.NDArray[Any],
) -> Ints:  # fmt: skip
    """Return capacities in whole numbers: uses are whole, so the whole part of a capacity is the same rule.

    A capacity too large to count with (infinite too) is replaced by more than all households together
    could use: the same rule again, and one that can have no price.
    """
    exact = _without_float_noise(limit)
    exact = np.where(floor, np.ceil(exact), np.floor(exact))
    largest = largest_total_use(abs(use)[order], start)
    faults.add_keys(
        "{n} resources have uses too large to be added up: {keys}", "use", names[largest > LARGEST_SUM],
        remedy="count in a larger unit",
    )  # fmt: skip
    loose = np.where(floor, exact < -LARGEST_AMOUNT, exact > LARGEST_AMOUNT) & (largest < LARGEST_AMOUNT)
    beyond = np.where(floor, -1.0, 1.0) * (largest + 1)
    return whole_numbers(faults, np.where(loose, beyond, exact), "capacity", names)


def largest_total_use(use: Sparse, start: Ints) -> npt.NDArray[np.float64]:
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


def _packages_using_nothing(use: Sparse, start: Ints) -> Ints:
    """Return the first package of each household that uses nothing; -1 where there is none."""
    first = np.full(len(start) - 1, -1, dtype=np.int64)
    rows = np.flatnonzero(np.diff(use.indptr) == 0)[::-1]
    first[np.searchsorted(start, rows, side="right") - 1] = rows
    return first


def _check_shapes(
    faults: FaultList,
    value: npt.NDArray[np.float64],
    household: Ints,
    capacity: npt.NDArray[np.float64],
    resource_village: Ints,
    sense: npt.NDArray[Any],
) -> None:
    """Record arrays that do not fit each other; those that are no numbers are recorded already."""
    bad = {fault.where for fault in faults.entries}
    shapes = {
        "household": (household.shape, value.shape, "value"),
        "resource_village": (resource_village.shape, capacity.shape, "capacity"),
        "sense": (sense.shape, capacity.shape, "capacity"),
    }
    for name, (shape, needed, like) in shapes.items():
        if shape != needed and not bad & {name, like}:
            faults.add("shape {found}, needed {needed}", name, found=str(shape), needed=str(needed))


def _check_arrays(
    faults: FaultList,
    household: Ints,
    village: Ints,
    use: Sparse,
    capacity: npt.NDArray[np.float64],
    resource_village: Ints,
) -> None:
    """Record households without a package, unknown keys, and village resources that other villages use."""
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
    if not faults.entries:
        abroad = _used_by_other_villages(household, village, use, resource_village)
        faults.add_keys("{n} resources of a village are used by households of another: {keys}", "use", abroad)


def _used_by_other_villages(household: Ints, village: Ints, use: Sparse, resource_village: Ints) -> Ints:
    """Resources of one village that households of another use."""
    coo = use.tocoo()
    owner = resource_village[coo.col]
    return np.unique(coo.col[(owner >= 0) & (owner != village[household[coo.row]])])
