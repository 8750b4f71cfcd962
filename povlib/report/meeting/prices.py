"""What one more yuan or one more post would bring, and the posted prices anyone can check with."""

from __future__ import annotations

import pandas as pd

from povlib.report.meeting.objective_wording import (
    first_step_of_line,
    in_persons,
    objective_unit,
    points_meaning,
    worth_column,
)
from povlib.report.meeting.wording import PaperWords, household_count
from povlib.report.model.numbers import Number, Prose, join, say
from povlib.report.model.paper import Block, Bullets, Note, Paragraph, Section, Table
from povlib.words import text

_SAME_PERSONS = 0.0005  # differences that the table does not show


def one_more(w: PaperWords) -> Section:
    """Say what more money and one more post would bring."""
    blocks = (*_money_blocks(w), Paragraph(_post_sentence(w)))
    return Section("one_more", text("One more yuan, one more post", w.lang), blocks)


def _money_blocks(w: PaperWords) -> tuple[Block, ...]:
    frame = w.facts.marginal
    if frame.empty or not (frame["persons_per_wan"] > 0).any():
        return (Paragraph(say("More money alone would bring nothing: no fund has a price.", w.lang)),)
    most = float(frame["persons_per_wan"].max())
    number = Number("marginal.best", most, "decimal2", objective_unit(w), "price of the fund x 10,000 yuan")
    # funds that read the same in the table do the same: no name is put first by its spelling
    best = [str(name) for name in frame.loc[frame["persons_per_wan"] > most - _SAME_PERSONS, "name"]]
    table = Table(
        "marginal",
        text("10,000 yuan more in a fund", w.lang),
        (
            w.column("name", "fund", width=2.0),
            worth_column(w, "persons_per_wan", "additional_exits_at_most", "decimal2"),
            w.column("left_fen", "money_left", "yuan"),
        ),
        frame,
        "name",
        "plan.prices[funds]",
        notes=_left_though_priced(w, frame.loc[frame["persons_per_wan"] >= _SAME_PERSONS]),
    )
    message = "10,000 yuan more would bring most in {fund}: at most {n}."
    if len(best) > 1:
        message = "10,000 yuan more would bring most, and as much in each of them, in {fund}: at most {n}."
    if not in_persons(w):
        message = "10,000 yuan more is worth most in {fund}: at most {n}."
    lead = say(message, w.lang, fund=join(best, w.lang), n=number)
    note = say("A price is a slope: it holds for a little more money and is an upper limit for a lot more.", w.lang)
    return (Paragraph(lead), table, Note(note))


def _left_though_priced(w: PaperWords, priced: pd.DataFrame) -> tuple[Prose, ...]:
    """Say why a fund has a price though money is left of it."""
    names = priced.loc[priced["left_fen"] > 0, "name"].astype(str).tolist()
    if not names:
        return ()
    gap = Number("proof.gap", w.facts.proof.gap_persons, "decimal3", objective_unit(w), "price_bound - value")
    return (
        say(
            "Money is left of {names}, and it has a price all the same: prices are those of the proof, in which help "
            "can be cut into parts. Help comes in whole pieces, and what is left buys none that makes the plan better "
            "by more than {gap}.",
            w.lang,
            names=join(names, w.lang),
            gap=gap,
        ),
    )


def posts_solved_again(w: PaperWords) -> tuple[Section, ...]:
    """Return the annex: what one more post of each kind would bring."""
    if w.facts.one_more.empty:
        return ()
    return (Section("posts_solved_again", text("One more post of each kind", w.lang), (_posts_table(w),), annex=True),)


def _posts_table(w: PaperWords) -> Table:
    return Table(
        "one_more",
        text(
            "Solved again with one more post" if w.facts.solved_again else "One more post, by exchange and proof",
            w.lang,
        ),
        (
            w.column("name", "post", width=2.0),
            worth_column(w, "at_least", "additional_exits_at_least", "decimal2"),
            worth_column(w, "at_most", "additional_exits_at_most", "decimal2"),
        ),
        w.facts.one_more,
        "name",
        "allocation.solve(slots + 1)" if w.facts.solved_again else "allocation.value_of_one_more",
    )


