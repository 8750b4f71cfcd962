"""Decisions by hand about single households, wishes with their answers, and decisions that clash."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from povlib import allocation, ledger, runs
from povlib.errors import LedgerError, PrivacyError, RunError
from povlib.runs.decisions.clashes import plan_or_clash
from povlib.runs.decisions.decided import Decided
from povlib.runs.decisions.package_rules import package_contents, pins_on_packages
from povlib.runs.decisions.recording import (
    Decision,
    answer_wish,
    clashes_with_record,
    record_decisions,
    record_wish,
    take_back,
)

pytestmark = pytest.mark.whole_run


def _served(run: runs.Run) -> pd.DataFrame:
    chosen = run.plan.chosen
    base = set(run.offer.packages.loc[run.offer.packages["k"] == 0, "package"].astype(str))
    return chosen[~chosen["package"].astype(str).isin(base)]


def test_decisions_no_plan_can_keep_together_are_named_with_who_and_why(copied):
    run = copied()
    contents = package_contents(run.offer)
    owner = run.offer.packages.set_index("package")["hh"]
    # the post of a cleaner in one village is one: two households cannot both have it
    capacity = run.offer.resources.set_index("resource")["capacity"]
    single = [name for name in capacity.index[capacity == 1] if str(name).startswith("post:")]
    post = single[0].removeprefix("post:")
    held = contents[contents.str.contains(f"/{post}/", regex=False) & ~contents.str.contains("+", regex=False)]
    first, second = owner[held.index].drop_duplicates().iloc[:2]
    both = [Decision(str(hh), "by_hand", str(held[owner[held.index] == hh].iloc[0]), "meeting", "she asked")
            for hh in (first, second)]  # fmt: skip
    head = _head()
    with pytest.raises(RunError) as error:
        record_decisions(run, both, "desk")
    said = str(error.value)
    assert "these 2 decisions cannot all be kept" in said
    assert all(f"household {hh}" in said for hh in (first, second))
    assert "meeting: she asked" in said
    assert _head() == head
    # one of them can; the other then clashes with what is on record
    assert record_decisions(run, both[:1], "desk").added
    with pytest.raises(RunError, match="cannot all be kept"):
        record_decisions(run, both[1:], "desk")


def _head() -> ledger.Head:
    with runs.open_book(runs.sample_office(), create=False) as book:
        return book.head()


def test_what_is_wrong_with_a_decision_is_said_and_nothing_recorded(copied):
    run, head = copied(), _head()
    hh = str(_served(run)["hh"].iloc[0])
    for wrong, words in (
        (Decision("S99-0001", "approved"), "S99-0001 is not in this plan"),
        (Decision(hh, "refused"), "need a reason"),
        (Decision(hh, "by_hand", "castle", reason="x"), "has no package 'castle'"),
    ):
        with pytest.raises(RunError, match=words):
            record_decisions(run, [wrong, Decision(hh, "approved")], "desk")
    with pytest.raises(PrivacyError):
        record_decisions(run, [Decision(hh, "refused", reason="call 13812345678")], "desk")
    assert _head() == head


def test_a_decision_is_taken_back_on_the_record(copied):
    run = copied()
    place = runs.sample_office()
    hh = str(_served(run)["hh"].iloc[0])
    with pytest.raises(LedgerError, match="nothing was decided"):
        take_back(place, hh, "desk", "why")
    record_decisions(run, [Decision(hh, "refused", reason="moved away")], "desk")
    decided = runs.begin(place)
    take_back(place, hh, "desk", "came back")
    assert runs.begin(place).info.run_id == run.info.run_id  # nothing binds any more: the run that was there before
    assert decided.info.run_id != run.info.run_id
    with runs.open_book(place, create=False) as book:
        told = ledger.history(book, hh)
        assert ledger.check(book).ok
    assert (told["what"] == "household_decision.verdict").sum() == 2


def test_wishes_wait_and_refusals_bind(copied):
    from povlib.runs.routine.due_list import _unanswered

    run = copied()
    place = runs.sample_office()
    hh = str(_served(run)["hh"].iloc[0])
    before = runs.begin(place).info.run_id
    record_wish(place, hh, "wish", "training", "asked at a visit", "desk")
    assert runs.begin(place).info.run_id == before  # a wish binds nothing before it is answered
    with runs.open_book(place, create=False) as book:
        (due,) = _unanswered(book)
    assert hh in due.words
    with pytest.raises(LedgerError, match="asked for nothing of the kind"):
        answer_wish(place, hh, "microloan", "granted", "yes", "desk")
    answer_wish(place, hh, "training", "declined", "no place is left this year", "desk")
    with runs.open_book(place, create=False) as book:
        assert list(_unanswered(book)) == []
    assert runs.begin(place).info.run_id == before
    record_wish(place, hh, "refusal", "microloan", "fears debt", "desk")
    refused = runs.begin(place)
    assert refused.info.run_id != before
    assert refused.decided.rules[["hh", "rule"]].to_numpy().tolist() == [[hh, "without:microloan"]]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_decided_the_plan_obeys_every_rule_and_is_proved(run, seed):
    """Random rules on random households of the township: kept by the plan, whose proof is repeated in integers."""
    rng = np.random.default_rng(seed)
    contents = package_contents(run.offer)
    owner = run.offer.packages.set_index("package")["hh"]
    measures = sorted(run.offer.components["measure"].unique())
    pins: dict[str, str] = {}
    for hh in rng.choice(run.plan.chosen["hh"], 12, replace=False):
        own = contents[owner == hh]
        rule = rng.choice([
            "refused", str(rng.choice(own.to_numpy())), "without:" + str(rng.choice(measures)), str(own.iloc[-1]),
        ])  # fmt: skip
        pins[str(hh)] = "refused" if rule == "nothing" else str(rule)
    decided = Decided(pins=pins)
    table = pins_on_packages(decided.rules, run.offer, set(run.state.poor["hh"]))
    problem = run.problem.with_pins(table)
    # a wide gap: whether pins are kept and the bound holds does not depend on how near the best the search comes
    settings = run.settings.model_copy(update={"gap_persons": 8.0})
    plan = plan_or_clash(problem, settings, decided, run.catalogue)
    check = allocation.verify(plan, problem)
    assert check.ok, check.show("en")
    chosen = plan.chosen.set_index("hh")["package"].astype(owner.index.dtype)
    for hh, rule in pins.items():
        said = contents[chosen[hh]]
        if rule == "refused":
            assert said == "nothing"
        elif rule.startswith("without:"):
            assert rule.removeprefix("without:") not in {award.partition("/")[0] for award in said.split("+")}
        else:
            assert said == rule
    # by hand, without the code under test: no plan with fewer rules is worse than its own bound says
    assert run.plan.bound + 1e-6 >= plan.value


def test_nothing_clashes_where_nothing_is_decided(run):
    rows = pd.DataFrame(columns=["hh", "voice", "subject", "verdict", "package", "decided_by", "reason"])
    assert clashes_with_record(run, rows) == []
    assert replace(Decided(), pins={}).rules.empty
