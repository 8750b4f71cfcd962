"""Where the township stands at a month-end: the frames of the notebook "who is poor, how deeply".

Responsible for gathering income, verdicts and measures of the registered households into a few small
frames. It describes a register, so nothing here has sampling error; what the register cannot say
(who was missed, a median of everyone) is not computed. Not responsible for drawing or wording them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError, ParameterError
from povlib.poverty.households.exit_rule import assess
from povlib.poverty.households.household_income import income_by_source
from povlib.poverty.households.ledger_frames import (
    HouseholdFrames,
    IncomeCatalogue,
    RuleSettings,
    require_columns,
)
from povlib.poverty.measurement.change_decomposition import decompose_change
from povlib.poverty.measurement.measures import measure
from povlib.vocabulary import GUARANTEES, INCOME_PARTS
from povlib.vocabulary.register import registered_statuses

NO_CAUSE = "none recorded"
"""Label of the households whose main cause is blank."""
WHOLE_TOWNSHIP = "all"
_RATE_MEASURES = ["fgt0", "fgt1", "fgt2"]


class OverviewSettings(RuleSettings, Protocol):
    """The exit rule's settings, and the series that is printed beside it."""

    @property
    def other_authority(self) -> str:
        """The other authority whose line is shown side by side."""


@dataclass(frozen=True)
class Overview:
    """Frames about the registered households at one month-end, all among the registered.

    Attributes
    ----------
    at : Month
    households : DataFrame
        hh, village, cause, status, and the columns of `povlib.poverty.assess` (own authority).
    rates : DataFrame
        measure (fgt0, fgt1, fgt2 weighted by members), convention, domain, estimate, ... as `measure`;
        domains: "all".
    by_village, by_cause : DataFrame
        domain, households, persons, poor_households, poor_persons, not_assessable_households,
        not_assessable_persons, fgt0, fgt1, fgt2, share_of_poor, share_of_gap, mean_income_fen.
    causes : DataFrame
        village, cause, households, persons, poor_persons: for a heat map; villages and causes that nobody has are
        left out.
    lines : DataFrame
        authority, line_fen, households and persons over the line, not over it, not assessable, exits;
        rate_low and rate_high: bounds of the headcount if every household not assessable were out,
        or were poor.
    guarantees : DataFrame
        village, guarantee, missing, not_known, households, share_missing: ready for a heat map.
    by_source : DataFrame
        domain (village or "all"), source, fen_per_head, share (of gross income; costs negative).
    change : DataFrame
        `change_since` twelve months ago; empty where no household can be assessed at both month-ends.
    """

    at: Month
    households: pd.DataFrame
    rates: pd.DataFrame
    by_village: pd.DataFrame
    by_cause: pd.DataFrame
    causes: pd.DataFrame
    lines: pd.DataFrame
    guarantees: pd.DataFrame
    by_source: pd.DataFrame
    change: pd.DataFrame


@dataclass(frozen=True)
class _RegisteredFrames:
    """The state cut down to the registered households."""

    households: pd.DataFrame
    observations: pd.DataFrame
    transfers: pd.DataFrame


def registered_frames(state: HouseholdFrames) -> HouseholdFrames:
    """Return the state of the households registered as poor now (also those marked for exit or returned).

    Households that exited earlier stay in the ledger's frames but are no part of the register.
    """
    require_columns(state.households, ("hh", "status"), "households")
    kept = state.households[state.households["status"].isin(registered_statuses())].reset_index(drop=True)
    if not len(kept):
        raise DataError("no household is registered as poor", where="households.status")
    inside = [frame[frame["hh"].isin(kept["hh"])] for frame in (state.observations, state.transfers)]
    return _RegisteredFrames(kept, inside[0].reset_index(drop=True), inside[1].reset_index(drop=True))


