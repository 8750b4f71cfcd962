"""Houses against the standard: missing, there, unseen; first bills by hand; other prices and who pays."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import params, places
from povlib.calendar import Month
from povlib.housing.entitlement.house_checklists import checklist_totals, house_checklists
from povlib.housing.entitlement.house_money import shares_of_funds
from povlib.housing.entitlement.price_effects import fund_effects, price_effects
from povlib.support.eligibility import RegisterFacts
from povlib.support.house_bills import planned_bills

JUNE = Month(2016, 6)


def facts(grade: str | None, area: float | None, size: int, water: int | None) -> pd.DataFrame:
    return pd.DataFrame(
        {"hh": ["H1"], "housing_grade": pd.array([grade], dtype="str"), "house_area_m2": [area], "size": [size],
         "water": pd.array([water], dtype="Int8")}
    )  # fmt: skip


def test_a_first_bill_by_hand(catalogue: params.Catalogue) -> None:
    found = house_checklists(facts("C", 72.5, 3, 0), catalogue, JUNE)
    states = found.drop_duplicates("item").set_index("item")["state"].to_dict()
    assert states == {
        "own_house": "there", "sound_roof": "missing", "sound_walls": "missing", "doors_windows": "unseen",
        "paved_floor": "unseen", "power": "unseen", "water": "missing", "kitchen_toilet": "unseen",
    }  # fmt: skip
    # 0.6 x 72.5 m2 of roof at 65 yuan, half of it of wall at 80, one connection to the water at 480
    by_hand = Fraction("0.6") * Fraction("72.5") * 6500 + Fraction("36.25") * 8000 + 48_000
    total = checklist_totals(found).iloc[0]
    assert (total["missing"], total["unseen"], total["fen"], total["whole"]) == (3, 4, by_hand, False)


def test_a_homeless_household_is_built_the_least_house(catalogue: params.Catalogue) -> None:
    found = house_checklists(facts("无房", None, 2, 1), catalogue, JUNE).set_index("item")
    assert found.loc["own_house", "fen"] == 45 * 62_000
    found = house_checklists(facts("无房", None, 5, 1), catalogue, JUNE).set_index("item")
    assert found.loc["own_house", "fen"] == 65 * 62_000


def test_what_is_not_known_is_not_made_up(catalogue: params.Catalogue) -> None:
    found = house_checklists(facts("C", None, 3, None), catalogue, JUNE).set_index("item")
    assert found.loc["sound_roof", "state"] == "missing"
    assert pd.isna(found.loc["sound_roof", "fen"])
    assert found.loc["water", "state"] == "unseen"
    office = params.load(places.PARAMS)  # an office that has not entered its prices yet
    assert house_checklists(facts("C", 70, 3, 0), office, JUNE)["fen"].isna().all()
    nobody = house_checklists(facts(None, 70, 3, 1), catalogue, JUNE).set_index("item")
    assert nobody.loc["sound_roof", "state"] == "unseen"


@settings(max_examples=60, deadline=None)
@given(cost=st.integers(1, 10**8), measure=st.sampled_from(["housing_repair", "housing_rebuild", "housing_purchase"]))
def test_every_fen_of_a_bill_is_somebodys(cost: int, measure: str, catalogue: params.Catalogue) -> None:
    household = pd.DataFrame({"housing_grade": ["C"], "village": ["乐北"]})
    found = shares_of_funds(catalogue.measures[measure], cost, catalogue, household)
    assert int(found["fen"].sum()) == cost
    capped = found[found["fund"] != ""]
    assert (capped["fen"] <= capped["ceiling_fen"].fillna(10**12)).all()
    # what nobody may pay begins only where every ceiling is reached
    if "" in set(found["fund"]):
        assert (capped["fen"] == capped["ceiling_fen"]).all()


@pytest.mark.parametrize("price", ["0", "70", "65", "1000.55"])
def test_another_price_moves_each_bill_by_quantity_times_difference(
    practice: SimpleNamespace, catalogue: params.Catalogue, price: str
) -> None:
    after = catalogue.replaced({"house_prices.new_house.yuan.2016-01": price})
    found = price_effects(practice, catalogue, after, JUNE)
    bills = practice.bill_items
    built = bills[(bills["item"] == "新建砖混住房") & (bills["stage"] != "final")]
    waiting = practice.projects[practice.projects["status"] == "未开工"].set_index("project")["hh"]
    qty = built[built["project"].isin(waiting.index)].assign(hh=lambda f: f["project"].map(waiting))
    moved = qty.groupby("hh")["qty"].sum() * (float(price) * 100 - 62_000)
    expected = found["hh"].map(moved).fillna(0).round().astype("int64")
    assert found["change_fen"].tolist() == expected.tolist()
    facts_now = RegisterFacts(practice, catalogue, JUNE).households
    funds = fund_effects(found, catalogue, facts_now)
    for side in ("before_fen", "after_fen"):
        assert int(funds[side].sum()) == int(found[side].fillna(0).sum())
    assert planned_bills(practice, after, JUNE)["cost_fen"].tolist() == found["after_fen"].tolist()
