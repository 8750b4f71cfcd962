"""Notebooks in git: no outputs, thin, one parameters cell, told in both languages."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from povlib.places import NOTEBOOKS
from povlib.runs.notebooks.parameters import notebook_parameters

if TYPE_CHECKING:
    from nbformat import NotebookNode

ALL = sorted(NOTEBOOKS.glob("*.ipynb"))
WORK = [path for path in ALL if path.stem != "00_start"]


def _code(path: Path) -> list[NotebookNode]:
    import nbformat

    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_the_notebooks_of_the_issue_are_there() -> None:
    assert {"00_start", "01_ledger", "02_poverty", "03_impact", "06_allocation", "08_bulletin"} <= {
        path.stem for path in ALL
    }


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_notebook_in_git_is_valid_and_holds_no_outputs(path: Path) -> None:
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.outputs and cell.execution_count is None for cell in _code(path))
    assert "papermill" not in notebook.metadata
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_notebook_is_thin(path: Path) -> None:
    computing = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Lambda, ast.ListComp, ast.DictComp)
    for cell in _code(path):
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, computing)], cell.source
        assert len(cell.source.splitlines()) <= 6


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_notebook_is_told_in_both_languages(path: Path) -> None:
    import nbformat

    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert any("一" <= letter <= "鿿" for letter in first.source)
    assert any(letter.isascii() and letter.isalpha() for letter in first.source)


@pytest.mark.parametrize("path", WORK, ids=lambda path: path.stem)
def test_the_parameters_say_their_type_default_and_meaning(path: Path) -> None:
    found = notebook_parameters(path)
    assert (
        {"run", "scenario", "changes", "lang"}
        <= set(found)
        <= {"run", "scenario", "changes", "lang", "household", "compare"}
    )
    assert all(parameter.kind == "str" and parameter.meaning for parameter in found.values())
    assert found["scenario"].default == "base"
