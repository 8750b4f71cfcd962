"""Executing a notebook: nothing starts with a wrong parameter, and a failure is told in its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.errors import ParameterError, RunError
from povlib.runs.notebooks.execution import execute_notebook


def test_a_misspelt_parameter_leaves_no_copy_behind(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="scenario"):
        execute_notebook("02_poverty", tmp_path / "out.ipynb", {"scenari": "base"})
    assert list(tmp_path.iterdir()) == []


def test_no_other_notebook_is_executed(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no notebook"):
        execute_notebook("../tests/anything", tmp_path / "out.ipynb", {})


@pytest.mark.thorough
def test_a_failed_notebook_opens_with_the_words_of_its_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat

    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("POVLIB_OFFICE", "nowhere")
    monkeypatch.setenv("POVLIB_LANG", "en")
    out = tmp_path / "out.ipynb"
    with pytest.raises(RunError, match="there is no office named nowhere"):
        execute_notebook("02_poverty", out, {"run": ""})
    banner = nbformat.read(out, as_version=4).cells[0]
    assert banner.cell_type == "markdown"
    assert "there is no office named nowhere" in banner.source
