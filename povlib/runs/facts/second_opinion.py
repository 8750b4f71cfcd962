"""The part of notebook 04 on the second opinion: both means by village, and who lies outside the other's range."""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.report.pages.second_opinion_section import OpinionFacts
from povlib.runs.facts.village_order import in_village_order
from povlib.runs.run import Run
from povlib.runs.stages.refusals import Refused
from povlib.runs.stages.second_opinion import second_opinion


def opinion_facts(run: Run, lang: str) -> OpinionFacts | str:
    """Return what the part says, or why nothing can be compared."""
    found = second_opinion(run)
    if isinstance(found, Refused):
        return found.show(lang)
    villages = in_village_order(opinions_by_village(found.households), run)
    whole = opinions_by_village(found.households.assign(village="all")).to_dict("records")[0]
    return OpinionFacts(villages, {str(key): value for key, value in whole.items() if key != "village"})


def opinions_by_village(houses: pd.DataFrame) -> pd.DataFrame:
    """Return village, households, projected and modelled (fen a head), outside_model, outside_projection, outside_both.

    A household lies outside the model's range when its projected income does, and outside the projection's when its
    modelled income does.
    """
    by_model = ~houses["projected"].between(houses["modelled_low"], houses["modelled_high"])
    by_projection = ~houses["modelled"].between(houses["projected_low"], houses["projected_high"])
    weight = houses["members"]
    parts = pd.DataFrame(
        {
            "village": houses["village"],
            "households": 1,
            "persons": weight,
            "projected": weight * houses["projected"],
            "modelled": weight * houses["modelled"],
            "outside_model": by_model.astype(np.int64),
            "outside_projection": by_projection.astype(np.int64),
            "outside_both": (by_model & by_projection).astype(np.int64),
        }
    )
    table = parts.groupby("village", sort=True, as_index=False).sum()
    for name in ("projected", "modelled"):
        table[name] = (table[name] / table["persons"]).round().astype("int64")
    return table.drop(columns="persons")
