"""Broken rules of a choice, by counting; none is missed and none is made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from povlib.allocation import Problem
from povlib.allocation.questions.broken_rules import broken_rules


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_capacities_are_broken_by_what_is_used_beyond_them(data: st.DataObject) -> None:
    households, packages, resources = 3, 3, 2
    use = np.array(data.draw(st.lists(st.integers(0, 5), min_size=18, max_size=18))).reshape(9, 2)
    use[::packages] = 0
    capacity = data.draw(st.lists(st.integers(0, 8), min_size=resources, max_size=resources))
    owner = np.repeat(np.arange(households), packages)
    problem = Problem.from_arrays(np.arange(9.0), owner, [0] * households, sparse.csr_array(use), capacity)
    rows = np.array([3 * h + data.draw(st.integers(0, 2)) for h in range(households)])
    used = use[rows].sum(axis=0)
    expected = {f"r{r:04d}": int(used[r] - capacity[r]) for r in range(resources) if used[r] > capacity[r]}
    found = broken_rules(problem, rows)
    assert dict(zip(found["row"], found["over"], strict=True)) == expected


def _township(**more: pd.DataFrame) -> Problem:
    households = pd.DataFrame({"hh": ["a", "b"], "village": "A", "members": 1, "poorest": [True, False]})
    packages = pd.DataFrame(
        {
            "package": ["a0", "a1", "b0", "b1"],
            "hh": ["a", "a", "b", "b"],
            "k": [0, 1, 0, 1],
            "value": [0.0, 0.5, 0, 0.9],
        }
    )
    bills = pd.DataFrame({"package": ["a1", "b1"], "measure": "m", "cost_fen": [300, 700]})
    payers = pd.DataFrame(
        {"package": ["a1", "b1", "b1"], "measure": "m", "fund": ["f", "f", "g"], "ceiling_fen": [300, 700, 200]}
    )
    resources = pd.DataFrame({"resource": ["f", "g"], "capacity": [600, 150], "kind": "fund"})
    uses = pd.DataFrame({"package": ["a0"], "resource": "f", "amount": [0]}).iloc[:0]
    return Problem.from_tables(packages, uses, resources, households, bills=bills, payers=payers, **more)


def test_money_is_short_by_what_no_split_can_pay() -> None:
    problem = _township()
    # 300 + 700 are due; f pays 600, g 150 of the 200 it might: 250 are missing
    (row,) = broken_rules(problem, np.array([1, 3])).to_dict("records")
    assert (row["kind"], row["row"], row["over"]) == ("money", "f+g", 250)
    assert broken_rules(problem, np.array([1, 2])).empty


@pytest.mark.parametrize(("rows", "missing"), [([0, 3], 280), ([1, 3], 100), ([1, 2], 0)])
def test_a_share_lacks_what_its_group_does_not_get(rows: list[int], missing: int) -> None:
    shares = pd.DataFrame({"share": ["s"], "of": ["money"], "group": ["poorest"], "at_least": [0.4], "names": [{}]})
    found = broken_rules(_township(shares=shares), np.array(rows))
    shares_found = found[found["kind"] == "share"]
    assert shares_found["over"].sum() == missing
    assert shares_found["row"].tolist() == (["share:s"] if missing else [])


def test_a_package_that_a_pin_forbids_is_told() -> None:
    pins = pd.DataFrame({"hh": ["b"], "package": ["b1"], "pin": ["refused"]})
    found = broken_rules(_township(pins=pins), np.array([0, 3]))
    assert found.loc[found["kind"] == "pin", "over"].tolist() == [1]
