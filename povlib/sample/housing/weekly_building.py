"""How the works on the houses truly go on, week by week, and on what day each is finished.

Responsible for what the houses share (season, rain, shortages of material), what the crews share, what is each house's
own, and for start, planned and true finishing days. Not responsible for what the office writes down (`site_records`).

The work done in a week is 1 / weeks of the kind, times factors: season, rain and shortage of the township; speed and
luck of the crew; speed and luck of the house. A house is finished on the day when the work done since its start is 1.
Start and past luck of a house are drawn again until its state on the last day of April 2016 is the one that the
bulletin counts (finished, under way, not begun). That condition looks at the past alone, so what comes after is free:
the law of the future given the past is the process itself, and a forecast may be judged by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.calendar import Month
from povlib.sample.chance import apportion, random_stream
from povlib.sample.world import World

# A year and a half before the first finished house and eight years on: beyond it luck stands still at its mean.
_WEEKS_BEFORE, _WEEKS_AFTER = 104, 210
DONE, UNDER_WAY, WAITING = "完工", "在建", "未开工"


@dataclass(frozen=True)
class Building:
    """The true course of the works, by row of `works`.

    Attributes
    ----------
    first_day : int
        Day (since 1970-01-01) on which the first week of `done` begins.
    work : array, houses x weeks
        Work that would be done in each week, as a share of the whole house.
    rain, shortage : array, weeks
        Factors of the township: 1 is an ordinary week, 0.5 half of it.
    """

    first_day: int
    work: Floats
    rain: Floats
    shortage: Floats

    def share_done(self, rows: Ints, start: Ints, day: Ints) -> Floats:
        """Return the share of the work done by the evening of `day` on houses begun on the morning of `start`."""
        return np.clip(_work_until(self.work, rows, day + 1 - self.first_day)
                       - _work_until(self.work, rows, start - self.first_day), 0, 1)  # fmt: skip

    def week_of(self, day: Ints) -> Ints:
        """Return the week (column of `work`) in which a day lies."""
        return np.clip((day - self.first_day) // 7, 0, self.work.shape[1] - 1)


def last_day_of(month: int) -> int:
    """Return the last day of a month (ordinal) as a day since 1970-01-01.

    Examples
    --------
    >>> last_day_of(Month(1970, 1).ordinal)
    30
    """
    return first_day_of(month + 1) - 1


def first_day_of(month: int) -> int:
    """Return the first day of a month (ordinal) as a day since 1970-01-01."""
    return day_of(f"{Month.from_ordinal(month)}-01")


def day_of(date: object) -> int:
    """Return a date, or its ISO text, as a day since 1970-01-01.

    Examples
    --------
    >>> day_of("2016-04-30")
    16921
    """
    return int(np.datetime64(str(date), "D").astype(np.int64))


def month_of(day: Ints) -> Ints:
    """Return the month (ordinal) of days since 1970-01-01."""
    return np.asarray(day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)) + Month(1970, 1).ordinal


def as_yyyymmdd(day: Ints) -> Ints:
    """Return days since 1970-01-01 as yyyymmdd.

    Examples
    --------
    >>> as_yyyymmdd(np.array([16921])).tolist()
    [20160430]
    """
    iso = np.datetime_as_string(np.asarray(day, dtype=np.int64).astype("datetime64[D]"))
    return np.array([int(d.replace("-", "")) for d in np.atleast_1d(iso)], dtype=np.int64)


def build_houses(works: pd.DataFrame, frame: pd.DataFrame, seed: int, world: World) -> tuple[pd.DataFrame, Building]:
    """Return the works with crew, start_day, planned_day, done_day and done_month, and the course behind them.

    Days count from 1970-01-01. Houses that are finished keep the `done_month` they came with; that of the others
    follows from the process. `works` needs row, kind, status, done_month and, for those not begun, delay_cause.
    """
    b = world.raw["building"]
    last = last_day_of(world.last_seen)
    first = last + 1 - 7 * _WEEKS_BEFORE
    kind, status = works["kind"].to_numpy(), works["status"].to_numpy()
    crew = _crews(frame["village_row"].to_numpy()[works["row"]], kind, seed, b)
    common, rain, shortage = _common_work(kind, crew, first, seed, b)
    start, work = _draw_to_state(works, common, first, last, seed, b)
    weeks = np.array([b["kinds"][k]["weeks"] for k in kind])
    done = _finishing_day(work, start - first) + first
    promised = day_of(b["promised"])
    planned = np.where(status == DONE, start + np.ceil(7 * weeks).astype(np.int64), 0)
    planned = np.where(status == UNDER_WAY, np.minimum(start + np.ceil(7 * weeks).astype(np.int64), promised), planned)
    planned = np.where(status == WAITING, promised, planned)
    out = works.assign(crew=crew, start_day=start, planned_day=planned, done_day=done, done_month=month_of(done))
    return out, Building(first, work, rain, shortage)


def _crews(village: Ints, kind: np.ndarray, seed: int, b: dict[str, Any]) -> np.ndarray:
    """Return the crew of each house: mostly that of the village, sometimes another; none for rented and bought ones."""
    names = list(b["crews"])
    rng = random_stream(seed, "crews of houses")
    other = rng.integers(0, len(names), len(village))
    own = np.where(rng.random(len(village)) < b["own_crew"], village % len(names), other)
    outdoor = np.array([b["kinds"][k]["outdoor"] for k in kind], dtype=bool)
    return np.where(outdoor, np.array(names, dtype=object)[own], "")


def _waves(rng: np.random.Generator, rows: int, weeks: int, sd: float, stay: float) -> Floats:
    """Return AR(1) waves of mean 0 and standard deviation `sd`, rows x weeks."""
    steps = rng.standard_normal((rows, weeks)) * sd
    out = np.empty((rows, weeks))
    out[:, 0] = steps[:, 0]
    for t in range(1, weeks):
        out[:, t] = stay * out[:, t - 1] + np.sqrt(1 - stay**2) * steps[:, t]
    return out


def _common_work(
    kind: np.ndarray, crew: np.ndarray, first: int, seed: int, b: dict[str, Any]
) -> tuple[Floats, Floats, Floats]:
    """Work a week of each house before its own luck, houses x weeks, with the township's rain and shortages."""
    weeks = _WEEKS_BEFORE + _WEEKS_AFTER
    middle = first + 3 + 7 * np.arange(weeks)
    month = (month_of(middle) % 12).astype(np.int64)
    january = Month(1970, 1).ordinal % 12
    season = np.array(b["season"])[(month - january) % 12]
    indoor = np.array(b["season_indoor"])[(month - january) % 12]
    rain = np.exp(
        _waves(random_stream(seed, "rain"), 1, weeks, b["rain_sd"], b["rain_stays"])[0] - b["rain_sd"] ** 2 / 2
    )
    rng = random_stream(seed, "shortage")
    short = np.ones(weeks)
    for begin in np.flatnonzero(rng.random(weeks) < b["shortage_per_week"]):
        short[begin : begin + int(rng.integers(b["shortage_weeks"][0], b["shortage_weeks"][1] + 1))] = b[
            "shortage_work"
        ]
    names = sorted(b["crews"])
    rng = random_stream(seed, "crew speed")
    pace = rng.normal(0, b["crew_sd"], (len(names), 1)) + _waves(
        rng, len(names), weeks, b["crew_week_sd"], b["crew_stays"]
    )
    pace = np.vstack([np.exp(pace), np.ones((1, weeks))])
    of_house = np.array([names.index(c) if c else len(names) for c in crew], dtype=np.int64)
    outdoor = np.array([b["kinds"][k]["outdoor"] for k in kind], dtype=bool)[:, None]
    needed = np.array([b["kinds"][k]["weeks"] for k in kind])[:, None]
    return np.where(outdoor, season * rain * short, indoor) * pace[of_house] / needed, rain, short


