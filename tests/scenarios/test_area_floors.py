"""Floors for areas by name are checked before anything runs."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import params
from povlib.params import Records, Settings
from povlib.params.standards import Village
from povlib.places import PARAMS
from povlib.scenarios.area_floors import area_floor_faults, least_of_all
from povlib.words import language_in_use

NAMED = (("a", "C/T"), ("b", "D/T"), ("c", "U"), ("d", "D/T"), ("e", "D/W"))
MORE = "at area_money_floors: the least shares of {} together come to {} of all"


@pytest.mark.parametrize(
    ("floors", "said"),
    [
        ({"C/T": 0.5, "D": 0.5, "D/T": 0.5}, []),
        # what lies in D counts for it, however many floors that is, to the last digit
        ({"D": 0.3, "D/T": 0.5, "b": 0.1, "d": 0.2, "D/W": 0.1, "U": 0.4}, []),
        ({"C/T": 0.6, "D/T": 0.5}, [MORE.format("C/T, D/T", 1.1)]),
        # areas of two levels, of which neither lies in the other
        ({"D": 0.6, "C/T": 0.5}, [MORE.format("D, C/T", 1.1)]),
        ({"D": 0.3, "b": 0.4, "D/W": 0.4, "U": 0.3}, [MORE.format("D, b, D/W, U", 1.1)]),
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


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d", "ab", "cd", "abcd", "e", "abcde"]), st.integers(0, 5)))
def test_the_least_that_all_floors_ask_for_is_that_of_every_way_to_share(floors: dict[str, int]) -> None:
    asked = [(set(villages), tenths / 10) for villages, tenths in floors.items()]
    # by hand: tenths for each of five villages, from the fewest up
    least = next(
        total
        for total in range(26)
        for shares in _shared_out(total, 5)
        if all(sum(shares["abcde".index(one)] for one in own) >= tenths for own, tenths in floors.items())
    )
    assert least_of_all(asked) == Fraction(least, 10)


@cache
def _shared_out(total: int, among: int) -> list[tuple[int, ...]]:
    if among == 1:
        return [(total,)]
    return [(own, *others) for own in range(min(total, 5) + 1) for others in _shared_out(total - own, among - 1)]
