"""What a plan gives, household by household and award by award, as rows to be added up for any area.

Responsible for these rows. Not responsible for chances or for the choice.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Ints
from povlib.exits.rule_chances import RuleChances
from povlib.runs.stages.allocation_input import POOREST
from povlib.runs.stages.plan_outcome import HIGH, LOW
from povlib.support import Offer
from povlib.vocabulary.resource_keys import rows_of_posts


def planned_rows(
    chosen: pd.DataFrame, few: Offer, picked: Ints, chances: RuleChances, groups: pd.DataFrame, township: pd.Series
) -> pd.DataFrame:
    """Return one row a planned household: what it is offered and what that would bring.

    Parameters
    ----------
    chosen : DataFrame
        hh, package, village, members of the plan.
    few : Offer
        The packages chosen, and "no new help" of each household.
    picked : array of int (households,)
        Row of the package chosen among those of `few`, in the order of `chosen`.
    chances : RuleChances
        Of `few`.
    groups : DataFrame
        hh, poorest_fifth.
    township : Series
        Of each package of `few`.
    """
    packages = few.packages
    zero = packages.index[packages["k"].eq(0)]
    nothing = pd.Series(chances.p[zero], index=packages["hh"].iloc[zero])
    posts = rows_of_posts(few.uses).groupby("package")["amount"].sum()
    given = packages.iloc[picked].reset_index(drop=True)
    fifth = groups.set_index("hh")[POOREST].reindex(chosen["hh"]).to_numpy(bool)
    p, p0 = np.nan_to_num(chances.p[picked]), np.nan_to_num(nothing.reindex(chosen["hh"]).to_numpy(np.float64))
    members, assessable = chosen["members"].to_numpy(np.int64), np.asarray(chances.assessable)[picked]
    low, high = np.quantile(chances.draws[picked], [LOW, HIGH], axis=1)
    return pd.DataFrame(
        {
            "hh": chosen["hh"].astype("str").to_numpy(),
            "village": given["village"].to_numpy(),
            "township": township.iloc[picked].to_numpy(),
            "members": members,
            POOREST: fifth,
            "package": chosen["package"].to_numpy(np.int64),
            "k": given["k"].to_numpy(np.int64),
            "measures": given["measures"].to_numpy(),
            "start": given["start"].to_numpy(),
            "money_fen": given["new_money_fen"].to_numpy(np.int64),
            "posts": given["package"].map(posts).fillna(0).to_numpy(np.int64),
            "assessable": assessable,
            "p": p,
            "p_low": np.where(assessable, low, np.nan),
            "p_high": np.where(assessable, high, np.nan),
            "p0": p0,
            "expected": members * p,
            "additional": members * (p - p0),
        }
    )


def award_rows(few: Offer, picked: Ints, township: pd.Series) -> pd.DataFrame:
    """Return what is awarded by township and measure: township, measure, awards, money_fen."""
    parts = few.components[few.components["package"].isin(picked)]
    rows = parts.assign(township=township.to_numpy()[parts["package"].to_numpy(np.int64)])
    by = rows.groupby(["township", "measure"], sort=True)["cost_fen"]
    return by.agg(["size", "sum"]).reset_index().rename(columns={"size": "awards", "sum": "money_fen"})
