"""Who will get out, as one page: the outlook, every household, the procedure, and how earlier projections fared.

Responsible for wording and tabling what `povlib.runs.facts.exits` gathers. Not responsible for any figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from povlib.report.figures import fan, procedure_bars, reliability, tornado
from povlib.report.meeting.totals import Target, Total, TrackRecord
from povlib.report.meeting.track_record import record_in_full
from povlib.report.meeting.wording import range_of_total, whole_persons
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Report, Section, Table
from povlib.report.pages.second_opinion_section import OpinionFacts, second_opinion_section
from povlib.words import language, term, text


@dataclass(frozen=True, eq=False)
class ExitsFacts:
    """Everything the page says; frames come with names in the language of the page.

    Parameters
    ----------
    expected, additional : Total
    supported : float
        Of the expected, persons over the line by transfers alone.
    tested : TrackRecord, optional
    target : Target, optional
    months, drivers : DataFrame
        Of `povlib.report.figures.fan` and `tornado`.
    villages : DataFrame
        village, households, persons, expected, low, high, additional, conformal_low, conformal_high.
    households : DataFrame
        hh, village, members, plan, p, p_low, p_high, p0, supported (bool), state (in words with its symbol), remark;
        optional return_risk, and parts of the uncertainty (columns of `parts`).
    parts : mapping
        Column of `households` -> title.
    doubt : mapping
        parameter, shock, model -> share of the variance of the expected total; may be empty.
    supported_villages : DataFrame
        village, households, persons (expected): exits over the line by transfers alone.
    not_assessable : DataFrame
        hh, village, members, reason.
    states : DataFrame
        village, then persons by state (columns of `state_names`).
    state_names : mapping
        Key of a state -> (symbol, name, colour), in order.
    recorded : int
        Households with a step of the procedure on record.
    forecasts : DataFrame
        forecast (in words), n, brier, log_score, ratio, slope.
    reliability : DataFrame
        Of `povlib.report.figures.reliability`.
    ratios : mapping
        Title -> DataFrame name, households, expected, observed, ratio, ratio_low, ratio_high.
    curse : DataFrame
        name, persons: totals of a plan made on estimates of each kind; may be empty.
    curse_gap : float
        Persons within which each of these plans was proved.
    learnt : bool
        Whether effects learn from the records (setting ``effects``), so that the back-test's did too.
    """

    expected: Total
    additional: Total
    supported: float
    months: pd.DataFrame
    drivers: pd.DataFrame
    villages: pd.DataFrame
    households: pd.DataFrame
    supported_villages: pd.DataFrame
    not_assessable: pd.DataFrame
    states: pd.DataFrame
    state_names: Mapping[str, tuple[str, str, str]]
    recorded: int
    forecasts: pd.DataFrame
    reliability: pd.DataFrame
    ratios: Mapping[str, pd.DataFrame]
    tested: TrackRecord | None = None
    target: Target | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    doubt: Mapping[str, float] = field(default_factory=dict)
    curse: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["name", "persons"]))
    curse_gap: float = 0.0
    learnt: bool = False


def exits_page(
    facts: ExitsFacts,
    *,
    horizon: str,
    opinion: OpinionFacts | str | None = None,
    lang: str | None = None,
    subtitle: str = "",
    synthetic: bool = False,
) -> Report:
    """Return the page of the notebook 04_exits.

    Parameters
    ----------
    horizon : str
        The month by which households should exit, in words.
    opinion : OpinionFacts or str, optional
        A general model of incomes beside the projection; or why nothing can be compared.
    """
    lang = lang or language()
    return Report(
        title=text("Who will get out", lang),
        language=lang,
        subtitle=subtitle,
        sections=(
            _outlook_section(facts, horizon, lang),
            _backtest_section(facts, lang),
            _drivers_section(facts, lang),
            _villages_section(facts, lang),
            _procedure_section(facts, lang),
            _supported_section(facts, lang),
            _not_assessable_section(facts, lang),
            *_optimism_section(facts, lang),
            *(() if opinion is None else (second_opinion_section(opinion, horizon, lang),)),
            _households_section(facts, lang),
        ),
        synthetic=synthetic,
    )


def _persons_number(key: str, value: float, definition: str) -> Number:
    return Number(key, value, "persons", "person", definition)


def _total_with_range(key: str, total: Total, lang: str) -> Prose:
    value = whole_persons(f"headline.{key}", total.value, "sum of size x chance over the plan")
    ends = range_of_total(f"headline.{key}", total, "draws", whole=True)
    if ends is None:
        return Prose(value.show(lang), (value,))
    return say("{n} (range {range})", lang, n=value, range=ends)


def _outlook_section(facts: ExitsFacts, horizon: str, lang: str) -> Section:
    sentence = say(
        "By {month} this plan is expected to bring {expected} over the line, {additional} of them through new help.",
        lang,
        month=horizon,
        expected=_total_with_range("expected", facts.expected, lang),
        additional=_total_with_range("additional", facts.additional, lang),
    )
    if facts.target is not None:
        sentence += say(
            "At least {n}: probability {p}.",
            lang,
            n=Number("target.persons", facts.target.persons, "count", "person", "settings.target_persons"),
            p=Number("target.chance", facts.target.chance, "probability", "", "share of draws that reach the target"),
        )
    if facts.doubt:
        shares = {
            part: Number(f"doubt.{part}", share, "share", "", "share of the variance of the total")
            for part, share in facts.doubt.items()
        }
        sentence += say(
            "Of the doubt about the first, {parameter} lies in what help does, {shock} in years and luck, {model} in "
            "the forecast itself.",
            lang,
            **shares,
        )
    target = facts.target.persons if facts.target else None
    blocks = (
        Paragraph(sentence),
        Paragraph(record_in_full(facts.tested, lang)),
        fan(facts.months, target=target, lang=lang),
    )
    return Section("outlook", text("What to expect, month by month", lang), blocks)


def _backtest_section(facts: ExitsFacts, lang: str) -> Section:
    heading = text("How earlier projections fared", lang)
    if facts.tested is None:
        return Section("backtest", heading, (Paragraph(record_in_full(None, lang)),))
    columns = (
        Column("forecast", text("forecast", lang), width=1.6),
        Column("n", text("households judged", lang), "count"),
        Column("brier", text("Brier score (0 is best)", lang), "decimal3"),
        Column("log_score", text("log score (0 is best)", lang), "decimal3"),
        Column("ratio", text("observed / expected", lang), "decimal2"),
        Column("slope", text("calibration slope (1 is right)", lang), "decimal2"),
    )
    table = Table("forecasts", text("Against forecasts anyone could make", lang), columns, facts.forecasts, "forecast",
                  "review.backtest", small=True)  # fmt: skip
    note = say(
        "The rows below the first are judged on the same households: those of origins that had earlier outcomes to "
        "learn from.",
        lang,
    )
    effects = (
        "Help is taken as it was given, effects as the catalogue and the records of that time taught them."
        if facts.learnt
        else "Help is taken as it was given, effects at their priors of the catalogue."
    )
    note += say(effects, lang)
    blocks: list[Block] = [table, Note(note), reliability(facts.reliability, lang=lang)]
    for number, (title, frame) in enumerate(facts.ratios.items()):
        blocks.append(_ratios_table(f"ratios_{number}", title, frame, lang))
    few = say("A range stands only where ten villages or more are behind it.", lang)
    return Section("backtest", heading, (*blocks, Note(few)))


def _ratios_table(key: str, title: str, frame: pd.DataFrame, lang: str) -> Table:
    columns = (
        Column("name", title, width=1.6),
        Column("households", text("households judged", lang), "count"),
        Column("expected", text("projected persons", lang), "persons"),
        Column("observed", text("persons who exited", lang), "count"),
        Column("ratio", text("observed / expected", lang), "decimal2", ends=("ratio_low", "ratio_high"), width=1.8),
    )
    return Table(key, title, columns, frame, "name", "review.ratios", small=True)


def _drivers_section(facts: ExitsFacts, lang: str) -> Section:
    first = facts.drivers.iloc[0]
    sentence = say(
        "Most hangs on “{name}”: {low} one step lower, {high} one step higher. The plan itself stays as it is.",
        lang,
        name=str(first["name"]),
        low=_persons_number("drivers.first.low", float(first["low"]), "review.drivers"),
        high=_persons_number("drivers.first.high", float(first["high"]), "review.drivers"),
    )
    heading = text("What the total hangs on", lang)
    return Section("hangs", heading, (Paragraph(sentence), tornado(facts.drivers, lang=lang)))


def _villages_section(facts: ExitsFacts, lang: str) -> Section:
    columns = (
        Column("village", term("village", lang)),
        Column("households", term("households_n", lang, unit=True), "count", total=True),
        Column("persons", text("persons who can be assessed", lang), "count", total=True),
        Column(
            "expected", term("expected_exits", lang, unit=True), "persons", total=True, ends=("low", "high"), width=2
        ),
        Column("conformal_low", text("by earlier misses, from", lang), "persons"),
        Column("conformal_high", text("by earlier misses, to", lang), "persons"),
        Column("additional", term("additional_exits", lang, unit=True), "persons", total=True),
    )
    frame = facts.villages.assign(low=facts.villages["low"].clip(lower=0.0))
    table = Table("villages", text("By village", lang), columns, frame, "village", "review.conformal", small=True)
    note = say(
        "The first range is the projection's own. The second is as wide as earlier misses of village counts ask for, "
        "so that nine in ten would have held. Village ranges do not add up to that of the township.",
        lang,
    )
    return Section("villages", text("By village", lang), (table, Note(note)))


def _procedure_section(facts: ExitsFacts, lang: str) -> Section:
    columns = [Column("village", term("village", lang))]
    columns += [Column(key, f"{s[0]} {s[1]}", "count", total=True) for key, s in facts.state_names.items()]
    table = Table("procedure", text("Persons by state", lang), tuple(columns), facts.states, "village",
                  "poverty.procedure", small=True)  # fmt: skip
    if facts.recorded:
        number = Number("procedure.recorded", facts.recorded, "count", "household", "marks that are steps")
        lead = say("Steps of the exit procedure are on record for {n}.", lang, n=number)
    else:
        lead = say(
            "Steps of the exit procedure (evaluation, verification, posting, approval ...): not recorded. Who is "
            "eligible or projected follows from the rule and the plan.",
            lang,
        )
    blocks: list[Block] = [Paragraph(lead), table, procedure_bars(facts.states, facts.state_names, lang=lang)]
    wrong = facts.households[facts.households["remark"] != ""]
    if len(wrong):
        listed = (
            Column("hh", term("hh", lang)),
            Column("village", term("village", lang)),
            Column("state", text("state", lang)),
            Column("remark", text("out of order", lang), width=3.0, listed=True),
        )
        blocks.append(Table("order", text("Out of order", lang), listed, wrong, "hh", "poverty.procedure", small=True))
    return Section("procedure", text("Where households stand in the procedure", lang), tuple(blocks))


def _supported_section(facts: ExitsFacts, lang: str) -> Section:
    heading = text("Over the line by transfers alone", lang)
    number = _persons_number("plan.supported", facts.supported, "exits over the line by transfers alone")
    sentence = say(
        "Of all expected exits, {n} are over the line by transfers alone; they stand apart, for they fall back when "
        "the transfers end.",
        lang,
        n=number,
    )
    frame = facts.supported_villages
    if frame.empty:
        return Section("supported", heading, (Paragraph(sentence),))
    columns = (
        Column("village", term("village", lang)),
        Column("households", term("households_n", lang, unit=True), "count", total=True),
        Column("persons", term("expected_exits", lang, unit=True), "persons", total=True),
    )
    table = Table("supported", heading, columns, frame, "village", "projection.supported")
    return Section("supported", heading, (Paragraph(sentence), table))


def _not_assessable_section(facts: ExitsFacts, lang: str) -> Section:
    heading = text("Who cannot be projected", lang)
    frame = facts.not_assessable
    if frame.empty:
        return Section("unknown", heading, (Paragraph(say("Every household can be projected.", lang)),))
    number = Number("not_assessable.households", len(frame), "count", "household", "projection.not_assessable")
    sentence = say("{n} cannot be projected; they are listed to be visited, never guessed.", lang, n=number)
    columns = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("members", term("persons_n", lang, unit=True), "count"),
        Column("reason", text("reason", lang), width=3.0),
    )
    table = Table("unknown", heading, columns, frame, "hh", "projection.not_assessable", small=True)
    return Section("unknown", heading, (Paragraph(sentence), table))


def curse_names(lang: str | None = None) -> dict[str, str]:
    """Return what the kinds of estimates are called (`povlib.exits.learning.optimisers_curse`)."""
    return {
        "plug_in": text("as estimated", lang),
        "shrunken": text("estimates and priors together (what the paper promises)", lang),
        "cross_fitted": text("chosen by one half of the evidence, valued by the other", lang),
        "optimism": text("optimism of choosing by bare estimates", lang),
    }


def _optimism_section(facts: ExitsFacts, lang: str) -> tuple[Section, ...]:
    if facts.curse.empty:
        return ()
    columns = (Column("name", text("estimates", lang), width=2.0),
               Column("persons", term("expected_exits", lang, unit=True), "persons"))  # fmt: skip
    note = say(
        "Choosing by noisy estimates inflates the promise; the distance between the totals is that optimism. Each plan "
        "is proved within {gap} of its best: no smaller distance is distinguishable from the slack of the searches.",
        lang,
        gap=Number("curse.gap", facts.curse_gap, "persons", "person", "gap asked of each of these plans"),
    )
    heading = text("What choosing by estimates promises too much", lang)
    table = Table("curse", heading, columns, facts.curse, "name", "review")
    return (Section("curse", heading, (table, Note(note))),)


def _households_section(facts: ExitsFacts, lang: str) -> Section:
    columns = [
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("members", term("persons_n", lang, unit=True), "count"),
        Column("plan", text("plan", lang), width=2.0),
        Column("p", text("chance of exit", lang), "probability", ends=("p_low", "p_high"), width=1.6),
        Column("p0", text("with nothing new", lang), "probability"),
    ]
    columns += [Column(key, title, "share") for key, title in facts.parts.items()]
    if "return_risk" in facts.households and facts.households["return_risk"].notna().any():
        columns.append(Column("return_risk", text("risk of return within 12 months", lang), "probability"))
    columns += [
        Column("supported", text("by transfers alone", lang), "yes"),
        Column("state", text("state", lang), width=1.2),
    ]
    title = text("Every household", lang)
    table = Table("households", title, tuple(columns), facts.households, "hh", "projection.frame", small=True)
    return Section("households", title, (table,), annex=True, wide=True)
