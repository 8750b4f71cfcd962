"""The first page: what is owed and cannot be paid, the office's own record, and four big numbers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from povlib.money import round_fen
from povlib.report.meeting.facts import MeetingFacts
from povlib.report.meeting.totals import Decision
from povlib.report.meeting.wording import (
    PaperWords,
    dated,
    household_count,
    money_in_wan,
    money_in_yuan,
    person_count,
    range_of_total,
    whole_persons,
)
from povlib.report.model.numbers import NONE, Number, Prose, join, say
from povlib.report.model.paper import Headline
from povlib.words import text


def alert_sentences(w: PaperWords) -> tuple[Prose, ...]:
    """Say that the plan is no longer in force, and name every entitlement that the funds cannot pay."""
    lines = [] if not w.facts.lapsed else [decision_sentence(w.facts.decisions[-1], w.lang)]
    for row, (fund, name, needed, short) in enumerate(
        w.facts.shortfalls[["fund", "name", "needed_fen", "short_fen"]].itertuples(index=False), start=1
    ):
        lines.append(
            say(
                "Owed by law and not covered: {name} needs {needed}; {fund} is short of {short}.",
                w.lang,
                name=str(name),
                fund=str(fund),
                needed=money_in_yuan(f"shortfall.{row}.needed", needed, "offer.shortfall"),
                short=money_in_yuan(f"shortfall.{row}.short", short, "offer.shortfall"),
            )
        )
    lines += [used_up_sentence(row, w.lang) for row in w.facts.used_up.itertuples(index=False)]
    lines += [outside_sentence(row, w) for row in w.facts.outside.itertuples(index=False) if row.blank]
    empty = int(w.facts.input_counts.get("empty", 0))
    if empty:
        number = Number("inputs.empty", empty, "count", "input", "catalogue.empty()")
        lines.append(say("{n} have no value yet; what depends on them is not in this plan.", w.lang, n=number))
    return tuple(lines)


def used_up_sentence(row: Any, lang: str) -> Prose:
    """Say of a fund how much the law takes of it, and which posts stay empty for want of what is left."""
    key = f"used_up.{row.fund}"
    return say(
        "{fund} holds {amount}; the law takes {owed} of it first, and the {left} left are less than the {cost} that a "
        "post costs: {posts} stay empty ({names}). The plan goes on with what is left.",
        lang,
        fund=str(row.fund),
        amount=money_in_yuan(f"{key}.amount", int(row.amount_fen), "funds.amount"),
        owed=money_in_yuan(f"{key}.owed", int(row.owed_fen), "offer.entitlements"),
        left=money_in_yuan(f"{key}.left", int(row.left_fen), "offer.resources"),
        cost=money_in_yuan(f"{key}.cost", int(row.cost_fen), "support.award_cost"),
        posts=Number(f"{key}.posts", int(row.posts), "count", "post", "posts.slots"),
        names=str(row.names),
    )


def outside_sentence(row: Any, w: PaperWords) -> Prose:
    """Say of a measure that the law owes how many households are owed it, and why the plan does not pay it."""
    n = household_count(f"outside.{row.key}", int(row.households), "support.entitlements_outside")
    if not row.running:
        return say(
            "Owed by law and not in this plan: {name}, {n}; its amount has not been entered ({place}).",
            w.lang, name=row.name, n=n, place=f"params/support.yaml: {row.key}",
        )  # fmt: skip
    said = say("Owed by law and left to others to pay: {name}, {n}.", w.lang, name=row.name, n=n)
    if row.seen is not pd.NA:
        unseen = int(row.households - row.seen)
        left = household_count(f"outside.{row.key}.unseen", unseen, "owed, not seen in the ledger")
        said += say("Of these, {left} are not seen to receive it in the last twelve months.", w.lang, left=left)
    if row.blank:
        said += say(
            "Its amount has not been entered ({place}), so nothing here checks what is paid.",
            w.lang, place=f"params/support.yaml: {row.key}",
        )  # fmt: skip
    return said


def opening_sentences(w: PaperWords) -> tuple[Prose, ...]:
    """Say first what is asked of the meeting, or what it decided."""
    return (*request_sentences(w), *_changed_parameters(w))


def request_sentences(w: PaperWords) -> tuple[Prose, ...]:
    """Say in one sentence what is asked of the meeting; of a plan that was decided, what was decided."""
    facts, out = w.facts, w.facts.outcome
    if facts.decisions:
        said = tuple(decision_sentence(one, w.lang) for one in facts.decisions[: -1 if facts.lapsed else None])
        return (*said, approved_sentence(w))
    if not out.served:
        return (say("The meeting is asked to note that no household receives new help under this plan.", w.lang),)
    asked = (
        "The meeting is asked to approve {money} of new money and {posts} for {served}, in steps from {start} to {end}."
    )
    return (_plan_in_short(w, asked),)


def approved_sentence(w: PaperWords) -> Prose:
    """Say in one sentence what was approved: months, money, posts and households, as the meeting was asked for it."""
    if not w.facts.outcome.served:
        return say("Approved by the meeting: no household receives new help under this plan.", w.lang)
    approved = "Approved by the meeting: {money} of new money and {posts} for {served}, in steps from {start} to {end}."
    gone = "Approved then: {money} of new money and {posts} for {served}, in steps from {start} to {end}."
    return _plan_in_short(w, gone if w.facts.lapsed else approved)


def _plan_in_short(w: PaperWords, message: str) -> Prose:
    """Put the plan's money, posts, households and months into a message."""
    facts, out = w.facts, w.facts.outcome
    return say(
        message,
        w.lang,
        money=money_in_wan("headline.money", out.money_fen, "sum of new money"),
        posts=Number("plan.posts", out.posts, "count", "post", "posts the plan fills"),
        served=household_count("plan.served", out.served, "households whose package is not package 0"),
        start=facts.help_from,
        end=facts.help_to,
    )


