"""What each route brings, overlaps once; and what hangs on one source."""

from __future__ import annotations

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.report.villages.facts import PlanSourceFacts, RouteFacts, SourceFacts
from povlib.words import term, text


def union_number(facts: RouteFacts) -> Number:
    """Return the persons marked for exit, each household once."""
    return Number("villages.union", facts.union, "count", "person", "members of households marked 预脱贫, each once")


def sum_number(facts: RouteFacts) -> Number:
    """Return the persons marked for exit, added up over the routes."""
    return Number("villages.sum", facts.total, "count", "person", "the same added up over the routes")


LIMIT_WORDS = {
    "possible": "limit on persons, with those who have it already",
    "possible_new": "limit on persons with planned help of it",
    "expected": "limit on expected exits lost",
}
"""What a limit is on, by what it counts: words to be translated."""
COUNT_WORDS = {
    "possible": "The limit counts every registered person whose household has help of the source, already or by the "
    "plan: whatever comes true, its failure costs no more exits. A part of what the plan adds counts planned help "
    "alone.",
    "possible_new": "The limit counts every registered person whose household has planned help of the source: whatever "
    "comes true, the loss of that help costs no more exits. Who has help of the source already is not limited.",
    "expected": "The limit counts the exits that planned help is expected to lose: in the one world that comes true a "
    "failure may cost several times as many.",
}
"""What that means for who reads it: words to be translated."""


def routes_section(facts: RouteFacts, lang: str) -> Section:
    """Return what each route brings."""
    sentence = say(
        "{households} are marked for exit. Added up over the routes that would be {sum}, but who is on two routes "
        "exits once: {union}. By the plan the routes bring {planned_union} beyond those who would exit anyway "
        "({planned_sum} added up).",
        lang,
        households=Number("villages.marked_households", facts.households, "count", "household", "marked 预脱贫"),
        sum=sum_number(facts),
        union=union_number(facts),
        planned_union=Number("villages.planned_union", facts.planned_union, "persons", "person",
                             "additional exits of the plan, each household once"),
        planned_sum=Number("villages.planned_sum", facts.planned_total, "persons", "person",
                           "the same added up over the routes of the measures given"),
    )  # fmt: skip
    columns = (
        Column("name", text("route", lang), width=1.8),
        Column("households", text("marked households", lang), "count"),
        Column("amount", text("marked persons", lang), "count"),
        Column("alone", text("on this route alone", lang), "count"),
        Column("shared", text("also counted elsewhere", lang), "count"),
        Column("households_planned", text("households in the plan", lang), "count"),
        Column("amount_planned", text("persons it adds", lang), "persons"),
        Column("alone_planned", text("by this route alone", lang), "persons"),
    )
    totals = {"amount": facts.total, "amount_planned": facts.planned_total}
    blocks: list[Block] = [
        Paragraph(sentence),
        Table("routes", text("What each route brings", lang), columns, facts.routes, "name",
              "ledger.marks; plan.choice", totals=totals, small=True),
        *facts.figures,
        Note(say("The total of the table adds up over the routes: it counts a household on two routes twice.", lang)),
    ]  # fmt: skip
    return Section("routes", text("What each route brings, overlaps counted once", lang), tuple(blocks))


def worst_source(facts: SourceFacts, lang: str) -> Prose:
    """Return the sentence about the source on which most hang."""
    return say(
        "Most of those marked for exit hang on {worst}: {counted} of {marked}; {only} of them have no other source. If "
        "it closed, they would be hit together.",
        lang,
        worst=Prose(facts.worst),
        counted=Number("villages.worst_counted", facts.worst_counted, "count", "person",
                       "marked persons whose household hangs on it"),
        marked=Number("villages.marked", facts.marked, "count", "person", "members of households marked 预脱贫"),
        only=Number("villages.worst_only", facts.worst_only, "count", "person", "of them on nothing else"),
    )  # fmt: skip


