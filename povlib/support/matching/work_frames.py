"""Frames about work: empty ones where a ledger or a hand-made state has none, and the placements that still run.

Responsible for reading these frames safely. Not responsible for what follows from them.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from povlib.calendar import Month

_COLUMNS = {
    "posts": "post employer place village wage_fen slots from_month to_month",
    "post_terms": "post hours_per_week distance_km least_age most_age sex skill least_labour health_barred kind",
    "workers": "person hh skill caring wish wish_place available from_month most_km",
    "placements": "post person hh employer place from_month to_month route",
    "placement_ends": "post person hh from_month end_month reason",
    "job_fairs": "fair employer post day place offered taken",
}
_PLACEMENT = ["post", "person", "from_month"]


def work_frame(state: Any, name: str) -> pd.DataFrame:
    """Return a frame about work; an empty one where the state has none.

    Parameters
    ----------
    state : State
        Or hand-made frames of the same names.
    name : {"posts", "post_terms", "workers", "placements", "placement_ends", "job_fairs"}

    Examples
    --------
    >>> from povlib.support.example_township import example_township
    >>> len(work_frame(example_township(), "workers"))
    0
    """
    found = getattr(state, name, None)
    return pd.DataFrame(columns=_COLUMNS[name].split()) if found is None else pd.DataFrame(found)


def placements_with_ends(state: Any) -> pd.DataFrame:
    """Return every placement on record, running or over: post, person, hh, place, from_month, last_month, reason.

    A placement whose end is on record was held through ``end_month``. One without is held through its ``to_month``
    where it has one (its term), else it runs still (`last_month` missing). Ends whose placement is not on record any
    more count as placements too.
    """
    placed = work_frame(state, "placements")[[*_PLACEMENT, "hh", "place", "to_month"]]
    ends = work_frame(state, "placement_ends")[[*_PLACEMENT, "hh", "end_month", "reason"]]
    if ends.empty:
        both = placed.assign(end_month=pd.array([pd.NA] * len(placed), dtype="Int64"), reason="")
    else:
        both = placed.merge(ends, on=_PLACEMENT, how="outer", suffixes=("", "_end"))
        both["hh"] = both["hh"].fillna(both.pop("hh_end"))
    for name in ("from_month", "to_month", "end_month"):
        both[name] = both[name].astype("Int64")
    both["last_month"] = both.pop("end_month").fillna(both.pop("to_month"))
    both["reason"] = both["reason"].astype("str").fillna("")
    return both.sort_values(_PLACEMENT, kind="stable").reset_index(drop=True)


def running_placements(state: Any, month: Month) -> pd.DataFrame:
    """Return the placements held in a month or later: of `placements_with_ends`, those not over before it.

    Examples
    --------
    >>> from povlib.support.example_township import example_township
    >>> len(running_placements(example_township(), Month(2016, 6)))
    0
    """
    placed = placements_with_ends(state)
    over = (placed["last_month"] < month.ordinal).fillna(False).to_numpy(dtype=bool)
    return placed.loc[~over].reset_index(drop=True)
