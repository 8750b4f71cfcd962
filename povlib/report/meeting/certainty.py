"""How sure we are: the proof and the projection side by side, the inputs, and the baselines."""

from __future__ import annotations

from povlib.report.meeting.facts import STATUSES
from povlib.report.meeting.objective_wording import in_persons, objective_unit, unit_meaning
from povlib.report.meeting.track_record import record_in_brief, record_in_full, record_in_plain_words
from povlib.report.meeting.wording import PaperWords, expected_persons, household_count, range_of_total
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Beside, Block, Note, Paragraph, Section, Table
from povlib.words import text


def certainty_section(w: PaperWords) -> Section:
    """Put the proof beside the projection, then say how earlier projections fared."""
    blocks: list[Block] = [
        Beside(
            text("The plan, under these estimates", w.lang),
            _proof_sentences(w),
            text("The estimates themselves", w.lang),
            _projection_sentences(w),
        ),
        Note(
            say(
                "The two must not be mixed up. The first says how good the choice is if the estimates are right; "
                "the second says how far the year may turn out otherwise.",
                w.lang,
            )
        ),
        Paragraph(record_in_plain_words(w.facts.tested, w.facts.outcome.expected.value, w.lang)),
        *w.figures("certainty"),
        *_lottery_sentences(w),
    ]
    return Section("certainty", text("How sure we are", w.lang), tuple(blocks))


def inputs_section(w: PaperWords) -> tuple[Section, ...]:
    """Return the annex: how earlier projections fared, what the plan rests on, and which inputs matter most."""
    record = Paragraph(record_in_full(w.facts.tested, w.lang))
    blocks = (record, *w.figures("inputs"), *_input_blocks(w))
    return (Section("inputs", text("What the plan rests on", w.lang), blocks, annex=True),)


def _proof_sentences(w: PaperWords) -> tuple[Prose, ...]:
    proof = w.facts.proof
    gap = Number("proof.gap", proof.gap_persons, "decimal3", objective_unit(w), "price_bound - value")
    if not proof.verified:
        return (say("The proof was not repeated in exact arithmetic; the plan must not be called certified.", w.lang),)
    if proof.gap_persons <= 0:
        first = say("Under these estimates no plan is better than this one.", w.lang)
    else:
        first = say("Under these estimates nobody can find a plan that is better by more than {gap}.", w.lang, gap=gap)
    lines = [
        first,
        say(
            "This plan is worth {value}; no plan is worth more than {bound}.",
            w.lang,
            value=Number("proof.value", proof.value, "decimal3", "", "worth of the plan"),
            bound=Number("proof.bound", proof.price_bound, "decimal3", "", "certified by the posted prices"),
        ),
        say("Anyone can repeat this from the prices, without the program that found the plan.", w.lang),
    ]
    if proof.by_prices:
        lines.append(by_prices_sentence(w.lang))
    if (said := unit_meaning(w)).text:
        lines.insert(1, said)
    return tuple(lines)


def by_prices_sentence(lang: str) -> Prose:
    """Say that the plan was made by posted prices because the usual method did not end in its time."""
    return say(
        "The linear program behind the usual method did not end within its time; the plan was made by posted prices "
        "instead. The proof holds for it as for any other.",
        lang,
    )


def _lottery_sentences(w: PaperWords) -> tuple[Block, ...]:
    """Disclose what was given by lot, and what that costs."""
    lot = w.facts.lot
    if lot is None:
        return ()
    near = Number("lot.points", lot.points, "decimal1", "", "settings.explore_points")
    size = household_count("lot.households", lot.households, "allocation.draw_by_lot: drawn")
    if not lot.households:
        return (Note(say("A lot was asked for, but no household has another package within {points} points.",
                         w.lang, points=near)),)  # fmt: skip
    return (
        Note(
            say(
                "{n} of {eligible} that could got their package by lot, among packages whose points differ by at most "
                "{points}; {changed} got another one than without the lot. Every rule holds; what the law owes and the "
                "guarantees a household lacks took no part. The lot costs {cost} of the expected exits. The chances "
                "are kept with the plan, so that later estimates of what help brings can use them.",
                w.lang,
                n=size,
                eligible=household_count("lot.eligible", lot.eligible, "allocation.draw_by_lot: eligible"),
                points=near,
                changed=household_count("lot.changed", lot.changed, "planned != package"),
                cost=Number("lot.cost", lot.cost, "decimal3", "person", "additional exits without and with the lot"),
            )
        ),
    )