def sources_section(facts: SourceFacts, lang: str) -> Section:
    """Return what hangs on one employer, co-op, firm, buyer or product."""
    columns = (
        Column("source", text("source", lang), width=2.2),
        Column("kind", text("as", lang), width=1.8),
        Column("households", term("households_n", lang, unit=True), "count"),
        Column("persons", text("their members", lang), "count"),
        Column("workers", text("in its posts", lang), "count"),
        Column("counted", text("marked for exit", lang), "count"),
        Column("only", text("hang on it alone", lang), "count"),
        Column("planned", text("exits of the plan lost if it fails", lang), "persons"),
    )
    blocks: list[Block] = [
        Paragraph(worst_source(facts, lang)),
        Table("sources", text("What hangs on one source", lang), columns, facts.sources, ("source", "kind"),
              "ledger.placements, ledger.coop_stakes, ledger.contract_shares, ledger.coops; plan.choice", small=True),
        *facts.figures,
        *(plan_blocks(facts.plan, lang) if facts.plan is not None else ()),
        Note(Prose(text("What a closing would cost, and the plan without it: python3 workbench.py closing {source}",
                        lang, source=facts.worst))),
    ]  # fmt: skip
    return Section("sources", text("What hangs on one source", lang), tuple(blocks))


def worst_failure(facts: PlanSourceFacts, lang: str) -> Prose:
    """Return the sentence about the single failure that would cost the plan most."""
    return say(
        "The worst single failure for the plan is {worst} ({kind}): it is expected to cost {lost} of the exits that "
        "the plan adds ({share}), and no more than {persons} whatever comes true, before anything is planned anew.",
        lang,
        worst=Prose(facts.worst),
        kind=Prose(facts.worst_kind),
        lost=Number("villages.plan_worst_lost", facts.worst_lost, "decimal1", "person",
                    "expected exits lost if the worst single source fails"),
        share=Number("villages.plan_worst_share", facts.worst_share, "share", "", "of the exits that the plan adds"),
        persons=Number("villages.plan_worst_persons", facts.worst_persons, "count", "person",
                       "members of the households whose planned help hangs on it"),
    )  # fmt: skip


def plan_blocks(facts: PlanSourceFacts, lang: str) -> list[Block]:
    """Return how concentrated the plan is, and what the failure of each source would cost it."""
    by_kind = (
        Column("kind", text("by", lang), width=1.2),
        Column("sources", text("sources", lang), "count"),
        Column("equal", text("as if on so many equal ones", lang), "decimal1", width=1.4),
        Column("worst", text("the one on which most hangs", lang), width=2.2),
        Column("lost", text("expected exits lost if it fails", lang), "persons"),
        Column("share", text("of what the plan adds", lang), "share"),
    )
    by_source: tuple[Column, ...] = (
        Column("source", text("source", lang), width=2.2),
        Column("kind", text("as", lang), width=1.2),
        Column("households", text("households in the plan", lang), "count"),
        Column("lost", text("expected exits lost if it fails", lang), "persons"),
        Column("share", text("of what the plan adds", lang), "share"),
        Column("persons", text("persons with planned help of it", lang), "count"),
        Column("possible", text("with those who have it already", lang), "count"),
    )
    if facts.counted:
        by_source += (
            Column("limit", text(LIMIT_WORDS[facts.counted], lang), "persons"),
            Column("price", text("exits gained per person more that may hang on it", lang), "decimal2"),
        )
    unlimited = "No limit is set. To set one: python3 workbench.py params explain settings.source_limits"
    note = (
        "What a household would lose is the difference between its planned help and the best of its own packages that "
        "holds nothing but what is left; nobody is given anything in its place. That is expected; in the one world "
        "that comes true it may be anything up to all the persons of the households. Co-ops and only buyers of a "
        "contract count as firms. Who has help of a source already is counted in the last number of persons alone."
    )
    return [
        Paragraph(worst_failure(facts, lang)),
        Table("plan_kinds", text("How much of the plan hangs on few", lang), by_kind, facts.kinds, "kind",
              "plan.choice; support.components", small=True),
        Table("plan_sources", text("If one of them fails", lang), by_source, facts.sources, ("source", "kind"),
              "plan.choice; support.components", small=True),
        Note(say(note, lang)),
        Note(Prose(text(COUNT_WORDS[facts.counted] if facts.counted else unlimited, lang))),
    ]  # fmt: skip
