"""Small frames of workers and posts."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from povlib.calendar import Month

JUNE = Month(2016, 6)


@pytest.fixture
def asked():
    """Return a maker of the frame of workers: keys P1 ... with what each said."""

    def make(**said: dict[str, Any]) -> pd.DataFrame:
        blank = {"hh": "H1", "skill": None, "caring": 0, "wish": "post", "wish_place": None, "available": 1,
                 "from_month": 24000, "most_km": 10.0}  # fmt: skip
        rows = [{"person": person, **blank, **facts} for person, facts in said.items()]
        frame = pd.DataFrame(rows)
        return frame.astype({"skill": "str", "caring": "Int8", "available": "Int8", "wish": "str", "wish_place": "str"})

    return make


@pytest.fixture
def terms():
    """Return a maker of the frame of terms of posts."""

    def make(**asks: dict[str, Any]) -> pd.DataFrame:
        blank = {"hours_per_week": 20.0, "distance_km": 2.0, "least_age": None, "most_age": None, "sex": None,
                 "skill": None, "least_labour": None, "health_barred": None, "kind": "micro"}  # fmt: skip
        frame = pd.DataFrame([{"post": post, **blank, **row} for post, row in asks.items()])
        text = dict.fromkeys(["sex", "skill", "least_labour", "health_barred", "kind"], "str")
        return frame.astype({**text, "least_age": "Int64", "most_age": "Int64"})

    return make
