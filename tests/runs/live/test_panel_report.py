"""What the panel's page lists: posts that have something to fill, or had before a hand took it."""

from __future__ import annotations

import pandas as pd

from povlib.runs.live.panel_report import _posts_with_slots


def test_posts_that_never_had_a_free_slot_are_left_out() -> None:
    before = pd.DataFrame({"key": ["a", "b", "c"], "slots": [2, 0, 1], "filled": [1, 0, 1]})
    now = pd.DataFrame({"key": ["a", "b", "c"], "slots": [2, 0, 0], "filled": [2, 0, 0]})
    assert _posts_with_slots(now, before)["key"].tolist() == ["a", "c"]  # c was taken to none by hand: shown
    opened = now.assign(slots=[2, 1, 0])
    assert _posts_with_slots(opened, before)["key"].tolist() == ["a", "b", "c"]
