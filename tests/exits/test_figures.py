"""The figures of the projection, in short here and in full when the tests soak: see docs/benchmarks/exits.md."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from povlib import places

BENCHMARKS = Path(places.PARAMS).parent / "benchmarks"


def script(name: str) -> ModuleType:
    """Load a script of benchmarks/ as a module."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_the_curse_and_its_repair(catalogue):
    trial = script("exits_curse")
    rows = pd.DataFrame([trial.world(seed, catalogue) for seed in range(12)]).mean()
    assert rows["plug-in"] <= 0.8
    assert 0.95 <= rows["right prior"] <= 1.05
    assert rows["wrong prior"] <= 0.8
    assert 0.88 <= rows["refitted"] <= 1.12


@pytest.mark.reference
@pytest.mark.skipif("POVLIB_REFERENCE" not in os.environ, reason="POVLIB_REFERENCE does not name the reference data")
def test_the_poverty_panel_as_it_was_judged_once():
    """What docs/benchmarks/exits.md says of waves 4-5, to the digit: nothing may be tuned behind its back."""
    found = script("exits_teen").evaluate(1)
    assert found["rows"] == 885
    assert round(found["brier_base"], 4) == 0.2431
    assert round(found["brier"], 4) == 0.2095
    assert found["low"] > 0
    assert found["slope_low"] < 1 < found["slope_high"]


@pytest.fixture(scope="module")
def worlds() -> ModuleType:
    return script("exits_worlds")


@pytest.fixture(scope="module")
def small(worlds: ModuleType) -> pd.DataFrame:
    """Three small worlds, the first with the simulator's own chances."""
    return pd.DataFrame([row for seed in (1, 2, 3) for row in worlds.world(seed, 150, 60, 5.0, 6 * (seed == 1))])


@pytest.mark.slow
def test_what_is_promised_to_the_chosen_comes_true_in_small_worlds(worlds, small):
    for belief in ("right", "refitted"):
        mine = small[small["belief"] == belief]
        assert 0.75 < mine["true_served"].sum() / mine["served"].sum() < 1.3, belief
        assert (mine["low"] < mine["total"]).all()
        assert (mine["total"] < mine["high"]).all()
    assert worlds.table(small).set_index("belief").loc["right", "above poorest first"] >= 0.5


@pytest.mark.slow
def test_the_range_of_the_total_holds_in_most_small_worlds(small):
    """Of three 90 % ranges at least two hold but for one time in thirty; none may be so wide that it says nothing."""
    mine = small[small["belief"] == "right"]
    holds = (mine["true_total"] >= mine["low"]) & (mine["true_total"] <= mine["high"])
    assert holds.sum() >= 2
    assert ((mine["high"] - mine["low"]) < 0.8 * mine["total"]).all()


@pytest.mark.slow
def test_the_plan_is_worth_nearly_what_the_simulators_own_chances_would_choose(worlds, small):
    """Asked is .97 over many worlds: docs/benchmarks/exits.md; six draws of one small world say less."""
    share = worlds.share_of_known(small)
    assert share.loc["right", "share of posterior"] >= 0.9
    assert share.loc["right", "share of truth"] >= 0.75
    assert share.loc["poorest_first", "share of posterior"] < share.loc["right", "share of posterior"]


@pytest.mark.slow
def test_who_falls_back_is_about_as_many_as_was_said(worlds, small):
    """Within three standard errors: one world of 340 households has .24 of luck (43 worlds), three of 150 have .2."""
    risk = worlds.risk_of_return(small)
    assert risk.loc["none", "exits"] > 100
    assert risk.loc["none", "O/E"] == pytest.approx(1.0, abs=0.61)
    assert risk.loc["right", "O/E"] == pytest.approx(1.0, abs=0.61)


@pytest.mark.slow
def test_chances_said_and_come_true_bin_by_bin():
    bins = script("exits_bins")
    rows = pd.concat([bins.world(seed, 200, 60) for seed in (1, 2, 3)])
    table = bins.table(rows).set_index("p")
    assert table["without: n"].sum() == (rows["help"] == "without").sum() > 300
    assert table.loc["0-0.02", "came without"] < 0.05
    assert table.loc["0.9-1", "came without"] > 0.9
    off = rows["came"] - rows["said"]
    assert abs(off.groupby(rows["help"]).mean()).max() < 0.1


@pytest.mark.slow
def test_the_curse_by_measure_and_village_in_one_small_world():
    trial = script("exits_cells")
    rows = pd.DataFrame(trial.world(1, 120, 40, 5.0))
    table = trial.table(rows).set_index("belief")
    assert list(table.index) == ["plug-in", "right", "wrong", "refitted"]
    assert table.loc[["right", "refitted"], "the served"].between(0.7, 1.4).all()
    assert table.loc["plug-in", "additional exits"] < table.loc["right", "additional exits"]


def test_a_table_goes_between_its_marks_and_nowhere_else(tmp_path):
    page = script("exits_page")
    paper = tmp_path / "page.md"
    paper.write_text("before\n<!-- one -->\nold\n<!-- /one -->\nafter\n", encoding="utf-8")
    lines = page.table_of(pd.DataFrame({"who": ["right"], "n": [1234], "share": [0.98765], "none": [float("nan")]}))
    page.section("one", lines, paper)
    page.section("one", lines, paper)
    told = paper.read_text(encoding="utf-8")
    assert told == (
        "before\n<!-- one -->\n\n| who | n | share | none |\n|---|---|---|---|\n| right | 1,234 | 0.988 |  |\n\n"
        "<!-- /one -->\nafter\n"
    )
    with pytest.raises(ValueError, match="two"):
        page.section("two", lines, paper)


@pytest.fixture(scope="module")
def fifty(worlds: ModuleType) -> pd.DataFrame:
    """The worlds of docs/benchmarks/exits.md; ten with the simulator's own chances."""
    seeds = range(2000, 2050)
    return pd.DataFrame([row for seed in seeds for row in worlds.world(seed, 340, 150, 2.0, 16 * (seed < 2010))])


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_what_is_promised_to_the_chosen_comes_true_in_fifty_worlds(worlds, fifty):
    """As asked; measured so near the edge (1.049 with the right prior) that other seeds may miss it."""
    table = worlds.table(fifty).set_index("belief")
    assert 0.95 <= table.loc["right", "served: mean"] <= 1.05
    assert 0.9 <= table.loc["refitted", "served: mean"] <= 1.1
    assert (table["above poorest first"] >= 0.9).all()


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_ranges_of_the_total_hold_as_often_as_they_say_in_fifty_worlds(worlds, fifty):
    table = worlds.table(fifty).set_index("belief")
    assert 0.88 <= table.loc["right", "90 % total holds"] <= 0.93


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_the_plan_is_worth_97_percent_of_the_best_by_the_simulators_posterior(worlds, fifty):
    assert worlds.share_of_known(fifty).loc["right", "share of posterior"] >= 0.97


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_the_risk_of_return_holds_in_fifty_worlds(worlds, fifty):
    risk = worlds.risk_of_return(fifty)["O/E"]
    assert risk.between(0.9, 1.1).all(), risk.to_dict()