def _draw_to_state(
    works: pd.DataFrame, common: Floats, first: int, last: int, seed: int, b: dict[str, Any]
) -> tuple[Ints, Floats]:
    """Draw start and own luck of each house until its state on the last day of data is the one it has."""
    n, weeks = common.shape
    rng = random_stream(seed, "houses under way")
    kind, status = works["kind"].to_numpy(), works["status"].to_numpy()
    span = np.array([7 * b["kinds"][k]["weeks"] for k in kind])
    month = works["done_month"].to_numpy()
    to_day = np.where(status == DONE, [last_day_of(int(m)) for m in month], last)
    from_day = np.where(status == DONE, [first_day_of(int(m)) for m in month], last + 1)
    start, work = np.zeros(n, dtype=np.int64), np.zeros((n, weeks))
    waits = _waits_to_begin(works, last, seed, b)
    pending = np.arange(n)
    while len(pending):
        m = len(pending)
        speed = np.exp(rng.normal(0, b["house_sd"], (m, 1)))
        luck = rng.gamma(b["week_shape"], 1 / b["week_shape"], (m, weeks)) * (rng.random((m, weeks)) >= b["standstill"])
        tried = common[pending] * speed * luck
        begun = to_day[pending] - np.floor(rng.random(m) * b["longest"] * span[pending]).astype(np.int64)
        begun = np.maximum(np.where(status[pending] == WAITING, waits[pending], begun), first)
        done = _finishing_day(tried, begun - first) + first
        kept = np.select(
            [status[pending] == DONE, status[pending] == UNDER_WAY],
            [(done >= from_day[pending]) & (done <= to_day[pending]), done > last],
            True,
        )
        start[pending[kept]], work[pending[kept]] = begun[kept], tried[kept]
        pending = pending[~kept]
    return start, work


