"""What each household is due by rule each month: the top-up of the gap, support by the month, aid when it falls due.

Responsible for amounts by household, measure and month, all households and months at once. Not responsible for what
was paid (`payments`) or for the bills of a plan (`povlib.support.entitlements`).
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.calendar import Month
from povlib.money import round_fen
from povlib.params import Catalogue, Measure
from povlib.poverty import income_panel
from povlib.support.eligibility import EligibleRows, RegisterFacts, eligible_rows
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.refusals import Refusals
from povlib.support.relief.recorded_aid import aid_of, aid_on_record

YEAR_MONTHS = 12
MONTHLY = ("top_up", "per_month")
"""Bases of cost that fall due every month."""
COLUMNS = ["hh", "measure", "month", "due_fen", "pay_until"]
_OF_THE_MONTH = ("age", "able", "has_labour", "in_post")
"""Facts of a member that change from month to month: a condition on one of them is asked anew each month."""


def monthly_dues(state: SupportFrames, catalogue: Catalogue, first: Month, last: Month) -> pd.DataFrame:
    """Return what the law owes every household in every month, by measure.

    Parameters
    ----------
    state : SupportFrames
        Who a household is (attribute, members, guarantees) is read as the ledger knows it now; income is that of the
        months before each month.
    catalogue : Catalogue
        Measures with an ``entitlement``.
    first, last : Month
        Both included.

    Returns
    -------
    DataFrame
        hh, measure, month (ordinal), due_fen (Int64): a row for every household that meets the measure's conditions in
        the month, 0 where the rule owes it nothing, missing where income or amount is not known; pay_until (Int64
        yyyymmdd): the day until which aid by records is to be paid, missing elsewhere; sorted by its key.

    Notes
    -----
    ``top_up``: members x the standard a head and month, less a twelfth of the net income of the twelve months before
    (rules of the rural minimum living allowance: the gap between income a head and the standard); allowances of
    running entitlements are no income for this. A month without a row is taken from the same month a year before
    (`povlib.poverty.income_panel`). ``per_month`` and ``per_member``: the amount, a head where the entitlement is
    ``per: member``. ``fixed``: the amount for the household, or for each member who meets the conditions, in the
    calendar months of ``paid_in``, else in the months of ``periods``. With ``entitlement.aid``: what the household's
    medical bills or losses come to (`aid_on_record`); months before the first record of the ledger stay missing, and
    all of them while a number of the rule has not been entered; where the conditions do not hold any more, and the bill
    is of somebody who has left the card, the due is not known. ``bill`` without it, and ``per_m2``: what they come to
    is not in the ledger, so the due stays missing.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.support.example_township import example_township
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> monthly_dues(example_township(), catalogue, Month(2016, 3), Month(2016, 4)).columns.tolist()
    ['hh', 'measure', 'month', 'due_fen', 'pay_until']
    """
    register = RegisterFacts(state, catalogue, last)
    households = register.households
    # who wants no new help has not given up what the law owes
    households["standing"] = households["standing"].mask(households["standing"] == "objects", "")
    gap = _IncomeBeforeMonth(state, catalogue, first, last)
    parts = []
    for measure in entitled_measures(catalogue):
        months = [month for month in first.through(last) if falls_due(measure, month)]
        recorded = _RecordedMonths(state, measure)
        ages = any(condition.field in _OF_THE_MONTH for condition in measure.eligibility)
        who = None
        for month in months:
            if who is None or ages:
                who = eligible_rows(register, measure, month, Refusals(households["hh"]), owed=True)
            due, until = recorded.of(month, households["hh"])
            if not recorded.reckons:
                due = _due_fen(measure, who, households, gap, month)
            part = pd.DataFrame({"hh": households["hh"], "measure": measure.key, "month": month.ordinal})
            part = part.assign(due_fen=due, pay_until=until)
            gone = recorded.gone(month, households["hh"]) & ~who.households
            part.loc[gone, "due_fen"] = pd.NA
            parts.append(part.loc[who.households | gone])
    if not parts:
        kinds = {"hh": "str", "measure": "str", "month": "int64", "due_fen": "Int64", "pay_until": "Int64"}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    return pd.concat(parts, ignore_index=True).sort_values(COLUMNS[:3], kind="stable", ignore_index=True)


def entitled_measures(catalogue: Catalogue) -> list[Measure]:
    """Return the measures that the law owes, in the order of the file."""
    return [measure for measure in catalogue.measures.values() if measure.entitlement is not None]


def falls_due(measure: Measure, month: Month) -> bool:
    """Return whether a measure that the law owes is to be paid in this month.

    A measure that is paid once, and of which no month is written down, falls due in none: it is a bill of the plan.
    """
    assert measure.entitlement is not None
    if measure.cost.basis in MONTHLY or measure.running:
        return True
    if measure.periods is not None and month not in measure.periods and not measure.entitlement.paid_in:
        return False
    paid_in = measure.entitlement.paid_in
    return month.month in paid_in if paid_in else measure.periods is not None


def _due_fen(
    measure: Measure, who: EligibleRows, households: pd.DataFrame, income: _IncomeBeforeMonth, month: Month
) -> pd.Series:
    """Return the due of one measure in one month by row of the register, fen, missing where it cannot be reckoned."""
    amount, basis = measure.cost.amount_fen, measure.cost.basis
    size = households["size"].astype("Int64")
    if amount is None or basis in ("bill", "per_m2"):
        return pd.Series(pd.NA, index=households.index, dtype="Int64")
    if basis == "top_up":
        sums, known = income.year_before(month, households["hh"])
        lack = np.maximum(YEAR_MONTHS * amount * size.fillna(0).to_numpy(dtype=np.int64) - sums, 0)
        due = pd.Series(round_fen(lack / YEAR_MONTHS), index=households.index, dtype="Int64")
        return due.mask(~known | size.isna().to_numpy(dtype=bool))
    if who.persons is not None and measure.one_per == "worker":
        heads = np.bincount(who.persons["row"].to_numpy(dtype=np.int64), minlength=len(households))
        return pd.Series(amount * heads, index=households.index, dtype="Int64")
    assert measure.entitlement is not None
    if basis == "per_member" or measure.entitlement.per == "member":
        return size * amount
    return pd.Series(amount, index=households.index, dtype="Int64")


class _RecordedMonths:
    """What a measure owes by records, month by month; nothing known for a measure that is reckoned otherwise."""

    def __init__(self, state: SupportFrames, measure: Measure) -> None:
        aid = aid_of(measure)
        self.reckons = aid is not None
        made = None if aid is None or aid.missing else aid_on_record(state, aid)
        self._since = None if made is None else made.since
        self._by_month = {} if made is None else {m: rows.set_index("hh") for m, rows in made.rows.groupby("month")}

    def of(self, month: Month, hh: pd.Series) -> tuple[pd.Series, pd.Series]:
        """Return by household what is due in the month, fen, and until which day it is to be paid."""
        nothing = pd.Series(pd.NA, index=hh.index, dtype="Int64")
        if self._since is None or month < self._since:
            return nothing, nothing
        rows = self._by_month.get(month.ordinal)
        if rows is None:
            return nothing.fillna(0), nothing
        told = rows.reindex(hh)
        due, until = (pd.Series(told[name].array, index=hh.index).astype("Int64") for name in ("due_fen", "pay_until"))
        return due.fillna(0), until

    def gone(self, month: Month, hh: pd.Series) -> Bools:
        """Return by household whether something is due in the month for somebody who has left the card."""
        rows = self._by_month.get(month.ordinal)
        left = pd.Index([]) if rows is None else rows.index[rows["gone"].to_numpy(dtype=bool)]
        return np.asarray(hh.isin(left), dtype=bool)


class _IncomeBeforeMonth:
    """Net income without allowances of running entitlements, summed over the twelve months before a month."""

    def __init__(self, state: SupportFrames, catalogue: Catalogue, first: Month, last: Month) -> None:
        relief = {measure.key for measure in entitled_measures(catalogue) if measure.running}
        # relief itself is no income when relief is reckoned: else whoever draws it would be owed less for drawing it
        own = state.transfers.loc[~state.transfers["kind"].isin(relief)]
        frames = SimpleNamespace(households=state.households, observations=state.observations, transfers=own)
        start, end = first + -YEAR_MONTHS, last + -1
        panel = income_panel(frames, start, end, catalogue, missing="same_month_last_year")
        self._start = start
        self._hh = pd.Index(state.households["hh"])
        net = np.where(panel.known, panel.net(), 0)
        self._sums = _running_sums(net)
        self._known = _running_sums(panel.known.astype(np.int64)) == YEAR_MONTHS

    def year_before(self, month: Month, hh: pd.Series) -> tuple[Ints, Bools]:
        """Return by household the fen of the twelve months before `month`, and whether all of them are known."""
        column = month.ordinal - YEAR_MONTHS - self._start.ordinal
        rows = self._hh.get_indexer(pd.Index(hh))
        return self._sums[rows, column], self._known[rows, column]


def _running_sums(values: Ints) -> Ints:
    """Return sums over twelve columns, the first of them by the column it begins at.

    Examples
    --------
    >>> _running_sums(np.ones((1, 13), dtype=np.int64)).tolist()
    [[12, 12]]
    """
    total = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    return np.asarray(total[:, YEAR_MONTHS:] - total[:, :-YEAR_MONTHS], dtype=np.int64)
