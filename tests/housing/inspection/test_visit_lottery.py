"""The lottery: weights and whole assignments that give exactly the chances set, each keeping every rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import WorkbenchError
from povlib.housing.inspection.visit_lottery import VisitLottery, visit_lottery
from povlib.housing.inspection.visit_probabilities import InspectionRound, drawn_directions, visit_probabilities


def _lottery(n: int, seed: int, cap: float = 0.5) -> tuple[InspectionRound, pd.DataFrame, VisitLottery]:
    draw = np.random.default_rng(seed)
    villages = tuple(f"V{k}" for k in range(n))
    names = [f"{v}-{k}" for v in villages for k in (1, 2)]
    most = draw.integers(1, 3, 2 * n)
    people = pd.DataFrame({"inspector": names, "home": np.repeat(villages, 2), "max_villages": most})
    km = pd.DataFrame(draw.uniform(1, 20, (2 * n, n)), index=names, columns=list(villages))
    round_ = InspectionRound(people, villages, cap=cap)
    p = visit_probabilities(round_, km, drawn_directions(villages, seed))
    return round_, p, visit_lottery(p, people.set_index("inspector")["home"])


def _rules_kept(round_: InspectionRound, lottery: VisitLottery) -> None:
    people = round_.inspectors
    place = {village: j for j, village in enumerate(round_.villages)}
    home = people["home"].map(place).to_numpy()
    for visits in lottery.visits:
        assert (visits.sum(axis=0) == round_.visitors).all()
        assert (visits.sum(axis=1) <= people["max_villages"]).all()
        assert not visits[np.arange(len(home)), home].any()
        by_home = np.zeros((len(place), len(place)), dtype=int)
        np.add.at(by_home, home, visits.astype(int))
        assert by_home.max() <= 1
        assert not ((by_home > 0) & (by_home.T > 0)).any()


@given(st.integers(0, 10_000))
@settings(max_examples=12, deadline=None)
def test_the_mean_of_the_assignments_is_the_chances_and_every_rule_holds(seed: int) -> None:
    round_, p, lottery = _lottery(8, seed)
    np.testing.assert_allclose(lottery.probabilities().to_numpy(), p.to_numpy(), atol=1e-6)
    assert lottery.weights.sum() == pytest.approx(1)
    assert (lottery.weights > 0).all()
    _rules_kept(round_, lottery)


def test_ten_thousand_draws_keep_the_marginals() -> None:
    """Every pair within 4.5 standard errors: of a hundred pairs one in some 1,500 such tests would fall outside."""
    _, p, lottery = _lottery(12, 5, cap=0.34)
    lines = np.bincount([lottery.line(2016, draw) for draw in range(10_000)], minlength=len(lottery.weights))
    seen = np.tensordot(lines, lottery.visits.astype(float), axes=1) / 10_000
    error = np.sqrt(p.to_numpy() * (1 - p.to_numpy()) / 10_000)
    assert (np.abs(seen - p.to_numpy()) <= 4.5 * error + 1e-9).all()


def test_the_same_seed_draws_the_same_assignment_and_another_may_not() -> None:
    _, _, lottery = _lottery(8, 3)
    assert lottery.assignment(20160518).equals(lottery.assignment(20160518))
    assert len({lottery.line(seed) for seed in range(50)}) > 1


def test_whole_chances_are_one_assignment() -> None:
    p = pd.DataFrame([[0.0, 1.0], [1.0, 0.0]], index=["a", "b"], columns=["A", "B"])
    lottery = visit_lottery(p, pd.Series({"a": "A", "b": "B"}))
    assert lottery.weights.tolist() == [1.0]
    assert lottery.assignment(1).to_numpy().tolist() == [["a", "B"], ["b", "A"]]


def test_chances_that_are_no_lottery_are_refused() -> None:
    p = pd.DataFrame([[0.5, 0.2], [0.4, 0.8]], index=["a", "b"], columns=["C", "D"])
    with pytest.raises(WorkbenchError, match="whole number of visitors"):
        visit_lottery(p, pd.Series({"a": "A", "b": "B"}))
