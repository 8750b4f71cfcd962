"""The rule of posting plans as configured: from when it holds, older files without it, mistakes named."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from povlib.calendar import Month
from povlib.errors import ParameterError
from povlib.params import load_procedure
from povlib.places import PARAMS


def _written(folder: Path, **changed: object) -> Path:
    told = yaml.safe_load((PARAMS / "procedure.yaml").read_text(encoding="utf-8"))
    told["plan_posting"] |= changed
    (folder / "procedure.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return folder


def test_the_rule_holds_from_its_month_on_and_unknown_days_are_empty() -> None:
    rule = load_procedure().plan_posting
    assert [rule.days_asked(Month(2016, month)) for month in (4, 5, 6)] == [0, 7, 7]
    assert rule.appeal_within.days is None
    assert (rule.hangs.status, rule.answered_within.status) == ("official", "assumed")


def test_an_office_that_is_not_bound_by_it_empties_it(tmp_path: Path) -> None:
    blank = {"days": None, "status": "assumed", "source": "the office"}
    assert load_procedure(_written(tmp_path, hangs=blank)).plan_posting.days_asked(Month(2016, 5)) == 0


def test_a_file_of_an_earlier_release_gets_the_rule_of_the_project(tmp_path: Path) -> None:
    told = yaml.safe_load((PARAMS / "procedure.yaml").read_text(encoding="utf-8"))
    del told["plan_posting"]
    (tmp_path / "procedure.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    assert load_procedure(tmp_path) == load_procedure()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hangs": {"days": 0, "status": "official", "source": "x"}}, "days is 0"),
        ({"hangs": {"days": 7, "status": "official", "source": ""}}, "source"),
        ({"answered_within": {"days": 400, "status": "assumed", "source": "x"}}, "365 or less"),
        ({"applies_from": "soon"}, "soon is no month"),
        ({"names": "nickname"}, "full"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterError) as refused:
        load_procedure(_written(tmp_path, **changed))
    told = refused.value.faults[0].show("en")
    assert told.startswith("procedure.yaml:")
    assert said in told
