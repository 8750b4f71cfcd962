"""Bills by kind: every sum redone row by row in exact fractions."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from types import SimpleNamespace

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from povlib.runs.facts.houses.house_bills import amounts, bill_totals, bills_by_kind


@given(st.integers(0, 10_000_000), st.integers(0, 10_000_000))
def test_an_amount_is_the_exact_product_rounded_half_up(thousandths: int, unit_fen: int) -> None:
    items = pd.DataFrame({"qty": [thousandths / 1000], "unit_fen": [unit_fen]})
    exact = Fraction(thousandths, 1000) * unit_fen
    assert amounts(items).tolist() == [int(exact + Fraction(1, 2))]


def test_sums_by_kind_are_those_of_a_clerk(township: SimpleNamespace) -> None:
    kind = dict(township.projects[["project", "kind"]].itertuples(index=False))
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in township.bill_items.itertuples():
        sums[row.project, row.stage] += Fraction(str(row.qty)) * row.unit_fen
    told = bills_by_kind(township, "zh").set_index("kind")
    assert told["works"].sum() == len({project for project, _ in sums})
    for name, rows in told.iterrows():
        mine = {project for project, _ in sums if kind[project] == name}
        closed = {project for project in mine if (project, "final") in sums}
        estimate = sum(sums[p, "estimate"] for p in mine)
        varied = sum(sums[p, "variation"] for p in mine if (p, "variation") in sums)
        final = sum(sums[p, "final"] for p in closed)
        before = sum(sums[p, "estimate"] + sums.get((p, "variation"), Fraction()) for p in closed)
        assert rows[["estimate_fen", "variation_fen", "final_works", "final_fen", "over_fen"]].tolist() == [
            estimate, varied, len(closed), final, final - before]  # fmt: skip


def test_a_bill_without_a_final_account_has_none(township: SimpleNamespace) -> None:
    closed = set(township.bill_items.loc[township.bill_items["stage"] == "final", "project"])
    totals = bill_totals(township.bill_items).set_index("project")
    assert set(totals.index[totals["final_fen"].notna()]) == closed
