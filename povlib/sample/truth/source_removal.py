"""The truth of removal: one employer, co-op, firm or contract closes, and what becomes of each household.

Everything that hangs on the source ends in that month; luck stays what it is (common random numbers), so that the two
townships differ by the closing alone. Not responsible for which sources a plan should limit.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.sample.help.help_given import RUNNING
from povlib.sample.township import Township
from povlib.sample.truth.plan_outcomes import follow, outcomes
from povlib.sample.villages.coops_and_firms import economy
from povlib.sample.villages.stakes_and_entries import coop_stakes

SOURCE_KINDS = ("employer", "coop", "firm", "contract")


def sources_of_spells(township: Township, kind: str) -> np.ndarray:
    """Return the source of one kind that each spell of help hangs on; an empty text for none.

    The employer of a post is that of its name (`world.yaml`); a co-op that employs people is their employer. A firm
    stands behind a co-op (leading enterprise, or the taker of its cattle), behind its own posts and behind the birds.
    """
    measure, post = township.spells["measure"], township.spells["post"]
    lines, birds = economy(township)["coops"], economy(township)["birds"]
    employer = post.map({p.name: p.employer for p in township.world.posts})
    coop = measure.map({c["measure"]: c["coop"] for c in lines if "measure" in c})
    in_coop = employer.where(employer.isin([c["coop"] for c in lines]))
    firm = coop.fillna(in_coop).map({c["coop"]: c["enterprise"] for c in lines})
    firm = firm.fillna(employer.where(employer.isin([e["enterprise"] for e in economy(township)["enterprises"]])))
    found = {
        "employer": employer,
        "coop": coop.fillna(in_coop),
        "firm": firm.fillna(measure.map({birds["measure"]: birds["partner"]})),
        "contract": measure.map({birds["measure"]: birds["contract"]}).fillna(
            coop.map({c["coop"]: c["offtake"] for c in lines})
        ),
    }
    if kind not in found:
        raise DataError("{kind} is no kind of source", allowed=", ".join(SOURCE_KINDS), kind=kind)
    return found[kind].fillna("").to_numpy(dtype=object)


def outcomes_without(
    township: Township,
    source: str,
    month: Month,
    *,
    kind: str | None = None,
    plan: pd.DataFrame | None = None,
    hangs: object = None,
    months: int = 8,
) -> pd.DataFrame:
    """Return what is true of every household with and without one source that closes at a month.

    Parameters
    ----------
    source : str
        Name of the employer, co-op, firm or contract.
    month : Month
        The first month without it.
    kind : str, optional
        employer, coop, firm or contract; default: whatever bears the name.
    plan : DataFrame, optional
        New help, as for `follow`.
    hangs : array of bool, optional
        Which rows of `plan` hang on the source, where the plan's posts and places are not those of the practice
        township's own world.
    months : int
        Months after the last month before the plan at which outcomes are read: 8 leads to 2016-12.

    Returns
    -------
    DataFrame
        hh, registered, size, hit (help of it ended), exits_with, exits_without, income_with, income_without (fen per
        head, twelve months), stake_fen (in the co-op that closes), sorted by household.

    Raises
    ------
    DataError
        If nothing of the township hangs on a source of that name.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> lost = outcomes_without(simulate(60, seed=3), "立春养牛专业合作社", Month(2016, 7))
    >>> bool((lost.loc[~lost["hit"], "income_with"] == lost.loc[~lost["hit"], "income_without"]).all())
    True
    """
    new = pd.DataFrame({"hh": [], "measure": [], "start": []}) if plan is None else plan
    told = np.zeros(len(new), dtype=bool) if hangs is None else np.asarray(hangs, dtype=bool)
    with_it = follow(township, new.assign(post=_marked(new, told)), months)
    mine = with_it.spells["post"].str.startswith(_MARK).to_numpy(dtype=bool, copy=True)
    named = with_it.spells.assign(post=with_it.spells["post"].str.removeprefix(_MARK))
    with_it = replace(with_it, spells=named)
    for one in [kind] if kind else SOURCE_KINDS:
        mine |= sources_of_spells(with_it, one) == source
    if not mine.any():
        raise DataError("nothing in the practice township hangs on {source}", source=source)
    without = replace(with_it, spells=_closed(with_it.spells, mine, month.ordinal))
    before, after = outcomes(with_it), outcomes(without)
    frame = before[["hh", "registered", "size"]].copy()
    ends = mine & with_it.spells["taken"].to_numpy() & (with_it.spells["end"] > month.ordinal).to_numpy()
    frame["hit"] = np.isin(np.arange(len(frame)), with_it.spells.loc[ends, "row"])
    frame["exits_with"], frame["exits_without"] = before["exits"], after["exits"]
    frame["income_with"], frame["income_without"] = before["income_fen_per_head"], after["income_fen_per_head"]
    stakes = coop_stakes(with_it)
    held = stakes[stakes["coop"].eq(source) & (stakes["to_month"].fillna(RUNNING) >= month.ordinal)]
    frame["stake_fen"] = frame["hh"].map(held.groupby("hh")["fen"].sum()).fillna(0).astype("int64")
    return frame.sort_values("hh", ignore_index=True)


_MARK = "※"  # no post of a plan begins so; an array of texts would lose a zero byte


def _marked(plan: pd.DataFrame, told: np.ndarray) -> pd.Series:
    """Return the posts of a plan, those that hang on the source marked."""
    post = plan["post"].fillna("") if "post" in plan else pd.Series([""] * len(plan), index=plan.index, dtype=object)
    return pd.Series(np.where(told, _MARK, "") + post.to_numpy(dtype=object), index=plan.index, dtype=object)


def _closed(spells: pd.DataFrame, mine: np.ndarray, month: int) -> pd.DataFrame:
    """End the spells of the source at the month; those that would begin later never do."""
    ends = np.where(mine, np.minimum(spells["end"], month), spells["end"])
    begun = ~mine | (spells["start"] < month).to_numpy()
    return spells.assign(end=ends, taken=spells["taken"] & begun)
