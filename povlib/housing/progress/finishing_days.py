"""On what day each house not finished will be done, and with what chance all of them by a day.

Responsible for drawing the weeks to come from the office's own speed, shared delays drawn once for all houses, so that
the chance for all together is right. Not responsible for the speed (`povlib.housing.progress.building_speed`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.errors import DataError
from povlib.housing.progress.building_speed import BuildingSpeed, month_of
from povlib.housing.progress.work_records import WorkRecords, day_numbers

# a chance is then within .011 of what endless draws would say (its standard error at one half)
_DRAWS = 2000
# four years: a house not done by then is called so (a choice)
_WEEKS_AHEAD = 208
_NOTHING_LEFT = 1e-9
# what is left of a house that is not finished, at least: one percent (a choice)
_LEAST_LEFT = 0.01


@dataclass(frozen=True, eq=False)
class FinishingDays:
    """Finishing days of the works that are not finished.

    Attributes
    ----------
    houses : DataFrame
        project, kind, crew, share (done, 0-1), begun, expected, low, high (days since 1970-01-01: median and a range
        that holds nine times in ten).
    draws : (D, H) array
        The drawn days, one row a course of the weeks to come.
    finished : int
        Works that are finished already.
    day : int
        The last day of the record, since 1970-01-01.
    """

    houses: pd.DataFrame
    draws: Ints
    finished: int
    day: int

    def chance_all_done(self, day: int) -> float:
        """Return the chance that all works are finished by the evening of a day (yyyymmdd)."""
        number = float(day_numbers(pd.Series([day], dtype="Int64"))[0])
        if np.isnan(number):
            raise DataError("{value} is no day", allowed="20160515", value=day)
        return float((self.draws <= number).all(axis=1).mean()) if self.draws.shape[1] else 1.0

    def last_day(self, chance: float = 0.9) -> int:
        """Return the day (yyyymmdd) by which all works are finished with a chance."""
        if not self.draws.shape[1]:
            return as_yyyymmdd(self.day)
        return as_yyyymmdd(int(np.quantile(self.draws.max(axis=1), chance, method="higher")))


def as_yyyymmdd(day: int) -> int:
    """Return a day since 1970-01-01 as yyyymmdd.

    Examples
    --------
    >>> as_yyyymmdd(16921)
    20160430
    """
    return int(str(np.datetime64(day, "D")).replace("-", ""))


def finishing_days(
    records: WorkRecords, speed: BuildingSpeed, *, draws: int = _DRAWS, seed: int = 2016
) -> FinishingDays:
    """Draw the finishing day of every house that is not finished.

    Parameters
    ----------
    records, speed
        The works and what they say of the speed.
    draws : int
        Courses of the weeks to come.
    seed : int
        Of the draws.

    Notes
    -----
    A house not begun waits first: the weeks it waits follow from the houses begun so far a week of waiting, whose rate
    is itself drawn (gamma with the number of starts as its shape). Luck of a week is gamma with mean 1.
    """
    open_rows = np.flatnonzero(~records.works["finished"].to_numpy())
    works = records.works.iloc[open_rows].reset_index(drop=True)
    chance = np.random.default_rng(seed)
    begun, crewed = works["begun"].to_numpy(), (works["crew"] != "").to_numpy()
    pace = np.exp(_log_speeds(works, speed, open_rows, draws, chance))
    left = _left(works["share"].to_numpy(dtype=np.float64), begun, records.step, draws, chance)
    left = _after_unseen_weeks(left, pace, works, records.day, speed, chance)
    wait = np.where(begun, 0.0, _waits(speed, (draws, len(works)), chance))
    weeks = _weeks_to_go(left, pace, wait, crewed, speed, records.day, chance)
    days = (records.day + np.ceil(7 * weeks)).astype(np.int64)
    expected, low, high = (
        np.quantile(days, q, axis=0, method="higher") if len(works) else np.zeros(0) for q in (0.5, 0.05, 0.95)
    )
    houses = works[["project", "kind", "crew", "share", "begun"]].assign(expected=expected, low=low, high=high)
    return FinishingDays(houses, days, int(records.works["finished"].sum()), records.day)


def _log_speeds(
    works: pd.DataFrame, speed: BuildingSpeed, rows: Ints, draws: int, chance: np.random.Generator
) -> Floats:
    names = list(speed.level)
    level = chance.normal([speed.level[k] for k in names], [speed.level_error[k] for k in names], (draws, len(names)))
    at = np.array([names.index(k) for k in works["kind"]], dtype=np.int64)
    house = chance.normal(speed.house[rows], speed.house_error[rows], (draws, len(works)))
    return np.asarray(level[:, at] + house)


def _left(share: Floats, begun: np.ndarray, step: float, draws: int, chance: np.random.Generator) -> Floats:
    """Return the share of each house still to be done: what is told is the last step that was reached."""
    more = chance.uniform(0, step, (draws, len(share)))
    return np.asarray(np.where(begun, np.clip(1 - share - more, _LEAST_LEFT, 1.0), 1.0))


def _after_unseen_weeks(
    left: Floats, pace: Floats, works: pd.DataFrame, day: int, speed: BuildingSpeed, chance: np.random.Generator
) -> Floats:
    """Draw what was done since the newest record of a house: weeks nobody wrote down are not weeks without work."""
    unseen = ((day - works["seen"]) / 7).where(works["begun"]).fillna(0.0).clip(lower=0).to_numpy(dtype=np.float64)
    shape = np.maximum(unseen / speed.luck, _NOTHING_LEFT)
    done = pace * unseen * chance.gamma(shape, 1 / shape, left.shape)
    return np.asarray(np.maximum(left - done, np.minimum(left, _LEAST_LEFT)))


def _waits(speed: BuildingSpeed, shape: tuple[int, int], chance: np.random.Generator) -> Floats:
    # one start and a year of waiting before anything is seen: without a start nobody could say anything (a choice)
    rate = chance.gamma(speed.starts + 1, 1 / (speed.waiting_weeks + 52), (shape[0], 1))
    return np.asarray(chance.exponential(1.0, shape) / rate)


def _weeks_to_go(
    left: Floats, pace: Floats, wait: Floats, crewed: np.ndarray, speed: BuildingSpeed, day: int,
    chance: np.random.Generator,
) -> Floats:  # fmt: skip
    """Return the weeks until each house is done, week by week; beyond the last week the work goes on at its pace."""
    weeks, todo = np.full(left.shape, np.nan), left.copy()
    shared = np.full(len(left), speed.shared_now)
    step = speed.shared_spread * np.sqrt(1 - speed.shared_stays**2)
    shape = 1 / speed.luck
    for week in range(_WEEKS_AHEAD):
        shared = speed.shared_stays * shared + step * chance.standard_normal(len(left))
        season = speed.season[month_of(np.array([day + 7 * week + 4]))[0]]
        factor = np.where(crewed, np.exp(season + shared - speed.shared_spread**2 / 2)[:, None], 1.0)
        part = np.clip(week + 1 - wait, 0, 1)
        rate = pace * factor * chance.gamma(shape, 1 / shape, left.shape)
        done = rate * part
        ended = np.isnan(weeks) & (done >= todo)
        weeks[ended] = (week + 1 - part + todo / np.maximum(rate, _NOTHING_LEFT))[ended]
        todo = np.maximum(todo - done, 0.0)
        if not np.isnan(weeks).any():
            break
    rest = np.isnan(weeks)
    weeks[rest] = (np.maximum(_WEEKS_AHEAD, wait) + todo / np.maximum(pace, _NOTHING_LEFT))[rest]
    return np.asarray(np.minimum(weeks, 2 * _WEEKS_AHEAD))
