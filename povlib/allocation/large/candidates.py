"""From records of nearly tied households to the core of `povlib.allocation.priced`.

Responsible for the candidate packages of each recorded household, what they use of common and
village rows, and what everybody else leaves of them. Not responsible for choosing among them:
`priced.core.choose`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from povlib.allocation.certificate import UNITS_PER_MICRO
from povlib.allocation.large.sweeping import Records, Tables
from povlib.allocation.matrices import Sparse, beside, csr
from povlib.allocation.priced.core import Core

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
#: candidates beside the best of each household, in all
MOST_CANDIDATES = 24_000
_CHUNK = 4096


@dataclass(frozen=True, eq=False)
class Candidates:
    """The core, and where each household and candidate comes from.

    Attributes
    ----------
    part, household : int64 (M,)
        Partition and place in it of each household of the core.
    package : int64 (candidates,)
    """

    core: Core
    part: Ints
    household: Ints
    package: Ints


def candidates_of(
    records: list[Records], tables: Tables, price: Ints, capacity: Ints, used: Ints, most: int
) -> Candidates:
    """Build the core from the records of a pass.

    Parameters
    ----------
    price : int64 (R,)
        Of the pass.
    capacity, used : int64 (R,)
        Of the common rows, by all households.
    most : int
        Households at most; those of villages not mended come first, then those of least margin.
    """
    margin = np.concatenate([record.margin for record in records])
    keep = np.zeros(len(margin), dtype=bool)
    keep[np.argsort(margin, kind="stable")[:most]] = True
    found = [_few(record, some) for record, some in zip(records, _split(keep, records), strict=True)]
    pieces = [_lines(record, tables, price) for record in found]
    loss = np.concatenate([piece.loss for piece in pieces])
    width = _width(loss)
    first, villages = 0, 0
    start, value, package, use, rows, local_price, left = [], [], [], [], [], [], []
    taken = used.copy()
    for record, piece in zip(found, pieces, strict=True):
        kept = (piece.loss <= width) | (record.margin[piece.household] < 0)
        kept |= piece.package == record.choice[piece.household]  # so that village rows can be kept
        household, own = piece.household[kept], piece.package[kept]
        start.append(first + np.flatnonzero(np.r_[True, household[1:] != household[:-1]]) if len(household) else [])
        first += len(household)
        number, slot = np.unique(record.village, return_inverse=True)
        value.append(record.value[own, household].astype(np.int64))
        package.append(own)
        use.append(piece.use[kept])
        rows.append((tables.village_use[own], slot[household] + villages))
        villages += len(number)
        taken -= _chosen_use(record, tables)
        left.append(_left(record, tables, slot, len(number)))
        local_price.append(_first_of(record.price, slot, len(number)))
    width_of = tables.village_use.shape[1]
    matrix = beside([csr(np.concatenate(use)), _stacked(rows, villages, width_of)], np.int64)
    core = Core(
        np.append(np.concatenate(start), first).astype(np.int64), np.concatenate(value), matrix,
        np.concatenate([capacity - taken, *left]),
        np.concatenate([price, *local_price]).astype(np.float64) / UNITS_PER_MICRO,
    )  # fmt: skip
    part = np.repeat(np.arange(len(found)), [len(record.household) for record in found])
    return Candidates(core, part, np.concatenate([record.household for record in found]), np.concatenate(package))


@dataclass(frozen=True, eq=False)
class _Lines:
    """Allowed packages of the recorded households of one partition."""

    household: Ints
    package: Ints
    use: Ints
    loss: Floats


def _lines(record: Records, tables: Tables, price: Ints) -> _Lines:
    """Every allowed package of the recorded households, household by household, with its loss."""
    low = np.iinfo(record.value.dtype).min
    household, package = np.nonzero(record.value.T != low)
    use = use_of(record, tables, household, package)
    line = record.value[package, household].astype(np.float64) * UNITS_PER_MICRO - (use @ price).astype(np.float64)
    line -= (tables.village_use[package] * record.price[household]).sum(axis=1)
    if not len(household):
        return _Lines(household, package, use, line)
    first = np.flatnonzero(np.r_[True, household[1:] != household[:-1]])
    best = np.maximum.reduceat(line, first)
    return _Lines(household, package, use, best[household] - line)


def use_of(record: Records, tables: Tables, household: Ints, package: Ints) -> Ints:
    """Use of the common rows by packages of recorded households, overrides included."""
    amount_measure, holds = tables.plan[0], tables.plan[5]
    found = (holds @ tables.unit_use)[package]
    for low in range(0, len(package), _CHUNK):
        some = slice(low, low + _CHUNK)
        own = record.amount[:, household[some]].T.astype(np.int64) * holds[package[some]][:, amount_measure]
        found[some] += own @ tables.amount_use
    for at, k, row, added in record.override.tolist():
        found[(household == at) & (package == k), row] += added
    return found


def _chosen_use(record: Records, tables: Tables) -> Ints:
    every = np.arange(len(record.household))
    return np.asarray(use_of(record, tables, every, record.choice.astype(np.int64)).sum(axis=0), dtype=np.int64)


def _left(record: Records, tables: Tables, slot: Ints, villages: int) -> Ints:
    """What all others leave of each village's rows: what is left now and what the recorded use."""
    left = _first_of(record.left, slot, villages).reshape(villages, -1)
    np.add.at(left, slot, tables.village_use[record.choice])
    return left.ravel()


def _first_of(rows: npt.NDArray[np.generic], slot: Ints, villages: int) -> npt.NDArray[np.generic]:  # type: ignore[type-arg]
    found = np.zeros((villages, rows.shape[1]), dtype=rows.dtype)
    found[slot] = rows
    return found.ravel()


def _stacked(pieces: list[tuple[Ints, Ints]], villages: int, rows: int) -> Sparse:
    use, village = np.concatenate([p[0] for p in pieces]), np.concatenate([p[1] for p in pieces])
    at, row = np.nonzero(use)
    return csr((use[at, row], (at, village[at] * rows + row)), shape=(len(use), villages * rows), dtype=np.int64)


def _few(record: Records, some: npt.NDArray[np.bool_]) -> Records:
    at = np.full(len(some), -1, dtype=np.int64)
    at[some] = np.arange(int(some.sum()))
    override = record.override[at[record.override[:, 0]] >= 0].copy()
    override[:, 0] = at[override[:, 0]]
    return Records(
        record.household[some], record.village[some], record.margin[some], record.choice[some],
        record.value[:, some], record.amount[:, some], override, record.left[some], record.price[some],
    )  # fmt: skip


def _split(keep: npt.NDArray[np.bool_], records: list[Records]) -> list[npt.NDArray[np.bool_]]:
    return np.split(keep, np.cumsum([len(record.margin) for record in records])[:-1])


def _width(loss: Floats) -> float:
    """Return the loss up to which packages are candidates."""
    if len(loss) <= MOST_CANDIDATES:
        return np.inf
    return float(np.partition(loss, MOST_CANDIDATES)[MOST_CANDIDATES])
