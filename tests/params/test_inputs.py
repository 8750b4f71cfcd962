"""Inputs: every number with unit, status and source; and what is still empty."""

from __future__ import annotations

import re

import pytest

from povlib import params, places
from povlib.words import text


def test_columns_and_no_gaps(sample: params.Catalogue) -> None:
    frame = sample.inputs()
    assert list(frame.columns) == ["file", "key", "field", "value", "unit", "status", "source", "in_force"]
    assert frame["value"].notna().all()
    assert (frame["source"].str.len() > 0).all()
    assert set(frame["status"]) == {"official", "assumed", "synthetic"}
    assert not frame.duplicated(["file", "key", "field"]).any()


def test_every_number_of_the_files_is_an_input(sample: params.Catalogue) -> None:
    """Count the numbers in the text of some files: years and months apart, each must be listed."""
    frame = sample.inputs()
    for name, pattern in {
        "funds": r"(?:amount_yuan|ceiling_yuan|share): [\d.]+",
        "posts": r"    (?:wage_yuan_per_month|slots|fails_per_year): [\d.]+",
        "coops": r"(?:places|opening_yuan|capacity|units_a_year): [\d.]+",
        "crews": r"2016-\d\d: \d+",
        "lines": r"line_yuan: \d+",
    }.items():
        stated = re.findall(pattern, sample.documents[name].path.read_text(encoding="utf-8"))
        assert (frame["file"] == name).sum() == len(stated), name


def test_inputs_stand_at_keys_that_can_be_replaced(sample: params.Catalogue) -> None:
    frame = sample.inputs()
    rows = frame[frame["file"].isin(["funds", "support", "crews", "coops", "posts"])].iloc[::7]
    for row in rows.itertuples():
        dotted = f"{row.file}.{row.key}.{row.field}"
        before = sample.value_at(dotted)
        assert before is None or float(before) == pytest.approx(row.value), dotted


def test_a_part_names_its_own_source(sample: params.Catalogue) -> None:
    frame = sample.inputs().set_index(["file", "key", "field"])
    relocation = frame.loc[("support", "relocation", "cost.amount_yuan")]
    assert (relocation["status"], relocation["value"]) == ("official", 10_000)
    assert "Fujian 2016" in relocation["source"]
    prior = frame.loc[("support", "microloan", "earns.business.mean")]
    assert (prior["status"], prior["unit"]) == ("assumed", "share of income")
    assert "Banerjee" in prior["source"]
    age = frame.loc[("support", "microloan", "eligibility.0.value")]
    assert (age["status"], age["value"], age["unit"]) == ("official", 18, "years")


def test_what_an_office_must_fill_in() -> None:
    office = params.load(places.PARAMS)
    empty = office.empty()
    assert empty["value"].isna().all()
    keys = set(empty["file"] + "." + empty["key"] + "." + empty["field"])
    assert {
        "funds.special.amount_yuan", "posts.helper_enterprise.slots", "coops.tea_nanting.facility.opening_yuan",
        "crews.builders.weeks.2016-06", "support.industry_grant.cost.amount_yuan",
        "support.housing_repair.uses.builders.amount", "lines.province_2016.line_yuan",
    } <= keys  # fmt: skip
    assert not any("ceiling" in key or "minimum_living" in key for key in keys)
    filled = office.replaced({"funds.special.amount_yuan": 1})
    assert len(filled.empty()) == len(empty) - 1


def test_units_are_translated(sample: params.Catalogue) -> None:
    for unit in sorted(set(sample.inputs()["unit"])):
        assert text(unit, "zh") != unit, unit
