"""Frames as outsiders bring them: other types and orders give the same numbers; what cannot be read is refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from povlib import poverty
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import covariate_columns, number_column

KW = {
    "income": "inc",
    "line": "z",
    "weight": "w",
    "strata": "st",
    "cluster": "cl",
    "by": "g",
    "measures": ["fgt0", "fgt1", "gini", "arop", "median", "ge2"],
}


def survey(n: int = 480) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"inc": np.exp(rng.normal(9, 0.6, n)), "w": rng.uniform(0.5, 3, n)})
    frame["st"], frame["g"] = rng.integers(0, 3, n), rng.choice(list("abc"), n)
    frame["cl"] = frame["st"] * 100 + rng.integers(0, 12, n)
    return frame.assign(z=np.where(frame["g"] == "a", 8000.0, 7000.0))


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.sample(frac=1, random_state=1),
        lambda f: f.set_index(np.zeros(len(f), dtype=int)),
        lambda f: f.set_index(["g", "cl"], drop=False),
        lambda f: f.convert_dtypes(),
        lambda f: f.convert_dtypes(dtype_backend="pyarrow"),
        lambda f: f.astype(object),
        lambda f: f.assign(inc=f["inc"].astype(str), w=f["w"].astype(str)),
        lambda f: f.assign(inc=[Decimal(repr(v)) for v in f["inc"]]),
        lambda f: f.astype({"g": "category", "st": "category", "z": "category"}),
        lambda f: f.assign(cl=pd.Categorical(f["cl"], range(-5, 900)), st=f["st"].astype(float)),
        lambda f: f.assign(cl=f["cl"].astype(str), st=[str(x) if x % 2 else x for x in f["st"]]),
        lambda f: f.assign(cl=f["cl"] % 100),  # numbers that repeat from stratum to stratum
        lambda f: f.rename(columns={"inc": 0}),
    ],
)
def test_the_same_numbers_in_other_clothes(change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    frame = survey()
    expected = poverty.measure(frame, **KW)
    dressed = change(frame)
    got = poverty.measure(dressed, **(KW | {"income": "inc" if "inc" in dressed.columns else 0}))
    columns = ["estimate", "se", "ci_low", "ci_high", "n", "clusters"]
    np.testing.assert_allclose(got[columns].to_numpy(dtype=float), expected[columns].to_numpy(dtype=float), rtol=1e-10)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"income": "text"}, "not numbers"),
        ({"income": "day"}, "not numbers"),
        ({"weight": "text"}, "not numbers"),
        ({"weight": "endless"}, "infinite"),
        ({"weight": "none"}, "do not add up"),
        ({"line": "text"}, "not numbers"),
        ({"line": True}, "no poverty line"),
        ({"line": pd.Series([1.0])}, "no poverty line"),
        ({"line": "7500"}, "no column 7500"),
        ({"measures": []}, "no measure is named"),
        ({"cluster": ["st", "cl"]}, "no column name"),
        ({"level": 95}, "no level"),
        ({"fraction": "many"}, "shares between 0 and 1"),
        ({"strata": "gaps"}, "empty"),
        ({"by": "gaps"}, "no domain"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(change: dict, said: str) -> None:
    frame = survey().assign(text="many", none=0.0, many=20, day=pd.Timestamp("2016-05-10"))
    frame["endless"], frame["gaps"] = frame["w"].where(frame.index != 3, np.inf), frame["w"].where(frame.index != 3)
    with pytest.raises(DataError, match=said):
        poverty.measure(frame, **(KW | change))


def test_no_table_and_doubled_columns_are_refused() -> None:
    frame = survey()
    with pytest.raises(DataError, match="no table"):
        poverty.measure(frame.to_dict("list"), **KW)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="more than once"):
        poverty.measure(pd.concat([frame, frame[["inc"]]], axis=1), **KW)
    with pytest.raises(DataError, match="no relative line"):
        poverty.RelativeLine(share=60)


def test_one_measure_by_name_a_list_of_domains_and_doubled_keys() -> None:
    frame = survey()
    one = poverty.measure(frame, **(KW | {"measures": "fgt0", "by": ["g"]}))
    twice = poverty.measure(frame, **(KW | {"measures": ["fgt0", "fgt0"]}))
    pd.testing.assert_frame_equal(one, twice)
    whole = poverty.measure(frame, **(KW | {"by": []}))
    assert set(whole["domain"]) == {"all"}


def test_weights_of_zero_leave_a_domain_without_an_estimate_and_the_design_whole() -> None:
    frame = survey()
    got = poverty.measure(frame.assign(w=frame["w"].where(frame["g"] != "a", 0.0)), **KW).set_index("domain")
    assert got.loc["a", "estimate"].isna().all()
    assert got.loc[["b", "c"], "se"].notna().all()


def test_counting_reads_flags_of_any_type() -> None:
    frame = pd.DataFrame({"a": [0, 1, 1, 1], "b": [0, 0, 1, 1]})
    expected = poverty.multidimensional(frame, deprivations=["a", "b"], k=0.5, census=True)
    for kind in (bool, "Int8", "boolean", "str", "category", "float"):
        source = frame.astype("bool") if kind == "boolean" else frame
        got = poverty.multidimensional(source.astype(kind), deprivations=["a", "b"], k=0.5, census=True)
        pd.testing.assert_frame_equal(got, expected)
    with pytest.raises(DataError, match="not numbers"):
        poverty.multidimensional(frame.assign(a="yes"), deprivations=["a", "b"], k=0.5, census=True)


def test_categories_become_columns_of_0_and_1() -> None:
    frame = pd.DataFrame({"kind": pd.Categorical(["lo", "hi", None], ["lo", "hi"]), "flag": [True, False, True]})
    names, table = covariate_columns(frame, ["kind", "flag"])
    assert names == ["kind=hi", "flag"]
    np.testing.assert_array_equal(table, [[0.0, 1.0], [1.0, 0.0], [np.nan, 1.0]])
    for kind in ("str", "object", "string[pyarrow]"):
        names, table = covariate_columns(frame.astype({"kind": kind}), ["kind"])
        assert names == ["kind=lo"]  # text in alphabetical order
        np.testing.assert_array_equal(table.ravel(), [1.0, 0.0, np.nan])
    arrow = frame.assign(kind=["lo", "hi", None]).convert_dtypes(dtype_backend="pyarrow")
    assert covariate_columns(arrow, ["kind"])[0] == ["kind=lo"]
    np.testing.assert_array_equal(number_column(pd.DataFrame({"a": pd.array([1, None], "Int64")}), "a"), [1.0, np.nan])
