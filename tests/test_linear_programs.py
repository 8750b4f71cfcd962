"""Programs are solved exactly, in silence, and what cannot be solved says so."""

from __future__ import annotations

import pulp
import pytest

from povlib.linear_programs import is_solved


def test_integer_and_continuous_programs(capfd: pytest.CaptureFixture[str]) -> None:
    for cat, best in ((pulp.LpInteger, 7.0), (pulp.LpContinuous, 7.5)):
        program = pulp.LpProblem("knapsack", pulp.LpMaximize)
        x = [program.add_variable(f"x{i}", 0, 1, cat=cat) for i in range(3)]
        program += 4 * x[0] + 3 * x[1] + 2 * x[2]
        program += 3 * x[0] + 2 * x[1] + 4 * x[2] <= 6
        assert is_solved(program)
        assert program.objective.value() == pytest.approx(best)
    assert capfd.readouterr().out == ""


def test_what_nobody_can_fulfil_is_not_solved() -> None:
    program = pulp.LpProblem("none", pulp.LpMinimize)
    x = program.add_variable("x", 0, 1)
    program += x
    program += x >= 2
    assert not is_solved(program)
