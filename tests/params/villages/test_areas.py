"""Areas above the village: what is named once holds for all of an area, and an area lies in one of each level."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from povlib import params
from povlib.intake.sheets.layouts import read_villages
from povlib.params.standards import Village
from povlib.params.villages.areas import LEVELS, Areas
from povlib.params.villages.village_groups import listed_villages

Spoil = Callable[..., list[str]]


def areas(*rows: dict[str, str]) -> Areas:
    return Areas.of([Village(**row) for row in rows])


def in_groups(folder: Path, *groups: tuple[str, str, int]) -> None:
    """Write the villages of the practice township, in turn so many into each (county, township)."""
    path = folder / "villages.yaml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    made: list[Any] = []
    for county, township, many in groups:
        held = {"township": township, "villages": [rows.pop(0) for _ in range(min(many, len(rows)))]}
        made.append({"county": county, "prefecture": "南平市", "villages": [held]})
    path.write_text(yaml.safe_dump(made + rows, allow_unicode=True, sort_keys=False), encoding="utf-8")


def test_what_one_village_says_holds_for_the_whole_area() -> None:
    tree = areas(
        {"name": "a", "township": "T", "county": "C"},
        {"name": "b", "township": "T"},
        {"name": "c", "township": "U", "county": "C", "province": "V"},
        {"name": "d"},
    )
    assert {village: dict(own) for village, own in tree.of_village.items()} == {
        "a": {"township": "T", "county": "C", "province": "V"},
        "b": {"township": "T", "county": "C", "province": "V"},
        "c": {"township": "U", "county": "C", "province": "V"},
        "d": {},
    }
    assert {level: [area.name for area in tree.of_level(level)] for level in LEVELS} == {
        "township": ["T", "U"], "county": ["C"], "prefecture": [], "province": ["V"],
    }  # fmt: skip
    assert tree.villages_of("C") == {"a", "b", "c"}
    assert tree.above("township", "T", "province") == "V"
    assert tree.above("township", "T", "prefecture") == tree.above("township", "none", "county") == ""


def test_of_two_areas_of_one_name_the_larger_is_meant_and_a_slash_says_the_smaller() -> None:
    tree = areas({"name": "长乐", "township": "长乐", "county": "长乐县"}, {"name": "b", "township": "长乐"})
    assert tree.villages_of("长乐") == {"长乐", "b"}
    assert tree.villages_of("长乐/长乐") == {"长乐"}
    assert tree.villages_of("长乐县/长乐") == {"长乐", "b"}
    assert tree.villages_of("别县/长乐") is None
    assert tree.villages_of("/长乐") is None


def test_a_township_of_a_flat_list_lies_in_one_county(faults: Spoil, folder: Path) -> None:
    first, second = "- name: 联胜\n", "- name: 秀山\n"
    found = faults(
        ("villages", first, f"{first}  township: 城关\n  county: 甲县\n"),
        ("villages", second, f"{second}  township: 城关\n  county: 乙县\n"),
    )
    assert len(found) == 1
    assert "villages.yaml:" in found[0]
    assert "城关 lies in 甲县 (village 联胜) and in 乙县 (village 秀山)" in found[0]
    assert "甲县/城关" in found[0]


def test_two_townships_of_one_name_say_their_county_in_a_flat_list(faults: Spoil, folder: Path) -> None:
    first, second = "- name: 联胜\n", "- name: 秀山\n"
    edits = (
        ("villages", first, f"{first}  township: 甲县/城关\n"),
        ("villages", second, f"{second}  township: 乙县/城关\n"),
    )
    assert faults(*edits) == []
    found = params.load(folder).areas
    assert [area.name for area in found.of_level("county")] == ["甲县", "乙县"]
    assert found.villages_of("甲县") == found.villages_of("甲县/城关") == {"联胜"}


def test_a_name_that_says_another_county_than_the_village_is_refused(faults: Spoil) -> None:
    first = "- name: 联胜\n"
    found = faults(("villages", first, f"{first}  township: 甲县/城关\n  county: 乙县\n"))
    assert len(found) == 1
    assert "甲县" in found[0]
    assert "乙县" in found[0]


def test_townships_of_one_name_in_groups_of_two_counties_are_two(folder: Path) -> None:
    in_groups(folder, ("甲县", "城关", 3), ("乙县", "城关", 4), ("乙县", "东乡", 2))
    found = params.load(folder)
    assert [area.name for area in found.areas.of_level("township")] == ["甲县/城关", "乙县/城关", "东乡"]
    assert len(found.areas.villages_of("乙县") or ()) == 6
    assert found.areas.villages_of("南平市") == set(list(found.villages)[:9])
    assert found.areas.sharing("城关") == ("甲县/城关", "乙县/城关")


def test_counties_of_one_name_tell_their_townships_apart_too() -> None:
    held = [{"county": "城区", "villages": [{"township": "T", "villages": [name]}]} for name in "ab"]
    tree = [{"prefecture": upper, "villages": [one]} for upper, one in zip("PQ", held, strict=True)]
    rows = [row.raw for row in listed_villages(tree)]
    assert [row["township"] for row in rows] == ["P/城区/T", "Q/城区/T"]
    found = areas(*rows)
    assert found.clashes == ()
    assert found.villages_of("Q/城区") == {"b"}


def test_a_name_with_its_prefecture_makes_no_county_of_it() -> None:
    first = {"name": "a", "township": "F/T", "prefecture": "F"}
    held = {"township": "F/T", "prefecture": "F"}
    alike: list[tuple[list[dict[str, str]], dict[str, str]]] = [
        ([first, {"name": "b", "township": "F/T"}], held),
        ([first, {"name": "b", "township": "F/T", "county": "C"}], {**held, "county": "C"}),
        # said by a village of another township alone
        ([{"name": "a", "township": "F/T"}, {"name": "c", "township": "U", "prefecture": "F"}], held),
        # no area is called so: a county
        ([{"name": "a", "township": "F/T"}, {"name": "c", "township": "U"}], {"township": "F/T", "county": "F"}),
    ]
    for rows, meant in alike:
        for turned in (rows, rows[::-1]):
            tree = areas(*turned)
            assert tree.clashes == ()
            assert {village: dict(own) for village, own in tree.of_village.items() if own["township"] == "F/T"} == {
                row["name"]: meant for row in turned if row["township"] == "F/T"
            }


def test_a_prefix_that_no_village_agrees_with_is_told_once() -> None:
    rows = ({"name": "a", "township": "F/T"}, {"name": "b", "township": "F/T", "county": "C"})
    [clash] = areas(*rows).clashes
    assert (clash.name, clash.upper, clash.first, clash.other, clash.village) == ("F/T", "county", "F", "C", "b")


def test_a_level_of_a_group_that_is_no_text_is_left_for_the_check_of_villages(folder: Path, faults: Spoil) -> None:
    rows = listed_villages([{"county": ["C"], "villages": [{"township": "T", "villages": ["a"]}]}])
    assert [(row.raw, dict(row.from_groups)) for row in rows] == [
        ({"county": ["C"], "township": "T", "name": "a"}, {"township": "T"})
    ]
    said = "- {county: [C], villages: [{township: T, villages: [联胜]}]}\n"
    (folder / "villages.yaml").write_text(said, encoding="utf-8")
    assert [line for line in faults() if "county" in line]


def test_intake_reads_the_villages_of_groups(folder: Path) -> None:
    before = read_villages(folder / "villages.yaml")
    in_groups(folder, ("甲县", "城关", 3), ("乙县", "城关", 4))
    assert read_villages(folder / "villages.yaml") == before


@pytest.mark.parametrize(
    ("area", "said"),
    [
        ("甲现", "there is no area 甲现 in villages.yaml"),
        ("城关", "several areas are called 城关"),
    ],
)
def test_a_fund_of_an_unknown_or_shared_name_is_told_what_to_type(
    faults: Spoil, folder: Path, area: str, said: str
) -> None:
    in_groups(folder, ("甲县", "城关", 3), ("乙县", "城关", 4))
    ceiling = "    household_ceiling_yuan: 3000"
    found = faults(("funds", ceiling, f"{ceiling}\n    area: {area}"))
    assert len(found) == 1
    assert said in found[0]
    assert "甲县" in found[0]


def test_a_fund_may_belong_to_a_county(folder: Path) -> None:
    in_groups(folder, ("甲县", "城关", 3), ("乙县", "城关", 4))
    (folder / "openings.yaml").write_text("records: []\n", encoding="utf-8")
    path = folder / "funds.yaml"
    ceiling = "    household_ceiling_yuan: 3000"
    path.write_text(path.read_text(encoding="utf-8").replace(ceiling, f"{ceiling}\n    area: 甲县"), encoding="utf-8")
    found = params.load(folder)
    assert found.villages_of_fund("helper") == found.areas.villages_of("甲县/城关") != set(found.villages)


def test_a_group_with_another_key_is_named(folder: Path, faults: Spoil) -> None:
    (folder / "villages.yaml").write_text("- {county: 甲县, towns: 1, villages: [联胜]}\n", encoding="utf-8")
    found = [line for line in faults() if "towns" in line]
    assert len(found) == 1
    assert "township" in found[0]


def test_areas_that_nobody_names_leave_the_digest_as_it_was() -> None:
    assert Village(name="a").model_dump() == {"name": "a", "township": "", "aliases": ()}
    assert Village(name="a", county="C").model_dump()["county"] == "C"
