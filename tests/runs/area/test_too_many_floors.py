"""How many floors a plan by parts would keep, and what is said where they are too many."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from povlib.params import Catalogue, Settings
from povlib.params.standards import Village
from povlib.params.villages.areas import Areas
from povlib.runs.area import area_run
from povlib.runs.area.area_run import AreaRun
from povlib.runs.stages.allocation_input import problem_shares

#: village, township, county; 戊 is listed with its name alone, nobody lives in 己
LISTED = (
    ("甲", "东乡", "A县"),
    ("乙", "东乡", "A县"),
    ("丙", "西乡", "B县"),
    ("丁", "北乡", "B县"),
    ("戊", "", ""),
    ("己", "南乡", "C县"),
)
PARTS = (("甲", "乙", "丙"), ("丁", "戊"))


def _said(settings: Settings, listed: tuple[tuple[str, str, str], ...] = LISTED) -> tuple[int, str]:
    """Return how many floors the plan is given, and what is said of them where no plan may have any."""
    areas = Areas.of([Village(name=v, township=t, county=c) for v, t, c in listed])
    catalogue = cast(Catalogue, SimpleNamespace(areas=areas))
    parts = [SimpleNamespace(villages=own, townships=own) for own in PARTS]
    run = cast(AreaRun, SimpleNamespace(settings=settings, catalogue=catalogue, parts=parts))
    persons = pd.DataFrame({"village": [village for own in PARTS for village in own], "members": 10})
    faults = cast(Any, AreaRun._too_many_floors).fget(run)
    return len(problem_shares(persons, catalogue, settings)), " ".join(fault.show("en") for fault in faults)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"village_money_share": 0.2}, "settings.village_money_share (5)"),
        ({"township_money_share": 0.2}, "settings.township_money_share (3)"),
        ({"county_money_share": 0.2}, "settings.county_money_share (2)"),
        ({"area_money_floors": {"A县": 0.1, "西乡": 0.1, "丁": 0}}, "settings.area_money_floors (2)"),
        ({"area_post_floors": {"A县": 0.1}}, "settings.area_post_floors (1)"),
    ],
)
def test_floors_that_are_made_are_counted_and_their_settings_named(
    asked: dict[str, Any], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(area_run, "MOST_FLOORS", 0)
    made, said = _said(Settings(**asked))
    assert f"{made} floors of new money and new posts are too many" in said
    for setting in (named, "settings.poorest_fifth_money_share (1)", "settings.poorest_fifth_post_share (1)"):
        assert setting in said
    assert said.count("settings.") == 3
    monkeypatch.setattr(area_run, "MOST_FLOORS", made)
    assert _said(Settings(**asked)) == (made, "")


def test_the_only_township_has_no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area_run, "MOST_FLOORS", 0)
    alone = tuple((village, "东乡", "A县") for village, _, _ in LISTED)
    none = Settings(
        poorest_fifth_money_share=0, poorest_fifth_post_share=0, township_money_share=0.5, county_money_share=0.5
    )
    assert _said(none, alone) == (0, "")
