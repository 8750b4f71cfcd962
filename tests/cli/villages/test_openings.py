"""The word openings: everything that may be opened is told of the finished run, by keys alone, with the next step."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from povlib import runs
from povlib.runs.facts.villages.opening_facts import opening_facts

pytestmark = [pytest.mark.whole_run, pytest.mark.slow]


@pytest.fixture
def office(finished: Any, work: Path) -> Path:
    """A copy of the practice office with its one finished run."""
    shutil.copytree(finished.office, work / "sample")
    return work / "sample"


def test_every_opening_is_told_with_who_works_there(cli: Any, office: Path) -> None:
    said = cli("openings")
    assert said.code == 0
    run = runs.find_run("latest", runs.sample_office())
    found = opening_facts(run, "en").openings
    assert len(found) == 5
    for row in found.itertuples(index=False):
        assert row.name in said.out
        for household in row.who:
            assert household in said.out
    assert said.out.count("surely") >= len(found)
    assert f"approve {run.info.run_id}" in said.both


def test_without_a_run_the_next_word_is_plan(cli: Any, work: Path) -> None:
    said = cli("openings")
    assert said.code == 2
    assert "plan base" in said.err
