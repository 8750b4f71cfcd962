"""Is every house safe? The ledger's works beside what a run's plan adds.

Responsible for reading which help with a house the plan gives. Not responsible for the page
(`povlib.report.pages.housing_page`).
"""

from __future__ import annotations

import pandas as pd

from povlib.report.pages.housing_page import housing_page as _housing_page
from povlib.report.writers.notebook_page import Page
from povlib.runs.run import Run
from povlib.words import language

_HOUSE = "housing"


def housing_page(run: Run, lang: str = "") -> Page:
    """Return where the houses stand, by parts, for a notebook."""
    spoken = lang or language()
    report = _housing_page(
        run.state,
        planned_houses(run),
        {key: getattr(measure.names, spoken) for key, measure in run.catalogue.measures.items()},
        lang=spoken,
        subtitle=run.info.title(spoken),
        villages=tuple(village.name for village in run.catalogue.villages.values()),
    )
    return Page(report)


def planned_houses(run: Run) -> pd.DataFrame:
    """Return hh and measure of every help in the plan that makes a house safe (its guarantee is housing)."""
    safe = {
        key for key, measure in run.catalogue.measures.items() if any(c.guarantee == _HOUSE for c in measure.closes)
    }
    chosen = run.plan.chosen.astype({"package": run.offer.components["package"].dtype})
    parts = run.offer.components[run.offer.components["measure"].isin(safe)]
    return parts[["package", "measure"]].merge(chosen[["hh", "package"]], on="package")[["hh", "measure"]]
