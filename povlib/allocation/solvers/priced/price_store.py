"""The store: a problem's arrays in the order in which prices are passed over them.

Responsible for telling rows that one village uses alone from rows common to several, for putting
households village by village, and for joining packages of equal village-row use into *classes*,
of which only the best matters at any prices of the common rows. Not responsible for prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.sparse_matrices import Sparse, csr
from povlib.allocation.solvers.priced.village_loops import VillageArrays
from povlib.arrays import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class PriceStore:
    """Arrays of a problem, households by village, packages by class.

    Attributes
    ----------
    package : int64 (Q,)
        Row in the problem of each package kept here; forbidden ones are left out.
    value : float (Q,)
        Micro-persons.
    common : int64 (C,)
        Columns of the problem that several villages use.
    use : csr float (Q, C)
    cap : float (C,)
    begin : int64 (E+1,)
        Class e owns packages begin[e] .. begin[e+1]-1.
    entry : int64 (H+1,)
        Household h (in the order of `member`) owns classes entry[h] .. entry[h+1]-1.
    local : int64 (E, L)
        Use of the village's own rows, by slot.
    member : int64 (H,)
        Group of the problem.
    first : int64 (V+1,)
        Village v owns households first[v] .. first[v+1]-1.
    slot : int64 (V, L)
        Column of the problem behind each slot; -1 = none.
    limit : int64 (V, L)
    """

    package: Ints
    value: Floats
    common: Ints
    use: Sparse
    cap: Floats
    begin: Ints
    entry: Ints
    local: Ints
    member: Ints
    first: Ints
    slot: Ints
    limit: Ints

    @property
    def villages(self) -> int:
        """Number of villages."""
        return len(self.first) - 1

    @property
    def households(self) -> int:
        """Number of households (and facilities)."""
        return len(self.member)

    @property
    def arrays(self) -> VillageArrays:
        """What the compiled loops read."""
        use = self.use
        return VillageArrays(
            self.value, use.data, use.indices, use.indptr, self.begin, self.entry, self.local, self.first, self.slot,
            self.limit,
        )  # fmt: skip

    def sample(self, some: Ints) -> PriceStore:
        """Return the store of some whole villages, capacities of common rows in proportion."""
        size = np.diff(self.first)[some]
        home = concatenated_ranges(self.first[some], size)
        entries = np.diff(self.entry)[home]
        of = concatenated_ranges(self.entry[home], entries)
        packages = np.diff(self.begin)[of]
        rows = concatenated_ranges(self.begin[of], packages)
        return PriceStore(
            package=self.package[rows],
            value=self.value[rows],
            common=self.common,
            use=self.use[rows],
            cap=self.cap * (len(home) / max(self.households, 1)),
            begin=_running_ends(packages),
            entry=_running_ends(entries),
            local=self.local[of],
            member=self.member[home],
            first=_running_ends(size),
            slot=self.slot[some],
            limit=self.limit[some],
        )


def _running_ends(sizes: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def concatenated_ranges(begin: Ints, size: Ints) -> Ints:
    """Return begin[0] .. begin[0]+size[0]-1, begin[1] ... one after the other."""
    shift = np.repeat(begin - (np.cumsum(size) - size), size)
    return np.asarray(np.arange(int(size.sum())) + shift, dtype=np.int64)


def store_of(
    value: npt.NDArray[np.int64], use: Sparse, capacity: Ints, start: Ints, village: Ints, allowed: Bools
) -> PriceStore:
    """Return the store of a problem.

    Parameters
    ----------
    value : int64 (P,)
        Micro-persons of each package row; rows start[g] .. start[g+1]-1 belong to group g.
    use : csr int64 (P, R)
    capacity : int64 (R,)
    village : int64 (G,)
        Village number of each group, 0 .. V-1.
    allowed : bool (P,)
    """
    member = np.argsort(village, kind="stable").astype(np.int64)
    count = int(village.max(initial=-1)) + 1
    first = np.searchsorted(village[member], np.arange(count + 1)).astype(np.int64)
    owner = _owning_village(use, village, start, allowed)
    own = owner >= 0
    slot, place = _village_slots(owner, count)
    package = concatenated_ranges(start[member], np.diff(start)[member])
    if not allowed.all():
        package = package[allowed[package]]
    home = _household_of_package(package, start, member)
    code, tuples = _village_use_codes(use, own, place, slot.shape[1])
    order = np.argsort(home * np.int64(len(tuples)) + code[package], kind="stable")
    package, home = package[order], home[order]
    kind = code[package]
    new = np.flatnonzero(np.r_[True, (home[1:] != home[:-1]) | (kind[1:] != kind[:-1])])
    common = np.flatnonzero(owner == USED_BY_SEVERAL)
    return PriceStore(
        package=package,
        value=value[package].astype(np.float64),
        common=common,
        use=csr(_columns_as_floats(use, common)[package]),
        cap=capacity[common].astype(np.float64),
        begin=np.append(new, len(package)).astype(np.int64),
        entry=np.searchsorted(home[new], np.arange(len(member) + 1)).astype(np.int64),
        local=tuples[kind[new]],
        member=member,
        first=first,
        slot=slot,
        limit=np.where(slot >= 0, capacity[np.maximum(slot, 0)], 0),
    )


def _household_of_package(package: Ints, start: Ints, member: Ints) -> Ints:
    """Return the place of each package's household in the order of villages."""
    rank = np.empty(len(member), dtype=np.int64)
    rank[member] = np.arange(len(member))
    return rank[np.repeat(np.arange(len(member)), np.diff(start))[package]]


