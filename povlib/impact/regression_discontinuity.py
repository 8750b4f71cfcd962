"""The cut-off design: those just inside a rule's limit against those just outside.

Responsible for local-linear estimates at a cut-off over a table of bandwidths, with the bias-robust
line beside each, and for the checks that belong to it. Never one number: the table is the result.
Not responsible for whether the rule was kept (give the help received as `treatment`).

Sources: Imbens and Kalyanaraman (2012) for the bandwidth; Calonico, Cattaneo and Titiunik (2014) for the
bias correction (a quadratic at the same bandwidth); McCrary (2008) for the idea of the density check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError
from povlib.impact.effect_result import Finding, few_cluster_findings
from povlib.poverty.measurement.frame_columns import (
    checked_table,
    column_names,
    covariate_columns,
    finite_column,
    zero_one_column,
)

# The chosen bandwidth, halved to doubled: an effect that holds at one width only is no effect.
BANDWIDTH_MULTIPLES = (0.5, 0.75, 1.0, 1.5, 2.0)
FEWEST_CASES = 20  # on each side: fewer cannot carry a line and its error. A choice.
FEWEST_SCORES = 10  # different scores near the limit: below, the shape between them is assumed and said so. A choice.
_DENSITY_LEVEL = 0.01  # of the test for steered scores: strict, because it refuses the whole design


@dataclass(frozen=True)
class Cutoff:
    """Estimates at a cut-off.

    Attributes
    ----------
    table : DataFrame
        bandwidth, multiple (of the chosen one), estimate, se, ci_low, ci_high (local linear),
        robust, robust_se, robust_low, robust_high (bias-corrected), below, above (cases used).
    bandwidth : float
        The data-driven one.
    findings : tuple of Finding
    """

    table: pd.DataFrame
    bandwidth: float
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether no check refuses the design."""
        return not any(finding.refuses for finding in self.findings)

    @property
    def agrees(self) -> bool:
        """Whether all bandwidths give estimates of one sign."""
        signs = np.sign(self.table["estimate"].to_numpy())
        return bool((signs == signs[0]).all())


def cutoff(
    frame: pd.DataFrame,
    *,
    outcome: str,
    running: str,
    at: float,
    helped: str = "below",
    tie: str = "above",
    treatment: str | None = None,
    covariates: Sequence[str] | str = (),
    cluster: str | None = None,
    weight: str | None = None,
    bandwidths: Sequence[float] | None = None,
) -> Cutoff:
    """Estimate the effect of help at the limit of a rule.

    Parameters
    ----------
    frame : DataFrame
        Rows with any of these columns empty are left out.
    outcome, running : str
        Columns: outcome; score by which the rule decides.
    at : float
        The limit.
    helped : {"below", "above"}
        Side on which help is given.
    tie : {"above", "below"}
        Side to which a score exactly at the limit belongs.
    treatment : str, optional
        Column of 0/1, help received: the jump in the outcome is then divided by the jump in help.
    covariates : list of str, optional
        Columns that enter linearly, alike on both sides (they sharpen, they do not repair).
    cluster, weight : str, optional
        For the errors; weights of the rows.
    bandwidths : sequence of float, optional
        Default multiples 0.5, 0.75, 1, 1.5 and 2 of the chosen one.

    Returns
    -------
    Cutoff

    Raises
    ------
    DataError
        If columns are missing, or fewer than 20 cases lie on a side.

    Examples
    --------
    >>> score = np.linspace(-1, 1, 400)
    >>> frame = pd.DataFrame({"x": score, "y": 2 * score + 3 * (score < 0)})
    >>> cutoff(frame, outcome="y", running="x", at=0.0).table["estimate"].round(6).tolist()
    [3.0, 3.0, 3.0, 3.0, 3.0]
    """
    for value in (helped, tie):
        if value not in ("below", "above"):
            raise DataError("{value} is no choice", allowed="below, above", value=value)
    case = _discontinuity_data(
        frame, outcome, running, float(at), treatment, column_names(covariates), cluster, weight, tie
    )
    side = np.asarray(~case.above if helped == "below" else case.above, dtype=np.float64)
    case = replace(case, side=side)
    chosen = choose_bandwidth(case.x, case.y, case.above)
    widths = [m * chosen for m in BANDWIDTH_MULTIPLES] if bandwidths is None else [float(b) for b in bandwidths]
    if not widths or not min(widths) > 0:
        raise DataError("bandwidths must be above 0", where="bandwidths")
    table = pd.DataFrame([_estimates_at_bandwidth(case, width) for width in widths])
    table.insert(1, "multiple", np.array(widths) / chosen)
    findings = _design_findings(case, chosen, table)
    if case.groups is not None:
        findings += few_cluster_findings(len(np.unique(case.groups)))
    return Cutoff(table, chosen, findings)


