"""Degenerate inputs give right plans; the two ways in agree; priorities and stability do what they say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from povlib.allocation import Priority, Problem, poorest_fifth, solve, verify


def arrays(value, household, use, capacity, **more):
    village = np.zeros(max(household) + 1, dtype=int)
    return Problem.from_arrays(value, household, village, sparse.csr_array(np.array(use)), capacity, **more)


def solved(problem):
    plan = solve(problem, gap=0)
    check = verify(plan, problem)
    assert check.ok, check.show("en")
    return plan


def test_nobody_eligible():
    plan = solved(arrays([0.3, 0.4], [0, 1], [[0], [0]], [5]))
    assert (plan.value, plan.additional, plan.gap) == (0.7, 0.0, 0.0)


def test_zero_budget():
    plan = solved(arrays([0.1, 0.9, 0.2, 0.8], [0, 0, 1, 1], [[0], [3], [0], [2]], [0]))
    assert plan.choice.tolist() == [0, 2]


def test_one_household():
    plan = solved(arrays([0.1, 0.9, 0.95], [0, 0, 0], [[0], [3], [9]], [5]))
    assert (plan.choice.tolist(), plan.status) == ([1], "optimal")


def test_no_rules_at_all():
    plan = solved(Problem.from_arrays([1, 2, 5, 4], [0, 0, 1, 1], [0, 1], sparse.csr_array((4, 0)), []))
    assert (plan.value, plan.gap) == (7.0, 0.0)


def test_all_ties():
    households = 30
    value = np.tile([0.0, 1.0], households)
    plan = solved(arrays(value, np.repeat(np.arange(households), 2), np.tile([[0], [1]], (households, 1)), [7]))
    assert plan.value == 7.0
    assert plan.gap == pytest.approx(0, abs=1e-9)


def test_cheaper_and_better_than_all():
    value, use = [0, 1, 3], [[0], [5], [2]]
    plan = solved(arrays(value * 4, np.repeat(range(4), 3), use * 4, [8]))
    assert plan.choice.tolist() == [2, 5, 8, 11]


def test_everything_fits():
    plan = solved(arrays([0, 2, 0, 3], [0, 0, 1, 1], [[0], [1], [0], [1]], [100]))
    assert (plan.value, plan.prices) == (5.0, {"r0000": 0.0})


def test_values_may_be_negative_and_large():
    plan = solved(arrays([-5.0, -7.0, 3_000_000.0, 3_999_999.999999], [0, 0, 1, 1], [[0], [0], [1], [4]], [3]))
    assert plan.value == 2_999_995.0


def test_floors_in_arrays():
    plan = solved(arrays([1, 0, 1, 0.5], [0, 0, 1, 1], [[0], [1], [0], [1]], [1], sense=[">="]))
    assert plan.choice.tolist() == [0, 3]
    assert plan.prices["r0000"] == pytest.approx(0.5)


def test_rows_in_any_order_of_households():
    plan = solved(arrays([3, 0, 2, 0], [1, 1, 0, 0], [[1], [0], [1], [0]], [1]))
    assert plan.choice.tolist() == [3, 0]


def test_arrays_and_tables_agree(instances):
    data = instances.random_arrays(12, 3)
    by_array = solve(Problem.from_arrays(**data), gap=0)
    use = data["use"].tocoo()
    keys = np.array([f"p{i:04d}" for i in range(len(data["value"]))])
    hh = np.array([f"h{h:03d}" for h in data["household"]])
    names = np.array([f"r{r:04d}" for r in range(use.shape[1])])
    by_table = solve(
        Problem.from_tables(
            pd.DataFrame({"package": keys, "hh": hh, "value": data["value"]}),
            pd.DataFrame({"package": keys[use.row], "resource": names[use.col], "amount": use.data}),
            pd.DataFrame({"resource": names, "capacity": data["capacity"], "sense": data["sense"]}),
            pd.DataFrame({"hh": np.unique(hh), "village": "", "members": 1}),
        ),
        gap=0,
    )
    assert by_array.value == by_table.value
    assert by_array.certificate.prices == by_table.certificate.prices


def test_lexicographic_priority_is_reached_first(instances):
    tables = instances.township(2, households=30, villages=2)
    plain = solve(Problem.from_tables(**tables), gap=0.1)
    problem = Problem.from_tables(**tables, priority=[Priority("poorest")])
    first = solve(problem, gap=0.1)
    poor = tables["households"]["poorest"].to_numpy()
    own = [plan.chosen.loc[poor, "value"].sum() for plan in (first, plain)]
    assert own[0] > own[1]
    assert first.value < plain.value
    assert first.certificate.reached == (("poorest", round(own[0] * 1e6)),)
    assert verify(first, problem).ok
    forged = replace(first.certificate.stages[0], bound=first.certificate.stages[0].bound - 1)
    proof = replace(first.certificate, stages=(forged,))
    assert not verify(replace(first, certificate=proof, seal=proof.seal), problem).ok


def test_weighted_priority_shifts_places():
    tables = {
        "packages": pd.DataFrame(
            {"package": ["a0", "a1", "b0", "b1"], "hh": ["a", "a", "b", "b"], "value": [0, 2.0, 0, 3.0]}
        ),
        "uses": pd.DataFrame({"package": ["a1", "b1"], "resource": "posts", "amount": 1}),
        "resources": pd.DataFrame({"resource": ["posts"], "capacity": [1]}),
        "households": pd.DataFrame({"hh": ["a", "b"], "village": "A", "members": 1, "poor": [True, False]}),
    }  # fmt: skip
    assert list(solve(Problem.from_tables(**tables), gap=0).chosen["package"]) == ["a0", "b1"]
    weighed = Problem.from_tables(**tables, priority=[Priority("poor", 2.0)])
    assert list(solve(weighed, gap=0).chosen["package"]) == ["a1", "b0"]


def test_stability_keeps_the_last_plan_among_equals():
    households = [f"h{i}" for i in range(6)]
    tables = {
        "packages": pd.DataFrame(
            [(f"{h}-{k}", h, k, float(k)) for h in households for k in (0, 1)], columns=["package", "hh", "k", "value"]
        ),
        "uses": pd.DataFrame({"package": [f"{h}-1" for h in households], "resource": "posts", "amount": 1}),
        "resources": pd.DataFrame({"resource": ["posts"], "capacity": [2]}),
        "households": pd.DataFrame({"hh": households, "village": "A", "members": 1}),
    }
    for kept in (["h4", "h5"], ["h0", "h3"]):
        previous = pd.DataFrame({"hh": households, "package": [f"{h}-{int(h in kept)}" for h in households]})
        plan = solve(Problem.from_tables(**tables, previous=previous), gap=0)
        assert list(plan.chosen.loc[plan.chosen["value"] > 0, "hh"]) == kept
        assert plan.value == 2.0


def test_a_facility_opens_only_when_it_pays():
    def township(opening):
        return Problem.from_tables(
            pd.DataFrame({"package": ["a0", "a1", "b0", "b1"], "hh": ["a", "a", "b", "b"], "value": [0, 1.0, 0, 2.0]}),
            pd.DataFrame({"package": ["a1", "b1"], "resource": "places", "amount": 1}),
            pd.DataFrame({"resource": ["places", "money"], "kind": ["place", "fund"], "capacity": [0, 100]}),
            pd.DataFrame({"hh": ["a", "b"], "village": "A", "members": 1}),
            pd.DataFrame([("barn", "places", 1, opening, "money")],
                         columns=["facility", "resource", "added", "opening_fen", "fund"]),
        )  # fmt: skip

    opened = solved(township(100))
    assert (opened.value, opened.opened["facility"].tolist()) == (2.0, ["barn"])
    assert opened.payments.to_dict("records") == [
        {"hh": "facility:barn", "measure": "facility:barn", "fund": "money", "fen": 100}
    ]
    assert solved(township(101)).opened.empty


def test_kept_share_of_a_fund():
    problem = Problem.from_tables(
        pd.DataFrame({"package": ["a0", "a1", "b0", "b1"], "hh": ["a", "a", "b", "b"], "value": [0, 9.0, 0, 1.0]}),
        pd.DataFrame(columns=["package", "resource", "amount"]),
        pd.DataFrame({"resource": ["money"], "kind": "fund", "capacity": [100]}),
        pd.DataFrame({"hh": ["a", "b"], "village": "A", "members": 1}),
        bills=pd.DataFrame({"package": ["a1", "b1"], "measure": ["road", "cattle"], "cost_fen": [60, 60]}),
        payers=pd.DataFrame(
            {"package": ["a1", "b1"], "measure": ["road", "cattle"], "fund": "money", "ceiling_fen": 60}
        ),
        keeps=pd.DataFrame({"fund": ["money"], "measure": ["cattle"], "share": [0.5]}),
    )
    assert list(solved(problem).chosen["package"]) == ["a0", "b1"]


def test_poorest_fifth_counts_persons():
    frame = pd.DataFrame(
        {"hh": list("abcde"), "members": [1, 4, 2, 2, 1], "income_fen_per_head": [50, 40, 30, None, 20]}
    )
    assert poorest_fifth(frame).tolist() == [False, False, True, False, True]
    assert poorest_fifth(frame, eligible=[True, True, False, False, False]).tolist() == [
        False,
        True,
        False,
        False,
        False,
    ]
