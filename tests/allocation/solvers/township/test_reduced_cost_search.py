"""A proof is a plan, recomputed in integers, that reaches what the bound leaves; nothing else is one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from povlib.allocation import Problem, solve
from povlib.allocation.solvers.township import reduced_cost_search, search_state
from povlib.allocation.solvers.township.reduced_cost_search import widen_until_proven
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.restricted_programs import ProgramAnswer, broken_rows, plan_worth
from povlib.allocation.solvers.township.search_clock import SearchClock
from povlib.allocation.solvers.township.search_state import LATE, REFUSED, ExactSearch
from povlib.allocation.solvers.township.solver_process import shared_solver

SEEDS = 12


def _tight(seed, households=5, packages=4, rows=3):
    """A knapsack so tight that relaxation and optimum lie apart; package 0 uses nothing."""
    rng = np.random.default_rng(seed)
    use = rng.integers(1, 9, (households, packages, rows))
    use[:, 0] = 0
    value = np.round(use.sum(axis=2) * rng.uniform(0.8, 1.2, (households, packages)), 1)
    capacity = rng.integers(6, 5 * households, rows)
    owner = np.repeat(np.arange(households), packages)
    problem = Problem.from_arrays(
        value.ravel(), owner, np.zeros(households, dtype=int), sparse.csr_array(use.reshape(-1, rows)), capacity
    )
    return problem, value, use, capacity


def _best(value, use, capacity):
    """Brute force: the best value of all choices that keep every capacity, in micro-persons."""
    households, packages = value.shape
    choices = np.array(list(itertools.product(range(packages), repeat=households)))
    at = np.arange(households)
    fits = (use[at, choices].sum(axis=1) <= capacity).all(axis=1)
    return int(np.rint(value[at, choices].sum(axis=1)[fits].max() * 1e6))


def _search(problem, rows=None):
    relaxed = relax(problem, 20.0)
    return ExactSearch(problem, relaxed, 10**9, SearchClock(60.0), rows=rows)


def _nothing(problem):
    return problem.start[:-1].copy()


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from([(), (0.2, 0.4, 0.6, 0.8), reduced_cost_search.GAP_PARTS]),
    st.sampled_from([((1, True), (2, False), (10**9, False)), reduced_cost_search.PROOF_TREES]),
)
def test_proofs_agree_with_brute_force(seed, parts, trees):
    problem, value, use, capacity = _tight(seed)
    search = _search(problem, _nothing(problem))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reduced_cost_search, "GAP_PARTS", parts)
        patch.setattr(reduced_cost_search, "PROOF_TREES", trees)
        said = widen_until_proven(search, 0.0)
    best = _best(value, use, capacity)
    assert said == "optimal"
    assert plan_worth(problem, search.rows) == best
    assert not broken_rows(problem, search.relaxed.funds, search.rows)
    assert search.refused == 0
    assert search.solver_bound >= best


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_search_without_a_plan_finds_and_proves_one(seed):
    problem, value, use, capacity = _tight(seed)
    search = _search(problem)
    assert widen_until_proven(search, 0.0) == "optimal"
    assert plan_worth(problem, search.rows) == _best(value, use, capacity)


def _lying(monkeypatch, lie):
    """Let the solver's answers pass through `lie(answer, search, least)`; the solver itself is the real one."""
    true = search_state.solve_part

    def solve_part(problem, funds, keep, fixed, **words):
        answer = true(problem, funds, keep, fixed, **words)
        return lie(answer, problem, words.get("least_micro"))

    monkeypatch.setattr(search_state, "solve_part", solve_part)


def _gap_above_zero():
    """Return a problem whose optimum is below its relaxation, so that only a solver can prove it."""
    for seed in range(100):
        problem, value, use, capacity = _tight(seed)
        search = _search(problem, _nothing(problem))
        if search.bound_micro - _best(value, use, capacity) > 10**6:
            return problem, _best(value, use, capacity)
    raise AssertionError("no such problem")


def test_a_plan_below_its_cutoff_is_no_proof(monkeypatch):
    """The solver once returned a plan below the cutoff it was given and called it optimal."""
    problem, best = _gap_above_zero()
    poor = _nothing(problem)
    _lying(
        monkeypatch,
        lambda answer, problem, least: ProgramAnswer(poor, float(plan_worth(problem, poor)), "Optimal", 1)
        if least is not None else answer,
    )  # fmt: skip
    search = _search(problem, poor)
    assert widen_until_proven(search, 0.0) == "optimal"  # the call without a cutoff tells the truth
    assert search.refused == 1
    assert plan_worth(problem, search.rows) == best


