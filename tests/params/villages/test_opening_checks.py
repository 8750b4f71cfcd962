"""Openings hold against the other files of the practice township, and say so where they do not."""

from __future__ import annotations

from collections.abc import Callable

from povlib import params


def test_the_practice_openings_are_sound(sample: params.Catalogue) -> None:
    assert set(sample.openings) == {"rice_noodle_line", "parts_room", "tea_school", "helper_workshop"}
    assert all(opening.filled for opening in sample.openings.values())


def test_all_faults_are_told_at_once(faults: Callable[..., list[str]]) -> None:
    found = faults(("openings", "posts: {tea_worker: 3}", "posts: {tea_wroker: 3}"),
                   ("openings", "least: 4", "least: 7"), ("openings", "village: 南庭", "village: 北庭"))  # fmt: skip
    assert sum("openings.yaml" in line for line in found) == 3
