"""The page that decides: what is asked of the meeting, where the money goes, what is sure, and what if it is refused.

Responsible for one page that somebody understands who never saw the workbench: no term on it that it does not
explain. Not responsible for the sections behind it, which hold every figure again with its source.
"""

from __future__ import annotations

from povlib.report.meeting.front_page import promise_sentences
from povlib.report.meeting.objective_wording import objective_unit
from povlib.report.meeting.track_record import record_in_plain_words
from povlib.report.meeting.wording import PaperWords, household_count, money_in_wan, range_of_total, whole_persons
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Beside, Block, Bullets, Column, Pair, Section, Table
from povlib.words import term, text

_REASONS = 3  # of those left out, so many reasons with the most households are told; the paper has them all


def brief_section(w: PaperWords) -> Section:
    """Return everything of the page below the four numbers."""
    blocks: list[Block] = [*_where_money_goes(w), _sure_and_unsure(w), Bullets(_left_out_and_refused(w))]
    return Section("brief", text("On one page", w.lang), tuple(blocks), brief=True)


def _where_money_goes(w: PaperWords) -> tuple[Block, ...]:
    """Show the money by village as a chart, by fund as a table, side by side."""
    facts = w.facts
    if not facts.outcome.money_fen or facts.funds.empty:
        return ()
    paying = facts.funds.loc[(facts.funds["planned_fen"] > 0) | (facts.funds["left_fen"] > 0)]
    table = Table(
        "brief_funds",
        text("Where the money comes from (yuan)", w.lang),
        (
            w.column("name", "fund", width=2.2),
            Column("planned_fen", _titled("new_money", w.lang), "wan_alone", total=True),
            Column("left_fen", _titled("money_left", w.lang), "wan_alone", total=True),
        ),
        paying,
        "name",
        "plan.payments.groupby(fund)",
        small=True,
    )
    charts = facts.figures.get("brief", ())
    return tuple(Pair(chart, table) for chart in charts) or (table,)


def _titled(name: str, lang: str) -> str:
    """Return a word of the glossary as the title of a column; the title of the table has the unit."""
    title = term(name, lang)
    return title[:1].upper() + title[1:]


def _sure_and_unsure(w: PaperWords) -> Beside:
    return Beside(text("What is sure", w.lang), _sure(w), text("What is not sure", w.lang), _unsure(w))


def _sure(w: PaperWords) -> tuple[Prose, ...]:
    facts, proof = w.facts, w.facts.proof
    total = money_in_wan("entitlements.total", facts.outcome.entitlement_fen, "offer.entitlements")
    if facts.shortfalls.empty:
        owed = say("What the law owes is set aside first, {total}; the funds hold enough for it.", w.lang, total=total)
    else:
        owed = say(
            "What the law owes is set aside first, {total}; the funds do not hold all of it (see above).",
            w.lang,
            total=total,
        )
    lines = [owed]
    if not proof.verified:
        lines.append(say("The arithmetic of the plan was not checked a second time.", w.lang))
        return tuple(lines)
    lines.append(
        say(
            "No fund, post or ceiling is exceeded; the arithmetic was checked a second time, without the program that "
            "found the plan.",
            w.lang,
        )
    )
    if proof.gap_persons <= 0:
        lines.append(say("If the estimates are right, no other use of this money brings more.", w.lang))
    elif proof.gap_persons < 1 and objective_unit(w) == "person":
        message = "If the estimates are right, no other use of this money brings even one person more."
        lines.append(say(message, w.lang))
    else:
        lines.append(
            say(
                "If the estimates are right, no other use of this money brings over {gap} more.",
                w.lang,
                gap=Number("proof.gap", proof.gap_persons, "decimal3", objective_unit(w), "price_bound - value"),
            )
        )
    return tuple(lines)


def _unsure(w: PaperWords) -> tuple[Prose, ...]:
    facts = w.facts
    between = range_of_total(
        "headline.additional",
        facts.outcome.additional,
        "5 % and 95 % of the draws of the difference to package 0",
        whole=True,
    )
    lines = []
    if between is not None:
        lines.append(say("How many more will leave poverty: {range}, in nine cases of ten.", w.lang, range=between))
    target = facts.target.persons if facts.target else None
    lines.append(record_in_plain_words(facts.tested, facts.outcome.expected.value, w.lang, target))
    total, official = sum(facts.input_counts.values()), int(facts.input_counts.get("official", 0))
    if total > official:
        lines.append(
            say(
                "Of {all} the plan rests on, {n} are assumed, synthetic or empty; the rest are official.",
                w.lang,
                all=Number("inputs.all", total, "count", "input", "catalogue.inputs()"),
                n=Number("inputs.not_official", total - official, "count", "", "catalogue.inputs(), not official"),
            )
        )
    return tuple(lines)


def _left_out_and_refused(w: PaperWords) -> tuple[Prose, ...]:
    refused = () if w.facts.decisions else (_if_refused(w),)  # nobody asks any more once it was decided
    return (*_left_out(w), *refused, *promise_sentences(w))


def _left_out(w: PaperWords) -> tuple[Prose, ...]:
    """Say who receives nothing new: the reasons of most of them, and how many have another."""
    frame = w.facts.unserved
    if frame.empty:
        return ()
    most = frame.sort_values(["households", "reason"], ascending=[False, True], kind="stable").head(_REASONS)
    reasons = [_reason(w, str(reason), int(n)) for reason, n in most[["reason", "households"]].itertuples(index=False)]
    rest = int(frame["households"].sum() - most["households"].sum())
    if rest:
        reasons.append(_reason(w, text("other reasons", w.lang), rest, "unserved.other.households"))
    number = household_count("unserved.households", int(frame["households"].sum()), "households at package 0")
    message = "Who is left out: {n} receive nothing new: {reasons}."
    return (say(message, w.lang, n=number, reasons=_listed(reasons, w.lang)),)


def _reason(w: PaperWords, reason: str, households: int, key: str = "") -> Prose:
    number = household_count(key or f"unserved[{reason}].households", households, "allocation.explain[package == 0]")
    return say("{reason} ({n})", w.lang, reason=reason, n=number)


def _listed(parts: list[Prose], lang: str) -> Prose:
    """Return reasons as one list; some hold commas of their own."""
    return Prose(text("; ", lang).join(part.text for part in parts), tuple(n for part in parts for n in part.numbers))


def _if_refused(w: PaperWords) -> Prose:
    out = w.facts.outcome
    without = whole_persons("plan.without", out.without.value, "sum of size x p0: no new help")
    if out.additional.value <= 0:
        return say(
            "If it is not approved: what runs already and what the law owes goes on; {without} are expected to leave "
            "poverty, as many as with it.",
            w.lang,
            without=without,
        )
    return say(
        "If it is not approved: what runs already and what the law owes goes on; {without} are expected to leave "
        "poverty, {n} fewer.",
        w.lang,
        without=without,
        n=whole_persons("headline.additional", out.additional.value, "sum of size x (p - p0) over the plan"),
    )
