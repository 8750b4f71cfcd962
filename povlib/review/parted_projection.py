"""A projection taken apart by villages, so that each is totalled among its own packages.

Responsible for the parts: the packages chosen, and package 0 of everybody. Not responsible for totals
(`povlib.exits.totals`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from povlib.exits import Projection


def parts_of_projection(projection: Projection, households: pd.DataFrame, by: str) -> Iterator[tuple[Any, Projection]]:
    """Yield each group of households with the projection of what was chosen for them and of nothing new.

    Their totals are those of the whole projection among them, to the bit; a county of 180 villages is looked through
    once and not once for each.

    Parameters
    ----------
    projection : Projection
    households : DataFrame
        hh, package (chosen) and the column `by`: one row a household.
    by : str
        Column of the group; groups come in its order.
    """
    frame = projection.frame
    group_of = households.set_index("hh")[by]
    group, home = frame["hh"].map(group_of), projection.members["hh"].map(group_of)
    kept = ((frame["k"] == 0) | frame["package"].isin(households["package"])) & group.notna()
    places = kept.to_numpy().nonzero()[0]
    for name, own in pd.Series(places).groupby(group.to_numpy()[places], sort=True):
        rows = own.to_numpy()
        mine = frame.iloc[rows].reset_index(drop=True)
        people = projection.members[(home == str(name)).to_numpy(dtype=bool, na_value=False)]
        yield name, replace(projection, frame=mine, draws=projection.draws[rows], members=people)
