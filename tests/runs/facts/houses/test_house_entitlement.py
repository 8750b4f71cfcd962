"""Who is entitled, asked of the simulator's own rows one household at a time."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from povlib import params
from povlib.places import DATA
from povlib.runs.facts.houses.house_entitlement import entitlement_facts, outliers_in_words, ways_by_cause

CATALOGUE = params.load(DATA / "sample" / "params")


def test_who_is_told_as_waiting_is_owed_a_house_and_has_not_begun(township: SimpleNamespace) -> None:
    plan = pd.DataFrame({"hh": [], "measure": []}, dtype="str")
    told = entitlement_facts(township, CATALOGUE, plan, {}, "zh")  # type: ignore[arg-type]
    assert told is not None
    grade = dict(township.poor[["hh", "housing_grade"]].fillna("").itertuples(index=False))
    status = dict(township.projects[["hh", "status"]].itertuples(index=False))
    owed = {
        d.hh
        for d in township.dwellings.itertuples()
        if (d.only_dwelling is not pd.NA and d.only_dwelling == 1)
        and (d.prior_benefit is not pd.NA and d.prior_benefit == 0)
        and (grade.get(d.hh) in ("C", "D", "无房") or d.hh in status)
    }
    assert told.entitled == len(owed & set(grade))
    assert set(told.unmet["hh"]) == {hh for hh in owed if status.get(hh, "未开工") == "未开工"}
    assert told.entitled == told.done + told.under_way + told.waiting + told.not_listed
    open_questions = {
        d.hh for d in township.dwellings.itertuples() if pd.isna(d.only_dwelling) or pd.isna(d.prior_benefit)
    }
    assert open_questions <= set(told.unknown["hh"])


def test_every_cause_has_a_way_in_the_practice_township() -> None:
    ways = ways_by_cause(CATALOGUE, "zh")
    assert {"frail", "no_money", "no_plot"} <= {cause for cause, names in ways.items() if names}


def test_a_price_is_told_in_yuan_and_a_quantity_in_its_unit() -> None:
    rows = pd.DataFrame(
        {"hh": ["H1", "H1"], "item": ["砌墙", "砌墙"], "stage": ["estimate", "final"], "unit": ["米", "米"],
         "what": ["price", "quantity"], "value": [22000.0, 40.0], "median": [10000.0, 10.0], "times": [2.2, 4.0]}
    )  # fmt: skip
    price, quantity = outliers_in_words(rows, "en")["said"]
    assert price == "unit price 220.00 yuan, like houses 100.00 (2.2 times)"
    assert quantity == "quantity 40.00 m, like houses 10.00 (4.0 times)"
