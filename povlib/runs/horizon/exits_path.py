"""The path of exits over a horizon: how many hold at the end of each year, with the range of the draws.

Responsible for totals of a plan's choices over draws that all households share, with each household's own luck. Not
responsible for the draws (`horizon_values`) or the plan.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.allocation.horizon.horizon_plan import HorizonPlan
from povlib.arrays import Floats
from povlib.exits.by_month import SHARES
from povlib.exits.plan_totals import possible_totals
from povlib.runs.horizon.horizon_inputs import HorizonInputs


def chosen_draws(inputs: HorizonInputs, chosen: pd.DataFrame, end: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return members, chance, chance without new help (each by household) and households x draws at an end of a year.

    Parameters
    ----------
    chosen : DataFrame
        hh, package (``"17@1"``), period (-1: nothing new).
    """
    values = inputs.chances
    members = values.members.reindex(chosen["hh"]).fillna(0).to_numpy(dtype=np.float64)
    base = values.base_row.reindex(chosen["hh"]).to_numpy(dtype=np.int64)
    first = values.projected[0, end]
    p, draws = first.p[base].copy(), first.draws[base].astype(np.float64)
    without = p.copy()
    for made in inputs.offers:
        mine = np.flatnonzero((chosen["period"] == made.period).to_numpy())
        if not len(mine) or (made.period, end) not in values.projected:
            continue
        package = chosen["package"].iloc[mine].astype(str).str.partition("@")[0].astype(np.int64)
        # packages of an offer are numbered from 0 in the order of its rows
        rows = pd.Index(made.offer.packages["package"]).get_indexer(pd.Index(package))
        p[mine] = values.projected[made.period, end].p[rows]
        draws[mine] = values.projected[made.period, end].draws[rows]
    return members, p, without, draws


def exits_path(inputs: HorizonInputs, plan: HorizonPlan, seed: int) -> pd.DataFrame:
    """Return exits that hold at the end of each year.

    Returns
    -------
    DataFrame
        month (ordinal), persons, without, additional, low_50 .. high_90 (ranges of persons), goal_chance (that at least
        the goal holds; NaN without a goal), served (persons in households whose help has begun by then).
    """
    rows = []
    goal = inputs.horizon.goal_persons
    for e, end in enumerate(inputs.chances.ends):
        members, p, without, draws = chosen_draws(inputs, plan.chosen, e)
        worlds = possible_totals(members, draws, np.random.default_rng([seed, e]))
        begun = [made.period for made in inputs.offers if made.first <= end]
        row = {"month": end.ordinal, "persons": float(members @ p), "without": float(members @ without)}
        row["additional"] = row["persons"] - row["without"]
        for share in SHARES:
            low, high = np.quantile(worlds, [(1 - share) / 2, (1 + share) / 2])
            name = f"{share:.0%}".rstrip("%")
            row[f"low_{name}"], row[f"high_{name}"] = float(low), float(high)
        row["goal_chance"] = float(np.mean(worlds >= goal)) if goal is not None else np.nan
        row["served"] = int(members[plan.chosen["period"].isin(begun).to_numpy()].sum())
        rows.append(row)
    return pd.DataFrame(rows)
