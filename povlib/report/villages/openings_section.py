"""What may be opened, and what the plan opens: workshops, bases, enterprises that are helped to open posts."""

from __future__ import annotations

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Column, Note, Paragraph, Section, Table
from povlib.report.villages.facts import OpeningFacts
from povlib.words import term, text


def opening_sentence(facts: OpeningFacts, lang: str) -> Prose:
    """Return how many the plan opens, what they cost, how many posts and places they open and how many are taken."""
    opened = facts.openings[facts.openings["opened"]]
    return say(
        "Of {n} workshops and bases that may be opened the plan opens {opened}, for {cost}; of their {seats} posts and "
        "places {taken} are taken.",
        lang,
        n=Number("villages.openings", len(facts.openings), "count", "", "openings.yaml, coops.yaml"),
        opened=Number("villages.opened", len(opened), "count", "", "plan.opened"),
        cost=Number("villages.opening_cost", int(opened["opening_fen"].sum()), "wan", "", "paid by funds"),
        seats=Number("villages.opened_seats", int(opened["seats"].sum()), "count", "", "posts and places opened"),
        taken=Number("villages.opened_taken", int(opened["taken"].sum()), "count", "", "plan.chosen"),
    )


def openings_section(facts: OpeningFacts, lang: str) -> Section:
    """Return what may be opened: whether, from which month, at what cost, from how many on it pays, and who comes."""
    title = text("What may be opened, and what the plan opens", lang)
    if facts.openings.empty:
        nothing = text("Nothing may be opened: no workshop and no base with an opening cost is entered.", lang)
        return Section("openings", title, (Note(Prose(nothing)),))
    said = {True: text("yes", lang), False: text("no", lang)}
    rows = facts.openings.assign(
        opened=facts.openings["opened"].map(said), month=facts.openings["month"].where(facts.openings["opened"], "")
    )
    columns = (
        Column("name", text("what may be opened", lang), width=2.2),
        Column("village", term("village", lang)),
        Column("enterprise", text("run by", lang), width=1.6),
        Column("opened", text("opened", lang)),
        Column("month", text("opens in", lang)),
        Column("opening_fen", text("paid by funds", lang), "yuan", width=1.3),
        Column("seats", text("new posts and places", lang), "count"),
        Column("least", text("must be taken at least", lang), "count"),
        Column("taken", text("taken in the plan", lang), "count"),
        Column("breaks_even", text("pays from", lang), "count"),
    )
    shown = rows[[*(column.key for column in columns), "facility"]]
    table = Table("openings", title, columns, shown, "facility", "plan.opened", small=True)
    comers = facts.openings.loc[facts.openings["opened"], ["name", "who", "facility"]]
    comers = comers.assign(who=comers["who"].map(text(", ", lang).join))
    who = Table(
        "opening_takers", text("Who takes the posts and places that open", lang),
        (
            Column("name", text("what is opened", lang)),
            Column("who", text("households that take them", lang), width=4.0, listed=True),
        ),
        comers, "facility", "plan.chosen", empty=text("none", lang), small=True,
    )  # fmt: skip
    note = Note(Prose(text(
        "Paid by funds: what is left after the grant; of what stays shut the cheapest month. Pays from: posts and "
        "places taken from which on opening pays at the posted prices. What each brings against the best plan without "
        "it: {command}.", lang, command="python3 workbench.py openings")))  # fmt: skip
    return Section("openings", title, (Paragraph(opening_sentence(facts, lang)), table, who, note))
