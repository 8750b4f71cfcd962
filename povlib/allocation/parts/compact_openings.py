"""What may be opened, as prices read it: groups behind the households of a part, and offices with some decided.

A facility is decided with the households of the part that most of its rows belong to, so that the posts of a village's
workshop have prices of that part's own. Responsible for these groups, and for the office of a case, in which a decided
facility is no group any more: what it adds is capacity, what it costs is off the funds. Not responsible for which cases
to look at (`opening_search`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from povlib.allocation.parts.compact_form import CompactOffice, CompactPart
from povlib.allocation.parts.joined_office import JoinedOffice
from povlib.allocation.problem.sparse_matrices import Sparse, csr, one_under_another, side_by_side
from povlib.arrays import Ints

Way = tuple[str, int]
"""Facility and level; level 0: shut."""


def with_facilities(
    office: JoinedOffice,
    parts: Sequence[CompactPart],
    used: Sparse,
    behind: Sequence[Ints],
    kind: Ints,
    shared: Ints,
    own: Sequence[Ints],
) -> list[CompactPart]:
    """Return the parts with the facilities behind their households.

    Parameters
    ----------
    used : csr int64 (K, rows)
        What kinds of openings use of every row of the office.
    behind : sequence of int64 (K, n)
        What they use of the sets of funds, and of shares (nothing).
    kind : int (W,)
        Kind of each way to open.
    shared, own
        As in `CompactOffice`.
    """
    openings = office.openings
    assert openings is not None
    start, payable, home = openings.numbers("start"), openings.payable, np.array(office.opened_in)
    common = csr(side_by_side([csr(used[:, shared]), *(csr(block) for block in behind if block.shape[1])], np.int64))
    found = []
    for at, part in enumerate(parts):
        groups = np.flatnonzero(home == at)
        if not len(groups):
            found.append(part)
            continue
        ways = [way for g in groups for way in range(start[g], start[g + 1]) if payable[way]]
        sizes = [int(payable[start[g] : start[g + 1]].sum()) for g in groups]
        kinds = part.office.shape[0]
        found.append(
            replace(
                part,
                start=np.append(part.start, part.start[-1] + np.cumsum(sizes)).astype(np.int64),
                package=np.append(part.package, ways).astype(np.int32),
                value=np.append(part.value, np.zeros(len(ways), dtype=np.int64)),
                kind=np.append(part.kind, kinds + np.arange(len(ways))).astype(np.int32),
                office=csr(one_under_another([part.office, csr(common[kind[ways]])])),
                own=csr(one_under_another([part.own, csr(used[kind[ways]][:, own[at]])])),
                openings=len(groups),
            )
        )
    return found


def ways_of_part(compact: CompactOffice, at: int) -> list[Way]:
    """Return facility and level of each package of the facilities of a part."""
    part, openings = compact.parts[at], compact.office.openings
    if openings is None:
        return []
    return [openings.ways[row] for row in part.package[part.first_way :].tolist()]


def office_of_case(compact: CompactOffice, levels: Mapping[str, int]) -> CompactOffice:
    """Return the office in which some facilities are at their level: their use is off the capacities.

    Parameters
    ----------
    levels : mapping
        Level by facility of what is decided.
    """
    capacity, limits, parts = compact.capacity.copy(), [], []
    for at, part in enumerate(compact.parts):
        limit = compact.limit[at]
        if part.openings:
            ways, first = ways_of_part(compact, at), part.first_way
            held = np.array([facility in levels for facility, _ in ways])
            taken = first + np.flatnonzero([levels.get(facility, -1) == level for facility, level in ways])
            capacity -= np.asarray(part.office[part.kind[taken]].sum(axis=0), dtype=np.int64).ravel()
            limit = limit - np.asarray(part.own[part.kind[taken]].sum(axis=0), dtype=np.int64).ravel()
            part = _without_ways(part, held)
        limits.append(limit)
        parts.append(part)
    return replace(compact, capacity=capacity, limit=tuple(limits), parts=tuple(parts))


def _without_ways(part: CompactPart, gone: Ints) -> CompactPart:
    """Return a part without some of its ways to open, whole facilities at a time."""
    homes, first = part.households, part.first_way
    kept = np.concatenate([np.ones(first, dtype=bool), ~gone])
    sizes = np.add.reduceat(~gone, part.start[homes:-1] - first).astype(np.int64)
    sizes = sizes[sizes > 0]
    start = np.append(part.start[: homes + 1], first + np.cumsum(sizes)).astype(np.int64)
    return replace(
        part, start=start, package=part.package[kept], value=part.value[kept], kind=part.kind[kept],
        openings=len(sizes),
    )  # fmt: skip
