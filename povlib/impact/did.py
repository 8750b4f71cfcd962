"""Staggered difference-in-differences: group-time effects of help that starts at different times.

Responsible for ATT(g, t) with never-treated or not-yet-treated controls, doubly robust when there are
covariates, and for their aggregates. Not responsible for the tests of its assumptions
(`povlib.impact.pretrend`, `.randomisation`).

Sources: Callaway and Sant'Anna (2021); Sant'Anna and Zhao (2020) for the doubly robust form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from povlib.errors import DataError, Fault
from povlib.impact.effect import Bools, Effect, Finding, Floats, Ints, clusters_findings, effect_from
from povlib.impact.influence import covariance, simultaneous_quantile
from povlib.impact.robust import doubly_robust

SMALL_COHORT = 2
CONTROLS = ("never", "not_yet")
BASES = ("varying", "universal")


@dataclass(frozen=True)
class StaggeredDiD:
    """Group-time effects and everything needed to put them together.

    Attributes
    ----------
    cells : DataFrame
        cohort, period, att, se, ci_low, ci_high, treated, controls, post; one row a cell that is
        identified.
    influence : array (units x cells)
    cohort_of : array (units)
        First period of help; infinity when never.
    cluster : array of int or None
    findings : tuple of Finding
    universal : bool
        Whether cells before the start compare with the last period before it.
    anticipation : int
    """

    cells: pd.DataFrame
    influence: Floats = field(repr=False)
    cohort_of: Floats = field(repr=False)
    cluster: Ints | None = field(repr=False)
    findings: tuple[Finding, ...] = ()
    universal: bool = False
    anticipation: int = 0

    @property
    def clusters(self) -> int:
        """Number of clusters (units when there are none)."""
        return len(self.cohort_of) if self.cluster is None else len(np.unique(self.cluster))

    def aggregate(self, kind: str = "simple", level: float = 0.95) -> pd.DataFrame:
        """Put cells together.

        Parameters
        ----------
        kind : {"simple", "dynamic", "group", "calendar"}
            All post cells weighted by cohort size; by time since the start (before it too); by
            cohort; by period.

        Returns
        -------
        DataFrame
            kind, at (event time, cohort or period; NA for the overall), estimate, se, ci_low, ci_high,
            and for "dynamic" the limits of a uniform band (band_low, band_high). The first row is
            the overall effect.
        """
        parts = self._parts(kind)
        if not parts:
            raise DataError(
                "no group and period can be compared", remedy="look for units that were helped later or never"
            )
        values, influence = zip(*(self.combined(rows) for _, rows in parts), strict=True)
        matrix = np.stack(influence, axis=1)
        overall, d_overall = self._overall(kind, parts, np.array(values), matrix)
        estimates, all_influence = np.append(overall, values), np.column_stack([d_overall, matrix])
        se = np.sqrt(np.diag(covariance(all_influence, self.cluster)))
        half = _normal(level) * se
        table = pd.DataFrame({"kind": kind, "at": pd.array([pd.NA, *(at for at, _ in parts)], dtype="Int64")})
        table["estimate"], table["se"] = estimates, se
        table["ci_low"], table["ci_high"] = estimates - half, estimates + half
        if kind == "dynamic":
            band = simultaneous_quantile(matrix, self.cluster, level=level) * se
            table["band_low"], table["band_high"] = estimates - band, estimates + band
        return table if kind != "simple" else table.iloc[:1]

    def effect(self) -> Effect:
        """Return the simple aggregate as an `Effect`, with all findings."""
        row = self.aggregate("simple").iloc[0]
        treated, never = int(np.isfinite(self.cohort_of).sum()), int((~np.isfinite(self.cohort_of)).sum())
        df = None if self.cluster is None else self.clusters - 1
        counts = (treated, never, self.clusters)
        return effect_from("did", "att", float(row["estimate"]), float(row["se"]), counts, self.findings, df)

    def _parts(self, kind: str) -> list[tuple[int, Ints]]:
        post = self.cells["post"].to_numpy(dtype=bool)
        cohort, period = self.cells["cohort"].to_numpy(), self.cells["period"].to_numpy()
        key = {"simple": np.zeros(len(post)), "dynamic": period - cohort, "group": cohort, "calendar": period}.get(kind)
        if key is None:
            raise DataError("{value} is no aggregate", allowed="simple, dynamic, group, calendar", value=kind)
        use = np.ones(len(post), dtype=bool) if kind == "dynamic" else post
        return [(int(at), np.flatnonzero(use & (key == at))) for at in np.unique(key[use])]

    def _share(self, rows: Ints) -> tuple[Floats, Floats]:
        """Return cohort shares of the cells, and their influence."""
        member = (self.cohort_of[:, None] == self.cells["cohort"].to_numpy(dtype=np.float64)[rows]).astype(np.float64)
        share = member.mean(axis=0)
        return share, member - share

    def combined(self, rows: Ints) -> tuple[float, Floats]:
        """Return the mean of cells weighted by cohort size, and its influence (weights estimated)."""
        att = self.cells["att"].to_numpy()[rows]
        share, d_share = self._share(rows)
        weight = share / share.sum()
        value = float(weight @ att)
        return value, self.influence[:, rows] @ weight + d_share @ ((att - value) / share.sum())

    def _overall(
        self, kind: str, parts: list[tuple[int, Ints]], values: Floats, influence: Floats
    ) -> tuple[float, Floats]:
        """Return the overall effect: cohorts by size, event times and periods in equal parts."""
        if kind == "simple":
            return float(values[0]), influence[:, 0]
        if kind == "group":
            first = np.array([rows[0] for _, rows in parts])
            share, d_share = self._share(first)
            value = float(share @ values / share.sum())
            return value, influence @ (share / share.sum()) + d_share @ ((values - value) / share.sum())
        use = np.array([kind != "dynamic" or at >= 0 for at, _ in parts])
        if not use.any():
            return float("nan"), np.full(len(influence), np.nan)
        return float(values[use].mean()), influence[:, use].mean(axis=1)


def _normal(level: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf(0.5 + level / 2))


def did(
    frame: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    period: str,
    cohort: str,
    covariates: Sequence[str] = (),
    control: str = "never",
    base: str = "varying",
    anticipation: int = 0,
    cluster: str | None = None,
    small_sample: bool = False,
    level: float = 0.95,
) -> StaggeredDiD:
    """Estimate group-time effects of help that starts at different periods.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and period.
    outcome, unit, period : str
        Columns; periods are whole numbers.
    cohort : str
        Column with the first period of help of the unit; 0, NA or infinity when it never came.
    covariates : list of str
        Columns; their values at the base period enter a doubly robust estimate.
    control : {"never", "not_yet"}
        Units never helped; or these and the ones not helped yet (never the already helped).
    base : {"varying", "universal"}
        Before the start, compare with the period before, or with the last one before the start.
    anticipation : int
        Periods before the start in which help may already show.
    cluster : str, optional
        Column that does not change within a unit.
    small_sample : bool
        Variances with n - 1 in each group of a cell (unpooled two-sample; no covariates), instead of
        the influence form of R did and csdid.
    level : float

    Returns
    -------
    StaggeredDiD

    Raises
    ------
    DataError
        If columns are missing, a unit has two rows for a period or changes cohort, or no cell is
        identified.

    Examples
    --------
    >>> rows = [(u, t, u + t + 2 * (u < 2 and t == 2), 2 if u < 2 else 0) for u in range(4) for t in (1, 2)]
    >>> frame = pd.DataFrame(rows, columns=["hh", "t", "y", "first"])
    >>> did(frame, outcome="y", unit="hh", period="t", cohort="first").cells["att"].tolist()
    [2.0]
    """
    if control not in CONTROLS or base not in BASES:
        raise DataError("{value} is no choice", allowed=", ".join(CONTROLS + BASES), value=f"{control}, {base}")
    panel = _panel(frame, outcome, unit, period, cohort, list(covariates), cluster)
    findings = list(panel.findings)
    cells, influence = [], []
    for g in panel.cohorts:
        for t in panel.periods:
            cell, part = _cell(panel, g, t, control, base, anticipation, small_sample)
            if isinstance(cell, Finding):
                findings.append(cell)
            elif cell is not None:
                cells.append(cell)
                influence.append(part)
    if not cells:
        raise DataError(
            "no group and period can be compared",
            remedy="look for units that were helped later or never",
        )
    table = pd.DataFrame(cells)
    matrix = np.stack(influence, axis=1)
    table["se"] = np.sqrt(np.diag(covariance(matrix, panel.cluster)))
    table["ci_low"] = table["att"] - _normal(level) * table["se"]
    table["ci_high"] = table["att"] + _normal(level) * table["se"]
    columns = ["cohort", "period", "att", "se", "ci_low", "ci_high", "treated", "controls", "post"]
    findings.extend(clusters_findings(len(panel.unit) if panel.cluster is None else len(np.unique(panel.cluster))))
    return StaggeredDiD(
        table[columns], matrix, panel.first, panel.cluster, tuple(findings), base == "universal", anticipation
    )


@dataclass(frozen=True)
class _Panel:
    """Outcomes as units x periods, with what belongs to units."""

    unit: list[Any]
    periods: list[int]
    outcome: Floats
    covariates: list[Floats]
    first: Floats
    cluster: Ints | None
    cohorts: list[int]
    findings: tuple[Finding, ...]


def _panel(
    frame: pd.DataFrame,
    outcome: str,
    unit: str,
    period: str,
    cohort: str,
    covariates: list[str],
    cluster: str | None,
) -> _Panel:
    columns = [outcome, unit, period, cohort, *covariates, *([cluster] if cluster else [])]
    lost = [name for name in columns if name not in frame.columns]
    if lost:
        raise DataError(
            Fault("table {table} has no column {column}", values={"table": "frame", "column": name}) for name in lost
        )
    doubled = int(frame.duplicated([unit, period]).sum())
    if doubled:
        raise DataError("{n} rows repeat a unit and period", n=doubled)
    first = frame[cohort].astype("Float64").replace(0, np.inf).fillna(np.inf).astype("float64")
    moved = unsteady(frame[unit], first)
    if moved:
        raise DataError("{n} units change their cohort", n=moved)
    start = first.groupby(frame[unit], sort=True).first()
    periods = sorted(int(p) for p in frame[period].unique())
    rows = start.index.get_indexer(pd.Index(frame[unit]))
    columns_at = np.searchsorted(periods, frame[period].to_numpy())
    tables = []
    for name in [outcome, *covariates]:
        table = np.full((len(start), len(periods)), np.nan)
        table[rows, columns_at] = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
        tables.append(table)
    groups = None
    if cluster:
        if moved := unsteady(frame[unit], frame[cluster]):
            raise DataError("{n} units change their cluster", n=moved)
        of_unit = frame.groupby(unit, sort=True)[cluster].first()
        groups = pd.factorize(of_unit, sort=True)[0].astype(np.int64)
    values = np.asarray(start, dtype=np.float64)
    cohorts = sorted(int(g) for g in np.unique(values[np.isfinite(values)]))
    kept, findings = _usable_cohorts(values, cohorts, periods)
    return _Panel(list(start.index), periods, tables[0], tables[1:], values, groups, kept, findings)


def unsteady(unit: pd.Series, values: pd.Series) -> int:
    """Return how many units have more than one value."""
    pairs = pd.DataFrame({"unit": unit.to_numpy(), "value": values.to_numpy()}).drop_duplicates()
    return int((pairs.groupby("unit").size() > 1).sum())


def _usable_cohorts(first: Floats, cohorts: list[int], periods: list[int]) -> tuple[list[int], tuple[Finding, ...]]:
    findings, kept = [], []
    always = int((first <= periods[0]).sum())
    if always:
        message = "{n} units were helped from the first period on and are left out"
        findings.append(Finding("controls", False, message, {"n": always}))
    for g in cohorts:
        if g <= periods[0] or g > periods[-1]:
            continue
        size = int((first == g).sum())
        kept.append(g)
        if size <= SMALL_COHORT:
            message = "cohort {g} has {n} units: its error cannot be known; use randomisation inference"
            findings.append(Finding("cohorts", False, message, {"g": g, "n": size}))
    return kept, tuple(findings)


def _cell(
    panel: _Panel, g: int, t: int, control: str, base: str, anticipation: int, small_sample: bool
) -> tuple[dict[str, object] | Finding | None, Floats]:
    """Estimate one cell; None for a reference period, a Finding when no controls are left."""
    start = g - 1 - anticipation
    before = [p for p in panel.periods if p <= start]
    nothing = np.zeros(0)
    if not before:
        return None, nothing
    post = t >= g - anticipation
    reference = before[-1] if post or base == "universal" else _previous(panel.periods, t)
    if reference is None or reference == t:
        return None, nothing
    now, then = panel.periods.index(t), panel.periods.index(reference)
    treated: Bools = panel.first == g
    controls = _controls(panel.first, control, max(t, reference) + anticipation, treated)
    change = panel.outcome[:, now] - panel.outcome[:, then]
    fixed = panel.periods.index(min(t, reference))
    columns = [part[:, fixed] for part in panel.covariates]
    known = ~np.isnan(np.column_stack([change, *columns])).any(axis=1)
    treated, controls = treated & known, controls & known
    if not treated.any() or controls.sum() < 2 + len(columns):
        values: dict[str, object] = {"g": g, "t": t}
        return Finding("controls", False, "cohort {g}, period {t}: nobody is left to compare with", values), nothing
    used = treated | controls
    att, part = doubly_robust(
        change[used], treated[used], [column[used] for column in columns], small_sample=small_sample
    )
    influence = np.zeros(len(panel.first))
    influence[used] = part * len(panel.first) / used.sum()
    counts = {"treated": int(treated.sum()), "controls": int(controls.sum())}
    return {"cohort": g, "period": t, "att": att, **counts, "post": t >= g}, influence


def _previous(periods: list[int], t: int) -> int | None:
    at = periods.index(t)
    return periods[at - 1] if at else None


def _controls(first: Floats, control: str, until: int, treated: Bools) -> Bools:
    never = ~np.isfinite(first)
    if control == "never":
        return np.asarray(never & ~treated)
    return np.asarray((never | (first > until)) & ~treated)
