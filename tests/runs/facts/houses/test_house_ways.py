"""Causes, ways and credits, counted again one household at a time."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from povlib.calendar import Month
from povlib.params import table
from povlib.runs.facts.houses.house_ways import way_facts


def test_every_house_with_a_way_is_counted_once(township: SimpleNamespace, houses: pd.DataFrame) -> None:
    told = way_facts(township, houses, {"no_money": ("赊",)}, Month.parse("2016-05"), "zh")
    assert told is not None
    status = dict(houses[["hh", "status"]].itertuples(index=False))
    for row in told.ways.itertuples():
        mine = [d.hh for d in township.dwellings.itertuples() if d.way and table("housing_way").show(d.way) == row.way]
        works = [hh for hh in mine if isinstance(status.get(hh), str)]
        assert row.houses == len(works)
        assert row.done == sum(status[hh] == "完工" for hh in works)
    offered = dict(told.causes[["cause", "ways"]].itertuples(index=False))
    assert offered[table("delay_cause").show("no_money")] == "赊"


def test_what_is_owed_is_what_was_bought_less_repaid(township: SimpleNamespace, houses: pd.DataFrame) -> None:
    told = way_facts(township, houses, {}, Month.parse("2016-05"), "zh")
    assert told is not None
    credits = township.material_credits
    assert told.credits["open_fen"].sum() == (credits["fen"] - credits["repaid_fen"]).sum()
    late = [c for c in credits.itertuples() if c.repaid_fen < c.fen and c.due_month < Month.parse("2016-05").ordinal]
    assert told.credits["overdue"].sum() == len(late) == 1


def test_without_dwellings_there_is_nothing_to_say(township: SimpleNamespace, houses: pd.DataFrame) -> None:
    bare = SimpleNamespace(**{**vars(township), "dwellings": township.dwellings.iloc[:0]})
    assert way_facts(bare, houses, {}, Month.parse("2016-05"), "zh") is None
