"""Opening a notebook: every name and value that it does not know is refused, whoever put it there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from povlib import runs
from povlib.errors import ParameterError, RunError
from povlib.runs.notebooks.opened_notebook import check_notebook, open_notebook

pytestmark = pytest.mark.whole_run


@pytest.fixture(autouse=True)
def _of_the_office(finished: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(finished.work))


def _cells(**changed: object) -> dict[str, object]:
    return {"run": "", "scenario": "base", "changes": "", "lang": "", **changed}


def _refusal(**changed: object) -> str:
    with pytest.raises(ParameterError) as caught:
        check_notebook("06_allocation", _cells(**changed))
    return str(caught.value)


def test_a_name_that_the_notebook_does_not_know_is_refused_with_the_nearest_and_all_it_knows() -> None:
    said = _refusal(scenrio="base")
    assert "no parameter scenrio" in said
    assert "changes, lang, run, scenario" in said
    assert "did you mean scenario?" in said


def test_names_types_language_scenario_and_changes_are_refused_all_at_once() -> None:
    said = _refusal(scenrio="x", run=12, lang="fr", scenario="bas", changes="funds.specal.amount_yuan=1")
    for words in ("scenrio", "run = 12", "-r run VALUE", "language fr", "no scenario bas"):
        assert words in said, words


def test_a_value_of_a_live_cell_is_no_parameter() -> None:
    assert "no parameter village" in _refusal(village="联胜")


@pytest.mark.parametrize("name", ["_scenario", "__run", "Scenario", "runs", "page", "asked"])
def test_no_name_hides_from_the_check(name: str) -> None:
    assert f"no parameter {name}" in _refusal(**{name: "depth"})


def test_what_is_refused_is_said_in_the_language_of_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("POVLIB_LANG", "en")
    shell = SimpleNamespace(user_ns_hidden={})
    check_notebook("06_allocation", _cells(lang="zh", get_ipython=lambda: shell))
    assert os.environ["POVLIB_LANG"] == "zh"


@pytest.mark.parametrize("value", [None, 5, 2.5, True, ["base"], {"a": 1}])
def test_a_value_of_another_type_is_refused(value: object) -> None:
    assert "scenario = " in _refusal(scenario=value)


@pytest.mark.parametrize("changes", ["x", "=1", "settings.margin=", "settings.margn=0.1", "settings.margin=much"])
def test_a_change_nobody_can_make_is_refused(changes: str) -> None:
    assert _refusal(changes=changes)


def test_a_line_taken_out_of_the_parameters_cell_is_named() -> None:
    cells = _cells()
    del cells["scenario"]
    with pytest.raises(ParameterError, match="does not set scenario"):
        check_notebook("06_allocation", cells)


def test_what_a_named_run_would_ignore_is_refused() -> None:
    said = _refusal(run="latest", scenario="depth", changes="settings.margin=0.1")
    assert said.count("would change nothing") == 2


def test_modules_functions_and_what_startup_files_put_there_are_let_be() -> None:
    shell = SimpleNamespace(user_ns_hidden={"np_home": "x"})
    cells = _cells(In=[""], Out={}, _i1="", get_ipython=lambda: shell, np_home="x", pd=pytest, f=len)
    assert check_notebook("06_allocation", cells)["scenario"] == "base"


def test_run_again_later_the_readers_own_names_are_let_be_but_not_one_near_a_parameter() -> None:
    cells = _cells(run="latest")
    cells["run"] = open_notebook("06_allocation", cells)
    cells |= {"village": "联胜", "posts": 1}
    assert open_notebook("06_allocation", cells).info.run_id == cells["run"].info.run_id  # type: ignore[attr-defined]
    cells["scenrio"] = "depth"
    with pytest.raises(ParameterError, match="did you mean scenario"):
        open_notebook("06_allocation", cells)


@pytest.mark.parametrize("run", ["nowhere", "../../etc", "a/b", "."])
def test_a_run_that_is_not_there_is_refused(run: str) -> None:
    with pytest.raises(RunError, match="there is no run"):
        open_notebook("06_allocation", _cells(run=run))


def test_the_first_page_and_the_ledger_know_their_own_parameters() -> None:
    assert check_notebook("00_start", {"lang": "en"}) == {"lang": "en"}
    with pytest.raises(ParameterError, match="no parameter household"):
        check_notebook("06_allocation", _cells(household="S01-0001"))
    assert check_notebook("01_ledger", _cells(household="S01-0001"))["household"] == "S01-0001"


def test_the_run_is_that_of_open_run(finished: Any) -> None:
    assert open_notebook("02_poverty", _cells(run="latest")).folder == finished.folder
    assert open_notebook("02_poverty", _cells()).info.run_id == runs.open_run().info.run_id


def test_the_words_of_an_error_stand_in_the_place_of_a_traceback() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shown: list[list[str]] = []
    shell._showtraceback = lambda kind, value, lines: shown.append(lines)  # type: ignore[method-assign]
    shell.run_cell("from povlib.errors import RunError\nraise RunError('there is nothing', where='here')")
    assert shown == [["✗ here: there is nothing"]]


def test_papermill_alone_stops_at_a_misspelt_parameter(finished: Any, tmp_path: Path) -> None:
    """The command as a planner types it, in a process of its own: words, and an exit code that scripts see."""
    import json
    import os
    import subprocess
    import sys

    from povlib.places import NOTEBOOKS, ROOT

    out = tmp_path / "out.ipynb"
    book = str(NOTEBOOKS / "06_allocation.ipynb")
    command = [sys.executable, "-m", "papermill", book, str(out), "-p", "scenrio", "base", "-p", "runs", "latest"]
    where = {"POVLIB_WORK": str(finished.work), "POVLIB_LANG": "en", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **where}, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode != 0
    assert "the notebook has no parameter scenrio" in done.stderr
    # an import of the same name in that cell would have hidden it
    assert "the notebook has no parameter runs" in done.stderr
    cells = json.loads(out.read_text(encoding="utf-8"))["cells"]
    executed = [cell.get("id") for cell in cells if cell.get("execution_count")]
    assert [executed[0], executed[-1], len(executed)] == ["parameters", "check", 3]
    said = next(cell for cell in cells if cell.get("id") == "check")["outputs"][-1]
    assert said["traceback"] == [f"✗ {said['evalue']}"]
    listed = subprocess.run(
        [sys.executable, "-m", "papermill", "--help-notebook", book], capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert "Unable to parse" not in listed.stdout + listed.stderr
    assert "changes: str" in listed.stdout