def overview(
    state: HouseholdFrames,
    at: Month,
    catalogue: IncomeCatalogue,
    settings: OverviewSettings,
    *,
    also: Sequence[str] = (),
) -> Overview:
    """Describe the registered households at `at`.

    Parameters
    ----------
    state : HouseholdFrames
        With ``households``: hh, village, cause, status, size.
    at : Month
        Month-end described, usually ``state.last_month``.
    catalogue : IncomeCatalogue
    settings : OverviewSettings
        authority, other_authority, margin, stability_months.
    also : sequence of str
        Further authorities whose lines stand beside the two.

    Raises
    ------
    DataError
        If a column is missing or no household is registered.
    """
    require_columns(state.households, ("village", "cause"), "households")
    mine = registered_frames(state)
    verdict = assess(mine, at, catalogue, settings)
    houses = mine.households[["hh", "village", "cause", "status"]].merge(verdict, on="hh", how="left")
    # a cause nobody wrote down is a group of its own, so that the causes add up to the register
    houses["cause"] = houses["cause"].astype("str").fillna("").replace("", NO_CAUSE)
    known = _with_known_income(houses)
    return Overview(
        at=at,
        households=houses,
        rates=_poverty_rates(known, None),
        by_village=_poverty_by_group(houses, known, "village"),
        by_cause=_poverty_by_group(houses, known, "cause"),
        causes=_counts_by_cause(houses),
        lines=_counts_by_line(mine, at, catalogue, settings, verdict, also),
        guarantees=_missing_guarantees(houses),
        by_source=_income_by_source(mine, at, catalogue),
        change=_change_since_last_year(state, at, catalogue, settings),
    )


def _change_since_last_year(
    state: HouseholdFrames, at: Month, catalogue: IncomeCatalogue, settings: OverviewSettings
) -> pd.DataFrame:
    """Return the change since last year; a ledger or a line that does not reach back so far has none to show."""
    try:
        return change_since(state, at, catalogue, settings)
    except (DataError, ParameterError):
        return pd.DataFrame({"measure": [], "component": [], "estimate": [], "n": []})


def _counts_by_cause(houses: pd.DataFrame) -> pd.DataFrame:
    """Count households and persons, all and below the line, by village and main cause."""
    size = houses["size"].fillna(0).astype("int64")
    below = (houses["over_line"] == False).fillna(False).astype("int64")  # noqa: E712 - three-valued
    parts = pd.DataFrame({"households": 1, "persons": size, "poor_persons": below * size}, index=houses.index)
    return parts.groupby([houses["village"], houses["cause"]], sort=True).sum().reset_index()


def change_since(
    state: HouseholdFrames, at: Month, catalogue: IncomeCatalogue, settings: OverviewSettings, *, months: int = 12
) -> pd.DataFrame:
    """Split the change of poverty among the registered since `months` ago into growth and redistribution.

    Households count that are registered now and whose income is known at both month-ends; incomes are in
    lines (each month-end's own), so a line that rises shows as less growth.

    Returns
    -------
    DataFrame
        The frame of `povlib.poverty.decompose_change` (fgt0, fgt1, fgt2; members as weights), census.

    Raises
    ------
    DataError
        If no household can be assessed at both month-ends.
    """
    mine = registered_frames(state)
    waves = [
        _with_known_income(assess(mine, month, catalogue, settings)).assign(wave=month.ordinal)
        for month in (at + -months, at)
    ]
    both = set(waves[0]["hh"]) & set(waves[1]["hh"])
    frame = pd.concat([wave[wave["hh"].isin(both)] for wave in waves], ignore_index=True)
    if not len(frame):
        raise DataError("no household can be assessed at both month-ends", where=f"{at + -months}, {at}")
    return decompose_change(
        frame,
        income="income",
        line="line",
        weight="persons",
        wave="wave",
        before=(at + -months).ordinal,
        after=at.ordinal,
        census=True,
        poor="weak",
    ).assign(n=len(both))


def _with_known_income(houses: pd.DataFrame) -> pd.DataFrame:
    """Return households whose income is known, as plain numbers."""
    known = houses[houses["income_fen_per_head"].notna()]
    return known.assign(
        income=known["income_fen_per_head"].astype("float64"),
        line=known["line_fen"].astype("float64"),
        persons=known["size"].astype("float64"),
    )


