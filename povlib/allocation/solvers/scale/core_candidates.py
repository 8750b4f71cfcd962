"""Integer cores of more and more nearly tied households, until one absorbs what the prices leave over.

Comes in: the records of the nearly tied households of a pass. Goes out: the best whole choice for them. Begin with
`best_core`: it tries small cores first (a small core is solved nearly exactly) and takes the best choice;
`candidates_of` builds one core: which packages of a household can matter, what they use of common and village rows,
what everybody else leaves of them. Not responsible for how a core is solved:
`povlib.allocation.solvers.priced.integer_core`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.problem.sparse_matrices import Sparse, csr, side_by_side
from povlib.allocation.proof.certificate import UNITS_PER_MICRO
from povlib.allocation.solvers.priced.integer_core import IntegerCore, choose_core, whole_choice
from povlib.allocation.solvers.scale.partition_sweep import NearTieRecords, SweepTables
from povlib.allocation.solvers.scale.pass_result import PassResult
from povlib.allocation.solvers.scale.resident_sample import whole_prices
from povlib.allocation.solvers.scale.village_blocks import Blocks
from povlib.arrays import Floats, Ints

#: packages that lose up to this many times what the last household loses by its next one are candidates
LOSS_WIDTH = 2.0
#: candidates worked on at a time, so that the matrix of their amounts stays in the cache
_CHUNK = 4096


@dataclass(frozen=True, eq=False)
class CoreCandidates:
    """The core, and where each household and candidate comes from.

    Attributes
    ----------
    part, household : int64 (M,)
        Partition and place in it of each household of the core.
    package : int64 (candidates,)
    held : int
        Micro-persons of what the households of the core have at present.
    """

    core: IntegerCore
    part: Ints
    household: Ints
    package: Ints
    held: int


def candidates_of(
    records: list[NearTieRecords],
    tables: SweepTables,
    price: Ints,
    capacity: Ints,
    used: Ints,
    most: int,
    *,
    whole: bool = False,
) -> CoreCandidates:
    """Build the core from the records of a pass.

    Parameters
    ----------
    price : int64 (R,)
        Of the pass.
    capacity, used : int64 (R,)
        Of the common rows, by all households.
    most : int
        Households at most that have a real choice: those of villages not mended come first, then
        those that lose least by another package.
    whole : bool
        The records are all households: every package of theirs may matter.
    """
    pieces = [_lines_with_room(_allowed_lines(record, tables, price), record, tables) for record in records]
    nearest, pieces, width = _nearly_tied(records, pieces, most, whole)
    pieces = [_lines_with_room(piece, record, tables) for record, piece in zip(nearest, pieces, strict=True)]
    kept = [_lines_that_matter(piece, record, width) for piece, record in zip(pieces, nearest, strict=True)]
    left = capacity - used + sum(_use_of_present_choice(record, tables) for record in nearest)
    rows, room, local = _village_rows_of_core(kept, nearest, tables)
    sizes = np.cumsum([0, *(len(record.household) for record in nearest)])
    group = np.concatenate([piece.household + at for piece, at in zip(kept, sizes, strict=False)])
    worth = [record.value[piece.package, piece.household] for piece, record in zip(kept, nearest, strict=True)]
    core = IntegerCore(
        np.searchsorted(group, np.arange(sizes[-1] + 1)).astype(np.int64), np.concatenate(worth).astype(np.int64),
        side_by_side([csr(np.concatenate([piece.use for piece in kept])), rows], np.int64),
        np.concatenate([left, room]).astype(np.int64),
        np.concatenate([price.astype(np.float64), local]) / UNITS_PER_MICRO,
    )  # fmt: skip
    return CoreCandidates(
        core, np.repeat(np.arange(len(nearest)), np.diff(sizes)),
        np.concatenate([record.household for record in nearest]), np.concatenate([piece.package for piece in kept]),
        sum(int(r.value[r.choice, np.arange(len(r.choice))].sum(dtype=np.int64)) for r in nearest),
    )  # fmt: skip


def _nearly_tied(
    records: list[NearTieRecords], pieces: list[_PackageLines], most: int, whole: bool
) -> tuple[list[NearTieRecords], list[_PackageLines], float]:
    """Keep the households that lose least by another package than the present one; say what may matter."""
    losses = []
    for record, piece in zip(records, pieces, strict=True):
        least = np.full(len(record.household), np.inf)
        other = piece.package != record.choice[piece.household]
        np.minimum.at(least, piece.household[other], piece.loss[other])
        losses.append(np.where(record.margin < 0, -1.0, least))
    loss = np.concatenate(losses)
    keep = np.zeros(len(loss), dtype=bool)
    keep[np.argsort(loss, kind="stable")[:most]] = True
    keep &= np.isfinite(loss)
    parts = np.split(keep, np.cumsum([len(own) for own in losses])[:-1])
    found = [_records_of_households(record, some) for record, some in zip(records, parts, strict=True)]
    width = np.inf if whole and most >= len(loss) else LOSS_WIDTH * float(loss[keep].max(initial=0.0)) + 1.0
    return found, [_lines_of_households(piece, some) for piece, some in zip(pieces, parts, strict=True)], width


def _lines_of_households(piece: _PackageLines, some: npt.NDArray[np.bool_]) -> _PackageLines:
    """Lines of some households, numbered again."""
    number = np.cumsum(some) - 1
    kept = some[piece.household]
    return _PackageLines(number[piece.household[kept]], piece.package[kept], piece.use[kept], piece.loss[kept])


def _lines_that_matter(piece: _PackageLines, record: NearTieRecords, width: float) -> _PackageLines:
    """Keep packages of little loss, the present choice, and everything in villages not mended."""
    kept = (piece.loss <= width) | (record.margin[piece.household] < 0)
    kept |= piece.package == record.choice[piece.household]
    return _PackageLines(piece.household[kept], piece.package[kept], piece.use[kept], piece.loss[kept])


def _village_rows_of_core(
    kept: list[_PackageLines], found: list[NearTieRecords], tables: SweepTables
) -> tuple[Sparse, Ints, Floats]:
    """Use of village rows by the candidates, what others leave of them, and their prices."""
    villages, rows, room, price = 0, [], [], []
    for piece, record in zip(kept, found, strict=True):
        number, slot = np.unique(record.village, return_inverse=True)
        rows.append((tables.village_use[piece.package], slot[piece.household] + villages))
        room.append(_left_by_others(record, tables, slot, len(number)))
        price.append(_one_row_a_village(record.price, slot, len(number)))
        villages += len(number)
    stacked = _village_use_matrix(rows, villages, tables.village_use.shape[1])
    return stacked, np.concatenate(room).astype(np.int64), np.concatenate(price).astype(np.float64)


@dataclass(frozen=True, eq=False)
class _PackageLines:
    """Allowed packages of the recorded households of one partition."""

    household: Ints
    package: Ints
    use: Ints
    loss: Floats


def _allowed_lines(record: NearTieRecords, tables: SweepTables, price: Ints) -> _PackageLines:
    """Every allowed package of the recorded households, household by household, with its loss."""
    low = np.iinfo(record.value.dtype).min
    household, package = np.nonzero(np.not_equal(record.value.T, low))
    use = common_use_of_packages(record, tables, household, package)
    line = record.value[package, household].astype(np.float64) * UNITS_PER_MICRO - (use @ price).astype(np.float64)
    line -= (tables.village_use[package] * record.price[household]).sum(axis=1)
    if not len(household):
        return _PackageLines(household, package, use, line)
    first = np.flatnonzero(np.r_[True, household[1:] != household[:-1]])
    best = np.maximum.reduceat(line, first)
    return _PackageLines(household, package, use, best[household] - line)


def _lines_with_room(piece: _PackageLines, record: NearTieRecords, tables: SweepTables) -> _PackageLines:
    """Drop packages for which the village's rows have no room whatever the others of the core choose.

    Most near ties are between using a village's last place and not; with nobody else of that
    village in the core they are no choice at all, only ballast that hides the real ones.
    """
    if not len(piece.household) or not tables.village_use.shape[1]:
        return piece
    _, slot = np.unique(record.village, return_inverse=True)
    left = _left_by_others(record, tables, slot, int(slot.max()) + 1).reshape(-1, tables.village_use.shape[1])
    while True:
        use = tables.village_use[piece.package]
        first = np.flatnonzero(np.r_[True, piece.household[1:] != piece.household[:-1]])
        least = np.minimum.reduceat(use, first, axis=0)
        room = left.copy()
        np.subtract.at(room, slot, least)
        fits = (use - least[piece.household] <= room[slot[piece.household]]).all(axis=1)
        if fits.all():
            return piece
        piece = _PackageLines(piece.household[fits], piece.package[fits], piece.use[fits], piece.loss[fits])


def common_use_of_packages(record: NearTieRecords, tables: SweepTables, household: Ints, package: Ints) -> Ints:
    """Use of the common rows by packages of recorded households, overrides included."""
    amount_measure, holds = tables.plan.amount_measure, tables.plan.holds
    found = (holds @ tables.unit_use)[package]
    for low in range(0, len(package), _CHUNK):
        some = slice(low, low + _CHUNK)
        own = record.amount[:, household[some]].T.astype(np.int64) * holds[package[some]][:, amount_measure]
        found[some] += own @ tables.amount_use
    for at, k, row, added in record.override.tolist():
        found[(household == at) & (package == k), row] += added
    return found


def _use_of_present_choice(record: NearTieRecords, tables: SweepTables) -> Ints:
    every = np.arange(len(record.household))
    return np.asarray(
        common_use_of_packages(record, tables, every, record.choice.astype(np.int64)).sum(axis=0), dtype=np.int64
    )


def _left_by_others(record: NearTieRecords, tables: SweepTables, slot: Ints, villages: int) -> Ints:
    """Return what all others leave of each village's rows: what is left now and what the recorded use."""
    left = _one_row_a_village(record.left, slot, villages).reshape(villages, record.left.shape[1])
    np.add.at(left, slot, tables.village_use[record.choice])
    return np.asarray(left.ravel(), dtype=np.int64)


