"""Routes that overlap: the union by hand."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from povlib.runs.facts.villages.route_overlap import counted_routes


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(["养牛", "岗位", "家禽"])), max_size=15))
def test_a_household_on_two_routes_is_counted_once(links: list[tuple[str, str]]) -> None:
    sizes = dict(zip("abcde", [1, 2, 3, 4, 5], strict=True))
    found = counted_routes(pd.DataFrame(links, columns=["hh", "route"]), pd.Series(sizes))
    pairs = set(links)
    on = {hh: {route for h, route in pairs if h == hh} for hh in sizes}
    assert found.union == sum(sizes[hh] for hh in sizes if on[hh])
    assert found.total == sum(sizes[hh] for hh, _ in pairs)
    assert found.households == sum(bool(routes) for routes in on.values())
    rows = found.routes.set_index("route")
    for route in {route for _, route in pairs}:
        assert rows.loc[route, "amount"] == sum(sizes[hh] for hh in sizes if route in on[hh])
        assert rows.loc[route, "alone"] == sum(sizes[hh] for hh in sizes if on[hh] == {route})
    assert (rows["alone"] + rows["shared"] - rows["amount"]).abs().sum() == 0
