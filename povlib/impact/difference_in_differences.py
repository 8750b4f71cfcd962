"""Staggered difference-in-differences: group-time effects of help that starts at different times.

Responsible for ATT(g, t) with never-treated or not-yet-treated controls: plain, doubly robust when there are
covariates, or under trends that are alike in proportion. Not responsible for reading the frame
(`povlib.impact.cohort_panels`), for aggregates (`.group_time_effects`) or for the tests of its assumptions
(`.pretrend_test`, `.randomisation_inference`).

Sources: Callaway and Sant'Anna (2021); Sant'Anna and Zhao (2020) for the doubly robust form; Wooldridge (2023) for
trends in proportion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError, Fault
from povlib.impact.cohort_panels import SMALL_COHORT, CohortPanel, cohort_panel
from povlib.impact.effect_result import Finding, few_cluster_findings
from povlib.impact.group_time_effects import StaggeredDiD
from povlib.impact.identification_checks import rows_with_a_like, without_like_finding
from povlib.impact.influence_errors import t_limits
from povlib.impact.two_group_effects import borrowed_spread, doubly_robust_effect, proportional_effect
from povlib.poverty.measurement.survey_design import checked_level

CONTROL_GROUPS = ("never", "not_yet")
BASE_PERIODS = ("varying", "universal")
TREND_FORMS = ("parallel", "proportional")


def did(
    frame: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    period: str,
    cohort: str,
    covariates: Sequence[str] | str = (),
    control: str = "never",
    base: str = "varying",
    trends: str = "parallel",
    anticipation: int = 0,
    cluster: str | None = None,
    weight: str | None = None,
    small_sample: bool = False,
    small_cohorts: str = "borrow",
    level: float = 0.95,
) -> StaggeredDiD:
    """Estimate group-time effects of help that starts at different periods.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and period, in any order; a missing period costs the unit its cells only.
    outcome, unit, period : str
        Columns; periods are whole numbers (years, waves, months as 201512).
    cohort : str
        Column with the first period of help of the unit; 0, empty or infinity when it never came. Help that
        began after the last period counts as never (as in R did).
    covariates : list of str
        Columns; their values at the base period enter a doubly robust estimate. Categories and text become
        0/1 columns.
    control : {"never", "not_yet"}
        Units never helped; or these and the ones not helped yet (never the already helped).
    base : {"varying", "universal"}
        Before the start, compare with the period before, or with the last one before the start.
    trends : {"parallel", "proportional"}
        Without help both groups would have changed by the same amount, or by the same factor (incomes that
        grow by a per cent and groups that start from different levels; no covariates).
    anticipation : int
        Periods before the start in which help may already show (counted among those that occur: with 2010, 2012, 2014
        one period is two years).
    cluster, weight : str, optional
        Columns that do not change within a unit.
    small_sample : bool
        Variances with n - 1 in each group of a cell (unpooled two-sample; no covariates), instead of
        the influence form of R did and csdid.
    small_cohorts : {"borrow", "as_is"}
        A cohort of a single unit (or cluster) has no spread of its own: borrow that of the controls, or leave
        it out as R did and csdid do (the error is then that of the controls alone).
    level : float

    Returns
    -------
    StaggeredDiD
        Intervals by t with Satterthwaite's degrees of freedom over cohorts (Welch's t for two groups).

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
    how = Comparison(control, base, trends, anticipation, small_sample, small_cohorts, checked_level(level))
    panel = cohort_panel(frame, outcome, unit, period, cohort, covariates, cluster, weight, anticipation)
    return estimate_group_times(panel, how)


@dataclass(frozen=True)
class Comparison:
    """How cells are compared: the choices of `did`, checked."""

    control: str = "never"
    base: str = "varying"
    trends: str = "parallel"
    anticipation: int = 0
    small_sample: bool = False
    small_cohorts: str = "borrow"
    level: float = 0.95

    def __post_init__(self) -> None:
        choices = (
            (self.control, CONTROL_GROUPS),
            (self.base, BASE_PERIODS),
            (self.trends, TREND_FORMS),
            (self.small_cohorts, ("borrow", "as_is")),
        )
        for value, allowed in choices:
            if value not in allowed:
                raise DataError("{value} is no choice", allowed=", ".join(allowed), value=value)
        if not isinstance(self.anticipation, int) or self.anticipation < 0:
            raise DataError(
                "{value} is no choice", where="anticipation", allowed="0, 1, 2, ...", value=self.anticipation
            )


