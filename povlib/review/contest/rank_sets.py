"""Which ranks the figures leave possible: confidence sets for the ranks of units that were measured with error.

Responsible for marginal sets (one unit's own question), simultaneous sets (a table of all), bounds from one side, and
for who may be among the best or the last few. Not responsible for the estimates and their errors: where a figure is
counted completely it has no sampling error, and the caller must say what its error stands for.

Source: Mogstad, Romano, Shaikh, Wilhelm (2023), Inference for Ranks with Applications to Mobility across Neighbourhoods
and Academic Achievement across Countries, Review of Economic Studies, doi 10.1093/restud/rdad006; the stepdown of
Romano and Wolf (2005).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError

Side = Literal["both", "best", "last"]
# draws behind a critical value that no quadrature gives: its error is then about .01 (the independent implementation
# takes 10,000); a table of 40 units takes half a second a step
_DRAWS = 20_000
# numbers that may lie in memory at once: 8 bytes each (a choice, 160 MB)
_NUMBERS_AT_ONCE = 20_000_000
# nodes of Gauss and Legendre over 18 standard deviations: the critical values of the synthetic contest agree with 2,000
# nodes to ten digits (measured)
_NODES = 400
_FAR = 9.0


@dataclass(frozen=True, eq=False)
class RankSets:
    """Ranks that the figures leave possible.

    Attributes
    ----------
    table : DataFrame
        unit, estimate, se, rank (1 = largest; ties share the smaller), low, high (first and last possible rank).
    level : float
        How often the sets hold, 0-1: each alone (marginal), or all at once (simultaneous).
    simultaneous : bool
        Which of the two.
    side : str
        ``both``; ``best`` where only `low` is bounded; ``last`` where only `high` is.
    """

    table: pd.DataFrame
    level: float
    simultaneous: bool
    side: Side


def rank_sets(
    units: Sequence[str],
    estimates: Sequence[float] | Floats,
    errors: Sequence[float] | Floats | None = None,
    *,
    covariance: Floats | None = None,
    level: float = 0.95,
    simultaneous: bool = False,
    side: Side = "both",
    stepdown: bool = True,
    seed: int = 2016,
) -> RankSets:
    """Return the ranks that estimates with errors leave possible.

    A unit is above another where their difference over its standard error exceeds a critical value: the quantile of
    the largest such ratio under equality, over all pairs in play. First possible rank: 1 + units above it; last: all
    units less those it is above.

    Parameters
    ----------
    units : sequence of str
        (U,) names, each once.
    estimates : sequence of float
        (U,) the larger the better.
    errors : sequence of float, optional
        (U,) standard errors of independent estimates; zero means certain.
    covariance : array, optional
        (U, U) of the estimates, instead of `errors`.
    level : float
        Share of contests in which the sets shall hold, above 0.5 and below 1.
    simultaneous : bool
        Sets that hold for all units at once; otherwise each set holds for its own unit.
    side : str
        ``both``, or bound only the first (``best``) or the last (``last``) rank.
    stepdown : bool
        Leave pairs found different out and look again, until nothing new is found.
    seed : int
        Of the draws; a marginal set of independent estimates is computed by quadrature, without draws.

    Raises
    ------
    DataError
        If names are doubled, figures are missing or endless, errors negative, or the covariance is none.

    Examples
    --------
    >>> found = rank_sets(["a", "b", "c"], [10.0, 9.8, 2.0], [0.5, 0.5, 0.5])
    >>> found.table[["unit", "rank", "low", "high"]].to_numpy().tolist()
    [['a', 1, 1, 2], ['b', 2, 1, 2], ['c', 3, 3, 3]]
    """
    scores, spread = _checked_figures(units, estimates, errors, covariance, level, side)
    count, variance = len(scores), np.diag(spread)
    scale = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * spread, 0.0))
    ratios = _ratios(scores, scale)
    pairs = _pairs_in_play(count)
    drawn = _drawn_critical_value(spread, scale, level, seed)
    asked: list[tuple[Bools, Callable[[Bools], float]]]
    if simultaneous:
        asked = [(_bounded_side(pairs, slice(None), side), drawn)]
    else:
        exact = [_exact_critical_value(unit, np.sqrt(variance), scale, level) for unit in range(count)]
        independent = not np.any(spread - np.diag(variance))
        own = [_bounded_side(_pairs_of(pairs, unit), unit, side) for unit in range(count)]
        asked = list(zip(own, exact if independent else [drawn] * count, strict=True))
    found = [_pairs_told_apart(ratios, in_play, critical, stepdown=stepdown) for in_play, critical in asked]
    above = found * count if simultaneous else found
    low = np.array([1 + above[unit][:, unit].sum() for unit in range(count)], dtype=np.int64)
    high = np.array([count - above[unit][unit].sum() for unit in range(count)], dtype=np.int64)
    table = pd.DataFrame(
        {
            "unit": list(units),
            "estimate": scores,
            "se": np.sqrt(variance),
            "rank": _ranks(scores),
            "low": low,
            "high": high,
        }
    )
    return RankSets(table, level, simultaneous, side)


def perhaps_best(sets: RankSets, few: int) -> tuple[str, ...]:
    """Return the units that may be among the best few: all the best are among them, as often as the level says.

    Parameters
    ----------
    sets : RankSets
        Simultaneous; bounded on one side (``best``) it leaves fewer.
    few : int
        How many places count as the best.

    Raises
    ------
    DataError
        If the sets do not bound the first rank for all units at once, or `few` is below 1.

    Examples
    --------
    >>> sets = rank_sets(["a", "b", "c"], [9.0, 8.9, 2.0], [0.5, 0.5, 0.5], simultaneous=True, side="best")
    >>> perhaps_best(sets, 1)
    ('a', 'b')
    """
    _refuse_other_sets(sets, few, "best")
    return tuple(sets.table.loc[sets.table["low"] <= few, "unit"])


def perhaps_last(sets: RankSets, few: int) -> tuple[str, ...]:
    """Return the units that may be among the last few; see `perhaps_best`.

    Examples
    --------
    >>> sets = rank_sets(["a", "b", "c"], [9.0, 8.9, 2.0], [0.5, 0.5, 0.5], simultaneous=True, side="last")
    >>> perhaps_last(sets, 1)
    ('c',)
    """
    _refuse_other_sets(sets, few, "last")
    return tuple(sets.table.loc[sets.table["high"] >= len(sets.table) - few + 1, "unit"])


def _refuse_other_sets(sets: RankSets, few: int, side: Side) -> None:
    if not sets.simultaneous or sets.side not in ("both", side):
        raise DataError("a list of the best or last needs sets that hold for all units at once", where="rank_sets")
    if few < 1:
        raise DataError("{value} is no number of places", where="few", allowed="1, 2, 3 ...", value=few)


def _checked_figures(
    units: Sequence[str], estimates: Sequence[float] | Floats, errors: Sequence[float] | Floats | None,
    covariance: Floats | None, level: float, side: Side,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return (U,) estimates and their (U, U) covariance, or refuse them."""
    scores = np.asarray(estimates, dtype=np.float64)
    if len(set(units)) != len(units) or scores.shape != (len(units),):
        raise DataError("every unit needs a name of its own and one estimate", where="rank_sets")
    if not 0.5 < level < 1:
        raise DataError("{value} is no level", where="level", allowed="0.5 ... 1", value=level)
    if side not in ("both", "best", "last"):
        raise DataError("{value} is no side", where="side", allowed="both, best, last", value=side)
    if (errors is None) == (covariance is None):
        raise DataError("either standard errors or a covariance are needed", where="rank_sets")
    if covariance is None:
        given = np.asarray(errors, dtype=np.float64)
        spread = np.diag(np.square(given))
        wrong = given.shape != scores.shape or bool(np.any(given < 0))
    else:
        spread = np.asarray(covariance, dtype=np.float64)
        wrong = spread.shape != (len(scores), len(scores)) or not np.allclose(spread, spread.T, rtol=1e-9, atol=0)
        # of rounding: a covariance read from a file with ten digits may have an eigenvalue just below zero
        wrong = wrong or (len(scores) > 0 and float(np.linalg.eigvalsh(spread)[0]) < -1e-8 * float(np.trace(spread)))
    if wrong or not np.isfinite(scores).all() or not np.isfinite(spread).all():
        raise DataError(
            "estimates and errors must be numbers, errors not below zero, a covariance symmetric and not negative",
            where="rank_sets",
        )
    return scores, spread


