"""A file that is one record: the folder's own or the project's, typed, every fault named with its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from povlib.errors import Fault, ParameterError
from povlib.params.procedures.whole_file import whole_file


class Days(BaseModel):
    """Two numbers of days."""

    model_config = ConfigDict(extra="forbid")
    least: int = Field(ge=0)
    most: int = Field(ge=0)


def backwards(found: Days) -> Iterator[Fault]:
    if found.least > found.most:
        yield Fault("the least is more than the most", "days.yaml")


def test_a_file_is_typed_and_its_own_rules_hold(tmp_path: Path) -> None:
    (tmp_path / "days.yaml").write_text("least: 2\nmost: 7\n", "utf-8")
    assert whole_file(tmp_path, "days.yaml", Days, backwards) == Days(least=2, most=7)
    (tmp_path / "days.yaml").write_text("least: 8\nmost: 7\n", "utf-8")
    with pytest.raises(ParameterError, match="the least is more"):
        whole_file(tmp_path, "days.yaml", Days, backwards)


def test_all_values_that_cannot_stand_are_named_at_once_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "days.yaml").write_text("least: -2\nmost: many\nmots: 7\n", "utf-8")
    with pytest.raises(ParameterError) as caught:
        whole_file(tmp_path, "days.yaml", Days, backwards)
    assert [fault.where.split()[0] for fault in caught.value.faults] == ["days.yaml:1", "days.yaml:2", "days.yaml:3"]


def test_a_folder_without_the_file_has_the_projects(tmp_path: Path) -> None:
    class Share(BaseModel):
        share: float

    assert whole_file(tmp_path, "inspection.yaml", Share, lambda found: []).share == 0.02
