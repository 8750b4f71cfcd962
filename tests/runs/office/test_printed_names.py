"""Whose name papers print, and whose bulletin an office is judged by."""

from __future__ import annotations

import pytest

from povlib.places import Office
from povlib.runs.office.office_place import Place


@pytest.mark.parametrize(
    ("name", "synthetic", "zh", "township"),
    [
        ("sample", True, "练习乡镇（合成数据）", True),
        ("north", True, "north（合成数据）", False),
        ("north", False, "north", False),
    ],
)
def test_an_office_signs_with_its_own_name_and_a_made_up_one_says_so(
    name: str, synthetic: bool, zh: str, township: bool
) -> None:
    place = Place(Office(name), synthetic)
    assert place.printed_name("zh") == zh
    assert place.is_practice_township is township  # the shipped bulletin speaks of it and of no other
