"""What is searched for first: numbers for every stop around, then the final ones."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from povlib import runs
from povlib.runs.live.answer_search import AnswerSearch
from povlib.runs.live.panel_answer import PanelAnswer

STOPS = ({"funds.special.amount_yuan": "480000"}, {"posts.helper_enterprise.slots": "16"})


@pytest.mark.slow
def test_every_stop_has_numbers_before_one_is_searched_to_its_end(finished: Any) -> None:
    search = AnswerSearch(runs.find_run("latest", runs.find_office("sample")), keep=False)
    came: list[tuple[float, Any]] = []
    both = threading.Event()

    def tell(answer: Any) -> None:
        came.append((time.monotonic(), answer))
        if len(came) == len(STOPS):
            both.set()

    try:
        search.begin(tell)
        search.plan_ahead(STOPS)
        deadline = time.monotonic() + 240
        while len(search._first) < len(STOPS) and time.monotonic() < deadline:
            time.sleep(0.01)
        first_were_there = time.monotonic()
        firsts = [search.at_once(stop) for stop in STOPS]
        assert both.wait(240)
    finally:
        search.close()
    assert first_were_there < came[0][0]
    for first, final in zip(firsts, (search.at_once(stop) for stop in STOPS), strict=True):
        assert isinstance(first, PanelAnswer)
        assert isinstance(final, PanelAnswer)
        assert (first.final, final.final) == (False, True)
        assert final.plan.value <= first.plan.price_bound
    assert search.waiting == 0
