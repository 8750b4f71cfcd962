"""Choices that keep every rule in whole numbers, against the rules by hand."""

import numpy as np
from tiny_horizons import best_by_enumeration, horizon_of, keeps_rules, tiny

from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.payable_rows import keeps_every_row, payable_rows, value_of


def choice_of(made, horizon, rows):
    """Return the plain rows of a choice without a mill."""
    found = []
    for row in rows.tolist():
        name, _, t = str(horizon.problem.package[row]).rpartition("@")
        own, k = name.rsplit("-", 1)
        if k == "0":
            found.append((-1, 0, (), 0, 0))
            continue
        (one,) = [r for r in made["offered"][int(t)] if r[0] == own and r[1] == int(k)]
        found.append((int(t), round(one[2] * 1e6), *one[3:]))
    return found


def test_rules_are_kept_exactly_where_the_enumeration_says_so():
    kept = 0
    for seed in range(40):
        made = tiny(seed, mills=0.0)
        horizon = horizon_of(made)
        problem = horizon.problem
        rng = np.random.default_rng(seed)
        for _ in range(8):
            rows = np.array([rng.choice(np.flatnonzero(problem.group == g)) for g in range(problem.groups)])
            if not problem.allowed[rows].all():
                continue
            said = keeps_rules(made, choice_of(made, horizon, rows), -1)
            assert keeps_every_row(horizon, rows) == said, seed
            kept += said
    assert kept > 20


def test_the_best_of_all_columns_is_the_best_of_all_choices():
    for seed in range(12):
        made = tiny(seed, mills=0.0)
        horizon = horizon_of(made)
        column = np.flatnonzero(horizon.problem.allowed)
        rows = payable_rows(HorizonProgram(horizon), column, gap=0.0, nodes=0)
        assert round(value_of(horizon, rows) * 1e6) == best_by_enumeration(made), seed
