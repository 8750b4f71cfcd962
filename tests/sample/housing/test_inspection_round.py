"""The practice round breaks no rule, and its findings are the truth."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.sample import found_on_visits, list_truth, simulate
from povlib.sample.housing.inspection_round import inspection_tables


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**31))
def test_nobody_inspects_at_home_and_no_two_each_other(seed):
    township = simulate(seed=seed)
    tables = inspection_tables(township)
    pairs = set(zip(tables["inspection_visits"]["village"], tables["inspection_visits"]["by_village"], strict=True))
    assert all(a != b and (b, a) not in pairs for a, b in pairs)
    found = tables["inspection_findings"]
    assert set(zip(found["village"], found["by_village"], strict=True)) == pairs
    assert all(o.startswith(b) for o, b in zip(found["by_officer"], found["by_village"], strict=True))
    assert {"not_eligible", "not_done", "ok"} == set(found["finding"])
    true = list_truth(township).set_index("hh")["finding"]
    assert (found["finding"] == true.reindex(found["hh"]).to_numpy()).all()
    entries = tables["list_entries"]
    assert len(entries) == 85
    off = entries.loc[~entries["listed"], "hh"]
    assert set(off) == set(found.loc[found["finding"] == "not_eligible", "hh"])
    assert set(tables["objections"]["hh"]) <= set(off)


def test_visits_find_the_truth_whoever_goes(township):
    hh = list_truth(township)["hh"]
    found = found_on_visits(township, pd.DataFrame({"hh": [*hh, "S99-0001"], "by_village": "乐北"}))
    assert found["finding"].value_counts().to_dict() == {"ok": 80, "not_eligible": 3, "not_done": 2, "absent": 1}
    assert set(found["by_village"]) == {"乐北"}