def _one_row_a_village(rows: npt.NDArray[Any], slot: Ints, villages: int) -> npt.NDArray[Any]:
    found = np.zeros((villages, rows.shape[1]), dtype=rows.dtype)
    found[slot] = rows
    return found.ravel()


def _village_use_matrix(pieces: list[tuple[Ints, Ints]], villages: int, rows: int) -> Sparse:
    use, village = np.concatenate([p[0] for p in pieces]), np.concatenate([p[1] for p in pieces])
    at, row = np.nonzero(use)
    return csr((use[at, row], (at, village[at] * rows + row)), shape=(len(use), villages * rows), dtype=np.int64)


def _records_of_households(record: NearTieRecords, some: npt.NDArray[np.bool_]) -> NearTieRecords:
    at = np.full(len(some), -1, dtype=np.int64)
    at[some] = np.arange(int(some.sum()))
    override = record.override[at[record.override[:, 0]] >= 0].copy()
    override[:, 0] = at[override[:, 0]]
    return NearTieRecords(
        record.household[some], record.village[some], record.margin[some], record.choice[some],
        record.value[:, some], record.amount[:, some], override, record.left[some], record.price[some],
    )  # fmt: skip


#: households recorded by a pass, and of the cores tried one after the other
RECORDED_HOUSEHOLDS = 8000
CORE_SIZES = (200, 400, 800, 1600, 3200, RECORDED_HOUSEHOLDS)
#: cores that may miss the goal before the best is taken
MOST_CORES_SOLVED = 2
#: the integer program after the search: the largest core it is asked about, its nodes and seconds (a choice: larger
#: cores are searched better by sums of changes)
PROGRAM_CANDIDATES, PROGRAM_NODES, PROGRAM_S = 2500, 60, 60.0
#: share of the gap asked for that the core's search may leave
CORE_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class SolvedCore:
    """The core's choice: packages of its households, value of the whole plan (micro-persons), its prices."""

    picked: CoreCandidates
    package: npt.NDArray[np.int8]
    value: int
    price: Ints | None
    nodes: int


