"""Collective income of the villages holds the figures of the bulletin, within one year."""

from __future__ import annotations

import pytest

from povlib.sample import simulate
from povlib.sample.villages.village_accounts import village_income


@pytest.mark.parametrize("seed", [2016, 3])
def test_villages_earn_what_the_bulletin_says(seed: int) -> None:
    township = simulate(60, seed=seed)
    rows = village_income(township)
    assert rows["month"].between(township.last - 11, township.last).all()
    income = rows.groupby("village")["fen"].sum()
    assert set(income.index[income > 100_000_00]) == {"联胜", "乐北"}
    assert 48_000_00 < income.mean() < 52_000_00
    by_source = rows.groupby(["village", "source"])["fen"].sum()
    assert by_source["乐北", "石斛合作社分红"] == 20_000_00
    assert by_source.xs("养牛合作社收入", level="source").sum() == 60_000_00
    assert not rows.duplicated(["village", "month", "source"]).any()
