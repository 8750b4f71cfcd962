"""How a plan falls on groups."""

import pandas as pd
import pytest

from povlib.allocation import fairness, solve
from povlib.errors import ProblemError


def test_fairness_counts_each_household_once_in_each_grouping(town):
    problem = town
    plan = solve(problem, gap=0)
    groups = pd.DataFrame({"hh": list("abc"), "sex": ["w", "m", None], "far": [True, True, False]})
    found = fairness(plan, problem, groups).set_index(["group", "level"])
    assert found.loc["sex", "households"].tolist() == [1, 1]
    assert found.loc["far", "served"].tolist() == [0, 2]
    assert found.loc["far", "money_fen"].sum() == 300
    assert found.loc[("far", True), "additional"] == 4.5
    assert found.loc[("far", True), "additional_per_person"] == pytest.approx(4.5 / 7)
    for wrong in (groups.drop(columns="hh"), pd.concat([groups, groups]), groups.assign(hh=list("abz"))):
        with pytest.raises(ProblemError):
            fairness(plan, problem, wrong)
