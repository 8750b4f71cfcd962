"""An office as prices read it: the arrays of its parts, and of the rows that prices are found for.

Responsible for what each array means. Not responsible for making them (`compact_parts`, `compact_openings`) nor for
prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from povlib.allocation.parts.joined_office import JoinedOffice
from povlib.allocation.problem.sparse_matrices import Sparse
from povlib.arrays import Ints


@dataclass(frozen=True, eq=False)
class CompactPart:
    """A part as prices read it.

    Attributes
    ----------
    start : int64 (H+G+1,)
        Household h has packages start[h] .. start[h+1]-1 of those below; forbidden ones are left out. Behind the
        households stand the facilities that are decided with this part.
    package : int32 (Q,)
        Package of the part; of a facility, of the part of openings.
    value : int64 (Q,)
        Micro-persons.
    kind : int32 (Q,)
    office, own : csr int64 (K, O), (K, L)
        Use of the office's rows (those of `CompactOffice.rows`) and of the part's own, in their ``<=`` form.
    village : int64 (H,)
    openings : int
        Number G of facilities.
    """

    start: Ints
    package: npt.NDArray[np.int32]
    value: Ints
    kind: npt.NDArray[np.int32]
    office: Sparse
    own: Sparse
    village: Ints
    openings: int = 0

    @property
    def households(self) -> int:
        """Number of households."""
        return len(self.start) - 1 - self.openings

    @property
    def first_way(self) -> int:
        """Place of the first package of a facility."""
        return int(self.start[self.households])


@dataclass(frozen=True, eq=False)
class CompactOffice:
    """The rows that prices are found for, and the parts.

    Attributes
    ----------
    office : JoinedOffice
    states : tuple of tuple
        Sets of funds, as `BundledFunds` writes them.
    divisor : tuple of int
        Of each share: its coefficients are divided by this.
    shared : int64 (O,)
        The office's rows among `JoinedOffice.rows`; sets of funds and shares follow behind them.
    capacity : int64 (O + states + shares,)
        In ``<=`` form.
    own : tuple of int64 arrays
        The rows of each part among `JoinedOffice.rows`.
    limit : tuple of int64 arrays
        Their capacities in ``<=`` form.
    parts : tuple of CompactPart
    unpayable : int
        Packages left out because nobody may pay their bills in full.
    """

    office: JoinedOffice
    states: tuple[tuple[int, ...], ...]
    divisor: tuple[int, ...]
    shared: Ints
    capacity: Ints
    own: tuple[Ints, ...]
    limit: tuple[Ints, ...]
    parts: tuple[CompactPart, ...]
    unpayable: int
