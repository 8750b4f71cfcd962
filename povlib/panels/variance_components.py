"""Parts of income that last, linger, wander, drift and pass: variances in an unbalanced panel.

Responsible for splitting the variance of residuals into a permanent part of the unit, one that wanders (random walk),
a drift of the unit's own, a persistent one (AR(1)) and a transitory one, by their likelihood. Not responsible for
where a unit stands (`povlib.panels.unit_standing`) nor for the regression that left the residuals. Sources: Abowd and
Card (1989) for the parts; Meghir and Pistaferri (2004) for permanent income that wanders; Anderson (1973), Annals of
Statistics 1, for covariances linear in their variances.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Bools, Floats, Ints

# Two years of months: longer histories are cut into windows, which tell as much of what lingers. A choice.
WINDOW = 24
# Windows times steps squared that are looked at; evenly spread units stand for the others. A choice: 16,000 units of
# three waves, 260 windows of two years of months; more would cost seconds and move nothing.
MOST_CELLS = 150_000
# A choice: with fewer pairs of periods what lasts cannot be told from what passes.
LEAST_PAIRS = 20
SHORT_RHO = 0.7
"""With three periods rho cannot be found beside the variances: it is taken as this."""
_COARSE_RHO, _FINE_RHO = (0.1, 0.3, 0.5, 0.7, 0.85, 0.95), (-0.1, -0.05, 0.05, 0.1, -0.02, 0.02)
# Scoring ends when the likelihood gains less than a hundredth, or after so many turns; most end within ten.
_SETTLED, _MOST_TURNS = 0.01, 25


@dataclass(frozen=True)
class VarianceComponents:
    """Variances of the parts of a residual.

    Attributes
    ----------
    permanent, persistent, transitory : float
        Of the unit at its first row, of its AR(1), of one period alone.
    rho : float
        Correlation of the AR(1) from one step to the next.
    told_apart : bool
        Whether there were pairs of periods to tell them apart.
    walk : float
        Of a step of the unit's level that stays (random walk).
    slope : float
        Between units, of their drift a step.
    """

    permanent: float
    persistent: float
    rho: float
    transitory: float
    told_apart: bool = True
    walk: float = 0.0
    slope: float = 0.0

    @property
    def total(self) -> float:
        """Variance of the residual of a unit's first row."""
        return self.permanent + self.persistent + self.transitory

    def covariance(self, one: Ints, other: Ints) -> Floats:
        """Return the covariance of residuals so many steps after the unit's first row."""
        lag = np.abs(one - other)
        lasting = self.permanent + self.walk * np.minimum(one, other) + self.slope * one * other
        return np.asarray(lasting + self.persistent * self.rho**lag + self.transitory * (lag == 0))


def fit_components(unit: Ints, step: Ints, residual: Floats) -> VarianceComponents:
    """Fit the components by normal likelihood (scoring, variances not negative), the fewest parts that will do.

    Parameters
    ----------
    unit, step : int array (rows)
        In order of unit and step.
    residual : array (rows)

    Notes
    -----
    A part is taken where the likelihood gains more than half the log of the number of units a variance (and for rho).
    An AR(1) asks for three periods (rho `SHORT_RHO`) or more (rho by grid up to .97); with two, what wanders is
    told from what passes by variances that grow. With fewer than `LEAST_PAIRS` pairs of periods the variance is split
    evenly between permanent and transitory, and `told_apart` is False.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> unit, step = np.repeat(np.arange(400), 8), np.tile(np.arange(8), 400)
    >>> components = fit_components(unit, step, rng.normal(0, 1, 400)[unit] + rng.normal(0, 0.5, 3200))
    >>> bool(0.8 < components.permanent < 1.2), bool(0.2 < components.transitory < 0.3), components.walk
    (True, True, 0.0)
    """
    total = float(np.mean(residual**2)) if len(residual) else 0.0
    after = np.r_[False, unit[1:] == unit[:-1]][: len(unit)]
    if after.sum() < LEAST_PAIRS or total <= 0:
        return VarianceComponents(total / 2, 0.0, 0.0, total / 2, told_apart=False)
    moments = _moments(unit, step, residual)
    periods = int(moments.seen.any(axis=0).sum())
    # Groups of parts: what lasts and passes in any case; walk; slope; AR(1).
    choices = [(0, 1), (0, 1, 2)] + ([(0, 1, 3), (0, 1, 2, 3)] if periods > 2 else [])
    price = 0.5 * np.log(max(float(moments.count.sum()), 2.0))
    found = [(_best_variances(moments, parts, 0.0, total), 0.0, len(parts)) for parts in choices]
    if periods > 2:
        tried: tuple[float, ...] = _COARSE_RHO if periods > 3 else (SHORT_RHO,)
        for parts in ((0, 1, 4), (0, 1, 3, 4), (0, 1, 2, 4)) if periods > 3 else ((0, 1, 4),):
            at = {rho: _best_variances(moments, parts, rho, total) for rho in tried}
            for move in _FINE_RHO if periods > 3 else ():
                rho = round(float(np.clip(max(at, key=lambda one: at[one][0]) + move, 0.02, 0.97)), 2)
                at[rho] = at.get(rho) or _best_variances(moments, parts, rho, total)
            best = max(at, key=lambda one: at[one][0])
            found.append((at[best], best, len(parts) + (periods > 3)))
    (_, variance), rho, _ = max(found, key=lambda one: one[0][0] - price * one[2])
    permanent, transitory, walk, slope, persistent = variance.tolist()
    return VarianceComponents(permanent, persistent, rho if persistent > 0 else 0.0, transitory, True, walk, slope)


