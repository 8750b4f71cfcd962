"""Frames as outsiders bring them: other types and orders give the same numbers; what cannot be read is refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import narwhals
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from povlib import poverty
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import (
    covariate_columns,
    number_column,
    whole_number_column,
    zero_one_column,
)
from povlib.poverty.measurement.indices import fgt

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
        poverty.multidimensional(frame.assign(a="maybe"), deprivations=["a", "b"], k=0.5, census=True)


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


class ArrowOnly:
    """A frame of a library that nobody knows, but that speaks Arrow's interface."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, schema: object = None) -> object:
        return self.table.__arrow_c_stream__(schema)


def test_frames_of_other_libraries_give_the_same_numbers() -> None:
    frame = survey().assign(poor=lambda f: f["inc"] < 7000, t=1, rest=1.0)
    panel = pd.DataFrame({"u": ["a", "a", "b", "b"], "t": [1, 2, 1, 2], "poor": [1, 0, 0, 1], "y": 2.0, "z": [1.0] * 4})
    kwargs = {"income": "inc", "line": "z", "census": True}
    classes = pd.DataFrame({"p": [0.2, 0.5, 0.8, 0.9, 1.0], "l": [0.08, 0.28, 0.58, 0.74, 1.0]})
    calls: list[tuple[pd.DataFrame, Callable[[Any], Any]]] = [
        (frame, lambda f: poverty.measure(f, **KW)),
        (frame, lambda f: poverty.estimate(f, **KW).frame),
        (frame, lambda f: poverty.by_subgroup(f, by="g", **kwargs)),
        (frame, lambda f: poverty.by_component(f, **kwargs)),
        (frame, lambda f: poverty.by_source(f, sources=["inc", "rest"], census=True)),
        (frame, lambda f: poverty.decompose_change(f, wave="g", before="a", after="b", **kwargs)),
        (frame, lambda f: poverty.multidimensional(f, deprivations=["poor"], k=1, census=True)),
        (frame, lambda f: poverty.lorenz(f, income="inc", weight="w")),
        (frame, lambda f: poverty.targeting(f, selected="poor", **kwargs)),
        (frame, lambda f: poverty.targeting_gaps(f, selected="poor", group="g", **kwargs)),
        (frame, lambda f: poverty.targeting_suspects(f, key="cl", income="inc", line="z", selected="poor")),
        (frame, lambda f: poverty.register_quality(f, recorded="poor", found="poor", cluster="cl")),
        (classes, lambda f: poverty.measure_grouped(f, population="p", income="l", mean=1.0)),
        (panel, lambda f: poverty.spells(f, unit="u", period="t", poor="poor").spells),
        (panel, lambda f: poverty.vulnerability(f, unit="u", period="t", income="y", line="z", ahead=1)),
    ]
    for source, call in calls:
        table = pa.Table.from_pandas(source, preserve_index=False)
        for other in (table, narwhals.from_native(table), narwhals.from_native(source).lazy(), ArrowOnly(table)):
            pd.testing.assert_frame_equal(call(other), call(source))


@pytest.mark.parametrize(
    "frame", [{"a": [1]}, [1], np.zeros((2, 2)), pd.Series([1]), None, pa.table([[1], [2]], ["a", "a"])]
)
def test_what_is_no_frame_is_refused_in_words(frame: object) -> None:
    with pytest.raises(DataError, match=r"no table|cannot be turned"):
        poverty.measure(frame, income="a", measures=["mean"])  # type: ignore[arg-type]


READ = ("1,234.5", " 1234.5 ", "+1234.50", "1.2345e3", "１２３４．５", "1，234.5", Decimal("1234.5"))
UNREAD = (
    "1,5",
    "1.234,5",
    "1,23,456",
    "12,34",
    "1_000",
    "0x10",
    "1 234",
    "nan",
    "inf",
    "NA",
    "一千",
    "3元",
    "¥3",
    "12%",
)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        *((cell, 1234.5) for cell in READ),
        ("1,234", 1234.0),
        ("12,345,678.25", 12345678.25),
        ("\u22123", -3.0),
        (np.float32(0.5), 0.5),
        (Fraction(1, 2), 0.5),
        (True, 1.0),
        *((cell, None) for cell in (*UNREAD, "٣", "是", [1], 1 + 2j, pd.Timestamp("2016-05-10"), b"1", 10**400)),
    ],
)
def test_cells_are_read_exactly_or_refused(cell: object, number: float | None) -> None:
    frame = pd.DataFrame({"a": pd.Series([1.5, cell, None], dtype=object)})
    if number is None:
        with pytest.raises(DataError, match="1 cells of a are not numbers"):
            number_column(frame, "a")
    else:
        np.testing.assert_array_equal(number_column(frame, "a"), [1.5, number, np.nan])