def _projection_sentences(w: PaperWords) -> tuple[Prose, ...]:
    out = w.facts.outcome
    additional = range_of_total(
        "headline.additional", out.additional, "5 % and 95 % of the draws of the difference to package 0"
    )
    total = range_of_total("headline.expected", out.expected, "5 % and 95 % of the draws of the total")
    if additional is None or total is None:
        return (say("This plan was made without draws, so no range can be given.", w.lang),)
    wide = (out.additional.high or 0.0) - (out.additional.low or 0.0)
    lines = [
        say("Additional exits lie between {range}.", w.lang, range=additional),
        say("All exits lie between {range}.", w.lang, range=total),
        say(
            "So the projection is uncertain by {wide}, in nine of ten of {draws} of the shared effects.",
            w.lang,
            wide=expected_persons("projection.width", wide, "high - low of additional exits"),
            draws=Number("projection.draws", w.facts.proof.draws, "count", "draw", "settings.draws"),
        ),
    ]
    return tuple(lines)


def _input_blocks(w: PaperWords) -> tuple[Block, ...]:
    counts, frame = w.facts.input_counts, w.facts.important_inputs
    blocks: list[Block] = []
    total = sum(counts.values())
    if total:
        official = int(counts.get("official", 0))
        said = {
            s: Number(f"inputs.{s}", int(counts.get(s, 0)), "count", "input", "catalogue.inputs()") for s in STATUSES
        }
        all_inputs = Number("inputs.all", total, "count", "input", "catalogue.inputs()")
        if official == total:
            blocks.append(Paragraph(say("The plan rests on {n}, all of them official.", w.lang, n=all_inputs)))
        else:
            blocks.append(
                Paragraph(
                    say(
                        "The plan rests on {n}: {official} official, {assumed} assumed, {synthetic} synthetic.",
                        w.lang,
                        n=all_inputs,
                        **{s: said[s] for s in ("official", "assumed", "synthetic")},
                    )
                )
            )
    if not frame.empty:
        columns = [
            w.column("name", "input_name", width=2.0),
            w.column("value", "input_value", listed=True, width=1.5),
            w.column("status", "input_status", width=1.1),
            w.column("source", "source", width=3.2),
        ]
        if "swing_persons" in frame.columns:
            columns.append(w.column("swing_persons", "swing_persons", "persons", width=0.9))
        shown = frame.assign(status=[text(str(s), w.lang) for s in frame["status"]])
        title = text("The inputs that matter most", w.lang)
        blocks.append(Table("inputs", title, tuple(columns), shown, "name", "projection.inputs"))
    return tuple(blocks)


def baselines_section(w: PaperWords) -> Section:
    """Compare the plan with simple rules under the same rules and money."""
    frame = w.facts.baselines
    heading = text("Against simple rules", w.lang)
    if frame.empty:
        return Section("baselines", heading, (Paragraph(say("No baseline was computed.", w.lang)),))
    best = frame.sort_values(["additional", "key"], ascending=[False, True], kind="stable").iloc[0]
    difference = expected_persons("baselines.best_difference", float(best["difference"]), "plan - best baseline")
    sure = best["low"] == best["low"] and float(best["low"]) > 0
    message = (
        "The best simple rule is “{name}”; this plan brings {n} more than it."
        if float(best["difference"]) > 0
        else "The best simple rule is “{name}”; this plan brings no more than it ({n})."
    )
    lead = say(message, w.lang, name=str(best["name"]), n=difference)
    if float(best["difference"]) > 0 and not sure:
        lead += say("The draws do not settle that difference: its range includes none at all.", w.lang)
    table = Table(
        "baselines",
        text("Simple rules under the same funds, posts and ceilings", w.lang),
        (
            w.column("name", "baseline", width=2.2),
            w.column("additional", "additional_exits", "persons"),
            w.column("difference", "plan_minus_rule", "persons", signed=True, ends=("low", "high"), width=2.5),
            w.column("money_fen", "new_money", "yuan", width=1.2),
            w.column("poorest_money_share", "poorest_money_share", "share", width=1.2),
        ),
        frame,
        "key",
        "allocation.baselines",
    )
    if not in_persons(w):
        lead += say("It was not made for persons; it is measured in persons here all the same.", w.lang)
    note = Note(record_in_brief(w.facts.tested, w.lang))
    return Section("baselines", heading, (Paragraph(lead), table, note, *w.figures("baselines")))
