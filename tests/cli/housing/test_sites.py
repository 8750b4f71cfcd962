"""The words houses sites and houses months: what is printed of the finished run, and what is refused."""

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


def test_sites_and_months_are_told_with_the_next_step(cli: Any, office: Path) -> None:
    said = cli("houses", "sites")
    assert said.code == 0
    made = runs.find_run("latest", runs.sample_office())
    for key, names in made.offer.facilities[["facility", "names"]].itertuples(index=False):
        # what openings.yaml may open is told by the word openings
        assert (names["en"] in said.out) == (key in made.catalogue.shared_places)
    assert "houses months" in said.both
    said = cli("houses", "months", lang="zh")
    assert said.code == 0
    assert "乡建筑队" in said.out
    assert f"approve {runs.find_run('latest', runs.sample_office()).info.run_id}" in said.both


def test_an_unknown_crew_is_refused_with_those_there_are(cli: Any, office: Path) -> None:
    said = cli("houses", "months", "--crew", "bulders")
    assert said.code == 2
    assert "builders" in said.err


def test_without_a_run_the_next_word_is_plan(cli: Any, work: Path) -> None:
    for word in ("sites", "months"):
        said = cli("houses", word)
        assert said.code == 2
        assert "plan base" in said.err