def test_yes_and_no_in_words() -> None:
    frame = pd.DataFrame({"a": ["是", "否", " Yes", "no", "TRUE", "false", "1", "０", None, ""]})
    np.testing.assert_array_equal(zero_one_column(frame, "a"), [1, 0, 1, 0, 1, 0, 1, 0, np.nan, np.nan])
    for cell in ("有", "maybe", "2", "ok"):
        with pytest.raises(DataError, match=r"not numbers|neither 0 nor 1"):
            zero_one_column(pd.DataFrame({"a": ["是", cell]}), "a")


WHOLE = (2016, 2016.0, "2016", "2,016", "２０１６", "2016.0", Decimal(2016), np.int16(2016))
NOT_WHOLE = (2.6, "2.6", np.inf, 2.0**60, 2**63, 10**30, Decimal("1e999999"), "x", "2016-05")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        *((cell, 2016) for cell in WHOLE),
        (2**62 + 1, 2**62 + 1),
        (str(2**62 + 1), 2**62 + 1),
        *((cell, None) for cell in NOT_WHOLE),
    ],
)
def test_whole_numbers_are_exact_or_refused(cell: object, number: int | None) -> None:
    frame = pd.DataFrame({"a": pd.Series([1, cell], dtype=object)})
    if number is None:
        with pytest.raises(DataError, match="1 cells of a are not whole numbers"):
            whole_number_column(frame, "a")
    else:
        assert whole_number_column(frame, "a").tolist() == [1, number]


def test_whole_numbers_of_columns_with_a_type() -> None:
    assert whole_number_column(pd.DataFrame({"a": pd.array([1, 2], "Int64")}), "a").tolist() == [1, 2]
    for values in (pd.period_range("2016-01", periods=2, freq="M"), pd.date_range("2016", periods=2), [1.0, None]):
        with pytest.raises(DataError, match=r"not whole numbers|empty"):
            whole_number_column(pd.DataFrame({"a": values}), "a")


BAD_LINES = (0, -1, np.nan, np.inf, -np.inf, None, "", "none", True, np.float64(0), Decimal("NaN"), [3.0])


@pytest.mark.parametrize("line", BAD_LINES)
def test_no_line_is_no_answer_anywhere(line: Any) -> None:
    frame = survey(60).assign(on=lambda f: (f["inc"] < 7000).astype(int), t=1, u=range(60))
    kwargs = {"income": "inc", "line": line}
    for call in (
        lambda: poverty.measure(frame, measures=["fgt0"], **kwargs),
        lambda: poverty.by_subgroup(frame, by="g", measures=["fgt1"], **kwargs),
        lambda: poverty.by_component(frame, **kwargs),
        lambda: poverty.decompose_change(frame, wave="g", before="a", after="b", **kwargs),
        lambda: poverty.targeting(frame, selected="on", **kwargs),
        lambda: poverty.targeting_gaps(frame, selected="on", group="g", **kwargs),
        lambda: poverty.targeting_suspects(frame, key="u", selected="on", **kwargs),
    ):
        with pytest.raises(DataError):
            call()


