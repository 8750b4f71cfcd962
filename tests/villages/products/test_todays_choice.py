"""Today's products: read from rows, inside the question, never above the frontier."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.villages.products.todays_choice import todays_amounts, todays_score, with_todays_means
from tests.villages.products.conftest import small_question
from tests.villages.products.test_product_choice import rows_by_hand


def test_the_newest_year_counts_in_its_own_unit_and_the_rest_is_named() -> None:
    rows = pd.DataFrame(
        [("A", "茶叶", 2014, 10.0, None), ("A", "茶叶", 2015, 12.0, None), ("A", "茶", 2015, 3.0, None),
         ("B", "牛", 2015, 50.0, 7), ("B", "鱼", 2015, 4.0, None), ("C", "茶叶", 2015, None, 9)],
        columns=["village", "product", "year", "area_mu", "heads"],
    )  # fmt: skip
    words = {"茶叶": "tea", "茶": "tea", "牛": "cattle"}
    amounts, unread = todays_amounts(rows, {"tea": "mu", "cattle": "head"}, words.get)
    assert amounts.to_dict("records") == [
        {"village": "A", "product": "tea", "amount": 15.0}, {"village": "B", "product": "cattle", "amount": 7.0},
    ]  # fmt: skip
    assert unread[["village", "product"]].to_numpy().tolist() == [["B", "鱼"], ["C", "茶叶"]]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_today_is_one_of_the_choices_and_never_above_the_frontier(seed: int) -> None:
    q = small_question(seed)
    rng = np.random.default_rng(seed)
    pairs = [(v, p) for v in q.means["village"] for p in q.products["product"] if rng.random() < 0.4]
    rows = [(v, p, float(rng.uniform(0.5, 60))) for v, p in pairs]
    today = pd.DataFrame(rows, columns=["village", "product", "amount"])
    wide = with_todays_means(q, today)
    a, b = rows_by_hand(wide, pairs)
    if pairs:
        assert (a @ today["amount"].to_numpy() <= b + 1e-6 * (1 + b)).all()
    score = todays_score(wide, today)
    size = 1 + abs(score.today.mean_yuan) + abs(score.today.worst_yuan)
    assert score.as_safe.mean_yuan >= score.today.mean_yuan - 1e-5 * size
    assert score.as_rich.worst_yuan >= score.today.worst_yuan - 1e-5 * size
    assert score.as_safe.worst_yuan >= score.today.worst_yuan - 0.5 - 1e-5 * size
    assert score.today.mean_yuan == pytest.approx(q.income_by_year(today).mean())
