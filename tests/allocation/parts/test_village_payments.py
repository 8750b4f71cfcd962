"""What funds pay in each village of a plan over parts: nothing lost, nothing paid twice."""

from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from office_parts import cut, office_tables, township

from povlib.allocation.parts import payments_by_village, plan_of_parts
from povlib.allocation.parts.village_payments import divided


@given(
    st.dictionaries(st.integers(0, 5), st.integers(0, 10**9), min_size=1, max_size=5),
    st.dictionaries(st.text("abcde", min_size=1, max_size=3), st.integers(1, 50), min_size=1, max_size=8),
)
def test_villages_add_up_to_funds_and_funds_to_the_bills_of_a_village(
    paid: dict[int, int], counts: dict[str, int]
) -> None:
    given_ = divided(paid, counts)
    for fund, fen in paid.items():
        assert sum(amount for (_, of), amount in given_.items() if of == fund) == fen
    due, many = sum(paid.values()), sum(counts.values())
    for name, count in counts.items():
        own = sum(amount for (of, _), amount in given_.items() if of == name)
        # to the fen where bills are equal, as they are
        assert abs(own - due * count / many) < 1
        for fund, fen in paid.items():
            # a fund pays its share of alike bills everywhere; the largest takes what rounding leaves
            assert abs(given_[name, fund] - fen * count / many) < len(paid) + 1


def test_the_bills_of_each_village_are_paid_within_the_funds(tmp_path: Path) -> None:
    tables = township(1)
    folders, office = cut(tables, tmp_path, 3, 1), office_tables(tables)
    plan = plan_of_parts(folders, office, folder=tmp_path / "plan", gap=0.5)
    paid = payments_by_village(plan, folders, office)
    # from the raw tables: the bills of the chosen packages by village
    chosen = pd.concat(plan.each_chosen())
    bills = tables["bills"].merge(chosen[["package", "village"]], on="package")
    due = bills.groupby("village")["cost_fen"].sum()
    pd.testing.assert_series_equal(paid.groupby("village")["fen"].sum(), due[due > 0], check_names=False)
    funds = tables["resources"].set_index("resource")["capacity"]
    used = paid.groupby("fund")["fen"].sum()
    assert (used <= funds.loc[used.index]).all()
    # only funds that may pay some bill of the village
    payers = tables["payers"].merge(chosen[["package", "village"]], on="package")
    assert set(zip(paid["village"], paid["fund"], strict=True)) <= set(
        zip(payers["village"], payers["fund"], strict=True)
    )
    assert (paid["fen"] > 0).all()
