"""The proposal by village and fund, who bears it, and who receives nothing new and why."""

from __future__ import annotations

from typing import Any

import pandas as pd

from povlib.report.meeting.objective_wording import objective_unit
from povlib.report.meeting.track_record import record_in_brief
from povlib.report.meeting.wording import (
    PaperWords,
    expected_persons,
    household_count,
    money_in_wan,
    range_of_total,
    whole_persons,
)
from povlib.report.model.numbers import Number, Prose, join, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Subheading, Table
from povlib.words import text


def proposal_section(w: PaperWords) -> Section:
    """Describe the plan: by village, by fund; by measure and by group stand in an annex."""
    blocks: list[Block] = [Paragraph(_whole_proposal(w))]
    more = _money_beside(w)
    if more.text:
        blocks.append(Paragraph(more))
    for title, tables in (
        (text("By township" if w.facts.by_township else "By village", w.lang), _villages_table(w)),
        (text("By fund", w.lang), _funds_table(w)),
    ):
        if tables:
            blocks += [Subheading(title), *tables]
    return Section("proposal", text("What we propose", w.lang), (*blocks, *w.figures("proposal")))


def measures_and_groups(w: PaperWords) -> tuple[Section, ...]:
    """Return the annex: the plan by measure, and groups side by side."""
    blocks: list[Block] = [Paragraph(said) for said in (_second_rule(w), _weak_in_brief(w)) if said.text]
    blocks += [*w.figures("villages"), *w.figures("funds")]
    for title, tables in (
        (text("By measure", w.lang), _measures_table(w)),
        (text("Who bears it: groups side by side", w.lang), _fairness_table(w)),
    ):
        if tables:
            blocks += [Subheading(title), *tables]
    heading = text("The proposal by measure and by group", w.lang)
    return (Section("measures_and_groups", heading, tuple(blocks), annex=True),) if blocks else ()


def _whole_proposal(w: PaperWords) -> Prose:
    out = w.facts.outcome
    if not out.served:
        return say("No household receives new help under this plan; what runs already goes on.", w.lang)
    sentence = say(
        "{served} receive new help beginning {start} to {end}: {money} of new money and {posts}.",
        w.lang,
        served=household_count("plan.served", out.served, "households whose package is not package 0"),
        start=w.facts.help_from,
        end=w.facts.help_to,
        money=money_in_wan("headline.money", out.money_fen, "sum of new money"),
        posts=Number("plan.posts", out.posts, "count", "post", "posts the plan fills"),
    )
    if out.opening_fen:
        opening = money_in_wan("plan.opening", out.opening_fen, "opening bills of facilities")
        sentence += say("Of this, {opening} opens places that several households share.", w.lang, opening=opening)
    additional = whole_persons("headline.additional", out.additional.value, "sum of size x (p - p0) over the plan")
    between = range_of_total(
        "headline.additional", out.additional, "5 % and 95 % of the draws of the difference to package 0", whole=True
    )
    if out.additional.value <= 0:
        return sentence + say("It is not expected to bring additional exits.", w.lang)
    if between is None:
        return sentence + say("It is expected to bring {n} more to exit.", w.lang, n=additional)
    return sentence + say(
        "It is expected to bring {n} more to exit (range {range}).", w.lang, n=additional, range=between
    )


def _second_rule(w: PaperWords) -> Prose:
    """Say which of equally good plans was taken, and what that changed."""
    second = w.facts.second
    if second is None:
        return Prose("")
    equal = Number("second.equal", second.equal, "decimal2", objective_unit(w), "settings.equal_persons")
    if second.rule == "least_money":
        said = say(
            "Among plans that are equal within {equal} and within the proof, the one that spends least is taken.",
            w.lang,
            equal=equal,
        )
    else:
        said = say(
            "Among plans that are equal within {equal} and within the proof, the one that closes most of the deep gaps "
            "below the line is taken (poorest first).",
            w.lang,
            equal=equal,
        )
    fewer = Number(
        "second.fewer", max(second.fewer, 0.0), "decimal3", objective_unit(w), "plan found first less the plan"
    )
    if second.saved_fen > 0:
        saved = money_in_wan("second.saved", second.saved_fen, "new money of the plan found first less the plan's")
        return said + say("It spends {saved} less than the plan found first, for {fewer} less.", w.lang, saved=saved,
                          fewer=fewer)  # fmt: skip
    if second.saved_fen < 0:
        more = money_in_wan("second.more", -second.saved_fen, "new money of the plan less that of the plan found first")
        return said + say("It spends {more} more than the plan found first, for {fewer} less.", w.lang, more=more,
                          fewer=fewer)  # fmt: skip
    return said


