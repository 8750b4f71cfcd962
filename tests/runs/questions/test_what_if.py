"""What if, asked of a real run: every answer is consistent with the plan and with its proof."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from povlib import allocation, runs
from povlib.runs.notebooks.execution import execute_notebook
from povlib.runs.questions.what_if import package_draws, public_facts, what_if

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_the_answers_agree_with_the_plan(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    found = what_if(run)
    plan = run.plan
    now = found.money[found.money["capacity"] > 0].copy()
    for row, part in now.groupby("row"):
        capacity = dict(zip(run.problem.tables.resources["resource"], run.problem.tables.resources["capacity"],
                            strict=True))[row]  # fmt: skip
        here = part[part["capacity"] == capacity]
        # the plan itself, to the last digit; more never brings less
        assert here[["value", "additional", "gap"]].iloc[0].tolist() == [plan.value, plan.additional, plan.gap]
        assert here["own"].tolist() == [True]
        assert (part["value"].diff().dropna() >= 0).all()
        assert (part["gap"] < 3).all()
        limit = allocation.frontier_bound(part, [capacity]).iloc[0]
        assert limit >= plan.value - 1e-9
    kept = found.kept.dropna(subset=["value"])
    assert kept.loc[kept["own"].astype(bool), "value"].tolist() == [plan.value]
    assert (kept["value"].diff().dropna() <= 0).all()
    facts = found.facts
    assert facts["plan_worst"] <= facts["averse_worst"] + 1e-9 <= facts["averse_bound"] + 2e-9
    assert facts["rule_additional"] + facts["rule_loss"] == pytest.approx(plan.additional)
    assert found.regret.iloc[0]["key"] == "plan"
    assert found.regret.iloc[0]["mean"] == pytest.approx(found.regret["mean"].max(), abs=1.0)
    # asked again, nothing is computed: the same answers from the same files
    again = what_if(run)
    assert again.points.equals(found.points)
    # the page and the notebook show them, and the run still verifies
    written = {path.name for path in runs.write_whatif(run, "zh")}
    assert {"whatif.zh.html", "whatif.zh.pdf"} <= written
    assert runs.verify_run(run).ok
    output = execute_notebook("07_scenarios", run.office.folder / "07.ipynb", {"run": run.info.run_id, "lang": "zh"})
    assert "一页纸的规则" in json.dumps(json.loads(output.read_text(encoding="utf-8")), ensure_ascii=False)


def test_draws_average_to_the_values_of_the_problem(run: runs.Run) -> None:
    draws = package_draws(run)
    own = int(run.problem.start[run.problem.households])
    assert draws.shape[0] == own
    assert np.abs(draws.mean(axis=1) - run.problem.value[:own] / 1e6).max() < 0.15


def test_public_facts_hold_no_estimate_no_illness_and_no_name(run: runs.Run) -> None:
    facts = public_facts(run)
    assert sorted(facts["hh"]) == sorted(run.problem.hh)
    assert not facts.isna().any().any()
    assert {"workers", "members", "income"} <= set(facts.columns)
    assert not {"health", "disability", "p", "name"} & set(facts.columns)
