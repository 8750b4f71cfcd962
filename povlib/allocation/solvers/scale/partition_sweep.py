"""One pass over one partition at given prices: stateless, so that it may run anywhere and again.

Responsible for handing a partition to the loops and for what comes back: bound, value and use in
whole numbers, and a record for each nearly tied household. The same prices and data give the same
answer in any process. Not responsible for where passes run (`pass_runners`) nor for prices (`search_session`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.proof.certificate import exact_sum
from povlib.allocation.solvers.scale.partition import Partition, read_part
from povlib.allocation.solvers.scale.problem_layout import Layout
from povlib.allocation.solvers.scale.sweep_loops import (
    CommonPrices,
    PackagePlan,
    PartArrays,
    SweepResult,
    sweep_households,
)
from povlib.arrays import Floats, Ints

#: rounds of coordinate minimisation over a village's rows; it ends earlier when no price moves
SWEEPS = 6
#: units of 1e-12 person by which a village's value may stay below its bound unmended
UNMENDED_UNITS = 1e4


@dataclass(frozen=True, eq=False)
class SweepTables:
    """What the loops need of a layout, as arrays.

    Attributes
    ----------
    plan : PackagePlan
        How packages are made of measures.
    use : float (C, L)
        Village rows used by each class.
    level : float (L,)
        The one amount other than 0 that classes use of a village row; 0 where there are several.
    """

    plan: PackagePlan
    use: Floats
    level: Floats
    amount_use: Ints
    unit_use: Ints
    village_use: Ints

    @classmethod
    def of(cls, layout: Layout) -> SweepTables:
        """Collect the arrays of a layout."""
        level = np.zeros(len(layout.village_rows))
        for j, column in enumerate(layout.class_use.T):
            others = np.unique(column[column != 0])
            level[j] = float(others[0]) if len(others) == 1 else 1.0 if not len(others) else 0.0
        holds = layout.package_measures.astype(np.int64)
        plan = PackagePlan(layout.amount_measure, *layout.steps, layout.classes, holds)
        return cls(plan, layout.class_use.astype(np.float64), level, layout.amount_use, layout.unit_use,
                   layout.village_use)  # fmt: skip


@dataclass(frozen=True, eq=False)
class NearTieRecords:
    """Nearly tied households of one partition.

    Attributes
    ----------
    household, village : int64 (n,)
        Place in the partition.
    margin : float (n,)
        Units of 1e-12 person between the best package and the next; -1 in villages not mended.
    choice : int8 (n,)
    value, amount : as in `Partition`, columns of these households
    override : int64 (o, 4)
        With the record's number in place of the household.
    left : int64 (n, L)
        What the present choice leaves of the village's rows.
    price : float (n, L)
    """

    household: Ints
    village: Ints
    margin: Floats
    choice: npt.NDArray[np.int8]
    value: npt.NDArray[Any]
    amount: npt.NDArray[Any]
    override: Ints
    left: Ints
    price: Floats


@dataclass(frozen=True)
class PassSums:
    """What a pass over some villages adds up to; sums of sums in any order are the same.

    Attributes
    ----------
    bound : int
        Units of 1e-12 person, without price x capacity of the common rows.
    value : int
        Micro-persons of the choice.
    use : tuple of int
        Of each common row, in its <= form.
    states : tuple of int
        Villages by how they ended: settled, mended, mended without proof, not mended, impossible.
    impossible : tuple of int
        Keys of the first villages whose own rows no choice can keep.
    """

    bound: int
    value: int
    use: tuple[int, ...]
    states: tuple[int, ...]
    impossible: tuple[int, ...] = ()
    records: NearTieRecords | None = field(default=None, repr=False, compare=False)


def total_of_sums(parts: Iterable[PassSums]) -> PassSums:
    """Add sums in the order given; records stay with their partitions."""
    summands = list(parts)
    return PassSums(
        sum(part.bound for part in summands),
        sum(part.value for part in summands),
        tuple(sum(column) for column in zip(*(part.use for part in summands), strict=True)),
        tuple(sum(column) for column in zip(*(part.states for part in summands), strict=True)),
        tuple(key for part in summands for key in part.impossible)[:5],
    )


@dataclass(frozen=True, eq=False)
class SweptPartition:
    """Choice, margins and village prices of one partition, with their sums."""

    choice: npt.NDArray[np.int8]
    margin: Floats
    price: Floats
    state: npt.NDArray[np.int8]
    sums: PassSums


def sweep_partition(part: Partition, tables: SweepTables, price: Ints) -> SweptPartition:
    """Pass over one partition.

    Parameters
    ----------
    price : int64 (R,)
        Of the common rows, units of 1e-12 person, at least 0.
    """
    households, villages = part.households, len(part.village)
    result = SweepResult(
        np.zeros(households, dtype=np.int8), np.empty(households), np.zeros((villages, tables.use.shape[1])),
        np.zeros(villages, dtype=np.int8), np.zeros(2, dtype=np.int64), np.zeros(part.value.shape[0], dtype=np.int64),
        np.zeros(part.amount.shape[0], dtype=np.int64),
    )  # fmt: skip
    of_amounts, of_measures = (
        (tables.amount_use @ price).astype(np.float64),
        (tables.unit_use @ price).astype(np.float64),
    )
    prices = CommonPrices(of_amounts, of_measures, price.astype(np.float64))
    arrays = PartArrays(part.value, part.amount, part.first, part.capacity.astype(np.float64), part.override)
    sweep_households(arrays, tables.plan, tables.use, tables.level, prices, SWEEPS, UNMENDED_UNITS, result)
    choice, state, sums = result.choice, result.state, result.sums
    use = result.held @ tables.amount_use + result.tally @ (tables.plan.holds @ tables.unit_use)
    if len(part.override):
        taken = choice[part.override[:, 0]] == part.override[:, 1]
        np.add.at(use, part.override[taken, 2], part.override[taken, 3])
    value = exact_sum(part.value[choice, np.arange(households)].astype(np.int64))
    impossible = tuple(part.village[state == 4][:5].tolist())
    states = tuple(np.bincount(state, minlength=5).tolist())
    bound = (int(sums[0]) << 32) + int(sums[1])
    return SweptPartition(
        choice, result.margin, result.price, state, PassSums(bound, value, tuple(use.tolist()), states, impossible)
    )


def near_tie_records(part: Partition, tables: SweepTables, swept: SweptPartition, threshold: float) -> NearTieRecords:
    """Return a record of every household whose margin is at most `threshold` (units of 1e-12 person)."""
    household = np.flatnonzero(swept.margin <= threshold)
    village = np.searchsorted(part.first, household, side="right") - 1
    left = part.capacity[village] - village_use_of_choice(part, tables, swept.choice)[village]
    at = np.full(part.households, -1, dtype=np.int64)
    at[household] = np.arange(len(household))
    override = part.override[at[part.override[:, 0]] >= 0].copy()
    override[:, 0] = at[override[:, 0]]
    return NearTieRecords(
        household, village, swept.margin[household], swept.choice[household], part.value[:, household],
        part.amount[:, household], override, left, swept.price[village],
    )  # fmt: skip


def village_use_of_choice(part: Partition, tables: SweepTables, choice: npt.NDArray[np.int8]) -> Ints:
    """Use of each village row by a choice (V, L)."""
    if not tables.village_use.shape[1]:
        return np.zeros((len(part.village), 0), dtype=np.int64)
    return np.asarray(np.add.reduceat(tables.village_use[choice], part.first[:-1], axis=0), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class PartitionPass:
    """A pass to be made over a partition, wherever it runs.

    Attributes
    ----------
    price : int64 (R,)
    threshold : float
        Margin up to which households are recorded; negative: only those of villages not mended.
    store : str
        Folder for choices and village prices beside the data; "" keeps none.
    """

    tables: SweepTables
    price: Ints
    threshold: float
    store: str = ""

    def __call__(self, path: Path) -> PassSums:
        """Sweep one partition file."""
        part = read_part(path)
        swept = sweep_partition(part, self.tables, self.price)
        if self.store:
            save_array(Path(self.store) / f"{path.stem}.choice.npy", swept.choice)
            save_array(Path(self.store) / f"{path.stem}.price.npy", swept.price.astype(np.int64))
        records = near_tie_records(part, self.tables, swept, self.threshold)
        sums = swept.sums
        return PassSums(sums.bound, sums.value, sums.use, sums.states, sums.impossible, records)


@dataclass(frozen=True, eq=False)
class LeastUse:
    """The least that any choice uses of each common row, village rows aside: why nothing fits."""

    tables: SweepTables

    def __call__(self, path: Path) -> tuple[int, ...]:
        """Add up every household's least use over one partition."""
        part, plan = read_part(path), self.tables.plan
        least = np.full((part.households, self.tables.amount_use.shape[1]), np.iinfo(np.int64).max)
        for k, held in enumerate(plan.holds):
            use = np.repeat((held @ self.tables.unit_use)[None, :], part.households, axis=0)
            for q in np.flatnonzero(held[plan.amount_measure]):
                use += part.amount[q].astype(np.int64)[:, None] * self.tables.amount_use[q]
            own = part.override[part.override[:, 1] == k]
            np.add.at(use, (own[:, 0], own[:, 2]), own[:, 3])
            may = part.value[k] != part.forbidden
            least[may] = np.minimum(least[may], use[may])
        return tuple(int(total) for total in least.sum(axis=0))


def save_array(path: Path, array: npt.NDArray[Any]) -> None:
    """Write an array so that a process killed half way leaves nothing half written."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as file:
        np.save(file, array)
    os.replace(partial, path)