def _poverty_rates(known: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Measure poverty among the registered; income on the line is poor, as in the exit rule."""
    if not len(known):
        return pd.DataFrame({"measure": [], "domain": [], "estimate": []})
    return measure(
        known, income="income", line="line", weight="persons", by=by, measures=_RATE_MEASURES, census=True, poor="weak"
    )


def _poverty_by_group(houses: pd.DataFrame, known: pd.DataFrame, by: str) -> pd.DataFrame:
    size = houses["size"].fillna(0).astype("int64")
    over = houses["over_line"]
    parts = {
        "households": pd.Series(1, index=houses.index),
        "persons": size,
        "poor_households": (over == False).fillna(False).astype("int64"),  # noqa: E712 - three-valued
        "not_assessable_households": over.isna().astype("int64"),
    }
    parts["poor_persons"] = parts["poor_households"] * size
    parts["not_assessable_persons"] = parts["not_assessable_households"] * size
    table = pd.DataFrame(parts).groupby(houses[by], sort=True).sum()
    rates = _poverty_rates(known, by)
    for key in _RATE_MEASURES:
        table[key] = rates[rates["measure"] == key].set_index("domain")["estimate"]
    weight = known.groupby(by)["persons"].sum()
    for name, key in (("share_of_poor", "fgt0"), ("share_of_gap", "fgt1")):
        part = table[key] * weight
        table[name] = part / part.sum() if part.sum() > 0 else np.nan
    total = (known["income"] * known["persons"]).groupby(known[by]).sum()
    table["mean_income_fen"] = (total / weight).round().astype("Int64")
    return table.rename_axis("domain").reset_index()


def _counts_by_line(
    state: HouseholdFrames,
    at: Month,
    catalogue: IncomeCatalogue,
    settings: OverviewSettings,
    own: pd.DataFrame,
    also: Sequence[str],
) -> pd.DataFrame:
    rows = []
    for authority in dict.fromkeys((settings.authority, settings.other_authority, *also)):
        verdict = (
            own if authority == settings.authority else assess(state, at, catalogue, settings, authority=authority)
        )
        rows.append({"authority": authority, "line_fen": int(verdict["line_fen"].iloc[0])} | _verdict_counts(verdict))
    return pd.DataFrame(rows)


def _verdict_counts(verdict: pd.DataFrame) -> dict[str, float]:
    size = verdict["size"].fillna(0).astype("int64")
    over, exits = verdict["over_line"], verdict["exits"]
    masks = {
        "over": over.fillna(False),
        "not_over": (~over).fillna(False),
        "not_assessable": over.isna(),
        "exits": exits.fillna(False),
    }
    counts: dict[str, float] = {}
    for name, mask in masks.items():
        counts[f"{name}_households"] = int(mask.sum())
        counts[f"{name}_persons"] = int(size[mask.astype(bool)].sum())
    total = max(int(size.sum()), 1)
    counts["rate_low"] = counts["not_over_persons"] / total
    counts["rate_high"] = (counts["not_over_persons"] + counts["not_assessable_persons"]) / total
    return counts


def _missing_guarantees(houses: pd.DataFrame) -> pd.DataFrame:
    long = houses.melt(id_vars="village", value_vars=list(GUARANTEES), var_name="guarantee", value_name="holds")
    long["missing"] = (long["holds"] == 0).fillna(False).astype("int64")
    long["not_known"] = long["holds"].isna().astype("int64")
    table = long.groupby(["village", "guarantee"], sort=True)[["missing", "not_known"]].sum()
    table["households"] = long.groupby(["village", "guarantee"], sort=True).size()
    table["share_missing"] = table["missing"] / table["households"]
    order = {name: i for i, name in enumerate(GUARANTEES)}
    return table.reset_index().sort_values(
        ["village", "guarantee"], key=lambda c: c.map(order) if c.name == "guarantee" else c, ignore_index=True
    )


def _income_by_source(state: HouseholdFrames, at: Month, catalogue: IncomeCatalogue) -> pd.DataFrame:
    frame = income_by_source(state, at, catalogue)
    frame = frame.merge(state.households[["hh", "village"]], on="hh", how="left")
    frame = frame[frame["complete"]]
    parts = [_means_by_source(frame, WHOLE_TOWNSHIP)] + [
        _means_by_source(part, str(name)) for name, part in frame.groupby("village")
    ]
    return pd.concat(parts, ignore_index=True)


def _means_by_source(frame: pd.DataFrame, domain: str) -> pd.DataFrame:
    size = frame["size"].to_numpy(dtype=np.float64)
    persons = max(float(size.sum()), 1.0)
    totals = {name: float((frame[f"{name}_fen"].to_numpy(dtype=np.float64) * size).sum()) for name in INCOME_PARTS}
    means = {name: total / persons for name, total in totals.items()}
    means["cost"] = -means["cost"]
    gross = sum(value for name, value in means.items() if name != "cost")
    return pd.DataFrame(
        {
            "domain": domain,
            "source": list(means),
            "fen_per_head": np.rint(list(means.values())).astype(np.int64),
            "share": [value / gross if gross else np.nan for value in means.values()],
        }
    )
