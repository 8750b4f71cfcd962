"""The split of money to the fen, against independent flow programs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from povlib.allocation import Problem, solve
from povlib.allocation.problem.integer_flow import FlowNetwork
from povlib.allocation.proof.fund_split import split_bills
from povlib.allocation.solvers.township.relaxation import FundRows


def money_problem(rng, *, households=4, keep=False, door=False):
    """Each household has one package with bills; random ceilings and budgets near what is needed."""
    funds = ["f0", "f1", "f2"]
    bills, payers, packages = [], [], []
    for h in range(households):
        packages.append((f"h{h}-0", f"h{h}", 0, 0.0))
        packages.append((f"h{h}-1", f"h{h}", 1, 1.0))
        for m in ("a", "b")[: rng.integers(1, 3)]:
            cost = int(rng.integers(1, 50))
            bills.append((f"h{h}-1", m, cost))
            for f in funds:
                if rng.random() < 0.7:
                    payers.append((f"h{h}-1", m, f, int(rng.integers(0, cost + 1))))
    limit = [float(rng.integers(5, 60)) if door and rng.random() < 0.5 else np.nan for _ in funds]
    resources = pd.DataFrame(
        {"resource": funds, "kind": "fund", "capacity": rng.integers(10, 90, 3), "household_ceiling_fen": limit}
    )
    keeps = pd.DataFrame([("f0", "a", 0.4)], columns=["fund", "measure", "share"]) if keep else None
    return Problem.from_tables(
        pd.DataFrame(packages, columns=["package", "hh", "k", "value"]),
        pd.DataFrame(columns=["package", "resource", "amount"]),
        resources,
        pd.DataFrame({"hh": [f"h{h}" for h in range(households)], "village": "A", "members": 1}),
        bills=pd.DataFrame(bills, columns=["package", "measure", "cost_fen"]),
        payers=pd.DataFrame(payers, columns=["package", "measure", "fund", "ceiling_fen"]),
        keeps=keeps,
    )


def flow_lp(problem, rows):
    """Whether a split exists, by a linear program over payments."""
    money = problem.money
    bills = np.flatnonzero(np.isin(money.package, rows))
    n, f = len(bills), len(money.funds)
    if not n:
        return True
    a_ub, b_ub = [], []
    for g in range(f):
        row = np.zeros((n, f))
        row[:, g] = 1
        a_ub.append(row.ravel())
        b_ub.append(money.budget[g])
        rest = row * ~money.kept[bills]
        a_ub.append(rest.ravel())
        b_ub.append(money.child[g])
        for package in np.unique(money.package[bills]):
            own = np.zeros((n, f))
            own[money.package[bills] == package, g] = 1
            a_ub.append(own.ravel())
            b_ub.append(min(int(money.household_ceiling[g]), 10**9))
    found = linprog(
        np.zeros(n * f), A_ub=np.array(a_ub), b_ub=np.array(b_ub), A_eq=np.kron(np.eye(n), np.ones(f)),
        b_eq=money.cost[bills], bounds=[(0, c) for c in money.ceiling[bills].ravel()],
    )  # fmt: skip
    return found.status == 0


def check_split(problem, rows, payments):
    money = problem.money
    assert (payments["fen"] > 0).all()
    assert payments["fen"].sum() == money.total[rows].sum()
    by_fund = payments.groupby("fund")["fen"].sum()
    for g, fund in enumerate(money.funds):
        assert by_fund.get(fund, 0) <= money.budget[g]
        doors = payments[payments["fund"] == fund].groupby("hh")["fen"].sum()
        assert (doors <= money.household_ceiling[g]).all()


def _same_verdict(seed, keep, door):
    rng = np.random.default_rng(seed)
    problem = money_problem(rng, keep=keep, door=door)
    every = FundRows(problem)
    every.add_all()
    agreed = 0
    for _ in range(8):
        rows = problem.start[:-1] + rng.integers(0, 2, problem.groups)
        if not problem.allowed[rows].all():
            continue
        gale = all(int(d[rows].sum()) <= b for d, b in zip(every.demand, every.budget, strict=True))
        payments = split_bills(problem, rows)
        possible = flow_lp(problem, rows)
        assert gale == possible == (payments is not None), seed
        if payments is not None:
            check_split(problem, rows, payments)
        agreed += 1
    return agreed


@pytest.mark.thorough
def test_gale_rows_split_and_flow_program_agree():
    total = sum(_same_verdict(seed, keep=seed % 2 == 0, door=seed % 2 == 1) for seed in range(40))
    assert total > 60


def test_ceiling_and_kept_share_on_one_fund_stay_on_the_safe_side():
    """No flow network describes both at once: the split may be missed, never wrong."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        problem = money_problem(rng, keep=True, door=True)
        plan = solve(problem, gap=0)
        check_split(problem, plan.rows, plan.payments)
        assert flow_lp(problem, plan.rows)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 40), st.integers(0, 9)), max_size=14))
def test_flows_agree_with_a_linear_program(arcs):
    arcs = [(a, b, c, p) for a, b, c, p in arcs if a != b and b != 0 and a != 1]
    one, two = FlowNetwork(6), FlowNetwork(6)
    for a, b, c, p in arcs:
        one.add_arc(a, b, c)
        two.add_arc(a, b, c, p)
    size, cost = two.push_cheapest_flow()
    assert one.push_maximal_flow() == size
    if not arcs:
        return
    balance = np.zeros((6, len(arcs)))
    for i, (a, b, _, _) in enumerate(arcs):
        balance[a, i] -= 1
        balance[b, i] += 1
    inner = balance[2:]
    bounds = [(0, c) for _, _, c, _ in arcs]
    most = linprog(-balance[1], A_eq=inner, b_eq=np.zeros(4), bounds=bounds)
    assert size == round(-most.fun)
    least = linprog([p for *_, p in arcs], A_eq=np.vstack([inner, balance[1]]), b_eq=[0, 0, 0, 0, size], bounds=bounds)
    assert cost == round(least.fun)


def test_bills_alike_are_reckoned_once_and_never_mixed_up():
    """Bills that differ in cost, in who may pay or in what is kept are of other kinds; all others are of one."""
    money = money_problem(np.random.default_rng(3), households=40, keep=True, door=True).money
    kinds = money._kinds
    columns = np.column_stack([money.cost, money.ceiling, money.kept])
    assert (np.column_stack([kinds.cost, kinds.ceiling, kinds.kept])[kinds.of_bill] == columns).all()
    assert len(kinds.cost) == len({tuple(row) for row in columns.tolist()})
    alike = money_problem(np.random.default_rng(3), households=1).money
    twice = replace(
        alike, package=np.append(alike.package, alike.package), measure=np.append(alike.measure, alike.measure),
        cost=np.append(alike.cost, alike.cost), ceiling=np.vstack([alike.ceiling] * 2),
        kept=np.vstack([alike.kept] * 2),
    )  # fmt: skip
    assert len(twice._kinds.cost) == len(alike._kinds.cost)
