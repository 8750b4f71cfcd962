"""The plan of a run: taken by the second rule among its equals, with the payments that bring little beside it."""

from __future__ import annotations

from povlib import allocation, runs
from povlib.runs.facts.certainty import second_rule
from povlib.runs.facts.explanation import weak_payments


def test_the_plan_spends_no_more_than_the_first_found_and_is_as_good(run: runs.Run) -> None:
    first, plan, settings = run.first_plan, run.plan, run.settings
    assert first is not None
    spent, before = (int(one.payments["fen"].sum()) for one in (plan, first))
    assert spent < before
    assert first.value - plan.value <= settings.equal_persons + 1e-9
    assert plan.gap <= settings.gap_persons
    assert plan.price_bound == first.price_bound
    assert allocation.verify(plan, run.problem).ok
    told = second_rule(run)
    assert told is not None
    assert told.saved_fen == before - spent


def test_payments_that_bring_little_say_what_else_they_could_do(run: runs.Run) -> None:
    weak = weak_payments(run, "en")
    paid = run.plan.payments.groupby(["hh", "measure"])["fen"].sum()
    raw = run.explanation["weak"]
    assert (raw["points"] < run.settings.least_worth_points).all()
    assert [paid[key] for key in zip(raw["hh"], raw["measure"], strict=True)] == raw["fen"].tolist()
    assert (weak["instead"].str.len() > 0).all()
