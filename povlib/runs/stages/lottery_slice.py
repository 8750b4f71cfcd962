"""The slice of a run's plan that is given by lot, when the office asks for one.

Responsible for what no lot may touch (the guarantees that a package closes; entitlements are no part of a
package) and for keeping the chances beside the plan. Not responsible for the draw
(`povlib.allocation.explore`) or for telling the meeting (`povlib.runs.facts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from povlib import allocation

if TYPE_CHECKING:
    from povlib.runs.run import Run

NAME = "exploration"


def explored(run: Run, best: allocation.Plan) -> allocation.Explored:
    """Return the plan of a run with its slice: the same settings, the same slice."""
    settings = run.settings
    return allocation.explore(
        best, run.problem, households=settings.explore_households, points=settings.explore_points,
        seed=settings.seed, keep=closed_guarantees(run),
    )  # fmt: skip


def closed_guarantees(run: Run) -> pd.Series:
    """Return by package key which guarantees it closes, by which measure: no lot may change them."""
    closing = {
        measure.key: "+".join(sorted(str(one.guarantee) for one in measure.closes))
        for measure in run.catalogue.measures.values()
        if measure.closes
    }
    packages = run.offer.packages
    kept = [
        ";".join(sorted(f"{name}:{closing[name]}" for name in str(names).split("+") if name in closing))
        for names in packages["measures"].fillna("")
    ]
    return pd.Series(kept, index=packages["package"].astype("str").to_numpy())
