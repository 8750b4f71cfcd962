"""Reasons against answers of changed questions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from povlib.villages.products.choice_reasons import next_best, scarce_means
from povlib.villages.products.product_choice import best_choice
from tests.villages.products.conftest import small_question


@pytest.mark.parametrize("seed", range(5))
def test_what_binds_is_worth_what_more_of_it_brings(seed: int) -> None:
    q = small_question(seed)
    rich, safe = best_choice(q), best_choice(q, safest=True)
    least = (rich.worst_yuan + safe.worst_yuan) / 2
    base = best_choice(q, least).mean_yuan
    found = scarce_means(q, least)
    assert (found["yuan"] >= 0).all()
    for row in found.to_dict("records"):
        if row["what"] == "days":
            means = q.means.copy()
            means.loc[means["village"] == row["where"], "days"] += row["more"]
            again = best_choice(replace(q, means=means), least).mean_yuan
            assert row["yuan"] == pytest.approx(max(again - base, 0.0), abs=0.1)
        elif row["what"] == "worst":
            assert row["yuan"] == pytest.approx(best_choice(q, least - 1000.0).mean_yuan - base, abs=0.1)
    # a thing that is not listed is worth nothing: doubling all other land changes nothing
    land = set(
        found.loc[found["what"].isin(["arable", "forest"]), ["what", "where"]].itertuples(index=False, name=None)
    )
    means = q.means.copy()
    for kind in ("arable", "forest"):
        free = [v for v in means["village"] if (kind, v) not in land]
        means.loc[means["village"].isin(free), f"{kind}_mu"] += 0.01
    if not land:
        assert best_choice(replace(q, means=means), least).mean_yuan == pytest.approx(base, abs=0.1)


@pytest.mark.parametrize("seed", range(5))
def test_the_next_best_is_the_best_without_it(seed: int) -> None:
    q = small_question(seed)
    choice = best_choice(q)
    for row in next_best(q, choice).to_dict("records"):
        pairs = q.pairs[~(q.pairs["village"].eq(row["village"]) & q.pairs["product"].eq(row["product"]))]
        other = best_choice(replace(q, pairs=pairs))
        assert row["loss_yuan"] == pytest.approx(choice.mean_yuan - other.mean_yuan, abs=0.1)
        own = other.amounts.loc[other.amounts["village"] == row["village"], "product"]
        assert row["instead"] == "、".join(own)
        assert not np.isnan(row["loss_yuan"])
