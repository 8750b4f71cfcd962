"""Search of the core by sums of changes: four households against four.

Responsible for splitting nearly tied households into two halves, for a list of changes in each
half (up to four households) whose uses nearly cancel, and for the best pair of both lists that
fits what is left of every row. It reaches gaps that a walk over a few households at a time does
not, because it looks at 10^15 sets of eight at once. Not responsible for the first rounding's
small parts nor for the order of searches (`povlib.allocation.solvers.priced.core_rounding`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from povlib.allocation.solvers.compiled_loops import answers_of_threads
from povlib.arrays import Floats, Ints

#: rows searched; a change that uses more of another row is left out
MOST_ROWS = 16
#: pairs listed of each half, and sums of two pairs; longer lists after rounds without a gain
PAIRS, SUMS = 2_000, 8_000
LONGER, LONGEST = 6, 6
#: losses of four against those of two; the grid is this many times the losses wide at first
MORE_LOSS, WIDE = 1.75, 16.0
NARROWER, WIDER, GRIDS = 0.8, 1.6, 12
_SEED = 1981
#: this much of the search costs as much as one node of a walk
_PER_NODE = 4


class Choices(Protocol):
    """Candidates sorted by household, as `rounding` holds them."""

    first: Ints
    last: Ints
    loss: Floats
    use: Ints
    price: Floats

    def slack(self, chosen: Ints) -> Ints:
        """Return what chosen candidates leave of each row."""
        ...


@dataclass(frozen=True, eq=False)
class _Moves:
    """Changes against a choice: candidate, household, loss, more use of the rows searched; what is left of them."""

    at: Ints
    home: Ints
    loss: Floats
    use: Ints
    room: Ints
    price: Floats


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums of changes of one half: losses, uses, candidates (-1 = none), effort."""

    cost: Floats
    used: Ints
    at: Ints
    effort: int
    wide: float


