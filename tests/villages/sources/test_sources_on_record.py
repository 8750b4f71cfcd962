"""What households hang on already: every way on record counts, and what stands behind it, looked up by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from povlib import params, places
from povlib.params import Catalogue
from povlib.villages.sources.sources_on_record import sources_on_record

NOW = 2016 * 12 + 3
AHEAD = range(NOW, NOW + 9)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return params.load(places.DATA / "sample" / "params")


def frames() -> Any:
    """One works for a firm, one will from July, one no longer; stakes, a share, and help without any stake written."""
    numbers = "Int64"
    return SimpleNamespace(
        households=pd.DataFrame({"hh": list("abcdefg"), "village": "乐北"}),
        placements=pd.DataFrame(
            {"post": "工人", "person": ["a-1", "b-1", "c-1"], "hh": list("abc"),
             "employer": "样本永荣控股集团（长乐市）", "place": None, "route": "r",
             "from_month": [NOW - 3, NOW + 3, NOW - 9],
             "to_month": pd.array([None, None, NOW - 1], dtype=numbers)}
        ),
        placement_ends=pd.DataFrame({"post": [], "person": [], "from_month": [], "end_month": []}).astype(
            {"post": "str", "person": "str", "from_month": "int64", "end_month": numbers}
        ),
        coops=pd.DataFrame({"coop": ["源笙铁皮石斛专业合作社（合成）", "立春养牛专业合作社"],
                            "enterprise": [None, "样本兴牧肉牛公司"], "product": ["铁皮石斛", "肉牛"],
                            "status": "operating"}),
        coop_stakes=pd.DataFrame({"coop": ["源笙铁皮石斛专业合作社（合成）"], "hh": ["d"], "fen": [1],
                                  "from_month": [NOW - 5],
                                  "to_month": pd.array([None], dtype=numbers)}),
        sale_contracts=pd.DataFrame(
            {"contract": ["禽"], "partner": ["样本永荣控股集团"], "product": ["土鸡土鸭"], "from_month": [NOW - 5],
             "to_month": pd.array([None], dtype=numbers), "status": ["running"]}
        ),
        contract_shares=pd.DataFrame({"contract": ["禽"], "hh": ["e"], "quantity": [80.0]}),
        enterprise_outputs=pd.DataFrame({"enterprise": [], "product": [], "year": []}),
        support=pd.DataFrame(
            {"hh": list("fg"), "person": None, "measure": "cattle_coop", "status": ["进行中", "已终止"],
             "from_month": NOW - 8, "to_month": pd.array([None, None], dtype=numbers)}
        ),
    )  # fmt: skip


def test_every_way_on_record_counts_and_what_stands_behind_it(catalogue: Catalogue) -> None:
    found = sources_on_record(frames(), AHEAD, catalogue)
    mine = found.groupby("hh")[["kind", "source"]].apply(lambda rows: set(rows.itertuples(index=False, name=None)))
    works = {("employer", "样本永荣控股集团"), ("firm", "样本永荣控股集团")}
    assert mine["a"] == works
    # whose post begins in July hangs on it as well; whose post has ended does not
    assert mine["b"] == works
    assert "c" not in mine.index
    # the firm behind the co-op stands in the parameters alone
    assert mine["d"] == {("firm", "源笙铁皮石斛专业合作社"), ("firm", "样本新润集团"), ("product", "铁皮石斛")}
    assert mine["e"] == {("firm", "样本永荣控股集团"), ("product", "土鸡土鸭")}
    # help of the co-op without a stake on record; who gave it up hangs on nothing
    assert {("firm", "立春养牛专业合作社"), ("firm", "样本兴牧肉牛公司")} <= mine["f"]
    assert "g" not in mine.index


def test_each_link_once_in_order(catalogue: Catalogue) -> None:
    found = sources_on_record(frames(), AHEAD, catalogue)
    assert not found.duplicated().any()
    pd.testing.assert_frame_equal(found, found.sort_values(["hh", "kind", "source"], ignore_index=True))
