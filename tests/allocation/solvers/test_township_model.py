"""The integer program: what any solver makes of it is what trying every plan gives."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from povlib.allocation import Problem, solve, township_model
from povlib.allocation.proof.fund_split import split_bills
from povlib.errors import ProblemError


def _problem(values: list[list[float]], costs: list[list[int]], budgets: tuple[int, int], kept: float) -> Problem:
    """Three packages for each of a few households; two funds, of which the first keeps a share for one measure."""
    rows = [(h, k) for h in range(len(values)) for k in range(3)]
    packages = pd.DataFrame(
        {"package": [f"{h}-{k}" for h, k in rows], "hh": [f"h{h}" for h, _ in rows],
         "k": [k for _, k in rows], "value": [values[h][k - 1] if k else 0.0 for h, k in rows]}
    )  # fmt: skip
    paid = [(h, k) for h, k in rows if k]
    bills = pd.DataFrame(
        {"package": [f"{h}-{k}" for h, k in paid], "measure": ["cow" if k == 1 else "job" for _, k in paid],
         "cost_fen": [costs[h][k - 1] for h, k in paid]}
    )  # fmt: skip
    payers = pd.concat(
        [bills.assign(fund="a", ceiling_fen=bills["cost_fen"]), bills[bills["measure"] == "job"].assign(
            fund="b", ceiling_fen=lambda frame: frame["cost_fen"] // 2)]
    )[["package", "measure", "fund", "ceiling_fen"]]  # fmt: skip
    resources = pd.DataFrame({"resource": ["a", "b"], "kind": "fund", "capacity": budgets})
    households = pd.DataFrame({"hh": [f"h{h}" for h in range(len(values))], "village": "A", "members": 1})
    keeps = pd.DataFrame({"fund": ["a"], "measure": ["cow"], "share": [kept]})
    uses = pd.DataFrame({"package": pd.Series(dtype=object), "resource": pd.Series(dtype=object),
                         "amount": pd.Series(dtype="int64")})  # fmt: skip
    return Problem.from_tables(packages, uses, resources, households, bills=bills, payers=payers, keeps=keeps)


def _best_by_trying(problem: Problem) -> float:
    groups = [np.arange(a, b) for a, b in zip(problem.start[:-1], problem.start[1:], strict=True)]
    plans = (np.array(rows) for rows in product(*groups))
    return max(
        problem.value[rows].sum() / 1e6
        for rows in plans
        if problem.allowed[rows].all() and split_bills(problem, rows) is not None
    )


@pytest.mark.thorough
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 20), min_size=2, max_size=2), min_size=1, max_size=4),
    st.lists(st.integers(1, 9), min_size=8, max_size=8),
    st.tuples(st.integers(0, 25), st.integers(0, 12)),
    st.sampled_from([0.0, 0.25, 0.5]),
)
def test_the_model_finds_what_trying_every_plan_finds(
    values: list[list[int]], costs: list[int], budgets: tuple[int, int], kept: float
) -> None:
    worth = [[v / 10 for v in one] for one in values]
    problem = _problem(worth, np.reshape(costs, (4, 2)).tolist(), budgets, kept)
    answer = township_model(problem).solve(gap=0.0)
    assert answer.value == pytest.approx(_best_by_trying(problem))
    assert len(answer.chosen) == problem.households
    assert answer.beside(solve(problem, gap=0.0))["agree"].all()


def test_a_file_of_the_model_is_solved_alike_by_another_reader(tmp_path: Path) -> None:
    import highspy

    problem = _problem([[1.0, 2.0], [3.0, 1.5], [0.5, 0.7]], [[3, 4], [5, 2], [1, 1]], (6, 3), 0.5)
    model = township_model(problem)
    for ending in ("lp", "mps"):
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.readModel(str(model.write(tmp_path / f"model.{ending}")))
        highs.run()
        assert abs(highs.getInfo().objective_function_value) == pytest.approx(model.solve(gap=0.0).value)
        assert "h0" not in (tmp_path / f"model.{ending}").read_text(encoding="utf-8")
    assert model.program.numVariables() == len(model.variables)
    assert model.program.numConstraints() == len(model.rows)


def test_another_ending_and_objectives_in_order_are_refused(tmp_path: Path) -> None:
    problem = _problem([[1.0, 2.0]], [[3, 4]], (6, 3), 0.0)
    with pytest.raises(ProblemError, match=r"\.lp, \.mps"):
        township_model(problem).write(tmp_path / "model.txt")
    assert not list(tmp_path.iterdir())


def test_a_pin_is_a_variable_at_nothing() -> None:
    use = sparse.csr_array(np.zeros((4, 1), dtype=np.int64))
    problem = Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4])
    pinned = replace(problem, allowed=np.array([True, False, True, True]))
    assert township_model(pinned).solve(gap=0.0).value == 6.0
    assert township_model(pinned).program.variables()[1].upBound == 0


def test_the_model_says_in_words_what_it_holds() -> None:
    said = repr(township_model(_problem([[1.0, 2.0]], [[3, 4]], (6, 3), 0.5)))
    assert "3 yes-or-no variables" in said
    assert "1 rows: each household takes exactly one package" in said
