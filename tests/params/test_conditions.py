"""Conditions: what they may look at, and which cannot hold together (against brute force)."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from povlib.params import FIELDS, Condition, table
from povlib.params.checking.contradictions import contradiction


def condition(field: str, op: str, value: Any = None, on: str | None = None) -> Condition:
    level = "household" if FIELDS[field].level == "household" else "worker"
    return Condition(on=on or level, field=field, op=op, value=value, citation="a rule")  # type: ignore[arg-type]


def test_forbidden_grounds_are_no_fields() -> None:
    words = " ".join(FIELDS)
    for ground in ("politic", "party", "ethnic", "relig", "nation", "民族", "政治"):
        assert ground not in words
    with pytest.raises(ValidationError):
        Condition(on="worker", field="ethnicity", op="==", value="x", citation="none")


def test_every_code_field_names_a_real_table() -> None:
    for field in FIELDS.values():
        if field.kind in ("code", "codes"):
            assert table(field.table).labels


@pytest.mark.parametrize(
    ("on", "field", "op", "value"),
    [
        ("household", "age", ">=", 16),
        ("worker", "size", ">=", 1),
        ("worker", "age", "in", ("16",)),
        ("worker", "age", ">=", "old"),
        ("worker", "age", ">=", True),
        ("worker", "age", ">=", None),
        ("household", "water", "==", 1),
        ("household", "water", "is_true", 1),
        ("household", "attribute", "in", ()),
        ("household", "attribute", ">=", "五保户"),
        ("worker", "health", "==", "健康"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(on: str, field: str, op: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        Condition(on=on, field=field, op=op, value=value, citation="a rule")  # type: ignore[arg-type]


def test_a_condition_needs_a_citation() -> None:
    with pytest.raises(ValidationError):
        Condition(on="worker", field="age", op=">=", value=16, citation="")


def test_shown_on_one_line() -> None:
    assert condition("attribute", "in", ("五保户", "低保户")).show() == "household.attribute in 五保户、低保户"
    assert condition("water", "is_false").show() == "household.water is_false"


OPS: dict[str, Any] = {">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne}


@given(st.lists(st.tuples(st.sampled_from(sorted(OPS)), st.integers(0, 6)), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_numbers_contradict_exactly_when_no_number_fits(rules: list[tuple[str, int]]) -> None:
    # Halves stand for the gaps between whole numbers: distances and land are not whole.
    fits = any(all(OPS[op](v, value) for op, value in rules) for v in _halves())
    group = [condition("distance_km", op, value) for op, value in rules]
    assert bool(contradiction(group)) == (not fits)


def _halves() -> list[float]:
    return [n / 2 for n in range(-2, 16)]


LABELS = ("A", "B", "C")


@given(
    st.lists(
        st.tuples(st.sampled_from(["==", "!=", "in", "not_in"]), st.sets(st.sampled_from(LABELS), min_size=1)),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=150, deadline=None)
def test_codes_contradict_exactly_when_no_listed_label_fits(rules: list[tuple[str, set[str]]]) -> None:
    group, tests = [], []
    for op, labels in rules:
        words = tuple(sorted(labels)) if op in ("in", "not_in") else (min(labels),)
        group.append(condition("housing_grade", op, words if op in ("in", "not_in") else words[0]))
        tests.append((op, words))
    everything = [*LABELS, "D"]  # a label none of the rules names
    fits = any(all((x in w) == (op in ("==", "in")) for op, w in tests) for x in everything)
    assert bool(contradiction(group)) == (not fits)


def test_persons_and_households_are_looked_at_apart() -> None:
    young = Condition(on="any_member", field="age", op="<=", value=10, citation="a")
    grown = Condition(on="worker", field="age", op=">=", value=18, citation="b")
    assert contradiction([young, grown]) == ()
    assert contradiction([condition("water", "is_true"), condition("water", "is_false")])
