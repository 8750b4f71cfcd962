"""The checklist of a house and the dated price list: both shipped folders, prices by month, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from povlib import params, places
from povlib.calendar import Month
from povlib.params import HousePrice, HouseWork

Spoil = Callable[..., list[str]]


def test_eight_items_are_marked_as_an_example(sample: params.Catalogue) -> None:
    office = params.load(places.PARAMS)
    for catalogue in (office, sample):
        assert len(catalogue.house_standard) == 8
        assert all("example" in item.source for item in catalogue.house_standard.values())
    assert {item.status for item in sample.house_standard.values()} == {"synthetic"}
    assert all(None in price.yuan.values() for price in office.house_prices.values())
    assert list(office.house_prices) == list(sample.house_prices)


def test_a_folder_without_the_files_uses_the_shipped_ones(folder: Path) -> None:
    for name in ("house_standard", "house_prices"):
        (folder / f"{name}.yaml").unlink()
    catalogue = params.load(folder)
    assert catalogue.house_prices["roof"].unit_fen(Month(2016, 6)) is None


def test_the_price_in_force(sample: params.Catalogue) -> None:
    roof = sample.house_prices["roof"]
    assert [roof.unit_fen(month) for month in (Month(2014, 12), Month(2015, 1), Month(2015, 12), Month(2016, 1))] == [
        None, 6100, 6100, 6500
    ]  # fmt: skip
    changed = sample.replaced({"house_prices.roof.yuan.2016-01": "70.5"})
    assert changed.house_prices["roof"].unit_fen(Month(2016, 6)) == 7050
    assert changed.digest != sample.digest
    assert sample.house_price_of("屋面翻修") == sample.house_price_of("roof") == roof
    assert sample.house_price_of("金顶") is None


def test_an_empty_price_is_not_replaced_by_an_older_one() -> None:
    price = HousePrice.model_validate(
        {"key": "roof", "names": {"zh": "屋面", "en": "roof"}, "unit": "m2", "yuan": {"2015-01": 60, "2016-01": None},
         "status": "assumed", "source": "s", "in_force": "2016"}
    )  # fmt: skip
    assert price.unit_fen(Month(2016, 5)) is None
    assert price.unit_fen(Month(2015, 5)) == 6000


@pytest.mark.parametrize(
    ("basis", "quantity", "least", "counted", "amount"),
    [
        ("fixed", 1, 0, 80, Fraction(1)),
        ("per_m2", 0.1, 0, 70.3, Fraction(703, 100)),
        ("per_member", 13, 45, 3, Fraction(45)),
        ("per_member", 13, 45, 4, Fraction(52)),
        ("fixed", None, 0, 1, None),
    ],
)
def test_quantities_are_exact(
    basis: str, quantity: float | None, least: float, counted: float, amount: Fraction | None
) -> None:
    work = HouseWork.model_validate({"price": "roof", "basis": basis, "quantity": quantity, "least": least})
    assert work.amount(counted) == amount


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("house_standard", "price: walls", "price: wals", "there is no price wals"),
        ("house_standard", "basis: per_m2", "basis: per_mu", "per_mu is not allowed for basis"),
        ("house_standard", "quantity: 0.5", "quantity: -1", "quantity is -1 Allowed: 0 or more"),
        ("house_standard", "value: C", "value: E", "E is no label that can stand here"),
        ("house_standard", "{on: household, field: water, op: is_false",
         "{on: worker, field: age, op: \">=\", value: 3", "age belongs to the member"),
        ("house_standard", "{price: toilet", "{price: kitchen", "the price kitchen stands here twice"),
        ("house_prices", "2016-01: 65}", "2016-13: 65}", "2016-13 is no month"),
        ("house_prices", "2016-01: 65}", "2016-01: cheap}", "cheap is no amount in yuan"),
        ("house_prices", "2016-01: 65}", "2016-01: 65.123}", "65.123 is no amount in yuan"),
        ("house_prices", "material_share: 0.6", "material_share: 1.6", "material_share is 1.6 Allowed: 1 or less"),
        ("house_prices", "aliases: [门窗]", "aliases: [屋面翻修]", "屋面翻修 could mean roof or doors_windows"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_refused_in_words(faults: Spoil, file: str, old: str, new: str, words: str) -> None:
    found = faults((file, old, new))
    assert any(words in line for line in found), found
