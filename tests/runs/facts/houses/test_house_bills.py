"""Bills by kind: every sum redone row by row in exact fractions."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from types import SimpleNamespace

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from povlib.params.kinds import Names
from povlib.runs.facts.houses.house_bills import amounts, bill_totals, bills_by_kind, money_by_programme


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


def test_each_programme_has_its_ceiling_and_what_the_plan_takes_from_it() -> None:
    def payer(fund: str, ceiling: int | None, rule: str) -> SimpleNamespace:
        return SimpleNamespace(fund=fund, ceiling_fen=ceiling, citation=rule)

    def measure(name: str, dwelling: bool, *payers: SimpleNamespace) -> SimpleNamespace:
        return SimpleNamespace(names=Names(zh=name, en=name), is_on_dwelling=dwelling, payers=payers)

    measures = {
        "repair": measure("repair", True, payer("housing", 12_000_00, "rule 1"), payer("county", None, "")),
        "job": measure("job", False, payer("county", 5_00, "")),
    }
    funds = {key: SimpleNamespace(names=Names(zh=key, en=key)) for key in ("housing", "county")}
    payments = pd.DataFrame(
        {"hh": ["a", "b", "a"], "measure": ["repair", "repair", "job"], "fund": ["housing", "housing", "county"],
         "fen": [100, 250, 7]}
    )  # fmt: skip
    run = SimpleNamespace(
        catalogue=SimpleNamespace(measures=measures, funds=funds), plan=SimpleNamespace(payments=payments)
    )
    told = money_by_programme(run, "en")  # type: ignore[arg-type]
    assert told.fillna({"ceiling_fen": -1}).to_numpy().tolist() == [
        ["repair", "housing", 12_000_00, 2, 350, "rule 1"],
        ["repair", "county", -1, 0, 0, ""],
    ]
