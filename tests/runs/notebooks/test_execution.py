"""Executing a notebook: parameters cast or refused before a kernel starts, and a failure told in its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.errors import ParameterError, RunError
from povlib.runs.notebooks.execution import checked_parameters, execute_notebook


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    import nbformat

    notebook = nbformat.v4.new_notebook()
    source = "\n".join(
        (
            "persons: int = 3  # how many",
            "share: float = 0.2  # of all",
            "open_now: bool = False  # or not",
            "name: str = ''  # whose",
        )
    )
    notebook.cells = [nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})]
    nbformat.write(notebook, tmp_path / "typed.ipynb")
    return tmp_path / "typed.ipynb"


def test_texts_are_cast_to_the_declared_type(typed: Path) -> None:
    given = {"persons": "7", "share": "0.5", "open_now": "true"}
    assert checked_parameters(typed, given) == {"persons": 7, "share": 0.5, "open_now": True}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("persons", 2.5),
        ("persons", "2.5"),
        ("persons", True),
        ("share", "much"),
        ("open_now", "yes"),
        ("share", None),
        ("name", 5),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_before_a_kernel_starts(typed: Path, name: str, value: object) -> None:
    with pytest.raises(ParameterError, match=name):
        checked_parameters(typed, {name: value})


def test_a_misspelt_parameter_is_refused_with_a_suggestion(typed: Path) -> None:
    with pytest.raises(ParameterError) as caught:
        checked_parameters(typed, {"person": 3, "shares": 0.1})
    assert len(caught.value.faults) == 2
    assert "persons" in str(caught.value)


def test_a_misspelt_parameter_leaves_no_copy_behind(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="scenario"):
        execute_notebook("02_poverty", tmp_path / "out.ipynb", {"scenari": "base"})
    assert list(tmp_path.iterdir()) == []


def test_no_other_notebook_is_executed(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no notebook"):
        execute_notebook("../tests/anything", tmp_path / "out.ipynb", {})


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
