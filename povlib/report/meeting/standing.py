"""Where we stand: the record in full, the register, both lines, and what the law already owes."""

from __future__ import annotations

from povlib.report.meeting.front_page import outside_sentence
from povlib.report.meeting.wording import PaperWords, household_count, money_in_wan, person_count
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Bullets, Note, Paragraph, Section, Table
from povlib.words import term, text


def record_section(w: PaperWords) -> tuple[Section, ...]:
    """Show every promise that has fallen due; nothing when there is none."""
    blocks = record_blocks(w)
    return (Section("record", term("promise_book", w.lang), blocks),) if blocks else ()


def record_blocks(w: PaperWords) -> tuple[Block, ...]:
    """Return the table of promised totals that have fallen due, and what it cannot test; none without any."""
    frame = w.facts.record
    if frame.empty:
        return ()
    # a total stands in the book under its key; what a reader is shown is what it counts
    names = {"expected": term("expected_exits", w.lang), "additional": term("additional_exits", w.lang)}
    frame = frame.assign(said=[names.get(str(name), str(name)) for name in frame["name"]])
    table = Table(
        "record",
        text("Promises that have fallen due", w.lang),
        (
            w.column("said", "promise", width=1.4),
            w.column("origin", "promised_in", "month"),
            w.column("due", "due_month", "month"),
            w.column("households", "households_n", "count"),
            w.column("promised", "promised_exits", "persons"),
            w.column("low", "range_low", "persons"),
            w.column("high", "range_high", "persons"),
            w.column("observed_low", "observed_low", "persons"),
            w.column("observed_high", "observed_high", "persons"),
            w.column("unassessable", "not_assessable", "count"),
        ),
        frame,
        ("name", "origin", "due"),
        "ledger.promises, ledger.promise_scores",
        small=True,
    )
    note = say(
        "A promise is scored as it was made, whatever was delivered. This record tests the expected exits; "
        "it cannot test additional exits, since nobody sees what would have happened without the help.",
        w.lang,
    )
    return (table, Note(note))


def standing_section(w: PaperWords) -> Section:
    """Describe the register, the ledger, and the poor under every line."""
    s = w.facts.standing
    blocks = [Paragraph(_register_sentence(w)), Paragraph(_ledger_sentence(w))]
    if not s.unassessable:
        blocks.append(Paragraph(say("Every household can be projected.", w.lang)))
    else:
        number = household_count("standing.unassessable", s.unassessable, "projection.not_assessable")
        blocks.append(
            Paragraph(
                say(
                    "{n} cannot be projected for want of months or of a guarantee; they are not counted as staying "
                    "poor.",
                    w.lang,
                    n=number,
                )
            )
        )
    return Section("standing", text("Where we stand", w.lang), (*blocks, *_lines_table(w), *w.figures("standing")))


def _register_sentence(w: PaperWords) -> Prose:
    s = w.facts.standing
    sentence = say(
        "At the end of {month} the register holds {hh} with {persons} in {villages}.",
        w.lang,
        month=s.last_month,
        hh=household_count("standing.households", s.households, "state.households, registered poor now"),
        persons=person_count("standing.persons", s.persons, "members of these households"),
        villages=Number("standing.villages", s.villages, "count", "village", "villages with such a household"),
    )
    if s.exited_households:
        sentence += say(
            "Beside them stand {hh} with {persons} that exited in earlier years.",
            w.lang,
            hh=household_count("standing.exited_households", s.exited_households, "status 已脱贫"),
            persons=person_count("standing.exited_persons", s.exited_persons, "members of these households"),
        )
    if s.unlisted_households:
        sentence += say(
            "Of {hh} with {persons} the status is blank or unknown; no plan is made for them until it is entered.",
            w.lang,
            hh=household_count("standing.unlisted_households", s.unlisted_households, "state.unlisted"),
            persons=person_count("standing.unlisted_persons", s.unlisted_persons, "members of these households"),
        )
    return sentence


def _ledger_sentence(w: PaperWords) -> Prose:
    s = w.facts.standing
    share = Number("ledger.complete", s.complete_share, "share", "", "household-months observed / due")
    batch = Number("ledger.batch", s.batch, "year", "", "closing batch")
    if not s.missing_months:
        lead = say("The ledger is complete: no household-month is missing.", w.lang)
    else:
        missing = Number("ledger.missing_months", s.missing_months, "count", "", "household-months due and not there")
        lead = say("The ledger is {share} complete; {n} household-months are missing.", w.lang, share=share, n=missing)
    closing = say("It is read as of batch {batch}, hash {head}.", w.lang, batch=batch, head=s.head[:12])
    return lead + closing