def best_core(
    result: PassResult, blocks: Blocks, tables: SweepTables, gap: float, deadline: float, *, strict: bool
) -> SolvedCore | None:
    """Return the best choice of the cores tried; None where none absorbs what the prices leave over.

    Parameters
    ----------
    gap : float
        Persons; the search stops when its share of this is left.
    strict : bool
        Take no core whose prices strain: better prices will come.
    """
    best: SolvedCore | None = None
    tries, recorded = 0, sum(len(record.margin) for record in result.records)
    goal = result.bound / UNITS_PER_MICRO - CORE_SHARE * gap * MICRO
    used = np.array(result.sums.use, dtype=np.int64)
    for size in CORE_SIZES:
        picked = candidates_of(
            result.records,
            tables,
            result.price,
            blocks.layout.capacity,
            used,
            size,
            whole=recorded >= blocks.households,
        )
        outside = result.sums.value - picked.held
        left = max(deadline - time.monotonic(), 1.0)
        choice = choose_core(picked.core, target_micro=goal - outside, time_limit_s=left, strict=strict)
        if choice.rows is not None:
            rows, more = _improved_by_program(picked, choice.rows, goal - outside, left)
            value, tries = outside + int(picked.core.value[rows].sum()), tries + 1
            nodes = choice.nodes + more + (best.nodes if best is not None else 0)
            price = None if choice.price is None else whole_prices(choice.price[: len(result.price)] * UNITS_PER_MICRO)
            if best is None or value > best.value:
                best = SolvedCore(picked, picked.package[rows].astype(np.int8), value, price, nodes)
            if value >= goal or left <= 1.0 or tries == MOST_CORES_SOLVED:
                break
        if size >= recorded:
            break
    return best


def _improved_by_program(
    picked: CoreCandidates, rows: Ints, goal_micro: float, time_limit_s: float
) -> tuple[Ints, int]:
    """Ask an integer program for more where the search left more than the goal, in a core small enough for it."""
    core = picked.core
    if core.value[rows].sum() >= goal_micro or len(core.value) > PROGRAM_CANDIDATES:
        return rows, 0
    found, nodes, _ = whole_choice(core, goal_micro, PROGRAM_NODES, min(time_limit_s, PROGRAM_S))
    if found is None or core.value[found].sum() <= core.value[rows].sum():
        return rows, nodes
    return found, nodes
