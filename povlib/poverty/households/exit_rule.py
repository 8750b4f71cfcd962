"""The one exit rule: when a household is out of poverty.

Responsible for the verdict at each month-end and over the stretch of month-ends that the rule asks
for, with a reason in words. Every other room that says "exits" calls this one. Not responsible for
how income is counted (`povlib.poverty.households.household_income`) or projected (`povlib.exits`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.calendar import Month
from povlib.errors import DataError, Fault
from povlib.poverty.households.household_income import (
    INCOME_BASES,
    YEAR_MONTHS,
    income_panel,
    income_per_head,
    twelve_month_income,
    twelve_months_known,
)
from povlib.poverty.households.ledger_frames import (
    HouseholdFrames,
    IncomeCatalogue,
    MonthPanel,
    RuleSettings,
    guarantee_panel,
    require_columns,
    whole_numbers,
)
from povlib.vocabulary import GUARANTEES
from povlib.words import term, text

Verdicts = npt.NDArray[np.int8]  # 1 holds, 0 does not, -1 not known


@dataclass(frozen=True)
class MonthEnds:
    """The test at each month-end: arrays of households x month-ends (1 / 0 / -1 = not known).

    Attributes
    ----------
    months : tuple of Month
    income_fen : array
        Net income of twelve months, whole household, fen (meaningless where `over_line` is -1).
    line_fen : array (month-ends)
    over_line, passes : array
    guarantees : array (households x month-ends x guarantees)
    months_missing, months_imputed : array (households)
    sized : array of bool (households)
    """

    months: tuple[Month, ...]
    income_fen: Ints
    line_fen: Ints
    over_line: Verdicts
    guarantees: Verdicts
    passes: Verdicts
    months_missing: Ints
    months_imputed: Ints
    sized: Bools


def month_ends(
    state: HouseholdFrames,
    at: Month,
    catalogue: IncomeCatalogue,
    settings: RuleSettings,
    *,
    authority: str | None = None,
    basis: str = "calendar",
    missing: str = "refuse",
) -> MonthEnds:
    """Test every household at each of the last ``settings.stability_months`` month-ends.

    At a month-end a guarantee known not to hold, or an income known not to exceed the line, settles
    the test (it fails); short of that, anything not known leaves it not assessable.
    """
    _check_settings(settings, basis)
    require_columns(state.observations, GUARANTEES, "observations")
    count = settings.stability_months
    first = at + (1 - count)
    months = tuple(first.through(at))
    panel = income_panel(state, first + (1 - YEAR_MONTHS), at, catalogue, missing=missing)
    size, known = whole_numbers(state.households["size"])
    sized = known & (size > 0)
    income = twelve_month_income(panel, basis)
    # the line in force at each month-end, not today's: a year's test may cross a new line
    line = np.array([catalogue.line_fen(authority or settings.authority, month) for month in months], dtype=np.int64)
    over = _income_over_line(income, line, size, settings.margin)
    # after the comparison: an unknown income compares as a number and must not keep that answer
    over[~(twelve_months_known(panel.known) & sized[:, None])] = -1
    held = guarantee_panel(MonthPanel(state.households, state.observations, first, at, "observations"))
    return MonthEnds(
        months=months,
        income_fen=income,
        line_fen=line,
        over_line=over,
        guarantees=held,
        # income and guarantees alike: each is a veto, and what is unknown cannot be outvoted
        passes=_weakest_verdict(np.concatenate([over[:, :, None], held], axis=2)),
        months_missing=(~panel.known).sum(axis=1),
        months_imputed=panel.imputed.sum(axis=1),
        sized=sized,
    )


def _check_settings(settings: RuleSettings, basis: str) -> None:
    faults = []
    if basis not in INCOME_BASES:
        faults.append(Fault("{value} is no basis of income", allowed=", ".join(INCOME_BASES), values={"value": basis}))
    if not settings.stability_months >= 1:
        faults.append(Fault("stability_months must be 1 or more", where="stability_months"))
    if not settings.margin > -1:
        faults.append(Fault("the margin over the line must be above -1", where="margin"))
    if faults:
        raise DataError(faults)


def _income_over_line(income: Ints, line: Ints, size: Ints, margin: float) -> Verdicts:
    """Compare in whole numbers: income > line x (1 + margin) x members, no rounding of a head's share."""
    # through text: 0.1 as a float is a little more than a tenth, and would fail a household exactly on the bar
    factor = 1 + Fraction(str(margin))
    bar = (line * factor.numerator)[None, :] * size[:, None]
    return np.asarray(income * factor.denominator > bar, dtype=np.int8)


def _weakest_verdict(parts: Verdicts) -> Verdicts:
    """Return over the last axis: 0 if any is 0, else -1 if any is -1, else 1."""
    # a certain failure settles it whatever is unknown: no answer could still make it pass
    fails, unknown = (parts == 0).any(axis=-1), (parts == -1).any(axis=-1)
    return np.where(fails, 0, np.where(unknown, -1, 1)).astype(np.int8)