_DECIDED = {
    "approved": "Approved by {officer} on {day}.",
    "replaced": "Replaced on {day} by the plan of run {successor} ({officer}): this plan is no longer in force; what "
    "it promised stays on the book and is not scored.",
    "withdrawn": "Withdrawn by {officer} on {day}: this plan is no longer in force; what it promised stays on the book "
    "and is not scored.",
}


def decision_sentence(decision: Decision, lang: str) -> Prose:
    """Return who decided what about the plan, when and why."""
    said = say(_DECIDED[decision.decision], lang, officer=decision.officer, day=dated(decision.day, lang),
               successor=decision.successor)  # fmt: skip
    if not decision.reason:
        return said + say("No reason was recorded.", lang)
    return said + say("Reason: {reason}", lang, reason=decision.reason)


def promise_sentences(w: PaperWords) -> tuple[Prose, ...]:
    """Say what was promised before and what came true."""
    return (*_record_sentence(w), *_set_aside_sentence(w))


def _set_aside_sentence(w: PaperWords) -> tuple[Prose, ...]:
    """Say how many promises no outcome is held against, so that a plan set aside does not go unseen."""
    if not w.facts.promises_set_aside:
        return ()
    number = Number(
        "promises.set_aside", w.facts.promises_set_aside, "count", "promise", "ledger.promises, not in force"
    )
    return (say("{n} of plans that were replaced or withdrawn before they fell due are not scored.", w.lang, n=number),)


def _changed_parameters(w: PaperWords) -> tuple[Prose, ...]:
    """Say which parameters were changed for this run alone: its figures are not those of the scenario."""
    if not w.facts.changes:
        return ()
    said = join([f"{key} = {value}" for key, value in w.facts.changes], w.lang)
    return (say("Changed for this run only: {changes}.", w.lang, changes=said),)


def _record_sentence(w: PaperWords) -> tuple[Prose, ...]:
    record = w.facts.record
    if record.empty:
        first = say("Our record: no promises yet; this would be the first.", w.lang)
        if w.facts.promises_set_aside:
            first = say("Our record: no promise is in force.", w.lang)
        if w.facts.promises_open:
            waiting = Number("promises.open", w.facts.promises_open, "count", "promise", "ledger.promises, not due")
            first = say("Our record: {n} on the book, none has fallen due yet.", w.lang, n=waiting)
        return (first,)
    inside = int(record["inside"].sum())
    low, high = float(record["observed_low"].sum()), float(record["observed_high"].sum())
    came = whole_persons("promises.observed", low, "ledger.promise_scores")
    return (
        say(
            "Our record: {due} have fallen due. Promised {promised}, came true {came}; "
            "in {inside} of {all} the outcome surely lies inside the range that was promised.",
            w.lang,
            due=Number("promises.due", len(record), "count", "promise", "ledger.promise_scores"),
            promised=whole_persons("promises.promised", float(record["promised"].sum()), "ledger.promise_scores"),
            came=came
            if low == high
            else _observed_range(
                came,
                whole_persons("promises.observed_high", high, "ledger.promise_scores, with those not assessable"),
                w.lang,
            ),
            inside=Number("promises.inside", inside, "count", "", "ledger.promise_scores"),
            all=Number("promises.all", len(record), "count", "", "ledger.promise_scores"),
        ),
    )


