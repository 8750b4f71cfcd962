"""What hangs on one source, against a count household by household."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from povlib.villages.sources.concentration import concentration

LINKS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["厂", "社", "商"]), st.sampled_from(["post", "stake"])),
    max_size=12,
)


@given(LINKS, st.sets(st.sampled_from("abcd")))
def test_counts_are_those_of_a_clerk(links: list[tuple[str, str, str]], counted: set[str]) -> None:
    sizes = {"a": 1, "b": 2, "c": 3, "d": 5}
    sources = pd.DataFrame(
        [(hh, f"{hh}-1" if how == "post" else None, source, "employer", how, source) for hh, source, how in links],
        columns=["hh", "person", "source", "kind", "through", "name"],
    )
    houses = pd.DataFrame({"hh": list(sizes), "size": list(sizes.values()), "counted": [hh in counted for hh in sizes]})
    found = concentration(sources, houses).set_index("source")
    named = {source for _, source, _ in links}
    assert set(found.index) == named
    of = {hh: {source for h, source, _ in links if h == hh} for hh in sizes}
    for source in named:
        hang = [hh for hh in sizes if source in of[hh]]
        assert found.loc[source, "persons"] == sum(sizes[hh] for hh in hang)
        assert found.loc[source, "counted"] == sum(sizes[hh] for hh in hang if hh in counted)
        assert found.loc[source, "only"] == sum(sizes[hh] for hh in hang if hh in counted and len(of[hh]) == 1)
        assert found.loc[source, "workers"] == len({hh for hh, s, how in links if s == source and how == "post"})
    assert list(found["counted"]) == sorted(found["counted"], reverse=True)


def test_a_co_op_and_the_firm_behind_it_are_one_way_of_living() -> None:
    links = [
        ("a", None, "社", "coop", "stake", "社"), ("a", None, "商", "firm", "stake", "社"),
        ("b", None, "社", "coop", "stake", "社"), ("b", None, "商", "firm", "stake", "社"),
        ("b", "b-1", "厂", "employer", "post", "工"),
    ]  # fmt: skip
    sources = pd.DataFrame(links, columns=["hh", "person", "source", "kind", "through", "name"])
    houses = pd.DataFrame({"hh": ["a", "b"], "size": [3, 4], "counted": [True, True]})
    found = concentration(sources, houses).set_index("source")["only"]
    assert found.to_dict() == {"商": 3, "社": 3, "厂": 0}