@dataclass(frozen=True)
class _Moments:
    """Patterns of steps seen (patterns x steps), how many windows have each, and their mean products."""

    seen: Bools
    count: Floats
    products: Floats


def _moments(unit: Ints, step: Ints, residual: Floats) -> _Moments:
    """Return the moments of windows of up to `WINDOW` steps, each counted from its first row."""
    opens = np.r_[True, unit[1:] != unit[:-1]]
    first = step[np.maximum.accumulate(np.where(opens, np.arange(len(unit)), 0))]
    part = (step - first) // WINDOW
    opens |= np.r_[True, part[1:] != part[:-1]]
    window = np.cumsum(opens) - 1
    since = step - step[np.flatnonzero(opens)[window]]
    steps = int(since.max()) + 1
    every = 1 + (window[-1] + 1) * steps**2 // MOST_CELLS
    kept = window % every == 0
    table = np.full(((window[-1] // every) + 1, steps), np.nan)
    table[window[kept] // every, since[kept]] = residual[kept]
    seen, pattern = np.unique(~np.isnan(table), axis=0, return_inverse=True)
    pattern = pattern.ravel()
    count = np.bincount(pattern).astype(np.float64)
    products = np.empty((len(seen), steps, steps))
    for one in range(len(seen)):
        rows = np.nan_to_num(table[pattern == one])
        products[one] = rows.T @ rows / len(rows)
    return _Moments(seen, count, products)


def _best_variances(moments: _Moments, parts: tuple[int, ...], rho: float, total: float) -> tuple[float, Floats]:
    """Return the greatest log likelihood and variances of permanent, transitory, walk, slope and AR(1)."""
    from scipy.optimize import nnls

    at = np.arange(moments.seen.shape[1], dtype=np.float64)
    one = np.ones((len(at), len(at)))
    lag = np.abs(at[:, None] - at)
    shapes = np.stack([one, np.eye(len(at)), np.minimum(at[:, None], at), np.outer(at, at), rho**lag])[list(parts)]
    both = moments.seen[:, :, None] & moments.seen[:, None, :]
    unseen = np.eye(len(at)) * ~moments.seen[:, :, None]
    size = np.array([0.4, 0.4, 0.1, 0.02, 0.2])[list(parts)] * total
    # A floor under what passes keeps covariances of a frame without noise invertible.
    floor = np.where(np.array(parts) == 1, 1e-7 * total, 0.0)

    def likelihood(variance: Floats) -> tuple[float, Floats]:
        full = np.einsum("k,kij->ij", variance, shapes)
        covariance = np.where(both, full, 0.0) + unseen
        inverse = np.where(both, np.linalg.inv(covariance), 0.0)
        misfit = np.linalg.slogdet(covariance)[1] + np.einsum("pij,pij->p", inverse, moments.products)
        return float(-0.5 * moments.count @ misfit), inverse

    best, inverse = likelihood(size)
    for _ in range(_MOST_TURNS):
        turned = inverse[:, None] @ shapes
        weighted = turned * moments.count[:, None, None, None]
        information = np.einsum("pkij,plji->kl", weighted, turned)
        score = np.einsum("pkij,pji->k", weighted, inverse @ moments.products)
        information[np.diag_indices(len(parts))] *= 1 + 1e-9
        root = np.linalg.cholesky(information)
        wanted = np.maximum(nnls(root.T, np.linalg.solve(root, score))[0], floor)
        gain = 0.0
        for share in (1.0, 0.5, 0.2, 0.05):
            new = size + share * (wanted - size)
            reached, there = likelihood(new)
            if reached > best:
                gain, best, inverse, size = reached - best, reached, there, new
                break
        if gain < _SETTLED:
            break
    variances = np.zeros(5)
    variances[list(parts)] = np.where(size > 1e-6 * total, size, 0.0)
    return best, variances
