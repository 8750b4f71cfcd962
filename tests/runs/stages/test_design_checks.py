"""The doubts of a run: rows of the cut-off design against the ledger's own tables, and what cannot be compared."""

from __future__ import annotations

from typing import Any

import pytest

from povlib import impact, poverty, runs
from povlib.errors import DataError
from povlib.runs.stages.design_checks import (
    REDRAWINGS,
    CutoffAtLine,
    before_and_after,
    chance_of_effects,
    cutoff_at_line,
    cutoff_of_state,
)


def test_every_usable_comparison_has_its_chance(run: runs.Run) -> None:
    found = chance_of_effects(run)
    estimates = run.effects.estimates
    usable = estimates[(estimates["method"] == "did") & estimates["usable"].astype(bool)]
    assert set(zip(found["measure"], found["source"], strict=True)) == set(
        zip(usable["measure"], usable["source"], strict=True)
    )
    steps = found["p"] * (REDRAWINGS + 1)
    assert steps.to_numpy() == pytest.approx(steps.round().to_numpy())
    assert found["p"].between(1 / (REDRAWINGS + 1), 1).all()


def test_rows_of_the_cut_off_are_the_ledgers(run: runs.Run) -> None:
    before = run.at + -12
    frame = before_and_after(run.state, before, run.at, run.catalogue).set_index("hh")
    income = poverty.trailing_income(run.state, before, run.catalogue).set_index("hh")["income_fen_per_head"]
    assert frame["before"].notna().sum() == income.notna().sum()
    helped = {
        award.hh
        for award in run.state.support.itertuples()
        if award.from_month == award.from_month and before.ordinal < award.from_month <= run.at.ordinal
    }
    assert set(frame.index[frame["helped"] == 1]) == helped & set(frame.index)
    found = cutoff_at_line(run)
    assert isinstance(found, CutoffAtLine)
    assert found.helped == len(helped & set(frame.index))
    line = run.catalogue.line_fen(run.settings.authority, before)
    again = impact.cutoff(frame.reset_index(), outcome="after", running="before", at=line, helped="below", tie="below",
                          treatment="helped", cluster="village")  # fmt: skip
    assert found.table["estimate"].tolist() == pytest.approx(again.table["estimate"].tolist())


def test_too_few_on_a_side_is_refused(run: runs.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_above(*_: Any) -> Any:
        return before_and_after(run.state, run.at + -12, run.at, run.catalogue).query("before < 200_000")

    monkeypatch.setattr("povlib.runs.stages.design_checks.before_and_after", nobody_above)
    with pytest.raises(DataError, match="fewer than 20 cases"):
        cutoff_of_state(run.state, run.at, run.catalogue, run.settings.authority)
