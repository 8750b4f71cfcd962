"""Floors for areas by name are checked before anything runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from povlib import params
from povlib.params import Records, Settings
from povlib.params.standards import Village
from povlib.places import PARAMS
from povlib.scenarios.area_floors import area_floor_faults
from povlib.words import language_in_use

NAMED = (("a", "C/T"), ("b", "D/T"), ("c", "U"))


@pytest.mark.parametrize(
    ("floors", "said"),
    [
        ({"C/T": 0.5, "D": 0.5, "D/T": 0.5}, []),
        ({"C/T": 0.6, "D/T": 0.5}, ["at area_money_floors: the floors of areas of one level add up to 1.1"]),
        ({"V": 0.1}, ["at area_money_floors: there is no area V in villages.yaml"]),
        ({"T": 0.1}, ["at area_money_floors: several areas are called T Next: write one of C/T, D/T"]),
    ],
)
def test_names_and_sums(floors: dict[str, float], said: list[str]) -> None:
    villages = Records(tuple(Village(name=name, township=township) for name, township in NAMED))
    catalogue = replace(params.load(PARAMS), villages=villages)
    faults = list(area_floor_faults(catalogue, Settings(area_money_floors=floors), "at {}".format))
    with language_in_use("en"):
        assert [
            fault.show().split(" Allowed")[0][: len(want)] for fault, want in zip(faults, said, strict=True)
        ] == said
    assert not list(area_floor_faults(catalogue, Settings(area_post_floors={"U": 1.0}), "at {}".format))