def test_a_solver_that_loses_the_plan_known_proves_nothing(monkeypatch):
    """Every answer is a lie: the search keeps its plan and claims neither an optimum nor a bound."""
    problem, best = _gap_above_zero()
    known = solve(problem, gap=0).rows
    poor = _nothing(problem)
    _lying(
        monkeypatch, lambda answer, problem, least: ProgramAnswer(poor, float(plan_worth(problem, poor)), "Optimal", 1)
    )
    search = _search(problem, known)
    assert widen_until_proven(search, 0.0) == "effort"
    assert plan_worth(problem, search.rows) == best
    assert np.isinf(search.solver_bound)


def test_calling_the_plan_known_impossible_is_refused(monkeypatch):
    problem, _ = _gap_above_zero()
    known = solve(problem, gap=0).rows
    _lying(monkeypatch, lambda answer, problem, least: ProgramAnswer(None, -np.inf, "Infeasible", 1))
    search = _search(problem, known)
    free = np.full(problem.groups, -1, dtype=np.int64)
    answer = search.ask(problem.allowed, free, 100, None)
    assert answer.status == REFUSED
    assert np.isinf(answer.bound_micro)
    assert search.refused == 1


def test_an_honest_answer_is_kept_where_the_plan_known_is_not_in_the_part():
    problem, _ = _gap_above_zero()
    known = solve(problem, gap=0).rows
    search = _search(problem, known)
    others = problem.allowed.copy()
    others[known] = False
    others[problem.start[:-1]] = True
    free = np.full(problem.groups, -1, dtype=np.int64)
    answer = search.ask(others, free, 1000, None)
    assert answer.closed
    assert search.refused == 0
    assert np.array_equal(search.rows, known)


def test_a_search_past_its_deadline_says_so():
    problem, _ = _gap_above_zero()
    search = _search(problem, _nothing(problem))
    search.clock = SearchClock(-1.0)
    assert search.ask(problem.allowed, problem.start[:-1], 10, None).status == LATE
    assert widen_until_proven(search, 0.0) == "time"
    assert np.isinf(search.solver_bound)


def test_a_part_that_takes_its_share_of_the_time_leaves_the_rest(monkeypatch):
    """A first call that ends without an answer is not the end: the plan is proven by the call without a cutoff."""
    problem, best = _gap_above_zero()
    _lying(
        monkeypatch,
        lambda answer, problem, least: ProgramAnswer(None, np.inf, LATE, 1) if least is not None else answer,
    )
    search = _search(problem, _nothing(problem))
    assert widen_until_proven(search, 0.0) == "optimal"
    assert not search.late
    assert plan_worth(problem, search.rows) == best


def test_a_tree_that_does_not_end_is_given_up_for_another(monkeypatch):
    """Each call takes what the table of trees says; one that ended without a proof is no refusal."""
    problem, best = _gap_above_zero()
    asked = []
    true = search_state.solve_part

    def solve_part(problem, funds, keep, fixed, **words):
        asked.append((words["nodes"], words["restarts"]))
        if words["nodes"] < 10**8:
            return ProgramAnswer(None, np.inf, "Solution limit reached", words["nodes"])
        return true(problem, funds, keep, fixed, **words)

    monkeypatch.setattr(search_state, "solve_part", solve_part)
    search = _search(problem, solve(problem, gap=0.0).rows)
    asked.clear()
    assert widen_until_proven(search, 0.0) == "optimal"
    assert asked[-3:-1] == list(reduced_cost_search.PROOF_TREES[:2])
    assert asked[-1][1] is True
    assert search.refused == 0
    assert plan_worth(problem, search.rows) == best


@pytest.mark.slow
def test_a_township_is_proven_and_the_plan_is_the_same_again(township):
    first, again = solve(township, gap=0, time_limit_s=120), solve(township, gap=0, time_limit_s=120)
    assert first.status == "optimal"
    assert first.solver_bound == first.value < first.price_bound
    assert first.choice.tolist() == again.choice.tolist()
    shared_solver().end()
