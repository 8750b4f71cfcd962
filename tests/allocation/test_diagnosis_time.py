"""The diagnosis of clashing rules keeps the time it is given and says when it was cut short."""

import numpy as np
import pytest
from scipy import sparse

from povlib.allocation import Problem
from povlib.allocation.solvers.township.infeasible_rules import explain_infeasible
from povlib.allocation.solvers.township.township_search import solve_exact
from povlib.errors import InfeasiblePlanError


def _clash():
    use = sparse.csr_array(np.array([[2], [3], [2], [3]]))
    return Problem.from_arrays([1, 2, 1, 2], [0, 0, 1, 1], [0, 0], use, [3])


def test_a_diagnosis_without_time_says_so():
    assert "time was over" in explain_infeasible(_clash(), 0.0).show("en")
    assert "time was over" not in explain_infeasible(_clash()).show("en")


def test_a_solver_asked_not_to_explain_names_no_rule():
    with pytest.raises(InfeasiblePlanError) as plain:
        solve_exact(_clash(), gap=0.0, nodes=10, time_limit_s=5.0, explain=False)
    with pytest.raises(InfeasiblePlanError) as named:
        solve_exact(_clash(), gap=0.0, nodes=10, time_limit_s=5.0)
    assert "r0000" not in plain.value.show("en")
    assert "r0000" in named.value.show("en")
