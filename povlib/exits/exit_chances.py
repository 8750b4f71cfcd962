"""The chance to be over the line, package by package and draw by draw.

Responsible for the mixture over take-up, the draws of shared effects and village years, and the
household's own spread in closed form. Not responsible for what goes into them.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from povlib.arrays import Bools, Floats, Ints
from povlib.exits.forecasting.forecast_spread import LargeShocks
from povlib.exits.help_effects.package_effects import AddedIncome
from povlib.exits.help_effects.top_up_withdrawal import TopUpWithdrawal
from povlib.exits.month_ends import MonthEnd
from povlib.exits.normal_distribution import chance_over, expected_gap, expected_squared_gap
from povlib.exits.shared_draws import SharedDraws
from povlib.exits.source_failures import fate_factor

#: blocks worked on at once: a plain computer has two cores
THREADS = 2
#: packages whose spread by draws is held at once: a township is one block, a county's draws need not be held together
VARIANCE_ROWS = 20_000
CHUNK_CELLS = 250_000  # blocks that stay in the cache of the processor
# Seven Gauss-Hermite nodes over what awards bring one household beside the mean: exact for polynomials of degree 13,
# and the kink of the withdrawn top-up is spread over several nodes. A choice: each node costs one pass over the block.
_POINTS, _SHARES = np.polynomial.hermite_e.hermegauss(7)
_NODES = (_POINTS, _SHARES / _SHARES.sum())


@dataclass(frozen=True)
class ExitChances:
    """Chances and gaps at one month-end.

    Attributes
    ----------
    over : float32 array (packages x draws)
        P(income over the line) under each draw.
    gap, gap_sq : array (packages,)
        Expected gap and squared gap of the household, fen and fen^2, over draws and take-up.
    mean : array (packages,)
        Expected net income, fen.
    """

    over: npt.NDArray[np.float32]
    gap: Floats
    gap_sq: Floats
    mean: Floats


def exit_chances(
    end: MonthEnd,
    added: AddedIncome,
    takeup: Floats,
    taker: Ints,
    household: Ints,
    village: Ints,
    shared: SharedDraws,
    allowance: TopUpWithdrawal,
) -> ExitChances:
    """Return chances and gaps of all packages at one month-end.

    Given a draw of the shared effects and years, income is a mixture of two normals: the household's usual spread and,
    with a small chance, the wider one of a large shock (`povlib.exits.forecasting.forecast_spread`). Take-up of each
    award is yes or no, so the chance is the mean over all combinations.
    """
    packages, draws = len(household), shared.draws
    over = np.empty((packages, draws), dtype=np.float32)
    gap, gap_sq, mean = np.zeros(packages), np.zeros(packages), np.zeros(packages)
    # Rows of one package lie together, so that each chunk finds its own by two searches, not by a pass over all.
    order = np.argsort(added.package, kind="stable")
    sorted_package = added.package[order]
    step = max(1, CHUNK_CELLS // max(draws, 1))

    def fill(first: int) -> None:
        rows = np.arange(first, min(first + step, packages))
        inside = order[np.searchsorted(sorted_package, rows[0]) : np.searchsorted(sorted_package, rows[-1] + 1)]
        part = added.rows(inside, first)
        of_chunk = _chunk_chances(
            end, part, takeup[rows], taker[rows], household[rows], village[rows], shared, allowance
        )
        over[rows], gap[rows], gap_sq[rows], mean[rows] = of_chunk

    # blocks share nothing and NumPy leaves Python alone while it works: two cores share them, with the same bytes
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(fill, range(0, packages, step)))
    return ExitChances(over, gap, gap_sq, mean)


def _chunk_chances(
    end: MonthEnd,
    added: AddedIncome,
    takeup: Floats,
    taker: Ints,
    household: Ints,
    village: Ints,
    shared: SharedDraws,
    allowance: TopUpWithdrawal,
) -> tuple[npt.NDArray[np.float32], Floats, Floats, Floats]:
    """Return over, gap, gap_sq, mean of one chunk of packages; inside, arrays are packages x draws."""
    count, draws = len(household), shared.draws
    # a household has dozens of packages: what is its own whatever it is given is reckoned once for all of them
    once, first, own = np.unique(household, return_index=True, return_inverse=True)
    own2, shift = _own_variance_and_year_shift(end, once, village[first], shared)
    center = end.mean[once][:, None] + shift
    center += _shift_by_effects(end, once, shared)
    own2 = own2[own]
    large_shocks, shock_variance = large_shock_variance(end, household)
    line = end.line[household][:, None]
    over = np.zeros((count, draws), dtype=np.float32)
    gap, gap_sq, mean = np.zeros(count), np.zeros(count), np.zeros(count)
    for rows, of_draws, more, extra2 in takeup_branches(added, takeup, taker, household, shared, allowance):
        income, spread, weight = center[own[rows]], np.sqrt(own2[rows] + extra2), of_draws.mean(axis=1)
        income += more
        over[rows] += of_draws * np.float32(1.0 - large_shocks.share) * _block_chance_over(income, spread, line[rows])
        # the gap's curvature over the draws is small: mean and full variance of the income suffice
        average = income.mean(axis=1)
        between2 = income.var(axis=1, mean=average[:, None])
        mean[rows] += weight * average
        for share, wide2 in ((1.0 - large_shocks.share, 0.0), (large_shocks.share, shock_variance[rows])):
            full = np.sqrt(spread**2 + between2 + wide2)
            gap[rows] += weight * share * expected_gap(average, full, line[rows, 0])
            gap_sq[rows] += weight * share * expected_squared_gap(average, full, line[rows, 0])
        if large_shocks.share > 0:  # so wide that the draws move it little: their mean suffices here too
            wide = large_shocks.share * chance_over(average, full, line[rows, 0])
            over[rows] += of_draws * wide[:, None].astype(np.float32)
    return over, gap, gap_sq, mean


def takeup_branches(
    added: AddedIncome, takeup: Floats, taker: Ints, household: Ints, shared: SharedDraws, allowance: TopUpWithdrawal
) -> Iterator[tuple[Ints, npt.NDArray[np.float32], Floats, Floats]]:
    """Yield packages, weight and income added (packages x draws) and variance of it: one branch for each way it can go.

    A branch is a set of awards that start; its weight differs between draws as take-up does. Where an allowance
    shrinks as income grows, what the awards bring one household beside the mean is integrated over
    (Gauss-Hermite), because the allowance buffers it; elsewhere its variance joins the household's own.
    """
    slots = _slot_income(added, len(household), shared)
    drawing = allowance.drawn[household] > 0
    most = takeup.shape[1]
    for chosen in range(1 << most):
        yes = np.array([chosen >> slot & 1 for slot in range(most)], dtype=bool)
        weight = np.where(yes, takeup, 1.0 - takeup).prod(axis=1)
        started = [slots[slot] for slot in np.flatnonzero(yes).tolist() if slot in slots]
        for rows in (np.flatnonzero((weight > 0) & ~drawing), np.flatnonzero((weight > 0) & drawing)):
            if not len(rows):
                continue
            of_draws = _branch_weights(yes, taker[rows], shared)
            more, extra2 = np.zeros((len(rows), shared.draws)), np.zeros(len(rows))
            for fen, variance in started:
                more += fen[rows]
                extra2 += variance[rows]
            if not drawing[rows[0]]:
                yield rows, of_draws, more, extra2
                continue
            for node, share in zip(*_NODES, strict=True):
                at = more + node * np.sqrt(extra2)[:, None]
                yield rows, of_draws * np.float32(share), at - allowance.less(household[rows], at), np.zeros(len(rows))


def _branch_weights(yes: Bools, taker: Ints, shared: SharedDraws) -> npt.NDArray[np.float32]:
    """Return packages x draws: the chance that just the awards in the slots `yes` start."""
    weights = np.ones((len(taker), shared.draws), dtype=np.float32)
    for slot, starts in enumerate(yes.tolist()):
        at = np.flatnonzero(taker[:, slot] >= 0)
        if len(at):
            drawn = shared.rates.takeup[taker[at, slot]].astype(np.float32)
            weights[at] *= drawn if starts else np.float32(1.0) - drawn
    return weights


def _block_chance_over(income: Floats, spread: Floats, line: Floats) -> npt.NDArray[np.floating]:
    """Return P(over) of a block; single precision where every spread is well above zero: 3e-7 at most."""
    from scipy.special import ndtr

    if spread.size and spread.min() < 1.0:
        return chance_over(income, spread[:, None], line)
    score = (income - line) / spread[:, None]
    return np.asarray(ndtr(score.astype(np.float32)))


def _slot_income(added: AddedIncome, count: int, shared: SharedDraws) -> dict[int, tuple[Floats, Floats]]:
    """Return by slot the income added (packages x draws) and its variance.

    What hangs on a source is paid as far as the source stands under the draw; where nothing is drawn of sources, their
    part of the variance is the household's own.
    """
    place = added.slot
    together = added.together if shared.failures is None else np.zeros(len(place))
    by_slot = {}
    for slot in np.unique(place).tolist():
        more, extra2 = np.zeros((count, shared.draws)), np.zeros(count)
        for effect in np.unique(added.effect[place == slot]).tolist():
            mine = (place == slot) & (added.effect == effect)
            fen = np.bincount(added.package[mine], weights=added.fen[mine], minlength=count)
            variance = added.variance[mine] + together[mine]
            extra2 += np.bincount(added.package[mine], weights=variance, minlength=count)
            at = np.flatnonzero(fen)
            more[at] += fen[at, None] * shared.effect[effect]
            _add_failures(more, added, mine, effect, shared)
            ended = np.bincount(added.package[mine], weights=added.loss[mine], minlength=count)
            if ended.any():
                more[at] += ended[at, None] * (shared.rates.loss[effect] * shared.effect[effect])
        by_slot[int(slot)] = (more, extra2)
    return by_slot


def _add_failures(more: Floats, added: AddedIncome, mine: Bools, effect: int, shared: SharedDraws) -> None:
    """Add to income (packages x draws), in place, what sources that fail or stand under a draw make it differ."""
    rows = np.flatnonzero(mine & (added.fate >= 0))
    if shared.failures is None or not len(rows):
        return
    fates, place = np.unique(added.fate[rows], return_inverse=True)
    factor = np.array([fate_factor(added.fates[fate], shared.failures) for fate in fates.tolist()])
    moved = (factor - 1.0) * shared.effect[effect]
    # An award has an effect once, so a package stands in these rows once.
    more[added.package[rows]] += added.fen[rows, None] * moved[place]


def income_variance(end: MonthEnd, household: Ints, village: Ints, shared: SharedDraws) -> Floats:
    """Return the usual variance of income without new help, by package: own, of the years, and of shared effects."""
    variance = np.empty(len(household))
    for first in range(0, len(household), VARIANCE_ROWS):
        rows = slice(first, first + VARIANCE_ROWS)
        own2, shift = _own_variance_and_year_shift(end, household[rows], village[rows], shared)
        shift = shift + _shift_by_effects(end, household[rows], shared)
        variance[rows] = own2 + shift.var(axis=1)
    return variance


def _shift_by_effects(end: MonthEnd, household: Ints, shared: SharedDraws) -> Floats:
    """Return packages x draws: how far shared effects, and losses of running help, move income from its mean."""
    if not len(shared.effect):
        return np.zeros((len(household), shared.draws))
    moved = end.effect[household] @ (shared.effect - shared.effect.mean(axis=1, keepdims=True))
    if end.loss is not None and end.loss.any():
        moved += end.loss[household] @ (shared.rates.loss * shared.effect)
    if end.hanging is not None and shared.failures is not None:
        once, place = np.unique(household, return_inverse=True)
        moved += end.hanging.shift(once, shared.effect, shared.failures)[place]
    return np.asarray(moved)


def large_shock_variance(end: MonthEnd, household: Ints) -> tuple[LargeShocks, Floats]:
    """Return how often households have a large shock, and how much more variance income then has, by package."""
    if end.year is None or end.year.large_shocks.share <= 0:
        return LargeShocks(), np.zeros(len(household))
    usual = 1.0 - end.year.village_share - end.year.common_share
    more = end.year.spread[household] ** 2 * usual * (end.year.large_shocks.scale**2 - 1.0)
    return end.year.large_shocks, np.asarray(more)


def student_t_draws(normal: Floats, freedom: float) -> Floats:
    """Return draws of Student's t in place of normal ones: of everybody's year only a few have been seen.

    With `freedom` years behind the variance of a year, the next one is t, not normal; rank for rank, so that draws
    stay common.

    Examples
    --------
    >>> student_t_draws(np.array([-1.645, 0.0, 1.645]), 3.0).round(2).tolist()
    [-2.35, 0.0, 2.35]
    """
    from scipy.special import ndtr, stdtrit

    return np.asarray(stdtrit(freedom, ndtr(normal)))


def _own_variance_and_year_shift(
    end: MonthEnd, household: Ints, village: Ints, shared: SharedDraws
) -> tuple[Floats, Floats]:
    """Return the household's own variance, and the shift of income by village and common years."""
    spread2 = end.spread[household] ** 2
    if end.hanging is not None and shared.failures is not None:
        spread2 = np.maximum(spread2 - end.hanging.variance[household], 0.0)  # drawn: see `_shift_by_effects`
    if end.year is None:
        return spread2, np.zeros((len(household), shared.draws))
    ahead = end.year.spread[household]
    of_village, of_all = end.year.village_share, end.year.common_share
    # The forecast's spread holds the shared years too: these are drawn, and counting them again would widen the range.
    own2 = spread2 - ahead**2 * (of_village + of_all)
    year, centre = (student_t_draws(drawn, end.year.freedom) for drawn in (shared.common, shared.centre))
    middle = np.sqrt(of_all) * year + np.sqrt(end.year.centre_share) * centre
    shift = ahead[:, None] * (np.sqrt(of_village) * shared.village[village] + middle)
    return np.maximum(own2, 0.0), shift
