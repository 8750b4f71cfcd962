"""The order in which villages take turns, against the rule written household by household."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from povlib.allocation import Problem
from povlib.allocation.questions.baseline_rules import _rows_in_rounds


def _one_by_one(problem: Problem) -> list[int]:
    """Villages by name take turns; each serves whom its best package helps most, its packages by gain."""
    base = problem.value[problem.base[problem.group]]
    gain = problem.value - base
    rows = [row for row in problem.order.tolist() if problem.group[row] < problem.households and gain[row] > 0]
    best = {
        h: max([gain[row] for row in rows if problem.group[row] == h], default=0) for h in range(problem.households)
    }
    queues: dict[str, list[list[int]]] = {}
    for own in sorted(best, key=lambda h: (-best[h], problem.group_rank[h])):
        mine = sorted((row for row in rows if problem.group[row] == own), key=lambda row: -gain[row])
        queues.setdefault(str(problem.village[own]), []).append(mine)
    turns = max(map(len, queues.values()))
    return [row for turn in range(turns) for v in sorted(queues) if turn < len(queues[v]) for row in queues[v][turn]]


@pytest.mark.parametrize("seed", range(8))
def test_villages_take_turns_as_the_rule_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, 30)
    group = np.repeat(np.arange(30), sizes)
    value = rng.integers(0, 5, len(group))  # many equals
    value[np.flatnonzero(np.r_[True, np.diff(group) > 0])] = 0
    use = sparse.csr_array(rng.integers(0, 3, (len(group), 2)) * (value > 0)[:, None])
    problem = Problem.from_arrays(value, group, rng.integers(0, 4, 30), use, [40, 40])
    assert list(_rows_in_rounds(problem)) == _one_by_one(problem)
