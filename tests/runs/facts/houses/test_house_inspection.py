"""The round by village against its own findings; sites against the dwellings on them."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from povlib.runs.facts.houses.house_inspection import inspection_facts
from povlib.runs.facts.houses.house_sites import site_facts


def test_each_village_counts_its_own_list(township: SimpleNamespace) -> None:
    told = inspection_facts(township, (), "zh")
    assert told is not None
    village = dict(township.households[["hh", "village"]].itertuples(index=False))
    for row in told.visits.itertuples():
        found = [f.finding for f in township.inspection_findings.itertuples() if f.village == row.village]
        assert row.listed == sum(village[hh] == row.village for hh in township.list_entries["hh"])
        assert (row.visited, row.wrong) == (len(found), sum(f != "ok" for f in found))
        assert row.wrong <= row.least <= row.most <= row.listed
        if row.visited == row.listed:
            assert row.least == row.most == row.wrong
    assert told.visits["village"].ne(told.visits["by_village"]).all()
    off = township.list_entries.loc[~township.list_entries["listed"], "hh"]
    assert sorted(told.entries["hh"]) == sorted(off)
    assert told.objections["answered"].tolist() == ["—"] * len(township.objections)


def test_houses_on_a_site_are_those_whose_dwelling_names_it(township: SimpleNamespace, houses: pd.DataFrame) -> None:
    told = site_facts(township, houses, (20, 50, 100))
    assert told is not None
    for row in told.sites.itertuples():
        assert row.houses == (township.dwellings["site"] == row.site).sum()
        assert row.free == row.lots - row.houses
        assert row.step == (20 if row.houses < 20 else 50)
