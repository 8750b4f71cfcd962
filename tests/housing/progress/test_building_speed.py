"""The speed of the office: what went into made-up works comes out again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.housing.progress.building_speed import building_speed, speed_table
from povlib.housing.progress.work_records import WorkRecords


def _made_up(houses: int, rates: dict[str, float], spread: float, seed: int) -> tuple[WorkRecords, np.ndarray]:
    """Works begun at random weeks and built with gamma luck until they are done or the record ends."""
    chance = np.random.default_rng(seed)
    kind = chance.choice(list(rates), houses)
    house = chance.normal(0, spread, houses)
    rate = np.array([rates[k] for k in kind]) * np.exp(house)
    begin = chance.integers(0, 100, houses)
    work, time = np.zeros((houses, 104)), np.zeros((houses, 104))
    for row in range(houses):
        drawn = rate[row] * chance.gamma(4.0, 0.25, 104 - begin[row])
        total = np.minimum(np.cumsum(drawn), 1.0)
        work[row, begin[row] :] = np.diff(np.concatenate([[0.0], total]))
        time[row, begin[row] :] = work[row, begin[row] :] / drawn
    done = work.sum(axis=1) >= 1 - 1e-12
    works = pd.DataFrame(
        {"project": [f"p{i}" for i in range(houses)], "kind": kind, "crew": "", "start": begin * 7.0,
         "done": np.where(done, 700.0, np.nan), "seen": 728.0, "share": work.sum(axis=1), "finished": done,
         "begun": True}
    )  # fmt: skip
    return WorkRecords(works, 728, work, time, 0.01), house


def test_speeds_of_known_works_come_back() -> None:
    rates = {"修缮": 0.15, "新建": 0.05}
    records, house = _made_up(400, rates, 0.25, 3)
    found = building_speed(records)
    for kind, rate in rates.items():
        # the level is the mean logarithm over houses: a tenth for what luck and houses still at work leave
        assert np.exp(found.level[kind]) == pytest.approx(rate, rel=0.1)
    worked = records.time.sum(axis=1) > 4
    assert np.corrcoef(found.house[worked], house[worked])[0, 1] > 0.7
    table = speed_table(records, found).set_index("kind")
    assert table["begun"].sum() == 400
    assert (table["weeks_low"] < table["weeks"]).all()
    assert (table["weeks"] < table["weeks_high"]).all()


def test_a_kind_nobody_built_takes_the_speed_of_all_and_no_works_are_refused() -> None:
    records, _ = _made_up(40, {"修缮": 0.1}, 0.1, 4)
    more = records.works.iloc[[0]].assign(kind="新建", begun=False, start=np.nan, finished=False, share=0.0)
    works = pd.concat([records.works, more], ignore_index=True)
    empty = np.zeros((1, 104))
    both = WorkRecords(works, 728, np.vstack([records.work, empty]), np.vstack([records.time, empty]), 0.01)
    assert building_speed(both).level["新建"] == pytest.approx(building_speed(both).level["修缮"], abs=0.3)
    with pytest.raises(DataError, match="speed is not known"):
        building_speed(WorkRecords(works, 728, both.work * 0, both.time * 0, 0.01))
