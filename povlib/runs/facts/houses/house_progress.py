"""How far works are against their own dates, what is late, and when all will be done at the office's own speed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from povlib.errors import DataError
from povlib.housing.progress import FinishingDays, building_speed, finishing_days, work_records
from povlib.ledger import State
from povlib.report.figures.works import finished_houses
from povlib.report.houses.facts import ProgressFacts
from povlib.runs.facts.houses.code_words import in_words
from povlib.vocabulary.help_and_works import works_finished, works_not_started


def days_of(numbers: pd.Series) -> pd.Series:
    """Return the days that a column of whole numbers such as 20160422 stands for."""
    return pd.to_datetime(numbers.astype("Int64").astype("str"), format="%Y%m%d", errors="coerce")


def weekly_counts(works: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return by week the houses planned to be finished and, up to the last day of the record, those that are.

    Parameters
    ----------
    works : DataFrame
        planned, finished: the day of each house as a timestamp, or missing.
    """
    first = min(works["planned"].min(), works["finished"].min())
    end = max(works["planned"].max(), day)
    # backwards from the last day of the record, so that it is a point of the line
    before = pd.DatetimeIndex(
        [day - pd.Timedelta(days=7 * back) for back in range((day - first).days // 7 + 1, -1, -1)]
    )
    after = pd.date_range(day, end + pd.Timedelta(days=7), freq="7D")[1:]
    days = before.append(after)
    planned = [int((works["planned"] <= on).sum()) for on in days]
    done = pd.array([int((works["finished"] <= on).sum()) if on <= day else pd.NA for on in days], dtype="Int64")
    return pd.DataFrame({"day": days, "planned": planned, "done": done})


def forecast_days(state: State) -> FinishingDays | None:
    """Return the finishing days of the works not finished; None where nothing is known of the office's speed."""
    try:
        records = work_records(state.projects, state.project_schedules, state.progress, finished=works_finished())
        return finishing_days(records, building_speed(records))
    except DataError:
        # a ledger that holds no weekly record, or no works begun: the paper says which sheet to fill
        return None


def _iso(days: pd.Series) -> pd.Series:
    """Return days since 1970-01-01 as ISO texts."""
    return pd.to_datetime(days, unit="D").dt.strftime("%Y-%m-%d")


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
    course = pd.DataFrame({"planned": planned, "finished": days_of(works["done_day"])})
    drawn = course["planned"].notna().any() and course["finished"].notna().any()
    columns = ["hh", "project", "village", "kind", "crew", "pct", "planned", "days_late"]
    forecast, target = forecast_days(state), planned.mask(finished).max()
    told: dict[str, Any] = {}
    if forecast is not None and len(forecast.houses):
        days = forecast.houses.set_index("project")[["expected", "low", "high"]].apply(_iso)
        late = late.join(days, on="project")
        columns += ["expected", "low", "high"]
        told["sure_day"] = str(pd.to_datetime(str(forecast.last_day(0.9))).date())
        if pd.notna(target):
            told |= {"target_day": str(target.date()), "chance": forecast.chance_all_done(int(f"{target:%Y%m%d}"))}
    return ProgressFacts(
        day=day.strftime("%Y-%m-%d"),
        started=int((~works["status"].eq(works_not_started())).sum()),
        planned_done=int((planned <= day).sum()),
        done=int(finished.sum()),
        share=float(share.mean()),
        planned_share=float(due.fillna(0).mean()),
        late=late[columns].sort_values(["days_late", "hh"], ascending=[False, True], ignore_index=True),
        figures=(finished_houses(weekly_counts(course, day), lang=lang),) if drawn else (),
        **told,
    )