def _post_sentence(w: PaperWords) -> Prose:
    frame = w.facts.one_more
    if frame.empty:
        return say("There is no pool of posts this year.", w.lang)
    useful = int((frame["at_least"] > 0).sum())
    if not useful and (frame["at_most"] > _SAME_PERSONS).any():
        lead = say(
            "What one more post would bring is not distinguishable from nothing in any pool: it is less than the "
            "proofs leave open.",
            w.lang,
        )
    elif not useful:
        lead = say("One more post would bring nothing in any pool.", w.lang)
    else:
        number = Number("one_more.useful", useful, "count", "", "pools where one more post brings exits")
        pools = Number("one_more.solved", len(frame), "count", "", "pools open to every village")
        message = "Of {all} kinds of posts open to every village, one more brings exits in {n}."
        if not in_persons(w):
            message = "Of {all} kinds of posts open to every village, one more is worth something in {n}."
        lead = say(message, w.lang, all=pools, n=number)
    if not w.facts.solved_again:
        lead += say(
            "The plan of an office of this size is not solved again: at least is what the best exchange of one "
            "household's help brings, at most is what the proof leaves open.",
            w.lang,
        )
    prices = w.facts.prices
    others = int(((prices["kind"] == "post") & ~prices["name"].isin(frame["name"])).sum())
    if others:
        number = Number("one_more.not_solved", others, "count", "", "posted prices of posts that were not solved again")
        lead += say(
            "{n} kinds of posts of single villages were not solved again; see the table of prices.", w.lang, n=number
        )
    return lead


def posted_prices_section(w: PaperWords) -> Section:
    """Post the prices, and say how a line is worked out with a pencil."""
    frame = w.facts.prices
    heading = text("The posted prices", w.lang)
    if frame.empty:
        nothing = say("Nothing is scarce in this plan, so there are no prices to post.", w.lang)
        return Section("prices", heading, (Paragraph(nothing),), annex=True)
    kinds = {k: text(str(k), w.lang) for k in sorted(set(frame["kind"]))}
    table = Table(
        "prices",
        text("Prices", w.lang),
        (
            w.column("name", "resource", width=2.2),
            w.column("kind", "kind", width=0.8),
            w.column("price_points", "price_points", "points"),
            w.column("per", "price_per", width=1.4),
            w.column("capacity", "capacity", "count", width=0.9),
            w.column("unit", "capacity_unit", width=0.7),
            w.column("used_share", "used_share", "share", width=0.9),
        ),
        frame.assign(kind=frame["kind"].map(kinds)),
        ("name", "per") if frame["name"].duplicated().any() else "name",
        "plan.prices",
    )
    lead = points_meaning(w)
    steps = (
        first_step_of_line(w),
        say(
            "Take off the bills at the posted price of the cheapest fund that may pay them, up to its ceiling, "
            "then the next.",
            w.lang,
        ),
        say("Take off the price of each post, place and week the plan uses.", w.lang),
        *_share_step(frame, w.lang),
        *_source_step(frame, w.lang),
        _best_line(w),
    )
    blocks: list[Block] = [Paragraph(lead), Bullets(steps, numbered=True), table]
    credits = frame.loc[frame["price_points"] < 0, "name"].astype(str).drop_duplicates().tolist()
    if credits:
        credit = (
            "A price below zero is a credit ({names}): what those receive for whom a share is kept lets others receive "
            "more, so it is added to their line instead of taken off."
        )
        blocks.append(Note(say(credit, w.lang, names=join(credits, w.lang))))
    unused = frame.loc[(frame["price_points"] > 0) & (frame["used_share"] < 1) & (frame["kind"] != "fund"), "name"]
    if len(unused):
        idle = (
            "Not all is used of {names}, and it has a price all the same: the prices are those of the proof, in which "
            "help can be cut into parts."
        )
        blocks.append(Note(say(idle, w.lang, names=join(unused.astype(str).tolist(), w.lang))))
    return Section("prices", heading, (*blocks, *w.figures("prices")), annex=True)


def _share_step(frame: pd.DataFrame, lang: str) -> tuple[Prose, ...]:
    """Say how a share kept for a group enters a line; nothing where none has a price."""
    if not (frame["kind"] == "share").any():
        return ()
    step = (
        "For a share kept for a group: take off its price for the new money, or the post, of a household outside the "
        "group; for one of the group add the credit."
    )
    return (say(step, lang),)


def _source_step(frame: pd.DataFrame, lang: str) -> tuple[Prose, ...]:
    """Say how a limit on what may hang on one source enters a line; nothing where none has a price."""
    if not (frame["kind"] == "limit on a source").any():
        return ()
    step = (
        "For a limit on a source: take off its price for each person of a household that the line newly hangs on that "
        "source; where the limit counts expected exits, for what the household would lose if that source failed."
    )
    return (say(step, lang),)


def _best_line(w: PaperWords) -> Prose:
    exceptions = len(w.facts.rounding)
    if not exceptions:
        return say("The plan with the most points left is the household's plan.", w.lang)
    number = household_count("rounding.households", exceptions, "allocation.explain.exceptions")
    return say(
        "The plan with the most points left is the household's plan, except for {n}: money and posts come in whole "
        "pieces.",
        w.lang,
        n=number,
    )
