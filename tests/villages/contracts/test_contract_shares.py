"""Shares of a contract: as good as trying every plan, and never more than anybody can raise."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.villages.contracts.contract_shares import RaisingTerms, contract_shares

TERMS = RaisingTerms(floor_fen=3000, cost_fen=1200, startup_fen=4000, mortality=0.2)


def _best(demand: dict[int, int], raisers: pd.DataFrame, terms: RaisingTerms) -> tuple[int, int, float]:
    """Return most delivered, fewest starts, smallest largest use, by trying every whole share."""
    months = sorted(demand)
    options = []
    for row in raisers.itertuples(index=False):
        top = int(np.floor(row.capacity * (1 - terms.mortality) + 1e-9))
        own = []
        for units in product(*(range(demand[m] + 1) for m in months)):
            taken = sum(units)
            if taken > top or any(u and row.months and m not in row.months for u, m in zip(units, months, strict=True)):
                continue
            raised = int(np.ceil(taken / (1 - terms.mortality) - 1e-9))
            net = taken * terms.floor_fen - raised * terms.cost_fen
            if taken and row.newcomer and net < terms.startup_fen:
                continue
            own.append((units, taken / top if top else 0.0, int(bool(taken and row.newcomer))))
        options.append(own)
    best: tuple[int, int, float] | None = None
    for plan in product(*options):
        sums = [sum(units[k] for units, _, _ in plan) for k in range(len(months))]
        if any(total > demand[m] for total, m in zip(sums, months, strict=True)):
            continue
        value = (-sum(sums), sum(start for _, _, start in plan), max((use for _, use, _ in plan), default=0.0))
        if best is None or value < best:
            best = value
    assert best is not None
    return -best[0], best[1], best[2]


@pytest.mark.thorough
def test_shares_equal_trying_every_plan() -> None:
    rng = np.random.default_rng(14)
    for _ in range(300):
        demand = {m: int(rng.integers(0, 4)) for m in (5, 8)}
        n = int(rng.integers(1, 4))
        raisers = pd.DataFrame(
            {
                "hh": [f"h{i}" for i in range(n)],
                "capacity": rng.integers(0, 7, n).astype(float),
                "months": [((), (5,), (8,))[int(rng.integers(3))] for _ in range(n)],
                "newcomer": rng.integers(0, 2, n).astype(bool),
            }
        )
        plan = contract_shares(demand, raisers, TERMS)
        delivered, starts, use = _best(demand, raisers, TERMS)
        assert int(plan.shares["quantity"].sum()) == delivered
        made = plan.households[plan.households["quantity"] > 0]
        assert int(made["newcomer"].sum()) == starts
        assert plan.households["use"].max() == pytest.approx(use)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.booleans()), min_size=1, max_size=8),
    st.lists(st.integers(0, 150), min_size=1, max_size=4),
    st.floats(0, 0.5),
)
def test_nobody_delivers_more_than_lives_and_no_newcomer_loses(
    people: list[tuple[int, bool]], asked: list[int], mortality: float
) -> None:
    terms = RaisingTerms(3000, 1200, 40_000, round(mortality, 2))
    raisers = pd.DataFrame(
        {
            "hh": [f"h{i}" for i in range(len(people))],
            "capacity": [float(c) for c, _ in people],
            "months": [()] * len(people),
            "newcomer": [new for _, new in people],
        }
    )
    plan = contract_shares(dict(enumerate(asked)), raisers, terms)
    own = plan.households
    assert (own["raised"] <= own["capacity"]).all()
    assert (own.loc[own["newcomer"], "net_fen"] >= 0).all()
    assert (plan.lacking["lacking"] >= 0).all()
    assert plan.shares["quantity"].sum() + plan.missing == sum(asked)


def test_a_price_floor_below_cost_lets_nobody_in() -> None:
    raisers = pd.DataFrame({"hh": ["a"], "capacity": [100.0], "months": [()], "newcomer": [False]})
    plan = contract_shares({1: 10}, raisers, RaisingTerms(1000, 1200, 0, 0.1))
    assert plan.missing == 10


def test_every_fault_is_named_at_once() -> None:
    raisers = pd.DataFrame({"hh": ["a", "a"], "capacity": [-1.0, 3.0], "months": [()] * 2, "newcomer": False})
    with pytest.raises(DataError) as raised:
        contract_shares({1: -5}, raisers, RaisingTerms(-1, 0, 0, 1.0))
    assert len(raised.value.faults) == 5
