"""The order of rows, a row split in two and equal rows put together change no measure, and no error by cluster.

Split and merged rows stay in their cluster, where a design allows it: without clusters each row is one, and two rows
are two. Conventions that count rows by definition (gini "sample" and "cumulated", zenga "rows", ties "rows" of the
Lorenz curve) are held to the order of rows only.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import poverty
from povlib.poverty.measurement.indices import _INDICES_BY_KEY

ORDERS = ["fgt0", "fgt1", "fgt1.5", "fgt2", "ge-1", "ge0", "ge0.5", "ge1", "ge2"]
EVERY = [*_INDICES_BY_KEY, *ORDERS, "atkinson_0.5", "atkinson_1", "atkinson_2"]
DESIGN: dict[str, Any] = {"weight": "w", "strata": "s", "cluster": "c"}
SAMPLE = DESIGN | {"lonely": "average"}
TABLES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "fixed line": lambda f: poverty.measure(f, income="y", line=3.0, measures=EVERY, **SAMPLE),
    "line by row": lambda f: poverty.measure(f, income="y", line="z", measures=EVERY, by="g", overall=True, **SAMPLE),
    "relative line": lambda f: poverty.measure(f, income="y", line=poverty.RelativeLine(), measures=EVERY, **SAMPLE),
    "other conventions": lambda f: poverty.measure(
        f, income="y", line="z", measures=EVERY, quantile="midpoint", quintiles="lorenz", poor="weak", **SAMPLE
    ),
    "replicates": lambda f: poverty.measure(
        f,
        income="y",
        line=3.0,
        measures=["zenga", "gini", "median", "sen"],
        replicates=poverty.Replicates("jackknife"),
        **(DESIGN | {"lonely": "certainty"}),
    ),
    "census": lambda f: poverty.measure(f, income="y", line="z", measures=EVERY, weight="w", cluster="c", census=True),
    "by_source": lambda f: poverty.by_source(f, sources=["wage", "farm", "rest"], **SAMPLE),
    "by_subgroup": lambda f: poverty.by_subgroup(f, income="y", by="g", line="z", measures=["fgt1", "ge0"], **SAMPLE),
    "by_component": lambda f: poverty.by_component(f, income="y", line="z", **SAMPLE),
    "decompose_change": lambda f: poverty.decompose_change(
        f, income="y", line=3.0, wave="t", before=0, after=1, measures=["fgt0", "fgt2", "sen", "sst", "watts"], **SAMPLE
    ),
    "multidimensional": lambda f: poverty.multidimensional(f, deprivations=["a", "b"], k=[0.5, 1], by="g", **SAMPLE),
    "targeting": lambda f: poverty.targeting(f, income="y", line="z", selected="a", by="g", **SAMPLE),
    "targeting_gaps": lambda f: poverty.targeting_gaps(f, income="y", line="z", selected="a", group="g", **SAMPLE),
    "register_quality": lambda f: poverty.register_quality(f, recorded="a", found="b", weight="w", cluster="c"),
    "lorenz": lambda f: poverty.lorenz(f, income="y", weight="w", points=7),
}
COUNTING_ROWS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "gini sample": lambda f: poverty.measure(f, income="y", measures=["gini"], gini="sample", **SAMPLE),
    "gini cumulated": lambda f: poverty.measure(f, income="y", measures=["gini"], gini="cumulated", **SAMPLE),
    "zenga rows": lambda f: poverty.measure(f, income="y", measures=["zenga"], zenga="rows", **SAMPLE),
}


@st.composite
def panels(draw: st.DrawFn) -> pd.DataFrame:
    """Return a small survey full of ties: equal incomes with unequal weights, within clusters and across them."""
    row = st.tuples(
        *(st.integers(0, 4) for _ in range(3)),  # wage, farm, rest
        st.integers(1, 5),  # weight
        st.integers(0, 7),  # cluster
        *(st.integers(0, 1) for _ in range(4)),  # group, wave, two deprivations
    )
    rows = draw(st.lists(row, min_size=4, max_size=24))
    # one of each kind, so that no domain, wave or state is empty
    anchors = [(1, 1, 1, 1, 8, 0, 0, 0, 1), (2, 1, 0, 2, 9, 1, 1, 1, 0), (1, 0, 1, 3, 10, 1, 0, 1, 1)]
    anchors += [(3, 1, 0, 1, 11, 0, 1, 0, 0)]
    frame = pd.DataFrame([*rows, *anchors], columns=["wage", "farm", "rest", "w", "c", "g", "t", "a", "b"])
    frame["s"] = np.minimum(frame["c"] // 3, 3)  # the last stratum is a lone cluster: 9, 10, 11 but ...
    frame.loc[frame["c"] == 11, "s"] = 4  # ... one of them stands alone
    return frame.assign(y=frame[["wage", "farm", "rest"]].sum(axis=1), z=np.where(frame["g"] == 1, 4.0, 2.0))


def compare(table: Callable[[pd.DataFrame], pd.DataFrame], frame: pd.DataFrame, other: pd.DataFrame) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", poverty.DesignWarning)
        one, two = table(frame), table(other)
    numbers = [name for name in one.select_dtypes("number") if name != "n"]
    np.testing.assert_allclose(two[numbers], one[numbers], rtol=1e-8, atol=1e-9)
    words = one.columns.difference([*numbers, "n"])
    pd.testing.assert_frame_equal(one[words], two[words])


def split(frame: pd.DataFrame, row: int, part: float) -> pd.DataFrame:
    """Split the weight of one row over two equal rows of its cluster."""
    row %= len(frame)
    halves = frame.astype({"w": float}).iloc[[row, row]]
    halves["w"] = frame["w"].iloc[row] * np.array([part, 1 - part])
    return pd.concat([frame.drop(frame.index[row]), halves])


def merged(frame: pd.DataFrame) -> pd.DataFrame:
    """Put rows together that differ in nothing but their weight."""
    return frame.groupby(list(frame.columns.drop("w")), as_index=False)["w"].sum()


@pytest.mark.parametrize("name", TABLES)
@given(frame=panels(), seed=st.integers(0, 9), row=st.integers(0, 30), part=st.sampled_from([0.5, 0.25, 0.3]))
@settings(max_examples=4, deadline=None)
def test_order_splitting_and_merging_change_nothing(
    name: str, frame: pd.DataFrame, seed: int, row: int, part: float
) -> None:
    compare(TABLES[name], frame, frame.sample(frac=1, random_state=seed))
    compare(TABLES[name], frame, split(frame, row, part))
    compare(TABLES[name], frame, merged(frame))


@pytest.mark.parametrize("name", COUNTING_ROWS)
@given(frame=panels(), seed=st.integers(0, 9))
@settings(max_examples=4, deadline=None)
def test_conventions_that_count_rows_do_not_mind_their_order(name: str, frame: pd.DataFrame, seed: int) -> None:
    compare(COUNTING_ROWS[name], frame, frame.sample(frac=1, random_state=seed))


@given(frame=panels(), seed=st.integers(0, 9))
@settings(max_examples=4, deadline=None)
def test_without_clusters_the_order_changes_nothing(frame: pd.DataFrame, seed: int) -> None:
    def table(f: pd.DataFrame) -> pd.DataFrame:
        return poverty.measure(f, income="y", line="z", measures=EVERY, weight="w")

    compare(table, frame, frame.sample(frac=1, random_state=seed))


def test_four_rows_with_equal_incomes_have_one_answer() -> None:
    frame = pd.DataFrame({"wage": [1.0, 2.0, 2.0, 1.0], "farm": [2.0, 1.0, 1.0, 2.0]})
    for order in ([0, 1, 2, 3], [1, 0, 3, 2], [1, 2, 0, 3]):
        made = poverty.by_source(frame.iloc[order], sources=["wage", "farm"], census=True)
        assert made.loc[made["measure"] == "gini_contribution", "estimate"].tolist() == [0.0, 0.0]
    # 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ in their last digit, but are one income
    frame = pd.DataFrame({"a": [0.1, 0.3], "b": [0.2, 0.2], "c": [0.3, 0.1]})
    assert frame.sum(axis=1).nunique() == 2
    made = poverty.by_source(frame, sources=["a", "b", "c"], census=True)
    np.testing.assert_allclose(made.loc[made["measure"] == "gini_contribution", "estimate"], 0, atol=1e-15)
