"""The record of a run is composed again from the ledger and its parameters, in whatever order these were typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

from povlib import runs
from povlib.runs.run_folders import read_run
from povlib.runs.run_origin import origin_faults

TYPED = {"settings.seed": "7", "settings.draws": "40", "funds.special.amount_yuan": "300000"}


def test_the_order_in_which_changes_are_typed_is_no_part_of_a_run(copied: Callable[[], runs.Run]) -> None:
    copied()
    place = runs.find_office("sample")
    begun = [runs.begin(place, "base", dict(order)) for order in permutations(TYPED.items())]
    assert len({run.info.run_id for run in begun}) == 1
    assert [origin_faults(run) for run in begun] == [[]] * len(begun)
    assert origin_faults(read_run(begun[0].folder, place.office)) == []


def test_a_record_of_other_changes_does_not_follow(copied: Callable[[], runs.Run]) -> None:
    copied()
    run = runs.begin(runs.find_office("sample"), "base", TYPED)
    other = replace(run, overrides={**TYPED, "settings.seed": "8"})
    assert [fault.where for fault in origin_faults(other)] == [run.info.run_id]