def estimate_group_times(panel: CohortPanel, how: Comparison) -> StaggeredDiD:
    """Estimate every cell of a panel that has been read."""
    if how.trends == "proportional" and panel.covariates:
        raise DataError("trends in proportion take no covariates", where="covariates")
    findings = list(panel.findings)
    made: list[_GroupTimeCell] = []
    for g in panel.cohorts:
        for t in panel.periods:
            cell = _estimate_cell(panel, g, t, how)
            if isinstance(cell, Finding):
                findings.append(cell)
            elif cell is not None:
                made.append(cell)
    if not made:
        remedy = "look for units that were helped later or never"
        main = Fault("no group and period can be compared", remedy=remedy)
        raise DataError([main, *(Fault(finding.message, values=finding.values) for finding in findings[:3])])
    apart = [finding for cell in made for finding in cell.apart]
    findings += apart[:1]  # cells differ little in whom they leave out
    findings += _small_cohort_findings(panel)
    findings += few_cluster_findings(len(panel.unit) if panel.cluster is None else len(np.unique(panel.cluster)))
    table, matrix = _named_cells(panel, made), np.stack([cell.influence for cell in made], axis=1)
    extra = _rows_by_cohort([cell.borrowed for cell in made], table["cohort"].to_numpy())
    if how.small_cohorts == "as_is":
        extra = extra[:0]
    result = StaggeredDiD(
        table, matrix, panel.cohort_names, panel.cluster, panel.weight, extra, tuple(findings),
        how.base == "universal", how.anticipation, how.level,
    )  # fmt: skip
    return replace(result, cells=_cells_with_errors(result))


def _named_cells(panel: CohortPanel, made: list[_GroupTimeCell]) -> pd.DataFrame:
    """Return the cells with cohort and period as they came, and the periods between them."""
    table = pd.DataFrame([cell.row for cell in made])
    event = table["period"] - table["cohort"]
    named = {name: panel.names[table[name].to_numpy(dtype=np.int64) - 1] for name in ("cohort", "period")}
    return table.assign(event=event, **named)


def simple_effect(panel: CohortPanel, how: Comparison) -> float:
    """Return the simple aggregate of `estimate_group_times` alone, without any error: what a re-drawing needs.

    Raises
    ------
    DataError
        If no cohort and period from its start on can be compared.
    """
    values, shares = [], []
    for g in panel.cohorts:
        share = float(panel.weight[panel.first == g].sum())
        for t in (period for period in panel.periods if period >= g):
            cell = _estimate_cell(panel, g, t, how)
            if isinstance(cell, _GroupTimeCell):
                values.append(cell.att)
                shares.append(share)
    if not values:
        raise DataError("no group and period can be compared", remedy="look for units that were helped later or never")
    return float(np.average(values, weights=shares))


def _cells_with_errors(made: StaggeredDiD) -> pd.DataFrame:
    """Return the cells with errors and intervals."""
    every, table = np.concatenate([made.influence, made.borrowed]), made.cells
    se, df = np.sqrt(np.diag(made.covariance(every))), made.degrees_of_freedom(every)
    low, high = t_limits(table["att"].to_numpy(dtype=np.float64), se, df, made.level)
    table = table.assign(se=se, df=df, ci_low=low, ci_high=high)
    return table[["cohort", "period", "event", "att", "se", "ci_low", "ci_high", "df", "treated", "controls", "post"]]


def _small_cohort_findings(panel: CohortPanel) -> list[Finding]:
    """Return a finding for each cohort of one or two units or clusters."""
    findings = []
    for g in panel.cohorts:
        member = panel.first == g
        units = int(member.sum())
        clusters = units if panel.cluster is None else len(np.unique(panel.cluster[member]))
        if units <= SMALL_COHORT:
            message = "cohort {g} has {n} units: its error cannot be known; use randomisation inference"
            findings.append(Finding("cohorts", False, message, {"g": panel.name(g), "n": units}))
        elif clusters == 1:
            message = "cohort {g} lies in a single cluster: its error is borrowed; use randomisation inference"
            findings.append(Finding("cohorts", False, message, {"g": panel.name(g)}))
    return findings


def _rows_by_cohort(borrowed: list[Floats], cohort: Ints) -> Floats:
    """Lay borrowed contributions (one column a cell) under each other: cells of one cohort share rows."""
    matrix = np.stack(borrowed, axis=1)
    blocks = [np.where(cohort == g, matrix, 0.0) for g in np.unique(cohort[np.abs(matrix).sum(axis=0) > 0])]
    table = np.concatenate(blocks) if blocks else matrix[:0]
    return np.asarray(table[np.abs(table).sum(axis=1) > 0])


