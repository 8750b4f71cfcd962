"""One village in a plan: its row of the meeting paper, its households, money by fund, works, jobs and tasks."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from povlib.params import table
from povlib.report.kinds.village_paper import VillagePlan
from povlib.report.kinds.village_tasks import VillageTasks
from povlib.report.meeting.facts import MeetingFacts
from povlib.report.pages.ledger_wording import written_day
from povlib.runs.facts.villages.work_places import held_posts_with_terms, planned_posts
from povlib.runs.run import Run
from povlib.runs.stages.outlook import outlook
from povlib.villages.sources.household_sources import plain_name
from povlib.vocabulary.help_and_works import works_finished


def village_plan(run: Run, meeting: MeetingFacts, tasks: VillageTasks, name: str, lang: str) -> VillagePlan:
    """Return what the paper of a village says; the plan's figures are those of the meeting paper.

    Parameters
    ----------
    name : str
        A village of ``villages.yaml``; one without a household on the register has zeros.
    """
    rows = meeting.villages.set_index("village")
    row: dict[Hashable, Any] = rows.loc[[name]].iloc[0].to_dict() if name in rows.index else dict.fromkeys(rows, 0)
    ranges = outlook(run).villages.set_index("village")[["low", "high"]].astype("float64")
    low, high = ranges.loc[[name]].iloc[0].tolist() if name in ranges.index else (None, None)
    own = meeting.annex[meeting.annex["village"] == name]
    helped = own["start"].notna()
    return VillagePlan(
        name=name,
        meeting=meeting,
        households=int(row["households"]),
        persons=int(row["persons"]),
        served=int(row["served"]),
        posts=int(row["posts"]),
        money_fen=int(row["money_fen"]),
        additional=float(row["additional"]),
        expected=float(row["expected"]),
        low=low,
        high=high,
        helped=own.loc[helped, ["hh", "size", "plan", "start", "money_fen", "short"]].reset_index(drop=True),
        left_out=_reasons(own[~helped]),
        funds=_money_by_fund(run, own, lang),
        works=_open_works(run, name, lang),
        jobs=_jobs(run, name),
        tasks=tasks.rows[tasks.rows["village"] == name],
    )


def _reasons(rows: pd.DataFrame) -> pd.DataFrame:
    """Return reason, households and persons of those who get nothing new, the commonest reason first."""
    counts = rows.groupby("short", as_index=False).agg(households=("hh", "size"), persons=("size", "sum"))
    ordered = counts.sort_values(["households", "short"], ascending=[False, True], ignore_index=True)
    return ordered.rename(columns={"short": "reason"})


def _money_by_fund(run: Run, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return name and fen of each fund that pays for a household of the village, in the order of the catalogue."""
    paid = run.plan.payments[run.plan.payments["hh"].isin(rows["hh"])].groupby("fund")["fen"].sum()
    funds = {key: fund.name_with_area(lang) for key, fund in run.catalogue.funds.items() if key in paid.index}
    return pd.DataFrame({"name": list(funds.values()), "fen": [int(paid[key]) for key in funds]})


def _open_works(run: Run, name: str, lang: str) -> pd.DataFrame:
    state = run.state
    home = state.households.set_index("hh")["village"]
    works = state.projects[state.projects["hh"].map(home).eq(name).fillna(False)]
    works = works[~works["status"].eq(works_finished()).fillna(False)]
    latest = state.progress.sort_values("week").drop_duplicates("project", keep="last").set_index("project")["pct"]
    rows = works.merge(state.project_schedules[["project", "planned_done_day", "crew"]], on="project", how="left")
    return pd.DataFrame(
        {
            "hh": rows["hh"],
            "kind": [table("housing_kind").show(str(kind), lang) for kind in rows["kind"]],
            "status": [table("project_status").show(str(status), lang) for status in rows["status"]],
            "pct": rows["project"].map(latest).astype("Float64") / 100,
            "planned": ["" if pd.isna(day) else written_day(str(int(day))) for day in rows["planned_done_day"]],
            "crew": rows["crew"].fillna(""),
        }
    ).sort_values(["planned", "hh"], ignore_index=True)


def _jobs(run: Run, name: str) -> pd.DataFrame:
    """Return employer, held and planned: persons of the village in a post now, posts that the plan fills from it."""
    held = held_posts_with_terms(run.state, run.at.ordinal)
    planned = planned_posts(run)
    home = run.state.households.set_index("hh")["village"]
    counts = pd.DataFrame(
        {
            "held": held.loc[held["village"].eq(name), "employer"].map(plain_name).value_counts(),
            "planned": planned.loc[planned["hh"].map(home).eq(name), "employer"].value_counts(),
        }
    )
    counts = counts.fillna(0).astype("int64").rename_axis("employer").reset_index()
    return counts.sort_values(["held", "planned", "employer"], ascending=[False, False, True], ignore_index=True)
