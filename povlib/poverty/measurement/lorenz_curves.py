"""Lorenz curves: ordinates of microdata, and measures from a table of grouped data by a fitted curve.

Responsible for cumulated shares at even points, for the two curves that grouped data are fitted by, and for poverty
and inequality that follow from such a curve and a mean. A fitted curve has no sampling error to report. Not responsible
for measures of microdata (`povlib.poverty.measure`).

Sources: Villasenor and Arnold (1989) and Kakwani (1980) for the curves; Datt (1998), Computational tools for poverty
measurement and analysis, for measures from them; Wolfson (1994) for polarisation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import checked_number, checked_table, column_names, full_column, is_one_of
from povlib.poverty.measurement.survey_design import design_from, sums_by_code

CURVE_FORMS = ("best", "quadratic", "beta")
INTEGRATION_RULES = ("exact", "steps")
GROUPED_MEASURES = ("fgt0", "fgt1", "fgt2", "watts", "gini", "ge0", "median", "polarisation", "deciles")
_MEASURES_WITH_LINE = ("fgt0", "fgt1", "fgt2", "watts")
# How near to 0 and 1 the root of slope = line is sought: both curves may be infinitely steep at the ends themselves.
_END_MARGIN = 1e-9
# Points of a curve beyond this are a slip of the pen. A choice.
_MOST_POINTS = 10**6


def lorenz(
    frame: pd.DataFrame, *, income: str, weight: str | None = None, points: int = 100, ties: str = "merged"
) -> pd.DataFrame:
    """Return ordinates of the Lorenz curve of microdata at even points.

    Parameters
    ----------
    frame, income, weight
        As in `povlib.poverty.measure`.
    points : int
        Number of points: 100 for percentiles.
    ties : {"merged", "rows"}
        Rows of equal income are one point; or each is one, in the order of the frame (World Bank PIP).

    Returns
    -------
    DataFrame
        share (k / points), quantile (smallest income at which the cumulated weight reaches it), population and
        income_share (cumulated shares up to and with that income): the convention of World Bank PIP.

    Examples
    --------
    >>> lorenz(pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0]}), income="y", points=2)
       share  quantile  population  income_share
    0    0.5       2.0         0.5           0.3
    1    1.0       4.0         1.0           1.0
    """
    if isinstance(points, bool) or not isinstance(points, (int, np.integer)) or not 1 <= points <= _MOST_POINTS:
        raise DataError("{value} is no number of points", where="points", value=points)
    frame = checked_table(frame, [income])
    values, weights = full_column(frame, income), design_from(frame, weight, census=True).weight
    if not is_one_of(ties, ("merged", "rows")):
        raise DataError("{value} is no choice", where="ties", allowed="merged, rows", value=ties)
    order = np.argsort(values, kind="stable")
    y, w = values[order], weights[order]
    if ties == "merged":
        y, point = np.unique(values, return_inverse=True)
        w = sums_by_code(point, weights, len(y))
    if not w @ y > 0:
        raise DataError("total income is not above zero", where=income)
    population, share = np.cumsum(w) / w.sum(), np.cumsum(w * y) / (w @ y)
    target = np.arange(1, points + 1) / points
    at = np.minimum(np.searchsorted(population, target - 1e-12), len(y) - 1)
    return pd.DataFrame({"share": target, "quantile": y[at], "population": population[at], "income_share": share[at]})


@dataclass(frozen=True)
class _FittedCurve:
    """A fitted Lorenz curve: its name, value, slope, and squared residuals at the data."""

    name: str
    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    misfit: float

    @property
    def valid(self) -> bool:
        """Whether incomes rise along the curve and none is below zero (on a grid of thousandths)."""
        steps = self.slope(np.arange(1, 1000) / 1000)
        return bool(np.isfinite(steps).all() and steps[0] >= 0 and (np.diff(steps) >= -1e-9).all())


def measure_grouped(
    frame: pd.DataFrame,
    *,
    population: str,
    income: str,
    mean: float,
    line: float | None = None,
    measures: Sequence[str] | str | None = None,
    form: str = "best",
    integration: str = "exact",
) -> pd.DataFrame:
    """Measure poverty and inequality from a table of grouped data.

    Parameters
    ----------
    frame : DataFrame
        One row a class: cumulated shares of people and of income, the last row 1 and 1.
    population, income : str
        Columns of the cumulated shares (0-1).
    mean : float
        Mean income, in the unit of the line.
    line : float, optional
        Needed by fgt0, fgt1, fgt2 and watts.
    measures : list of str, optional
        Of fgt0 fgt1 fgt2 watts gini ge0 median polarisation deciles (shares of tenths); default all that can be had.
    form : {"best", "quadratic", "beta"}
        General quadratic or Kakwani's beta curve; or the valid one that lies nearer to the data.
    integration : {"exact", "steps"}
        Of ge0: the integral; or thousandths as wbpip adds them (the first counted twice, the last left out).

    Returns
    -------
    DataFrame
        measure, convention, estimate.

    Raises
    ------
    DataError
        If the shares are no Lorenz curve, or no fitted curve is valid.

    Examples
    --------
    >>> classes = pd.DataFrame({"p": [0.2, 0.5, 0.8, 0.9, 1.0], "l": [0.08, 0.28, 0.58, 0.74, 1.0]})
    >>> made = measure_grouped(classes, population="p", income="l", mean=100.0, line=60.0, measures=["fgt0", "gini"])
    >>> made["estimate"].round(2).tolist()
    [0.29, 0.33]
    """
    if not (is_one_of(form, CURVE_FORMS) and is_one_of(integration, INTEGRATION_RULES)):
        raise DataError(
            "{value} is no choice", allowed=", ".join(CURVE_FORMS + INTEGRATION_RULES), value=f"{form}, {integration}"
        )
    wanted = (
        column_names(measures)
        if measures is not None
        else [m for m in GROUPED_MEASURES if line is not None or m not in _MEASURES_WITH_LINE]
    )
    for key in wanted:
        if not is_one_of(key, GROUPED_MEASURES):
            raise DataError("{key} is no measure", where="measures", allowed=", ".join(GROUPED_MEASURES), key=str(key))
    if line is None and set(wanted) & set(_MEASURES_WITH_LINE):
        raise DataError(
            "{measures} need a line", where="line", measures=", ".join(set(wanted) & set(_MEASURES_WITH_LINE))
        )
    mean = checked_number(mean, "mean")
    line = None if line is None else checked_number(line, "line")
    if not (mean > 0 and (line is None or line > 0)):
        raise DataError("mean and line must be above zero", where="mean, line")
    p, share = _cumulated_shares(frame, population, income)
    curve = _best_curve(p, share, form)
    values = _measures_of_curve(curve, mean, line, integration)
    rows = [(key, value) for key in wanted for key, value in values(key)]
    table = pd.DataFrame(rows, columns=["measure", "estimate"])
    label = f"curve={curve.name}"
    table.insert(
        1, "convention", [f"{label}; integration={integration}" if k == "ge0" else label for k in table["measure"]]
    )
    return table


def _cumulated_shares(frame: pd.DataFrame, population: str, income: str) -> tuple[Floats, Floats]:
    """Return shares of people and income, sorted, without the last point; refuse what is no Lorenz curve."""
    frame = checked_table(frame, [population, income])
    p, share = full_column(frame, population), full_column(frame, income)
    order = np.argsort(p, kind="stable")
    p, share = p[order], share[order]
    p, share = p[p > 0], share[p > 0]
    fine = len(p) >= 5 and abs(p[-1] - 1) < 1e-6 and abs(share[-1] - 1) < 1e-6 and (np.diff(p) > 0).all()
    if not (fine and (np.diff(share) >= 0).all() and (share <= p + 1e-9).all() and share[0] >= 0):
        raise DataError(
            "the shares are no Lorenz curve",
            where=f"{population}, {income}",
            allowed="five classes or more from the poorest on, cumulated, income never ahead of people, last 1 and 1",
        )
    return p[:-1], share[:-1]  # both curves pass through (1, 1)


def _best_curve(p: Floats, share: Floats, form: str) -> _FittedCurve:
    """Return the valid curve that fits best; refuse ``best`` where none is valid."""
    fits = [
        fit(p, share)
        for name, fit in (("quadratic", _fit_quadratic_curve), ("beta", _fit_beta_curve))
        if form in (name, "best")
    ]
    valid = [curve for curve in fits if curve.valid]
    if form == "best" and not valid:
        raise DataError("no fitted Lorenz curve is valid for these shares", remedy="check the classes, or name a form")
    return min(valid or fits, key=lambda curve: curve.misfit)


def _fit_quadratic_curve(p: Floats, share: Floats) -> _FittedCurve:
    """Fit L (1 - L) = a (p^2 - L) + b L (p - 1) + c (p - L) by least squares."""
    design = np.column_stack([p**2 - share, share * (p - 1), p - share])
    a, b, c = np.linalg.lstsq(design, share * (1 - share), rcond=None)[0]
    e = -(a + b + c + 1)
    m, n = b**2 - 4 * a, 2 * b * e - 4 * c

    def root(x: Floats) -> Floats:
        return np.asarray(np.sqrt(np.maximum(m * x**2 + n * x + e**2, 1e-300)))

    def value(x: Floats) -> Floats:
        return np.asarray(-(b * x + e + root(x)) / 2)

    def slope(x: Floats) -> Floats:
        return np.asarray(-b / 2 - (2 * m * x + n) / (4 * root(x)))

    return _FittedCurve("quadratic", value, slope, float(((value(p) - share) ** 2).sum()))


def _fit_beta_curve(p: Floats, share: Floats) -> _FittedCurve:
    """Fit p - L = t p^g (1 - p)^d by least squares in logs."""
    inner = p - share > 0
    design = np.column_stack([np.ones(inner.sum()), np.log(p[inner]), np.log(1 - p[inner])])
    t, g, d = np.linalg.lstsq(design, np.log((p - share)[inner]), rcond=None)[0]

    def gap(x: Floats) -> Floats:
        return np.asarray(np.exp(t) * x**g * (1 - x) ** d)

    def value(x: Floats) -> Floats:
        return np.asarray(x - gap(x))

    def slope(x: Floats) -> Floats:
        return np.asarray(1 - gap(x) * (g / x - d / (1 - x)))

    return _FittedCurve("beta", value, slope, float(((value(p) - share) ** 2).sum()))


def _measures_of_curve(
    curve: _FittedCurve, mean: float, line: float | None, integration: str
) -> Callable[[str], list[tuple[str, float]]]:
    """Return a function that gives the values of a measure (several for deciles)."""
    gini = 1 - 2 * _integral_over_shares(curve.value, 0, 1)
    half = np.array([0.5])
    middle = float(curve.slope(half)[0])
    head = 0.0 if line is None else _headcount_of_curve(curve, line / mean)

    def poor(key: str) -> float:
        ratio = mean / float(line or 1)
        if key == "fgt0":
            return head
        if key == "fgt1":
            return head - ratio * (float(curve.value(np.array([head]))[0]) if head > 0 else 0.0)
        if key == "fgt2":
            return _integral_over_shares(lambda x: (1 - ratio * curve.slope(x)) ** 2, 0, head)
        return _integral_over_shares(lambda x: -np.log(np.maximum(ratio * curve.slope(x), 1e-12)), 0, head)

    def of(key: str) -> list[tuple[str, float]]:
        if key in _MEASURES_WITH_LINE:
            return [(key, poor(key))]
        if key == "gini":
            return [(key, gini)]
        if key == "median":
            return [(key, mean * middle)]
        if key == "polarisation":
            return [(key, 2 * (2 * (0.5 - float(curve.value(half)[0])) - gini) / middle)]
        if key == "ge0":
            return [(key, _mean_log_deviation(curve, integration))]
        tenths = np.diff(np.concatenate([[0.0], curve.value(np.arange(1, 10) / 10), [1.0]]))
        return [(f"decile_{k}", float(part)) for k, part in enumerate(tenths, start=1)]

    return of


def _headcount_of_curve(curve: _FittedCurve, line: float) -> float:
    """Return the share of people whose income (in means) is below the line."""
    from scipy.optimize import brentq

    low, high = (float(curve.slope(np.array([x]))[0]) - line for x in (_END_MARGIN, 1 - _END_MARGIN))
    if low >= 0 or high <= 0:
        return 0.0 if low >= 0 else 1.0
    return float(
        brentq(lambda x: float(curve.slope(np.array([x]))[0]) - line, _END_MARGIN, 1 - _END_MARGIN, xtol=1e-14)
    )


def _integral_over_shares(function: Callable[[Floats], Floats], low: float, high: float) -> float:
    """Integrate by Gauss and Legendre on pieces that shrink towards both ends, where curves are steep."""
    if not high > low:
        return 0.0
    points, weights = np.polynomial.legendre.leggauss(20)
    near = np.concatenate([[0.0], 2.0 ** np.arange(-45, 0)])
    cuts = low + (high - low) * np.concatenate([near, 1 - near[-2::-1]])
    left, width = cuts[:-1], np.diff(cuts)
    x = left[:, None] + (points[None, :] + 1) / 2 * width[:, None]
    return float((function(np.clip(x, 1e-300, 1 - 1e-16)) * weights * width[:, None] / 2).sum())


def _mean_log_deviation(curve: _FittedCurve, integration: str) -> float:
    def logs(x: Floats) -> Floats:
        return np.asarray(np.log(np.maximum(curve.slope(x), 1e-12)))

    if integration == "exact":
        return -_integral_over_shares(logs, 0, 1)
    grid = logs(np.concatenate([[_END_MARGIN**2], np.arange(1, 1000) / 1000]))
    return -float((grid[1:] + grid[:-1]).sum() * 0.0005 + logs(np.array([0.0005]))[0] * 0.001)
