"""Words about runs: what a run may be called, what is refused, what prune shows before it removes."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from povlib import ledger, runs
from povlib.runs.office.promise_rows import promise_rows
from tests.cli.conftest import Cli

pytestmark = pytest.mark.whole_run


@pytest.fixture
def office(finished: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the practice office with its one finished run."""
    shutil.copytree(finished.office, tmp_path / "work" / "sample")
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    return tmp_path / "work" / "sample"


def test_a_run_is_named_by_id_scenario_title_latest_or_approved(cli: Cli, office: Path, finished: Any) -> None:
    name = finished.folder.name
    for word in (name, name[:5], "base", "base plan", "基准方案", "latest"):
        said = cli("runs", "show", word)
        assert (said.code, name in said.out) == (0, True), said.err
    none = cli("runs", "show", "approved")
    assert none.code == 2
    assert "approve latest --officer NAME" in none.err
    _approve(runs.find_run("base", runs.sample_office()))
    said = cli("runs", "show", "approved")
    assert said.code == 0
    assert name in said.out
    assert "approved by o" in said.out.lower()
    for line in (
        "data: batch",
        "parameters:",
        "solver: highspy",
        "Additional exits:",
        "New money:",
        "settings.horizon",
    ):
        assert line in said.out, line


def _approve(run: runs.Run) -> None:
    """Write a run's approval into the ledger, without the minutes of its verification."""
    digest = hashlib.sha256((run.folder / "manifest.json").read_bytes()).hexdigest()
    info = ledger.BatchInfo("promise", officer="o", role="approve", source_sha256=digest, month=run.settings.help_from)
    with runs.open_book(runs.sample_office()) as book:
        ledger.record_promises(book, run.info.run_id, promise_rows(run), info)


def test_a_word_that_fits_nothing_is_refused_at_once_with_the_nearest(shell: Cli, office: Path) -> None:
    for words in (["runs", "show", "bsae"], ["runs", "list", "--scenario", "bsae"]):
        said = shell(*words)
        assert said.code == 2
        assert "base" in said.err
        assert "did you mean base?" in said.err


def test_the_list_as_json_is_the_list(cli: Cli, office: Path, finished: Any) -> None:
    said = cli("runs", "list", "--json")
    # other tests may have made runs of the same office before
    (one,) = (row for row in json.loads(said.out) if row["run"] == finished.folder.name)
    assert one["scenario"] == "base"
    assert one["decision"] == "draft"
    shown = cli("runs", "list").out
    assert one["run"] in shown
    assert f"{one['figures']['additional']:.1f}" in shown


def test_prune_shows_first_and_removes_only_with_yes(cli: Cli, office: Path, finished: Any) -> None:
    extra = office / "runs" / "aaaaaaaaaaaa"
    shutil.copytree(finished.folder, extra)
    shown = cli("runs", "prune", "--days", "0", "--drafts")
    gone = [line.split()[0] for line in shown.out.splitlines() if line.endswith("goes")]
    assert len(gone) == 1
    assert "--days 0 --drafts --yes" in shown.out
    assert extra.is_dir()
    assert cli("runs", "prune", "--days", "nan").code == 2
    assert cli("runs", "prune", "--days", "-1").code == 2
    done = cli("runs", "prune", "--days", "0", "--drafts", "--yes")
    assert done.code == 0
    assert "1 runs were removed" in done.out
    assert len(list((office / "runs").glob("*/manifest.json"))) == 1
    assert cli("runs", "prune", "--days", "0", "--drafts").out.count("kept") == 1


def test_words_for_runs_that_fit_nothing_are_refused_all_at_once(cli: Cli, office: Path) -> None:
    said = cli("runs", "compare", "bsae", "latest", "zzzz")
    assert said.code == 2
    assert said.err.count("there is no run") == 2
    alone = cli("runs", "compare", "latest", "base")
    assert alone.code == 2
    assert "two runs or more" in alone.err
    same = cli("runs", "diff", "latest", "base")
    assert same.code == 0
    assert "one and the same run" in same.out
