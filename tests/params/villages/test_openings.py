"""Openings as records: their ways by month and grant, and what is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from povlib import params

MADE: dict[str, Any] = {"names": {"zh": "坊", "en": "shop"}, "status": "synthetic", "source": "-", "in_force": "2016"}


def test_each_month_and_each_step_of_the_grant_is_a_way() -> None:
    """Opening in July costs 50,000 yuan, in September 40,000; 20,000 are granted when four come, two of them anyway."""
    step = {"households": 4, "grant_yuan": 20000, "citation": "c"}
    made = params.Opening(key="shop", fund="a", opening_yuan={"2016-09": 40000, "2016-07": 50000}, posts={"p": 3},
                          places={"c": 2}, others=2, grant=[step], **MADE)  # fmt: skip
    assert [(way.level, str(way.month), way.least, way.grant_fen // 100, way.opening_fen // 100)
            for way in made.ways()] == [(1, "2016-07", 0, 0, 50000), (2, "2016-07", 2, 20000, 30000),
                                        (3, "2016-09", 0, 0, 40000), (4, "2016-09", 2, 20000, 20000)]  # fmt: skip
    assert made.capacity == 5
    assert made.asks_for_some


def test_an_opening_without_its_numbers_is_not_offered() -> None:
    made = params.Opening(key="shop", fund="a", opening_yuan={"2016-07": None}, posts={"p": 3}, **MADE)
    assert not made.filled
    assert made.ways() == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("posts: {parts_room: 5}", "posts: {parts_rom: 5}", "there is no post parts_rom"),
        ("places: {tea_leaf: 8}", "places: {tea_laef: 8}", "there is no place tea_laef"),
        ("fund: county_matching", "fund: county_machting", "did you mean county_matching?"),
        ("village: 样三", "village: 北北", "there is no village 北北"),
        ("least: 3", "least: 6", "6 places must be taken, but there are 5"),
        ("posts: {rice_noodle_line: 4}", "posts: {}", "this opening opens no posts and no places"),
        ("posts: {rice_noodle_line: 4}", "posts: {rice_noodle_line: -4}", "-4"),
        ("{2016-08: 27000}", "{2016-13: 27000}", "is no month"),
        ("{2016-08: 27000}", "{2016-08: cheap}", "is no amount in yuan"),
        ("{2016-08: 27000}", "{}", "opening_yuan is empty"),
        ("posts: {parts_room: 5}", "posts: {small_parts: 5}", "small_parts has seats of its own"),
        ("key: tea_school", "key: tea_nanting", "tea_nanting stands here twice"),
        ("product: 针织", "prodcut: 针织", "did you mean product?"),
    ],
)
def test_what_is_wrong_is_said(faults: Callable[..., list[str]], old: str, new: str, said: str) -> None:
    assert any(said in line for line in faults(("openings", old, new)))


def test_an_older_office_without_openings_loads(folder: Path) -> None:
    (folder / "openings.yaml").unlink()
    assert len(params.load(folder).openings) == 0


def test_a_dotted_key_changes_the_cost_of_one_month(sample: params.Catalogue) -> None:
    changed = sample.replaced({"openings.rice_noodle_line.opening_yuan.2016-09": 99})
    assert changed.openings["rice_noodle_line"].ways()[1].opening_fen == 9900


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{2016-08: 27000}", "{2017-08: 27000}", "ends in 2016-12, before it opens"),
        ("{2016-07: 36000, 2016-09: 30000}", "{2016-03: 36000}", "no fund that may pay for it is open in 2016-03"),
    ],
)
def test_a_month_nobody_can_use_is_a_warning(folder: Path, old: str, new: str, said: str) -> None:
    path = folder / "openings.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert any(said in fault.show("en") for fault in params.load(folder).warnings)
