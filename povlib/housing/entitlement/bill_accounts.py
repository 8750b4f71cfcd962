"""Estimate, variations and final account of each house, reconciled.

Responsible for the sums of each stage and for where they do not agree. Not responsible for single lines out of line
with like houses (`povlib.housing.entitlement.bill_outliers`).
"""

from __future__ import annotations

import pandas as pd

from povlib.support.eligibility_facts import SupportFrames, house_frame
from povlib.support.house_bills import ESTIMATE, FINAL, STAGES, VARIATION, bill_lines
from povlib.vocabulary.help_and_works import works_finished

#: a final account this far from estimate and variations is for the auditor to look at: a choice, twice the spread (5 %)
#: by which quantities measured anew differ from planned ones in the practice township
LARGEST_DIFFERENCE = 0.10


def bill_accounts(state: SupportFrames) -> pd.DataFrame:
    """Return the account of each work that has a bill.

    Parameters
    ----------
    state : State

    Returns
    -------
    DataFrame
        project, hh, kind, status; estimate_fen, variation_fen, final_fen (missing: none, or a line without an amount);
        agreed_fen (estimate and variations); difference_fen (final less agreed); listed_fen (what the list of works
        says it costs); problem: the first of ``unpriced`` (a line lacks quantity or price), ``no_estimate``,
        ``final_early`` (a final account of a work that is not finished), ``far_off`` (the final account is more than
        `LARGEST_DIFFERENCE` from what was agreed), ``no_final`` (finished without a final account), ``list_differs``
        (the list of works says another amount than the bill); empty where none. Sorted by project.
    """
    lines = bill_lines(state)
    by_stage = {stage: _sums_of_projects(lines.loc[lines["stage"] == stage]) for stage in STAGES}
    projects = pd.Index(sorted(lines["project"].unique()), name="project")
    sums = pd.DataFrame({stage: found.reindex(projects) for stage, found in by_stage.items()}, index=projects)
    there = pd.DataFrame({stage: projects.isin(found.index) for stage, found in by_stage.items()}, index=projects)
    works = state.projects.drop_duplicates("project").set_index("project").reindex(projects)
    frame = pd.DataFrame(index=sums.index)
    for name in ("hh", "kind", "status"):
        frame[name] = works[name]
    for stage in STAGES:
        frame[f"{stage}_fen"] = sums[stage].astype("Int64")
    frame["agreed_fen"] = frame["estimate_fen"] + frame["variation_fen"].mask(~there[VARIATION], 0)
    frame["difference_fen"] = frame["final_fen"] - frame["agreed_fen"]
    frame["listed_fen"] = works["cost_fen"].astype("Int64")
    written = pd.Series(projects.isin(house_frame(state, "bill_items")["project"]), index=projects)
    frame["problem"] = _problems(frame, there, sums, written)
    return frame.rename_axis("project").reset_index()


def _sums_of_projects(lines: pd.DataFrame) -> pd.Series:
    """Return the amount of each project, missing where one of its lines has none."""
    by = lines.groupby("project")["fen"]
    return by.sum().mask(by.count() < by.size()).astype("Int64")


def _problems(frame: pd.DataFrame, there: pd.DataFrame, sums: pd.DataFrame, written: pd.Series) -> pd.Series:
    finished = frame["status"].eq(works_finished()).fillna(False)
    in_force = frame["final_fen"].where(there[FINAL], frame["agreed_fen"])
    found = {
        "unpriced": (there & sums.isna()).any(axis=1),
        "no_estimate": ~there[ESTIMATE],
        "final_early": there[FINAL] & ~finished,
        "far_off": frame["difference_fen"].abs() > LARGEST_DIFFERENCE * frame["agreed_fen"].abs(),
        "no_final": finished & ~there[FINAL] & bool(there[FINAL].any()),
        # items of the list of works alone are no whole bill
        "list_differs": (frame["listed_fen"] != in_force) & written,
    }
    problem = pd.Series("", index=frame.index)
    for key, holds in found.items():
        problem = problem.mask(holds.fillna(False).astype(bool) & problem.eq(""), key)
    return problem


PROBLEMS = {
    "unpriced": "a line lacks its quantity or its price",
    "no_estimate": "there is no estimate",
    "final_early": "it has a final account and is not finished",
    "far_off": "the final account is far from estimate and variations",
    "no_final": "it is finished and has no final account",
    "list_differs": "the list of works says another amount than the bill",
}
"""What each problem of an account is called."""
