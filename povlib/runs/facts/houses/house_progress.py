"""How far works are against their own dates: the planned share of each day, what is late."""

from __future__ import annotations

import pandas as pd

from povlib.ledger import State
from povlib.report.houses.facts import ProgressFacts
from povlib.runs.facts.houses.code_words import in_words
from povlib.vocabulary.help_and_works import works_finished, works_not_started


def days_of(numbers: pd.Series) -> pd.Series:
    """Return the days that a column of whole numbers such as 20160422 stands for."""
    return pd.to_datetime(numbers.astype("Int64").astype("str"), format="%Y%m%d", errors="coerce")


def progress_facts(state: State, houses: pd.DataFrame, lang: str | None = None) -> ProgressFacts | None:
    """Return how far the works are on the last day of the record; None where no dates are known.

    The share planned for a day runs evenly from the first day to the planned last day of each house.
    """
    if state.project_schedules.empty or state.progress.empty:
        return None
    day = days_of(state.progress["week"]).max()
    works = houses[houses["project"].notna()].merge(state.project_schedules, on="project", how="left")
    planned, start = days_of(works["planned_done_day"]), days_of(works["start_day"])
    finished = works["status"].eq(works_finished())
    share = (works["pct"].fillna(0) / 100).mask(finished, 1.0)
    length = (planned - start).dt.days.clip(lower=1)
    due = ((day - start).dt.days / length).clip(0, 1).mask(start.isna(), (planned <= day).astype(float))
    late = works.assign(
        pct=share,
        planned=planned.dt.strftime("%Y-%m-%d"),
        days_late=(day - planned).dt.days,
        kind=in_words(works["kind"], "housing_kind", lang),
        crew=works["crew"].fillna("—"),
    )[~finished & (planned < day)]
    columns = ["hh", "project", "village", "kind", "crew", "pct", "planned", "days_late"]
    return ProgressFacts(
        day=day.strftime("%Y-%m-%d"),
        started=int((~works["status"].eq(works_not_started())).sum()),
        planned_done=int((planned <= day).sum()),
        done=int(finished.sum()),
        share=float(share.mean()),
        planned_share=float(due.fillna(0).mean()),
        late=late[columns].sort_values(["days_late", "hh"], ascending=[False, True], ignore_index=True),
    )
