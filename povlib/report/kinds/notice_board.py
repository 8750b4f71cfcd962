"""The notice board: what the plan offers, why some are not on it, and the posted prices, in big type and plain words.

Responsible for a paper that hangs where everybody reads it: it names no household, shows no count that points at one,
and says how to ask and how to object. Not responsible for any figure (`MeetingFacts`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.report.meeting.facts import MeetingFacts
from povlib.report.meeting.objective_wording import first_step_of_line, points_meaning
from povlib.report.meeting.wording import PaperWords, household_count, money_in_yuan
from povlib.report.model.numbers import NONE, Number, Prose, say, shown
from povlib.report.model.paper import Block, Bullets, Column, Note, Paragraph, Report, Section, Table
from povlib.report.privacy.small_cells import hidden_cells
from povlib.words import term, text

LEAST_SHOWN = 5
"""Smallest count of households that a wall shows: that of the statistics for outsiders."""
#: prices that a passer-by can follow; shares, limits and early starts stand in the annex of the meeting paper
PLAIN_KINDS = ("fund", "post", "place", "weeks")


@dataclass(frozen=True)
class BoardTerms:
    """How one asks and objects: days the list hangs, days for an answer (None: not set), whom to ask ("": blank)."""

    days: int
    answer_days: int | None
    ask_at: str


def notice_board(facts: MeetingFacts, terms: BoardTerms, lang: str) -> Report:
    """Return the notice for the wall.

    Parameters
    ----------
    facts : MeetingFacts
        Measures, reasons and prices are those of the meeting paper.
    """
    w = PaperWords(facts, lang)
    return Report(
        title=text("What the plan offers, and at which prices", lang),
        language=lang,
        subtitle=text("Notice for the wall of every village", lang),
        issuer=facts.office,
        date_line=facts.plan_month.label(lang),
        opening=(_in_short(w),),
        sections=(_offer(w), _not_on_it(w), _prices(w), _asking(terms, lang)),
        manifest={"run": facts.manifest["run"]} if "run" in facts.manifest else {},
        synthetic=facts.synthetic,
        draft=facts.draft,
        lapsed=facts.lapsed,
        large=True,
    )


def _in_short(w: PaperWords) -> Prose:
    out = w.facts.outcome
    return say(
        "{served} are to get something new from {start} on: {money} and {posts}. No household stands on this notice.",
        w.lang,
        served=household_count("plan.served", out.served, "households whose package is not package 0"),
        start=w.facts.help_from,
        money=money_in_yuan("headline.money", out.money_fen, "sum of new money"),
        posts=Number("plan.posts", out.posts, "count", "post", "posts the plan fills"),
    )


def _offer(w: PaperWords) -> Section:
    rows = w.facts.measures
    frame = pd.DataFrame({"name": rows["name"], "households": [_few(int(n), w.lang) for n in rows["households"]]})
    columns = (
        w.column("name", "measure", width=3.0),
        Column("households", text("households that get it", w.lang), listed=True),
    )
    title, source = text("Help on offer", w.lang), "plan.choice, offer.components"
    table = Table("board_measures", title, columns, frame, "name", source)
    note = say("A household may get several of these. What the law owes is paid beside them, whatever the plan says.",
               w.lang)  # fmt: skip
    return Section("offer", text("What the plan offers", w.lang), (table, Note(note)))


def _few(count: int, lang: str) -> str:
    """Return a count as a wall shows it.

    Examples
    --------
    >>> _few(12, "en"), _few(3, "en")
    ('12', 'fewer than 5')
    """
    return text("fewer than {n}", lang, n=LEAST_SHOWN) if 0 < count < LEAST_SHOWN else shown(count, "count", lang)


def _not_on_it(w: PaperWords) -> Section:
    heading = text("Who gets nothing new, and why", w.lang)
    rows = w.facts.unserved
    if rows.empty:
        return Section("unserved", heading, (Paragraph(say("Every household receives new help.", w.lang)),))
    counts = rows["households"].to_numpy(np.int64)
    # who knows the register knows the sum: a single small count would be what is left of it
    hidden = hidden_cells(counts[:, None], LEAST_SHOWN)[:-1, 0]
    words = [NONE if gone else shown(int(n), "count", w.lang) for n, gone in zip(counts, hidden, strict=True)]
    columns = (w.column("reason", "reason", width=4.0), Column("households", term("households_n", w.lang), listed=True))
    frame, source = rows[["reason"]].assign(households=words), "allocation.explain[package == 0]"
    table = Table("board_unserved", text("Reasons", w.lang), columns, frame, "reason", source)
    blocks: list[Table | Note] = [table]
    if hidden.any():
        blocks.append(Note(say("A dash stands for a count under {n}, or one that would tell it.", w.lang,
                               n=Number("board.least", LEAST_SHOWN, "count", "", "small cells"))))  # fmt: skip
    return Section("unserved", heading, tuple(blocks))


def _prices(w: PaperWords) -> Section:
    heading = text("The posted prices", w.lang)
    every = w.facts.prices
    rows = every[every["kind"].isin(PLAIN_KINDS) & (every["price_points"] > 0)]
    if rows.empty:
        nothing = say("Nothing is scarce in this plan, so there are no prices to post.", w.lang)
        return Section("prices", heading, (Paragraph(nothing),))
    columns = (
        w.column("name", "resource", width=3.0),
        Column("per", text("for each", w.lang), width=1.3),
        Column("price_points", text("points taken off", w.lang), "points"),
    )
    table = Table("board_prices", text("Prices", w.lang), columns, rows, ("name", "per"), "plan.prices")
    steps = (
        first_step_of_line(w),
        say("Take off, at the prices below, what the help would use up: money, posts, places.", w.lang),
        say("What is left decides: a household gets the help with most points left. The prices are the same for "
            "everybody.", w.lang),
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(points_meaning(w)), Bullets(steps, numbered=True), table]
    others = len(every) - len(rows)
    if others:
        blocks.append(Note(say("{n} prices of special rules stand in the annex of the meeting paper, which anybody may "
                               "ask to see.", w.lang,
                               n=Number("board.other_prices", others, "count", "", "plan.prices"))))  # fmt: skip
    return Section("prices", heading, tuple(blocks))


def _asking(terms: BoardTerms, lang: str) -> Section:
    lines = [
        say("Every family may ask for its own line: what it would get, the points, and the reason. It is shown to "
            "nobody else.", lang),
        say("The list of households hangs for {days} days before the plan is approved.", lang,
            days=Number("posting.days", terms.days, "count", "", "procedure.yaml: plan_posting")),
        say("Ask and object at: {place}", lang, place=terms.ask_at or "________________"),
    ]  # fmt: skip
    if terms.answer_days is not None:
        lines.append(say("An objection is written down in your own words and answered within {days} days.", lang,
                         days=Number("posting.answer_days", terms.answer_days, "count", "",
                                     "procedure.yaml: plan_posting")))  # fmt: skip
    return Section("asking", text("Ask, and object", lang), (Bullets(tuple(lines)),))
