"""The page of one household against the run's own tables and the rules applied by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib import runs
from povlib.errors import RunError
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
