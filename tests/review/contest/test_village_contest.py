"""Who leads: nobody where only luck differs, and the truly best are among the best few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.review.contest.village_contest import village_contest

VILLAGES = pd.Series(np.repeat([f"v{i:02d}" for i in range(8)], 40))


@pytest.mark.thorough
def test_where_only_luck_differs_nobody_is_told_apart() -> None:
    rng = np.random.default_rng(11)
    facts = pd.DataFrame({"workers": rng.integers(0, 3, len(VILLAGES))})
    chances = 0.2 + 0.2 * facts["workers"].to_numpy()
    found = [village_contest(VILLAGES, rng.random(len(VILLAGES)) < chances, facts) for _ in range(20)]
    # the simultaneous lists err in at most one contest of twenty
    assert sum(len(one.best) < 8 for one in found) <= 4
    assert sum(len(one.last) < 8 for one in found) <= 4


@pytest.mark.thorough
def test_the_best_are_among_the_best_few() -> None:
    rng = np.random.default_rng(3)
    truth = np.linspace(0.2, 0.8, 8)
    missed, shorter = 0, 0
    for _ in range(20):
        reached = rng.random(len(VILLAGES)) < np.repeat(truth, 40)
        found = village_contest(VILLAGES, reached, pd.DataFrame(index=range(len(VILLAGES))), few=2)
        missed += not {"v06", "v07"} <= set(found.best)
        shorter += len(found.best) < 8
        assert found.told_apart
    assert missed <= 4
    assert shorter == 20


def test_hard_households_do_not_put_a_village_last() -> None:
    rng = np.random.default_rng(8)
    villages = pd.Series(np.repeat([f"v{i:02d}" for i in range(8)], 150))
    workers = np.where(villages == "v00", 0, rng.integers(0, 4, len(villages)))
    reached = rng.random(len(villages)) < 0.1 + 0.2 * workers
    adjusted = village_contest(villages, reached, pd.DataFrame({"workers": workers}), few=1)
    blamed = village_contest(villages, reached, pd.DataFrame(index=range(len(villages))), few=1)
    outside = {name: one.table.set_index("village")["outside"] for name, one in (("fair", adjusted), ("raw", blamed))}
    assert outside["raw"]["v00"] == -1
    assert outside["fair"]["v00"] == 0
