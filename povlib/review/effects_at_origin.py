"""The effects that a plan of an earlier month would have been made with: priors and what its records taught then.

Responsible for evaluating measures on what was known at an origin, so that a back-test judges the method that
plans are really made with. Not responsible for the estimates (`povlib.impact`).
"""

from __future__ import annotations

import pandas as pd

from povlib import impact
from povlib.errors import WorkbenchError
from povlib.params import Catalogue, Settings
from povlib.support.eligibility_facts import SupportFrames

PRIOR = "prior"
EFFECTS = ["measure", "source", "mean", "sd"]


def effects_at_origin(
    then: SupportFrames, catalogue: Catalogue, settings: Settings
) -> tuple[pd.DataFrame | None, bool]:
    """Return the effects as believed on a state: measure, source, mean, sd; None where the priors stood alone.

    Beside it whether they stood alone because the records known then could not be evaluated: a back-test says so.

    Parameters
    ----------
    then : State
        What was known at the origin.
    catalogue : Catalogue
        Priors.
    settings : Settings
        ``effects``: "prior" keeps to the catalogue; ``seed``.
    """
    earning = [e for measure in catalogue.measures.values() for e in measure.earns]
    if settings.effects == PRIOR or not any(e.mean is not None and e.sd for e in earning):
        return None, False
    try:
        whole = impact.evaluate(then, catalogue, seed=settings.seed).posterior
    except WorkbenchError:
        return None, True  # too little was known to say anything
    rows = whole.loc[whole["group"].isna(), EFFECTS].reset_index(drop=True)
    return (rows, False) if len(rows) else (None, False)
