"""What each village has for a product: land by kind, working days, and skilled hands.

Counted over the households whose rows are given: a ledger knows the land and workers of those on its card alone, so
these are the least that a village has.
"""

from __future__ import annotations

import pandas as pd

#: joins several skills of one worker in the ledger
SKILL_SEPARATOR = "、"


def village_means(households: pd.DataFrame, days_per_worker: float) -> pd.DataFrame:
    """Return village, arable_mu, forest_mu, days; what is not known of a household counts as none.

    Parameters
    ----------
    households : DataFrame
        village, arable_mu, forest_mu, able_workers.

    Examples
    --------
    >>> hh = pd.DataFrame({"village": ["A", "A"], "arable_mu": [2.0, None], "forest_mu": 1.0, "able_workers": [2, 1]})
    >>> village_means(hh, 100.0).to_dict("records")
    [{'village': 'A', 'arable_mu': 2.0, 'forest_mu': 2.0, 'days': 300.0}]
    """
    known = households.dropna(subset="village")
    columns = known[["arable_mu", "forest_mu", "able_workers"]].astype("Float64").fillna(0.0).astype("float64")
    sums = columns.groupby(known["village"].astype("str")).sum().rename_axis("village").reset_index()
    sums["days"] = sums.pop("able_workers") * days_per_worker
    return sums


def skilled_days(
    workers: pd.DataFrame, village: pd.Series, skills: set[str], days_per_worker: float, guided: float
) -> pd.DataFrame:
    """Return village, skill, days: days of those with a skill and of those whom they can guide.

    Parameters
    ----------
    workers : DataFrame
        hh, skill (several joined by 、, missing: not recorded).
    village : Series
        Village by household.
    skills : set of str
        Skills that products ask for. A village without any recorded skill has no rows: nothing is known of it, which
        is not the same as nobody.

    Examples
    --------
    >>> rows = pd.DataFrame({"hh": ["1", "2"], "skill": ["tea、driving", None]})
    >>> skilled_days(rows, pd.Series({"1": "A", "2": "B"}), {"tea", "cattle"}, 100.0, 4.0)["days"].tolist()
    [0.0, 500.0]
    """
    said = workers.assign(village=workers["hh"].map(village)).dropna(subset=["skill", "village"])
    long = said.assign(skill=said["skill"].astype("str").str.split(SKILL_SEPARATOR)).explode("skill")
    counted = long.groupby(["village", "skill"]).size()
    every = pd.MultiIndex.from_product([sorted(set(said["village"])), sorted(skills)], names=["village", "skill"])
    people = counted.reindex(every, fill_value=0).astype("float64")
    return (people * (1.0 + guided) * days_per_worker).rename("days").reset_index()
