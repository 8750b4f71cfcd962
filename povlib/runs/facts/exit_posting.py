"""Who stands on the list at the notice board before an exit is approved: marked households with their head."""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.ledger import State
from povlib.vocabulary.register import head_of_household, marked_for_exit

ROWS = ["village", "hh", "person", "members", "route"]


def posting_rows(state: State, month: Month) -> pd.DataFrame:
    """Return households marked for exit in `month` with their head: village, hh, person, members, route.

    Several routes of one household are joined by 、; a household that does not agree is left out.
    """
    marks = state.marks[(state.marks["kind"] == marked_for_exit()) & (state.marks["month"] == month.ordinal)]
    routes = marks.assign(route=marks["route"].fillna("")).sort_values(["hh", "route"]).groupby("hh")["route"]
    joined = routes.agg(lambda values: "、".join(dict.fromkeys(v for v in values if v)))
    # nobody who does not agree is put on a public board
    register = state.households[~state.households["objects"].fillna(False).astype(bool)].set_index("hh")
    heads = (
        state.members[state.members["relation"] == head_of_household()].drop_duplicates("hh").set_index("hh")["person"]
    )
    listed = pd.DataFrame({"route": joined})
    listed = listed.loc[listed.index.intersection(register.index)]
    for name, values in (("village", register["village"]), ("members", register["size"]), ("person", heads)):
        listed[name] = values.reindex(listed.index)  # an empty list must not take the rows of the register
    listed = listed.rename_axis("hh").reset_index()
    return listed[ROWS].sort_values(["village", "hh"], ignore_index=True)
