"""Bad tables and rules that clash: every fault at once, by name, in both languages."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from povlib.allocation import Problem, solve, verify
from povlib.errors import InfeasiblePlanError, ProblemError
from povlib.words import language_in_use


def two_households(**changes):
    tables = {
        "packages": pd.DataFrame(
            {"package": ["a0", "a1", "b0", "b1"], "hh": ["a", "a", "b", "b"], "value": [0.0, 2.0, 0.0, 3.0]}
        ),
        "uses": pd.DataFrame({"package": ["a1", "b1"], "resource": "posts", "amount": 1}),
        "resources": pd.DataFrame({"resource": ["posts", "money"], "kind": ["post", "fund"], "capacity": [2, 1000]}),
        "households": pd.DataFrame({"hh": ["a", "b"], "village": "A", "members": [2, 3], "poor": [True, False]}),
        "bills": pd.DataFrame({"package": ["a1", "b1"], "measure": "job", "cost_fen": [400, 600]}),
        "payers": pd.DataFrame({"package": ["a1", "b1"], "measure": "job", "fund": "money", "ceiling_fen": [400, 600]}),
    }
    return {**tables, **changes}


def said(**changes):
    with language_in_use("en"), pytest.raises(ProblemError) as caught:
        Problem.from_tables(**two_households(**changes))
    return str(caught.value)


def test_the_small_case_by_hand():
    plan = solve(Problem.from_tables(**two_households()), gap=0)
    assert (plan.value, list(plan.chosen["package"])) == (5.0, ["a1", "b1"])
    assert plan.payments["fen"].tolist() == [400, 600]
    one_post = two_households()
    one_post["resources"] = one_post["resources"].assign(capacity=[1, 1000])
    assert solve(Problem.from_tables(**one_post), gap=0).value == 3.0


def test_all_faults_at_once():
    tables = two_households()
    text = said(
        packages=tables["packages"].assign(value=[0.0, np.nan, 0.0, 3.0]),
        uses=pd.DataFrame({"package": ["a1", "zz"], "resource": ["posts", "nowhere"], "amount": [0.5, 1]}),
        resources=tables["resources"].assign(capacity=[2, -5]),
    )
    for part in ("uses.package", "zz", "nowhere", "uses.amount", "a1", "resources.capacity", "money", "packages.value"):
        assert part in text


def test_single_faults_are_named():
    tables = two_households()
    assert "column hh is missing" in said(packages=tables["packages"].drop(columns="hh"))
    assert "occur more than once: a" in said(households=pd.concat([tables["households"]] * 2))
    assert "have no package: c" in said(households=pd.DataFrame({"hh": ["a", "b", "c"], "village": "A", "members": 1}))
    assert "not in the table households: b" in said(households=tables["households"].iloc[:1])
    assert "have no bill" in said(bills=tables["bills"].iloc[:1])
    assert "senses are unknown: <" in said(resources=tables["resources"].assign(sense="<"))
    assert "counted twice" in said(uses=pd.DataFrame({"package": ["a1"], "resource": ["money"], "amount": [1]}))
    share = pd.DataFrame([("s", "money", "rich", 0.2)], columns=["share", "of", "group", "at_least"])
    assert "groups are no column of households: rich" in said(shares=share)
    assert "between 0 and 1" in said(shares=share.assign(group="poor", at_least=1.2))
    assert "pins are unknown: maybe" in said(pins=pd.DataFrame({"hh": ["a"], "package": ["a1"], "pin": ["maybe"]}))
    assert "another household: a" in said(pins=pd.DataFrame({"hh": ["a"], "package": ["b1"], "pin": ["approved"]}))
    assert "no package left" in said(
        pins=pd.DataFrame({"hh": ["a", "a"], "package": ["a0", "a1"], "pin": ["refused", "refused"]})
    )


def test_text_and_fractions_in_numbers_are_refused():
    tables = two_households()
    assert "no whole numbers: posts" in said(resources=tables["resources"].assign(capacity=["two", 1000]))
    assert "no whole numbers: a1" in said(bills=tables["bills"].assign(cost_fen=[400.5, 600]))


def test_faults_are_said_in_chinese_too():
    with language_in_use("zh"), pytest.raises(ProblemError) as caught:
        Problem.from_tables(**two_households(packages=two_households()["packages"].drop(columns="hh")))
    assert "缺少" in caught.value.show("zh")


def test_every_message_has_a_translation():
    from babel.messages.pofile import read_po

    root = Path(__file__).parents[3] / "povlib"
    with (root / "words/zh/allocation.po").open("rb") as file:
        known = {message.id for message in read_po(file) if message.string}
    pattern = re.compile(r'(?<![a-z]_)(?:Fault|Error|add|add_keys|text|_fault)\(\s*(?:faults, )?"([^"]+ [^"]+)"')
    used = {m for path in sorted((root / "allocation").rglob("*.py")) for m in pattern.findall(path.read_text("utf-8"))}
    assert len(used) > 40
    with (root / "words/zh/base.po").open("rb") as file:
        known |= {message.id for message in read_po(file) if message.string}
    assert sorted(used - known) == []


def test_arrays_are_checked():
    use = sparse.csr_array(np.array([[0.0], [1.5]]))
    with language_in_use("en"), pytest.raises(ProblemError, match="no whole numbers: r0000"):
        Problem.from_arrays([0, 1], [0, 0], [0], use, [1])
    with language_in_use("en"), pytest.raises(ProblemError) as caught:
        Problem.from_arrays([0, 1], [0, 5], [0, 0], sparse.csr_array((2, 1)), [np.nan], [7], ["<"])
    for part in ("household", "senses", "capacity", "resource_village"):
        assert part in str(caught.value)
    with pytest.raises(ProblemError):
        Problem.from_arrays([0, 1], [0, 0, 0], [0], sparse.csr_array((2, 1)), [1])


def test_a_package_nobody_may_pay_is_never_chosen():
    tables = two_households()
    tables["payers"] = tables["payers"].assign(ceiling_fen=[399, 600])
    problem = Problem.from_tables(**tables)
    assert problem.unpayable == ("a1",)
    assert list(solve(problem, gap=0).chosen["package"]) == ["a0", "b1"]


def clash(**changes):
    with language_in_use("en"), pytest.raises(InfeasiblePlanError) as caught:
        solve(Problem.from_tables(**two_households(**changes)))
    return caught.value


def with_floor(capacity, floor):
    tables = two_households()
    floors = pd.DataFrame({"resource": ["served", "idle"], "kind": "floor", "capacity": [floor, 0], "sense": ">="})
    resources = pd.concat([tables["resources"].assign(capacity=capacity, sense="<="), floors], ignore_index=True)
    served = pd.DataFrame({"package": ["a1", "b1"], "resource": "served", "amount": 1})
    return {"resources": resources, "uses": pd.concat([tables["uses"], served], ignore_index=True)}


def test_clashing_rules_are_named_and_no_others():
    text = str(clash(**with_floor([1, 1000], 2)))
    assert "served: at least 2" in text
    assert "posts: at most 1" in text
    assert "money" not in text
    assert "idle" not in text
    assert "served down from 2 to 1" in text


def test_a_budget_in_the_clash_is_named():
    text = str(clash(**with_floor([2, 700], 2)))
    assert "fund money holds 7 yuan" in text
    assert "served: at least 2" in text
    assert "posts" not in text


def test_pins_in_the_clash_are_named():
    pins = pd.DataFrame({"hh": ["a", "b"], "package": ["a1", "b1"], "pin": "approved"})
    tables = two_households()
    text = str(clash(pins=pins, resources=tables["resources"].assign(capacity=[1, 1000])))
    assert "pins: 2 households" in text
    assert "posts: at most 1" in text
    assert "not enough" in text


def test_integer_clash_without_a_fractional_one():
    """Half of each package would do; whole packages do not."""
    tables = two_households()
    extra = pd.DataFrame({"resource": ["served"], "kind": "floor", "capacity": [1], "sense": ">="})
    resources = pd.concat([tables["resources"].assign(capacity=[1, 1000], sense="<="), extra], ignore_index=True)
    tables["uses"] = pd.DataFrame(
        {
            "package": ["a1", "b1", "a1", "b1"],
            "resource": ["posts", "posts", "served", "served"],
            "amount": [2, 2, 2, 2],
        }
    )
    text = str(clash(resources=resources, uses=tables["uses"]))
    assert "served" in text
    assert "posts" in text


def test_options_are_checked(township):
    with language_in_use("en"), pytest.raises(ProblemError, match="method magic"):
        solve(township, method="magic")
    for bad in ({"gap": -1.0}, {"time_limit_s": 0.0}, {"nodes": 0}):
        with pytest.raises(ProblemError):
            solve(township, **bad)
    with language_in_use("en"), pytest.raises(ProblemError, match="nothing"):
        township.with_capacities({"nothing": 3})


def test_a_plan_stopped_by_the_clock_says_so(township):
    plan = solve(replace(township), time_limit_s=1e-9, gap=0.0)
    assert plan.status == "time"
    assert verify(plan, township).ok
