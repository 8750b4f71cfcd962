"""Finishing days: against works whose law is known, against the simulator's truth, and what must always hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib import sample
from povlib.errors import DataError
from povlib.housing.progress.building_speed import BuildingSpeed, building_speed
from povlib.housing.progress.finishing_days import FinishingDays, as_yyyymmdd, finishing_days
from povlib.housing.progress.work_records import WorkRecords, work_records
from povlib.sample.housing.site_records import project_keys, schedules, weekly_records
from povlib.sample.township import Township


def _records(township: Township) -> WorkRecords:
    works = township.works
    columns = {"kind": works["kind"].to_numpy(), "status": works["status"].to_numpy()}
    projects = pd.DataFrame({"project": project_keys(township), **columns})
    return work_records(projects, schedules(township), weekly_records(township), finished="完工")


def _truth(township: Township, houses: pd.DataFrame) -> np.ndarray:
    done = pd.Series(township.works["done_day"].to_numpy(), index=project_keys(township))
    return done[houses["project"]].to_numpy()


def _certain(rate: float, luck: float) -> BuildingSpeed:
    return BuildingSpeed(
        {"修缮": np.log(rate)}, {"修缮": 0.0}, np.zeros(2), np.zeros(2), luck, 0.0, 0.0, 0.0, 5.0, 50.0
    )


def _two_houses(shares: tuple[float, float]) -> WorkRecords:
    works = pd.DataFrame(
        {"project": ["a", "b"], "kind": "修缮", "crew": "甲", "start": 0.0, "done": np.nan, "seen": 16921.0,
         "share": shares, "finished": False, "begun": True}
    )  # fmt: skip
    return WorkRecords(works, 16921, np.zeros((2, 104)), np.zeros((2, 104)), 0.0)


def test_without_luck_a_house_takes_what_is_left_over_its_speed() -> None:
    found = finishing_days(_two_houses((0.5, 0.8)), _certain(0.1, 1e-6), draws=50)
    # half at a tenth a week: five weeks; a fifth: two; to the day, and a day for what luck is left
    assert np.abs(found.draws - (16921 + np.array([35, 14]))).max() <= 1
    assert found.chance_all_done(as_yyyymmdd(16921 + 36)) == 1
    assert found.chance_all_done(as_yyyymmdd(16921 + 33)) == 0


def test_luck_is_that_of_gamma_weeks_counted_by_brute_force() -> None:
    found = finishing_days(_two_houses((0.5, 0.5)), _certain(0.1, 0.5), draws=4000)
    chance = np.random.default_rng(5)
    weeks = np.cumsum(0.1 * chance.gamma(2.0, 0.5, (8000, 60)), axis=1)
    brute = (weeks < 0.5).sum(axis=1) + 1
    drawn = np.ceil((found.draws - 16921) / 7)
    for day in (4, 5, 6, 8):
        # four standard errors of the smaller number of draws
        assert (drawn[:, 0] <= day).mean() == pytest.approx((brute <= day).mean(), abs=4 * 0.5 / np.sqrt(4000))


def test_delays_that_all_share_make_all_late_together() -> None:
    alone = _certain(0.1, 0.2)
    shared = BuildingSpeed(**{**alone.__dict__, "shared_spread": 0.5, "shared_stays": 0.9})
    own, common = (finishing_days(_two_houses((0.5, 0.5)), speed).draws for speed in (alone, shared))
    assert abs(np.corrcoef(own.T)[0, 1]) < 0.08
    assert np.corrcoef(common.T)[0, 1] > 0.4


@pytest.mark.slow
def test_ranges_hold_in_simulated_townships() -> None:
    held, last = [], []
    for seed in range(300, 340):
        township = sample.simulate(seed=seed)
        records = _records(township)
        found = finishing_days(records, building_speed(records))
        truth = _truth(township, found.houses)
        held += list((found.houses["low"] <= truth) & (truth <= found.houses["high"]))
        ends = np.quantile(found.draws.max(axis=1), [0.05, 0.95])
        last.append(ends[0] <= truth.max() <= ends[1])
    # houses of one township hang together: .85 to .95 is asked; of forty last days three standard errors are allowed
    assert 0.85 <= np.mean(held) <= 0.95
    assert np.mean(last) >= 0.9 - 3 * np.sqrt(0.09 / 40)


def test_the_bulletins_hope_is_held_against_the_offices_own_speed() -> None:
    township = sample.simulate(seed=1)
    records = _records(township)
    found = finishing_days(records, building_speed(records))
    assert (found.finished, len(found.houses)) == (56, 29)
    chance = found.chance_all_done(20160515)
    assert chance == (found.draws.max(axis=1) <= 16936).mean()
    assert chance < 0.05
    assert found.chance_all_done(found.last_day(0.9)) >= 0.9
    # whoever looks again sees the same
    again = finishing_days(records, building_speed(records))
    assert (again.draws == found.draws).all()


def test_a_day_that_is_none_is_refused_and_works_all_done_end_today() -> None:
    done = FinishingDays(pd.DataFrame(), np.zeros((5, 0), dtype=np.int64), 3, 16921)
    assert done.chance_all_done(20160430) == 1
    assert done.last_day() == 20160430
    with pytest.raises(DataError, match="no day"):
        done.chance_all_done(20160231)


def test_weeks_nobody_wrote_down_are_not_weeks_without_work() -> None:
    seen, unseen = _two_houses((0.5, 0.5)), _two_houses((0.5, 0.5))
    unseen.works["seen"] = 16921.0 - 28
    now, later = (finishing_days(records, _certain(0.1, 1e-4), draws=200) for records in (seen, unseen))
    # four weeks at a tenth a week were worked although nobody wrote it down
    assert (now.houses["expected"] - later.houses["expected"]).tolist() == pytest.approx([28, 28], abs=1)


def test_a_month_in_which_crews_do_less_makes_houses_later() -> None:
    plain = _certain(0.1, 1e-6)
    wet = BuildingSpeed(**{**plain.__dict__, "season": np.where(np.arange(12) == 4, np.log(0.5), 0.0)})
    # the five weeks after the last of April: May does half, so the house goes on into June
    later = finishing_days(_two_houses((0.5, 0.5)), wet, draws=20).houses["expected"].iloc[0] - 16921
    assert later == pytest.approx(35 + 31 / 2, abs=4)