def test_amounts_without_end_or_mean_and_blank_text_are_refused() -> None:
    frame = survey(60).assign(on=lambda f: (f["inc"] < 7000).astype(int), blank="5", below=-1.0)
    frame["endless"] = frame["inc"].where(frame.index != 3, np.inf)
    frame.loc[3, "blank"] = " "
    line: dict[str, Any] = {"line": 7000.0, "census": True}
    for name in ("endless", "blank"):
        for call in (
            lambda name=name: poverty.measure(frame, income=name, measures=["mean"], **line),
            lambda name=name: poverty.by_subgroup(frame, income=name, by="g", **line),
            lambda name=name: poverty.by_component(frame, income=name, **line),
            lambda name=name: poverty.by_source(frame, sources=["inc", name]),
            lambda name=name: poverty.decompose_change(frame, income=name, wave="g", before="a", after="b", **line),
            lambda name=name: poverty.targeting(frame, income=name, selected="on", **line),
            lambda name=name: poverty.targeting(frame, income="inc", benefit=name, selected="on", **line),
            lambda name=name: poverty.lorenz(frame, income=name),
        ):
            with pytest.raises(DataError, match=r"infinite|empty|no income"):
                call()
    with pytest.raises(DataError, match="infinite"):  # it was left out with the missing ones
        poverty.measure(frame, income="endless", measures=["mean"], missing="drop")
    with pytest.raises(DataError, match="no growth"):
        poverty.decompose_change(frame, income="below", wave="g", before="a", after="b", **line)
    with pytest.raises(DataError, match="below zero"):
        poverty.targeting(frame, income="inc", benefit="below", selected="on", **line)
    for mean, bar in ((np.inf, None), (np.nan, None), ("1", None), (1.0, np.inf), (0.0, None), (1.0, -1.0)):
        with pytest.raises(DataError, match=r"no number|above zero"):
            poverty.measure_grouped(frame, population="w", income="inc", mean=mean, line=bar)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"level": "0.95"},
        {"level": np.nan},
        {"overall": "no"},
        {"nonpositive": np.inf},
        {"nonpositive": True},
        {"gini": ["population"]},
        {"relative": 0.6},
        {"line": poverty.RelativeLine(within="gaps")},
        {"replicates": "jackknife"},
    ],
)
def test_options_of_the_wrong_kind_are_refused(change: dict) -> None:
    frame = survey(60).assign(gaps=["a", "", "b"] * 20)
    with pytest.raises(DataError):
        poverty.measure(frame, **({"income": "inc", "line": 7000.0, "measures": ["fgt0", "gini"]} | change))


@pytest.mark.parametrize(
    "make",
    [
        lambda: poverty.Replicates(count=2.5),  # type: ignore[arg-type]
        lambda: poverty.Replicates(count=1),
        lambda: poverty.Replicates(seed=-1),
        lambda: poverty.Replicates("given", columns=["a"], scale=np.nan),
        lambda: poverty.Replicates("given", columns="ab", scale=1.0),
        lambda: poverty.RelativeLine(share=np.nan),
        lambda: poverty.RelativeLine(share="half"),  # type: ignore[arg-type]
        lambda: fgt(0.5),
        lambda: fgt(-1),
        lambda: fgt(np.nan),
        lambda: fgt(None),  # type: ignore[arg-type]
        lambda: poverty.lorenz(survey(60), income="inc", points=2.5),  # type: ignore[arg-type]
        lambda: poverty.lorenz(survey(60), income="inc", ties="first"),
    ],
)
def test_arguments_that_are_no_such_thing_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(DataError):
        make()


def test_what_was_left_out_is_counted() -> None:
    frame = survey(60)
    frame.loc[:4, "inc"] = np.nan
    made = poverty.measure(frame, income="inc", measures=["mean"], missing="drop")
    assert made["convention"][0] == "rows without income left out=5"
    assert made["n"][0] == 55


def test_domains_of_two_columns_are_not_joined_by_their_text() -> None:
    frame = pd.DataFrame({"a": ["x | y", "x"], "b": ["z", "y | z"], "y": [1.0, 3.0]})
    made = poverty.measure(frame, income="y", by=["a", "b"], measures=["mean"], census=True)
    assert made["estimate"].tolist() == [3.0, 1.0]


def test_changes_that_do_not_exist_are_no_numbers() -> None:
    frame = pd.DataFrame({"y": [0.0, 0.0, 1.0, 2.0] * 20, "t": [1, 1, 2, 2] * 20, "hh": range(80)})
    made = poverty.estimate(frame, income="y", by="t", cluster="hh", measures=["mean"])
    table = made.change(2, 1, years=2).set_index("change")
    assert table.loc["absolute", "estimate"] == 1.5
    assert table.loc[["relative", "relative_per_year"], ["estimate", "se", "ci_low"]].isna().all(axis=None)
    assert table.loc["relative", "convention"].endswith("above zero")
    for years in (0, -1, np.nan, "2"):
        with pytest.raises(DataError):
            made.change(2, 1, years=years)  # type: ignore[arg-type]
    for weights in ([0.0, 0.0], [np.nan, 1.0], [1.0]):
        with pytest.raises(DataError):
            made.contrast(weights)
