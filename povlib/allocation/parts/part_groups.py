"""Parts put together to groups as large as one search carries.

A search for whole choices over one group loses nothing between its parts: no fractions of posts that quotas cut off.
Prices are found over one group that holds them all. Responsible for the groups and for handing their choices back to
the parts. Not responsible for any search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from povlib.allocation.parts.compact_form import CompactOffice, CompactPart
from povlib.allocation.problem.sparse_matrices import csr, one_under_another
from povlib.arrays import Ints

Numbers = npt.NDArray[np.number]
#: packages of a group. 20,000 households with 590,000 packages and prices of the whole office: as one group a gap of
#: 2.6 persons, as three 3.3, as seven 4.0, each in 2 to 5 s
MOST_PACKAGES = 1_000_000


@dataclass(frozen=True, eq=False)
class PartGroups:
    """The office with groups in place of parts.

    Attributes
    ----------
    compact : CompactOffice
        Its parts are the groups; its `CompactOffice.office` is unchanged.
    households : tuple of tuple of int
        For each group, the households of the parts in it, in order.
    """

    compact: CompactOffice
    households: tuple[tuple[int, ...], ...]

    def taken(self, at: int, packages: Ints, amount: Numbers) -> Iterator[tuple[int, Ints, Numbers]]:
        """Yield the parts of a group, each with those of some packages that are its own, and how much of each is taken.

        Parameters
        ----------
        packages : int64 (N,)
            Among those of the group's compact part.
        amount : number (N,)
        """
        group, own = self.compact.parts[at], np.cumsum(self.households[at])
        home = np.searchsorted(group.start[own], packages, side="right")
        first = sum(map(len, self.households[:at]))
        for part in range(len(own)):
            mine = home == part
            yield first + part, group.package[packages[mine]].astype(np.int64), amount[mine]

    def choices(self, at: int, taken: Ints) -> Iterator[tuple[int, Ints]]:
        """Yield the parts of a group, each with the package of each of its households (places in that part).

        Parameters
        ----------
        taken : int64 (H,)
            Package of each household of the group, among those of its compact part.
        """
        package = self.compact.parts[at].package[taken].astype(np.int64)
        first = sum(map(len, self.households[:at]))
        yield from enumerate(np.split(package, np.cumsum(self.households[at])[:-1]), start=first)


def grouped_parts(compact: CompactOffice, most: int) -> PartGroups:
    """Return the office in as few groups as hold about `most` packages each: neighbours together, a part whole.

    Parameters
    ----------
    most : int
        Packages.
    """
    sizes = np.array([len(part.value) for part in compact.parts], dtype=np.int64)
    count = max(1, -(-int(sizes.sum()) // most))
    middle = np.cumsum(sizes) - sizes / 2
    group = np.minimum((middle * count / max(int(sizes.sum()), 1)).astype(np.int64), count - 1)
    members = [np.flatnonzero(group == at) for at in np.unique(group)]
    joined = replace(
        compact,
        own=tuple(np.concatenate([compact.own[at] for at in one]) for one in members),
        limit=tuple(np.concatenate([compact.limit[at] for at in one]) for one in members),
        parts=tuple(_joined(compact, one.tolist()) for one in members),
    )
    return PartGroups(joined, tuple(tuple(compact.parts[at].households for at in one) for one in members))


def _joined(compact: CompactOffice, members: Sequence[int]) -> CompactPart:
    """Return some parts as one; the kinds of each, and the rows of its own, behind those of the parts before it.

    What may be opened in any of them stands behind the households of all.
    """
    if len(members) == 1:
        return compact.parts[members[0]]
    parts = [compact.parts[at] for at in members]
    kinds = np.cumsum([0, *(part.office.shape[0] for part in parts)])
    villages = np.cumsum([0, *(int(part.village.max()) + 1 for part in parts)])
    sizes = _homes_first(parts, [np.diff(part.start) for part in parts], groups=True)
    return CompactPart(
        start=np.append(0, np.cumsum(sizes)).astype(np.int64),
        package=_homes_first(parts, [part.package for part in parts]),
        value=_homes_first(parts, [part.value for part in parts]),
        kind=_homes_first(parts, [part.kind + before for part, before in zip(parts, kinds[:-1], strict=True)]).astype(
            np.int32
        ),
        office=csr(one_under_another([part.office for part in parts])),
        own=csr(sparse.block_diag([part.own for part in parts], format="csr", dtype=np.int64)),
        village=np.concatenate([part.village + before for part, before in zip(parts, villages[:-1], strict=True)]),
        openings=sum(part.openings for part in parts),
    )


def _homes_first(
    parts: Sequence[CompactPart], columns: Sequence[npt.NDArray[Any]], *, groups: bool = False
) -> npt.NDArray[Any]:
    """Return a column of packages (of groups) of several parts: those of all households, then those of facilities."""
    cut = [part.households if groups else part.first_way for part in parts]
    homes = [column[:at] for column, at in zip(columns, cut, strict=True)]
    return np.concatenate([*homes, *(column[at:] for column, at in zip(columns, cut, strict=True))])
