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
from povlib.allocation.solvers.priced.change_sum_loops import (
    largest_loss_limit,
    list_single_and_paired_changes,
    match_pairs_on_grid,
)
from povlib.allocation.solvers.priced.partner_tree import cheapest_pair, empty_tree, fill_tree
from povlib.arrays import Bools, Floats, Ints

#: rows searched; a change that uses more of another row is left out
MOST_ROWS = 16
#: households that one search changes at most
MOST_CHANGES = 8
#: pairs listed of each half, and sums of two pairs; longer lists after rounds without a gain
PAIRS_LISTED, SUMS_LISTED = 2_000, 8_000
#: after every so many rounds without a gain lists grow by their first length, up to so many times it
DRY_ROUNDS_A_STEP, LONGEST_LISTS = 6, 6
#: losses of four against those of two; the grid is this many times the losses wide at first
LOSS_OF_FOUR, FIRST_GRID_WIDTH = 1.75, 16.0
#: the width of the grid is changed by these until the list of sums has the wanted length, in at most so many trials
GRID_NARROWED, GRID_WIDENED, MOST_GRIDS = 0.8, 1.6, 12
#: of the halves and grids drawn; the same one gives the same plan everywhere
_SEED = 1981
#: this much of the search costs as much as one node of a walk
_STEPS_A_NODE = 4


class SortedCandidates(Protocol):
    """Candidates sorted by household, as `core_rounding` holds them."""

    first: Ints
    last: Ints
    loss: Floats
    use: Ints
    price: Floats

    def slack(self, chosen: Ints) -> Ints:
        """Return what chosen candidates leave of each row."""
        ...


@dataclass(frozen=True, eq=False)
class _Changes:
    """Changes against a choice: candidate, household, loss, more use of the rows searched; what is left of them."""

    at: Ints
    home: Ints
    loss: Floats
    use: Ints
    room: Ints
    price: Floats


@dataclass(frozen=True, eq=False)
class _ChangeSums:
    """Sums of changes of one half: losses, uses, candidates (-1 = none), effort."""

    cost: Floats
    used: Ints
    at: Ints
    effort: int
    wide: float


