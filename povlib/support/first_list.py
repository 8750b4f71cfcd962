"""The first list of a household: measures that fit its cause, what it lacks, its labour and what it wishes for.

Responsible for holding the rules of ``causes.yaml`` against the register, with every rule that does and does not hold.
Not responsible for whether the law allows a measure (`povlib.support.eligibility`) or for the choice.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Bools
from povlib.calendar import Month
from povlib.errors import ParameterError
from povlib.params import Catalogue, CauseRule
from povlib.params.conditions import Condition
from povlib.support.conditions import CODE_SEPARATOR, joint_truth
from povlib.support.eligibility_facts import SupportFrames, household_facts, member_facts


def rules_held(state: SupportFrames, catalogue: Catalogue, first: Month) -> pd.DataFrame:
    """Return for every household and rule whether it holds, part by part.

    Parameters
    ----------
    state : State
        Wishes are read from its ``workers`` where it has them.
    catalogue : Catalogue
    first : Month
        First month of help: ages are those of this month.

    Returns
    -------
    DataFrame
        hh, rule, cause, needs, wish (whether this part of the rule holds; a part it does not have holds), holds (all
        three); by hh, rules in the order of the file.

    Raises
    ------
    ParameterError
        If there are no rules: the folder is older than they are.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.support.example_township import LAST, example_township
    >>> held = rules_held(example_township(), params.load(places.DATA / "sample" / "params"), LAST)
    >>> held[held["holds"] & held["hh"].eq("H3")]["rule"].tolist()
    []
    """
    if not catalogue.causes:
        raise ParameterError(
            "there are no rules for first lists", where="causes.yaml",
            remedy="copy params/causes.yaml of the workbench into the folder of parameters and edit it",
        )  # fmt: skip
    members = member_facts(state, first)
    households = household_facts(state, members, first)
    members = members[members["hh"].isin(households["hh"])]
    row = pd.Series(np.arange(len(households)), index=households["hh"])
    members = members.assign(row=row.reindex(members["hh"]).to_numpy())
    wished = _wishes(state, households)
    parts = []
    for rule in catalogue.causes.values():
        frame = pd.DataFrame({"hh": households["hh"], "rule": rule.key})
        frame["cause"] = _cause_holds(rule, households)
        frame["needs"] = _needs_hold(rule.when, households, members)
        frame["wish"] = wished.isin(rule.wishes).groupby(level=0).any().to_numpy() if rule.wishes else True
        parts.append(frame)
    held = pd.concat(parts)
    held["holds"] = held[["cause", "needs", "wish"]].all(axis=1)
    return held.sort_values("hh", kind="stable", ignore_index=True)


def first_list_measures(state: SupportFrames, catalogue: Catalogue, first: Month) -> pd.DataFrame:
    """Return the first list of every household: hh, measure, rule (every rule that puts it there).

    Raises
    ------
    ParameterError
        As `rules_held`.
    """
    held = rules_held(state, catalogue, first)
    lists = [
        (rule.key, measure.key)
        for rule in catalogue.causes.values()
        for measure in catalogue.measures.values()
        if rule.lists(measure)
    ]
    table = pd.DataFrame(lists, columns=["rule", "measure"], dtype="str")
    made = held.loc[held["holds"], ["hh", "rule"]].merge(table, on="rule")
    return made[["hh", "measure", "rule"]].sort_values(["hh", "measure", "rule"], kind="stable", ignore_index=True)


def _wishes(state: SupportFrames, households: pd.DataFrame) -> pd.Series:
    """Return every wish of a member by household (index), at least one (missing) for each."""
    workers = getattr(state, "workers", None)
    if workers is None or workers.empty:
        return pd.Series(None, index=pd.Index(households["hh"]), dtype="object")
    # a household without a row keeps a missing wish, so that no household falls out
    said = workers.loc[workers["wish"].notna(), ["hh", "wish"]]
    rows = households[["hh"]].merge(said, on="hh", how="left")
    return rows.set_index("hh")["wish"].astype("object")


def _cause_holds(rule: CauseRule, households: pd.DataFrame) -> Bools:
    if not rule.causes:
        return np.ones(len(households), dtype=bool)
    other = households["other_causes"].fillna("").astype("str").str.split(CODE_SEPARATOR)
    return np.array(
        [bool({main, *others} & set(rule.causes)) for main, others in zip(households["cause"], other, strict=True)]
    )


def _needs_hold(when: tuple[Condition, ...], households: pd.DataFrame, members: pd.DataFrame) -> Bools:
    own = [condition for condition in when if condition.on == "household"]
    of_members = [condition for condition in when if condition.on == "any_member"]
    holds = joint_truth(own, households)[0] == 1 if own else np.ones(len(households), dtype=bool)
    if of_members:
        truth, _ = joint_truth(of_members, members)
        some = np.zeros(len(households), dtype=bool)
        some[members["row"].to_numpy(dtype=np.int64)[truth == 1]] = True
        holds = holds & some
    return np.asarray(holds, dtype=bool)
