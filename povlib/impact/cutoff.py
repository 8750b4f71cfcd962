"""The cut-off design: those just inside a rule's limit against those just outside.

Responsible for local-linear estimates at a cut-off over a table of bandwidths, with the bias-robust
line beside each, and for the checks that belong to it. Never one number: the table is the result.
Not responsible for whether the rule was kept (give the help received as `treatment`).

Sources: Imbens and Kalyanaraman (2012) for the bandwidth; Calonico, Cattaneo and Titiunik (2014) for the
bias correction (a quadratic at the same bandwidth); McCrary (2008) for the idea of the density check.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.errors import DataError
from povlib.impact.effect import Finding, Floats, Ints, clusters_findings

MULTIPLES = (0.5, 0.75, 1.0, 1.5, 2.0)
FEWEST = 20
_DENSITY = 0.01


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
    treatment: str | None = None,
    cluster: str | None = None,
    bandwidths: tuple[float, ...] | None = None,
) -> Cutoff:
    """Estimate the effect of help at the limit of a rule.

    Parameters
    ----------
    frame : DataFrame
    outcome, running : str
        Columns: outcome; score by which the rule decides.
    at : float
        The limit.
    helped : {"below", "above"}
        Side on which help is given; a score exactly at the limit belongs above.
    treatment : str, optional
        Column of 0/1, help received: the jump in the outcome is then divided by the jump in help.
    cluster : str, optional
        For the errors.
    bandwidths : tuple of float, optional
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
    if helped not in ("below", "above"):
        raise DataError("{value} is no choice", allowed="below, above", value=helped)
    columns = [outcome, running, *([treatment] if treatment else []), *([cluster] if cluster else [])]
    for name in columns:
        if name not in frame.columns:
            raise DataError("table {table} has no column {column}", table="frame", column=name)
    rows = frame[columns].dropna()
    x = rows[running].to_numpy(dtype=np.float64) - at
    y = rows[outcome].to_numpy(dtype=np.float64)
    if min(int((x < 0).sum()), int((x >= 0).sum())) < FEWEST:
        raise DataError("fewer than {n} cases lie on a side of the limit", n=FEWEST)
    d = rows[treatment].to_numpy(dtype=np.float64) if treatment else None
    groups = pd.factorize(rows[cluster], sort=True)[0].astype(np.int64) if cluster else None
    side = np.asarray(x < 0 if helped == "below" else x >= 0, dtype=np.float64)
    chosen = choose_bandwidth(x, y)
    widths = [m * chosen for m in MULTIPLES] if bandwidths is None else list(bandwidths)
    table = pd.DataFrame([_at(x, y, d, side, groups, width) for width in widths])
    table.insert(1, "multiple", np.array(widths) / chosen)
    findings = _findings(x, chosen, d, side, table)
    if groups is not None:
        findings += clusters_findings(len(np.unique(groups)))
    return Cutoff(table, chosen, findings)


def _kernel(x: Floats, width: float) -> Floats:
    return np.maximum(1 - np.abs(x) / width, 0.0)


def _jump(x: Floats, y: Floats, side: Floats, width: float, power: int) -> tuple[float, Floats]:
    """Return the jump at 0 from local polynomials on each side, and the influence of each case."""
    weight = _kernel(x, width)
    shape = np.column_stack([x**j for j in range(power + 1)]) / width ** np.arange(power + 1)
    design = np.column_stack([shape * side[:, None], shape * (1 - side)[:, None]])
    bread = np.linalg.pinv((design * weight[:, None]).T @ design)
    beta = bread @ (design.T @ (weight * y))
    residual = y - design @ beta
    # leave-one-out residuals (HC3) keep the errors honest with few cases near the limit
    leverage = np.einsum("ij,jk,ik->i", design, bread, design) * weight
    influence = (design * (weight * residual / np.maximum(1 - leverage, 0.05))[:, None]) @ bread
    return float(beta[0] - beta[power + 1]), influence[:, 0] - influence[:, power + 1]