def _ranks(scores: Floats) -> Ints:
    """Return 1 + the number of units with a larger estimate."""
    larger: Ints = (scores[None, :] > scores[:, None]).sum(axis=1, dtype=np.int64)
    return 1 + larger


def _ratios(scores: Floats, scale: Floats) -> Floats:
    """Return how far each row's unit is above each column's, in standard errors; certain differences are endless."""
    difference = scores[:, None] - scores[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = difference / scale
    # both certain: told apart by sign, and equal ones not at all
    return np.where(scale > 0, ratios, np.where(difference > 0, np.inf, np.where(difference < 0, -np.inf, 0.0)))


def _pairs_in_play(count: int) -> Bools:
    return ~np.eye(count, dtype=bool)


def _pairs_of(pairs: Bools, unit: int) -> Bools:
    own = np.zeros_like(pairs)
    own[unit], own[:, unit] = pairs[unit], pairs[:, unit]
    return own


def _bounded_side(pairs: Bools, unit: int | slice, side: Side) -> Bools:
    """Return the pairs that a question asks: who is above a unit (`best`), whom it is above (`last`), or both."""
    if side == "both" or isinstance(unit, slice):
        return pairs.copy()
    asked = np.zeros_like(pairs)
    if side == "best":
        asked[:, unit] = pairs[:, unit]
    else:
        asked[unit] = pairs[unit]
    return asked


def _pairs_told_apart(ratios: Floats, in_play: Bools, critical: Callable[[Bools], float], *, stepdown: bool) -> Bools:
    """Return the pairs whose first unit is above the second; with stepdown the rest is looked at again."""
    found = np.zeros_like(in_play)
    limit = np.inf
    while (left := in_play & ~found).any():
        # the largest of fewer ratios is no larger: drawn anew it may be by noise, so the smaller limit holds
        limit = min(limit, critical(left))
        new = left & (ratios > limit)
        if not new.any():
            break
        found |= new
        if not stepdown:
            break
    return found


def _drawn_critical_value(spread: Floats, scale: Floats, level: float, seed: int) -> Callable[[Bools], float]:
    """Return a function from pairs in play to the quantile of their largest ratio, by the same draws each time."""
    values, vectors = np.linalg.eigh(spread)
    root = vectors * np.sqrt(np.maximum(values, 0.0))

    def critical(in_play: Bools) -> float:
        first, second = np.nonzero(in_play & (scale > 0))
        if not len(first):
            return 0.0
        chance, width = np.random.default_rng(seed), scale[first, second]
        largest, size = [], max(1, _NUMBERS_AT_ONCE // len(first))
        for begin in range(0, _DRAWS, size):
            drawn = chance.standard_normal((min(size, _DRAWS - begin), len(spread))) @ root.T
            largest.append(((drawn[:, first] - drawn[:, second]) / width).max(axis=1))
        return float(np.quantile(np.concatenate(largest), level))

    return critical


@cache
def _nodes_and_weights() -> tuple[Floats, Floats]:
    """Return the nodes of Gauss and Legendre on -1 to 1 and their weights: dear to find, and always the same."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return np.asarray(nodes), np.asarray(weights)


def _exact_critical_value(unit: int, errors: Floats, scale: Floats, level: float) -> Callable[[Bools], float]:
    """Return the same for the pairs of one unit among independent estimates, by quadrature over its own error.

    Given the unit's error z the others are independent: P(largest <= c) = E prod_j P(z - c s_j <= Z_j <= z + c s_j).
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr

    own, nodes = float(errors[unit]), _nodes_and_weights()

    def critical(in_play: Bools) -> float:
        above, below = in_play[unit] & (scale[unit] > 0), in_play[:, unit] & (scale[unit] > 0)
        if not (above | below).any():
            return 0.0
        sure = errors == 0
        random = (above | below) & ~sure
        width, error = scale[unit][random][:, None], errors[random][:, None]

        def chance(limit: float) -> float:
            # where another is certain the unit's own error alone is bounded
            low = -limit if own > 0 and (below & sure).any() else -_FAR
            high = limit if own > 0 and (above & sure).any() else _FAR
            at = (high - low) / 2 * nodes[0] + (high + low) / 2
            weight = (high - low) / 2 * nodes[1] * np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
            if own == 0:
                at, weight = np.zeros(1), np.ones(1)
            z = own * at[None, :]
            upper = np.where(below[random][:, None], ndtr((z + limit * width) / error), 1.0)
            lower = np.where(above[random][:, None], ndtr((z - limit * width) / error), 0.0)
            return float((np.prod(np.maximum(upper - lower, 0.0), axis=0) * weight).sum())

        return float(brentq(lambda limit: chance(limit) - level, 1e-9, 12.0, xtol=1e-12))

    return critical
