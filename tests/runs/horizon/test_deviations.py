"""Deviations from a plan: one household of every kind, told apart and added up by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.runs.horizon.deviations import KINDS, WhatHappened, deviations, help_begun

_COLUMNS = ["hh", "measures", "month", "value"]
_BEFORE = [
    ("same", "grant", 100, 1.0), ("left", "grant", 100, 2.0), ("gone", "", 0, 0.5), ("given", "house", 100, 3.0),
    ("unoffered", "post", 100, 1.5), ("later", "grant", 100, 1.0), ("sooner", "grant", 107, 1.0),
    ("other", "grant", 100, 1.0), ("shaken", "grant", 100, 1.0), ("poorer", "", 0, 0.7),
]  # fmt: skip
_NOW = [
    ("same", "grant", 100, 1.0), ("given", "", 0, 2.75), ("unoffered", "", 0, 0.25), ("later", "grant", 107, 0.75),
    ("sooner", "grant", 100, 1.125), ("other", "post", 100, 1.25), ("shaken", "grant", 100, 0.5),
    ("poorer", "", 0, 0.2),
    ("fresh", "grant", 100, 0.25),
]  # fmt: skip
_HAPPENED = WhatHappened(exited={"left"}, begun={"given"}, lost={"unoffered", "other-not-in-plan"})


def test_every_kind_is_told_apart_and_costs_what_it_costs() -> None:
    found = deviations(
        pd.DataFrame(_BEFORE, columns=_COLUMNS), pd.DataFrame(_NOW, columns=_COLUMNS), _HAPPENED
    ).set_index("kind")
    expected = {
        "exited": (1, -2.0), "dropped": (1, -0.5), "new": (1, 0.25), "begun": (1, -0.25), "lost": (1, -1.25),
        "slipped": (1, -0.25), "earlier": (1, 0.125), "other": (1, 0.25), "shock": (2, -1.0),
    }  # fmt: skip
    assert found["households"].to_dict() == {kind: n for kind, (n, _) in expected.items()}
    assert found["persons"].to_dict() == pytest.approx({kind: persons for kind, (_, persons) in expected.items()})
    assert list(found.index) == list(KINDS)
    assert found["persons"].sum() == pytest.approx(sum(r[3] for r in _NOW) - sum(r[3] for r in _BEFORE))


def test_the_same_plan_deviates_in_nothing() -> None:
    frame = pd.DataFrame(_BEFORE, columns=_COLUMNS)
    assert deviations(frame, frame, WhatHappened()).empty


def test_help_has_begun_when_any_of_its_measures_stands_in_the_ledger_since_its_month() -> None:
    planned = pd.DataFrame(
        {"hh": ["a", "b", "c", "d"], "measures": ["grant+post", "grant", "", "house"], "month": [100, 100, 0, 100]}
    )
    support = pd.DataFrame(
        {"hh": ["a", "b", "d", "c"], "measure": ["post", "grant", "grant", "grant"],
         "from_month": [101, 99, 105, 105]}
    )  # fmt: skip
    assert help_begun(support, planned) == {"a"}
