"""How fast this office builds: by kind of work, crew and house, with the delays that all share.

Responsible for the estimates and their spread, pooled where there are few houses. Not responsible for drawing what
follows from them (`povlib.housing.progress.finishing_days`).

Model: the work of house h in week t is  time * exp(kind + crew + house) * shared(t) * luck,  where crew and house are
normal around nought, shared(t) is the exponential of a first-order autoregression that strikes every house a crew
works on, and luck has mean 1. Estimated by moments in turn (work over expected time, as in a Poisson regression:
McCullagh and Nelder 1989, 9.2), effects shrunk by their reliability (Robinson 1991, BLUP).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError
from povlib.housing.progress.work_records import WorkRecords, weeks_of

# weeks over which luck is summed to see its lasting part: weeks of one house hang together (a month, a choice)
_BLOCK = 4
# houses at work below which a week says too little of what all share (a choice)
_FEW = 3
# what the spreads are pulled to where houses are few, with the weight of so many houses (a choice: a third faster or
# slower is usual between houses of one kind; ranges cover with it, docs/benchmarks/finishing-days.md)
_PRIOR_SPREAD, _PRIOR_HOUSES = 0.3, 5.0
_PASSES = 8
# how far months are taken to differ before any is seen: a fifth (a choice)
_SEASON_SPREAD = 0.2
# half a year: what held houses up before is over (a choice)
_WEEKS_OF_STARTS = 26


@dataclass(frozen=True, eq=False)
class BuildingSpeed:
    """What the records say of the speed; all effects are logarithms of shares of a house a week.

    Attributes
    ----------
    level, level_error : dict
        Kind -> mean logarithm of the speed, and its standard error.
    house, house_error : (H,) array
        Crew and house together, against the kind, shrunk; and their standard errors. A house not begun has its crew's.
    luck : float
        Variance of a week's luck (mean 1), from sums over a month, so that weeks that hang together count.
    shared_now, shared_spread, shared_stays : float
        The shared effect of the last week, the standard deviation of shared effects, and what stays from week to week.
    season : (12,) array
        Effect of each month on what crews do, January first, shrunk: two years tell a season from chance only in part.
    starts, waiting_weeks : float
        Houses begun in the last half year, and the weeks that houses waited in it.
    """

    level: dict[str, float]
    level_error: dict[str, float]
    house: Floats
    house_error: Floats
    luck: float
    shared_now: float
    shared_spread: float
    shared_stays: float
    starts: float
    waiting_weeks: float
    season: Floats = field(default_factory=lambda: np.zeros(12))


def building_speed(records: WorkRecords) -> BuildingSpeed:
    """Return the speed of the office.

    Raises
    ------
    DataError
        If no works have been begun: then nothing is known of the speed.
    """
    work, time = records.work, records.time
    at_work = time.sum(axis=1) > 0
    if not at_work.any():
        raise DataError("no works have begun in the weeks of the record: their speed is not known")
    kinds, kind = np.unique(records.works["kind"].to_numpy(dtype=str), return_inverse=True)
    crewed = (records.works["crew"] != "").to_numpy(dtype=bool)
    shared = np.ones(work.shape[1])
    speed = np.ones(len(work))
    for _ in range(_PASSES):
        factor = np.where(crewed[:, None], shared[None, :], 1.0)
        expected = (time * factor).sum(axis=1)
        level = _levels(work.sum(axis=1), expected, kind, len(kinds))
        raw = work.sum(axis=1) / np.maximum(expected * level[kind], 1e-9)
        luck = _luck(work, time * factor * (level[kind] * np.where(at_work, raw, 1.0))[:, None], at_work)
        weeks = np.maximum(time.sum(axis=1), 1e-9)
        noise = luck / weeks
        # work over time counts a slow house for as long as it takes; the level is that of the houses, each counted once
        level = level * np.exp(_mean_logarithms(raw, noise, at_work, kind, len(kinds)))
        raw = work.sum(axis=1) / np.maximum(expected * level[kind], 1e-9)
        speed, error = _shrunk_speeds(raw, noise, at_work, records.works["crew"].to_numpy(dtype=str))
        shared = _shared_factors(work, time * (level[kind] * np.exp(speed))[:, None], crewed & at_work)
    houses = (time[crewed] > 0).sum(axis=0)
    season = _season(shared, houses, weeks_of(records))
    plain = shared / np.exp(season[month_of(weeks_of(records))])
    spread, stays, now = _shared_course(plain, houses, luck)
    count = np.bincount(kind[at_work], minlength=len(kinds))
    own = float(np.sqrt(np.mean(error[at_work] ** 2) + np.var(speed[at_work])))
    levels = {str(k): float(np.log(level[i])) for i, k in enumerate(kinds)}
    errors = {str(k): own / np.sqrt(max(1, count[i])) for i, k in enumerate(kinds)}
    starts, waited = _starts(records)
    return BuildingSpeed(levels, errors, speed, error, luck, now, spread, stays, starts, waited, season)


def _levels(done: Floats, expected: Floats, kind: Ints, kinds: int) -> Floats:
    """Return work over time of each kind; one without any takes that of all."""
    work, time = (np.bincount(kind, values, minlength=kinds) for values in (done, expected))
    whole = done.sum() / max(expected.sum(), 1e-9)
    return np.asarray(np.where((time > 0) & (work > 0), work / np.maximum(time, 1e-9), max(whole, 1e-6)))


def _logarithms(raw: Floats, noise: Floats, at_work: Bools) -> Floats:
    """Return the logarithm of each house's speed; luck makes the mean of a logarithm too small by half its variance.

    Nothing done in the weeks so far is a slow start and no speed of nought: the logarithm is bounded.
    """
    said = np.log(np.maximum(np.where(at_work, raw, 1.0), 1e-6)) + noise.clip(0, 1) / 2 * at_work
    return np.asarray(np.clip(said, -2.0, 2.0))


def _mean_logarithms(raw: Floats, noise: Floats, at_work: Bools, kind: Ints, kinds: int) -> Floats:
    """Return the mean logarithm of each kind, houses weighted by what they say and few houses pulled to nought."""
    weight = at_work / (_PRIOR_SPREAD**2 + noise.clip(0, 10))
    said = np.bincount(kind, weight * _logarithms(raw, noise, at_work), minlength=kinds)
    # one house of middling length pulls towards what work over time says
    return np.asarray(said / (np.bincount(kind, weight, minlength=kinds) + 1 / (2 * _PRIOR_SPREAD**2)))


def _luck(work: Floats, expected: Floats, at_work: Bools) -> float:
    """Return the variance of a week's luck, from sums over months of weeks wholly worked."""
    weeks = work.shape[1] // _BLOCK * _BLOCK
    shape = (len(work), weeks // _BLOCK, _BLOCK)
    done, due = work[:, -weeks:].reshape(shape).sum(axis=2), expected[:, -weeks:].reshape(shape).sum(axis=2)
    whole = (expected[:, -weeks:].reshape(shape) > 0).all(axis=2) & at_work[:, None]
    if whole.sum() < _BLOCK:
        return 1.0
    ratio = done[whole] / due[whole]
    # each house's own mean was taken out of its months: the degrees of freedom that cost are given back
    freedom = max(1.0, float(whole.sum() - whole.any(axis=1).sum()))
    return float(np.clip(_BLOCK * np.sum((ratio - 1) ** 2) / freedom, 0.05, 5.0))


def _shrunk_speeds(raw: Floats, noise: Floats, at_work: Bools, crew: np.ndarray) -> tuple[Floats, Floats]:
    """Return crew and house effects shrunk by their reliability, and their standard errors."""
    said = _logarithms(raw, noise, at_work)
    houses = float(at_work.sum())
    spare = max(0.0, float(np.mean(said[at_work] ** 2 - noise[at_work].clip(0, 1))))
    variance = (houses * spare + _PRIOR_HOUSES * _PRIOR_SPREAD**2) / (houses + _PRIOR_HOUSES)
    crew_effect, crew_error = np.zeros(len(raw)), np.zeros(len(raw))
    names = [name for name in np.unique(crew) if name]
    # a third of what tells houses apart is taken for their crew's until its houses say otherwise (a choice)
    crew_variance = variance / 3
    for name in names:
        own = at_work & (crew == name)
        weight = 1 / (variance - crew_variance + noise[own])
        reliability = crew_variance / (crew_variance + 1 / weight.sum()) if own.any() else 0.0
        mean = float((said[own] * weight).sum() / weight.sum()) if own.any() else 0.0
        crew_effect[crew == name] = reliability * mean
        crew_error[crew == name] = np.sqrt(crew_variance * (1 - reliability))
    own_variance = variance - crew_variance
    reliability = np.where(at_work, own_variance / (own_variance + noise), 0.0)
    effect = crew_effect + reliability * (said - crew_effect) * at_work
    error = np.sqrt((1 - reliability) ** 2 * crew_error**2 + own_variance * (1 - reliability))
    return effect, np.where(crew == "", np.sqrt(variance * (1 - np.where(at_work, reliability, 0.0))), error)


def _shared_factors(work: Floats, expected: Floats, rows: Bools) -> Floats:
    """Return what all houses under crews did in each week, against what was to be expected of them; mean 1."""
    done, due = work[rows].sum(axis=0), expected[rows].sum(axis=0)
    enough = (expected[rows] > 0).sum(axis=0) >= _FEW
    factor = np.where(enough, done / np.maximum(due, 1e-9), 1.0)
    mean = float(factor[enough].mean()) if enough.any() else 1.0
    return np.clip(np.where(enough, factor / mean, 1.0), 0.1, 5.0)


def month_of(days: Ints) -> Ints:
    """Return the month of days since 1970-01-01: 0 is January."""
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12)


