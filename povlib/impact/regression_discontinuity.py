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
from povlib.impact.density_check import density_test_p
from povlib.impact.effect_result import Finding, few_cluster_findings
from povlib.impact.identification_checks import (
    ABSORBED,
    SELF_FITTING,
    covariate_of_column,
    lone_group_findings,
    refuse_absorbed_treatment,
    refuse_outcome_as_covariate,
)
from povlib.least_squares import centred, least_squares, rank_tolerance
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
FEWEST_SCORES_A_SIDE = 3  # different scores within the bandwidth: a line through two of them cannot be checked
FEWEST_SCORES = 10  # different scores near the limit: below, the shape between them is assumed and said so. A choice.
_ROUNDING = 1e-12  # of the largest value: smaller differences are rounding errors of sums over thousands of rows
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
    errors : str
        Convention of the errors: "HC3", or "HC3 by cluster, G / (G - 1)".
    """

    table: pd.DataFrame
    bandwidth: float
    findings: tuple[Finding, ...]
    errors: str = "HC3"

    @property
    def usable(self) -> bool:
        """Whether there are estimates and no check refuses the design."""
        some = bool(np.isfinite(self.table["estimate"].to_numpy(dtype=np.float64)).any())
        return some and not any(finding.refuses for finding in self.findings)

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
        If columns are missing, fewer than 20 cases lie on a side, or covariates decide the side.

    Notes
    -----
    Least squares by QR (`povlib.least_squares`): units of score, outcome and covariates do not matter. Errors are HC3;
    by cluster the squared sums of influence with G / (G - 1).

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
    if case.more.size:
        widest = float(np.abs(case.x).max()) * 1.01
        lines = _lines_beside_jump(case, widest, 1)
        refuse_absorbed_treatment(side, case.more, case.owners, running, case.weight, lines)
    chosen = choose_bandwidth(case.x, case.y, case.above)
    widths = [m * chosen for m in BANDWIDTH_MULTIPLES] if bandwidths is None else [float(b) for b in bandwidths]
    if not widths or not min(widths) > 0:
        raise DataError("bandwidths must be above 0", where="bandwidths")
    table = pd.DataFrame([_estimates_at_bandwidth(case, width) for width in widths])
    table.insert(1, "multiple", np.array(widths) / chosen)
    findings = _design_findings(case, chosen, table)
    if case.groups is not None:
        findings += few_cluster_findings(len(np.unique(case.groups)))
    errors = "HC3" if case.groups is None else "HC3 by cluster, G / (G - 1)"
    return Cutoff(table, chosen, findings, errors)


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
    owners: list[str]

    def within(self, width: float) -> _DiscontinuityData:
        """Return the rows nearer to the limit than `width`."""
        near = np.abs(self.x) < width
        d = None if self.d is None else self.d[near]
        groups = None if self.groups is None else self.groups[near]
        rest = self.more[near], groups, self.weight[near], self.side[near], self.owners
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
    refuse_outcome_as_covariate(outcome, covariates)
    single = [name for name in (outcome, running, treatment, cluster, weight) if name is not None]
    frame = checked_table(frame, [*single, *covariates])
    rows = frame.dropna(subset=[*single, *covariates]).reset_index(drop=True)
    x, y = finite_column(rows, running) - at, finite_column(rows, outcome)
    above = np.asarray(x >= 0 if tie == "above" else x > 0)
    if min(int(above.sum()), int((~above).sum())) < FEWEST_CASES:
        raise DataError("fewer than {n} cases lie on a side of the limit", n=FEWEST_CASES)
    d = zero_one_column(rows, treatment) if treatment is not None else None
    names, more = covariate_columns(rows, covariates)
    owners = [covariate_of_column(name, covariates) for name in names]
    groups = pd.factorize(rows[cluster], sort=True)[0].astype(np.int64) if cluster is not None else None
    share = np.ones(len(x)) if weight is None else finite_column(rows, weight)
    if not (share >= 0).all() or not share.sum() > 0:
        raise DataError("the weights do not add up to a positive number", where=weight or "")
    return _DiscontinuityData(x, y, above, d, more, groups, share / share.mean(), np.zeros(len(x)), owners)


def _triangular_kernel(x: Floats, width: float) -> Floats:
    return np.maximum(1 - np.abs(x) / width, 0.0)


def _lines_beside_jump(case: _DiscontinuityData, width: float, power: int) -> Floats:
    """Return what is fitted beside the jump: a level, and powers of the score on each side."""
    powers = np.column_stack([(case.x / width) ** j for j in range(1, power + 1)])
    return np.column_stack([np.ones(len(case.x)), powers * case.side[:, None], powers * (1 - case.side)[:, None]])


def _jump_at_limit(case: _DiscontinuityData, y: Floats, width: float, power: int) -> tuple[float, Floats]:
    """Return the jump at 0 from local polynomials on each side, and the influence of each case.

    NaN where too few different scores, or covariates that decide the side, leave no jump to be seen.
    """
    weight = _triangular_kernel(case.x, width) * case.weight
    nothing = float("nan"), np.zeros(len(case.x))
    if min(_scores_by_side(case, width)) <= power:
        return nothing
    design = np.column_stack([_lines_beside_jump(case, width, power), centred(case.more, weight), case.side])
    tolerance = rank_tolerance(case.more, weight)
    fit = least_squares(design, y, weight, tolerance)
    if fit.own[-1] <= max(ABSORBED, tolerance):
        return nothing
    # what is left of a rule kept without exception is rounding
    residual = np.where(np.abs(fit.residual) > _ROUNDING * np.abs(y).max(initial=0.0), fit.residual, 0.0)
    # leave-one-out residuals (HC3) keep the errors honest with few cases near the limit
    influence = fit.loading[:, -1] * residual / np.maximum(1 - fit.leverage, 0.05)
    free = (weight > 0) & (fit.leverage < 1 - SELF_FITTING)
    if min((free & case.above).sum(), (free & ~case.above).sum()) < 2:
        influence = np.full(len(case.x), np.nan)  # a side through all its points says nothing of its spread
    return float(fit.coefficients[-1]), influence


def _scores_by_side(case: _DiscontinuityData, width: float) -> tuple[int, int]:
    """Return how many different scores with weight lie below and above the limit."""
    used = (np.abs(case.x) < width) & (case.weight > 0)
    return len(np.unique(case.x[used & ~case.above])), len(np.unique(case.x[used & case.above]))


def _estimates_at_bandwidth(case: _DiscontinuityData, width: float) -> dict[str, float]:
    from scipy.stats import norm

    case = case.within(width)
    parts: dict[str, float] = {"bandwidth": width}
    z = float(norm.ppf(0.975))
    for name, power in (("estimate", 1), ("robust", 2)):
        value, influence = _jump_at_limit(case, case.y, width, power)
        if case.d is not None:
            step, d_step = _jump_at_limit(case, case.d, width, power)
            share = step if abs(step) > _ROUNDING else float("nan")  # no jump of help: nothing to divide by
            value = value / share
            influence = (influence - value * d_step) / share
        se = _standard_error(influence, case) if np.isfinite(value) else float("nan")
        low, high = ("ci_low", "ci_high") if name == "estimate" else ("robust_low", "robust_high")
        parts |= {
            name: float(value),
            "se" if name == "estimate" else "robust_se": se,
            low: value - z * se,
            high: value + z * se,
        }
    parts |= {"below": int((~case.above).sum()), "above": int(case.above.sum())}
    return parts


def _standard_error(influence: Floats, case: _DiscontinuityData) -> float:
    """Return the error; by cluster with G / (G - 1), NaN when a side lies in a single cluster."""
    if case.groups is None:
        return float(np.sqrt((influence**2).sum()))
    if lone_group_findings(case.above, case.groups):
        return float("nan")
    sums = np.bincount(case.groups, influence)
    count = len(np.unique(case.groups))
    return float(np.sqrt(count / (count - 1) * (sums**2).sum()))


def choose_bandwidth(x: Floats, y: Floats, above: Bools) -> float:
    """Return the bandwidth of Imbens and Kalyanaraman (2012) for a triangular kernel, in units of the score.

    Where the outcome does not vary within the sides (a rule kept without exception) nothing bends and nothing is noisy:
    half the reach of the score.
    """
    unit, widest = float(x.std()), float(np.abs(x).max() / 2)
    # in its own units the formula has no number that depends on yuan or fen
    x, y = x / unit, (y - y.mean()) / (float(y.std()) or 1.0)
    n = len(x)
    pilot = 1.84 * n ** (-0.2)
    left, right = ~above & (x >= -pilot), above & (x <= pilot)
    density = max((left.sum() + right.sum()) / (2 * n * pilot), 1e-12)
    variances = [float(y[part].var(ddof=1)) if part.sum() > 2 else float(y.var(ddof=1)) for part in (left, right)]
    if max(variances) < _ROUNDING:
        return widest
    third = 6 * _leading_coefficient(np.column_stack([np.ones(n), above, x, x**2, x**3]), y)
    curves, penalties = [], []
    for part, variance in ((~above, variances[0]), (above, variances[1])):
        width = 3.56 * (variance / (density * max(third**2, 0.01 * y.var()))) ** (1 / 7)
        near = part & (np.abs(x) <= width * float(part.sum()) ** (-1 / 7))
        if near.sum() < 10:
            near = part
        curves.append(2 * _leading_coefficient(np.column_stack([np.ones(near.sum()), x[near], x[near] ** 2]), y[near]))
        reach = max(float(np.abs(x[near]).max()), 1e-12)
        penalties.append(2160 * variance / (near.sum() * reach**4))
    curvature = (curves[1] - curves[0]) ** 2 + sum(penalties)
    width = 3.4375 * (sum(variances) / (density * max(curvature, 1e-300))) ** 0.2 * n ** (-0.2)
    return float(min(width * unit, widest))


def _leading_coefficient(design: Floats, y: Floats) -> float:
    return float(least_squares(design, y).coefficients[-1])


def _design_findings(case: _DiscontinuityData, width: float, table: pd.DataFrame) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    p = density_test_p(case.x, case.above, width)
    if p < _DENSITY_LEVEL:
        message = "cases crowd on one side of the limit (p = {p}): scores may have been steered"
        findings.append(Finding("density", True, message, {"p": f"{p:.4f}"}))
    findings += _score_findings(case, width, table)
    if case.groups is not None:
        findings += lone_group_findings(case.above, case.groups)
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


def _score_findings(case: _DiscontinuityData, width: float, table: pd.DataFrame) -> list[Finding]:
    """Return what the number of different scores, and empty or errorless rows of the table, say."""
    by_side = _scores_by_side(case, width)
    empty = int(table["estimate"].isna().sum())
    findings = []
    if min(by_side) < FEWEST_SCORES_A_SIDE or empty == len(table):
        message = "only {below} values of the score lie near the limit below and {above} above: no line can be checked"
        findings.append(Finding("heaped", True, message, {"below": by_side[0], "above": by_side[1]}))
    elif sum(by_side) < FEWEST_SCORES:
        message = "the score takes only {n} values near the limit: the shape between them is assumed"
        findings.append(Finding("heaped", False, message, {"n": sum(by_side)}))
    if 0 < empty < len(table):
        message = "{n} bandwidths hold too few different scores: their rows are empty"
        findings.append(Finding("heaped", False, message, {"n": empty}))
    if case.groups is None and (unknown := int(table["se"].isna().sum()) - empty):
        message = "{n} bandwidths hold too few cases on a side for an error"
        findings.append(Finding("few", unknown == len(table) - empty, message, {"n": unknown}))
    if (table["se"] == 0).any():
        message = "every case lies on its line, so the error is zero: the rule decides this outcome without exception"
        findings.append(Finding("exact", False, message))
    return findings
