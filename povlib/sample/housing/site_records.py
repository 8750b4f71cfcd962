"""What the office sees of the works: weekly records with a few words, schedules; and, apart from it, the truth.

Responsible for the eye of the clerk (percentages in steps of five, weeks nobody wrote down) and for the words of a
week. Not responsible for the course of the works (`weekly_building`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.sample.chance import random_stream
from povlib.sample.housing.weekly_building import DONE, UNDER_WAY, WAITING, as_yyyymmdd, last_day_of
from povlib.sample.township import Township

_SATURDAY = 2  # 1970-01-03; the village reports at the end of the week
_STEP = 5  # percent: nobody sees a house to the percent
_WET, _SHORT, _STILL = 0.70, 0.99, 0.25  # factors of a week below which the words speak of rain, shortage, standstill
FINISHED_TEXT = "已完工并验收，改造前后照片存档"
WAITING_TEXT = "尚未开工，正在落实材料和土地"
_STAGES = {
    "新建": ((25, "基础施工"), (60, "砌墙"), (80, "封顶"), (100, "装修和清理场地")),
    "修缮": ((20, "备料、搭架"), (80, "翻修施工"), (100, "收尾和清理场地")),
    "购": ((40, "看房议价"), (80, "办理手续"), (100, "搬家入住")),
    "租": ((50, "看房议价"), (100, "签订租约")),
}


def project_keys(township: Township) -> np.ndarray:
    """Return the key of each project, in order of `works`."""
    return np.array([f"{k}-Z1" for k in township.households["hh"].to_numpy()[township.works["row"]]], dtype=object)


def works_on_day(township: Township) -> pd.DataFrame:
    """Return state and share done of each project on the last day of data: `status`, `share` (0-1)."""
    works, last = township.works, last_day_of(township.last)
    rows = np.arange(len(works))
    share = township.building.share_done(rows, works["start_day"].to_numpy(), np.full(len(works), last))
    begun = (works["start_day"] <= last).to_numpy()
    status = np.where(works["done_day"] <= last, DONE, np.where(begun, UNDER_WAY, WAITING))
    return pd.DataFrame({"status": status, "share": np.where(status == DONE, 1.0, np.where(begun, share, 0.0))})


def weekly_records(township: Township) -> pd.DataFrame:
    """Return the weekly records up to the last day of data: project, week (yyyymmdd), pct, text.

    A record at the start (0 %), one each Saturday, in whole steps of 5 %, the acceptance on the finishing day (100 %).
    Some Saturdays are missing. A house not begun has one record, of the last Saturday.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> records = weekly_records(simulate(60, seed=3))
    >>> int(records["pct"].max()), bool(records.groupby("project")["pct"].is_monotonic_increasing.all())
    (100, True)
    """
    works, last = township.works, last_day_of(township.last)
    state = works_on_day(township)["status"].to_numpy()
    saturdays = np.arange(township.building.first_day - township.building.first_day % 7 + _SATURDAY, last + 1, 7)
    start, done = works["start_day"].to_numpy(), works["done_day"].to_numpy()
    row, column = np.nonzero((saturdays > start[:, None]) & (saturdays < done[:, None]))
    missed = _weeks_missed(township, saturdays)[row, column]
    newest = saturdays[column] == saturdays[-1]  # what the month's workbook is written from is never missing
    row, day = row[~missed | newest], saturdays[column[~missed | newest]]
    waiting = np.flatnonzero(state == WAITING)
    frame = pd.DataFrame(
        {
            "row": np.concatenate([np.flatnonzero(state != WAITING), row, np.flatnonzero(state == DONE), waiting]),
            "day": np.concatenate(
                [start[state != WAITING], day, done[state == DONE], np.full(len(waiting), saturdays[-1])]
            ),
        }
    )
    frame = frame.drop_duplicates(["row", "day"], keep="last").sort_values(["row", "day"], ignore_index=True)
    return _with_words(township, frame, state)


def _weeks_missed(township: Township, saturdays: Ints) -> np.ndarray:
    """Weeks without a record, houses x Saturdays; a house keeps its own whatever months are added."""
    missed = township.world.raw["building"]["record_missed"]
    drawn = random_stream(township.seed, "records missed").random(
        (township.building.work.shape[1], len(township.works))
    )
    return np.asarray(missed > drawn[: len(saturdays)].T)


def _with_words(township: Township, frame: pd.DataFrame, state: np.ndarray) -> pd.DataFrame:
    works, building = township.works, township.building
    row, day = frame["row"].to_numpy(), frame["day"].to_numpy()
    start, done = works["start_day"].to_numpy()[row], works["done_day"].to_numpy()[row]
    finished, waiting = day >= done, state[row] == WAITING
    share = building.share_done(row, start, np.maximum(day, start))
    pct = np.minimum(_STEP * np.floor(share * 100 / _STEP), 100 - _STEP).astype(np.int64)
    pct = np.where(finished, 100, np.where(waiting | (day <= start), 0, pct))
    kind = works["kind"].to_numpy()[row]
    stage = np.array([_stage_of_works(k, int(p)) for k, p in zip(kind, pct, strict=True)], dtype=object)
    text = np.where(day <= start, "开工", stage)
    outdoor = works["crew"].to_numpy()[row] != ""
    for said, hit in _hindrances(building.rain, building.shortage, building.work, row, building.week_of(day)):
        text = np.where(hit & outdoor & (day > start), text + said, text)
    text = np.where(finished, FINISHED_TEXT, np.where(waiting, WAITING_TEXT, text))
    return pd.DataFrame({"row": row, "project": project_keys(township)[row], "week": as_yyyymmdd(day), "pct": pct,
                         "text": text})  # fmt: skip


def _stage_of_works(kind: str, pct: int) -> str:
    return next(words for top, words in _STAGES[kind] if pct < top) if pct < 100 else FINISHED_TEXT


def _hindrances(
    rain: Floats, shortage: Floats, work: Floats, row: Ints, week: Ints
) -> tuple[tuple[str, np.ndarray], ...]:
    wet, short = rain[week] < _WET, shortage[week] < _SHORT
    usual = np.median(work, axis=1)[row]
    return (
        ("，连日下雨误工", wet),
        ("，材料未到", short & ~wet),
        ("，本周停工", (work[row, week] < _STILL * usual) & ~wet & ~short),
    )


def schedules(township: Township) -> pd.DataFrame:
    """Return project, crew, start_day, planned_done_day, done_day (yyyymmdd, Int64; missing: not yet) as known."""
    works = township.works
    state = works_on_day(township)["status"].to_numpy()
    # works that begin after the day they were promised for are given a new one when they begin
    kinds = township.world.raw["building"]["kinds"]
    weeks = np.array([kinds[kind]["weeks"] for kind in works["kind"]])
    begun, planned = works["start_day"].to_numpy(), works["planned_day"].to_numpy()
    new_day = begun + np.ceil(7 * weeks).astype(np.int64)
    works = works.assign(planned_day=np.where((begun > planned) & (state != WAITING), new_day, planned))
    days = {name: pd.Series(as_yyyymmdd(works[name].to_numpy())).astype("Int64") for name in _DAYS}
    return pd.DataFrame(
        {
            "project": project_keys(township),
            "crew": works["crew"].to_numpy(),
            "start_day": days["start_day"].where(state != WAITING),
            "planned_done_day": days["planned_day"],
            "done_day": days["done_day"].where(state == DONE),
        }
    )


_DAYS = ("start_day", "planned_day", "done_day")


def works_truth(township: Township) -> pd.DataFrame:
    """Return the true course of every project: what a forecast of its finishing day is judged by.

    Columns: project, hh, village, kind, crew, status and share_done (0-1) on the last day of data, delay_cause,
    start_day, planned_done_day, done_day (yyyymmdd; for houses not begun, if no new help comes).

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> works_truth(simulate(seed=1))["status"].value_counts().to_dict()
    {'完工': 56, '在建': 21, '未开工': 8}
    """
    works, now = township.works, works_on_day(township)
    frame = township.households
    return pd.DataFrame(
        {
            "project": project_keys(township),
            "hh": frame["hh"].to_numpy()[works["row"]],
            "village": [township.world.villages[v].name for v in frame["village_row"].to_numpy()[works["row"]]],
            "kind": works["kind"],
            "crew": works["crew"],
            "status": now["status"],
            "share_done": now["share"].round(4),
            "delay_cause": works["delay_cause"],
            "start_day": as_yyyymmdd(works["start_day"].to_numpy()),
            "planned_done_day": as_yyyymmdd(works["planned_day"].to_numpy()),
            "done_day": as_yyyymmdd(works["done_day"].to_numpy()),
        }
    )