@dataclass(frozen=True)
class _DiscontinuityData:
    """The rows: score less the limit, outcome, help received, and what goes with them."""

    x: Floats
    y: Floats
    above: Bools
    d: Floats | None
    more: Floats
    groups: Ints | None
    weight: Floats
    side: Floats

    def within(self, width: float) -> _DiscontinuityData:
        """Return the rows nearer to the limit than `width`."""
        near = np.abs(self.x) < width
        d = None if self.d is None else self.d[near]
        groups = None if self.groups is None else self.groups[near]
        rest = self.more[near], groups, self.weight[near], self.side[near]
        return _DiscontinuityData(self.x[near], self.y[near], self.above[near], d, *rest)


def _discontinuity_data(
    frame: pd.DataFrame,
    outcome: str,
    running: str,
    at: float,
    treatment: str | None,
    covariates: list[str],
    cluster: str | None,
    weight: str | None,
    tie: str,
) -> _DiscontinuityData:
    single = [name for name in (outcome, running, treatment, cluster, weight) if name is not None]
    frame = checked_table(frame, [*single, *covariates])
    rows = frame.dropna(subset=[*single, *covariates]).reset_index(drop=True)
    x, y = finite_column(rows, running) - at, finite_column(rows, outcome)
    above = np.asarray(x >= 0 if tie == "above" else x > 0)
    if min(int(above.sum()), int((~above).sum())) < FEWEST_CASES:
        raise DataError("fewer than {n} cases lie on a side of the limit", n=FEWEST_CASES)
    d = zero_one_column(rows, treatment) if treatment is not None else None
    more = covariate_columns(rows, covariates)[1]
    groups = pd.factorize(rows[cluster], sort=True)[0].astype(np.int64) if cluster is not None else None
    share = np.ones(len(x)) if weight is None else finite_column(rows, weight)
    if not (share >= 0).all() or not share.sum() > 0:
        raise DataError("the weights do not add up to a positive number", where=weight or "")
    return _DiscontinuityData(x, y, above, d, more - more.mean(axis=0), groups, share, np.zeros(len(x)))


def _triangular_kernel(x: Floats, width: float) -> Floats:
    return np.maximum(1 - np.abs(x) / width, 0.0)


def _jump_at_limit(case: _DiscontinuityData, y: Floats, width: float, power: int) -> tuple[float, Floats]:
    """Return the jump at 0 from local polynomials on each side, and the influence of each case."""
    x, side, weight = case.x, case.side, _triangular_kernel(case.x, width) * case.weight
    used = weight > 0
    if any(len(np.unique(x[used & part])) <= power for part in (case.above, ~case.above)):
        return float("nan"), np.zeros(len(x))  # too few different scores for such a line
    shape = np.column_stack([x**j for j in range(power + 1)]) / width ** np.arange(power + 1)
    design = np.column_stack([shape * side[:, None], shape * (1 - side)[:, None], case.more])
    bread = np.linalg.pinv((design * weight[:, None]).T @ design)
    beta = bread @ (design.T @ (weight * y))
    residual = y - design @ beta
    # leave-one-out residuals (HC3) keep the errors honest with few cases near the limit
    leverage = np.einsum("ij,jk,ik->i", design, bread, design) * weight
    influence = (design * (weight * residual / np.maximum(1 - leverage, 0.05))[:, None]) @ bread
    return float(beta[0] - beta[power + 1]), influence[:, 0] - influence[:, power + 1]


def _estimates_at_bandwidth(case: _DiscontinuityData, width: float) -> dict[str, float]:
    from scipy.stats import norm

    case = case.within(width)
    parts: dict[str, float] = {"bandwidth": width}
    z = float(norm.ppf(0.975))
    for name, power in (("estimate", 1), ("robust", 2)):
        value, influence = _jump_at_limit(case, case.y, width, power)
        if case.d is not None:
            step, d_step = _jump_at_limit(case, case.d, width, power)
            with np.errstate(divide="ignore", invalid="ignore"):
                value = np.float64(value) / step
                influence = (influence - value * d_step) / step
        se = _standard_error(influence, case.groups) if np.isfinite(value) else float("nan")
        low, high = ("ci_low", "ci_high") if name == "estimate" else ("robust_low", "robust_high")
        parts |= {
            name: float(value),
            "se" if name == "estimate" else "robust_se": se,
            low: value - z * se,
            high: value + z * se,
        }
    parts |= {"below": int((~case.above).sum()), "above": int(case.above.sum())}
    return parts


def _standard_error(influence: Floats, groups: Ints | None) -> float:
    if groups is None:
        return float(np.sqrt((influence**2).sum()))
    sums = np.bincount(groups, influence)
    count = len(np.unique(groups))
    return float(np.sqrt(count / max(count - 1, 1) * (sums**2).sum()))


