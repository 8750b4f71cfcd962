"""The slice of a run's plan that is given by lot, when the office asks for one.

Responsible for what no lot may touch (the guarantees that a package closes; entitlements are no part of a
package) and for keeping the chances beside the plan. Not responsible for the draw
(`povlib.allocation.draw_by_lot`) or for telling the meeting (`povlib.runs.facts`).
"""

from __future__ import annotations

import pandas as pd

from povlib import allocation
from povlib.params import Catalogue, Settings
from povlib.support import Offer


def plan_with_lottery(
    best: allocation.Plan, problem: allocation.Problem, offer: Offer, catalogue: Catalogue, settings: Settings
) -> allocation.LotteryPlan:
    """Return the best plan with a slice of it redrawn by lot: the same settings give the same slice."""
    return allocation.draw_by_lot(
        best, problem, households=settings.explore_households, points=settings.explore_points,
        seed=settings.seed, keep=closed_guarantees(offer, catalogue),
    )  # fmt: skip


def closed_guarantees(offer: Offer, catalogue: Catalogue) -> pd.Series:
    """Return by package key which guarantees it closes, by which measure: no lot may change them."""
    closing = {
        measure.key: "+".join(sorted(str(one.guarantee) for one in measure.closes))
        for measure in catalogue.measures.values()
        if measure.closes
    }
    packages = offer.packages
    guarantees = [
        ";".join(sorted(f"{name}:{closing[name]}" for name in str(names).split("+") if name in closing))
        for names in packages["measures"].fillna("")
    ]
    return pd.Series(guarantees, index=packages["package"].astype("str").to_numpy())
