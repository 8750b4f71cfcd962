"""A panel of units by period and the cohorts in which help began: read once from a frame, checked.

Responsible for outcomes, covariates and weights as units x periods, for what counts as never helped, and for refusing
panels that cannot be compared. Not responsible for any estimate (`povlib.impact.did`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.errors import DataError
from povlib.impact.effect_result import Finding
from povlib.impact.identification_checks import covariate_of_column, refuse_many_columns
from povlib.poverty.measurement.frame_columns import (
    checked_table,
    column_names,
    covariate_columns,
    finite_column,
    number_column,
    refuse_gaps,
)

SMALL_COHORT = 2  # units: with one or two the error of a cohort cannot be known, so randomisation is advised


@dataclass(frozen=True)
class CohortPanel:
    """Outcomes as units x periods, with what belongs to units.

    Attributes
    ----------
    unit : list
        Labels, sorted.
    periods : list of int
        Counted from 1 in the order of the periods that occur: anticipation and time since the start are periods, be
        these years, every second year, or months written 201512.
    names : array (periods)
        The periods as they came.
    outcome : array (units x periods)
        NaN where not recorded.
    covariates : list of array (units x periods)
    owners : list of str
        Covariate that each of them belongs to.
    first : array (units)
        First period of help, counted alike; infinity when it never came, or only after the last period.
    cluster : array of int (units), or None
    weight : array (units)
        Mean one.
    cohorts : list of int
        Those that begin inside the periods.
    findings : tuple of Finding
    """

    unit: list[Any]
    periods: list[int]
    outcome: Floats
    covariates: list[Floats]
    first: Floats
    cluster: Ints | None
    weight: Floats
    cohorts: list[int]
    findings: tuple[Finding, ...]
    owners: list[str]
    names: Ints

    def name(self, count: int) -> int:
        """Return a period as it came."""
        return int(self.names[count - 1])

    @property
    def cohort_names(self) -> Floats:
        """First period of help of each unit as it came; infinity when never, or after the last period."""
        inside = self.first <= len(self.names)
        return np.where(inside, self.names[np.where(inside, self.first, 1).astype(np.int64) - 1], np.inf)


def cohort_panel(
    frame: pd.DataFrame,
    outcome: str,
    unit: str,
    period: str,
    cohort: str,
    covariates: Sequence[str] | str = (),
    cluster: str | None = None,
    weight: str | None = None,
    anticipation: int = 0,
) -> CohortPanel:
    """Read a panel by column name.

    Raises
    ------
    DataError
        If columns are missing or not numbers, a unit has two rows for a period, or changes cohort, cluster or weight.
    """
    wanted = sorted(column_names(covariates), key=str)  # the order they are given in means nothing
    belongs = [name for name in (cluster, weight) if name is not None]
    frame = checked_table(frame, [outcome, unit, period, cohort, *wanted, *belongs])
    if not len(frame):
        raise DataError("the frame has no rows")
    refuse_gaps(frame, [unit, period, *belongs])
    when, start = _whole_periods(frame, period), first_help_period(frame, cohort)
    if when.min() <= 0 and np.isin(0, number_column(frame, cohort)):
        raise DataError(
            "periods must be above 0, since 0 in {column} stands for never",
            where=period, remedy="add a number to periods and cohorts", column=cohort,
        )  # fmt: skip
    if doubled := int(pd.DataFrame({"unit": frame[unit], "when": when}).duplicated().sum()):
        raise DataError("{n} rows repeat a unit and period", n=doubled)
    rows, units = pd.factorize(frame[unit], sort=True)
    _refuse_changes(frame, rows, start, cluster, weight)
    periods = np.unique(when)
    if periods[0] > 1 and set(start[np.isfinite(start)]) == {1.0}:
        raise DataError(
            "{column} holds 0 and 1, not the first period of help",
            where=cohort, remedy="write the first period of help of each unit, 0 when never", column=cohort,
        )  # fmt: skip
    shape = (len(units), len(periods))
    cell = rows * shape[1] + np.searchsorted(periods, when)
    names, x = covariate_columns(frame, wanted)
    owners = [covariate_of_column(name, wanted) for name in names]
    refuse_many_columns(owners)
    tables = [_unit_period_table(values, cell, shape) for values in (finite_column(frame, outcome), *x.T)]
    opening = np.empty(len(units), dtype=np.int64)
    opening[rows[::-1]] = np.arange(len(frame))[::-1]  # the first row of each unit
    first = start[opening]
    between = np.isfinite(first) & (first > periods[0]) & (first < periods[-1]) & ~np.isin(first, periods)
    first = _counted_starts(first, periods, anticipation, cohort)
    late = np.isfinite(first) & (first > len(periods) + anticipation)
    groups = None if cluster is None else pd.factorize(frame[cluster].iloc[opening], sort=True)[0].astype(np.int64)
    share = np.ones(len(units)) if weight is None else mean_one_weights(number_column(frame, weight)[opening], weight)
    first = np.where(late, np.inf, first)
    kept, findings = _usable_cohorts(first, int(late.sum()), len(periods), tables[1:])
    if n := int(between.sum()):
        message = "{n} units were first helped between two periods and count from the next"
        findings += (Finding("records", False, message, {"n": n}),)
    return CohortPanel(
        list(units), list(range(1, len(periods) + 1)), tables[0], tables[1:], first, groups, share, kept, findings,
        owners, periods,
    )  # fmt: skip


def first_help_period(frame: pd.DataFrame, cohort: str) -> Floats:
    """Return the first period of help of each row; infinity where it is 0, empty or infinite (never)."""
    values = number_column(frame, cohort)
    if below := int((values < 0).sum()):
        raise DataError(
            "{n} cohorts are below 0", where=cohort, allowed="the first period of help; 0 or empty when never", n=below
        )
    return np.where(np.isnan(values) | (values == 0), np.inf, values)


def _counted_starts(first: Floats, periods: Ints, anticipation: int, column: str) -> Floats:
    """Return starts as counts of periods; one after the last is counted on by the gap that all periods share."""
    ended = np.isfinite(first) & (first > periods[-1])
    counts = np.where(np.isfinite(first), np.searchsorted(periods, first) + 1.0, np.inf)
    if not (ended.any() and anticipation):
        return counts
    months = _are_months(periods) and _are_months(first[ended])
    clock, later = (_months_of(periods), _months_of(first[ended])) if months else (periods, first[ended])
    gaps = np.unique(np.diff(clock))
    if len(gaps) != 1:
        raise DataError(
            "{n} units were first helped after the last period; periods unequally far apart do not say how long after",
            where=column, remedy="leave out these units, or set anticipation to 0", n=int(ended.sum()),
        )  # fmt: skip
    counts[ended] = len(periods) + np.ceil((later - clock[-1]) / gaps[0])
    return counts


def _are_months(values: Any) -> bool:
    """Return whether all numbers are years and months, as 201512."""
    year, month = np.asarray(values) // 100, np.asarray(values) % 100
    return bool(((year >= 1900) & (year <= 2200) & (month >= 1) & (month <= 12)).all())


def _months_of(values: Any) -> Any:
    return 12 * (np.asarray(values) // 100) + np.asarray(values) % 100


def count_changing_units(unit: Any, values: Any) -> int:
    """Return how many units have more than one value."""
    pairs = pd.DataFrame({"unit": np.asarray(unit), "value": np.asarray(values)}).drop_duplicates()
    return int((pairs.groupby("unit").size() > 1).sum())


def _whole_periods(frame: pd.DataFrame, period: str) -> Ints:
    values = finite_column(frame, period)
    if odd := int((values != np.round(values)).sum()):
        raise DataError(
            "{n} periods are not whole numbers", where=period, remedy="count years or months as whole numbers", n=odd
        )
    return values.astype(np.int64)


def _refuse_changes(frame: pd.DataFrame, rows: Any, start: Floats, cluster: str | None, weight: str | None) -> None:
    if moved := count_changing_units(rows, start):
        raise DataError("{n} units change their cohort", n=moved)
    if cluster is not None and (moved := count_changing_units(rows, pd.factorize(frame[cluster])[0])):
        raise DataError("{n} units change their cluster", n=moved)
    if weight is not None and (moved := count_changing_units(rows, number_column(frame, weight))):
        raise DataError("{n} units change their weight", n=moved)


def _unit_period_table(values: Floats, cell: Ints, shape: tuple[int, int]) -> Floats:
    table = np.full(shape[0] * shape[1], np.nan)
    table[cell] = values
    return table.reshape(shape)


def mean_one_weights(values: Floats, name: str) -> Floats:
    """Return weights scaled to a mean of one; negative ones and sums of zero or infinity are refused."""
    if negative := int((~(values >= 0)).sum()):
        raise DataError("{n} weights are negative", where=name, n=negative)
    if not 0 < values.sum() < np.inf:
        raise DataError("the weights do not add up to a positive number", where=name)
    return np.asarray(values / values.mean())


def _usable_cohorts(
    first: Floats, late: int, periods: int, covariates: list[Floats]
) -> tuple[list[int], tuple[Finding, ...]]:
    """Return the cohorts that begin inside the periods, and what must be said about the others."""
    findings = []
    always = int((first <= 1).sum())
    if always:
        message = "{n} units were helped from the first period on and are left out"
        findings.append(Finding("controls", False, message, {"n": always}))
    if late:
        message = "{n} units were helped only after the last period and count as never helped"
        findings.append(Finding("controls", False, message, {"n": late}))
    blank = int(np.logical_or.reduce([np.isnan(part).all(axis=1) for part in covariates]).sum()) if covariates else 0
    if blank:
        findings.append(Finding("records", False, "{n} units lack a covariate and are left out", {"n": blank}))
    begun = np.unique(first[np.isfinite(first)])
    kept = [int(g) for g in begun if 1 < g <= periods]
    return kept, tuple(findings)
