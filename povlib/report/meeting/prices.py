"""What one more yuan or one more post would bring, and the posted prices anyone can check with."""

from __future__ import annotations

from povlib.report.meeting.parts import Words
from povlib.report.model import Block, Bullets, Note, Paragraph, Section, Subheading, Table
from povlib.report.numbers import Number, say
from povlib.words import text


def one_more(w: Words) -> Section:
    """Say what more money and one more post would bring."""
    blocks: list[Block] = [Subheading(text("More money", w.lang)), *_money(w)]
    blocks += [Subheading(text("One more post", w.lang)), *_posts(w)]
    return Section("one_more", text("One more yuan, one more post", w.lang), tuple(blocks))


def _money(w: Words) -> tuple[Block, ...]:
    frame = w.facts.marginal
    if frame.empty or not (frame["persons_per_wan"] > 0).any():
        return (Paragraph(say("More money alone would bring nothing: no fund has a price.", w.lang)),)
    best = frame.sort_values(["persons_per_wan", "name"], ascending=[False, True], kind="stable").iloc[0]
    number = Number(
        "marginal.best", float(best["persons_per_wan"]), "decimal2", "person", "price of the fund x 10,000 yuan"
    )
    table = Table(
        "marginal",
        text("10,000 yuan more in a fund", w.lang),
        (
            w.column("name", "fund", width=2.0),
            w.column("persons_per_wan", "additional_exits_at_most", "decimal2"),
            w.column("left_fen", "money_left", "yuan"),
        ),
        frame,
        "name",
        "plan.prices of funds",
    )
    lead = say("10,000 yuan more would bring most in {fund}: at most {n}.", w.lang, fund=str(best["name"]), n=number)
    note = say("A price is a slope: it holds for a little more money and is an upper limit for a lot more.", w.lang)
    return (Paragraph(lead), table, Note(note))


def _posts(w: Words) -> tuple[Block, ...]:
    frame = w.facts.one_more
    if frame.empty:
        return (Paragraph(say("There is no pool of posts this year.", w.lang)),)
    table = Table(
        "one_more",
        text("Solved again with one more post", w.lang),
        (
            w.column("name", "post", width=2.0),
            w.column("additional", "additional_exits", "decimal2"),
            w.column("gap_persons", "proof_gap", "decimal3"),
        ),
        frame,
        "name",
        "allocation.solve with one more slot",
    )
    useful = int((frame["additional"] > 0).sum())
    if not useful:
        lead = say("One more post would bring nothing in any pool.", w.lang)
    else:
        number = Number("one_more.useful", useful, "count", "", "pools where one more post brings exits")
        lead = say("One more post would bring exits in {n} of the pools.", w.lang, n=number)
    return (Paragraph(lead), table)


def posted(w: Words) -> Section:
    """Post the prices, and say how a line is worked out with a pencil."""
    frame = w.facts.prices
    heading = text("The posted prices", w.lang)
    if frame.empty:
        nothing = say("Nothing is scarce in this plan, so there are no prices to post.", w.lang)
        return Section("prices", heading, (Paragraph(nothing),))
    kinds = {k: text(str(k), w.lang) for k in sorted(set(frame["kind"]))}
    table = Table(
        "prices",
        text("Prices", w.lang),
        (
            w.column("name", "resource", width=2.0),
            w.column("kind", "kind", width=0.8),
            w.column("price_points", "price_points", "points", width=1.1),
            w.column("per", "price_per"),
            w.column("capacity", "capacity", width=1.2),
            w.column("used_share", "used_share", "share"),
        ),
        frame.assign(kind=frame["kind"].map(kinds)),
        "name",
        "plan.prices",
    )
    lead = say("1,000 points are one person expected to exit. These prices are the same for every household.", w.lang)
    steps = (
        say("Begin with the points the plan would earn: members times the added chance of exit, times 1,000.", w.lang),
        say(
            "Take off the bills at the posted price of the cheapest fund that may pay them, up to its ceiling, "
            "then the next.",
            w.lang,
        ),
        say("Take off the price of each post, place and week the plan uses.", w.lang),
        say(
            "The plan with the most points left is the household's plan. It is never below that of no new help.",
            w.lang,
        ),
    )
    return Section("prices", heading, (Paragraph(lead), Bullets(steps, numbered=True), table, *w.figures("prices")))
