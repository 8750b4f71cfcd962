"""Time in poverty: entries, exits, returns, durations, from monthly or yearly states.

Responsible for turning a panel of states into spells with gaps shown, life tables and discrete-time
hazards. Not responsible for the state itself (`povlib.poverty.households.exit_rule`) or for projecting it
(`povlib.exits`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.binary_regression import fit_logit, separating_columns
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.poverty.households.exit_rule import month_ends
from povlib.poverty.households.household_income import income_per_head
from povlib.poverty.households.ledger_frames import HouseholdFrames, IncomeCatalogue, RuleSettings
from povlib.poverty.measurement.frame_columns import (
    checked_table,
    column_names,
    covariate_columns,
    empty_cells,
    is_one_of,
    refuse_gaps,
    whole_number_column,
    zero_one_column,
)

# Unit and period are put into one 64-bit key; a span of periods beyond this, over the units, would run over.
_LONGEST_SPAN = 2**62


@dataclass(frozen=True)
class Spells:
    """Spells in and out of poverty.

    Attributes
    ----------
    spells : DataFrame
        unit, poor, start, end, length, started_before (already so when first seen or after a gap),
        ended (False: still so when last seen or before a gap), returned (poor again after an exit
        that was seen).
    transitions : DataFrame
        period, from, to, n: between that period and the next one.
    durations : DataFrame
        Life table of poverty spells whose start was seen: length, at_risk, exits, hazard, se (of the hazard),
        survival (Kaplan-Meier), survival_se (Greenwood's, spells taken as independent; NaN once nobody is left).
    returns : DataFrame
        Life table of being out after an exit that was seen: length, at_risk, returns, hazard, se, survival,
        survival_se.
    gaps : DataFrame
        unit-periods known, not known, and pairs of neighbours that could not be compared.
    """

    spells: pd.DataFrame
    transitions: pd.DataFrame
    durations: pd.DataFrame
    returns: pd.DataFrame
    gaps: pd.DataFrame


@dataclass(frozen=True)
class _StatePanel:
    """Sorted known states; `linked` marks rows that follow the row before without a gap."""

    unit: Ints
    period: Ints
    poor: Bools
    linked: Bools


def spells(frame: pd.DataFrame, *, unit: str, period: str, poor: str) -> Spells:
    """Cut a panel of states into spells.

    A period that is missing or not known (NA) is a gap: the spell before it is censored and the one
    after it counts as begun before; nothing is filled in.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and period.
    unit, period : str
        Columns, without empty cells; periods are whole numbers that step by one (for months, `Month.ordinal`).
    poor : str
        Column of 1, 0, NA (or 是, 否).

    Raises
    ------
    DataError
        If a unit or a period is not known, a period is no whole number or a month written as 201512, a unit has two
        rows for a period, or a state is neither 0 nor 1 nor NA.

    Examples
    --------
    >>> frame = pd.DataFrame({"hh": ["A"] * 4, "t": [1, 2, 3, 4], "poor": [1, 0, 0, 1]})
    >>> spells(frame, unit="hh", period="t", poor="poor").spells[["poor", "length", "returned"]].values.tolist()
    [[True, 1, False], [False, 2, False], [True, 1, True]]
    """
    frame = checked_table(frame, (unit, period, poor))
    panel, units, unknown = _sorted_panel(frame, unit, period, poor)
    table = _spell_rows(panel)
    pairs = panel.linked
    transitions = pd.DataFrame(
        {
            "period": panel.period[pairs] - 1,
            "from": panel.poor[np.flatnonzero(pairs) - 1].astype(int),
            "to": panel.poor[pairs].astype(int),
        }
    )
    counts = transitions.groupby(["period", "from", "to"]).size().rename("n").reset_index()
    # neighbouring rows of a unit with a period missing between: no transition can be claimed there
    broken = int((panel.unit[1:] == panel.unit[:-1]).sum() - pairs.sum())
    gaps = pd.DataFrame({"known": [len(panel.unit)], "not_known": [unknown], "pairs_broken": [broken]})
    # spells that had begun before the first period have an unknown length and enter no duration
    began = table[table["poor"] & ~table["started_before"]]
    out = table[~table["poor"] & ~table["started_before"]]
    table = table.assign(unit=np.asarray(units)[table["unit"]])
    return Spells(table, counts, _life_table(began, "exits"), _life_table(out, "returns"), gaps)


def _sorted_panel(frame: pd.DataFrame, unit: str, period: str, poor: str) -> tuple[_StatePanel, pd.Index, int]:
    state = zero_one_column(frame, poor)
    known = ~np.isnan(state)
    refuse_gaps(frame, [unit])
    codes, units = pd.factorize(frame[unit], sort=True)
    when = period_numbers(frame, period)
    if len(when) and int(when.max()) - int(when.min()) >= _LONGEST_SPAN // (len(units) + 1):
        raise DataError("the periods of {column} lie too far apart", where=period, column=period)
    span = int(when.max() - when.min()) + 1 if len(when) else 1
    key = codes.astype(np.int64) * span + (when - (when.min() if len(when) else 0))
    if len(key) and not (key[1:] > key[:-1]).all():
        order = np.argsort(key, kind="stable")
        key, state, known, codes, when = key[order], state[order], known[order], codes[order], when[order]
        if (key[1:] == key[:-1]).any():
            raise DataError("{n} household-months have more than one row", n=int((key[1:] == key[:-1]).sum()))
    codes, when, state = codes[known], when[known], state[known]
    linked = np.zeros(len(codes), dtype=bool)
    linked[1:] = (codes[1:] == codes[:-1]) & (when[1:] == when[:-1] + 1)
    return _StatePanel(codes.astype(np.int64), when, state == 1, linked), pd.Index(units), int((~known).sum())


def period_numbers(frame: pd.DataFrame, period: str) -> Ints:
    """Return periods as whole numbers; refuse months written as year and month, which do not step by one."""
    when = whole_number_column(frame, period)
    year, month = when // 100, when % 100
    if len(when) and ((year >= 1900) & (year < 2200) & (month >= 1) & (month <= 12)).all() and len(np.unique(year)) > 1:
        raise DataError(
            "{column} holds months as year and month: 201601 does not follow 201512 by one",
            where=period,
            remedy="number the months, as Month(2016, 1).ordinal does",
            column=period,
        )
    return when


def refuse_doubled_rows(frame: pd.DataFrame, unit: str, when: Ints) -> None:
    """Refuse a panel in which a unit has two rows for a period."""
    refuse_gaps(frame, [unit])
    doubled = int(pd.DataFrame({"unit": frame[unit], "when": when}).duplicated().sum())
    if doubled:
        raise DataError("{n} household-months have more than one row", n=doubled)


def _spell_rows(panel: _StatePanel) -> pd.DataFrame:
    """Return one row a spell, units as codes."""
    n = len(panel.unit)
    starts = np.ones(n, dtype=bool)
    starts[1:] = ~panel.linked[1:] | (panel.poor[1:] != panel.poor[:-1])
    first = np.flatnonzero(starts)
    last = np.append(first[1:], n)[: len(first)] - 1
    seen_start = panel.linked[first] if n else np.zeros(0, dtype=bool)
    ended = np.append(panel.linked[first[1:]], False)[: len(first)]
    poor = panel.poor[first]
    out_seen = ~poor & seen_start
    previous_out = np.append(False, out_seen[:-1])[: len(first)]
    return pd.DataFrame(
        {
            "unit": panel.unit[first],
            "poor": poor,
            "start": panel.period[first],
            "end": panel.period[last],
            "length": last - first + 1,
            "started_before": ~seen_start,
            "ended": ended,
            "returned": poor & seen_start & previous_out,
        }
    )


def _life_table(table: pd.DataFrame, event: str) -> pd.DataFrame:
    """Return the discrete life table of spells whose start was seen.

    The hazard's error is binomial; that of the survivor curve Greenwood's (1926), S sqrt(sum d / (n (n - d))), which
    does not exist where the curve has come down to zero.
    """
    columns = ["length", "at_risk", event, "hazard", "se", "survival", "survival_se"]
    if not len(table):
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in columns})
    longest = int(table["length"].max())
    ended = np.bincount(table.loc[table["ended"], "length"], minlength=longest + 1)[1:]
    leaving = np.bincount(table["length"], minlength=longest + 1)[1:]
    at_risk = leaving[::-1].cumsum()[::-1]
    hazard, survival = ended / at_risk, np.cumprod(1 - ended / at_risk)
    left = at_risk - ended
    relative = np.cumsum(np.divide(ended, at_risk * left, out=np.full(longest, np.nan), where=left > 0))
    return pd.DataFrame(
        {
            "length": np.arange(1, longest + 1),
            "at_risk": at_risk,
            event: ended,
            "hazard": hazard,
            "se": np.sqrt(hazard * (1 - hazard) / at_risk),
            "survival": survival,
            "survival_se": survival * np.sqrt(relative),
        }
    )


def hazard(
    frame: pd.DataFrame, *, unit: str, period: str, poor: str, covariates: Sequence[str], event: str = "exit"
) -> pd.DataFrame:
    """Fit a discrete-time logit of exits (or entries) between neighbouring periods.

    Parameters
    ----------
    frame, unit, period, poor
        As in `spells`; covariates are taken from the period at risk.
    covariates : list of str
        Numbers; categories and text (digits, too) become 0/1 columns. Dummies of the period (all but the first) are
        added. Units and means do not matter; a column that repeats earlier ones has no estimate (NaN).
    event : {"exit", "entry"}

    Returns
    -------
    DataFrame
        term, estimate, se (model-based), se_cluster (clustered by unit with G / (G - 1)), n, left_out (rows at risk
        whose covariates are not all known).

    Raises
    ------
    DataError
        As `spells`; and if a covariate cannot be read, or no row is at risk.
    """
    if not is_one_of(event, ("exit", "entry")):
        raise DataError("{value} is no event", allowed="exit, entry", value=event)
    names = column_names(covariates)
    frame = checked_table(frame, (unit, period, poor, *names))
    when, state = period_numbers(frame, period), zero_one_column(frame, poor)
    refuse_doubled_rows(frame, unit, when)
    codes = pd.factorize(frame[unit], sort=True)[0]
    order = np.lexsort((when, codes))
    codes, when, state = codes[order], when[order], state[order]
    after = np.append(state[1:], np.nan)[: len(state)]
    follows = np.append((codes[1:] == codes[:-1]) & (when[1:] == when[:-1] + 1), False)[: len(state)]
    at_risk = follows & (state == (1.0 if event == "exit" else 0.0)) & ~np.isnan(after)
    gaps = np.zeros(len(order), dtype=bool)
    for name in names:
        gaps |= empty_cells(frame[name])
    known = ~gaps[order]
    rows = np.flatnonzero(at_risk & known)
    if not len(rows):
        raise DataError("no row is at risk of an {event}: no unit is seen in two periods that step by one", event=event)
    outcome = 1 - after[rows] if event == "exit" else after[rows]
    periods = np.unique(when[rows])
    dummies = [(when[rows] == p).astype(np.float64) for p in periods[1:]]
    names, others = covariate_columns(frame.iloc[order[rows]], names)
    cluster = pd.factorize(codes[rows])[0].astype(np.int64)
    design = np.column_stack([np.ones(len(rows)), *dummies, others])
    terms = ["(intercept)", *(f"{period}={p}" for p in periods[1:]), *names]
    try:
        fit = fit_logit(design, outcome, cluster=cluster)
    except DataError as error:
        if not (apart := [terms[j] for j in separating_columns(design, outcome)]):
            raise
        raise DataError(
            "{columns} separate those with an {event} from those without: no chance can be fitted",
            remedy="leave out these columns, or the values that only one of the two has",
            columns=", ".join(apart),
            event=event,
        ) from error
    estimate = np.where(np.isnan(fit.se), np.nan, fit.coefficients)
    table = pd.DataFrame({"term": terms, "estimate": estimate, "se": fit.se, "se_cluster": fit.se_cluster})
    return table.assign(n=len(rows), left_out=int((at_risk & ~known).sum()))


def monthly_status(
    state: HouseholdFrames,
    first: Month,
    last: Month,
    catalogue: IncomeCatalogue,
    settings: RuleSettings,
    *,
    missing: str = "refuse",
) -> pd.DataFrame:
    """Return each household's income test at every month-end, as a panel for `spells`.

    Returns
    -------
    DataFrame
        hh, month, poor (Int8: 1 income is not above the line, 0 above, NA not known),
        income_fen_per_head, line_fen, late (the month's row came late), imputed.
    """

    @dataclass(frozen=True)
    class Rule:
        authority: str
        margin: float
        stability_months: int

    rule = Rule(settings.authority, settings.margin, last - first + 1)
    ends = month_ends(state, last, catalogue, rule, missing=missing)
    count, span = ends.over_line.shape
    over = ends.over_line.ravel()
    size = state.households["size"].fillna(0).to_numpy(dtype=np.int64)
    months = np.arange(first.ordinal, last.ordinal + 1)
    panel = pd.DataFrame(
        {
            "hh": state.households["hh"].repeat(span).reset_index(drop=True),
            "month": np.tile(months, count),
            "poor": pd.Series(1 - over, dtype="Int8").mask(over < 0),
            "income_fen_per_head": income_per_head(ends.income_fen.ravel(), np.repeat(size, span), over >= 0),
            "line_fen": np.tile(ends.line_fen, count),
        }
    )
    return _with_flags(panel, state.observations)


def _with_flags(panel: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    if "flag" not in observations.columns:
        return panel.assign(late=False, imputed=False)
    flags = observations[["hh", "month", "flag"]]
    joined = panel.merge(flags, on=["hh", "month"], how="left")
    return panel.assign(
        late=(joined["flag"] == "late").to_numpy(dtype=bool), imputed=(joined["flag"] == "imputed").to_numpy(dtype=bool)
    )
