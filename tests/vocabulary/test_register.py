"""Statuses come from the tables: another country's words need no change of code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from povlib.errors import ParameterError
from povlib.params import tables
from povlib.vocabulary import help_and_works, register

FOREIGN = """table: status
names: {zh: 状态, en: status}
status: assumed
source: another country's register
codes:
  - {label: In programme, en: in programme, roles: [registered_poor]}
  - {label: Leaving, en: leaving, roles: [registered_poor, marked_for_exit]}
  - {label: Graduated, en: graduated, roles: [exited]}
"""


@pytest.fixture
def foreign_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put another country's list of statuses in the place of ours."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "status.yaml").write_text(FOREIGN, encoding="utf-8")
    answers = [register.registered_statuses, register.exited_status, register.returned_status, tables.table]
    monkeypatch.setattr(tables, "DATA", tmp_path)
    for answer in answers:
        answer.cache_clear()
    yield
    for answer in answers:
        answer.cache_clear()


@pytest.mark.usefixtures("foreign_tables")
def test_another_countrys_statuses_are_data() -> None:
    assert register.registered_statuses() == ("In programme", "Leaving")
    assert register.exited_status() == "Graduated"


@pytest.mark.usefixtures("foreign_tables")
def test_a_role_that_no_code_has_is_a_fault_that_names_the_file() -> None:
    with pytest.raises(ParameterError, match=r"status\.yaml"):
        register.returned_status()


def test_every_role_the_program_asks_for_is_in_the_tables() -> None:
    for module in (register, help_and_works):
        for name, function in vars(module).items():
            if name != "sex_label" and hasattr(function, "cache_clear") and function.__module__ == module.__name__:
                assert function(), name
