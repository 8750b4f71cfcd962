"""Will every guarantee hold? Vetoes: kept, lost or won over the months ahead, closed by measures.

Responsible for the chance that each guarantee holds at the month-ends of the rule, without new help
and with the measures of a package. Not responsible for income.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats
from povlib.calendar import Month
from povlib.exits.projection_constants import ProjectionConstants
from povlib.params import Catalogue, Measure
from povlib.vocabulary import GUARANTEES
from povlib.vocabulary.help_and_works import help_ended, help_finished, help_not_given, works_under_way


@dataclass(frozen=True)
class GuaranteeOutlook:
    """The guarantees without new help.

    Attributes
    ----------
    holds : array (households x guarantees)
        Chance that the guarantee holds at all month-ends of the rule; nan where it was never known.
    keep : array (guarantees,)
        Chance that one which holds at the first of these month-ends still does at the last.
    """

    holds: Floats
    keep: Floats


def guarantee_rates(observations: pd.DataFrame, prior: ProjectionConstants) -> tuple[Floats, Floats]:
    """Return the monthly rates at which each guarantee is lost and won, pooled over all households and shrunk.

    Counted over neighbouring months both known, in the order of `GUARANTEES`.
    """
    ordered = observations.sort_values(["hh", "month"], kind="stable")
    hh, month = ordered["hh"].to_numpy(), ordered["month"].to_numpy(dtype=np.int64)
    follows = (hh[1:] == hh[:-1]) & (month[1:] == month[:-1] + 1)
    lost, won = [], []
    for name in GUARANTEES:
        value = ordered[name].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
        before, after = value[:-1][follows], value[1:][follows]
        lost.append(_shrunk_rate((before == 1) & (after == 0), (before == 1) & np.isfinite(after), prior))
        won.append(_shrunk_rate((before == 0) & (after == 1), (before == 0) & np.isfinite(after), prior))
    return np.array(lost), np.array(won)


def _shrunk_rate(events: Bools, at_risk: Bools, prior: ProjectionConstants) -> float:
    weight = prior.guarantee_weight
    return float((events.sum() + weight * prior.guarantee_rate) / (at_risk.sum() + weight))


def guarantee_outlook(
    observations: pd.DataFrame, hh: pd.Index, last: Month, first_end: Month, last_end: Month, prior: ProjectionConstants
) -> GuaranteeOutlook:
    """Return the chance that each guarantee holds from `first_end` to `last_end` without new help.

    A two-state chain with the pooled monthly rates, from the newest known value; month-ends that lie in
    the past are as observed.
    """
    seen = observations.loc[observations["month"] <= last.ordinal]
    lose, win = guarantee_rates(seen, prior)
    newest = _newest_values(seen, hh)
    span = last_end - first_end
    holds = np.empty_like(newest)
    if first_end <= last:
        worst = _lowest_values(seen.loc[seen["month"] >= first_end.ordinal], hh)
        ahead = max(last_end - last, 0)
        holds = worst * (1.0 - lose) ** ahead
        return GuaranteeOutlook(np.where(np.isnan(worst), newest * (1.0 - lose) ** ahead, holds), (1.0 - lose) ** span)
    months = first_end - last
    stationary = win / (lose + win)
    memory = (1.0 - lose - win) ** months
    holds = (stationary + (newest - stationary) * memory) * (1.0 - lose) ** span
    return GuaranteeOutlook(holds, (1.0 - lose) ** span)


def _newest_values(observations: pd.DataFrame, hh: pd.Index) -> Floats:
    ordered = observations.sort_values(["hh", "month"], kind="stable")
    newest = ordered.groupby("hh")[list(GUARANTEES)].last().reindex(hh)
    return newest.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)


def _lowest_values(observations: pd.DataFrame, hh: pd.Index) -> Floats:
    worst = observations.groupby("hh")[list(GUARANTEES)].min().reindex(hh)
    return worst.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)


def new_award_chances(measure: Measure, start: Month, first_end: Month) -> Floats:
    """Return the chance by guarantee that an award has brought it about by the first month-end of the rule."""
    chances = np.zeros(len(GUARANTEES))
    for closing in measure.closes:
        if start + closing.delay_months <= first_end:
            chances[GUARANTEES.index(closing.guarantee)] = closing.chance
    return chances


def running_help_chances(measure: Measure, start: Month, last: Month, first_end: Month) -> Floats:
    """Return the same for help under way that has not brought it about by `last`, the last month of data.

    Not yet due: as a new award. Late: each month from now on it is finished with chance
    1 / (delay + 1); a share 1 - chance never is.
    """
    chances = np.zeros(len(GUARANTEES))
    for closing in measure.closes:
        if start + closing.delay_months > last:
            done = 1.0 if start + closing.delay_months <= first_end else 0.0
        else:
            done = 1.0 - (1.0 - 1.0 / (closing.delay_months + 1.0)) ** max(first_end - last, 0)
        chances[GUARANTEES.index(closing.guarantee)] = closing.chance * done
    return chances


def help_under_way(
    support: pd.DataFrame,
    projects: pd.DataFrame,
    observations: pd.DataFrame,
    hh: pd.Index,
    catalogue: Catalogue,
    last: Month,
    first_end: Month,
) -> Floats:
    """Return the chance by household and guarantee that help already under way brings it about in time.

    Help finished no earlier than the guarantee was last recorded as missing counts with its chance: the
    record is older than the help. A house project without a row of support counts as the first measure
    of the catalogue that closes housing.
    """
    missing = np.ones((len(hh), len(GUARANTEES)))
    rows = support.loc[~support["status"].isin((*help_not_given(), *help_ended())) & support["from_month"].notna()]
    closing = {key: measure for key, measure in catalogue.measures.items() if measure.closes}
    for keys, mine in rows.loc[rows["measure"].isin(closing)].groupby(["measure", "from_month"], sort=True):
        key, start = str(keys[0]), Month.from_ordinal(int(str(keys[1])))
        chance = running_help_chances(closing[key], start, last, first_end)
        at = hh.get_indexer(pd.Index(mine["hh"].drop_duplicates()))
        missing[at[at >= 0]] *= 1.0 - chance
    _lower_for_finished_help(missing, support, hh, closing, observations, last)
    house = next((m for m in closing.values() if any(c.guarantee == "housing" for c in m.closes)), None)
    if house is not None:
        covered = rows.loc[rows["measure"].isin([k for k, m in closing.items() if m.is_on_dwelling]), "hh"]
        open_works = projects.loc[(projects["status"] == works_under_way()) & ~projects["hh"].isin(covered), "hh"]
        at = hh.get_indexer(pd.Index(open_works.drop_duplicates()))
        missing[at[at >= 0]] *= 1.0 - running_help_chances(house, last, last, first_end)
    return 1.0 - missing


def _lower_for_finished_help(
    missing: Floats,
    support: pd.DataFrame,
    hh: pd.Index,
    closing: dict[str, Measure],
    observations: pd.DataFrame,
    last: Month,
) -> None:
    """Lower `missing` for help that was finished in or after the last month the guarantee was recorded."""
    finished = support["status"] == help_finished()
    done = support.loc[finished & support["measure"].isin(closing) & support["to_month"].notna()]
    done = done.loc[done["to_month"] <= last.ordinal]
    seen = observations.loc[observations["month"] <= last.ordinal]
    for key, mine in done.groupby("measure", sort=True):
        for one in closing[str(key)].closes:
            recorded = seen.loc[seen[one.guarantee].notna()].groupby("hh")["month"].max()
            # Never recorded: any help finished is newer than that.
            newest = mine["hh"].map(recorded).fillna(-1)
            late = mine.loc[(mine["to_month"] >= newest).fillna(False), "hh"].drop_duplicates()
            at = hh.get_indexer(pd.Index(late))
            missing[at[at >= 0], GUARANTEES.index(one.guarantee)] *= 1.0 - one.chance
