"""Contracts, receipts and uses of village income: the bulletin's villages and firms, and what is planted."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.sample import simulate, village_rows


@pytest.fixture(scope="module", params=[(2016, 0), (3, 8)], ids=["shipped", "later"])
def made(request: pytest.FixtureRequest) -> tuple[dict[str, pd.DataFrame], int]:
    seed, months = request.param
    township = simulate(60, seed=seed, months_after=months)
    return village_rows(township), township.last


def test_the_villages_of_the_bulletin_hold_their_shares(made: tuple[dict[str, pd.DataFrame], int]) -> None:
    contracts = made[0]["income_contracts"]
    power = contracts[contracts["partner"] == "霖和良坝水电有限公司"]
    assert set(power["village"]) == {"联胜", "乐北", "建三", "建南"}
    assert set(power["footing"]) == {"risky"}
    assert contracts.loc[contracts["partner"].str.contains("源笙"), "village"].tolist() == ["乐北"]
    land = contracts[contracts["kind"] == "land_equity"]
    assert land[["village", "partner", "footing", "fen"]].to_numpy().tolist() == [
        ["联胜", "平和连胜美国红桃专业合作社", "fixed", 30_000_00]
    ]
    assert set(contracts["kind"]) == {"share", "land_equity", "orchard", "resin", "building"}


def test_the_book_of_incomes_and_the_receipts_agree_to_the_fen(made: tuple[dict[str, pd.DataFrame], int]) -> None:
    tables, last = made
    place = {row["contract"]: (row["village"], row["source"]) for row in tables["income_contracts"].to_dict("records")}
    sums: dict[tuple[str, int, str], int] = {}
    for row in tables["income_receipts"].to_dict("records"):
        month = Month.from_yyyymm(row["day"] // 100).ordinal
        assert month <= last
        if row["part"] == "due" and month >= Month(2015, 5).ordinal:
            village, source = place[row["contract"]]
            sums[village, month, source] = sums.get((village, month, source), 0) + row["fen"]
    book = {(r["village"], r["month"], r["source"]): r["fen"] for r in tables["village_income"].to_dict("records")}
    assert book == sums


def test_what_is_planted_is_there_and_nothing_else_is_short(made: tuple[dict[str, pd.DataFrame], int]) -> None:
    tables, last = made
    received = tables["income_receipts"].query("part == 'due'").groupby("contract")["fen"].sum()
    short = {}
    for row in tables["income_contracts"].query("footing == 'fixed'").to_dict("records"):
        months = [int(m) for m in row["due_months"].split("、")]
        times = sum((at % 12) + 1 in months for at in range(row["from_month"], min(last, row["to_month"]) + 1))
        if lacking := times * row["fen"] - int(received.get(row["contract"], 0)):
            short[row["contract"]] = lacking
    halves = sum(at % 12 + 1 in (6, 12) for at in range(Month(2014, 1).ordinal, last + 1))
    assert short == {"样三-校舍": 3000_00, "样五-店面": halves * 500_00}
    contracts = tables["income_contracts"].set_index("contract")["related"]
    assert contracts[contracts == 1].index.tolist() == ["农家-店面"]
    assert contracts[contracts.isna()].index.tolist() == ["秀山-店面"]


def test_months_that_are_added_change_no_receipt_of_before() -> None:
    before, after = (village_rows(simulate(60, seed=5, months_after=n)) for n in (0, 9))
    for name, key in (("income_receipts", ["contract", "receipt"]), ("income_contracts", ["contract"])):
        both = before[name].merge(after[name], on=key, suffixes=("", "_later"))
        assert len(both) == len(before[name])
        for column in before[name].columns.difference(key):
            pd.testing.assert_series_equal(both[column], both[f"{column}_later"], check_names=False, obj=column)
    assert len(after["income_receipts"]) > len(before["income_receipts"])


def test_a_tenth_of_the_dividend_goes_to_the_registered_in_equal_parts() -> None:
    township = simulate(seed=2016)
    uses = village_rows(township)["income_uses"].query("kind == 'households'")
    homes = township.households
    names = [township.world.villages[row].name for row in homes["village_row"]]
    poor = {hh for hh, name, listed in zip(homes["hh"], names, homes["registered"], strict=True)
            if name == "联胜" and listed}  # fmt: skip
    assert set(uses["hh"]) == poor
    assert uses["fen"].sum() == 3_600_00
    assert uses["fen"].max() - uses["fen"].min() <= 1
