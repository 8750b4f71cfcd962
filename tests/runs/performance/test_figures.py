"""Indicators counted from rows: by hand, and against a walk through every row; without rows nothing is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.params import load_procedure
from povlib.runs.performance import figures
from povlib.runs.performance.ledger_rows import YearRows
from povlib.runs.voice.household_voice import standing_of_words

TODAY = date(2016, 12, 31)


def _words(*rows: tuple[str, str, str, object, object]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["id", "hh", "kind", "due_day", "answered_day"])
    frame = frame.assign(day=20160501, outcome="").astype(dict.fromkeys(("day", "due_day", "answered_day"), "Int64"))
    return standing_of_words(frame, TODAY)


EMPTY = YearRows(
    year=2016,
    today=TODAY,
    balances=pd.DataFrame({"fund": pd.Series(dtype="str")} | dict.fromkeys(
        ("granted_fen", "committed_fen", "paid_fen"), pd.Series(dtype="int64"))),
    payments=pd.DataFrame(columns=["id", "kind", "date", "fund", "hh", "measure", "reverses"], dtype="str").assign(
        fen=pd.Series(dtype="int64")),
    registered=frozenset({"a", "b"}),
    findings=pd.DataFrame(columns=["round", "hh", "village", "day", "finding"]),
    steps=pd.DataFrame(columns=["hh", "step", "month"]),
    last_step=load_procedure().last,
    approvals=pd.DataFrame(columns=["run", "day"]),
    postings=pd.DataFrame(columns=["run", "posted_day", "days", "taken_down_day"]),
    days_asked=7,
    words=_words(),
    promises=pd.DataFrame({name: pd.Series(dtype="float64") for name in ("hh", "village", "p", "exited")}),
)  # fmt: skip


@pytest.mark.parametrize("measure", figures.MEASURES)
def test_without_rows_an_indicator_is_not_recorded_and_never_zero(measure: str) -> None:
    counted = figures.MEASURES[measure](EMPTY)
    assert counted.value is None
    assert counted.command


def test_money_by_hand() -> None:
    balances = pd.DataFrame({"fund": ["a", "b"], "granted_fen": [100_00, 300_00], "committed_fen": [10_00, 0],
                             "paid_fen": [50_00, 150_00]})  # fmt: skip
    rows = replace(EMPTY, balances=balances)
    assert figures.paid_of_granted(rows).value == 0.5
    assert figures.committed_of_granted(rows).value == 0.525
    assert figures.unpaid_of_granted(rows).value == 0.5
    assert (figures.paid_of_granted(rows).part, figures.paid_of_granted(rows).whole) == (200_00, 400_00)


def test_payments_by_hand() -> None:
    payments = pd.DataFrame(
        [("1", "payment", "a", "", 60), ("2", "payment", "x", "", 20), ("3", "payment", "b", "", 40),
         ("4", "reversal", "b", "3", -40), ("5", "payment", "", "", 500)],
        columns=["id", "kind", "hh", "reverses", "fen"],
    ).assign(date="2016-07-01", fund="f", measure="m")  # fmt: skip
    rows = replace(EMPTY, payments=payments)
    precise = figures.paid_to_registered(rows)
    assert (precise.part, precise.whole, precise.value) == (60, 80, 0.75)  # x is nobody's; 500 went to no household
    assert precise.rows["id"].iloc[0] == "2"  # what lowers it comes first
    gone = figures.reversed_of_paid(rows)
    assert (gone.part, gone.whole, gone.rows["id"].iloc[0]) == (1, 4, "3")


def test_inspections_exits_and_promises_by_hand() -> None:
    findings = pd.DataFrame({"round": "1", "hh": ["a", "b", "c"], "village": "v", "day": 20160512,
                             "finding": ["ok", "not_done", "ok"]})  # fmt: skip
    steps = pd.DataFrame({"hh": ["a", "a", "b"], "step": ["posted", EMPTY.last_step, "posted"], "month": 24200})
    promises = pd.DataFrame({"hh": ["a", "b"], "village": "v", "p": [0.75, 0.5], "exited": [1.0, 0.0]})
    rows = replace(EMPTY, findings=findings, steps=steps, promises=promises)
    assert figures.found_as_listed(rows).value == pytest.approx(2 / 3)
    assert figures.found_as_listed(rows).rows["hh"].iloc[0] == "b"
    assert (figures.errors_found(rows).value, figures.errors_found(rows).rows["hh"].tolist()) == (1, ["b"])
    assert figures.exits_confirmed(rows).value == 0.5
    assert figures.exits_of_promised(rows).value == 0.8
    clean = figures.errors_found(replace(rows, findings=findings.assign(finding="ok")))
    assert clean.value == 0  # somebody looked and found nothing: that is a zero


@pytest.mark.parametrize(("approved", "heard", "hung"), [(7, False, 6), (8, True, 7), (20, True, 19)])
def test_a_posting_counts_to_the_day_of_approval(approved: int, heard: bool, hung: int) -> None:
    postings = pd.DataFrame({"run": ["r"], "posted_day": [20160501], "days": [7], "taken_down_day": [pd.NA]})
    rows = replace(EMPTY, approvals=pd.DataFrame({"run": ["r"], "day": [date(2016, 5, approved)]}), postings=postings)
    assert figures.plans_posted(rows).value == float(heard)
    assert figures.days_posted(rows).value == hung


def test_a_plan_that_never_hung_is_told_as_such_and_a_rule_that_does_not_hold_asks_nothing() -> None:
    rows = replace(EMPTY, approvals=pd.DataFrame({"run": ["r"], "day": [date(2016, 5, 9)]}))
    assert (figures.plans_posted(rows).value, figures.days_posted(rows).value) == (0, 0)
    assert figures.plans_posted(replace(rows, days_asked=0)).value == 1


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", ""]), st.sampled_from(["consent", "refusal", "objection", "wish", "appeal"]),
        st.integers(1, 300), st.one_of(st.none(), st.integers(1, 240)),
    ), max_size=10,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(WORDS)
def test_answers_and_consent_are_those_of_a_walk_through_every_word(said) -> None:
    start = date(2016, 5, 1)
    number = lambda days: int((start + timedelta(days=days)).strftime("%Y%m%d"))  # noqa: E731
    asked = {"objection", "wish", "appeal"}
    rows = replace(EMPTY, words=_words(*(
        (f"w{at:02d}", hh, kind, number(due) if kind in asked else pd.NA,
         number(took) if took and kind in asked else pd.NA)
        for at, (hh, kind, due, took) in enumerate(said)
    )))  # fmt: skip
    in_time = late = 0
    spoke: dict[str, set[str]] = {}
    for hh, kind, due, took in said:
        if kind in asked:
            in_time += took is not None and took <= due
            late += took > due if took is not None else (TODAY - start).days > due
        if kind in ("consent", "refusal", "objection") and hh:
            spoke.setdefault(hh, set()).add(kind)
    answers, consent = figures.answered_in_time(rows), figures.consenting(rows)
    assert (answers.value is None) == (in_time + late == 0)
    if answers.value is not None:
        assert (answers.part, answers.whole) == (in_time, in_time + late)
    happy = sum(kinds == {"consent"} for kinds in spoke.values())
    assert consent.value == (happy / len(spoke) if spoke else None)
