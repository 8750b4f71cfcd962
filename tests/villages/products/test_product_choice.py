"""Choices against every way of taking products up, each solved by another solver on dense rows written anew."""

from __future__ import annotations

from itertools import product as every

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from povlib.errors import DataError
from povlib.villages.products.product_choice import ProductChoice, best_choice, frontier
from tests.villages.products.conftest import small_question
from tests.villages.products.test_bad_years import by_sorting


def rows_by_hand(q: ProductChoice, taken: list[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray]:
    """Return rows a @ x <= b of the amounts of what is taken up, straight from the words of the question."""
    of = q.products.set_index("product").to_dict("index")
    rows, limits = [], []
    for m in q.means.to_dict("records"):
        for kind in ("arable", "forest"):
            rows.append([of[p]["land_mu"] if v == m["village"] and of[p]["land"] == kind else 0.0 for v, p in taken])
            limits.append(m[f"{kind}_mu"])
        rows.append([of[p]["days"] if v == m["village"] else 0.0 for v, p in taken])
        limits.append(m["days"])
    for s in q.skilled.to_dict("records"):
        rows.append([of[p]["days"] if v == s["village"] and of[p]["skill"] == s["skill"] else 0.0 for v, p in taken])
        limits.append(s["days"])
    for name, need in of.items():
        rows.append([need["output"] if p == name else 0.0 for _, p in taken])
        limits.append(min(need["ceiling"], 1e12))
    rows.append([of[p]["start_yuan"] for _, p in taken])
    limits.append(min(q.start_yuan, 1e12))
    return np.array(rows, dtype=float).reshape(len(limits), len(taken)), np.array(limits)


def best_of_all(q: ProductChoice, least_worst: float | None) -> float:
    """Return the largest mean over every way of taking products up; -inf where none has such bad years."""
    pairs = [(str(v), str(p)) for v, p in q.pairs[["village", "product"]].to_numpy()]
    least = {(v, p): x for v, p, x in q.pairs[["village", "product", "least"]].itertuples(index=False)}
    worth = q.prices * q.products.set_index("product")["output"] - q.products.set_index("product")["cost_yuan"]
    best = -np.inf
    for choice in every((False, True), repeat=len(pairs)):
        taken = [pair for pair, yes in zip(pairs, choice, strict=True) if yes]
        villages, products = [v for v, _ in taken], [p for _, p in taken]
        if any(villages.count(v) > q.most_products for v in villages):
            continue
        if any(products.count(p) > q.most_villages for p in products):
            continue
        if not taken:
            best = max(best, 0.0) if least_worst is None or least_worst <= 0 else best
            continue
        by_year = worth[[p for _, p in taken]].to_numpy()
        if (
            q.harvests is not None
        ):  # written anew: what a unit brings is its price times what was harvested, less its cost
            need = q.products.set_index("product")
            by_year = np.array(
                [[q.prices[p].iloc[s] * q.harvests[v, p].iloc[s] * need.loc[p, "output"] - need.loc[p, "cost_yuan"]
                  for v, p in taken] for s in range(len(q.prices))]
            )  # fmt: skip
        n, s = len(taken), len(by_year)
        a, b = rows_by_hand(q, taken)
        a = np.hstack([a, np.zeros((len(b), 1 + s))])
        if least_worst is not None:
            # border - sum(short)/(share*s) >= least_worst;  short >= border - income
            a = np.vstack([a, [*np.zeros(n), -1.0, *np.full(s, 1 / (q.worst_share * s))]])
            b = np.append(b, -least_worst)
            a = np.vstack([a, np.hstack([-by_year, np.ones((s, 1)), -np.eye(s)])])
            b = np.append(b, np.zeros(s))
        bounds = [(least[pair], None) for pair in taken] + [(None, None)] + [(0, None)] * s
        c = np.append(-by_year.mean(axis=0), np.zeros(1 + s))
        found = linprog(c, a, b, bounds=bounds, method="highs-ipm")
        if found.status == 0:
            best = max(best, -found.fun)
    return best


@pytest.mark.parametrize("block", range(3))
def test_equals_the_best_of_all_ways(block: int) -> None:
    for seed in range(5 * block, 5 * block + 5):
        q = small_question(seed)
        rich, safe = best_choice(q), best_choice(q, safest=True)
        assert rich.mean_yuan == pytest.approx(best_of_all(q, None), rel=1e-5, abs=0.05), seed
        between = (rich.worst_yuan + safe.worst_yuan) / 2
        assert best_choice(q, between).mean_yuan == pytest.approx(best_of_all(q, between), rel=1e-5, abs=0.05), seed
        # nothing has better bad years than the safest
        assert best_of_all(q, safe.worst_yuan + 1.0 + 1e-4 * abs(safe.worst_yuan)) == -np.inf, seed


def test_with_harvests_it_equals_the_best_of_all_ways_too() -> None:
    for seed in range(20, 26):
        q = small_question(seed, harvests=True)
        rich, safe = best_choice(q), best_choice(q, safest=True)
        assert rich.mean_yuan == pytest.approx(best_of_all(q, None), rel=1e-5, abs=0.05), seed
        between = (rich.worst_yuan + safe.worst_yuan) / 2
        assert best_choice(q, between).mean_yuan == pytest.approx(best_of_all(q, between), rel=1e-5, abs=0.05), seed


def test_bad_harvests_make_bad_years_worse_and_leave_the_average() -> None:
    """By hand: one product, one price, harvests of 0.5 and 1.5: the worst half brings 10 x 0.5 - 2, the mean 10 - 2."""
    of = pd.DataFrame({"product": ["tea"], "land": "", "land_mu": 0.0, "days": 1.0, "skill": "", "output": 5.0,
                       "cost_yuan": 2.0, "start_yuan": 0.0, "ceiling": np.inf})  # fmt: skip
    pairs = pd.DataFrame({"village": ["A"], "product": ["tea"], "least": [0.0]})
    means = pd.DataFrame({"village": ["A"], "arable_mu": [0.0], "forest_mu": [0.0], "days": [1.0]})
    none = pd.DataFrame(columns=["village", "skill", "days"])
    prices = pd.DataFrame({"tea": [2.0, 2.0]}, index=[0, 1])
    plain = ProductChoice(of, pairs, means, none, prices, worst_share=0.5)
    risky = ProductChoice(of, pairs, means, none, prices, worst_share=0.5,
                          harvests=pd.DataFrame({("A", "tea"): [0.5, 1.5]}))  # fmt: skip
    assert (best_choice(plain).mean_yuan, best_choice(plain).worst_yuan) == pytest.approx((8.0, 8.0))
    assert (best_choice(risky).mean_yuan, best_choice(risky).worst_yuan) == pytest.approx((8.0, 3.0))


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(100, 10**6))
def test_every_choice_keeps_the_rows_and_its_figures_are_of_its_years(seed: int) -> None:
    q = small_question(seed)
    for choice in frontier(q, 4):
        taken = list(choice.amounts[["village", "product"]].itertuples(index=False, name=None))
        a, b = rows_by_hand(q, taken)
        x = choice.amounts["amount"].to_numpy()
        assert (a @ x <= b + 1e-5 * (1 + b)).all()
        assert choice.amounts["village"].value_counts().max() <= q.most_products if taken else True
        assert choice.worst_yuan == pytest.approx(by_sorting(choice.incomes.to_numpy(), q.worst_share), abs=0.01)
        assert choice.mean_yuan == pytest.approx(choice.incomes.mean())


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(100, 10**6), lumps=st.booleans())
def test_the_frontier_falls_and_without_lumps_it_is_concave(seed: int, lumps: bool) -> None:
    points = frontier(small_question(seed, lumps=lumps), 6)
    worst, mean = (np.array([getattr(p, name) for p in points]) for name in ("worst_yuan", "mean_yuan"))
    assert (np.diff(worst) > 0).all()
    assert (np.diff(mean) <= 0.05).all()
    if not lumps and len(points) > 2:
        slopes = np.diff(mean) / np.diff(worst)
        assert (np.diff(slopes) <= 1e-3 * (1 + np.abs(slopes[1:]))).all()


def test_asking_for_impossible_bad_years_is_refused() -> None:
    q = small_question(1)
    with pytest.raises(DataError, match="bad years"):
        best_choice(q, best_choice(q, safest=True).worst_yuan + 1000)


def test_a_question_without_any_pair_has_the_empty_choice() -> None:
    q = small_question(2)
    empty = ProductChoice(q.products, q.pairs.head(0), q.means, q.skilled, q.prices)
    assert best_choice(empty).mean_yuan == 0.0
    assert isinstance(best_choice(empty).amounts, pd.DataFrame)
