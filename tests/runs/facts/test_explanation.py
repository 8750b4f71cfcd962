"""What a paper explains adds up by hand: pencil sheet, posted prices, short reasons."""

from __future__ import annotations

import numpy as np
import pytest

from povlib import runs
from povlib.runs.facts import explanation, proposal


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_entry_of_the_pencil_sheet_is_amount_times_a_posted_price(run: runs.Run, lang: str) -> None:
    sheet = explanation.pencil_entries(run, lang)
    posted = explanation.posted_prices(run, lang)
    known: dict[str, list[float]] = {}
    for name, price in zip(posted["name"], posted["price_points"], strict=True):
        known.setdefault(name, []).append(price)
    entries = sheet[sheet["amount"].notna() & (sheet["points"] != 0)]
    assert len(entries) > 100
    assert {"share"} <= set(posted["kind"])
    nearest = [
        min(abs(p - price) / abs(p) for p in known[what])
        for what, price in zip(entries["what"], entries["price"], strict=True)
    ]
    assert max(nearest) < 1e-9
    per = np.where(entries["unit"].isin(["元", "yuan"]), 10_000, 1)
    np.testing.assert_allclose(-entries["amount"] * entries["price"] / per, entries["points"], rtol=1e-12)


def test_the_points_of_the_annex_are_the_sums_of_the_pencil_sheet(run: runs.Run) -> None:
    frame = explanation.annex_rows(run, "en").set_index("hh")
    sheet = explanation.pencil_entries(run, "en")
    for role, column in (("plan", "points"), ("runner-up", "runner_points")):
        sums = sheet[sheet["role"] == role].groupby("hh")["points"].sum()
        told = frame[column].dropna()
        np.testing.assert_allclose(told, sums.reindex(told.index), atol=1e-6)


def test_short_reasons_count_as_the_table_of_the_unserved_does(run: runs.Run) -> None:
    frame = explanation.annex_rows(run, "en")
    told = frame.loc[frame["start"].isna(), "short"].value_counts()
    table = proposal.unserved_rows(run, "en").set_index("reason")["households"]
    assert sorted(told.tolist()) == sorted(table.tolist())
    assert told["no measure fits"] == table["no measure of the catalogue fits the household"]