def _waits_to_begin(works: pd.DataFrame, last: int, seed: int, b: dict[str, Any]) -> Ints:
    """Return the day on which a house not begun is begun: a wait that depends on what it waits for."""
    mean = works["delay_cause"].map(b["wait_weeks"]).fillna(1.0).to_numpy(dtype=np.float64)
    wait = random_stream(seed, "waits").gamma(b["wait_shape"], 1 / b["wait_shape"], len(works)) * mean
    return np.asarray(last + 1 + np.ceil(7 * wait), dtype=np.int64)


def _work_until(work: Floats, rows: Ints, days: Ints) -> Floats:
    """Work done in the first `days` days of the weeks, evenly within a week; beyond the weeks at their mean."""
    total = np.concatenate([np.zeros((len(work), 1)), np.cumsum(work, axis=1)], axis=1)
    weeks = work.shape[1]
    week = np.clip(days // 7, 0, weeks - 1)
    return np.asarray(total[rows, week] + work[rows, week] * (days - 7 * week) / 7)


def _finishing_day(work: Floats, start: Ints) -> Ints:
    """Return the day (from the first) on whose evening the work done since the morning of `start` has reached 1."""
    n, weeks = work.shape
    goal = _work_until(work, np.arange(n), start) + 1
    total = np.cumsum(work, axis=1)
    week = np.minimum((total < goal[:, None]).sum(axis=1), weeks - 1)
    rows = np.arange(n)
    before = total[rows, week] - work[rows, week]
    pace = np.maximum(work[rows, week], work.mean(axis=1) / 100)
    day = 7 * week + np.ceil(7 * (goal - before) / pace).astype(np.int64) - 1
    return np.asarray(np.maximum(day, start), dtype=np.int64)


def causes_of_delay(frame: pd.DataFrame, row: Ints, new_build: Bools, seed: int, world: World) -> np.ndarray:
    """Return why each of the households waits: frail, no_money, unwilling, no_plot or season, in fixed shares.

    Land is what a new house waits for (`new_build`); the frail are those without anybody able to work, first.
    """
    rng = random_stream(seed, "causes of delay")
    shares = world.raw["building"]["delay_causes"]
    count = dict(zip(shares, apportion(list(shares.values()), len(row)), strict=True))
    out = np.full(len(row), "", dtype=object)
    able = frame["able"].to_numpy()[row]
    for cause, score in (("no_plot", new_build * 1.0), ("frail", (able == 0) * 1.0)):
        free = np.flatnonzero((out == "") & (score > 0 if cause == "no_plot" else True))
        out[free[np.argsort(-(score[free] + 0.5 * rng.random(len(free))), kind="stable")[: count[cause]]]] = cause
    left = np.flatnonzero(out == "")
    rest = np.repeat(
        [c for c in shares if c != "no_plot"], [count[c] - int((out == c).sum()) for c in shares if c != "no_plot"]
    )
    rest = np.concatenate([rest, np.full(len(left) - len(rest), "no_money")])
    out[left] = rng.permutation(rest)
    return out