@dataclass(frozen=True)
class _GroupTimeCell:
    """One estimate with its influence over all units, and what it borrows."""

    row: dict[str, object]
    influence: Floats
    borrowed: Floats
    apart: tuple[Finding, ...] = ()

    @property
    def att(self) -> float:
        """The effect."""
        return float(cast(float, self.row["att"]))


def _estimate_cell(panel: CohortPanel, g: int, t: int, how: Comparison) -> _GroupTimeCell | Finding | None:
    """Estimate one cell; None for a reference period, a Finding when no controls are left."""
    before = [p for p in panel.periods if p <= g - 1 - how.anticipation]
    if not before:
        return None
    post = t >= g - how.anticipation
    reference = before[-1] if post or how.base == "universal" else _previous_period(panel.periods, t)
    if reference is None or reference == t:
        return None
    now, then = panel.periods.index(t), panel.periods.index(reference)
    treated: Bools = panel.first == g
    controls = _control_units(panel.first, how.control, max(t, reference) + how.anticipation, treated)
    fixed = panel.periods.index(min(t, reference))
    columns = [part[:, fixed] for part in panel.covariates]
    pair = panel.outcome[:, now], panel.outcome[:, then]
    known = ~np.isnan(np.column_stack([*pair, *columns])).any(axis=1) & (panel.weight > 0)
    treated, controls = treated & known, controls & known
    controls, columns, owners, apart = _with_a_like(panel, columns, treated, controls)
    values: dict[str, object] = {"g": panel.name(g), "t": panel.name(t)}
    if not treated.any() or controls.sum() < 2 + len(columns):
        return Finding("controls", False, "cohort {g}, period {t}: nobody is left to compare with", values)
    used = treated | controls
    y, base, own = pair[0][used], pair[1][used], treated[used]
    if how.trends == "proportional":
        made = proportional_effect(y, base, own, panel.weight[used], small_sample=how.small_sample)
        if made is None:
            message = "cohort {g}, period {t}: those compared had nothing before, so no factor of growth is known"
            return Finding("controls", False, message, values)
        att, part, residual = made
    else:
        columns = [column[used] for column in columns]
        att, part, residual = doubly_robust_effect(
            y - base, own, columns, weight=panel.weight[used], small_sample=how.small_sample, owners=owners
        )
    influence = np.zeros(len(panel.first))
    influence[used] = part * len(panel.first) / used.sum()
    clusters = np.arange(len(panel.first)) if panel.cluster is None else panel.cluster
    size = int(clusters.max()) + 1
    borrowed = borrowed_spread(residual, own, clusters[used], panel.weight[used], size) * len(panel.first)
    counts = {"treated": int(treated.sum()), "controls": int(controls.sum())}
    return _GroupTimeCell({"cohort": g, "period": t, "att": att, **counts, "post": t >= g}, influence, borrowed, apart)


def _with_a_like(
    panel: CohortPanel, columns: list[Floats], treated: Bools, controls: Bools
) -> tuple[Bools, list[Floats], list[str], tuple[Finding, ...]]:
    """Return the controls that are like some of the helped, the covariates left to allow for, their names, and why."""
    used = treated | controls
    if not columns or not treated.any():
        return controls, columns, panel.owners, ()
    rows, kept = rows_with_a_like(np.column_stack(columns)[used], treated[used])
    if rows.all():
        return controls, columns, panel.owners, ()
    left = [owner for owner, stays in zip(panel.owners, kept, strict=True) if not stays]
    owners = [owner for owner, stays in zip(panel.owners, kept, strict=True) if stays]
    controls = controls.copy()
    controls[np.flatnonzero(used)[~rows]] = False
    return (
        controls,
        [c for c, stays in zip(columns, kept, strict=True) if stays],
        owners,
        without_like_finding(int((~rows).sum()), left),
    )


def _previous_period(periods: list[int], t: int) -> int | None:
    at = periods.index(t)
    return periods[at - 1] if at else None


def _control_units(first: Floats, control: str, until: int, treated: Bools) -> Bools:
    never = ~np.isfinite(first)
    if control == "never":
        return np.asarray(never & ~treated)
    return np.asarray((never | (first > until)) & ~treated)
