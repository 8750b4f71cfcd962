"""Cases of what is opened: they hold every plan, bound every plan, and bound it lower than no case does."""

from itertools import product

import numpy as np
from tiny_horizons import best_by_enumeration, horizon_of, tiny

from povlib.allocation.horizon.horizon_bound import horizon_bound
from povlib.allocation.horizon.horizon_cases import bound_of_cases, case_of, cover, shortfall, split_cases
from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_PERSON


def test_cases_bound_every_plan_and_lower_than_one_case_does():
    lower = 0
    for seed in range(40):
        made = tiny(seed, mills=1.0)
        horizon = horizon_of(made)
        program = HorizonProgram(horizon)
        cases = split_cases(program)
        bound = bound_of_cases(horizon, cases)
        assert bound / UNITS_PER_PERSON >= best_by_enumeration(made) / MICRO - 1e-9, seed
        alone = horizon_bound(horizon, program.prices())
        assert bound <= alone + UNITS_PER_PERSON // 10**6, seed
        lower += bound < alone - UNITS_PER_PERSON // 1000
        assert cover(horizon, [case.decided for case in cases]), seed
        # a plan of any opening belongs to one case, and loses at least what is said of its packages
        plan = solve_horizon(horizon, gap=0)
        assert case_of(plan.rows, cases).holds(plan.rows)
        below = shortfall(horizon, cases)[plan.rows].max()
        assert below <= bound / UNITS_PER_PERSON - plan.value + 1e-6, seed
    assert lower >= 3


def test_without_anything_to_open_there_is_one_case():
    for seed in range(5):
        (case,) = split_cases(HorizonProgram(horizon_of(tiny(seed, mills=0.0))))
        assert case.decided == {}


def test_cases_cover_only_where_every_combination_is_in_one():
    horizon = horizon_of(tiny(1, mills=1.0))
    problem = horizon.problem
    groups = list(range(problem.households, problem.groups))
    rows = {g: np.flatnonzero((problem.group == g) & problem.allowed).tolist() for g in groups}
    every = [dict(zip(groups, chosen, strict=True)) for chosen in product(*rows.values())]
    assert len(every) > 1
    assert cover(horizon, every)
    assert not cover(horizon, every[1:])
    assert cover(horizon, [*every[1:], {}])
    assert not cover(horizon, [])
