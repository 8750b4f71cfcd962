"""The final check: a patched plan, every household, village and common row tested strictly.

Responsible for putting the core's choices into the stored plan, testing it in whole numbers on the
data read again. It uses no result of a pass but the choice itself. Not responsible for the
independent re-proof: `verify`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.proof.certificate import exact_sum
from povlib.allocation.solvers.scale.partition import Part, load, read_part
from povlib.allocation.solvers.scale.partition_sweep import Tables, save, village_used
from povlib.arrays import Ints

Patch = tuple[Ints, npt.NDArray[np.int8]]


@dataclass(frozen=True)
class Checked:
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
class Check:
    """Patch and test partitions of a plan."""

    tables: Tables
    source: str
    store: str

    def __call__(self, path: Path, patch: Patch) -> Checked:
        """Check one partition."""
        part = read_part(path)
        choice = load(Path(self.source) / f"{path.stem}.choice.npy")
        household, package = patch
        choice[household] = package
        save(Path(self.store) / f"{path.stem}.choice.npy", choice)
        wrong, broken = faults_of(part, self.tables, choice)
        return Checked(
            value_of(part, choice), tuple(common_used(part, self.tables, choice).tolist()), wrong, broken,
            digest_of(choice), digest_of(load(Path(self.store) / f"{path.stem}.price.npy")),
        )  # fmt: skip


def faults_of(part: Part, tables: Tables, choice: npt.NDArray[np.int8]) -> tuple[int, int]:
    """Households with a package they may not have, and villages with a broken row."""
    if choice.shape != (part.households,):
        return part.households, len(part.village)
    outside = (choice < 0) | (choice >= part.value.shape[0])
    own = part.value[np.where(outside, 0, choice), np.arange(part.households)]
    used = village_used(part, tables, np.where(outside, 0, choice).astype(np.int8))
    return int((outside | (own == part.forbidden)).sum()), int((used > part.capacity).any(axis=1).sum())


def value_of(part: Part, choice: npt.NDArray[np.int8]) -> int:
    """Value of a choice in micro-persons."""
    return exact_sum(part.value[choice, np.arange(part.households)].astype(np.int64))


def common_used(part: Part, tables: Tables, choice: npt.NDArray[np.int8]) -> Ints:
    """Use of the common rows by a choice, added up measure by measure."""
    holds = tables.plan[5]
    has = holds[choice]
    held = np.array([int(row[has[:, m] > 0].sum(dtype=np.int64)) for row, m in zip(part.amount, tables.plan[0],
                    strict=True)], dtype=np.int64)  # fmt: skip
    used = held @ tables.amount_use + has.sum(axis=0) @ tables.unit_use
    if len(part.override):
        taken = choice[part.override[:, 0]] == part.override[:, 1]
        np.add.at(used, part.override[taken, 2], part.override[taken, 3])
    return np.asarray(used, dtype=np.int64)


def digest_of(array: npt.NDArray[Any]) -> str:
    """SHA-256 of an array's bytes."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
