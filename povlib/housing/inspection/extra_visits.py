"""Houses that audit rules ask to be visited besides the drawn ones: chosen by risk, so never part of an estimate.

Responsible for the rules and their reasons. Not responsible for visits or findings.
"""

from __future__ import annotations

import pandas as pd

FINISHED = "完工"


def extra_visits(
    houses: pd.Series, dwellings: pd.DataFrame, projects: pd.DataFrame, progress: pd.DataFrame, photos: pd.DataFrame
) -> dict[str, tuple[str, ...]]:
    """Return by household why it should be visited besides the draw.

    Parameters
    ----------
    houses : Series
        Households of the list.
    dwellings, projects, progress, photos : DataFrame
        As the ledger holds them (``dwellings``, ``projects``, ``progress``, ``house_photos``).

    Returns
    -------
    dict
        Household -> message ids of the reasons, in the order of the rules; households without any are left out.

    Examples
    --------
    >>> none = pd.DataFrame(columns=["project", "week", "pct", "phase"])
    >>> dwellings = pd.DataFrame({"hh": ["1"], "only_dwelling": [0], "prior_benefit": [1]})
    >>> projects = pd.DataFrame({"project": ["1-Z1"], "hh": ["1"], "status": ["完工"]})
    >>> len(extra_visits(pd.Series(["1", "2"]), dwellings, projects, none, none)["1"])
    3
    """
    done = projects[projects["status"] == FINISHED]
    shown = set(photos.loc[photos["phase"] == "after", "project"])
    last = progress.dropna(subset=["pct"]).sort_values("week").groupby("project")["pct"].last()
    said = done["project"].map(last)
    rules = (
        ("another dwelling is on record", dwellings.loc[dwellings["only_dwelling"].eq(0).fillna(False), "hh"]),
        ("housing help before is on record", dwellings.loc[dwellings["prior_benefit"].eq(1).fillna(False), "hh"]),
        ("reported finished, and the last week says otherwise", done.loc[(said < 100).fillna(False), "hh"]),
        ("reported finished without a photo after the works", done.loc[~done["project"].isin(shown), "hh"]),
    )
    named = [(hh, why) for why, found in rules for hh in sorted(set(found) & set(houses))]
    return {hh: tuple(why for other, why in named if other == hh) for hh in sorted({hh for hh, _ in named})}
