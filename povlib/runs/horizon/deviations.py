"""Why a plan over several years comes out otherwise than the one before it, and what that costs in exits.

Responsible for sorting households by what happened to their part of the earlier plan, and for the exits each sort gains
or loses. Not responsible for either plan.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

#: what happened to a household's part of the plan before, in the order in which it is told
KINDS = ("exited", "dropped", "new", "begun", "lost", "slipped", "earlier", "other", "shock")
#: persons; a household's expectation that moved by less is the same
_SAME = 1e-6
COLUMNS = ["kind", "households", "persons"]


@dataclass(frozen=True)
class WhatHappened:
    """What the ledger says of households since the plan before.

    Attributes
    ----------
    exited : collection of str
        Households that have left the register as exited.
    begun : collection of str
        Households whose planned help has begun.
    lost : collection of str
        Households whose planned help is not offered any more.
    """

    exited: Collection[str] = ()
    begun: Collection[str] = ()
    lost: Collection[str] = ()


def deviations(before: pd.DataFrame, now: pd.DataFrame, happened: WhatHappened) -> pd.DataFrame:
    """Return how two plans differ: households and expected exits, by what happened.

    Parameters
    ----------
    before, now : DataFrame
        hh, measures, month (of the start; 0: none), value (persons of the objective): households of both plans.
    happened : WhatHappened

    Returns
    -------
    DataFrame
        kind (`KINDS`), households, persons: the expected exits of these households now less those of the plan before;
        all kinds add up to the difference of both plans' values. Whoever has exited or dropped out is in no plan any
        more: of an exit the persons are what was expected of it, now counted as fact elsewhere.

    Examples
    --------
    >>> columns = ["hh", "measures", "month", "value"]
    >>> before = pd.DataFrame([("a", "grant", 24198, 1.0), ("b", "post", 24198, 2.0)], columns=columns)
    >>> now = pd.DataFrame([("a", "grant", 24205, 0.5)], columns=columns)
    >>> deviations(before, now, WhatHappened()).values.tolist()
    [['dropped', 1, -2.0], ['slipped', 1, -0.5]]
    """
    columns = ["hh", "measures", "month", "value"]
    both = before[columns].merge(now[columns], on="hh", how="outer", suffixes=("_was", "_is"))
    both["kind"] = [_kind(row, happened) for row in both.to_dict("records")]
    both["persons"] = both["value_is"].fillna(0.0) - both["value_was"].fillna(0.0)
    counted = both[both["kind"] != ""].groupby("kind")["persons"].agg(["size", "sum"])
    counted = counted.reindex([kind for kind in KINDS if kind in counted.index])
    rows = list(zip(counted.index.astype(str), counted["size"].astype(int), counted["sum"].astype(float), strict=True))
    return pd.DataFrame(rows, columns=COLUMNS)


def _kind(row: Mapping[Hashable, Any], happened: WhatHappened) -> str:
    """Return what happened to one household; "" where its plan and its expectation are as they were."""
    hh = str(row["hh"])
    if pd.isna(row["value_is"]):
        return "exited" if hh in happened.exited else "dropped"
    if pd.isna(row["value_was"]):
        return "new"
    if row["measures_was"]:
        for kind, households in (("begun", happened.begun), ("lost", happened.lost)):
            if hh in households:
                return kind
    was, now = int(row["month_was"]), int(row["month_is"])
    if row["measures_was"] != row["measures_is"]:
        return "other"
    if was != now:
        return "slipped" if now > was else "earlier"
    return "shock" if abs(float(row["value_is"]) - float(row["value_was"])) > _SAME else ""


def help_begun(support: pd.DataFrame, planned: pd.DataFrame) -> set[str]:
    """Return the households for which a measure of their plan stands in the ledger since the month it was to start.

    Parameters
    ----------
    support : DataFrame
        hh, measure, from_month (ordinal): of the ledger's state.
    planned : DataFrame
        hh, measures (joined by ``+``), month: of the plan before.

    Examples
    --------
    >>> given = pd.DataFrame({"hh": ["a", "b"], "measure": ["grant", "grant"], "from_month": [24198, 24190]})
    >>> planned = pd.DataFrame({"hh": ["a", "b"], "measures": ["grant+post", "grant"], "month": [24198, 24198]})
    >>> sorted(help_begun(given, planned))
    ['a']
    """
    own = planned[planned["measures"] != ""].assign(measure=planned["measures"].str.split("+")).explode("measure")
    met = own.merge(support[["hh", "measure", "from_month"]], on=["hh", "measure"])
    return set(met.loc[met["from_month"] >= met["month"], "hh"].astype(str))
