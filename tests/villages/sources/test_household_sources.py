"""Links of households to sources: from posts, stakes and shares, and what stands behind them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from povlib.villages.sources.household_sources import held_placements, household_sources, plain_name

NOW = 2016 * 12 + 3


def frames(**changed: Any) -> Any:
    """Three households: one works away, one works for a co-op with a firm behind it, one holds a stake and a share."""
    rows = {
        "placements": pd.DataFrame(
            {"post": ["工人", "基地工", "工人"], "person": ["a-1", "b-1", "c-1"], "hh": ["a", "b", "c"],
             "employer": ["永荣（长乐市）", "石斛社", "永荣（长乐市）"], "place": None, "route": "r",
             "from_month": [NOW - 3, NOW - 3, NOW - 3], "to_month": pd.array([None, None, NOW - 1], dtype="Int64")}
        ),
        "placement_ends": pd.DataFrame({"post": [], "person": [], "from_month": [], "end_month": []}),
        "coops": pd.DataFrame(
            {"coop": ["石斛社", "养牛社"], "enterprise": ["新润", None], "product": ["石斛", "牛"],
             "status": ["operating", "failed"]}
        ),
        "coop_stakes": pd.DataFrame(
            {"coop": ["石斛社", "养牛社"], "hh": ["c", "c"], "fen": [1, 1], "from_month": [NOW - 5, NOW - 5],
             "to_month": pd.array([None, None], dtype="Int64")}
        ),
        "sale_contracts": pd.DataFrame(
            {"contract": ["禽", "旧"], "partner": ["永荣（长乐市）", "旧客"], "product": ["鸡", "鸭"],
             "from_month": [NOW - 5, NOW - 30], "to_month": pd.array([NOW + 6, NOW - 18], dtype="Int64"),
             "status": ["running", "running"]}
        ),
        "contract_shares": pd.DataFrame({"contract": ["禽", "旧"], "hh": ["c", "c"], "quantity": [80.0, 80.0]}),
        "enterprise_outputs": pd.DataFrame({"enterprise": ["永荣"], "product": ["纺织"], "year": [2015]}),
    }  # fmt: skip
    ends = rows["placement_ends"]
    rows["placement_ends"] = ends.astype({"from_month": "int64", "end_month": "Int64", "post": "str", "person": "str"})
    return SimpleNamespace(**(rows | changed))


def _links(hh: str, found: pd.DataFrame) -> set[tuple[str, str, str]]:
    mine = found[found["hh"] == hh]
    return set(zip(mine["source"], mine["kind"], mine["through"], strict=True))


def test_each_way_of_living_is_a_link_and_what_stands_behind_it_too() -> None:
    found = household_sources(frames(), NOW)
    assert _links("a", found) == {("永荣", "employer", "post"), ("纺织", "product", "post")}
    assert _links("b", found) == {
        ("石斛社", "employer", "post"), ("新润", "firm", "post"), ("石斛", "product", "post"),
    }  # fmt: skip
    # the post has ended, the second co-op failed and the old contract is over
    assert _links("c", found) == {
        ("石斛社", "coop", "stake"), ("新润", "firm", "stake"), ("石斛", "product", "stake"),
        ("永荣", "buyer", "share"), ("鸡", "product", "share"),
    }  # fmt: skip


@pytest.mark.parametrize(("end", "held"), [(NOW - 1, False), (NOW, True), (NOW + 1, True)])
def test_an_end_on_record_counts_before_the_one_foreseen(end: int, held: bool) -> None:
    ends = pd.DataFrame({"post": ["工人"], "person": ["a-1"], "from_month": [NOW - 3], "end_month": [end]})
    found = held_placements(frames(placement_ends=ends.astype({"end_month": "Int64"})), NOW)
    assert ("a-1" in set(found["person"])) is held
    assert "c-1" not in set(found["person"])


def test_an_empty_ledger_has_no_links() -> None:
    bare = frames()
    empty = SimpleNamespace(**{name: frame.iloc[:0] for name, frame in vars(bare).items()})
    assert household_sources(empty, NOW).empty


def test_brackets_behind_a_name_are_no_part_of_it() -> None:
    assert plain_name("永荣(长乐市) ") == "永荣"
    assert plain_name("（甲）乙") == "（甲）乙"
