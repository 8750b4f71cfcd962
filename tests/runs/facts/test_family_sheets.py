"""One sheet a family; a large township prints only those that tell of help."""

from __future__ import annotations

import pytest

from povlib import runs
from povlib.runs.facts import family_sheets
from povlib.runs.facts.family_sheets import household_sheets


def test_a_large_township_prints_the_sheets_that_tell_of_help(run: runs.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    every = household_sheets(run, "en")
    assert sorted(sheet.hh for sheet in every) == sorted(run.state.poor["hh"])
    monkeypatch.setattr(family_sheets, "MOST_SHEETS", len(every))
    assert household_sheets(run, "en") == every
    monkeypatch.setattr(family_sheets, "MOST_SHEETS", len(every) - 1)
    few = household_sheets(run, "en")
    chosen = run.plan.chosen.astype({"package": "int64"}).merge(run.offer.components, on="package")
    owed = run.offer.entitlements.loc[run.offer.entitlements["covered"].astype(bool), "hh"]
    assert [sheet.hh for sheet in few] == [
        sheet.hh for sheet in every if sheet.hh in set(chosen["hh"]) | set(owed)
    ]  # fmt: skip
    assert 0 < len(few) < len(every)
