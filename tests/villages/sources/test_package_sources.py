"""What planned help hangs on: by the practice township's own posts and places, looked up by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from povlib import params, places
from povlib.params import Catalogue
from povlib.params.kinds import Records
from povlib.params.villages.openings import Opening
from povlib.villages.sources.package_sources import package_sources


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return params.load(places.DATA / "sample" / "params")


def frames(*buyers: tuple[str, str]) -> Any:
    """Two co-ops, one with a firm behind it, and contracts for birds."""
    return SimpleNamespace(
        coops=pd.DataFrame({"coop": ["立春养牛专业合作社", "源笙铁皮石斛专业合作社"],
                            "enterprise": ["样本兴牧肉牛公司", None]}),
        sale_contracts=pd.DataFrame(
            [(name, "土鸡土鸭", status) for name, status in buyers], columns=["partner", "product", "status"]
        ),
    )  # fmt: skip


def found(catalogue: Catalogue, known: Any, post: str | None = None, coop: str | None = None) -> set[tuple[str, str]]:
    parts = pd.DataFrame({"post": [post], "coop": [coop]}, dtype=object)
    links = package_sources(parts, known, catalogue)
    assert (links["part"] == 0).all()
    return set(links[["kind", "source"]].itertuples(index=False, name=None))


def test_a_post_hangs_on_employer_firm_and_product(catalogue: Catalogue) -> None:
    assert found(catalogue, frames(), post="rice_noodle") == {
        ("employer", "样本米粉加工厂"), ("firm", "样本米粉加工厂"), ("product", "米粉")
    }  # fmt: skip
    # what stands in brackets behind a name is not part of it
    assert ("firm", "样本永荣控股集团") in found(catalogue, frames(), post="helper_enterprise")
    # who works for a co-op hangs on the firm behind it
    behind = frames()
    behind.coops["enterprise"] = ["样本兴牧肉牛公司", "样本新润集团"]
    assert found(catalogue, behind, post="dendrobium_base") == {
        ("employer", "源笙铁皮石斛专业合作社"), ("firm", "源笙铁皮石斛专业合作社"), ("firm", "样本新润集团"),
        ("product", "铁皮石斛"),
    }  # fmt: skip


def test_a_place_hangs_on_the_co_op_and_the_firm_behind_it(catalogue: Catalogue) -> None:
    assert found(catalogue, frames(), coop="lichun_cattle") == {
        ("firm", "立春养牛专业合作社"), ("firm", "样本兴牧肉牛公司"), ("product", "肉牛")
    }  # fmt: skip


def test_a_place_under_contract_hangs_on_its_only_buyer(catalogue: Catalogue) -> None:
    plain = catalogue.replaced({"coops.poultry_buyer.enterprise": None})
    one = frames(("甲公司（县）", "running"), ("旧公司", "ended"))
    assert found(plain, one, coop="poultry_buyer") == {("firm", "甲公司"), ("product", "土鸡土鸭")}
    # where two buy, neither of them alone takes the place away
    two = frames(("甲公司", "running"), ("乙公司", "running"))
    assert found(plain, two, coop="poultry_buyer") == {("product", "土鸡土鸭")}
    # the parameters may name the firm themselves
    assert ("firm", "样本永荣控股集团") in found(catalogue, two, coop="poultry_buyer")


def test_help_without_post_or_place_hangs_on_nothing(catalogue: Catalogue) -> None:
    assert found(catalogue, frames()) == set()


def test_seats_that_an_opening_makes_hang_on_who_runs_it(catalogue: Catalogue) -> None:
    opening = {
        "key": "shop", "names": {"zh": "车间", "en": "shop"}, "fund": "special", "opening_yuan": {"2016-07": 1000},
        "posts": {"rice_noodle": 4}, "enterprise": "丙公司", "product": "针织", "status": "assumed", "source": "-",
        "in_force": "2016",
    }  # fmt: skip
    shop = Opening(**opening)
    opened = _with_opening(catalogue.replaced({"posts.rice_noodle.slots": 0}), shop)
    assert {("firm", "丙公司"), ("product", "针织")} <= found(opened, frames(), post="rice_noodle")
    # with seats of its own the post does not hang on the opening alone
    assert ("firm", "丙公司") not in found(_with_opening(catalogue, shop), frames(), post="rice_noodle")


def _with_opening(catalogue: Catalogue, shop: Opening) -> Catalogue:
    return replace(catalogue, openings=Records((shop,)))
