"""The public draw: recomputable by hand, bound to what was announced, every rule kept from round to round."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import WorkbenchError
from povlib.housing.inspection.public_draw import RoundInputs, draw_round, public_number, seed_of


def _inputs(villages: int = 7, houses: int = 7, **other: object) -> RoundInputs:
    names = [f"V{k}" for k in range(villages)]
    km = {a: {b: float(abs(i - j)) for j, b in enumerate(names)} for i, a in enumerate(names)}
    listed = {f"{v}-{k}": v for v in names for k in range(houses)}
    given_ = {"houses": listed, "teams": dict.fromkeys(names, 1), "km": km, **other}
    return RoundInputs("2016-06", "list", "lottery 2016-06-02", **given_)  # type: ignore[arg-type]


def test_seed_and_order_are_made_as_the_words_say() -> None:
    inputs = _inputs()
    code = hashlib.sha256(inputs.as_text().encode()).hexdigest()
    seed = hashlib.sha256(f"{code}\n03 08".encode()).hexdigest()
    assert seed_of(inputs, " ０３　08 ") == seed
    by_hand = sorted(inputs.houses, key=lambda hh: hashlib.sha256(f"{seed}:{hh}".encode()).hexdigest())
    assert draw_round(inputs, "03 08").order["hh"].tolist() == by_hand


def test_inputs_return_from_their_text_and_any_change_is_another_draw() -> None:
    inputs = _inputs(last_round=(("V0", "V1"),))
    assert RoundInputs.from_text(inputs.as_text()) == inputs
    assert replace(inputs, cap=0.6).digest != inputs.digest
    with pytest.raises(ValueError, match="no inputs"):
        RoundInputs.from_text("[]")


@given(st.integers(0, 10_000), st.integers(7, 12))
@settings(max_examples=15, deadline=None)
def test_two_rounds_in_a_row_break_no_rule(number: int, villages: int) -> None:
    first = draw_round(_inputs(villages, 2), str(number))
    went = tuple(zip(first.visits["by_village"], first.visits["village"], strict=True))
    second = draw_round(_inputs(villages, 2, last_round=went), str(number))
    for visits in (first.visits, second.visits):
        pairs = set(zip(visits["by_village"], visits["village"], strict=True))
        assert sorted(visits["village"]) == sorted(f"V{k}" for k in range(villages))
        assert sorted(visits["by_village"]) == sorted(visits["village"])
        assert not any(a == b or (b, a) in pairs for a, b in pairs)
    again = set(zip(second.visits["by_village"], second.visits["village"], strict=True))
    assert not again & (set(went) | {(b, a) for a, b in went})
    assert (second.chances.to_numpy() <= 0.5 + 1e-9).all()


def test_first_houses_are_those_of_the_plan_fixed_beforehand() -> None:
    drawn = draw_round(_inputs(12, 7), "1")
    assert drawn.visits["houses"].sum() == drawn.order["planned"].sum() == 65


@pytest.mark.parametrize("villages", [1, 2])
def test_too_few_villages_are_refused_in_words(villages: int) -> None:
    with pytest.raises(WorkbenchError, match="no round keeps every rule"):
        draw_round(_inputs(villages), "1")


def test_missing_ways_are_all_named() -> None:
    inputs = _inputs(7)
    ways = {a: {b: km for b, km in row.items() if "V0" not in (a, b)} for a, row in inputs.km.items()}
    with pytest.raises(WorkbenchError, match=r"6 ways between villages"):
        draw_round(replace(inputs, km=ways), "1")


def test_full_width_digits_are_the_same_number() -> None:
    assert public_number("１２\t３") == "12 3"


def test_a_round_plans_as_many_visits_as_its_own_test_needs() -> None:
    from povlib.housing.inspection.round_standing import round_standing

    inputs = _inputs(17, 5, size="sequential")
    drawn = draw_round(inputs, "1")
    assert len(inputs.houses) == 85
    assert (inputs.fixed_visits, inputs.planned_visits) == (66, 71)
    right = dict.fromkeys(drawn.order.loc[drawn.order["planned"], "hh"], "ok")
    found = round_standing(drawn.order, right, inputs.contradicting, inputs.planned_visits, inputs.risk)
    assert (found.decision, found.confirmed_at, found.fixed) == ("confirmed", 71, True)


def test_a_round_announced_before_keeps_its_code_and_its_visits() -> None:
    before = _inputs(17, 5)
    assert "size" not in before.as_text()
    assert (before.planned_visits, before.visits_that_confirm) == (66, 71)
    assert RoundInputs.from_text(replace(before, size="sequential").as_text()).planned_visits == 71
