"""Parameters of a notebook: cast to the declared type, or refused before a kernel starts, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.errors import ParameterError
from povlib.runs.notebooks.parameters import checked_parameters


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
