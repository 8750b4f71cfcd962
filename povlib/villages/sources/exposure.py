"""What each package would lose if one source of its help failed, and what a whole plan would: expected and at the most.

*At the most*: all members of the household, since an exit that was lost was one of theirs. No more can be said for sure
in every world: a package that makes an exit likely without the source makes it certain in none, so that no household
which takes anything of a source is left out. The sum over the households that take help of it, planned or on record,
is therefore never less than what its failure takes, whatever comes true.

*Expected*: a household whose source fails keeps the rest of its package and is given nothing in its place. The
*exposure* of a package to a source is what it is worth less what the best of the household's own packages is worth that
holds nothing but parts of what is left (at the least: no new help). Where the rest itself is a package of the
household, that is the loss exactly; where it is not, the loss is no larger, since more help never leaves a household
worse off. The sum over a plan is therefore what its worst single failure is expected to cost at most, before anything
is planned anew.

Responsible for the amounts, in whole micro-persons. Not responsible for what hangs on what
(`povlib.villages.sources.package_sources`) or for limits (`povlib.runs.stages.source_limits`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Ints

EXPOSURE_COLUMNS = ["package", "kind", "source", "hh", "members", "micro", "left"]
_KEY = ["package", "kind", "source"]
_SAME = ["measure", "person", "post", "coop", "start"]


def package_exposure(packages: pd.DataFrame, components: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return what each package loses by the failure of each source that it hangs on.

    Parameters
    ----------
    packages : DataFrame
        package, hh, members, micro (what it is worth: expected exits in whole micro-persons); every household has one
        without any component.
    components : DataFrame
        package, measure, person, post, coop, start: one row for each part, numbered from 0.
    links : DataFrame
        Of `package_sources`: part, kind, source.

    Returns
    -------
    DataFrame
        package, kind, source, hh, members (who could fall back), micro (the exposure, 0 or more), left (the package
        that is left); sorted by package, kind and source. Only packages that hang on a source.

    Examples
    --------
    >>> packages = pd.DataFrame({"package": [0, 1, 2], "hh": "a", "members": 3, "micro": [100, 700, 900]})
    >>> parts = pd.DataFrame({"package": [1, 2, 2], "measure": ["pigs", "pigs", "job"], "person": None,
    ...                       "post": [None, None, "hand"], "coop": None, "start": 1})
    >>> links = pd.DataFrame({"part": [2], "kind": ["employer"], "source": ["mill"]})
    >>> package_exposure(packages, parts, links)[["package", "source", "micro", "left"]].values.tolist()
    [[2, 'mill', 200, 1]]
    """
    at = pd.Series(np.arange(len(packages)), index=packages["package"])
    parts = components.loc[components["package"].isin(at.index), ["package", *_SAME]].reset_index(names="part")
    parts["at"] = at.reindex(parts["package"]).to_numpy(np.int64)
    parts["hh"] = packages["hh"].to_numpy(object)[parts["at"]]
    parts["same"] = parts.groupby(["hh", *_SAME], dropna=False, sort=False).ngroup()
    linked = links.merge(parts[["part", "at"]], on="part")
    found = [
        _lost(packages, parts, own, str(kind), str(source))
        for (kind, source), own in linked.groupby(["kind", "source"])
    ]
    if not found:
        return pd.DataFrame(columns=EXPOSURE_COLUMNS).astype({"members": "int64", "micro": "int64"})
    return pd.concat(found).sort_values(_KEY, ignore_index=True)[EXPOSURE_COLUMNS]


def _lost(packages: pd.DataFrame, parts: pd.DataFrame, own: pd.DataFrame, kind: str, source: str) -> pd.DataFrame:
    """Return the exposure of the packages with a part that hangs on one source."""
    hit = np.unique(own["at"].to_numpy(np.int64))
    micro = packages["micro"].to_numpy(np.int64)
    left = _best_within(packages, parts, hit, parts["at"].isin(hit) & ~parts["part"].isin(own["part"]))
    # what would bring more when it fails is not counted against what others lose
    lost = np.maximum(micro[hit] - micro[left], 0)
    key = packages["package"].to_numpy()
    own_rows = packages.iloc[hit][["package", "hh", "members"]].reset_index(drop=True)
    return own_rows.assign(kind=kind, source=source, micro=lost, left=key[left])


def _best_within(packages: pd.DataFrame, parts: pd.DataFrame, hit: Ints, stays: pd.Series) -> Ints:
    """Return for each package hit the household's best package all of whose parts are among those that stay."""
    size = np.bincount(parts["at"], minlength=len(packages))
    # every package of the same household that shares a part with what stays of the package hit
    stays_of = parts.loc[stays, ["at", "same"]].drop_duplicates().rename(columns={"at": "hit"})
    shared = stays_of.merge(parts[["at", "same"]], on="same").groupby(["hit", "at"], sort=False).size()
    inside = shared[shared.to_numpy() == size[shared.index.get_level_values("at")]].reset_index()
    bare = pd.DataFrame({"at": np.flatnonzero(size == 0)})
    bare["hh"] = packages["hh"].to_numpy(object)[bare["at"]]
    owner = pd.DataFrame({"hit": hit, "hh": packages["hh"].to_numpy(object)[hit]})
    rest = pd.concat([inside[["hit", "at"]], owner.merge(bare, on="hh")[["hit", "at"]]])
    rest["micro"] = packages["micro"].to_numpy(np.int64)[rest["at"]]
    best = rest.sort_values(["hit", "micro", "at"], ascending=[True, False, True]).drop_duplicates("hit")
    return np.asarray(best.set_index("hit")["at"].reindex(hit), dtype=np.int64)


def plan_exposure(exposure: pd.DataFrame, chosen: pd.Series, on_record: pd.DataFrame) -> pd.DataFrame:
    """Return what a plan loses by the failure of each source of its help, the worst first.

    Parameters
    ----------
    exposure : DataFrame
        Of `package_exposure`.
    chosen : Series
        Household -> package.
    on_record : DataFrame
        hh, members, kind, source: who hangs on a source already; each once.

    Returns
    -------
    DataFrame
        kind, source, households (whose planned help hangs on it), micro (expected exits lost), persons (members of
        these households), already (members of those who hang on it by the record), possible (members of either: its
        failure costs no more exits); most first.
    """
    mine = exposure[exposure["package"].isin(set(chosen))]
    frame = mine.groupby(["kind", "source"], as_index=False, sort=True).agg(
        households=("package", "size"), micro=("micro", "sum"), persons=("members", "sum")
    )
    either = pd.concat([mine, on_record]).drop_duplicates(["hh", "kind", "source"])
    sources = list(frame[["kind", "source"]].itertuples(index=False, name=None))
    for name, rows in (("already", on_record), ("possible", either)):
        members = rows.groupby(["kind", "source"])["members"].sum().to_dict()
        frame[name] = np.array([members.get(key, 0) for key in sources], dtype=np.int64)
    return frame.sort_values(["micro", "kind", "source"], ascending=[False, True, True], ignore_index=True)


def equal_sources(amounts: pd.Series) -> float:
    """Return on how many sources of equal weight as much would hang as evenly: 1 / the Herfindahl index.

    The index is the sum of squared shares (Herfindahl 1950; Hirschman 1945); its inverse is the number of equals
    (Adelman 1969).

    Examples
    --------
    >>> equal_sources(pd.Series([5, 5])), equal_sources(pd.Series([8, 0]))
    (2.0, 1.0)
    """
    total = float(amounts.sum())
    return 0.0 if total <= 0 else float(total**2 / (amounts.astype("float64") ** 2).sum())
