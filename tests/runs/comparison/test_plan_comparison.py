"""What a comparison shows: counts by sets, ranges by draws, funds that add up, the safest plan by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib.errors import RunError
from povlib.report.comparison.comparison_page import ComparisonFacts, comparison_report, comparison_tables
from povlib.runs.comparison.carried_plan import ComparedRun
from povlib.runs.comparison.plan_comparison import comparison_facts
from tests.runs.comparison.test_carried_plan import contents_by_hand

LABELS = {"A": "base", "B": "no_floor", "C": "less"}

pytestmark = pytest.mark.whole_run  # plans the township several times


@pytest.fixture(scope="module")
def facts(compared: dict[str, ComparedRun]) -> ComparisonFacts:
    return comparison_facts([compared[name].run for name in LABELS.values()], "en")


def test_the_numbers_are_those_of_each_run(facts: ComparisonFacts, compared: Mapping[str, ComparedRun]) -> None:
    rows = facts.runs.set_index("label")
    for label, name in LABELS.items():
        run = compared[name].run
        assert rows.loc[label, "additional"] == pytest.approx(float(run.plan.additional), abs=1e-3)
        assert rows.loc[label, "money_fen"] == run.plan.payments["fen"].sum()
        assert (
            rows.loc[label, "change"]
            == pytest.approx(rows.loc[label, "additional"] - rows.loc["A", "additional"], nan_ok=True)
            or label == "A"
        )
        assert (
            label == "A" or rows.loc[label, "change_low"] <= rows.loc[label, "change"] <= rows.loc[label, "change_high"]
        )
    assert rows.loc["A", ["change", "money_change_fen"]].isna().all()
    assert facts.same_data
    assert facts.in_persons


def test_overlap_is_that_of_sets(facts: ComparisonFacts, compared: Mapping[str, ComparedRun]) -> None:
    sets = {label: contents_by_hand(compared[name].run) for label, name in LABELS.items()}
    served = {label: {hh for hh, content in own.items() if content} for label, own in sets.items()}
    for row in facts.overlap.to_dict("records"):
        one, two = row["pair"].split("–")
        both, either = served[one] & served[two], served[one] | served[two]
        assert (row["first"], row["other"]) == (len(served[one]), len(served[two]))
        assert (row["both"], row["either"]) == (len(both), len(either))
        assert row["jaccard"] == len(both) / len(either)
        assert row["same"] == sum(sets[one][hh] == sets[two][hh] for hh in sets[one])


def test_reasons_count_every_changed_household_once(facts: ComparisonFacts) -> None:
    counted = facts.reasons.groupby("label")["households"].sum()
    assert counted.to_dict() == facts.changed.groupby("label").size().to_dict()
    assert counted.to_dict() == facts.runs.set_index("label")["changed"].drop("A").to_dict()


def test_the_safest_plan_keeps_every_rule_and_loses_least(facts: ComparisonFacts) -> None:
    table = facts.regret.pivot_table(index="plan", columns="scenario", values="regret")
    broken = facts.regret.pivot_table(index="plan", columns="scenario", values="broken", aggfunc="first")
    sound = [plan for plan in table.index if (broken.loc[plan] == "").all()]
    assert sound
    best = min(table.loc[plan].max() for plan in sound)
    safest = facts.worst[facts.worst["safest"]]["label"].tolist()
    assert safest == [plan for plan in sound if table.loc[plan].max() == best]
    assert np.allclose(np.diag(table), 0.0)
    assert dict(zip(facts.worst["label"], facts.worst["fails"], strict=True)) == {
        plan: int((broken.loc[plan] != "").sum()) for plan in table.index
    }


def test_funds_add_up_to_the_money_of_each_plan(facts: ComparisonFacts) -> None:
    spent = facts.funds.groupby("label")["planned_fen"].sum()
    assert spent.to_dict() == facts.runs.set_index("label")["money_fen"].to_dict()
    assert facts.funds["label"].tolist()[:3] == ["A", "B", "C"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_paper_says_it_in_both_languages(compared: Mapping[str, ComparedRun], lang: str) -> None:
    facts = comparison_facts([compared["base"].run, compared["less"].run], lang)
    report = comparison_report(facts, lang, synthetic=True)
    numbers: dict[str, Any] = {number.key: number.value for number in report.numbers}
    assert numbers["compared[B].additional"] == facts.runs["additional"].iloc[1]
    assert numbers["changed.B"] == len(facts.changed)
    (sheet,) = comparison_tables(facts, lang)
    assert len(sheet.frame) == len(facts.changed)
    assert sheet.frame["why"].str.len().min() > 5
    words = " ".join(map(str, sheet.frame["why"]))
    assert ("points" in words) == (lang == "en")
    assert isinstance(sheet.frame, pd.DataFrame)


def test_one_run_alone_is_told_what_to_type(compared: Mapping[str, ComparedRun]) -> None:
    report = comparison_report(comparison_facts([compared["base"].run], "en"), "en")
    assert {"numbers", "frontier", "changed", "overlap", "regret", "funds", "prices"} == {
        s.key for s in report.sections
    }
    assert "plan more_money" in str(next(s for s in report.sections if s.key == "regret").blocks)


def test_too_many_runs_are_refused(compared: Mapping[str, ComparedRun]) -> None:
    for number in (0, 41):
        with pytest.raises(RunError, match="cannot be compared"):
            comparison_facts([compared["base"].run] * number, "en")
