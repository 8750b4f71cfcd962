"""The whole-number form of an allocation problem: the arrays that every method, certificate and check share.

Responsible for what each array means. Not responsible for making them (`allocation_problem`, `integer_rows`,
`array_problem`) nor for solving.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.bundled_funds import BundledFunds
from povlib.allocation.problem.problem_tables import ProblemTables
from povlib.allocation.problem.sparse_matrices import Sparse
from povlib.allocation.problem.stage_objectives import ObjectiveColumns, Priority
from povlib.arrays import Bools, Ints


@dataclass(frozen=True, eq=False)
class ProblemArrays:
    """An allocation problem in whole numbers.

    Attributes
    ----------
    hh : (H,) text
        Households in order of their key; facilities follow as groups H, H+1, ...
    start : int64 (G+1,)
        Group g owns package rows start[g] .. start[g+1]-1.
    package : (P,)
        Key of each package row; `row` is its place in the table it was given in (-1: a facility).
    value : int64 (P,)
        Micro-persons (or whatever `objective` counts), rounded half to even.
    allowed : bool (P,)
        Not forbidden by a pin and payable within all ceilings.
    base : int64 (G,)
        Package row of "nothing new"; -1 where there is none.
    use : csr int64 (P, R)
        Use of each capacity row in its ``<=`` form; `capacity` (R,) alike.
    rows : DataFrame
        row, kind, village, sense, unit, capacity (as given), names.
    stages : tuple of (name, int64 (P,))
        What lexicographic priority makes as large as possible first.
    bonus : int64 (P,)
        Micro-persons for keeping the last plan's choice; never counted in `value`.
    """

    hh: npt.NDArray[Any]
    start: Ints
    package: npt.NDArray[Any]
    row: Ints
    value: Ints
    allowed: Bools
    base: Ints
    use: Sparse
    capacity: Ints
    rows: pd.DataFrame
    village: npt.NDArray[Any]
    members: Ints
    money: BundledFunds | None = None
    stages: tuple[tuple[str, Ints], ...] = ()
    bonus: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    tables: ProblemTables | None = None
    objective: ObjectiveColumns = "value"
    unpayable: tuple[str, ...] = ()
    priority: tuple[Priority, ...] = ()
    stability_persons: float = 0.0

    @property
    def households(self) -> int:
        """Number of households (facilities are groups too, but no households)."""
        return len(self.hh)

    @property
    def groups(self) -> int:
        """Number of groups that choose one package row each: households and facilities."""
        return len(self.start) - 1

    @cached_property
    def group(self) -> Ints:
        """Group of each package row."""
        return np.repeat(np.arange(self.groups), np.diff(self.start))

    @property
    def persons(self) -> int:
        """Members of all households."""
        return int(self.members.sum())
