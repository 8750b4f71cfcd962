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
        [(hh, f"{hh}-1" if how == "post" else None, source, "employer", how) for hh, source, how in links],
        columns=["hh", "person", "source", "kind", "through"],
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
