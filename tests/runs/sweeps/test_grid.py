"""The words of ``--vary``: ranges, lists, amounts as people write them, and what cannot be read."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import ParameterError
from povlib.runs.sweeps.grid import MOST_POINTS, grid_of

FUND = "funds.special.amount_yuan"


def _values(word: str) -> list[str]:
    (axis,) = grid_of([word]).axes
    return list(axis.values)


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("200000..600000/3", ["200000", "400000", "600000"]),
        ("20万元..60万元/3", ["200000", "400000", "600000"]),
        ("20..60万元/3", ["200000", "400000", "600000"]),
        (" 200,000 .. 600,000 / 3 ", ["200000", "400000", "600000"]),
        ("0..1/4", ["0", "0.33", "0.67", "1"]),
        ("16万元,20万，240000", ["160000", "200000", "240000"]),
        ("-20%..+20%/5", ["-20%", "-10%", "+0%", "+10%", "+20%"]),
        ("-10%,10%", ["-10%", "+10%"]),
        ("600000..200000/2", ["600000", "200000"]),
        ("1,2,2,1", ["1", "2"]),
    ],
)
def test_amounts_are_read_as_people_write_them(said: str, values: list[str]) -> None:
    assert _values(f"{FUND}={said}") == values


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("settings.poorest_fifth_money_share=0..0.5/6", ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]),
        ("posts.township_cleaner.slots=1..4/4", ["1", "2", "3", "4"]),
        ("settings.effects=prior、posterior", ["prior", "posterior"]),
        ("settings.horizon=2016-12;2017-06", ["2016-12", "2017-06"]),
    ],
)
def test_other_values_too(word: str, values: list[str]) -> None:
    assert _values(word) == values


def test_several_keys_make_a_grid_in_the_order_they_were_typed() -> None:
    grid = grid_of([f"{FUND}=1,2", "settings.margin=0,0.1,0.2"])
    assert len(grid) == 6
    assert list(grid)[:4] == [
        {FUND: "1", "settings.margin": "0"},
        {FUND: "1", "settings.margin": "0.1"},
        {FUND: "1", "settings.margin": "0.2"},
        {FUND: "2", "settings.margin": "0"},
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["funds.special.amount_yuan"], "does not vary anything"),
        (["=1,2"], "does not vary anything"),
        ([f"{FUND}="], "does not vary anything"),
        ([f"{FUND}=1..2"], "is no range"),
        ([f"{FUND}=1..2/x"], "is no range"),
        ([f"{FUND}=1..2/1"], "from 2 to 500 values"),
        ([f"{FUND}=1..2/100000"], "from 2 to 500 values"),
        ([f"{FUND}=viel..2/3"], "no amount in yuan"),
        (["settings.margin=a..0.2/3"], "a range needs two numbers"),
        ([f"{FUND}=160,000,200,000"], "may part values or thousands"),
        ([f"{FUND}=160000"], "nothing varies"),
        ([f"{FUND}=5..5/3"], "nothing varies"),
        ([f"{FUND}=16万元,160000"], "nothing varies"),
        ([f"{FUND}=1,2", f"{FUND}=3,4"], "varied twice"),
        (["settings.margin=1,2"], "set and varied"),
        ([f"{FUND}=1..30/30", "settings.gap_persons=1..30/30"], "900 points are more"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_word_that_can(words: list[str], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        grid_of(words, ["settings.margin"] if "margin" in words[0] and "a.." not in words[0] else [])


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ParameterError) as told:
        grid_of(["a", f"{FUND}=1..2", "settings.margin=x..1/2"])
    assert len(told.value.faults) == 3


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 10**9), st.integers(1, 10**9), st.integers(2, MOST_POINTS).filter(lambda n: n <= 40)
)  # fmt: skip
def test_spacing_is_even_to_the_fen_and_both_ends_are_there(first: int, further: int, count: int) -> None:
    last = first + further
    values = [Fraction(value) for value in _values(f"{FUND}={first}..{last}/{count}")]
    assert (values[0], values[-1]) == (first, last)
    exact = [first + Fraction(further * n, count - 1) for n in range(count)]
    spaced = list(dict.fromkeys(values))
    assert spaced == values
    assert all(abs(own - true) <= Fraction(1, 200) for own, true in zip(values, exact, strict=True))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_words(said: str) -> None:
    try:
        grid = grid_of([f"{FUND}={said}"])
    except ParameterError:
        return
    assert 2 <= len(grid) <= MOST_POINTS
