"""Funds of townships and villages beside those of a county: plans and proofs equal brute force."""

import sys

import numpy as np
import pandas as pd
import pytest

from povlib.allocation import Problem, baselines, solve, verify
from povlib.allocation.problem.fund_tree import fund_tree
from povlib.allocation.proof.fund_split import split_bills, unpaid_fen
from povlib.allocation.questions.baseline_rules import FirmRules
from povlib.allocation.solvers.township import relaxation
from povlib.errors import InfeasiblePlanError, ProblemError

FAST, THOROUGH = 8, 300


def county(seed, *, households=(3, 8), villages=False):
    """Tables of 2-4 townships, 1-2 funds of all and up to 2 of each, some of a village, kept shares and ceilings."""
    rng = np.random.default_rng([17, seed])
    townships = [f"t{i}" for i in range(rng.integers(2, 5))]
    common = [f"c{i}" for i in range(rng.integers(1, 3))]
    own = {t: [f"{t}f{i}" for i in range(rng.integers(0, 3))] for t in townships}
    hh = [f"h{i}" for i in range(rng.integers(*households))]
    home = rng.choice(townships, len(hh))
    place = [f"{t}{rng.choice(['A', 'B'])}" for t in home]
    of_village = {v: [f"{v}g"] if villages and rng.random() < 0.6 else [] for v in sorted(set(place))}
    packages, uses, bills, payers = [], [], [], []
    for i, key in enumerate(hh):
        for k in range(rng.integers(2, 4)):
            package = f"{key}-{k}"
            packages.append((package, key, k, round(float(rng.random() * 4), 6) if k else 0.0))
            if not k:
                continue
            if rng.random() < 0.3:
                uses.append((package, "posts", 1))
            for m in sorted(rng.choice(["house", "cattle", "job"], rng.integers(1, 3), replace=False)):
                cost = int(rng.integers(1, 60))
                bills.append((package, m, cost))
                for fund in (*common, *own[home[i]], *of_village[place[i]]):
                    if rng.random() < 0.75:
                        payers.append((package, m, fund, int(rng.integers(1, cost + 1))))
    funds = [*common, *(f for t in townships for f in own[t]), *(f for v in of_village.values() for f in v)]
    rows = []
    for fund in funds:
        most = 120 if fund in common else 50
        ceiling = int(rng.integers(8, 60)) if rng.random() < 0.2 else np.nan
        rows.append((fund, "fund", int(rng.integers(0, most)), "<=", ceiling))
    rows.append(("posts", "post", int(rng.integers(0, 4)), "<=", np.nan))
    if seed % 4 == 1:  # a floor for each township: some cannot be kept with the money there is
        rows += [(f"served {t}", "floor", int(rng.integers(0, 3)), ">=", np.nan) for t in townships]
        town = dict(zip(hh, home, strict=True))
        uses += [(package, f"served {town[key]}", 1) for package, key, k, _ in packages if k]
    tables = {
        "packages": pd.DataFrame(packages, columns=["package", "hh", "k", "value"]),
        "uses": pd.DataFrame(uses, columns=["package", "resource", "amount"]),
        "resources": pd.DataFrame(rows, columns=["resource", "kind", "capacity", "sense", "household_ceiling_fen"]),
        "households": pd.DataFrame({"hh": hh, "village": place, "members": 1, "poor": rng.random(len(hh)) < 0.5}),
        "bills": pd.DataFrame(bills, columns=["package", "measure", "cost_fen"]),
        "payers": pd.DataFrame(payers, columns=["package", "measure", "fund", "ceiling_fen"]),
        "shares": pd.DataFrame(
            [("poorest", "money", "poor", 0.25)] if rng.random() < 0.3 else [],
            columns=["share", "of", "group", "at_least"],
        ),
    }
    free = [fund for fund, *_, ceiling in rows if fund in funds and np.isnan(ceiling)]
    if free and rng.random() < 0.6:
        keeping = rng.choice(free, min(len(free), 2), replace=False)
        tables["keeps"] = pd.DataFrame([(f, "cattle", 0.3) for f in keeping], columns=["fund", "measure", "share"])
    if own[townships[0]] and rng.random() < 0.3:
        fund = "+".join([common[0], own[townships[0]][0]])
        tables["facilities"] = pd.DataFrame(
            [("mill", 1, "posts", 2, 15, fund)],
            columns=["facility", "level", "resource", "added", "opening_fen", "fund"],
        )
    return tables


@pytest.fixture
def through_tree(monkeypatch):
    """Let every problem look for broken sets of funds block by block, however few there are."""
    monkeypatch.setattr(relaxation, "MOST_WAITING", 0)


@pytest.mark.parametrize("villages", [False, True])
@pytest.mark.parametrize("problems", [FAST, pytest.param(THOROUGH, marks=pytest.mark.slow)])
def test_worst_state_is_the_worst_of_all_listed(problems, villages):
    """Of any choice, even of parts of packages, no set of funds that could be listed is broken by more."""
    for seed in range(problems):
        try:
            problem = Problem.from_tables(**county(seed, villages=villages))
        except ProblemError:
            continue
        money, rng = problem.money, np.random.default_rng(seed)
        tree = fund_tree(money)
        for whole in (True, False):
            weight = rng.integers(0, 2, len(problem.value)) if whole else rng.random(len(problem.value))
            weight = np.where(problem.allowed, weight, np.zeros_like(weight))
            if money.states > 4096:
                continue
            by = [float(money.demand(state) @ weight) - money.budget_of(state) for state in money.binding_states()]
            found = tree.worst_states(weight)
            assert (found[0][0] if found else 0.0) == pytest.approx(max(0.0, *by), abs=1e-6), (seed, whole)
            for excess, state in found:
                assert excess == pytest.approx(float(money.demand(state) @ weight) - money.budget_of(state)), seed
        rows = np.array([rng.choice(np.arange(a, b)) for a, b in zip(problem.start, problem.start[1:], strict=False)])
        if problem.allowed[rows].all() and not (money.has_child & (money.household_ceiling < 2**60)).any():
            payable = (tree.excess(tree.demands(rows).sum(axis=0)) <= 0).all()
            assert payable == (unpaid_fen(problem, rows) == 0) == (split_bills(problem, rows) is not None), seed


