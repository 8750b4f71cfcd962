"""All that the paper on houses and notebook 05 say of a run."""

from __future__ import annotations

from povlib.report.houses.facts import HousesFacts
from povlib.runs.facts.houses.house_standing import planned_houses, standing_facts
from povlib.runs.facts.village_order import village_names
from povlib.runs.run import Run


def houses_facts(run: Run, lang: str) -> HousesFacts:
    """Return the facts of the paper on houses; a part without rows is None."""
    villages, planned = village_names(run), planned_houses(run)
    return HousesFacts(standing=standing_facts(run.state, planned, villages))