@dataclass(eq=False)
class ChangeSumSearch:
    """The search, round by round; remembers how wide a grid gives lists of the wanted size."""

    options: SortedCandidates
    wide: float = FIRST_GRID_WIDTH
    rounds: int = 0
    dry: int = 0

    def better(self, chosen: Ints) -> tuple[Ints | None, int]:
        """Change up to eight households for the better; a choice that breaks rows is mended at least cost.

        Returns the new choice, None where nothing was found, and the effort in nodes.
        """
        moves = self._moves(chosen)
        if moves is None:  # no other start of this list helps either: as good as many dry rounds
            self.dry += DRY_ROUNDS_A_STEP
            return None, 1
        mends = bool((moves.room < 0).any())
        target = np.inf if mends else float(moves.price @ moves.room) - 0.5
        bits = np.random.PCG64(_SEED + self.rounds).random_raw(len(self.options.first) + 2 * len(moves.room))
        self.rounds += 1
        side = (bits[: len(self.options.first)] >> np.uint64(63)).astype(bool)
        shift = (bits[len(self.options.first) :] >> np.uint64(11)).reshape(2, -1) / 2.0**53
        off = float(self.options.loss[chosen].sum())
        highest = np.inf if mends else target + off

        def half(at: int) -> _ChangeSums:
            own = np.flatnonzero(side[moves.home] == bool(at))
            centre = moves.room if at else np.zeros_like(moves.room)
            return self._sums(moves, own, centre, shift[at], highest)

        one, other = answers_of_threads(half, 2)
        self.wide = min(one.wide, other.wide)
        cheapest, tried = _cheapest_fitting_pair(one, other, moves, target)
        effort = (one.effort + other.effort + tried) // _STEPS_A_NODE + 1
        self.dry = 0 if cheapest is not None else self.dry + 1
        if cheapest is None:
            return None, effort
        better = chosen.copy()
        better[moves.home[cheapest]] = moves.at[cheapest]
        return better, effort

    def _moves(self, chosen: Ints) -> _Changes | None:
        """List every change that uses no more of a row that is not searched; None where that cannot help."""
        o = self.options
        home = np.repeat(np.arange(len(o.first)), o.last - o.first)
        at = np.flatnonzero(np.arange(len(home)) != chosen[home])
        use = o.use[at] - o.use[chosen[home[at]]]
        loss = o.loss[at] - o.loss[chosen[home[at]]]
        slack = o.slack(chosen)
        tight = _rows_that_may_break(use, slack)
        live = _most_touched_rows(np.where(tight, use, 0))
        dead = np.setdiff1d(np.flatnonzero(tight), live)
        if (slack[dead] < 0).any() or not len(at):
            return None
        fits = (use[:, dead] <= 0).all(axis=1)
        # what is not searched is not counted in a pair's slack either, so that its price comes off here
        rest = np.setdiff1d(np.arange(len(slack)), live)
        loss = loss - use[:, rest] @ o.price[rest]
        order = np.flatnonzero(fits)
        order = order[np.lexsort((order, loss[order]))]
        own = np.ascontiguousarray(use[order][:, live])
        return _Changes(at[order], home[at[order]], loss[order], own, slack[live], o.price[live])

    def _sums(self, moves: _Changes, own: Ints, centre: Ints, share: Floats, highest: float) -> _ChangeSums:
        """List sums of up to four changes of one half near `centre`."""
        loss, use, home = moves.loss[own], np.ascontiguousarray(moves.use[own]), moves.home[own]
        longer = min(1 + self.dry // DRY_ROUNDS_A_STEP, LONGEST_LISTS)
        rows, pairs, most = use.shape[1], longer * PAIRS_LISTED, longer * SUMS_LISTED
        top = 2.0 * float(loss[-1]) + 1.0 if len(loss) else 1.0
        limit = float(largest_loss_limit(loss, pairs, min(highest, top)))
        room = pairs + len(own) + 1
        cost, used, pick = np.empty(room), np.empty((room, rows), dtype=np.int64), np.empty((room, 2), dtype=np.int64)
        count = int(list_single_and_paired_changes(loss, use, home, limit, cost, used, pick))
        sums, sum_used = np.empty(most), np.empty((most, rows), dtype=np.int64)
        picked, effort, wide, narrowed, matches = np.empty((most, 4), dtype=np.int64), count, self.wide, False, 0
        for grids in range(MOST_GRIDS):
            width = np.maximum(wide * limit / np.maximum(moves.price, 1e-12), 1.0)
            shift = np.where(width > 1.0, share * width, 0.5)
            matches, tried = match_pairs_on_grid(
                cost, used, pick, count, home, centre, width, shift, LOSS_OF_FOUR * limit, sums, sum_used, picked
            )
            effort += int(tried) + count
            if matches >= most // 8 or (matches >= 0 and (narrowed or grids == MOST_GRIDS - 1)):
                break
            narrowed |= matches < 0
            wide *= GRID_NARROWED if matches < 0 else GRID_WIDENED
        matches = max(int(matches), 0)
        at = np.where(picked[:matches] >= 0, own[np.maximum(picked[:matches], 0)] if len(own) else -1, -1)
        return _ChangeSums(sums[:matches], sum_used[:matches], at, effort, wide)


def _rows_that_may_break(use: Ints, slack: Ints) -> Bools:
    """Return the rows that so many changes as one search makes could break; all where none could.

    Every bill is in the rows of many sets of funds, few of which are near what they hold: among the rows searched they
    would leave no room for those of posts.
    """
    tight = slack < MOST_CHANGES * np.maximum(use.max(axis=0, initial=0), 0)
    return np.asarray(tight if tight.any() else np.ones(len(slack), dtype=bool))


def _most_touched_rows(use: Ints) -> Ints:
    """Return the rows that most changes touch, at most `MOST_ROWS`."""
    touched = (use != 0).sum(axis=0)
    order = np.lexsort((np.arange(len(touched)), -touched))[:MOST_ROWS]
    return np.sort(order[touched[order] > 0])


def _cheapest_fitting_pair(
    one: _ChangeSums, other: _ChangeSums, moves: _Changes, target: float
) -> tuple[Ints | None, int]:
    """Return the cheapest two sums that fit together, as places among the moves (None without), and the effort."""
    count, rows = len(other.cost), len(moves.room)
    if not count or not len(one.cost):
        return None, 0
    tree = empty_tree(count, rows)
    fill_tree(other.used, other.cost, count, rows, moves.price, tree)
    _, a, b, tried = cheapest_pair(
        one.cost, one.used, len(one.cost), other.cost, other.used, rows, moves.room, moves.price, target, tree
    )
    if a < 0:
        return None, int(tried)
    changes = np.concatenate([one.at[a], other.at[b]])
    return changes[changes >= 0], int(tried)