@pytest.mark.parametrize("method", ["exact", "priced"])
@pytest.mark.parametrize("problems", [FAST, pytest.param(THOROUGH, marks=pytest.mark.slow)])
def test_optimum_equals_brute_force(problems, method, through_tree):
    feasible = 0
    for seed in range(problems):
        tables = county(seed, villages=seed % 3 == 0)
        best = sys.modules["tiny_townships"].Oracle(tables).best()
        try:
            problem = Problem.from_tables(**tables)
            plan = solve(problem, method, gap=0)
        except (InfeasiblePlanError, ProblemError):
            assert best is None, seed
            continue
        feasible += 1
        check = verify(plan, problem)
        assert check.ok, (seed, check.show("en"))
        assert plan.certificate.bound >= best * 10**6 >= plan.certificate.value, seed
        if method == "exact" or plan.method == "exact":
            assert plan.certificate.value == best * 10**6, (seed, plan.value, best / 1e6)
            assert plan.status == "optimal"
    assert feasible >= problems / 2


@pytest.mark.parametrize("problems", [FAST, pytest.param(THOROUGH, marks=pytest.mark.slow)])
def test_simple_rules_are_the_same_set_by_set_and_block_by_block(problems, monkeypatch):
    for seed in range(problems):
        try:
            problem = Problem.from_tables(**county(seed, villages=seed % 2 == 0))
        except ProblemError:
            continue
        if problem.money.states > 4096:
            continue
        found = []
        for most in (2**20, 0):
            monkeypatch.setattr(relaxation, "MOST_WAITING", most)
            found.append([(one.key, one.rows.tolist(), one.broken) for one in baselines(problem)])
        assert found[0] == found[1], seed


@pytest.mark.parametrize("problems", [FAST, pytest.param(THOROUGH, marks=pytest.mark.slow)])
def test_what_a_choice_may_change_is_the_same_set_by_set_and_block_by_block(problems, monkeypatch):
    for seed in range(problems):
        try:
            problem = Problem.from_tables(**county(seed))
        except ProblemError:
            continue
        if problem.money.states > 4096:
            continue
        start = np.where(problem.base >= 0, problem.base, problem.start[:-1])
        asked = np.flatnonzero(problem.allowed & (problem.group < problem.households))
        answers = []
        for most in (2**20, 0):
            monkeypatch.setattr(relaxation, "MOST_WAITING", most)
            rules = FirmRules(problem)
            used, demand = rules.use_and_demand(start)
            one = [bool(rules.keeps(used, demand, *rules.change_by(r, int(start[problem.group[r]])))) for r in asked]
            many = rules.keeps(used, demand, *rules.changes_by(asked, start[problem.group[asked]])).tolist()
            assert one == many
            answers.append(one)
        assert answers[0] == answers[1], seed


def test_twenty_funds_of_areas_are_told_apart(through_tree):
    """Sets of 24 funds are too many to be listed: each township still pays from its own first."""
    hh = [f"t{t:02d}-{i}" for t in range(20) for i in range(3)]
    packages = [(f"{h}-{k}", h, k, float(k)) for h in hh for k in range(2)]
    bills = [(f"{h}-1", "cattle", 100) for h in hh]
    payers = [(f"{h}-1", "cattle", f, 100) for h in hh for f in ("a", "b", "c", "d", h[:3])]
    funds = ["a", "b", "c", "d", *(f"t{t:02d}" for t in range(20))]
    problem = Problem.from_tables(
        pd.DataFrame(packages, columns=["package", "hh", "k", "value"]),
        pd.DataFrame(columns=["package", "resource", "amount"]),
        pd.DataFrame({"resource": funds, "kind": "fund", "capacity": [100] * 4 + [110] * 20}),
        pd.DataFrame({"hh": hh, "village": [h[:3] for h in hh], "members": 1}),
        bills=pd.DataFrame(bills, columns=["package", "measure", "cost_fen"]),
        payers=pd.DataFrame(payers, columns=["package", "measure", "fund", "ceiling_fen"]),
    )
    assert problem.money.states == 2**24 - 1
    for method in ("exact", "priced"):
        plan = solve(problem, method, gap=2.5)  # prices alone prove 26
        # a fund of its own pays one household in each township; 10 are left over in each and 400 are common: any nine
        # townships together fill one more each with 10 of theirs and 90, and that is 4 households in all
        assert plan.value == 24
        assert verify(plan, problem).ok
        own = plan.payments[plan.payments["fund"].str.startswith("t")]
        assert (own["fund"] == own["hh"].str[:3]).all()
    frame = {one.key: one.value for one in baselines(problem)}
    assert frame["per_yuan"] == 24
