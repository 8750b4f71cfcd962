"""What is known of a person who might work: the register's facts and what the office asked about work.

Responsible for putting both side by side, one row a person; a fact that nobody wrote down stays missing. Not
responsible for what follows from it (`povlib.support.matching.fit_rules`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from povlib.support.matching.work_frames import work_frame
from povlib.vocabulary.register import labour_by_rank

ASKED = ("skill", "caring", "wish", "wish_place", "available", "most_km")
"""What the sheet of workers asks."""
#: from this age on a person counts as weak labour at most: rule 2_12_017 takes 普通 and 技能 there for a mistake
WEAK_FROM_AGE = 60


def add_work_facts(
    members: pd.DataFrame, households: pd.DataFrame, state: Any, facts: Collection[str] | None = None
) -> pd.DataFrame:
    """Return members with what is known about their work.

    Parameters
    ----------
    members : DataFrame
        `member_facts`: hh, person, age, labour, workplace, work_months.
    households : DataFrame
        hh, village, attribute, and others that conditions may name.
    state : State
        For its ``workers``.
    facts : collection of str, optional
        Columns of `households` to take over; all by default.

    Returns
    -------
    DataFrame
        The members with `ASKED` (missing where nobody asked), ``labour_rank`` (0 skilled, 1 ordinary, 2 weak; from 60
        on weak at most; missing without labour or when it is not known) and ``place_missing`` (months of work without
        a place: rule 5_01_005).
    """
    added = members.copy()
    asked = work_frame(state, "workers").drop_duplicates("person", keep="last").set_index("person")
    for name in ASKED:
        said = asked[name].reindex(pd.Index(members["person"]))
        if name in ("skill", "wish", "wish_place"):
            said = said.astype("str")
            said = said.mask(said.eq("").fillna(True).to_numpy(dtype=bool))
        else:
            said = said.astype("Float64")
        added[name] = said.to_numpy() if name in ("skill", "wish", "wish_place") else said.array
    rank = members["labour"].map({label: place for place, label in enumerate(labour_by_rank())}).astype("Float64")
    old = (members["age"] >= WEAK_FROM_AGE).fillna(False).to_numpy(dtype=bool)
    weakest = float(len(labour_by_rank()) - 1)
    added["labour_rank"] = rank.mask(rank.notna().to_numpy() & old, weakest)
    months = members["work_months"].astype("Float64").fillna(0)
    added["place_missing"] = ((months > 0) & members["workplace"].isna()).to_numpy(dtype=bool)
    wanted = households.columns if facts is None else pd.Index(list(facts))
    mine = households[wanted.difference(added.columns)].set_axis(pd.Index(households["hh"]))
    mine = mine.reindex(pd.Index(members["hh"])).set_axis(added.index)
    return pd.concat([added, mine], axis=1)
