"""The sums over whole columns that `verify` trusts are those of the pencil, package by package."""

import sys

import numpy as np
import pytest

from povlib.allocation import Problem
from povlib.allocation.proof.certificate import Prices, price_bound
from povlib.allocation.proof.exact_arithmetic import ExactArithmetic
from povlib.allocation.proof.pencil_arithmetic import PencilArithmetic
from povlib.errors import ProblemError
from povlib.vocabulary.resource_keys import (
    outside_kept_share,
)


def drawn(seed, **more):
    try:
        return Problem.from_tables(**sys.modules["tiny_townships"].tiny(seed, **more))
    except ProblemError:
        return None


def prices_of(problem, seed, largest):
    rng = np.random.default_rng(seed)
    return {
        name: int(rng.integers(0, 10**9)) * (largest // 10**9) for name in Prices.names(problem) if rng.random() < 0.7
    }


def bound_by_pencil(problem, prices):
    """Every package by hand, from the words of the rule: value less bills less rows, the best of each group."""
    pencil, best = PencilArithmetic(problem), {}
    for package, value, group in zip(problem.package, problem.value.tolist(), problem.group.tolist(), strict=True):
        line = pencil.net_value(str(package), value, prices)
        if line is not None:
            best[group] = max(best.get(group, line), line)
    total = sum(best.values())
    for row, sense, capacity in problem.rows[["row", "sense", "capacity"]].itertuples(index=False):
        total += prices.get(row, 0) * int(capacity) * (1 if sense == "<=" else -1)
    for fund, (budget, child, _) in pencil.fund_budgets().items():
        total += prices.get(fund, 0) * budget + prices.get(outside_kept_share(fund), 0) * child
    return total


@pytest.mark.thorough
@pytest.mark.parametrize("largest", [10**11, 10**19])
@pytest.mark.parametrize("part", range(4))
def test_lines_are_those_of_the_pencil(part, largest):
    """Prices that int64 cannot hold too; ceilings per household that bind need a flow."""
    compared = flows = 0
    for seed in range(part * 15, part * 15 + 15):
        problem = drawn(seed, doors=0.7)
        if problem is None:
            continue
        prices, pencil = prices_of(problem, seed, largest), PencilArithmetic(problem)
        line, payable = ExactArithmetic(problem).net_values(prices)
        flows += line.dtype == object and largest < 10**12
        for at, package in enumerate(problem.package[: len(line)]):
            by_hand = pencil.net_value(str(package), int(problem.value[at]), prices)
            assert (by_hand is not None) == bool(payable[at]), (seed, package)
            assert by_hand is None or by_hand == line[at], (seed, package)
            compared += 1
    assert compared > 50
    assert flows > 0 or largest > 10**12


@pytest.mark.thorough
def test_the_bound_is_that_of_the_pencil_and_of_the_solver():
    compared = 0
    for seed in range(60):
        problem = drawn(seed, doors=0.4)
        if problem is None or problem.stages:
            continue
        prices = prices_of(problem, seed, 10**10)
        bound = ExactArithmetic(problem).bound(prices)
        assert bound == price_bound(problem, Prices.of(problem, prices)), seed
        if not len(problem.tables.pins):
            assert bound == bound_by_pencil(problem, prices), seed
            compared += 1
    assert compared > 20
