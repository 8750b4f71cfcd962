"""What a part is told of the funds, against the offer that is made from what they do hold."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from povlib import params, places
from povlib.errors import ParameterError
from povlib.params import Catalogue, Settings
from povlib.support import Offer, offer
from povlib.support.example_township import example_township
from povlib.support.parts.law_of_office import LawOfOffice, claims_of_part, law_of_office
from povlib.support.parts.plentiful_funds import (
    ENOUGH_YUAN,
    PLENTY_YUAN,
    amounts_told,
    with_amounts_left,
    with_funds_told,
    without_amounts_left,
)
from povlib.support.parts.rest_of_office import RestOfOffice
from povlib.support.resources import kept_share_table, resource_table

SHIPPED = params.load(places.DATA / "sample" / "params")
#: nothing, too little for most, just under and just at what is told as plenty, far more
AMOUNTS = [0, 1_500, 30_000, ENOUGH_YUAN - 1, ENOUGH_YUAN, 50 * ENOUGH_YUAN]


def _law(catalogue: Catalogue) -> LawOfOffice:
    return law_of_office([claims_of_part(example_township(), catalogue, Settings())], catalogue)


def _offer_as_told(catalogue: Catalogue) -> Offer:
    law, told = _law(catalogue), with_funds_told(catalogue)
    rest = RestOfOffice(LawOfOffice(law.bills, amounts_told(law.left, catalogue)))
    made = without_amounts_left(offer(example_township(), told, Settings(), rest=rest))
    left = dict(law.left)
    return with_amounts_left(made, resource_table(catalogue, left), kept_share_table(catalogue, left))


@hypothesis_settings(max_examples=12, deadline=None)
@given(st.fixed_dictionaries({key: st.sampled_from(AMOUNTS) for key in SHIPPED.funds}))
def test_the_offer_is_that_of_what_the_funds_hold(amounts: dict[str, int]) -> None:
    catalogue = SHIPPED.replaced({f"funds.{key}.amount_yuan": yuan for key, yuan in amounts.items()})
    exact = offer(example_township(), catalogue, Settings(), rest=RestOfOffice(_law(catalogue)))
    told = _offer_as_told(catalogue)
    for entry in fields(Offer):
        pd.testing.assert_frame_equal(getattr(told, entry.name), getattr(exact, entry.name))


def test_nothing_that_a_part_is_told_hangs_on_how_much_more_than_enough_there_is() -> None:
    held = [SHIPPED.replaced({"funds.special.amount_yuan": yuan}) for yuan in (2_000_000, 3_000_000)]
    told = [with_funds_told(catalogue) for catalogue in held]
    assert told[0].funds["special"].amount_yuan == told[1].funds["special"].amount_yuan == PLENTY_YUAN
    left = [amounts_told(_law(catalogue).left, catalogue) for catalogue in held]
    assert left[0] == left[1]
    assert _law(held[0]).left["special"] < _law(held[1]).left["special"]


def test_a_fund_that_holds_less_is_told_to_the_fen() -> None:
    catalogue = SHIPPED.replaced({"funds.special.amount_yuan": ENOUGH_YUAN - 1})
    assert with_funds_told(catalogue).funds["special"].amount_yuan == ENOUGH_YUAN - 1
    assert amounts_told({"special": ENOUGH_YUAN * 100 - 1}, catalogue) == {"special": ENOUGH_YUAN * 100 - 1}


def test_the_parameters_told_cannot_be_changed_by_a_key_that_brings_the_amounts_back() -> None:
    with pytest.raises(ParameterError):
        with_funds_told(SHIPPED).replaced({"funds.special.amount_yuan": 1})
