"""A facility is no household: no ceiling per household binds its opening, no share counts it."""

import sys

import numpy as np
import pandas as pd
import pytest

from povlib.allocation import Problem, solve, verify
from povlib.allocation.proof.pencil_arithmetic import PencilArithmetic
from povlib.errors import InfeasiblePlanError, ProblemError


def mill(opening, *, ceiling=9000, bill=0, budget=30_000, fund="f", shares=None, households=("a",), group=()):
    """Each household may take one post worth 1.0 that exists only when the mill is opened."""
    keys = [f"{h}{k}" for h in households for k in (0, 1)]
    work = [key for key in keys if key.endswith("1")]
    return {
        "packages": pd.DataFrame({"package": keys, "hh": np.repeat(households, 2), "k": [0, 1] * len(households),
                                  "value": [0.0, 1.0] * len(households)}),
        "uses": pd.DataFrame({"package": work, "resource": "posts", "amount": 1}),
        "resources": pd.DataFrame([("f", "fund", budget, ceiling), ("g", "fund", budget, ceiling),
                                   ("posts", "post", 0, None)],
                                  columns=["resource", "kind", "capacity", "household_ceiling_fen"]),
        "households": pd.DataFrame({"hh": households, "village": "A", "members": 1,
                                    "poor": [h in group for h in households]}),
        "facilities": pd.DataFrame([("mill", "posts", len(households), opening, fund)],
                                   columns=["facility", "resource", "added", "opening_fen", "fund"]),
        "bills": pd.DataFrame({"package": work, "measure": "tools", "cost_fen": bill}),
        "payers": pd.DataFrame({"package": work, "measure": "tools", "fund": "f", "ceiling_fen": bill}),
        "shares": shares,
    }  # fmt: skip


def solved(tables):
    problem = Problem.from_tables(**tables)
    plan = solve(problem, gap=0)
    check = verify(plan, problem)
    assert check.ok, check.show("en")
    return problem, plan


@pytest.mark.parametrize("opening", [8_900, 9_000, 9_100, 30_000])
def test_a_ceiling_per_household_does_not_bind_an_opening(opening):
    problem, plan = solved(mill(opening))
    assert plan.value == 1.0
    assert problem.unpayable == ()
    assert plan.payments.to_dict("records") == [
        {"hh": "facility:mill", "measure": "facility:mill", "fund": "f", "fen": opening}
    ]


def test_the_budget_still_binds_an_opening():
    problem, plan = solved(mill(30_001))
    assert plan.value == 0.0
    assert plan.opened.empty
    assert problem.unpayable == ()


def test_two_funds_open_together_what_neither_may_alone():
    _, plan = solved(mill(50_000, fund="f+g"))
    assert plan.payments["fen"].sum() == 50_000
    assert plan.payments["fen"].max() <= 30_000
    assert plan.payments["fen"].min() > 9_000


def test_the_ceiling_still_binds_households():
    assert solved(mill(9_100, bill=9_000))[1].value == 1.0
    problem, plan = solved(mill(9_100, bill=9_001))
    assert plan.value == 0.0
    assert problem.unpayable == ("a1",)


def test_the_line_of_an_opening_is_the_same_by_hand():
    """40,000 fen at 2e-12 and 3e-12 person: 9,100 of the cheaper fund, with no ceiling in between."""
    problem = Problem.from_tables(**mill(9_100, fund="f+g"))
    opened = int(np.flatnonzero(problem.package == "facility:mill:1")[0])
    cost = problem.money.cheapest_payment(np.array([2, 3]), np.array([0, 0]))
    assert cost[opened] == 18_200
    assert PencilArithmetic(problem).net_value("facility:mill:1", 0, {"f": 2, "g": 3}) == -18_200


def shared(of, least):
    """Poor a needs tools for 100 fen, b for 300; the mill for both costs 9,100 and adds two posts."""
    rule = pd.DataFrame([("rule", of, "poor", least)], columns=["share", "of", "group", "at_least"])
    tables = mill(9_100, bill=100, shares=rule, households=("a", "b"), group=("a",))
    tables["bills"]["cost_fen"] = tables["payers"]["ceiling_fen"] = [100, 300]
    return tables


@pytest.mark.parametrize(
    ("of", "least", "value"),
    [
        ("money", 0.25, 2.0),  # 100 of 400: an opening counted would make it 100 of 9,500
        ("money", 0.26, 1.0),
        ("post", 0.5, 2.0),  # one of two posts; what the mill adds is no use of a post
        ("post", 0.51, 1.0),
        ("posts", 0.51, 1.0),
    ],
)
def test_openings_count_in_no_share(of, least, value):
    """Search, certificate and `verify` (which reads the tables again) agree to the fen."""
    problem, plan = solved(shared(of, least))
    assert plan.value == value
    rows = problem.use[:, [len(problem.capacity) - 1]].toarray().ravel()
    assert rows[problem.group >= problem.households].tolist() == [0, 0]


def test_verify_and_search_read_a_share_alike():
    """A plan of the problem without the share is caught exactly where the share is one step dearer."""
    tables = shared("money", 0.25)
    free = {**tables, "shares": None}
    plan = solve(Problem.from_tables(**free), gap=0)
    said = {least: verify(plan, Problem.from_tables(**shared("money", least))).show("en") for least in (0.25, 0.26)}
    assert "100 of 400" not in said[0.25]
    assert "100 of 400, less than the share" in said[0.26]


@pytest.mark.thorough
def test_brute_force_agrees_with_facilities_and_ceilings():
    oracle = sys.modules["tiny_townships"]
    feasible = dearer = 0
    for seed in [*range(5000, 5024), 5093, 5094]:
        tables = oracle.tiny(seed, doors=0.9, mills=1.0)
        best = oracle.brute_force(tables)
        try:
            problem, plan = solved(tables)
        except (InfeasiblePlanError, ProblemError):
            assert best is None, seed
            continue
        assert plan.certificate.value == best * 10**6, seed
        paid = plan.payments[plan.payments["hh"] == "facility:mill"].set_index("fund")["fen"]
        feasible += 1
        ceiling = problem.tables.resources.set_index("resource")["household_ceiling_fen"]
        dearer += bool((paid > ceiling.reindex(paid.index).fillna(np.inf)).any())
    assert feasible > 12
    assert dearer > 0
