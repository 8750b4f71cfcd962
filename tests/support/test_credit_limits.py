"""Materials on credit: what is owed, who is refused, and rows that keep household, cadre and village within limits."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.allocation import Problem, solve, verify
from povlib.calendar import Month
from povlib.params import Catalogue, Records, Settings
from povlib.support.credit_limits import credit_limits
from povlib.support.credits_owed import credits_owed
from povlib.support.example_township import example_township
from povlib.support.help_offer import offer
from tests.support.conftest import catalogue, closes, fund, measure, rule

LIMITS = {"household_yuan": 5000, "cadre_yuan": 6000, "village_yuan": 8000, "share": 0.5, "citation": "a rule"}
UNSAFE = rule("household", "housing_grade", "in", ("C", "D"))


def on_credit(**more: object) -> Catalogue:
    credit = measure(
        "on_credit", "housing", 8000, "bill", closes=[closes("housing")], eligibility=[UNSAFE], causes=["no_money"],
        only_recorded=True, credit=LIMITS | more,
    )  # fmt: skip
    plain = measure("plain", "housing", 8000, "bill", closes=[closes("housing")], eligibility=[UNSAFE])
    return catalogue(credit, plain, fund("a", 1_000_000))


def dwelling(cause: str | None = "no_money", cadre: str | None = "甲-干部1", **more: object) -> pd.DataFrame:
    row = {"hh": "H1", "only_dwelling": 1, "prior_benefit": 0, "willing": 1, "delay_cause": cause, "way": None,
           "guarantor": cadre, "site": None, "plan_fits": 1} | more  # fmt: skip
    frame = pd.DataFrame([row])
    flags = ["only_dwelling", "prior_benefit", "willing", "plan_fits"]
    return frame.astype(dict.fromkeys(flags, "Int8"))


def credit_rows(rows: list[tuple[str, str, str, int, int, int | None]]) -> pd.DataFrame:
    """hh, guarantor, village, yuan, due month, yuan repaid."""
    frame = pd.DataFrame(rows, columns=["hh", "guarantor", "village", "fen", "due_month", "repaid_fen"])
    frame["fen"], frame["repaid_fen"] = frame["fen"] * 100, frame["repaid_fen"].astype("Int64") * 100
    frame["id"] = [f"c{i}" for i in range(len(frame))]
    return frame.assign(project=None, from_month=24100, status="running").astype({"due_month": "Int64"})


LATER, PAST = Month(2017, 1).ordinal, Month(2016, 3).ordinal


def made(known: Catalogue, **frames: pd.DataFrame) -> tuple[dict[str, int], set[str], dict[str, str]]:
    """Return capacities of the credit rows, measures offered to H1, and why others are refused."""
    found = offer(example_township(**frames), known, Settings())
    rows = found.resources[found.resources["kind"] == "credit"]
    offered = set(found.packages.loc[found.packages["hh"] == "H1", "measures"]) - {""}
    refused = found.refused[found.refused["hh"] == "H1"]
    why = dict(zip(refused["measure"], refused["reason_en"], strict=True))
    uses = found.uses[found.uses["resource"].isin(rows["resource"])]
    assert set(uses["amount"]) <= {4000}  # half of the 8000 yuan that stand in for a bill
    return dict(zip(rows["resource"], rows["capacity"], strict=True)), offered, why


def test_the_rows_are_what_may_still_be_owed() -> None:
    owed = credit_rows([("H9", "甲-干部1", "甲", 1500, LATER, 500), ("H8", "甲-干部2", "甲", 700, LATER, None)])
    capacity, offered, _ = made(on_credit(), dwellings=dwelling(), material_credits=owed)
    assert capacity == {"credit:village:甲": 8000 - 1700, "credit:cadre:甲-干部1": 6000 - 1000}
    assert offered == {"on_credit", "plain"}


@pytest.mark.parametrize(
    ("rows", "frames", "words"),
    [
        ([], {"cause": "no_plot"}, "this way is for houses that wait because: no start-up money"),
        ([], {"cause": None}, "this way is for houses that wait because: no start-up money"),
        ([], {"only_dwelling": 0}, "it has another dwelling"),
        ([], {"prior_benefit": 1}, "it has had a housing benefit before"),
        ([("H1", "x", "甲", 900, PAST, 100)], {}, "it owes for materials past their month"),
        ([("H1", "x", "甲", 1100, LATER, 0)], {}, "more than one household may"),
    ],
)
def test_who_is_refused_is_told_why(rows: list[tuple[str, str, str, int, int, int]], frames: dict, words: str) -> None:
    _, offered, why = made(on_credit(), dwellings=dwelling(**frames), material_credits=credit_rows(rows))
    assert "on_credit" not in offered
    assert words in why["on_credit"]
    assert ("plain" in offered) == ("dwelling" not in words and "benefit" not in words)


def test_limits_not_entered_are_no_offer() -> None:
    _, offered, why = made(on_credit(cadre_yuan=None), dwellings=dwelling())
    assert offered == {"plain"}
    assert why["on_credit"] == "its amounts have not been entered yet"
    assert credit_limits(on_credit(cadre_yuan=None)) == {}


def test_where_no_cadre_is_named_the_village_binds() -> None:
    capacity, offered, _ = made(on_credit(), dwellings=dwelling(cadre=None))
    assert capacity == {"credit:village:甲": 8000}
    assert "on_credit" in offered


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 9000), st.one_of(st.none(), st.integers(0, 9000)), st.sampled_from([PAST, LATER])),
        max_size=6,
    )
)
def test_what_is_owed_by_hand(rows: list[tuple[int, int | None, int]]) -> None:
    state = SimpleNamespace(
        material_credits=credit_rows([("H1", "c", "甲", fen, due, back) for fen, back, due in rows])
    )
    found = credits_owed(state, Month(2016, 4))  # type: ignore[arg-type]
    assert found["owed_fen"].tolist() == [100 * max(fen - (back or 0), 0) for fen, back, _ in rows]
    assert found["overdue"].tolist() == [due == PAST and fen > (back or 0) for fen, back, due in rows]


def test_no_plan_goes_beyond_a_limit() -> None:
    """Three households that all want credit on one cadre's word: every choice within the rows, by brute force."""
    known = on_credit()
    base = example_township()
    households = base.households.assign(housing_grade="D", village="甲")
    observations = base.observations.assign(housing=pd.array([0] * len(base.observations), dtype="Int8"))
    dwellings = pd.concat([dwelling(), dwelling(), dwelling()]).assign(hh=["H1", "H2", "H3"])
    found = offer(
        example_township(households=households, observations=observations, dwellings=dwellings), known, Settings()
    )
    capacity = found.resources.set_index("resource")["capacity"]
    uses = found.uses.merge(found.packages[["package", "hh"]], on="package")
    for chosen in product(*(group["package"].tolist() for _, group in found.packages.groupby("hh"))):
        total = uses[uses["package"].isin(chosen)].groupby("resource")["amount"].sum()
        bought = int((found.packages.loc[list(chosen), "measures"] == "on_credit").sum())
        kept = (total <= capacity.reindex(total.index)).all()
        # 4000 yuan each: the cadre's 6000 carry one, the village's 8000 would carry two
        assert kept == (bought <= 1)