def _at(x: Floats, y: Floats, d: Floats | None, side: Floats, groups: Ints | None, width: float) -> dict[str, float]:
    from scipy.stats import norm

    used = np.abs(x) < width
    parts: dict[str, float] = {"bandwidth": width}
    mask = side[used]
    codes = None if groups is None else groups[used]
    z = float(norm.ppf(0.975))
    for name, power in (("estimate", 1), ("robust", 2)):
        value, influence = _jump(x[used], y[used], mask, width, power)
        if d is not None:
            step, d_step = _jump(x[used], d[used], mask, width, power)
            value, influence = value / step, (influence - value / step * d_step) / step
        se = _error(influence, codes)
        low, high = ("ci_low", "ci_high") if name == "estimate" else ("robust_low", "robust_high")
        parts |= {
            name: value,
            "se" if name == "estimate" else "robust_se": se,
            low: value - z * se,
            high: value + z * se,
        }
    parts |= {"below": int((x[used] < 0).sum()), "above": int((x[used] >= 0).sum())}
    return parts


def _error(influence: Floats, groups: Ints | None) -> float:
    if groups is None:
        return float(np.sqrt((influence**2).sum()))
    sums = np.bincount(groups, influence)
    count = len(np.unique(groups))
    return float(np.sqrt(count / max(count - 1, 1) * (sums**2).sum()))


def choose_bandwidth(x: Floats, y: Floats) -> float:
    """Return the bandwidth of Imbens and Kalyanaraman (2012) for a triangular kernel."""
    n, spread = len(x), float(x.std())
    pilot = 1.84 * spread * n ** (-0.2)
    left, right = (x < 0) & (x >= -pilot), (x >= 0) & (x <= pilot)
    density = max((left.sum() + right.sum()) / (2 * n * pilot), 1e-12)
    variances = [float(y[part].var(ddof=1)) if part.sum() > 2 else float(y.var(ddof=1)) for part in (left, right)]
    cubic = np.column_stack([np.ones(n), x >= 0, x, x**2, x**3])
    third = 6 * float(np.linalg.lstsq(cubic, y, rcond=None)[0][4])
    curves, penalties = [], []
    for part, variance in (((x < 0), variances[0]), ((x >= 0), variances[1])):
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


def _findings(x: Floats, width: float, d: Floats | None, side: Floats, table: pd.DataFrame) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    p = density_p(x, width)
    if p < _DENSITY:
        message = "cases crowd on one side of the limit (p = {p}): scores may have been steered"
        findings.append(Finding("density", True, message, {"p": f"{p:.4f}"}))
    if d is not None:
        near = np.abs(x) < width
        step = abs(_jump(x[near], d[near], side[near], width, 1)[0])
        if step < 0.1:
            values: dict[str, object] = {"step": f"{step:.0%}"}
            findings.append(Finding("first_stage", True, "help jumps by only {step} at the limit", values))
    if min(table["below"].min(), table["above"].min()) < FEWEST:
        findings.append(
            Finding("few", False, "the narrowest bandwidth holds fewer than {n} cases on a side", {"n": FEWEST})
        )
    return tuple(findings)


def density_p(x: Floats, width: float) -> float:
    """Return the p-value that the density is even at 0: a local-linear Poisson test on narrow bins."""
    from scipy.stats import norm

    step = width / 10
    bins = np.floor(x[np.abs(x) < width] / step).astype(np.int64) + 10
    counts = np.bincount(np.clip(bins, 0, 19), minlength=20).astype(np.float64)
    middle = (np.arange(20) - 9.5) / 10
    jumps = []
    for part in (slice(0, 10), slice(10, 20)):
        design = np.column_stack([np.ones(10), middle[part]])
        beta = np.linalg.lstsq(design, counts[part], rcond=None)[0]
        bread = np.linalg.pinv(design.T @ design) @ design.T
        noise = np.maximum(design @ beta, 1.0)
        jumps.append((beta[0], float((bread[0] ** 2 * noise).sum())))
    (low, v_low), (high, v_high) = jumps
    return float(2 * norm.sf(abs(high - low) / np.sqrt(v_low + v_high)))
