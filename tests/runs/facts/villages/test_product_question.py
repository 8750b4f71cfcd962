"""The question of an office: its frames become means, its rows today's amounts; the facts add up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.params.procedures.products import load_products
from povlib.places import DATA, PARAMS
from povlib.report.villages.product_paper import product_paper
from povlib.runs.facts.villages.product_question import product_choice_facts, product_question
from povlib.support.example_township import example_township

RULES = load_products(DATA / "sample" / "params")
VILLAGES = ("甲", "乙")


def state(rows: list[tuple[Any, ...]] = ()) -> Any:  # type: ignore[assignment]
    made = example_township()
    columns = ["village", "product", "year", "households", "area_mu", "heads", "output", "unit", "price_fen", "sold",
               "brand"]  # fmt: skip
    made.village_products = pd.DataFrame(rows, columns=columns)
    made.workers = pd.DataFrame({"person": ["P4"], "hh": ["H2"], "skill": ["cattle"], "wish": [None]})
    return made


ROWS = [
    ("甲", "蜜柚", 2015, 3, 2.0, None, 4000.0, "公斤", 300, 4000.0, "琯溪"),
    ("乙", "养牛", 2015, 2, None, 6, 600.0, "公斤", 5800, 600.0, None),
    ("乙", "没有的产品", 2015, 1, 1.0, None, None, None, None, None, None),
]


def test_means_are_sums_by_hand_and_include_what_today_uses() -> None:
    asked = product_question(state(ROWS), RULES, VILLAGES)
    means = asked.question.means.set_index("village")
    # 甲: one household, 2 mu arable, 1 mu forest, but 2 mu of pomelo today; 乙: two households, two able workers
    assert means.loc["甲", ["arable_mu", "forest_mu"]].tolist() == [2.0, 2.0]
    assert means.loc["乙", ["arable_mu", "forest_mu"]].tolist() == [4.0, 2.0]
    assert means.loc["乙", "days"] == 2 * RULES.days_per_worker
    skilled = asked.question.skilled.set_index(["village", "skill"])["days"]
    assert skilled["乙", "cattle"] == (1 + RULES.guided) * RULES.days_per_worker
    assert "甲" not in skilled.index.get_level_values(0)
    assert asked.today.to_dict("records") == [
        {"village": "乙", "product": "cattle", "amount": 6.0}, {"village": "甲", "product": "pomelo", "amount": 2.0},
    ]  # fmt: skip
    assert asked.unread["product"].tolist() == ["没有的产品"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_facts_add_up_and_the_paper_says_them(lang: str) -> None:
    facts = product_choice_facts(product_question(state(ROWS), RULES, VILLAGES))
    assert facts.today_mean_fen is not None
    assert facts.mean_lost_fen is not None
    assert int(facts.today["mean_fen"].sum()) == pytest.approx(facts.today_mean_fen, abs=3)
    assert int(facts.chosen["mean_fen"].sum()) == pytest.approx(facts.mean_fen, abs=5)
    assert facts.mean_fen == pytest.approx(facts.today_mean_fen + facts.mean_lost_fen, abs=100)
    assert (facts.frontier["mean_fen"].diff().dropna() <= 5).all()
    assert (facts.frontier["worst_fen"].diff().dropna() > 0).all()
    paper = product_paper(facts, lang, synthetic=True)
    assert [section.key for section in paper.sections] == ["choice", "today", "frontier", "scarce", "together"]
    assert "products.mean" in {number.key for number in paper.numbers}


def test_two_scarce_skills_of_a_village_are_told_apart() -> None:
    facts = product_choice_facts(product_question(state(ROWS), RULES, VILLAGES))
    scarce = pd.DataFrame(
        [("skill:tea", "甲", 10.0, 500), ("skill:cattle", "甲", 10.0, 400)], columns=["what", "where", "more", "fen"]
    )
    paper = product_paper(replace(facts, scarce=scarce, most_products=2), "en")
    (table,) = [table for table in paper.tables() if table.key == "scarce"]
    assert table.frame["what"].is_unique
    assert len(paper.numbers) > 0


def test_without_rows_nothing_is_scored_and_without_products_it_is_refused() -> None:
    facts = product_choice_facts(product_question(state(), RULES, VILLAGES))
    assert facts.today_mean_fen is None
    with pytest.raises(DataError, match="no product is entered"):
        product_question(state(), load_products(PARAMS), VILLAGES)


def test_impossible_bad_years_are_refused() -> None:
    with pytest.raises(DataError, match="bad years"):
        product_choice_facts(product_question(state(ROWS), RULES, VILLAGES), 1e9)
