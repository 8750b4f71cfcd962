"""Weekly records of works, laid out as work done and time spent in each week.

Responsible for reading percentages, first and last days into shares of a house done week by week. Not responsible for
what they say of the speed (`povlib.housing.progress.building_speed`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError

_WEEK = 7
# two years: what is older says little of today's crews and prices (a choice)
_WEEKS_BACK = 104
# two months: villages report every week (a choice)
_LONELY_DAYS = 60


@dataclass(frozen=True, eq=False)
class WorkRecords:
    """The works as they are known on the last day of the record.

    Attributes
    ----------
    works : DataFrame
        project, kind, crew ("" where none builds), start, done, seen (first day, last day, newest record: days since
        1970-01-01; NaN where not begun, not finished, never written down), share (done by then, 0-1), finished, begun.
    day : int
        The last day of the record, since 1970-01-01.
    work, time : (H, W) array
        Share of the house done in each week, and the part of the week in which it was being worked on; the last week
        ends with `day`. What nobody wrote down is not known: an open house ends with its newest record.
    step : float
        The step in which shares are told (0.05: nobody sees a house to the percent).
    """

    works: pd.DataFrame
    day: int
    work: Floats
    time: Floats
    step: float


def day_numbers(days: pd.Series) -> Floats:
    """Return yyyymmdd as days since 1970-01-01; NaN where there is none.

    Examples
    --------
    >>> day_numbers(pd.Series([20160430, None], dtype="Int64")).tolist()
    [16921.0, nan]
    """
    read = pd.to_datetime(days.astype("Int64").astype("str"), format="%Y%m%d", errors="coerce")
    number: Floats = read.to_numpy().astype("datetime64[D]").astype(np.float64)
    return np.where(read.isna(), np.nan, number)


def work_records(
    projects: pd.DataFrame, schedules: pd.DataFrame, progress: pd.DataFrame, *, finished: str, day: int | None = None
) -> WorkRecords:
    """Return the works and what was done on each in every week.

    Parameters
    ----------
    projects : DataFrame
        project, kind, status, as in the ledger.
    schedules : DataFrame
        project, crew, start_day, planned_done_day, done_day (yyyymmdd).
    progress : DataFrame
        project, week (yyyymmdd), pct (0-100).
    finished : str
        The status of a finished house.
    day : int, optional
        The last day of the record (yyyymmdd); what is later is not looked at. Default: the newest record.

    Raises
    ------
    DataError
        If there is no weekly record, or the newest is so far from all others that its day must be mistyped.

    Notes
    -----
    Between two records the work is laid evenly over the days. A finished house without a last day is finished on the
    day of its first record of 100 %. A project without a schedule begins with its first record above nothing.
    """
    if progress.empty:
        raise DataError("no weekly record of any works is known", remedy="fill the sheet 工程进度: {command}",
                        command="python3 workbench.py forms")  # fmt: skip
    seen = progress.assign(at=day_numbers(progress["week"]), share=progress["pct"].clip(0, 100) / 100)
    last = float(seen["at"].max()) if day is None else float(day_numbers(pd.Series([day], dtype="Int64"))[0])
    _refuse_a_lonely_day(seen, last)
    seen = seen[seen["at"].le(last) & seen["share"].notna()].sort_values(["project", "at"])
    works = _works(projects, schedules, seen, finished if day is None else "", last)
    step = _step(seen["share"].to_numpy(dtype=np.float64))
    work, time = _weeks(works, seen, last, step)
    return WorkRecords(works, int(last), work, time, step)


def _refuse_a_lonely_day(seen: pd.DataFrame, last: float) -> None:
    """Refuse a newest record that stands alone far behind all others: it would move the day of all works."""
    newest = seen[seen["at"].le(last)].groupby("project")["at"].max().sort_values()
    if len(newest) < 2 or (gap := newest.iloc[-1] - newest.iloc[-2]) <= _LONELY_DAYS:
        return
    raise DataError(
        "the newest weekly record stands {days} days after all others: is its day right?",
        where=f"{newest.index[-1]} {np.datetime64(int(newest.iloc[-1]), 'D')}",
        remedy="python3 workbench.py correct progress project={project} --officer OFFICER --reason REASON",
        days=int(gap),
        project=newest.index[-1],
    )


def _works(
    projects: pd.DataFrame, schedules: pd.DataFrame, seen: pd.DataFrame, finished: str, last: float
) -> pd.DataFrame:
    table = projects[["project", "kind", "status"]].merge(schedules, on="project", how="left")
    key = table["project"]
    moved = seen[seen["share"].gt(0)].groupby("project")["at"].min()
    whole = seen[seen["share"].ge(1)].groupby("project")["at"].min()
    start = pd.Series(day_numbers(table["start_day"])).fillna(key.map(moved).astype("float64"))
    done = pd.Series(day_numbers(table["done_day"])).fillna(key.map(whole).astype("float64"))
    done = done.mask(done.gt(last))
    start = start.mask(start.gt(last) | (start.isna() & done.isna()))
    share = key.map(seen.groupby("project")["share"].last()).astype("float64").fillna(0.0)
    complete = done.notna() | table["status"].eq(finished)
    # finished on a day that nobody wrote down: nothing is known of its weeks
    start = start.mask(complete & done.isna())
    return pd.DataFrame(
        {
            "project": key.to_numpy(),
            "kind": table["kind"].fillna("").to_numpy(),
            "crew": table["crew"].fillna("").to_numpy() if "crew" in table else "",
            "start": start.to_numpy(dtype=np.float64),
            "done": done.to_numpy(dtype=np.float64),
            "seen": key.map(seen.groupby("project")["at"].max()).to_numpy(dtype=np.float64),
            "share": np.where(complete, 1.0, np.minimum(share, 0.99)),
            "finished": complete.to_numpy(dtype=bool),
            "begun": (start.notna() | complete).to_numpy(dtype=bool),
        }
    )


def _weeks(works: pd.DataFrame, seen: pd.DataFrame, last: float, step: float) -> tuple[Floats, Floats]:
    """Return share done and time spent by work and week, from points on one line that all works share."""
    edges = last - _WEEK * np.arange(_WEEKS_BACK, -1, -1.0)
    place = pd.Series(np.arange(len(works)), index=works["project"])
    seen = seen[seen["project"].isin(place.index)]
    row = place[seen["project"]].to_numpy(dtype=np.int64)
    at, share = seen["at"].to_numpy(dtype=np.float64), seen["share"].to_numpy(dtype=np.float64)
    newest, told_last = np.full(len(works), np.nan), np.full(len(works), np.nan)
    # rows stand in the order of their days: the last one of each work stays
    newest[row], told_last[row] = at, np.minimum(share + step / 2, 1.0)
    start, done = works["start"].to_numpy(dtype=np.float64), works["done"].to_numpy(dtype=np.float64)
    end = np.where(np.isnan(done), newest, done)
    kept = np.flatnonzero(~np.isnan(start) & ~np.isnan(newest) & (end > start))
    work, time = np.zeros((len(works), _WEEKS_BACK)), np.zeros((len(works), _WEEKS_BACK))
    if not len(kept):
        return work, time
    time[kept] = np.diff(np.clip(edges[None, :], start[kept, None], end[kept, None]), axis=1) / _WEEK
    held = np.isin(row, kept) & (at > start[row]) & (at < end[row])
    # what is done is told by the last step that was reached: half a step more is done
    told = np.minimum(share[held] + step / 2, 1.0)
    last_value = np.where(np.isnan(done), told_last, 1.0)[kept]
    points = pd.DataFrame(
        {
            "row": np.concatenate([kept, row[held], kept]),
            "order": np.repeat([0, 1, 2], [len(kept), int(held.sum()), len(kept)]),
            "at": np.concatenate([start[kept], at[held], end[kept]]),
            "value": np.concatenate([np.zeros(len(kept)), told, last_value]),
        }
    ).sort_values(["row", "order", "at"], kind="stable")
    points["value"] = points.groupby("row")["value"].cummax()
    # each work has a stretch of the line of its own, longer than all days looked at: one interpolation does for all
    first = min(float(edges[0]), float(points["at"].min())) - 1.0
    length = max(float(edges[-1]), float(points["at"].max())) - first + 1.0
    line = points["at"].to_numpy() - first + length * points["row"].to_numpy()
    asked = np.clip(edges[None, :], start[kept, None], end[kept, None]) - first + length * kept[:, None]
    work[kept] = np.diff(np.interp(asked.ravel(), line, points["value"].to_numpy()).reshape(asked.shape), axis=1)
    return work, time


def _step(shares: Floats) -> float:
    """Return the step in which most shares are told: five, ten or one percent."""
    told = np.round(shares[(shares > 0) & (shares < 1)] * 100)
    for step in (10, 5):
        # nineteen of twenty: a single odd number is a slip of the pen (a choice)
        if len(told) and np.mean(told % step == 0) > 0.95:
            return step / 100
    return 0.01


def begun_rows(records: WorkRecords) -> Bools:
    """Return which works were worked on within the weeks looked at."""
    return np.asarray(records.time.sum(axis=1) > 0)


def weeks_of(records: WorkRecords) -> Ints:
    """Return the last day of each week looked at."""
    return np.asarray(records.day - _WEEK * np.arange(_WEEKS_BACK - 1, -1, -1), dtype=np.int64)
