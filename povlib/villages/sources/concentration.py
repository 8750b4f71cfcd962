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
        its posts), counted (members of counted households), only (of them, in households that hang on nothing else);
        most counted first. A product stands apart from employers and co-ops of the same name.

    Examples
    --------
    >>> sources = pd.DataFrame({"hh": ["a", "a", "b"], "person": ["a-1", None, None],
    ...                         "source": ["mill", "coop", "coop"], "kind": ["employer", "coop", "coop"],
    ...                         "through": ["post", "stake", "stake"]})
    >>> houses = pd.DataFrame({"hh": ["a", "b"], "size": [3, 4], "counted": [True, True]})
    >>> concentration(sources, houses)[["source", "persons", "counted", "only"]].values.tolist()
    [['coop', 7, 7, 4], ['mill', 3, 3, 0]]
    """
    columns = ["source", "kinds", "households", "persons", "workers", "counted", "only"]
    known = sources.merge(households[["hh", "size", "counted"]], on="hh")
    if known.empty:
        return pd.DataFrame(columns=columns)
    known["product"] = known["kind"].eq(PRODUCT)
    own = known[~known["product"]].drop_duplicates(["hh", "source"]).groupby("hh").size()
    rows = []
    for (source, product), links in known.groupby(["source", "product"], sort=True):
        once = links.drop_duplicates("hh")
        sure = once[once["counted"]]
        # one product may be all that a household's several sources make: of a product it is not said
        alone = sure[sure["hh"].map(own).fillna(0).eq(1)] if not product else sure.iloc[:0]
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
