"""What a decision by hand costs, and which clash: against every plan of tiny townships tried one by one."""

import sys

import numpy as np
import pandas as pd
import pytest

from povlib.allocation import Problem, clashing_pins, pin_costs, solve, verify
from povlib.allocation.questions.pin_costs import ALL
from povlib.errors import InfeasiblePlanError, ProblemError

#: townships tried; about half of them have a plan with all their pins
SEEDS = range(32)


def _with_pins(seed):
    """Tables of a tiny township in which about half of the households are pinned to something."""
    tables = sys.modules["tiny_townships"].tiny(seed, mills=0.1)
    if isinstance(tables.get("objective"), list):
        tables.pop("objective")
    rng = np.random.default_rng([seed, 6])
    rows = []
    for hh, own in tables["packages"].groupby("hh"):
        if rng.random() < 0.6:
            kind = rng.choice(["approved", "refused", "by_hand"])
            rows.append((hh, None if kind == "refused" and rng.random() < 0.5 else rng.choice(own["package"]), kind))
    return {**tables, "pins": pd.DataFrame(rows, columns=["hh", "package", "pin"])}


def _best(tables, without=None):
    """The value of the best plan by brute force, with all pins or with some left out; None where there is none."""
    pins = tables["pins"]
    kept = pins[:0] if without == ALL else pins[pins["hh"] != without]
    whole = kept["package"].isna()
    # to refuse a household is to refuse each package that brings anything
    new = tables["packages"].loc[tables["packages"]["k"] > 0, ["hh", "package"]]
    each = kept.loc[whole, ["hh", "pin"]].merge(new, on="hh")[["hh", "package", "pin"]]
    kept = pd.concat([kept[~whole], each], ignore_index=True)
    return sys.modules["tiny_townships"].Oracle({**tables, "pins": kept}).best()


@pytest.mark.thorough
def test_the_true_cost_lies_in_its_range_and_is_met_where_both_plans_are_optimal():
    tried = met = 0
    for seed in SEEDS:
        tables = _with_pins(seed)
        best = _best(tables)
        if best is None or tables["pins"].empty:
            continue
        problem = Problem.from_tables(**tables)
        plan = solve(problem, gap=0)
        assert verify(plan, problem).ok
        assert not clashing_pins(problem)
        for most in (0, 9):
            for row in pin_costs(plan, problem, gap=0, most=most).itertuples(index=False):
                true = (_best(tables, row.hh) - best) / 1e6
                assert row.low - 1e-9 <= true <= row.high + 1e-9, (seed, row)
                assert row.low <= row.cost <= row.high, (seed, row)
                tried += 1
                if row.solved:
                    assert row.cost == pytest.approx(true, abs=1e-9), (seed, row)
                    met += 1
    assert tried > 50
    assert met > 15


def test_money_is_that_of_the_two_plans():
    tables = {
        "packages": pd.DataFrame({"package": ["a0", "a1", "b0", "b1"], "hh": list("aabb"), "value": [0, 2.0, 0, 1.0]}),
        "uses": pd.DataFrame({"package": [], "resource": [], "amount": []}),
        "resources": pd.DataFrame({"resource": ["fund"], "kind": ["fund"], "capacity": [100]}),
        "households": pd.DataFrame({"hh": list("ab"), "village": list("AA"), "members": [3, 4]}),
        "bills": pd.DataFrame({"package": ["a1", "b1"], "measure": "m", "cost_fen": [100, 40]}),
        "payers": pd.DataFrame({"package": ["a1", "b1"], "measure": "m", "fund": "fund", "ceiling_fen": [100, 40]}),
        "pins": pd.DataFrame({"hh": ["a"], "package": [None], "pin": ["refused"]}),
    }
    problem = Problem.from_tables(**tables)
    plan = solve(problem, gap=0)
    told = pin_costs(plan, problem, gap=0).set_index("hh")
    # without the refusal a has the whole fund: one person and 60 fen more
    assert told.loc["a", ["cost", "low", "high", "money_fen", "solved"]].tolist() == [1.0, 1.0, 1.0, 60, True]
    assert told.loc[ALL, "cost"] == 1.0


@pytest.mark.thorough
def test_pins_that_cannot_all_be_kept_are_named_and_none_needlessly():
    found = 0
    for seed in SEEDS:
        tables = _with_pins(seed)
        if tables["pins"].empty or _best(tables) is not None or _best(tables, ALL) is None:
            continue
        try:
            problem = Problem.from_tables(**tables)
        except ProblemError:
            continue  # one household alone has no package left: said so at once
        named = clashing_pins(problem)
        assert named, seed
        with pytest.raises(InfeasiblePlanError):
            solve(problem)
        pins = tables["pins"]
        own = {**tables, "pins": pins[pins["hh"].isin(named)]}
        assert _best(own) is None, seed
        assert all(_best(own, hh) is not None for hh in named), (seed, named)
        found += 1
    assert found >= 2


def test_no_pins_cost_nothing():
    tables = {**_with_pins(1), "pins": pd.DataFrame(columns=["hh", "package", "pin"])}
    problem = Problem.from_tables(**tables)
    assert pin_costs(solve(problem, gap=0), problem).empty
    assert clashing_pins(problem) == []
