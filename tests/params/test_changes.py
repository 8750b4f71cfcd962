"""Changed copies, values at dotted keys, and the digest."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import params
from povlib.calendar import Month
from povlib.errors import ParameterError


@given(st.integers(0, 10**13))
@settings(max_examples=20, deadline=None)
def test_money_arrives_to_the_fen(sample: params.Catalogue, fen: int) -> None:
    yuan = Decimal(fen) / 100
    assert sample.replaced({"funds.special.amount_yuan": yuan}).funds["special"].amount_fen == fen
    assert sample.replaced({"funds.special.amount_yuan": f"{yuan:,}"}).funds["special"].amount_fen == fen


@pytest.mark.parametrize(
    ("dotted", "value", "read"),
    [
        ("lines.nbs_2016.line_yuan", 3000, lambda c: c.line_fen("nbs", Month(2016, 5)) == 300_000),
        ("support.cattle_coop.cost.amount_yuan", "4800.50",
         lambda c: c.measures["cattle_coop"].cost.amount_fen == 480_050),
        ("support.cattle_coop.earns.property.mean", 1, lambda c: c.measures["cattle_coop"].earns[1].mean == 1),
        ("support.cattle_coop.earns.0.sd", 7, lambda c: c.measures["cattle_coop"].earns[0].sd == 7),
        ("support.housing_repair.payers.housing.ceiling_yuan", None,
         lambda c: c.measures["housing_repair"].payers[0].ceiling_fen is None),
        ("support.housing_repair.closes.housing.chance", 0.5,
         lambda c: c.measures["housing_repair"].closes[0].chance == 0.5),
        ("support.housing_repair.uses.builders.amount", 4, lambda c: c.measures["housing_repair"].uses[0].amount == 4),
        ("crews.builders.weeks.2016-07", 3, lambda c: c.crews["builders"].capacity(Month(2016, 7)) == 3),
        ("posts.township_cleaner.slots", "9", lambda c: c.posts["township_cleaner"].capacity == 9),
        ("coops.tea_nanting.facility.opening_yuan", 1, lambda c: c.coops["tea_nanting"].facility.opening_fen == 100),
        ("funds.housing.household_ceiling_yuan", 5, lambda c: c.funds["housing"].household_ceiling_fen == 500),
        ("funds.special.keep.0.share", 0, lambda c: c.funds["special"].keep[0].share == 0),
    ],
)  # fmt: skip
def test_dotted_keys_reach_every_kind_of_value(
    sample: params.Catalogue, dotted: str, value: object, read: object
) -> None:
    before = sample.digest
    changed = sample.replaced({dotted: value})
    assert read(changed)
    assert changed.digest != before
    assert sample.digest == before


@pytest.mark.parametrize(
    ("dotted", "value", "words"),
    [
        ("fund.special.amount_yuan", 1, "did you mean funds?"),
        ("funds", 1, "names a whole file"),
        ("funds.specail.amount_yuan", 1, "did you mean special?"),
        ("funds.special.amont_yuan", 1, "did you mean amount_yuan?"),
        ("funds.special.amount_yuan.x", 1, "no known key"),
        ("funds.special.amount_yuan", -1, "amount_yuan is -1 Allowed: 0 or more"),
        ("funds.special.amount_yuan", float("nan"), "no amount in yuan"),
        ("funds.special.amount_yuan", "1e999", "Allowed: 10000000000000 or less"),
        ("support.cattle_coop.earns.wages.mean", 1, "did you mean wage?"),
        ("crews.builders.weeks.2016-99", 1, "no month"),
        ("lines.nsb_2016.line_yuan", 1, "did you mean nbs_2016?"),
        ("posts.township_cleaner.measure", "water_supply", "no job measure"),
    ],
)
def test_unknown_keys_and_values_out_of_range(sample: params.Catalogue, dotted: str, value: object, words: str) -> None:
    with pytest.raises(ParameterError) as caught:
        sample.replaced({dotted: value})
    assert words in caught.value.show("en")


def test_all_faults_of_a_change_come_together(sample: params.Catalogue) -> None:
    with pytest.raises(ParameterError) as caught:
        sample.replaced({"funds.a.x": 1, "funds.b.x": 1, "post.c.slots": 1})
    assert len(caught.value.faults) == 3


def test_value_at(sample: params.Catalogue) -> None:
    assert sample.value_at("funds.special.amount_yuan") == 320_000
    assert sample.value_at("funds.housing.household_ceiling_yuan") is None
    with pytest.raises(ParameterError, match="special"):
        sample.value_at("funds.specail.amount_yuan")


def test_the_digest_is_of_content_not_of_layout(folder: Path, sample: params.Catalogue) -> None:
    path = folder / "funds.yaml"
    content = path.read_text(encoding="utf-8")
    path.write_text(
        "# a remark\n\n" + content.replace("amount_yuan: 320000", "amount_yuan:   320000.00"), encoding="utf-8"
    )
    assert params.load(folder).digest == sample.digest
    path.write_text(content.replace("amount_yuan: 320000", "amount_yuan: 320000.01"), encoding="utf-8")
    assert params.load(folder).digest != sample.digest


def test_writing_a_value_again_changes_nothing(sample: params.Catalogue) -> None:
    same = {"funds.special.amount_yuan": "320000", "settings": None}
    del same["settings"]
    assert sample.replaced(same).digest == sample.digest
