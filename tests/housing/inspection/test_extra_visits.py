"""Houses chosen by audit rules: each rule for itself, nobody beyond the list."""

from __future__ import annotations

import pandas as pd

from povlib.housing.inspection.extra_visits import extra_visits


def test_each_rule_names_its_house_and_no_other() -> None:
    dwellings = pd.DataFrame({"hh": list("abx"), "only_dwelling": pd.array([0, None, 0], dtype="Int64"),
                              "prior_benefit": pd.array([None, 1, 1], dtype="Int64")})  # fmt: skip
    projects = pd.DataFrame({"project": ["c1", "d1", "e1"], "hh": list("cde"), "status": ["完工", "完工", "在建"]})
    progress = pd.DataFrame({"project": ["c1", "c1"], "week": [20160401, 20160415], "pct": [100.0, 80.0]})
    photos = pd.DataFrame({"project": ["c1", "d1"], "phase": ["after", "before"]})
    found = extra_visits(pd.Series(list("abcde")), dwellings, projects, progress, photos)
    assert {hh: len(reasons) for hh, reasons in found.items()} == {"a": 1, "b": 1, "c": 1, "d": 1}
    assert "photo" in found["d"][0]
    assert "last week" in found["c"][0]
