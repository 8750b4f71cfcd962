"""What a scenario leaves open of openings.yaml, told key by key and month by month, and what an unknown key says."""

from __future__ import annotations

from typing import Any

import pytest

from povlib import params
from povlib.calendar import Month
from povlib.errors import ParameterError
from povlib.params import Settings
from povlib.places import DATA
from povlib.scenarios import load, resolve
from povlib.scenarios.openings_allowed import unknown_openings, with_openings_allowed
from povlib.support.villages.openings import OpenedSeats

SAMPLE = DATA / "sample" / "params"
OFFICE = params.load(SAMPLE)
BASE = load("base", SAMPLE / "scenarios")
#: as data/sample/params/openings.yaml says
MONTHS = {
    "rice_noodle_line": ["2016-07", "2016-09"], "parts_room": ["2016-08"], "tea_school": ["2016-07", "2016-10"],
    "helper_workshop": ["2016-07"],
}  # fmt: skip


NOTHING: dict[str, list[str]] = {key: [] for key in MONTHS}


def left_open(**settings: Any) -> dict[str, list[str]]:
    """Return the months left to each opening, by the parameters that a plan is made from."""
    overrides = {f"settings.{key}": value for key, value in settings.items()}
    catalogue = resolve(BASE, OFFICE, overrides).catalogue
    return {key: [str(way.month) for way in one.ways()] for key, one in catalogue.openings.items()}


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({}, MONTHS),
        ({"openings": "null"}, MONTHS),
        ({"openings": "[]"}, NOTHING),
        ({"openings": "[tea_school]"}, {**NOTHING, "tea_school": ["2016-07", "2016-10"]}),
        ({"open_by": "2016-06"}, NOTHING),
        ({"open_by": "2016-08"}, {**{key: ["2016-07"] for key in MONTHS}, "parts_room": ["2016-08"]}),
        ({"open_by": "2016-10"}, MONTHS),
        ({"openings": "[parts_room, tea_school]", "open_by": "2016-07"},
         {**NOTHING, "tea_school": ["2016-07"]}),
    ],
)  # fmt: skip
def test_what_is_left_is_what_was_asked_for(settings: dict[str, str], left: dict[str, list[str]]) -> None:
    assert left_open(**settings) == left


def test_the_cost_of_a_month_stays_and_nothing_else_is_touched() -> None:
    early = with_openings_allowed(OFFICE, Settings(open_by=Month(2016, 7)))
    ways = {key: [way.opening_fen for way in one.ways()] for key, one in early.openings.items()}
    assert ways == {"rice_noodle_line": [3_600_000], "parts_room": [], "tea_school": [3_800_000],
                    "helper_workshop": [4_000_000]}  # fmt: skip
    assert early.funds == OFFICE.funds
    assert early.posts == OFFICE.posts
    assert with_openings_allowed(OFFICE, Settings()) is OFFICE


def test_shut_seats_are_offered_to_nobody_and_what_needs_no_list_stays() -> None:
    """Seats of sites and of co-ops' own bases are no openings of the file."""
    open_, shut = (OpenedSeats(with_openings_allowed(OFFICE, one)) for one in (Settings(), Settings(openings=())))
    assert {key for key in open_.by_resource if key not in shut.by_resource} == {
        "post:rice_noodle_line", "post:parts_room", "post:tea_worker", "post:helper_workshop", "place:tea_leaf",
    }  # fmt: skip
    assert set(shut.table()["facility"]) == set(open_.table()["facility"]) - set(MONTHS)


def test_every_unknown_key_is_named_with_what_there_is() -> None:
    with pytest.raises(ParameterError) as refused:
        resolve(BASE, OFFICE, {"settings.openings": "[tea_shcool, parts_room, mill]"})
    faults = refused.value.faults
    assert [fault.where for fault in faults] == ["--set settings.openings"] * 2
    said = refused.value.show("en")
    assert "there is no opening tea_shcool in openings.yaml" in said
    assert "did you mean tea_school?" in said
    assert "there is no opening mill in openings.yaml" in said
    assert list(unknown_openings(OFFICE, Settings(openings=("parts_room",)), "x")) == []


def test_what_is_no_list_or_month_is_refused_in_words() -> None:
    for key, value, words in (("openings", "some", "is no list"), ("open_by", "July", "is no month")):
        with pytest.raises(ParameterError) as refused:
            resolve(BASE, OFFICE, {f"settings.{key}": value})
        assert words in refused.value.show("en")
