"""Means of villages: what is not known is none, and skills nobody recorded limit nothing."""

from __future__ import annotations

import pandas as pd

from povlib.villages.products.village_means import skilled_days, village_means


def test_sums_by_village_by_hand() -> None:
    hh = pd.DataFrame(
        {"village": ["A", "B", "A", None], "arable_mu": [1.5, 2.0, None, 9.0], "forest_mu": [0.0, 1.0, 3.0, 9.0],
         "able_workers": pd.array([2, 0, 1, 9], dtype="Int64")}
    )  # fmt: skip
    found = village_means(hh, 10.0).set_index("village")
    assert found.loc["A"].tolist() == [1.5, 3.0, 30.0]
    assert found.loc["B"].tolist() == [2.0, 1.0, 0.0]


def test_a_village_with_recorded_skills_lacks_those_nobody_named() -> None:
    workers = pd.DataFrame({"hh": ["1", "1", "2", "3"], "skill": ["tea", "tea、cattle", None, "driving"]})
    found = skilled_days(workers, pd.Series({"1": "A", "2": "B", "3": "C"}), {"tea", "cattle"}, 10.0, 1.0)
    days = found.set_index(["village", "skill"])["days"].to_dict()
    assert days == {("A", "cattle"): 20.0, ("A", "tea"): 40.0, ("C", "cattle"): 0.0, ("C", "tea"): 0.0}
