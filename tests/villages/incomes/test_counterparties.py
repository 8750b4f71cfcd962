"""Shares of partners by brute force; related parties are those that were entered, and silence is named."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from povlib.villages.incomes.counterparties import concentration_index, partner_shares, related_contracts


def test_shares_of_partners_are_those_of_a_loop_over_receipts() -> None:
    rng = np.random.default_rng(5)
    contracts = pd.DataFrame({"contract": [str(n) for n in range(30)], "partner": rng.choice(list("pqrs"), 30),
                              "village": rng.choice(list("甲乙丙"), 30)})  # fmt: skip
    came = pd.DataFrame({"contract": rng.choice(contracts["contract"], 200), "fen": rng.integers(1, 10**6, 200)})
    came["day"] = rng.integers(20150101, 20161231, 200)
    came["part"] = rng.choice(["due", "deposit"], 200, p=[0.8, 0.2])
    found = partner_shares(contracts, came, 20150601, 20160531).set_index("partner")
    partner = dict(zip(contracts["contract"], contracts["partner"], strict=True))
    village = dict(zip(contracts["contract"], contracts["village"], strict=True))
    sums: dict[tuple[str, str], int] = {}
    for row in came.to_dict("records"):
        if row["part"] == "due" and 20150601 <= row["day"] <= 20160531:
            key = partner[row["contract"]], village[row["contract"]]
            sums[key] = sums.get(key, 0) + row["fen"]
    whole = sum(sums.values())
    for name in found.index:
        mine = {v: fen for (p, v), fen in sums.items() if p == name}
        assert found.loc[name, "fen"] == sum(mine.values())
        assert found.loc[name, "share"] == pytest.approx(float(Fraction(sum(mine.values()), whole)))
        parts = {v: Fraction(fen, sum(f for (_, w), f in sums.items() if w == v)) for v, fen in mine.items()}
        assert found.loc[name, "most"] == pytest.approx(float(max(parts.values())))
        assert parts[found.loc[name, "most_village"]] == max(parts.values())
    assert found["share"].sum() == pytest.approx(1)


def test_equal_partners_have_the_index_of_their_number() -> None:
    for n in (1, 2, 7):
        assert 1 / concentration_index(pd.Series([1 / n] * n)) == pytest.approx(n)


def test_a_year_without_receipts_has_no_shares() -> None:
    contracts = pd.DataFrame({"contract": ["1"], "partner": ["p"], "village": ["甲"]})
    found = partner_shares(contracts, pd.DataFrame({"contract": [], "day": [], "part": [], "fen": []}), 0, 1)
    assert found[["fen", "share", "most"]].to_numpy().tolist() == [[0, 0, 0]]


def test_related_is_what_was_entered_and_only_while_the_contract_runs() -> None:
    rows = pd.DataFrame(
        {"contract": list("abcd"), "village": "甲", "partner": ["承租户1", "村干部公司", "p", "q"], "kind": "building",
         "relation": ["弟弟", None, None, None], "related": pd.array([1, 0, None, None], dtype="Int8"),
         "from_month": [1, 1, 1, 8], "to_month": 9}
    )  # fmt: skip
    found = related_contracts(rows, 5)
    # a partner whose very name sounds like a cadre's is not flagged: nothing is guessed
    assert found[["contract", "flag"]].to_numpy().tolist() == [["a", "related"], ["c", "unsaid"]]