#: codes of columns that no village, or several villages, use
USED_BY_NONE, USED_BY_SEVERAL = -2, -1


def _owning_village(use: Sparse, village: Ints, start: Ints, allowed: Bools) -> Ints:
    """Return the village that alone uses each column; `USED_BY_SEVERAL` or `USED_BY_NONE` otherwise."""
    where = np.repeat(village, np.diff(start))
    at = np.repeat(where, np.diff(use.indptr))
    column = use.indices
    if not allowed.all():
        kept = np.repeat(allowed, np.diff(use.indptr))
        at, column = at[kept], column[kept]
    low = np.full(use.shape[1], np.iinfo(np.int64).max)
    high = np.full(use.shape[1], USED_BY_NONE, dtype=np.int64)
    np.minimum.at(low, column, at)
    np.maximum.at(high, column, at)
    return np.where(high == USED_BY_NONE, USED_BY_NONE, np.where(low == high, high, USED_BY_SEVERAL))


def _village_slots(owner: Ints, villages: int) -> tuple[Ints, Ints]:
    """Return the column of each village and slot, and the slot of each column."""
    mine = np.flatnonzero(owner >= 0)
    mine = mine[np.lexsort((mine, owner[mine]))]
    place = np.arange(len(mine)) - np.searchsorted(owner[mine], owner[mine])
    slot = np.full((villages, int(place.max(initial=-1)) + 1), -1, dtype=np.int64)
    slot[owner[mine], place] = mine
    at = np.full(len(owner), -1, dtype=np.int64)
    at[mine] = place
    return slot, at


def _village_use_codes(use: Sparse, own: Bools, place: Ints, width: int) -> tuple[Ints, Ints]:
    """Return a code of each package's use of its village's rows, and the uses behind each code."""
    chosen = np.flatnonzero(own[use.indices])
    row = np.repeat(np.arange(use.shape[0]), np.diff(use.indptr))[chosen]
    slot, amount = place[use.indices[chosen]], use.data[chosen]
    code = np.zeros(use.shape[0], dtype=np.int64)
    tuples = np.zeros((1, 0), dtype=np.int64)
    for j in range(width):
        mine = slot == j
        local = np.zeros(use.shape[0], dtype=np.int64)
        local[row[mine]] = amount[mine]
        kinds, kind = _distinct_with_inverse(local)
        seen, code = _distinct_with_inverse(code * len(kinds) + kind)
        tuples = np.column_stack([tuples[seen // len(kinds)], kinds[seen % len(kinds)]])
    return code, tuples


def _distinct_with_inverse(numbers: Ints) -> tuple[Ints, Ints]:
    """`np.unique` with inverse, by counting where the range is small."""
    low, high = int(numbers.min(initial=0)), int(numbers.max(initial=0))
    if high - low > 4 * len(numbers) + 1024:
        kinds, kind = np.unique(numbers, return_inverse=True)
        return kinds, kind.astype(np.int64)
    seen = np.zeros(high - low + 1, dtype=bool)
    seen[numbers - low] = True
    rank = np.cumsum(seen) - 1
    return np.flatnonzero(seen) + low, rank[numbers - low]


def _columns_as_floats(use: Sparse, columns: Ints) -> Sparse:
    """Return some columns as floats: whole numbers below 2^53 stay exact."""
    rank = np.full(use.shape[1], -1, dtype=np.int32)
    rank[columns] = np.arange(len(columns))
    at = rank[use.indices]
    kept = at >= 0
    ends = np.concatenate([[0], np.cumsum(kept)])[use.indptr]
    if ends[-1] < np.iinfo(np.int32).max:
        ends = ends.astype(np.int32)
    return csr((use.data[kept].astype(np.float64), at[kept], ends), shape=(use.shape[0], len(columns)))
