"""How many hang on one source: who would be hit if it alone failed, the worst first."""

from __future__ import annotations

import pandas as pd

from povlib.villages.sources.household_sources import PRODUCT


def concentration(sources: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    """Return what hangs on each source.

    Parameters
    ----------
    sources : DataFrame
        Of `household_sources`.
    households : DataFrame
        hh, size (members), counted (bool: those whose exit is hoped for, e.g. marked 预脱贫).

    Returns
    -------
    DataFrame
        source, kinds (of its links, in order, joined by ","), households, persons (their members), workers (persons in
        its posts), counted (members of counted households), only (of them, in households of which each post, stake and
        share hangs on this source);
        most counted first. A product stands apart from employers and co-ops of the same name.

    Examples
    --------
    >>> sources = pd.DataFrame({"hh": ["a", "a", "b"], "person": ["a-1", None, None],
    ...                         "source": ["mill", "coop", "coop"], "kind": ["employer", "coop", "coop"],
    ...                         "through": ["post", "stake", "stake"], "name": ["hand", "coop", "coop"]})
    >>> houses = pd.DataFrame({"hh": ["a", "b"], "size": [3, 4], "counted": [True, True]})
    >>> concentration(sources, houses)[["source", "persons", "counted", "only"]].values.tolist()
    [['coop', 7, 7, 4], ['mill', 3, 3, 0]]
    """
    columns = ["source", "kinds", "households", "persons", "workers", "counted", "only"]
    known = sources.merge(households[["hh", "size", "counted"]], on="hh")
    if known.empty:
        return pd.DataFrame(columns=columns)
    known["product"] = known["kind"].eq(PRODUCT)
    # a co-op and the firm behind it are one way of living: what counts is whether a way is left, not a name
    way = ["hh", "person", "through", "name"]
    known["person"] = known["person"].astype(object).where(known["person"].notna(), "")
    ways = known.drop_duplicates(way).groupby("hh").size()
    rows = []
    for (source, _), links in known.groupby(["source", "product"], sort=True):
        once = links.drop_duplicates("hh")
        sure = once[once["counted"]]
        cut = links.drop_duplicates(way).groupby("hh").size()
        alone = sure[sure["hh"].map(cut).eq(sure["hh"].map(ways))]
        rows.append(
            {
                "source": source,
                "kinds": ",".join(sorted(set(links["kind"]))),
                "households": len(once),
                "persons": int(once["size"].sum()),
                "workers": int(links.loc[links["through"].eq("post"), "person"].nunique()),
                "counted": int(sure["size"].sum()),
                "only": int(alone["size"].sum()),
            }
        )
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["counted", "persons", "source"], ascending=[False, False, True], ignore_index=True)
