"""Into poverty, out of it and back, month by month, from the ledger: what the notebook shows of spells.

Responsible for gathering `monthly_status` and `spells` of all households of the ledger, those that exited
earlier included, into a few small frames, with missing and late months counted. Not responsible for the
income test (`povlib.poverty.households.exit_rule`) or for the life tables (`povlib.poverty.spells`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError, ParameterError
from povlib.poverty.households.household_income import YEAR_MONTHS
from povlib.poverty.households.ledger_frames import HouseholdFrames, IncomeCatalogue, RuleSettings
from povlib.poverty.households.poverty_spells import Spells, monthly_status, spells


@dataclass(frozen=True)
class Movements:
    """How households moved over and under the line, at month-ends on which twelve months lie behind.

    Attributes
    ----------
    months : DataFrame
        month (ordinal), line_fen, households, known, not_known, poor, entries, exits (against the month-end before),
        returns (entries of households whose exit was seen), reported (rows of that month), late, imputed.
    durations : DataFrame
        Life table of spells under the line whose start was seen: length, at_risk, exits, hazard, se,
        survival, survival_se.
    returns : DataFrame
        Life table of being over the line after an exit that was seen: length, at_risk, returns, hazard,
        se, survival, survival_se.
    counts : DataFrame
        One row: households, first, last (ordinals), known, not_known, pairs_broken (month-ends that could not be
        compared with the one before), entries, exits, returns, always, never (households known at every month-end
        that were under, or over, the line throughout).
    """

    months: pd.DataFrame
    durations: pd.DataFrame
    returns: pd.DataFrame
    counts: pd.DataFrame


def movements(state: HouseholdFrames, at: Month, catalogue: IncomeCatalogue, settings: RuleSettings) -> Movements:
    """Follow every household of the ledger from the first month-end with a full year behind it to `at`.

    The income test only: guarantees are not part of it. A month-end whose trailing year is not complete is not
    known; nothing is filled in, the spell before it is censored and the one after it counts as begun before.

    Raises
    ------
    DataError
        If the ledger holds less than thirteen months up to `at`, or no line is known for two month-ends in a row.
    """
    first = _first_month_end(state, at, catalogue, settings)
    panel = monthly_status(state, first, at, catalogue, settings)
    household_spells = spells(panel, unit="hh", period="month", poor="poor")
    months = _counts_by_month(panel, household_spells, state.observations)
    return Movements(
        months,
        household_spells.durations,
        household_spells.returns,
        _summary_counts(panel, household_spells, months, len(state.households)),
    )


def _first_month_end(state: HouseholdFrames, at: Month, catalogue: IncomeCatalogue, settings: RuleSettings) -> Month:
    """Return the first month-end with twelve months behind it and a line in force from there on."""
    if not len(state.observations):
        raise DataError("the ledger holds no month yet")
    first = Month.from_ordinal(int(state.observations["month"].min()) + YEAR_MONTHS - 1)
    start = at + 1
    while start > first and _has_line(catalogue, settings.authority, start + -1):
        start = start + -1
    if start >= at:
        raise DataError("spells need thirteen months in a row with a line in force", where=str(at))
    return start


def _has_line(catalogue: IncomeCatalogue, authority: str, month: Month) -> bool:
    try:
        return catalogue.line_fen(authority, month) > 0
    except ParameterError:
        return False


def _counts_by_month(panel: pd.DataFrame, household_spells: Spells, observations: pd.DataFrame) -> pd.DataFrame:
    known = panel["poor"].notna()
    by = panel.assign(known=known.astype("int64"), poor=panel["poor"].fillna(0).astype("int64")).groupby("month")
    table = by.agg(
        line_fen=("line_fen", "first"), households=("hh", "size"), known=("known", "sum"), poor=("poor", "sum")
    )
    table["not_known"] = table["households"] - table["known"]
    moves = household_spells.transitions.assign(month=household_spells.transitions["period"] + 1)
    for name, before in (("entries", 0), ("exits", 1)):
        own = moves[(moves["from"] == before) & (moves["to"] == 1 - before)]
        table[name] = own.set_index("month")["n"].reindex(table.index).fillna(0).astype("int64")
    back = household_spells.spells[household_spells.spells["returned"]]
    table["returns"] = back["start"].value_counts().reindex(table.index).fillna(0).astype("int64")
    rows = observations[observations["month"].isin(table.index)]
    flag = rows["flag"] if "flag" in rows.columns else pd.Series("observed", index=rows.index)
    table["reported"] = rows["month"].value_counts().reindex(table.index).fillna(0).astype("int64")
    for name in ("late", "imputed"):
        table[name] = rows.loc[flag == name, "month"].value_counts().reindex(table.index).fillna(0).astype("int64")
    return table.reset_index()


def _summary_counts(
    panel: pd.DataFrame, household_spells: Spells, months: pd.DataFrame, households: int
) -> pd.DataFrame:
    whole = panel.groupby("hh")["poor"].agg(["count", "sum", "size"])
    whole = whole[whole["count"] == whole["size"]]
    gaps = household_spells.gaps.iloc[0]
    row = {
        "households": households,
        "first": int(months["month"].iloc[0]),
        "last": int(months["month"].iloc[-1]),
        "known": int(gaps["known"]),
        "not_known": int(gaps["not_known"]),
        "pairs_broken": int(gaps["pairs_broken"]),
        **{name: int(months[name].sum()) for name in ("entries", "exits", "returns")},
        "always": int((whole["sum"] == whole["size"]).sum()),
        "never": int((whole["sum"] == 0).sum()),
    }
    return pd.DataFrame([row])
