"""Rules of first lists: what may stand in causes.yaml, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from povlib import params, places
from povlib.errors import ParameterError

SAMPLE = places.DATA / "sample" / "params"


def edited(tmp_path: Path, old: str, new: str) -> Path:
    folder = tmp_path / "params"
    shutil.copytree(SAMPLE, folder)
    file = folder / "causes.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return folder


def test_shipped_rules_name_every_cause_and_only_help_that_is_there() -> None:
    catalogue = params.load(SAMPLE)
    named = {cause for rule in catalogue.causes.values() for cause in rule.causes}
    assert named == set(params.table("cause").labels)
    offered = [m for m in catalogue.measures.values() if m.entitlement is None and not m.running]
    assert [m.key for m in offered if not any(r.lists(m) for r in catalogue.causes.values())] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("causes: [因学]", "causes: [没学上]", "没学上"),
        ("measures: [training, ", "measures: [trainings, ", "trainings"),
        ('measures: ["kind:water"]', 'measures: ["kind:wafer"]', "kind:wafer"),
        ("    causes: [缺土地]\n", "", "every household"),
        ("on: household, field: water, op: is_false", 'on: worker, field: age, op: ">=", value: 16', "any member"),
        ("wishes: [raise]", "wishes: [raising]", "raising"),
        ("causes: [因灾]", "causes: [因灾]\n    colour: red", "colour"),
    ],
)
def test_slips_are_named_with_their_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ParameterError) as error:
        params.load(edited(tmp_path, old, new))
    told = "\n".join(f"{fault.where} {fault.show('en')}" for fault in error.value.faults)
    assert said in told
    assert "causes.yaml:" in told


def test_an_older_folder_keeps_its_digest_and_rules_change_it(tmp_path: Path) -> None:
    folder = edited(tmp_path, "measures: [microloan, ", "measures: [training, microloan, ")
    changed = params.load(folder)
    assert changed.digest != params.load(SAMPLE).digest
    (folder / "causes.yaml").unlink()
    older = params.load(folder)
    assert len(older.causes) == 0
    assert older.digest != changed.digest
