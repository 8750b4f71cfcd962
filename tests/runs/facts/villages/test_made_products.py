"""Products of villages and enterprises, from rows written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from povlib.ledger import State
from povlib.runs.facts.villages.made_products import enterprise_facts, product_facts

Filled = Callable[..., State]
HOUSES = [{"hh": f"甲-{n}", "village": "甲", "status": "未脱贫", "size": 3} for n in range(8)]


def test_the_product_that_sets_a_village_apart_is_its_own(filled: Filled) -> None:
    rows = [
        {"village": "甲", "product": "茶", "year": 2015, "households": 2, "output": 3.0, "unit": "吨"},
        {
            "village": "甲",
            "product": "柚",
            "year": 2015,
            "households": 6,
            "sold": 1500.0,
            "price_fen": 301,
            "unit": "公斤",
        },
        {"village": "乙", "product": "柚", "year": 2015, "households": 1, "brand": "琯溪"},
    ]
    found = product_facts(filled(village_products=rows, households=HOUSES), ["乙", "甲", "丙"])
    assert found is not None
    assert found.products[["village", "product"]].to_numpy().tolist() == [["乙", "柚"], ["甲", "茶"], ["甲", "柚"]]
    assert (found.villages, found.with_brand, found.different, found.without) == (2, 1, 2, ["丙"])
    assert (found.widest, found.widest_villages) == ("柚", 2)
    # by hand: 2 of 8 in 甲 against 2 of 9 in all; 6 of 8 against 7 of 9; 1 of 1 against 7 of 9
    assert found.products["quotient"].tolist() == pytest.approx([9 / 7, 9 / 8, 27 / 28])
    own = found.products.iloc[2]
    assert (own["share"], own["sold_fen"], own["sold"]) == (6 / 8, 1500 * 301, "1,500 kg")
    # a price or quantity that nobody wrote down makes no value
    assert found.products["sold_fen"].isna().tolist() == [True, True, False]


def test_only_the_last_year_of_a_village_is_told(filled: Filled) -> None:
    rows = [
        {"village": "甲", "product": "柚", "year": 2014, "households": 6},
        {"village": "甲", "product": "茶", "year": 2015, "households": 1},
    ]
    found = product_facts(filled(village_products=rows, households=HOUSES), [])
    assert found is not None
    assert found.products["product"].tolist() == ["茶"]


def test_growth_is_that_of_the_same_product_on_the_year_before(filled: Filled) -> None:
    made = [
        {"enterprise": "米粉厂", "product": "米粉", "year": 2014, "output": 80.0, "unit": "吨"},
        {"enterprise": "米粉厂", "product": "米粉", "year": 2015, "output": 100.0, "unit": "吨"},
        {"enterprise": "米粉厂", "product": "河粉", "year": 2015, "output": 5.0, "unit": "吨"},
    ]
    found = enterprise_facts(
        filled(enterprises=[{"enterprise": "米粉厂", "kind": "micro"}], enterprise_outputs=made), "zh"
    )
    assert found is not None
    growth = found.outputs.set_index("product")["growth"]
    assert growth["米粉"] == pytest.approx(0.25)
    assert growth.isna()["河粉"]


def test_help_to_enterprises_says_what_was_promised_and_opened(filled: Filled) -> None:
    helped = [
        {"id": "1", "enterprise": "零部件点", "kind": "equipment", "month": 24195, "fen": 5, "posts_promised": 9,
         "posts_opened": 8}
    ]  # fmt: skip
    state = filled(enterprises=[{"enterprise": "零部件点", "kind": "micro"}], enterprise_help=helped)
    found = enterprise_facts(state, "en")
    assert found is not None
    assert found.help[["promised", "opened"]].to_numpy().tolist() == [[9, 8]]
    assert found.outputs["output"].tolist() == ["—"]
