"""The page of one household against the run's own tables and the rules applied by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from povlib import runs
from povlib.errors import RunError
from povlib.exits.help_effects.award_effects import catalogue_effects
from povlib.exits.without_help import households_without_help
from povlib.report.villages.household_plan_page import household_plan_page
from povlib.runs.facts.villages.household_plans import household_plan


def some_households(run: runs.Run) -> list[str]:
    """One household of each main cause, and one that exited."""
    poor = run.state.poor.dropna(subset="cause").drop_duplicates("cause")["hh"].astype(str).tolist()
    return [*poor, str(run.state.exited["hh"].iloc[0])]


@pytest.mark.thorough
def test_every_measure_has_its_line_and_every_word_its_source(run: runs.Run) -> None:
    refused = run.offer.refused.set_index(["hh", "measure"])["reason_en"].to_dict()
    keys = {measure.names.en: key for key, measure in run.catalogue.measures.items()}
    chosen = run.plan.chosen.set_index("hh")["package"].astype("int64")
    for hh in some_households(run):
        plan = household_plan(run, hh, "en")
        lines = plan.measures.assign(key=plan.measures["name"].map(keys)).set_index("key")
        assert set(lines.index) == set(run.catalogue.measures)
        own = run.offer.components[run.offer.components["package"].eq(chosen.get(hh, -1))]["measure"]
        assert set(lines.index[lines["plan"].str.startswith("in the plan")]) == set(own)
        for key, line in lines.iterrows():
            assert line["law"]
            if (hh, key) in refused and line["law"] not in ("open", "owed by law", _RUNS):
                assert line["law"] == refused[(hh, key)]


_RUNS = "goes on by itself; the plan does not decide it"


@pytest.mark.thorough
def test_the_first_list_is_what_the_rules_say_of_its_causes(run: runs.Run) -> None:
    households = run.state.households.set_index("hh")
    for hh in some_households(run):
        plan = household_plan(run, hh, "en")
        other = households.loc[hh, "other_causes"]
        causes = {households.loc[hh, "cause"], *("" if pd.isna(other) else str(other)).split("、")}
        # rules of causes alone can be applied by hand
        for rule in run.catalogue.causes.values():
            if rule.causes and not rule.when and not rule.wishes:
                told = plan.rules.set_index("key").loc[rule.key]
                assert bool(told["holds"]) == bool(causes & set(rule.causes))
                assert bool(told["missing"]) != bool(told["holds"])
        listed = plan.measures[plan.measures["is_listed"]]
        assert listed["listed"].ne("").all()
        assert plan.measures[~plan.measures["is_listed"]]["listed"].eq("").all()


def test_points_of_the_plan_are_those_of_the_explanation(run: runs.Run) -> None:
    margins = run.explanation["households"].set_index("hh")
    hh = str(margins.index[(margins["reason"] == "best") & (margins["margin_points"] > 1)][0])
    told = household_plan(run, hh, "en").measures["plan"]
    own = f"{margins.loc[hh, 'points']:,.1f}"
    others = told[told.str.startswith("not chosen")]
    assert others.str.endswith(own).all()
    told_points = [line.split(" has ")[1].split(" points")[0].replace(",", "").replace("−", "-") for line in others]
    assert max(map(float, told_points), default=0.0) <= margins.loc[hh, "points"] + 0.05


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_all_of_it(run: runs.Run, lang: str) -> None:
    hh = some_households(run)[0]
    page = household_plan_page(household_plan(run, hh, lang), lang)
    assert [section.key for section in page.sections] == ["facts", "plan", "measures", "rules"]
    assert len(page.tables()[0].frame) == len(run.catalogue.measures)
    assert page.synthetic


def test_an_unknown_household_is_refused(run: runs.Run) -> None:
    with pytest.raises(RunError, match="X99"):
        household_plan(run, "X99-0001")


def test_what_the_village_shared_out_is_in_the_projection_and_on_the_page(run: runs.Run) -> None:
    uses = run.state.income_uses
    mine = uses.loc[(uses["kind"] == "households") & (uses["day"] // 100 > 201504)]
    bare = SimpleNamespace(**{**{name: getattr(run.state, name) for name in _FRAMES}, "income_uses": uses.iloc[:0]})
    full = SimpleNamespace(**{**vars(bare), "income_uses": uses})
    effects = catalogue_effects(run.catalogue)
    with_it, without = (households_without_help(state, run.catalogue, run.settings, effects) for state in (full, bare))
    told = {(r.hh, r.month): r.property_fen for r in run.state.observations.itertuples()}
    added = dict.fromkeys(with_it.hh, 0)
    for use in mine.itertuples():
        month = use.day // 10_000 * 12 + use.day // 100 % 100 - 1
        if not pd.isna(told.get((use.hh, month), pd.NA)):
            added[use.hh] += max(use.fen - told[use.hh, month], 0)
    raised = np.round(12 * (with_it.steady["property"] - without.steady["property"])).astype(int)
    # a month that was never told is filled from the season of all, which the shares move a little: whole years alone
    last = run.at.ordinal
    whole = set(with_it.hh[with_it.panel.months_known(last - 11, last) == 12])
    counted = {hh: fen for hh, fen in zip(with_it.hh, raised, strict=True) if fen and hh in whole}
    known = {hh: fen for hh, fen in added.items() if fen and hh in whole}
    assert counted == known
    assert len(known) > 5
    assert sum(known.values()) > 0
    # the year that the rule looks at holds the month, so it ends higher by about as much
    hh = next(iter(known))
    at = with_it.hh.get_loc(hh)
    assert with_it.rule_ends[-1].mean[at] > without.rule_ends[-1].mean[at]
    said = dict(household_plan(run, hh, "en").facts)["shared out to it from the village's income"]
    assert "the plan counts it as property income of the month" in said
    assert f"{int(mine.loc[mine['hh'] == hh, 'fen'].sum()) / 100:,.2f} yuan" in said
    nobody = next(h for h in run.state.poor["hh"] if h not in set(mine["hh"]))
    assert dict(household_plan(run, nobody, "zh").facts)["本村村财分配到户"] == "近十二个月没有"


_FRAMES = ("households", "members", "observations", "transfers", "support", "projects", "project_items", "placements",
           "placement_ends", "last_month")  # fmt: skip