def _weak_in_brief(w: PaperWords) -> Prose:
    """Count the payments that bring little; the annex lists them."""
    if w.facts.least_points <= 0:
        return Prose("")
    least = Number("weak.least", w.facts.least_points, "decimal1", "point", "settings.least_worth_points")
    if w.facts.weak.empty:
        return say("No payment brings less than {least}.", w.lang, least=least)
    said = say(
        "{n} payments, {money} in all, bring less than {least} each.",
        w.lang,
        n=Number("weak.payments", len(w.facts.weak), "count", "", "allocation.weak_payments"),
        money=money_in_wan("weak.money", int(w.facts.weak["fen"].sum()), "allocation.weak_payments"),
        least=least,
    )
    return said + say("The annex says what else the money could do.", w.lang) if w.with_annex else said


def _money_beside(w: PaperWords) -> Prose:
    out = w.facts.outcome
    said = Prose("")
    if out.supported is not None:
        number = expected_persons("plan.supported", out.supported, "exits over the line by transfers alone")
        said += say("Of all expected exits, {n} are over the line by transfers alone.", w.lang, n=number)
    if out.run_rate is not None:
        number = expected_persons("plan.run_rate", out.run_rate.value, "exits on the income of the next 12 months")
        said += say(
            "Counted on the income of the next 12 months instead of the calendar year, {n} would be over the line.",
            w.lang,
            n=number,
        )
    return said


def _villages_table(w: PaperWords) -> tuple[Block, ...]:
    if w.facts.villages.empty:
        return ()
    columns = _place_columns(w, "township" if w.facts.by_township else "village")
    title = text("The proposal by township" if w.facts.by_township else "The proposal by village", w.lang)
    frame, totals = _with_opening(w, w.facts.villages, "village", columns)
    table = Table("villages", title, columns, frame, "village", "plan.choice.groupby(village)", totals)
    return (table, Note(record_in_brief(w.facts.tested, w.lang)))


def every_village_table(frame: pd.DataFrame, w: PaperWords) -> Table:
    """Return the sheet of every village, for the workbook of an office whose paper shows townships."""
    title = text("The proposal by village", w.lang)
    return Table("every_village", title, _place_columns(w, "village"), frame, "village", "plan.choice.groupby(village)")


def _place_columns(w: PaperWords, place: str) -> tuple[Column, ...]:
    return (
        w.column("village", place, width=1.4),
        w.column("households", "households_n", "count", total=True),
        w.column("persons", "persons_n", "count", total=True),
        w.column("served", "households_served", "count", total=True),
        w.column("money_fen", "new_money", "yuan", total=True, width=1.3),
        w.column("posts", "posts_filled", "count", total=True),
        w.column("additional", "additional_exits", "persons", total=True, width=1.1),
        w.column("expected", "expected_exits", "persons", total=True, width=1.1),
    )