def _observed_range(low: Number, high: Number, lang: str) -> Prose:
    return say("between {low} and {high} (some cannot be assessed)", lang, low=low, high=high)


def four_headlines(w: PaperWords) -> tuple[Headline, ...]:
    """Return the four big numbers, in words that explain themselves; simple rules stand in their own section."""
    return (_additional_headline(w), _expected_headline(w), _cost_headline(w), _poorest_headline(w))


def _additional_headline(w: PaperWords) -> Headline:
    total = w.facts.outcome.additional
    return Headline(
        text("More persons out of poverty by {month} than without the plan", w.lang, month=_horizon(w)),
        whole_persons("headline.additional", total.value, "sum of size x (p - p0) over the plan"),
        range_of_total(
            "headline.additional", total, "5 % and 95 % of the draws of the difference to package 0", whole=True
        ),
    )


def _expected_headline(w: PaperWords) -> Headline:
    outcome = w.facts.outcome
    said = say(
        "Of {persons} on the register; without the plan {without}.",
        w.lang,
        persons=person_count("standing.persons", w.facts.standing.persons, "members of these households"),
        without=whole_persons("plan.without", outcome.without.value, "sum of size x p0: no new help"),
    )
    return Headline(
        text("Out of poverty by {month} in all", w.lang, month=_horizon(w)),
        whole_persons("headline.expected", outcome.expected.value, "sum of size x p over the plan"),
        range_of_total("headline.expected", outcome.expected, "5 % and 95 % of the draws of the total", whole=True),
        note=said + _target_sentence(w),
    )


def _horizon(w: PaperWords) -> str:
    return w.facts.horizon.label(w.lang)


def _target_sentence(w: PaperWords) -> Prose:
    target = w.facts.target
    if target is None:
        return Prose("")
    return say(
        "The target is {n}: reached with a chance of {p}, if earlier shortfalls are not counted in.",
        w.lang,
        n=person_count("target.persons", target.persons, "settings.target_persons"),
        p=Number("target.chance", target.chance, "share", "", "share of draws that reach it"),
    )


def cost_per_exit(facts: MeetingFacts) -> int | None:
    """Return new money per additional exit in fen; None when nobody more would exit."""
    persons_more = facts.outcome.additional.value
    if persons_more <= 0 or not facts.outcome.money_fen:
        return None
    return int(round_fen(facts.outcome.money_fen / persons_more))


def _cost_headline(w: PaperWords) -> Headline:
    each = cost_per_exit(w.facts)
    if each is None:
        note = say("Nobody more is expected to leave poverty, so there is no cost for each.", w.lang)
    else:
        number = money_in_yuan("headline.cost_per_exit", each, "new money / additional exits")
        note = say("{cost} for each person more out of poverty.", w.lang, cost=number)
    value = money_in_wan("headline.money", w.facts.outcome.money_fen, "sum of new money")
    return Headline(text("New money", w.lang), value, note=note)


def _poorest_headline(w: PaperWords) -> Headline:
    poorest = w.facts.outcome.poorest
    share = Number("headline.poorest.posts", poorest.post_share, "share", "", "new posts to the poorest fifth")
    note = say(
        "The poorest {n}: {posts} of the new posts, {more} more of them out of poverty.",
        w.lang,
        posts=share if share.known else NONE,
        more=whole_persons("headline.poorest.additional", poorest.additional, "size x (p - p0), poorest fifth"),
        n=person_count("headline.poorest.persons", poorest.persons, "poorest fifth of registered persons"),
    )
    value = Number("headline.poorest.money", poorest.money_share, "share", "", "new money to the poorest fifth")
    return Headline(text("Share of the new money for the poorest fifth", w.lang), value, note=note)
