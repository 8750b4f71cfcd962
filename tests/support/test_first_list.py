"""First lists against rules applied by hand, and what restricting the plan to them does to the offer."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from povlib import params, places
from povlib.errors import ParameterError
from povlib.params import CauseRule, Records, Settings
from povlib.support import offer
from povlib.support.example_township import LAST, example_township
from povlib.support.first_list import first_list_measures, rules_held

CATALOGUE = params.load(places.DATA / "sample" / "params")
FIRST = Settings().help_from
MADE_UP = {"status": "synthetic", "source": "made up for a test", "in_force": "2016"}


def rule(key: str, *measures: str, **more: object) -> CauseRule:
    return CauseRule(key=key, names={"zh": key, "en": key}, measures=measures, **more, **MADE_UP)


def with_rules(*rules: CauseRule) -> params.Catalogue:
    return replace(CATALOGUE, causes=Records(rules))


def test_cause_need_and_member_are_each_looked_at() -> None:
    state = example_township()
    households = state.households.copy()
    households["cause"] = ["因病", "缺资金", "缺劳力"]
    households["other_causes"] = pd.array(["因学、缺资金", None, "因残"], dtype="str")
    state = example_township(households=households)
    unsafe = {"on": "household", "field": "housing", "op": "is_false", "citation": "a rule"}
    old = {"on": "any_member", "field": "age", "op": ">=", "value": 70, "citation": "a rule"}
    able = {"on": "household", "field": "able_workers", "op": ">=", "value": 1, "citation": "a rule"}
    rules = with_rules(
        rule("a", "microloan", causes=["缺资金"]),
        rule("b", "kind:housing", when=[unsafe]),
        rule("c", "poultry_contract", causes=["缺劳力", "因残"], when=[old]),
        rule("d", "training", causes=["因病"], when=[able, old]),
    )
    held = rules_held(state, rules, LAST)
    assert sorted(map(tuple, held.loc[held["holds"], ["hh", "rule"]].to_numpy().tolist())) == [
        ("H1", "a"), ("H1", "b"), ("H2", "a"), ("H3", "c"),
    ]  # fmt: skip
    part = held.set_index(["hh", "rule"]).loc[("H1", "d")]
    assert (part["cause"], part["needs"], part["wish"]) == (True, False, True)
    lists = first_list_measures(state, rules, LAST)
    houses = {key for key, m in CATALOGUE.measures.items() if m.kind == "housing"}
    assert set(lists.loc[lists["hh"] == "H1", "measure"]) == houses | {"microloan"}


def test_a_wish_counts_for_whom_it_is_recorded() -> None:
    state = example_township()
    state.workers = pd.DataFrame(
        {"person": ["P1", "P4", "P5"], "hh": ["H1", "H2", "H2"], "wish": [None, "raise", "post"]}
    )
    held = rules_held(state, with_rules(rule("raise", "poultry_contract", wishes=["raise"])), LAST)
    assert held["wish"].tolist() == [False, True, False]
    state.workers = None
    assert not rules_held(state, with_rules(rule("raise", "poultry_contract", wishes=["raise"])), LAST)["holds"].any()


def test_off_nothing_changes_and_on_only_listed_help_and_debts_are_left() -> None:
    state = example_township()
    free = offer(state, CATALOGUE, Settings())
    empty = replace(CATALOGUE, causes=Records(()))
    assert offer(state, empty, Settings()).packages.equals(free.packages)
    kept = offer(state, CATALOGUE, Settings(first_list=True))
    lists = first_list_measures(state, CATALOGUE, FIRST)
    given = kept.components.merge(kept.packages[["package", "hh"]], on="package")[["hh", "measure"]].drop_duplicates()
    assert len(given) > 0
    assert len(given.merge(lists.drop_duplicates(["hh", "measure"]), on=["hh", "measure"])) == len(given)
    before = free.components.merge(free.packages[["package", "hh"]], on="package")[["hh", "measure"]].drop_duplicates()
    lost = before.merge(given, how="left", on=["hh", "measure"], indicator=True).query("_merge == 'left_only'")
    # whatever is lost is refused with its reason, and what the law owes is as it was
    assert len(lost) > 0
    told = kept.refused.merge(lost[["hh", "measure"]], on=["hh", "measure"])
    assert len(told) == len(lost)
    assert told["reason_en"].str.contains("first list").all()
    assert kept.entitlements.equals(free.entitlements)


def test_without_rules_a_restricted_plan_is_refused() -> None:
    with pytest.raises(ParameterError, match="no rules"):
        offer(example_township(), replace(CATALOGUE, causes=Records(())), Settings(first_list=True))
