"""What papers say of relief: the same rows in both languages, every rule in words, each person counted once."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from povlib import params
from povlib.calendar import Month
from povlib.places import DATA
from povlib.runs.facts.relief import relief_facts
from povlib.sample import ledger_rows, simulate

APRIL = Month(2016, 4)


@pytest.fixture(scope="module")
def state() -> Any:
    return SimpleNamespace(**ledger_rows(simulate(seed=2016)), last_month=APRIL, synthetic=True)


def test_both_languages_tell_the_same_payments_and_their_rules(state: Any) -> None:
    catalogue = params.load(DATA / "sample" / "params")
    zh, en = (relief_facts(state, catalogue, params.Settings(), APRIL, lang) for lang in ("zh", "en"))
    numbers = ["kind", "hh", "month", "fen", "due_fen", "day", "payment"]
    assert zh.findings[numbers].equals(en.findings[numbers])
    assert not zh.findings["rule"].str.contains("[A-Za-z]").any()
    assert en.findings["rule"].str.isascii().all()
    # the day of a late payment and the day of its rule lie as far apart as the words say
    late = en.findings[
        (en.findings["kind"] == "late") & ~en.findings["measure"].isin(["medical_aid", "disaster_relief"])
    ]
    for row in late.itertuples():
        days = re.match(r"(\d+) days after day 10", row.rule)
        assert days is not None
        assert int(row.day[-2:]) - 10 == int(days[1])
        assert row.day[:7] == str(Month.from_ordinal(row.month))


def test_every_household_of_the_register_stands_in_one_row(state: Any) -> None:
    facts = relief_facts(state, params.load(DATA / "sample" / "params"), params.Settings(), APRIL, "en")
    households = state.households
    exited = households["status"] == "已脱贫"
    assert facts.standing["registered"].sum() == (~exited).sum()
    assert facts.standing["registered_persons"].sum() == households.loc[~exited, "size"].sum()
    assert facts.standing["exited_persons"].sum() == households.loc[exited, "size"].sum()
    assert facts.unjudged == ("vocational school aid", "school aid", "payment of medical insurance")


def test_the_year_is_what_fell_due_and_what_is_ahead(state: Any) -> None:
    facts = relief_facts(state, params.load(DATA / "sample" / "params"), params.Settings(), APRIL, "en")
    assert (facts.budget["year_fen"] == facts.budget["due_fen"] + facts.budget["ahead_fen"]).all()
    # 16 people in extreme hardship, one a household, 250 yuan a month, eight months ahead
    support = facts.budget[facts.budget["name"] == "support of people in extreme hardship"].iloc[0]
    persons = state.households.loc[state.households["attribute"] == "五保户", "size"].sum()
    assert support["ahead_fen"] == persons * 25_000 * 8


def test_aid_by_records_says_its_days_and_the_numbers_that_nobody_entered(state: Any) -> None:
    catalogue = params.load(DATA / "sample" / "params")
    en = relief_facts(state, catalogue, params.Settings(), APRIL, "en")
    late = en.findings[
        (en.findings["kind"] == "late") & en.findings["measure"].isin(["medical_aid", "disaster_relief"])
    ]
    within = {"medical_aid": 30, "disaster_relief": 15}
    assert len(late) > 0
    for row in late.itertuples():
        assert f"after the {within[row.measure]} days within which it is to be paid" in row.rule
    assert en.unreckoned.empty
    blank = catalogue.replaced({"support.medical_aid.entitlement.aid.share": None,
                                "support.medical_aid.entitlement.aid.most_yuan": None})  # fmt: skip
    for lang, words in (("en", "the share that is paid, the most that is paid"), ("zh", "救助比例、封顶线")):
        [row] = relief_facts(state, blank, params.Settings(), APRIL, lang).unreckoned.itertuples(index=False)
        months = state.medical_bills["day"] // 100
        assert (row.key, row.missing, row.rows) == ("medical_aid", words, int(months.between(201505, 201604).sum()))
