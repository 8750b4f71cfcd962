"""Regret against the best plan of each world."""

import itertools

import numpy as np
import pytest

from povlib.allocation import regret


def test_regret_is_what_is_lost_against_the_best_in_each_world(small, plans):
    problem, draws = small(2)
    choices = {f"{i}": rows for i, rows in enumerate(itertools.islice(plans(problem), 5))}
    found = regret(problem, draws, choices).set_index("key")
    worlds = {key: draws[rows].sum(axis=0) for key, rows in choices.items()}
    best = np.max(list(worlds.values()), axis=0)
    for key, values in worlds.items():
        assert found.loc[key, "mean"] == pytest.approx(values.mean())
        assert found.loc[key, "regret_max"] == pytest.approx((best - values).max())
        assert found.loc[key, "behind_share"] == pytest.approx((values > worlds["0"]).mean())
    assert found["best_share"].sum() >= 1
