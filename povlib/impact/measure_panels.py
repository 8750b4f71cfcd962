"""From the ledger's frames to a panel for one measure: outcome by household and period, and who started when.

Responsible for periods that fit the source (quarters for wages, years for a harvest), for months that
are missing (never zero: a period with too few known months is empty), and for which periods may be
compared when other help began. Not responsible for estimates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats
from povlib.calendar import Month
from povlib.money import FEN_PER_YUAN

# Months in a period of each source, and how many of them must be known. Wages and transfers show within a quarter;
# a harvest comes once a year, so business and property are compared by whole years.
PERIOD_MONTHS = {"wage": (3, 2), "transfer": (3, 2), "property": (12, 12), "business": (12, 12)}
NEVER = 0  # cohort of households that never had the help


class HelpFrames(Protocol):
    """The frames of a ledger state that impact reads."""

    @property
    def households(self) -> pd.DataFrame:
        """One row a household: ``hh``, ``village``, and what is known before help."""

    @property
    def observations(self) -> pd.DataFrame:
        """One row a household and month."""

    @property
    def support(self) -> pd.DataFrame:
        """One row an award: ``hh``, ``measure``, ``from_month``, ``status``."""


@dataclass(frozen=True)
class RivalMeasure:
    """Other help that moves the same source.

    Parameters
    ----------
    key : str
    delay : int
        Months from its start until it shows.
    running : bool
        Whether it works only while it runs, so that its end moves the source too.
    """

    key: str
    delay: int = 0
    running: bool = True


@dataclass(frozen=True)
class MeasurePanel:
    """The panel of one measure and source.

    Attributes
    ----------
    frame : DataFrame
        hh, village, period (1, 2, ...), outcome (yuan per month), cohort (first whole period of help, 0 =
        never), covariates.
    start : Series
        First month of help (ordinal) by household, NA when never.
    awards_per_household : float
        Mean number of awards of those helped.
    first : Month
        First month of period 1.
    """

    frame: pd.DataFrame
    start: pd.Series
    awards_per_household: float
    first: Month


def measure_panel(
    state: HelpFrames,
    measure: str,
    source: str,
    rivals: Sequence[RivalMeasure],
    *,
    delay: int = 0,
    running: bool = True,
    covariates: Sequence[str] = ("size", "distance_km", "arable_mu"),
) -> MeasurePanel | None:
    """Build the panel of a measure; None when nobody has it or no period is whole.

    Parameters
    ----------
    state : HelpFrames
    measure, source : str
    rivals : sequence of RivalMeasure
        Measures that move the same source: periods in which one of them began, set in or ended are not compared.
    delay : int
        Months from the start until help can show.
    running : bool
        Whether help works only while it runs (a post): then nothing is compared after its ``to_month``.
        A course or a grant works on after it was given.
    covariates : sequence of str
        Household columns known before help.
    """
    awards = state.support[state.support["measure"] == measure]
    if not len(awards):
        return None
    length, enough = PERIOD_MONTHS[source]
    months = state.observations["month"].to_numpy(dtype=np.int64)
    last = int(months.max())
    count = (last - int(months.min()) + 1) // length
    if count < 2:
        return None
    first = last - count * length + 1
    houses = state.households.set_index("hh").sort_index()
    outcome = _outcome_by_period(state.observations, houses.index, source, (first, length, count, enough))
    start = awards.groupby("hh")["from_month"].min().astype("float64").reindex(houses.index)
    whole = np.ceil((start.to_numpy() + delay - first) / length) + 1
    cohort = np.where(np.isnan(whole), NEVER, np.maximum(np.nan_to_num(whole), 1)).astype(np.int64)
    ends = awards if running else awards.drop(columns="to_month", errors="ignore")
    outcome[~_comparable_periods(state.support, ends, houses.index, start, rivals, (first, length, count))] = np.nan
    frame = pd.DataFrame(
        {
            "hh": np.repeat(np.asarray(houses.index), count),
            "village": np.repeat(houses["village"].to_numpy(), count),
            "period": np.tile(np.arange(1, count + 1), len(houses)),
            "outcome": outcome.ravel(),
            "cohort": np.repeat(cohort, count),
        }
    )
    for name in covariates:
        value = houses[name].astype("float64")
        frame[name] = np.repeat(value.fillna(value.median()).to_numpy(), count)
    per_household = len(awards) / max(awards["hh"].nunique(), 1)
    return MeasurePanel(frame, start, per_household, Month.from_ordinal(first))


def _outcome_by_period(
    observations: pd.DataFrame, houses: pd.Index, source: str, shape: tuple[int, int, int, int]
) -> Floats:
    """Return mean yuan per month by household and period; NaN where too few months are known."""
    first, length, count, enough = shape
    amount = observations[f"{source}_fen"]
    net = amount.astype("Float64")
    if source == "business":  # help to a business shows in what is left after its costs
        net = net - observations["cost_fen"].astype("Float64")
    month = observations["month"].to_numpy(dtype=np.int64)
    row = houses.get_indexer(pd.Index(observations["hh"]))
    value = net.to_numpy(dtype=np.float64, na_value=np.nan) / FEN_PER_YUAN
    inside = (row >= 0) & (month >= first) & ~np.isnan(value)
    cell = row[inside] * count + (month[inside] - first) // length
    sums = np.bincount(cell, value[inside], minlength=len(houses) * count)
    known = np.bincount(cell, minlength=len(houses) * count)
    mean = np.where(known >= enough, sums / np.maximum(known, 1), np.nan)
    return np.asarray(mean).reshape(len(houses), count)


def _comparable_periods(
    support: pd.DataFrame,
    awards: pd.DataFrame,
    houses: pd.Index,
    start: pd.Series,
    rivals: Sequence[RivalMeasure],
    shape: tuple[int, int, int],
) -> Bools:
    """Return the periods of each household in which only the measure itself can have moved the outcome.

    A household is watched after the last rival that set in, or ended, before its own start, and until the next one
    begins, an earlier one ends, or its own help ends; a household without the measure until its first rival begins.
    """
    first, length, count = shape
    own = start.fillna(np.inf)
    moved = _months_rivals_moved(support, rivals)
    moved = moved.assign(own=moved["hh"].map(own).astype("float64"))
    early = moved[(moved["month"] < moved["own"]) & np.isfinite(moved["own"])]
    late = moved[(moved["month"] >= moved["own"]) | ~np.isfinite(moved["own"])]
    begin = early.groupby("hh")["month"].max().reindex(houses)
    end = late.groupby("hh")["month"].min().reindex(houses).fillna(np.inf)
    if "to_month" in awards.columns:
        over = awards.assign(end=awards["to_month"].astype("float64")).groupby("hh")["end"].min().reindex(houses)
        end = np.minimum(end, over.fillna(np.inf) + 1)
    from_period = np.floor((begin.to_numpy() - first) / length) + 1
    to_period = np.floor((np.asarray(end) - first) / length)
    periods = np.arange(count)[None, :]
    after = np.isnan(from_period)[:, None] | (periods >= from_period[:, None])
    return np.asarray(after & (periods < to_period[:, None]))


def _months_rivals_moved(support: pd.DataFrame, rivals: Sequence[RivalMeasure]) -> pd.DataFrame:
    """Return the months in which rivals moved the source: when they began, had set in, and (posts) had ended."""
    parts = [pd.DataFrame({"hh": [], "month": []})]
    for rival in rivals:
        rows = support[(support["measure"] == rival.key) & support["from_month"].notna()]
        began = rows["from_month"].astype("float64")
        months = [began, began + rival.delay] if rival.delay else [began]
        if rival.running and "to_month" in rows.columns:
            months.append(rows["to_month"].astype("float64") + 1)
        parts.extend(pd.DataFrame({"hh": rows["hh"], "month": month}) for month in months)
    made = pd.concat(parts, ignore_index=True).dropna()
    return made.astype({"month": "float64"})
