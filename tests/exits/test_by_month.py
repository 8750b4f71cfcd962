"""The path of expected exits month by month."""

from __future__ import annotations

import pytest

from povlib.calendar import Month
from povlib.exits import by_month, totals
from povlib.support import offer


def test_month_by_month_ends_where_the_projection_ends(now, catalogue, settings, made):
    offered = offer(now, catalogue, settings)
    best = made.frame.loc[made.frame["assessable"]].sort_values("p").groupby("hh")["package"].last()
    path = by_month(
        now, offered, catalogue, settings, best, [Month(2016, 6), Month(2016, 9), Month(2016, 12)], draws=60
    )
    whole = totals(made, best)
    assert path["persons"].iloc[-1] == pytest.approx(whole.persons, rel=1e-6)
    assert path["additional"].iloc[-1] == pytest.approx(whole.additional, rel=1e-6)
    assert path["additional"].is_monotonic_increasing
    assert (path["low_90"] <= path["low_50"]).all()
    assert (path["high_50"] <= path["high_90"]).all()
