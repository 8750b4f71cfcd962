"""A plan for millions of households, and the strict check of every household, village and common row in it.

Comes in: package numbers and village prices that stay beside the data, one file a partition. Goes out: `LargePlan` with
its figures and certificate, and what `PlanCheck` finds when the data are read again: it puts the core's choices into
the stored plan and tests it in whole numbers; of a pass it uses nothing but the choice. Not responsible for finding the
plan nor for the independent proof (`povlib.allocation.solvers.scale.large_verification`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.proof.certificate import Certificate, exact_sum
from povlib.allocation.solvers.scale.partition import Partition, load_array, read_part
from povlib.allocation.solvers.scale.partition_sweep import SweepTables, save_array, village_use_of_choice
from povlib.arrays import Ints


@dataclass(frozen=True, eq=False)
class LargePlan:
    """One package for each household of a problem in blocks.

    Attributes
    ----------
    folder : Path
        Holds ``part-*.choice.npy`` (package number of each household, int8) and ``part-*.price.npy``
        (prices of each village's own rows, int64, units of 1e-12 person).
    value, price_bound, gap : float
        Persons; gap = price_bound - value, certified.
    prices : dict
        Persons per unit of each common row with a price.
    use : dict
        Units of each common row that the plan uses.
    status : str
        "gap" (the gap asked for is certified), "effort" (counted effort spent), "time".
    effort : dict
        Passes, sample passes, nodes, households of the core: counted, never timed.
    villages : dict
        Villages by how the last pass ended them: settled, mended, unsure, broken.
    certificate : Certificate
        Of the problem's digest, the common prices, bound, value, and the plan's own digest.
    """

    folder: Path
    parts: tuple[str, ...]
    value: float
    price_bound: float
    gap: float
    prices: dict[str, float]
    use: dict[str, int]
    status: str
    certificate: Certificate
    seal: str
    effort: dict[str, int] = field(default_factory=dict)
    villages: dict[str, int] = field(default_factory=dict)
    method: str = "priced"

    @property
    def bound(self) -> float:
        """The certified bound; no solver's word is used."""
        return self.price_bound

    def choice(self, part: int) -> npt.NDArray[np.int8]:
        """Package number of each household of one partition."""
        found: npt.NDArray[np.int8] = load_array(self.folder / f"{self.parts[part]}.choice.npy")
        return found

    def village_price(self, part: int) -> npt.NDArray[np.int64]:
        """Prices of each village's own rows (V, L), units of 1e-12 person."""
        found: npt.NDArray[np.int64] = load_array(self.folder / f"{self.parts[part]}.price.npy")
        return found

    def choices(self) -> Iterator[npt.NDArray[np.int8]]:
        """Choices partition by partition."""
        return (self.choice(at) for at in range(len(self.parts)))

    def summary(self) -> dict[str, Any]:
        """Return the figures of the plan as plain values."""
        return {
            "value": self.value, "price_bound": self.price_bound, "gap": self.gap, "status": self.status,
            "method": self.method, **self.effort,
        }  # fmt: skip


def whole_plan_digest(choices: list[str], prices: list[str]) -> str:
    """Digest of a whole plan from those of its partitions."""
    return hashlib.sha256("\x1f".join([*choices, "", *prices]).encode()).hexdigest()


CorePatch = tuple[Ints, npt.NDArray[np.int8]]


@dataclass(frozen=True)
class CheckedPart:
    """What one partition of the patched plan adds up to.

    Attributes
    ----------
    value : int
        Micro-persons.
    use : tuple of int
    wrong_households, wrong_villages : int
        Households with a package they may not have; villages with a broken row.
    choice, price : str
        SHA-256 of the choices and of the village prices.
    """

    value: int
    use: tuple[int, ...]
    wrong_households: int
    wrong_villages: int
    choice: str
    price: str


@dataclass(frozen=True, eq=False)
class PlanCheck:
    """Patch and test partitions of a plan."""

    tables: SweepTables
    source: str
    store: str

    def __call__(self, path: Path, patch: CorePatch) -> CheckedPart:
        """Check one partition."""
        part = read_part(path)
        choice = load_array(Path(self.source) / f"{path.stem}.choice.npy")
        household, package = patch
        choice[household] = package
        save_array(Path(self.store) / f"{path.stem}.choice.npy", choice)
        wrong, broken = count_faults(part, self.tables, choice)
        return CheckedPart(
            value_of_choice(part, choice), tuple(common_use_of_choice(part, self.tables, choice).tolist()), wrong,
            broken, array_digest(choice), array_digest(load_array(Path(self.store) / f"{path.stem}.price.npy")),
        )  # fmt: skip


def count_faults(part: Partition, tables: SweepTables, choice: npt.NDArray[np.int8]) -> tuple[int, int]:
    """Households with a package they may not have, and villages with a broken row."""
    if choice.shape != (part.households,):
        return part.households, len(part.village)
    outside = (choice < 0) | (choice >= part.value.shape[0])
    own = part.value[np.where(outside, 0, choice), np.arange(part.households)]
    used = village_use_of_choice(part, tables, np.where(outside, 0, choice).astype(np.int8))
    return int((outside | (own == part.forbidden)).sum()), int((used > part.capacity).any(axis=1).sum())


def value_of_choice(part: Partition, choice: npt.NDArray[np.int8]) -> int:
    """Value of a choice in micro-persons."""
    return exact_sum(part.value[choice, np.arange(part.households)].astype(np.int64))


def common_use_of_choice(part: Partition, tables: SweepTables, choice: npt.NDArray[np.int8]) -> Ints:
    """Use of the common rows by a choice, added up measure by measure."""
    holds = tables.plan.holds
    has = holds[choice]
    measures = tables.plan.amount_measure
    sums = [int(row[has[:, m] > 0].sum(dtype=np.int64)) for row, m in zip(part.amount, measures, strict=True)]
    held = np.array(sums, dtype=np.int64)
    used = held @ tables.amount_use + has.sum(axis=0) @ tables.unit_use
    if len(part.override):
        taken = choice[part.override[:, 0]] == part.override[:, 1]
        np.add.at(used, part.override[taken, 2], part.override[taken, 3])
    return np.asarray(used, dtype=np.int64)


def array_digest(array: npt.NDArray[Any]) -> str:
    """SHA-256 of an array's bytes."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
