"""The constants of the projection: all there, within bounds, named when wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from povlib import params, places
from povlib.errors import ParameterError
from povlib.exits.projection_constants import projection_constants


def test_a_folder_without_the_file_uses_the_general_one(folder: Path) -> None:
    (folder / "exits.yaml").unlink()
    assert params.load(folder).exits["effect_spread"].value == params.load(places.PARAMS).exits["effect_spread"].value


def test_every_constant_must_be_there_and_within_bounds(faults: Callable[..., list[str]]) -> None:
    found = faults(("exits", "key: allowance_cut\n", "key: alowance_cut\n"))
    assert any("did you mean allowance_cut" in one for one in found)
    found = faults(("exits", "value: 0.35", "value: 99"))
    assert any("value is 99" in one and "5 or less" in one for one in found)
    whole = (places.DATA / "sample" / "params" / "exits.yaml").read_text(encoding="utf-8")
    start, end = whole.index("  - key: return_rate"), whole.index("  - key: return_weight")
    found = faults(("exits", whole[start:end], ""))
    assert any("return_rate is missing" in one for one in found)


def test_a_file_written_before_a_constant_was_there_still_opens(folder: Path) -> None:
    path = folder / "exits.yaml"
    whole = path.read_text(encoding="utf-8")
    start, end = whole.index("  - key: post_effect_spread"), whole.index("  - key: effect_spread_weight")
    path.write_text(whole[:start] + whole[end:], encoding="utf-8")
    constants = projection_constants(params.load(folder))
    assert constants.post_effect_spread == constants.effect_spread


def test_a_scenario_may_change_one_and_papers_count_them(sample: params.Catalogue) -> None:
    assert sample.replaced({"exits.effect_spread.value": 0.3}).exits["effect_spread"].value == 0.3
    with pytest.raises(ParameterError):
        sample.replaced({"exits.effect_spread.value": 9})
    rows = sample.inputs().query("file == 'exits'")
    assert set(rows["key"]) == set(params.ASSUMPTIONS)
    assert set(rows["unit"]) >= {"share", "months", "households"}