def _lines_table(w: PaperWords) -> tuple[Block, ...]:
    frame = w.facts.lines
    if frame.empty:
        return ()
    columns = [
        w.column("authority", "authority", width=1.9),
        w.column("line_fen", "poverty_line", "yuan", width=1.5),
        w.column("status", "input_status", width=1.2),
        w.column("households_below", "households_below", "count"),
        w.column("persons_below", "persons_below", "count"),
    ]
    notes: tuple[Prose, ...] = ()
    unknown = [c for c in ("households_unknown", "persons_unknown") if c in frame.columns]
    columns += [w.column(c, c, "count", width=1.3) for c in unknown]
    if unknown and frame[unknown].to_numpy().any():
        notes = (
            say(
                "Cannot be assessed now: one of the last twelve months is not complete, so neither over the line nor "
                "below it. To the end of the plan {n} cannot be projected.",
                w.lang,
                n=household_count("standing.unassessable", w.facts.standing.unassessable, "projection: not assessable"),
            ),
        )
    if "expected" in frame.columns:
        columns.append(w.column("expected", "expected_exits", "persons"))
    columns.append(w.column("used", "line_used", "yes", width=0.9))
    shown_frame = frame.assign(status=[text(str(s), w.lang) for s in frame["status"]])
    table = Table(
        "lines",
        text("The poor under each line", w.lang),
        tuple(columns),
        shown_frame,
        "authority",
        "poverty.assess(authority)",
        notes=notes,
    )
    used = frame[frame["used"].astype(bool)]
    if len(used) != 1:
        return (table,)
    line = used.iloc[0]
    number = Number("line.used", int(line["line_fen"]), "yuan", "yuan_per_year", "catalogue.line_fen")
    beside = "The plan uses {authority}, {line}; the other lines stand beside it."
    sentence = say(
        beside if len(frame) > 1 else "The plan uses {authority}, {line}.",
        w.lang,
        authority=str(line["authority"]),
        line=number,
    )
    return (Paragraph(sentence), table)


def entitlements_section(w: PaperWords) -> Section:
    """List what the law owes, by measure, and what the funds cannot pay of it."""
    frame, short = w.facts.entitlements, w.facts.shortfalls
    heading = text("What the law owes first", w.lang)
    elsewhere = tuple(outside_sentence(row, w) for row in w.facts.outside.itertuples(index=False))
    outside = (Bullets(elsewhere),) if elsewhere else ()
    if frame.empty:
        nothing = say("Nothing is set aside before the plan: the funds of this plan owe no household anything.", w.lang)
        return Section("entitlements", heading, (Paragraph(nothing), *outside))
    total = money_in_wan("entitlements.total", int(frame["cost_fen"].sum()), "offer.entitlements")
    blocks: list[Block] = [
        Paragraph(
            say(
                "Before anything is chosen, {total} is set aside for what the law owes each household. "
                "Additional exits and their cost leave it out.",
                w.lang,
                total=total,
            )
        ),
        Table(
            "entitlements",
            text("Entitlements", w.lang),
            (
                w.column("name", "measure", width=1.6),
                w.column("citation", "citation", width=2.4),
                w.column("households", "households_n", "count"),
                w.column("cost_fen", "owed_by_law", "yuan", total=True, width=1.2),
            ),
            frame,
            "name",
            "offer.entitlements.groupby(measure)",
        ),
    ]
    if len(short):
        blocks.append(_shortfall_blocks(w))
    elif len(w.facts.outside) and not w.facts.outside["running"].all():
        # what has no amount may cost any amount: that the funds suffice is not known
        said = "The funds cover all of it that has an amount; what is owed without one is named below."
        blocks.append(Paragraph(say(said, w.lang)))
    else:
        blocks.append(Paragraph(say("The funds cover all of it.", w.lang)))
    return Section("entitlements", heading, (*blocks, *outside))


def _shortfall_blocks(w: PaperWords) -> Table:
    return Table(
        "shortfalls",
        text("Owed and not covered", w.lang),
        (
            w.column("name", "measure", width=1.6),
            w.column("fund", "fund", width=1.6),
            w.column("needed_fen", "needed_money", "yuan", width=1.2),
            w.column("short_fen", "short_money", "yuan", total=True, width=1.2),
        ),
        w.facts.shortfalls,
        ("name", "fund"),
        "offer.shortfall",
    )