@settings(max_examples=12, deadline=None)
@given(
    cadres=st.lists(st.sampled_from(["c1", "c2", None]), min_size=4, max_size=4),
    villages=st.lists(st.sampled_from(["甲", "乙"]), min_size=4, max_size=4),
    owed=st.lists(
        st.tuples(st.sampled_from(["c1", "c2"]), st.sampled_from(["甲", "乙"]), st.integers(0, 6000)), max_size=3
    ),
    money=st.integers(0, 40_000),
    worth=st.lists(st.integers(1, 9), min_size=4, max_size=4),
)
def test_the_best_plan_within_the_limits_is_that_of_brute_force(
    cadres: list[str | None], villages: list[str], owed: list[tuple[str, str, int]], money: int, worth: list[int]
) -> None:
    hh = [f"H{i}" for i in range(1, 5)]
    base = example_township()
    first = base.households.iloc[:1].assign(size=1)
    households = pd.concat([first] * 4, ignore_index=True).assign(hh=hh, village=villages, housing_grade="D")
    members = pd.concat([base.members.iloc[:1]] * 4, ignore_index=True)
    members = members.assign(hh=hh, person=[f"P{i}" for i in range(4)])
    months = base.observations[base.observations["hh"] == "H1"]
    observations = pd.concat([months.assign(hh=key) for key in hh], ignore_index=True)
    dwellings = pd.concat([dwelling(cadre=cadre) for cadre in cadres], ignore_index=True).assign(hh=hh)
    debts = credit_rows([("H9", cadre, village, yuan, LATER, 0) for cadre, village, yuan in owed])
    known = replace(on_credit(), funds=Records((fund("a", money),)))
    state = example_township(
        households=households, members=members, observations=observations, dwellings=dwellings, material_credits=debts
    )
    found = offer(state, known, Settings())
    value = dict(zip(hh, worth, strict=True))
    packages = found.packages[["package", "hh", "k"]].assign(
        persons=[value[key] if k else 0 for key, k in zip(found.packages["hh"], found.packages["k"], strict=True)]
    )
    problem = Problem.from_tables(
        packages, found.uses, found.resources, households.assign(members=1)[["hh", "village", "members"]],
        found.facilities, bills=found.bills, payers=found.payers, keeps=found.keeps, objective={"persons": 1},
    )  # fmt: skip
    plan = solve(problem, gap=0)
    assert verify(plan, problem).faults == ()
    got = packages.set_index("package").loc[plan.chosen["package"].astype("int64"), "persons"].sum()
    # brute force in yuan, by the words of the rule alone: 8000 for a house, half of it on credit by that way
    left_village = {name: 8000 - sum(y for _, v, y in owed if v == name) for name in ("甲", "乙")}
    left_cadre = {name: 6000 - sum(y for c, _, y in owed if c == name) for name in ("c1", "c2")}
    best = 0
    for ways in product(("none", "plain", "credit"), repeat=4):
        cost = sum({"none": 0, "plain": 8000, "credit": 4000}[way] for way in ways)
        kept = cost <= money
        for of, limits in ((villages, left_village), (cadres, left_cadre)):
            for name, left in limits.items():
                bought = sum(4000 for way, own in zip(ways, of, strict=True) if way == "credit" and own == name)
                kept &= bought <= max(left, 0)
        if kept:
            best = max(best, sum(w for way, w in zip(ways, worth, strict=True) if way != "none"))
    assert got == best
