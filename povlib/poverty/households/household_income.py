"""Net income of a household per member over twelve months: what the exit test looks at.

Responsible for the counting rules of income (wage + business + property + regular transfers - costs,
over the members on the card), for missing months (never zero) and for the run-rate basis.
Not responsible for the line, the guarantees or the verdict: those are in `povlib.poverty.households.exit_rule`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.money import round_fen
from povlib.poverty.households.ledger_frames import (
    HouseholdFrames,
    IncomeCatalogue,
    MonthPanel,
    regular_kinds,
    require_columns,
    whole_numbers,
)
from povlib.vocabulary import INCOME_PARTS

YEAR_MONTHS = 12
# Wages settle fastest after a change of job, so the run rate takes a quarter of them; one harvest a year has no such
# rate. Three months are a choice: fewer would follow a single odd month, more would hold on to a job that ended.
RUN_RATE_MONTHS = 3
INCOME_BASES = ("calendar", "run_rate")
MISSING_MONTH_RULES = ("refuse", "same_month_last_year")
_AMOUNT_COLUMNS = ("wage_fen", "business_fen", "property_fen", "cost_fen")


@dataclass(frozen=True)
class IncomePanel:
    """Income by household, month and source.

    Attributes
    ----------
    sources : dict of array (households x months)
        Fen by source; costs are positive numbers that are subtracted.
    known, imputed : array of bool (households x months)
        Whether the month is known; whether it was filled (by the office or by a rule here).
    first : Month
        Month of the first column.
    """

    sources: dict[str, Ints]
    known: Bools
    imputed: Bools
    first: Month

    def net(self) -> Ints:
        """Return net income, fen by household and month."""
        gross = sum(self.sources[name] for name in INCOME_PARTS if name != "cost")
        return np.asarray(gross - self.sources["cost"], dtype=np.int64)


def income_panel(
    state: HouseholdFrames, first: Month, last: Month, catalogue: IncomeCatalogue, *, missing: str = "refuse"
) -> IncomePanel:
    """Lay income out as a panel of households x months.

    One-off receipts and transfers whose kind is not regular are left out. A month is known when it
    has an observation whose amounts are all known; a receipt in a month without observation does
    not make the month known.

    Parameters
    ----------
    state : HouseholdFrames
        Frames ``households``, ``observations``, ``transfers``.
    first, last : Month
        First and last month, both included.
    catalogue : IncomeCatalogue
        Says which kinds of transfer are regular.
    missing : {"refuse", "same_month_last_year"}
        What to do with a month that is not known: leave it unknown, or take the same month of the
        year before where that is known (and flag it as imputed).

    Raises
    ------
    DataError
        If a column is missing, a household-month is doubled, or a kind of transfer is in no record.
    """
    if missing not in MISSING_MONTH_RULES:
        raise DataError("{value} is no rule for missing months", allowed=", ".join(MISSING_MONTH_RULES), value=missing)
    # a year earlier too: it is read only to fill gaps and dropped afterwards
    start = first if missing == "refuse" else first + -YEAR_MONTHS
    panel = _observed_panel(state, start, last, catalogue)
    return panel if missing == "refuse" else _filled_from_last_year(panel)


def _observed_panel(state: HouseholdFrames, first: Month, last: Month, catalogue: IncomeCatalogue) -> IncomePanel:
    require_columns(state.households, ("hh", "size"), "households")
    require_columns(state.observations, ("hh", "month", *_AMOUNT_COLUMNS), "observations")
    require_columns(state.transfers, ("hh", "month", "kind", "fen"), "transfers")
    window = MonthPanel(state.households, state.observations, first, last, "observations")
    window.refuse_doubles()
    known = np.ones(len(window.rows), dtype=bool)
    sources: dict[str, Ints] = {}
    for column in _AMOUNT_COLUMNS:
        amount, given = whole_numbers(window.column(column))
        # a month counts as known only when every source is: a missing wage is never a wage of zero
        known &= given
        sources[column.removesuffix("_fen")] = window.panel_of(amount)
    sources["transfer"], transfer_known = _regular_transfers(state, first, last, catalogue)
    imputed = np.zeros(len(window.rows), dtype=bool)
    if "flag" in state.observations:
        imputed = (window.column("flag") == "imputed").to_numpy(dtype=bool)
    return IncomePanel(sources, window.panel_of(known) & transfer_known, window.panel_of(imputed), first)


def _regular_transfers(
    state: HouseholdFrames, first: Month, last: Month, catalogue: IncomeCatalogue
) -> tuple[Ints, Bools]:
    """Return regular transfers by household and month, and where none has an unknown amount."""
    regular = regular_kinds(catalogue)
    kinds = state.transfers["kind"].astype("category")
    # refused, not left out: a receipt nobody classified would silently lower an income
    unknown = sorted(str(kind) for kind in kinds.cat.categories if kind not in regular)
    if unknown or kinds.isna().any():
        raise DataError(
            "transfers hold kinds that the income rules do not name: {kinds}",
            where="income.yaml",
            remedy="add a record for each kind, or correct the ledger",
            kinds=", ".join(unknown) or "?",
        )
    counts = np.array([regular[str(kind)] for kind in kinds.cat.categories], dtype=bool)
    rows = counts[kinds.cat.codes.to_numpy()] if len(counts) else np.zeros(0, dtype=bool)
    # one-off and emergency receipts do not count toward the exit test (docs/measurement.md)
    window = MonthPanel(state.households, state.transfers.loc[rows], first, last, "transfers")
    amount, given = whole_numbers(window.column("fen"))
    return window.panel_sums(amount), window.panel_sums((~given).astype(np.int64)) == 0


def _filled_from_last_year(panel: IncomePanel) -> IncomePanel:
    """Fill unknown months from the same month a year before; drop the year that only served to fill."""
    known, earlier = panel.known[:, YEAR_MONTHS:], panel.known[:, :-YEAR_MONTHS]
    # the same month, since a farm's income has a season: last month would be another crop
    fill = ~known & earlier
    sources = {name: np.where(fill, a[:, :-YEAR_MONTHS], a[:, YEAR_MONTHS:]) for name, a in panel.sources.items()}
    return IncomePanel(sources, known | fill, panel.imputed[:, YEAR_MONTHS:] | fill, panel.first + YEAR_MONTHS)


def trailing_income(
    state: HouseholdFrames,
    at: Month,
    catalogue: IncomeCatalogue,
    basis: str = "calendar",
    *,
    missing: str = "refuse",
) -> pd.DataFrame:
    """Return net income per member, regular receipts only.

    Parameters
    ----------
    state : HouseholdFrames
        Frames ``households`` (hh, size), ``observations`` and ``transfers``.
    at : Month
        The month-end; the twelve months that end with it are counted.
    catalogue : IncomeCatalogue
        Says which kinds of transfer are regular.
    basis : {"calendar", "run_rate"}
        "calendar": the twelve months as they were. "run_rate": the next twelve months if things stay
        as they are, namely four times the wages of the last three months, and business, property,
        regular transfers and costs as in the last twelve (one harvest a year is no monthly rate).
    missing : {"refuse", "same_month_last_year"}
        See `income_panel`. An income with an unknown month is never computed from the others.

    Returns
    -------
    DataFrame
        hh, income_fen_per_head (Int64, fen per person and year, NA where not assessable),
        months_known, months_imputed, complete; in the order of ``state.households``.

    Notes
    -----
    Per-head net income = (wage + business + property + transfer - costs) / members on the card;
    one-off receipts do not count (practice of the registration handbook, domain facts 1.3).

    Raises
    ------
    DataError
        If a column is missing, a household-month is doubled, or a kind of transfer is in no record.

    Examples
    --------
    >>> from types import SimpleNamespace as Record
    >>> months = range(Month(2015, 5).ordinal, Month(2016, 4).ordinal + 1)
    >>> state = Record(
    ...     households=pd.DataFrame({"hh": ["A"], "size": [2]}),
    ...     observations=pd.DataFrame({"hh": "A", "month": months, "wage_fen": 50_000, "business_fen": 0,
    ...                                "property_fen": 0, "one_off_fen": 99, "cost_fen": 10_000}),
    ...     transfers=pd.DataFrame({"hh": ["A"], "month": [months[0]], "kind": ["低保金"], "fen": [6_000]}),
    ... )
    >>> catalogue = Record(income=[Record(key="低保金", regular=True)])
    >>> trailing_income(state, Month(2016, 4), catalogue)["income_fen_per_head"].tolist()
    [243000]
    """
    if basis not in INCOME_BASES:
        raise DataError("{value} is no basis of income", allowed=", ".join(INCOME_BASES), value=basis)
    panel = income_panel(state, at + (1 - YEAR_MONTHS), at, catalogue, missing=missing)
    total = twelve_month_income(panel, basis)[:, -1]
    size, sized = whole_numbers(state.households["size"])
    complete = panel.known.all(axis=1) & sized & (size > 0)
    return pd.DataFrame(
        {
            "hh": state.households["hh"].reset_index(drop=True),
            "income_fen_per_head": income_per_head(total, size, complete),
            "months_known": panel.known.sum(axis=1),
            "months_imputed": panel.imputed.sum(axis=1),
            "complete": complete,
        }
    )


def twelve_month_income(panel: IncomePanel, basis: str) -> Ints:
    """Return net income of twelve months, by household and month-end (from the twelfth month on)."""
    total = _rolling_sum(panel.net(), YEAR_MONTHS)
    if basis == "run_rate":
        wage = panel.sources["wage"]
        recent = _rolling_sum(wage, RUN_RATE_MONTHS)[:, YEAR_MONTHS - RUN_RATE_MONTHS :]
        # four times the last quarter of wages: what the next year would bring if the present post goes on
        total = total - _rolling_sum(wage, YEAR_MONTHS) + (YEAR_MONTHS // RUN_RATE_MONTHS) * recent
    return total


def twelve_months_known(known: Bools) -> Bools:
    """Return whether all twelve months up to each month-end are known."""
    return np.asarray(_rolling_sum(known.astype(np.int64), YEAR_MONTHS) == YEAR_MONTHS)


def _rolling_sum(values: Ints, width: int) -> Ints:
    # whole fen, so that the difference of two long sums is exact
    sums = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    return np.asarray(sums[:, width:] - sums[:, :-width], dtype=np.int64)


def income_per_head(total_fen: Ints, size: Ints, known: Bools) -> pd.Series:
    """Return whole fen per member, NA where not known."""
    # rounded only to be shown: the exit rule compares totals with line times members
    share = round_fen(total_fen / np.maximum(size, 1))
    return pd.Series(share, dtype="Int64").mask(~known)


def income_by_source(
    state: HouseholdFrames, at: Month, catalogue: IncomeCatalogue, *, missing: str = "refuse"
) -> pd.DataFrame:
    """Return income of the trailing twelve months by source, per member and year.

    Returns
    -------
    DataFrame
        hh, size, wage_fen, business_fen, property_fen, transfer_fen, cost_fen (Int64, fen per person,
        NA where a month is not known), complete.
    """
    panel = income_panel(state, at + (1 - YEAR_MONTHS), at, catalogue, missing=missing)
    size, sized = whole_numbers(state.households["size"])
    complete = panel.known.all(axis=1) & sized & (size > 0)
    frame = pd.DataFrame({"hh": state.households["hh"].reset_index(drop=True), "size": size})
    for name in INCOME_PARTS:
        frame[f"{name}_fen"] = income_per_head(panel.sources[name].sum(axis=1), size, complete)
    frame["complete"] = complete
    return frame
