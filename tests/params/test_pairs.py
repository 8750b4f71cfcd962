"""Whether two measures may meet: by key or by kind, in either order, never a measure with itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from povlib.params import Pair

MADE_UP = {"status": "synthetic", "source": "made up for a test", "in_force": "2016", "citation": "a rule"}
HOUSE: Any = SimpleNamespace(key="site_house", kind="housing")
ROOF: Any = SimpleNamespace(key="roof", kind="housing")
JOB: Any = SimpleNamespace(key="cleaner_post", kind="job")


@pytest.mark.parametrize(
    ("a", "b", "met"),
    [
        ("site_house", "cleaner_post", {("site_house", "cleaner_post")}),
        ("kind:housing", "kind:housing", {("site_house", "roof")}),
        ("kind:housing", "kind:job", {("site_house", "cleaner_post"), ("roof", "cleaner_post")}),
        ("roof", "roof", set()),
    ],
)
def test_a_pair_speaks_of_two_different_measures_in_either_order(a: str, b: str, met: set[tuple[str, str]]) -> None:
    pair = Pair(a=a, b=b, verdict="forbidden", **MADE_UP)
    assert pair.key == f"{a}+{b}"
    for first in (HOUSE, ROOF, JOB):
        for second in (HOUSE, ROOF, JOB):
            said = bool({(first.key, second.key), (second.key, first.key)} & met)
            assert pair.matches(first, second) is said, (first.key, second.key)


def test_a_cap_stands_with_capped_and_nowhere_else() -> None:
    capped = Pair(a="roof", b="site_house", verdict="capped", cap_yuan="1200.50", **MADE_UP)
    assert capped.cap_fen == 120_050
    assert Pair(a="roof", b="site_house", verdict="allowed", **MADE_UP).cap_fen is None
    for verdict, cap in (("capped", None), ("allowed", "5"), ("forbidden", "5")):
        with pytest.raises(ValidationError):
            Pair(a="roof", b="site_house", verdict=verdict, cap_yuan=cap, **MADE_UP)