@dataclass(eq=False)
class Fours:
    """The search, round by round; remembers how wide a grid gives lists of the wanted size."""

    options: Choices
    wide: float = WIDE
    rounds: int = 0
    dry: int = 0

    def better(self, chosen: Ints) -> tuple[Ints | None, int]:
        """Change up to eight households for the better; a choice that breaks rows is mended at least cost.

        Returns the new choice, None where nothing was found, and the effort in nodes.
        """
        moves = self._moves(chosen)
        if moves is None:  # no other start of this list helps either: as good as many dry rounds
            self.dry += LONGER
            return None, 1
        mends = bool((moves.room < 0).any())
        target = np.inf if mends else float(moves.price @ moves.room) - 0.5
        bits = np.random.PCG64(_SEED + self.rounds).random_raw(len(self.options.first) + 2 * len(moves.room))
        self.rounds += 1
        side = (bits[: len(self.options.first)] >> np.uint64(63)).astype(bool)
        shift = (bits[len(self.options.first) :] >> np.uint64(11)).reshape(2, -1) / 2.0**53
        off = float(self.options.loss[chosen].sum())
        highest = np.inf if mends else target + off

        def half(at: int) -> _Sums:
            own = np.flatnonzero(side[moves.home] == bool(at))
            centre = moves.room if at else np.zeros_like(moves.room)
            return self._sums(moves, own, centre, shift[at], highest)

        one, other = answers_of_threads(half, 2)
        self.wide = min(one.wide, other.wide)
        found, tried = _joined(one, other, moves, target)
        effort = (one.effort + other.effort + tried) // _PER_NODE + 1
        self.dry = 0 if found is not None else self.dry + 1
        if found is None:
            return None, effort
        better = chosen.copy()
        better[moves.home[found]] = moves.at[found]
        return better, effort

    def _moves(self, chosen: Ints) -> _Moves | None:
        """List every change that uses no more of a row that is not searched; None where that cannot help."""
        o = self.options
        home = np.repeat(np.arange(len(o.first)), o.last - o.first)
        at = np.flatnonzero(np.arange(len(home)) != chosen[home])
        use = o.use[at] - o.use[chosen[home[at]]]
        loss = o.loss[at] - o.loss[chosen[home[at]]]
        slack, live = o.slack(chosen), _live(use)
        dead = np.setdiff1d(np.arange(len(slack)), live)
        if (slack[dead] < 0).any() or not len(at):
            return None
        fits = (use[:, dead] <= 0).all(axis=1)
        loss = loss - use[:, dead] @ o.price[dead]
        order = np.flatnonzero(fits)
        order = order[np.lexsort((order, loss[order]))]
        own = np.ascontiguousarray(use[order][:, live])
        return _Moves(at[order], home[at[order]], loss[order], own, slack[live], o.price[live])

    def _sums(self, moves: _Moves, own: Ints, centre: Ints, share: Floats, highest: float) -> _Sums:
        """List sums of up to four changes of one half near `centre`."""
        from povlib.allocation.solvers.priced.change_sum_loops import limit_for, matched, paired

        loss, use, home = moves.loss[own], np.ascontiguousarray(moves.use[own]), moves.home[own]
        longer = min(1 + self.dry // LONGER, LONGEST)
        rows, pairs, most = use.shape[1], longer * PAIRS, longer * SUMS
        top = 2.0 * float(loss[-1]) + 1.0 if len(loss) else 1.0
        limit = float(limit_for(loss, pairs, min(highest, top)))
        room = pairs + len(own) + 1
        cost, used, pick = np.empty(room), np.empty((room, rows), dtype=np.int64), np.empty((room, 2), dtype=np.int64)
        count = int(paired(loss, use, home, limit, cost, used, pick))
        sums, sum_used = np.empty(most), np.empty((most, rows), dtype=np.int64)
        picked, effort, wide, narrowed, found = np.empty((most, 4), dtype=np.int64), count, self.wide, False, 0
        for grids in range(GRIDS):
            width = np.maximum(wide * limit / np.maximum(moves.price, 1e-12), 1.0)
            shift = np.where(width > 1.0, share * width, 0.5)
            found, tried = matched(
                cost, used, pick, count, home, centre, width, shift, MORE_LOSS * limit, sums, sum_used, picked
            )
            effort += int(tried) + count
            if found >= most // 8 or (found >= 0 and (narrowed or grids == GRIDS - 1)):
                break
            narrowed |= found < 0
            wide *= NARROWER if found < 0 else WIDER
        found = max(int(found), 0)
        at = np.where(picked[:found] >= 0, own[np.maximum(picked[:found], 0)] if len(own) else -1, -1)
        return _Sums(sums[:found], sum_used[:found], at, effort, wide)


def _live(use: Ints) -> Ints:
    """Return the rows that most changes touch, at most `MOST_ROWS`."""
    touched = (use != 0).sum(axis=0)
    order = np.lexsort((np.arange(len(touched)), -touched))[:MOST_ROWS]
    return np.sort(order[touched[order] > 0])


def _joined(one: _Sums, other: _Sums, moves: _Moves, target: float) -> tuple[Ints | None, int]:
    """Return the cheapest two sums that fit together, as places among the moves, and the effort."""
    from povlib.allocation.solvers.township.neighbourhood_joins import joined, planted

    count, rows = len(other.cost), len(moves.room)
    if not count or not len(one.cost):
        return None, 0
    order, span = np.empty(count, dtype=np.int64), np.empty((2 * count, 2), dtype=np.int64)
    low, high = np.empty((2 * count, rows), dtype=np.int64), np.empty((2 * count, rows), dtype=np.int64)
    least, child = np.empty(2 * count), np.empty(2 * count, dtype=np.int64)
    planted(other.used, other.cost, count, rows, moves.price, order, span, low, high, least, child)
    _, a, b, tried = joined(
        one.cost, one.used, len(one.cost), other.cost, other.used, rows, moves.room, moves.price, target, order, span,
        low, high, least, child,
    )  # fmt: skip
    if a < 0:
        return None, int(tried)
    found = np.concatenate([one.at[a], other.at[b]])
    return found[found >= 0], int(tried)