def assess(
    state: HouseholdFrames,
    at: Month,
    catalogue: IncomeCatalogue,
    settings: RuleSettings,
    *,
    authority: str | None = None,
    basis: str = "calendar",
    missing: str = "refuse",
) -> pd.DataFrame:
    """Say of every household whether it is out of poverty at `at`.

    A household exits when, at each of the ``stability_months`` month-ends up to `at`, its net income
    of the trailing twelve months per member is above the line in force at that month-end (times one
    plus the margin) and every guarantee holds. Guarantees are vetoes; all members exit together. A
    month-end that cannot be assessed makes the household not assessable (NA), never "no exit".

    Parameters
    ----------
    state : HouseholdFrames
        Frames ``households``, ``observations``, ``transfers``.
    at : Month
        The last month-end of the test.
    catalogue : IncomeCatalogue
        Lines by authority and month; regular kinds of transfer.
    settings : RuleSettings
        authority, margin, stability_months.
    authority : str, optional
        Another authority's line than the one of the settings.
    basis, missing : str
        See `povlib.poverty.trailing_income`.

    Returns
    -------
    DataFrame
        hh, size, income_fen_per_head (Int64), line_fen, over_line (boolean), food, clothing,
        schooling, medical, housing, water (Int8), months_missing, months_imputed, exits (boolean,
        NA = not assessable), reason (text in the language in use). With several month-ends,
        over_line and the guarantees are those of the worst one; income and line those of `at`.

    Examples
    --------
    >>> from types import SimpleNamespace as Record
    >>> from povlib.words import language_in_use
    >>> months = range(Month(2016, 1).ordinal, Month(2016, 12).ordinal + 1)
    >>> amounts = {"wage_fen": 30_000, "business_fen": 0, "property_fen": 0, "cost_fen": 0}
    >>> state = Record(
    ...     households=pd.DataFrame({"hh": ["A"], "size": [1]}),
    ...     observations=pd.DataFrame({"hh": "A", "month": months, **amounts, **dict.fromkeys(GUARANTEES, 1)}),
    ...     transfers=pd.DataFrame({"hh": [], "month": [], "kind": [], "fen": []}),
    ... )
    >>> catalogue = Record(income=[], line_fen=lambda authority, month: 314_600)
    >>> settings = Record(authority="exit_check", margin=0.0, stability_months=1)
    >>> with language_in_use("en"):
    ...     assess(state, Month(2016, 12), catalogue, settings)[["exits", "reason"]].to_numpy().tolist()
    [[True, 'income is above the line and every guarantee holds']]
    """
    ends = month_ends(state, at, catalogue, settings, authority=authority, basis=basis, missing=missing)
    size, known = whole_numbers(state.households["size"])
    frame = pd.DataFrame(
        {
            "hh": state.households["hh"].reset_index(drop=True),
            "size": pd.Series(size, dtype="Int64").mask(~known),
            "income_fen_per_head": income_per_head(ends.income_fen[:, -1], size, _income_known(ends)),
            "line_fen": ends.line_fen[-1],
            "over_line": _nullable_boolean(_weakest_verdict(ends.over_line)),
        }
    )
    for i, name in enumerate(GUARANTEES):
        worst = _weakest_verdict(ends.guarantees[:, :, i])
        frame[name] = pd.Series(worst, dtype="Int8").mask(worst < 0)
    frame["months_missing"], frame["months_imputed"] = ends.months_missing, ends.months_imputed
    frame["exits"] = _nullable_boolean(_exit_verdict(ends.passes))
    frame["reason"] = _verdict_reasons(ends)
    return frame


def _income_known(ends: MonthEnds) -> Bools:
    return np.asarray(ends.over_line[:, -1] >= 0)


def _exit_verdict(passes: Verdicts) -> Verdicts:
    """Return -1 where any month-end cannot be assessed, else 1 where all pass, else 0."""
    # stricter than within a month-end: one month-end that cannot be assessed leaves the whole verdict open
    return np.where((passes == -1).any(axis=1), -1, passes.min(axis=1)).astype(np.int8)


def _nullable_boolean(verdict: Verdicts) -> pd.Series:
    return pd.Series(verdict == 1, dtype="boolean").mask(verdict < 0)


def _verdict_reasons(ends: MonthEnds) -> pd.Series:
    """Return the reason of each verdict; households with the same facts share one text."""
    income, held = _weakest_verdict(ends.over_line), _weakest_verdict(np.swapaxes(ends.guarantees, 1, 2))
    facts = np.column_stack(
        [_exit_verdict(ends.passes), income, held, ends.sized, ends.months_missing, ends.months_imputed]
    ).astype(np.int64)
    # one text a set of facts: a county has a few dozen sets, and gettext is slow
    kinds, which = np.unique(facts, axis=0, return_inverse=True)
    words = np.array([_reason_text(row.tolist()) for row in kinds], dtype=object)
    return pd.Series(words[which.ravel()] if len(facts) else words, dtype="str")


def _reason_text(facts: list[int]) -> str:
    verdict, income, *held, sized, missing, imputed = facts
    stop = text("; ")
    parts = []
    if verdict == 1:
        parts.append(text("income is above the line and every guarantee holds"))
    if income == 0:
        parts.append(text("income is not above the line"))
    if names := [term(name) for name, value in zip(GUARANTEES, held, strict=True) if value == 0]:
        parts.append(text("not secured: {names}", names=_joined_names(names)))
    if not sized:
        parts.append(text("the number of members is not known"))
    if missing:
        parts.append(text("months of income missing: {n}", n=missing))
    if names := [term(name) for name, value in zip(GUARANTEES, held, strict=True) if value == -1]:
        parts.append(text("not known: {names}", names=_joined_names(names)))
    if imputed:
        parts.append(text("months of income imputed: {n}", n=imputed))
    if verdict == -1:
        parts.insert(0, text("cannot be assessed"))
    return stop.join(parts)


def _joined_names(names: list[str]) -> str:
    return text(", ").join(names)