def _with_opening(
    w: PaperWords, frame: pd.DataFrame, name: str, columns: tuple[Column, ...]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return frame and totals with a row for the money that opens shared places: no household's own bill."""
    opening = w.facts.outcome.opening_fen
    if not opening:
        return frame, {}
    words = text("opening of shared places", w.lang)
    row = pd.DataFrame({name: [words[:1].upper() + words[1:]], "money_fen": [opening]})
    # totals are summed before the row is added: shared places have money, but no persons or posts
    totals = {c.key: frame[c.key].sum() for c in columns if c.total}
    totals["money_fen"] += opening
    return pd.concat([frame.astype(object), row.astype(object)], ignore_index=True), totals


def _funds_table(w: PaperWords) -> tuple[Block, ...]:
    frame = w.facts.funds
    if frame.empty:
        return ()
    spent = frame.loc[frame["left_fen"] == 0, "name"].astype(str).tolist()
    blocks: list[Block] = [
        Table(
            "funds",
            text("The proposal by fund", w.lang),
            (
                w.column("name", "fund", width=1.8),
                w.column("amount_fen", "fund_amount", "yuan", total=True),
                w.column("entitlement_fen", "owed_by_law", "yuan", total=True),
                w.column("planned_fen", "proposed_money", "yuan", total=True),
                w.column("left_fen", "money_left", "yuan", total=True),
            ),
            frame,
            "name",
            "plan.payments.groupby(fund)",
        )
    ]
    marginal = w.facts.marginal
    priced = marginal.loc[marginal["persons_per_wan"] > 0, "name"].astype(str).tolist()
    if not spent and priced:
        said = "No fund is used up to the last fen, yet money limits this plan: {names} have a price (see the prices)."
        blocks.append(Paragraph(say(said, w.lang, names=join(priced, w.lang))))
    elif not spent:
        blocks.append(Paragraph(say("No fund is used up: money is not what limits this plan.", w.lang)))
    else:
        number = Number("funds.used_up", len(spent), "count", "", "funds with nothing left")
        listed = join(spent, w.lang)
        blocks.append(Paragraph(say("Used up to the last fen ({n}): {names}.", w.lang, n=number, names=listed)))
    return tuple(blocks)


def _measures_table(w: PaperWords) -> tuple[Block, ...]:
    if w.facts.measures.empty:
        return ()
    columns = (
        w.column("name", "measure", width=2.4),
        w.column("households", "households_n", "count"),
        w.column("money_fen", "new_money", "yuan", total=True),
    )
    frame, totals = _with_opening(w, w.facts.measures, "name", columns)
    return (
        Table(
            "measures",
            text("The proposal by measure", w.lang),
            columns,
            frame,
            "name",
            "plan.choice, offer.components, plan.payments",
            totals,
            notes=(say("A household may receive several measures, so households are not added up.", w.lang),),
        ),
    )


def _fairness_table(w: PaperWords) -> tuple[Block, ...]:
    frame = w.facts.fairness
    if frame.empty:
        return ()
    named = [
        text("{group}: {level}", w.lang, group=g, level=v) for g, v in zip(frame["group"], frame["level"], strict=True)
    ]
    return (
        Table(
            "fairness",
            text("What each group receives", w.lang),
            (
                w.column("named", "group", width=2.0),
                w.column("households", "households_n", "count"),
                w.column("served_share", "served_share", "share"),
                w.column("money_per_household_fen", "money_per_household", "yuan"),
                w.column("additional", "additional_exits", "persons"),
            ),
            frame.assign(named=named),
            ("group", "level"),
            "plan.choice.groupby(group)",
        ),
        Note(say("Groups are compared after the choice; none of them enters it.", w.lang)),
    )


def unserved_section(w: PaperWords) -> Section:
    """Count those who receive nothing new, by reason."""
    frame = w.facts.unserved
    heading = text("Who receives nothing new, and why", w.lang)
    if frame.empty:
        return Section("unserved", heading, (Paragraph(say("Every household receives new help.", w.lang)),))
    number = household_count("unserved.households", int(frame["households"].sum()), "households at package 0")
    lead = say("{n} receive nothing new.", w.lang, n=number)
    if w.with_annex:
        lead += say("The annex gives the reason of each.", w.lang)
    table = Table(
        "unserved",
        text("Reasons", w.lang),
        (
            w.column("reason", "reason", width=4.0),
            w.column("households", "households_n", "count", total=True),
            w.column("persons", "persons_n", "count", total=True),
        ),
        frame,
        "reason",
        "allocation.explain[package == 0]",
    )
    return Section("unserved", heading, (Paragraph(lead), table))