def _season(shared: Floats, houses: Ints, days: Ints) -> Floats:
    """Return the effect of each month, shrunk by how many years speak of it."""
    known = houses >= _FEW
    effect, month = np.log(shared), month_of(days)
    if not known.any():
        return np.zeros(12)
    effect = effect - effect[known].mean()
    weeks = np.bincount(month[known], minlength=12)
    mean = np.bincount(month[known], effect[known], minlength=12) / np.maximum(weeks, 1)
    # weeks of one month hang together: a month of one year is one observation, and has 4.35 weeks
    years = weeks / 4.35
    chance = float(np.var(effect[known])) / 2
    return np.asarray(mean * _SEASON_SPREAD**2 / (_SEASON_SPREAD**2 + chance / np.maximum(years, 0.1)) * (weeks > 0))


def _shared_course(shared: Floats, houses: Ints, luck: float) -> tuple[float, float, float]:
    """Return spread, what stays from week to week, and the last week's shared effect, the houses' luck taken out."""
    known = houses >= _FEW
    if known.sum() < 2 * _BLOCK:
        return _PRIOR_SPREAD, 0.5, 0.0
    effect = np.log(shared)
    effect = effect - effect[known].mean()
    noise = luck / np.maximum(houses, 1)
    variance = max(0.01, float(np.mean(effect[known] ** 2 - noise[known])))
    pairs = known[1:] & known[:-1]
    together = float(np.mean(effect[1:][pairs] * effect[:-1][pairs])) if pairs.any() else 0.0
    stays = float(np.clip(together / variance, 0.0, 0.95))
    last = float(effect[-1] * variance / (variance + noise[-1])) if known[-1] else 0.0
    return float(np.sqrt(variance)), stays, last


def _starts(records: WorkRecords) -> tuple[float, float]:
    """Return how many houses were begun in the last half year, and the weeks that houses waited in it."""
    works = records.works
    since = records.day - 7.0 * _WEEKS_OF_STARTS
    start = works["start"].where(works["start"].notna() | ~works["finished"], since)
    until = start.fillna(float(records.day)).to_numpy(dtype=np.float64)
    return float((until > since).sum() - start.isna().sum()), float(np.maximum(until - since, 0).sum() / 7)


def speed_table(records: WorkRecords, speed: BuildingSpeed) -> pd.DataFrame:
    """Return kind, works begun and weeks that an ordinary house of the kind takes, with their 90 % range."""
    rows = []
    for kind, level in speed.level.items():
        own = records.works["kind"].eq(kind)
        error = 1.645 * speed.level_error[kind]
        weeks = np.exp(-np.array([level, level + error, level - error]))
        rows.append((kind, int((own & records.works["begun"]).sum()), *weeks))
    return pd.DataFrame(rows, columns=["kind", "begun", "weeks", "weeks_low", "weeks_high"])
