"""Jobs, co-ops and contracts in short: the section of the meeting paper, half a page at most."""

from __future__ import annotations

from povlib.report.meeting.wording import PaperWords
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Bullets, Note, Section
from povlib.report.villages.openings_section import opening_sentence
from povlib.report.villages.routes_section import sum_number, union_number, worst_failure, worst_source
from povlib.words import text


def villages_section(w: PaperWords) -> tuple[Section, ...]:
    """Return the section, or nothing where the ledger holds no post, co-op or contract."""
    facts, lang = w.facts.jobs, w.lang
    if facts is None:
        return ()
    # in the order in which something must be done about it: what could fail together comes before what is as it should
    items: list[Prose] = []
    if facts.sources is not None and facts.sources.worst_counted:
        items.append(worst_source(facts.sources, lang))
    if facts.sources is not None and facts.sources.plan is not None:
        items.append(worst_failure(facts.sources.plan, lang))
    if facts.work is not None:
        work = facts.work
        items.append(say(
            "{held} hold a post: {local} near home, {away} with the helper enterprise away from home.", lang,
            held=Number("villages.held", work.held, "count", "person", "persons in posts"),
            local=Number("villages.local", work.local, "count", "person", "by the local job route"),
            away=Number("villages.away", work.away, "count", "person", "by the route of the helper enterprise"),
        ))  # fmt: skip
    if facts.routes is not None:
        items.append(say(
            "Marked for exit are {union}, each household once; the routes added up say {sum}.", lang,
            union=union_number(facts.routes), sum=sum_number(facts.routes)))  # fmt: skip
    if facts.openings is not None and len(facts.openings.openings):
        items.append(opening_sentence(facts.openings, lang))
    if facts.coops is not None:
        items.append(say(
            "Founded in {year}: {founded}; owed by co-ops: {loans}.", lang, year=Prose(str(facts.coops.year)),
            founded=Number("villages.coops_founded", facts.coops.founded, "count", "coop", "founded in the year"),
            loans=Number("villages.coop_loans", int(facts.coops.coops["loan_fen"].sum()), "wan", "",
                         "loans less repaid")))  # fmt: skip
    if facts.contracts is not None:
        for at, row in enumerate(facts.contracts.contracts.itertuples(index=False)):
            items.append(say(
                "{contract}: {delivered} of {due} due so far were delivered ({quantity} a year).", lang,
                contract=Prose(str(row.contract)),
                delivered=Number(f"villages.delivered[{at + 1}]", row.delivered, "count", "", "delivered"),
                due=Number(f"villages.due[{at + 1}]", row.due, "count", "", "due by the contract's calendar"),
                quantity=Number(f"villages.quantity[{at + 1}]", row.quantity, "count", "", "of a year")))  # fmt: skip
    note = Note(Prose(text("In full: the paper on jobs and villages.", lang)))
    return (
        (Section("villages", text("Jobs, co-ops and contracts", lang), (Bullets(tuple(items)), note)),) if items else ()
    )