def choose_bandwidth(x: Floats, y: Floats, above: Bools) -> float:
    """Return the bandwidth of Imbens and Kalyanaraman (2012) for a triangular kernel."""
    n, spread = len(x), float(x.std())
    pilot = 1.84 * spread * n ** (-0.2)
    left, right = ~above & (x >= -pilot), above & (x <= pilot)
    density = max((left.sum() + right.sum()) / (2 * n * pilot), 1e-12)
    variances = [float(y[part].var(ddof=1)) if part.sum() > 2 else float(y.var(ddof=1)) for part in (left, right)]
    cubic = np.column_stack([np.ones(n), above, x, x**2, x**3])
    third = 6 * float(np.linalg.lstsq(cubic, y, rcond=None)[0][4])
    curves, penalties = [], []
    for part, variance in ((~above, variances[0]), (above, variances[1])):
        width = 3.56 * (variance / (density * max(third**2, 0.01 * y.var() / spread**6))) ** (1 / 7)
        near = part & (np.abs(x) <= width * float(part.sum()) ** (-1 / 7))
        if near.sum() < 10:
            near = part
        square = np.column_stack([np.ones(near.sum()), x[near], x[near] ** 2])
        curves.append(2 * float(np.linalg.lstsq(square, y[near], rcond=None)[0][2]))
        reach = max(float(np.abs(x[near]).max()), 1e-12)
        penalties.append(2160 * variance / (near.sum() * reach**4))
    curvature = (curves[1] - curves[0]) ** 2 + sum(penalties)
    width = 3.4375 * (sum(variances) / (density * max(curvature, 1e-300))) ** 0.2 * n ** (-0.2)
    return float(min(width, np.abs(x).max() / 2))


def _design_findings(case: _DiscontinuityData, width: float, table: pd.DataFrame) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    p = density_test_p(case.x, case.above, width)
    if p < _DENSITY_LEVEL:
        message = "cases crowd on one side of the limit (p = {p}): scores may have been steered"
        findings.append(Finding("density", True, message, {"p": f"{p:.4f}"}))
    values = len(np.unique(case.x[np.abs(case.x) < width]))
    if values < FEWEST_SCORES:
        message = "the score takes only {n} values near the limit: the shape between them is assumed"
        findings.append(Finding("heaped", False, message, {"n": values}))
    if case.d is not None:
        step = abs(_jump_at_limit(case.within(width), case.within(width).d, width, 1)[0])  # type: ignore[arg-type]
        if not step >= 0.1:
            said: dict[str, object] = {"step": f"{step:.0%}"}
            findings.append(Finding("first_stage", True, "help jumps by only {step} at the limit", said))
    if min(table["below"].min(), table["above"].min()) < FEWEST_CASES:
        findings.append(
            Finding("few", False, "the narrowest bandwidth holds fewer than {n} cases on a side", {"n": FEWEST_CASES})
        )
    return tuple(findings)


def density_test_p(x: Floats, above: Bools, width: float) -> float:
    """Return the p-value that the density is even at 0: a local-linear Poisson test on narrow bins.

    Bins never straddle two values of a score that moves in steps, and heaps (round numbers) count as noise: the
    variance is inflated by the spread of the bins about their lines (quasi-Poisson).
    """
    from scipy.stats import norm

    near = np.abs(x) < width
    unit, group = _bin_width(x[near], width)
    jumps, excess, free = [], 0.0, 0
    for part in (near & ~above, near & above):
        distance = np.abs(x[part]) / unit
        begin = int(distance.min(initial=0.0) >= 1 - 1e-9)  # on the side without the limit itself the first step is 1
        place = (np.floor(distance + 1e-9).astype(np.int64) - begin) // group
        bins = int((width / unit - begin) // group)
        if bins < 3:
            return 1.0
        counts = np.bincount(place[place < bins], minlength=bins).astype(np.float64)
        design = np.column_stack([np.ones(bins), np.arange(bins) + 0.5])
        beta = np.linalg.lstsq(design, counts, rcond=None)[0]
        bread = np.linalg.pinv(design.T @ design) @ design.T
        noise = np.maximum(design @ beta, 1.0)
        excess += float(((counts - design @ beta) ** 2 / noise).sum())
        free += bins - 2
        jumps.append((beta[0], float((bread[0] ** 2 * noise).sum())))
    (low, v_low), (high, v_high) = jumps
    variance = (v_low + v_high) * max(excess / max(free, 1), 1.0)
    return float(2 * norm.sf(abs(high - low) / np.sqrt(variance)))


def _bin_width(x: Floats, width: float) -> tuple[float, int]:
    """Return the unit of the score and how many units make a bin: a tenth of the window, whole steps of the score."""
    values = np.unique(x)
    gaps = np.diff(values)
    smallest = float(gaps[gaps > 1e-9 * width].min(initial=np.inf))
    if not np.isfinite(smallest) or len(values) > 0.5 * len(x) or smallest < width / 200:
        return width / 10, 1
    return smallest, max(1, round(width / 10 / smallest))
