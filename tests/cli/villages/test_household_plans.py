"""The word household-plan: a household's reasoning, its page, and what is mistyped."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from povlib import runs

pytestmark = pytest.mark.whole_run


@pytest.fixture
def office(finished: Any, work: Path) -> Path:
    """A copy of the practice office with its one finished run."""
    shutil.copytree(finished.office, work / "sample")
    return work / "sample"


def test_the_reasoning_is_told_and_written(cli: Any, office: Path) -> None:
    run = runs.find_run("latest", runs.sample_office())
    hh = str(run.state.poor["hh"].iloc[0])
    said = cli("household-plan", hh)
    assert said.code == 0
    for measure in run.catalogue.measures.values():
        assert measure.names.en in said.out
    assert f"household-plan {hh} --page" in said.both
    assert cli("household-plan", hh, "--page", lang="zh").code == 0
    files = sorted(path.suffix for path in (office / "desk" / "household-plans").iterdir())
    assert files == [".html", ".pdf"]


def test_a_mistyped_household_is_refused_before_anything_is_written(cli: Any, office: Path) -> None:
    said = cli("household-plan", "S99-0001")
    assert said.code == 2
    assert "S99-0001" in said.err
    assert not (office / "desk" / "household-plans").exists()
