"""Who is poor and why, as one page: depth, lines, causes, guarantees, sources and last year's change.

Responsible for wording and tabling `PovertyFacts`, and for putting the parts on movements, on the survey and on the
register itself behind it. Not responsible for measuring (`povlib.poverty`) or counting (`povlib.runs.facts.poverty`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from povlib.params import table as code_table
from povlib.poverty import Coverage, Movements, Overview
from povlib.poverty.households.township_overview import NO_CAUSE
from povlib.report.figures import causes_by_village, income_by_source, missing_guarantees
from povlib.report.model.numbers import Number, Prose, missing, say
from povlib.report.model.paper import Column, Note, Paragraph, Report, Section, Table
from povlib.report.pages.coverage_section import coverage_section
from povlib.report.pages.movements_section import movements_section
from povlib.report.pages.register_section import RegisterFacts, register_sections
from povlib.report.pages.relief_section import ReliefFacts, relief_sections
from povlib.vocabulary import source_label
from povlib.words import language, term, text

ALL = "all"


@dataclass(frozen=True, eq=False)
class PovertyFacts:
    """Everything the page says; filled by `povlib.runs.facts.poverty`.

    Parameters
    ----------
    overview : Overview
    causes : DataFrame
        village, then persons below the line by main cause (columns named by the code list), the commonest first.
    lacking : DataFrame
        village, then households that lack each guarantee.
    held_back : mapping
        Households: over (the line), held (of these, without a guarantee), under, only (of these, with every guarantee).
    sources : DataFrame
        group (village), <source>_fen and total_fen: net income a head and year.
    largest_source : tuple
        Source of the largest net income over all, and its fen a head and year.
    movements : Movements or str
        How households moved over and under the line; or why that cannot be said.
    lasting : DataFrame
        length (months), below_at_risk, below, above_at_risk, back: shares of the life tables; may be empty.
    reached : Coverage or str
        Who was reached and who was missed; or why that cannot be said.
    relief : ReliefFacts, optional
        What was due and paid, and who is over the line by transfers alone.
    """

    overview: Overview
    causes: pd.DataFrame
    lacking: pd.DataFrame
    held_back: Mapping[str, int]
    sources: pd.DataFrame
    largest_source: tuple[str, int]
    movements: Movements | str
    lasting: pd.DataFrame
    reached: Coverage | str
    relief: ReliefFacts | None = None


def poverty_page(
    facts: PovertyFacts,
    *,
    survey: str = "",
    register: RegisterFacts | None = None,
    lang: str | None = None,
    subtitle: str = "",
    synthetic: bool = False,
    authority: str = "",
    authorities: Mapping[str, str] | None = None,
) -> Report:
    """Return the page of the notebook 02_poverty.

    Parameters
    ----------
    facts : PovertyFacts
    survey : str
        Name of the survey's file.
    register : RegisterFacts, optional
        What is lacking together, how unequal incomes are, how far the register can be trusted.
    authority : str
        Whose line the plan uses.
    authorities : mapping, optional
        Name of each authority in `lang`.
    """
    lang = lang or language()
    overview = facts.overview
    return Report(
        title=text("Who is poor, and how deeply", lang),
        language=lang,
        subtitle=subtitle,
        sections=(
            _depth_section(overview, lang),
            _lines_section(overview, lang, authority, authorities or {}),
            _causes_section(facts, lang),
            _guarantees_section(facts, lang),
            _sources_section(facts, lang),
            _change_section(overview, lang),
            movements_section(facts.movements, facts.lasting, lang),
            coverage_section(facts.reached, survey, lang),
            *(relief_sections(facts.relief, lang) if facts.relief else ()),
            *(register_sections(register, lang) if register else ()),
        ),
        synthetic=synthetic,
    )


def _poverty_rate(overview: Overview, measure: str) -> float:
    rates = overview.rates
    found = rates.loc[(rates["measure"] == measure) & (rates["domain"] == ALL), "estimate"]
    return float(found.iloc[0]) if len(found) else float("nan")  # nobody's income is known: shown as a dash


def _depth_section(overview: Overview, lang: str) -> Section:
    unknown = int(overview.by_village["not_assessable_households"].sum())
    sentence = say(
        "At the end of {month}, {share} of the registered persons whose income is known are below the line. Their gap "
        "is {gap} of the line on average over all, and the squared gap, which weighs the deepest most, is {squared}.",
        lang,
        month=overview.at,
        share=Number(
            "fgt0.all", _poverty_rate(overview, "fgt0"), "share", "", "poverty.measure fgt0, members as weights"
        ),
        gap=Number("fgt1.all", _poverty_rate(overview, "fgt1"), "share", "", "poverty.measure fgt1"),
        squared=Number("fgt2.all", _poverty_rate(overview, "fgt2"), "decimal3", "", "poverty.measure fgt2"),
    )
    note = say(
        "These figures describe the register: every registered household is in it, so they have no sampling error. "
        "They cannot say who was missed. {n} cannot be assessed now for want of months and are left out of the "
        "shares.",
        lang,
        n=Number("not_assessable.all", unknown, "count", "household", "income of twelve months not complete"),
    )
    table = _group_table(overview.by_village, "village", "villages", text("By village", lang), lang)
    heading = text("How many, how deep", lang)
    return Section("depth", heading, (Paragraph(sentence), table, Note(note)))


def _group_table(frame: pd.DataFrame, name: str, key: str, title: str, lang: str) -> Table:
    columns = (
        Column("domain", term(name, lang)),
        Column("households", term("households_n", lang, unit=True), "count", total=True),
        Column("persons", term("persons_n", lang, unit=True), "count", total=True),
        Column("poor_persons", term("persons_below", lang, unit=True), "count", total=True),
        Column("fgt0", text("share below the line", lang), "share"),
        Column("fgt1", text("mean gap", lang), "share"),
        Column("share_of_gap", text("share of the whole gap", lang), "share"),
        Column("mean_income_fen", term("net_income_per_head", lang, unit=True), "yuan", width=1.4),
    )
    return Table(key, title, columns, frame, "domain", "poverty.overview", small=True)


def _causes_section(facts: PovertyFacts, lang: str) -> Section:
    """Say where the gap lies by main cause, and how causes differ between villages."""
    names = cause_names(lang)
    by_cause = facts.overview.by_cause
    frame = by_cause.assign(domain=by_cause["domain"].map(lambda cause: names.get(cause, cause)))
    frame = frame.sort_values(["share_of_gap", "domain"], ascending=[False, True], ignore_index=True)
    largest = frame.iloc[0]
    if missing(largest["share_of_gap"]):
        sentence = say("Nobody whose income is known is below the line, so no cause holds any part of a gap.", lang)
    else:
        sentence = say(
            "The largest part of the whole gap, {share}, lies with households whose main cause is “{cause}”.",
            lang,
            share=Number("causes.largest", float(largest["share_of_gap"]), "share", "", "largest share of the gap"),
            cause=str(largest["domain"]),
        )
    title = text("By main cause", lang)
    table = _group_table(frame, "cause", "causes", title, lang)
    grid = (causes_by_village(facts.causes, names=names, lang=lang),) if len(facts.causes.columns) > 1 else ()
    return Section("causes", title, (Paragraph(sentence), table, *grid))


def cause_names(lang: str) -> dict[str, str]:
    """Return the name of each main cause of the code list in `lang`, and of a cause that was not written down."""
    named = {code.label: code_table("cause").show(code.label, lang) for code in code_table("cause").codes}
    return {**named, NO_CAUSE: text("no cause recorded", lang)}


def _lines_section(overview: Overview, lang: str, authority: str, authorities: Mapping[str, str]) -> Section:
    frame = overview.lines.assign(
        name=overview.lines["authority"].map(lambda key: authorities.get(key, key)),
        used=overview.lines["authority"] == authority,
    )
    columns = (
        Column("name", term("authority", lang), width=1.8),
        Column("line_fen", term("poverty_line", lang, unit=True), "yuan", width=1.4),
        Column("not_over_persons", term("persons_below", lang, unit=True), "count"),
        Column("not_assessable_persons", term("persons_unknown", lang, unit=True), "count"),
        Column("exits_persons", term("exits_now", lang, unit=True), "count"),
        Column("rate_low", text("share below, at least", lang), "share"),
        Column("rate_high", text("share below, at most", lang), "share"),
        Column("used", term("line_used", lang), "yes"),
    )
    sentence = say(
        "The bounds count the households that cannot be assessed now once as over the line and once as below it.", lang
    )
    if len(set(frame["line_fen"])) > 1:
        sentence = say("Official series differ, so they stand side by side.", lang) + sentence
    table = Table("lines", text("By line", lang), columns, frame, "authority", "poverty.assess(authority)")
    return Section("lines", text("The lines side by side", lang), (Paragraph(sentence), table))


def _guarantees_section(facts: PovertyFacts, lang: str) -> Section:
    total = facts.lacking.drop(columns="village").sum().sort_values(ascending=False, kind="stable")
    worst = str(total.index[0])
    sentence = say("Each guarantee is a veto: income cannot make up for a dangerous house.", lang)
    if total.iloc[0]:
        sentence += say(
            "Most often missing is {which}, in {n}.",
            lang,
            which=term(worst, lang),
            n=Number("guarantee.worst", int(total.iloc[0]), "count", "household", "households that lack it"),
        )
    else:
        sentence += say("None is known to be missing.", lang)
    return Section(
        "guarantees",
        text("Guarantees that are missing", lang),
        (Paragraph(sentence + _held_back_sentence(facts, lang)), missing_guarantees(facts.lacking, lang=lang)),
    )


def _held_back_sentence(facts: PovertyFacts, lang: str) -> Prose:
    """Say whom income alone would let out, and whom a guarantee alone holds back."""
    definition = "poverty.assess: income test beside the guarantees"
    numbers = {key: Number(f"held.{key}", n, "count", "household", definition) for key, n in facts.held_back.items()}
    return say(
        "Of {over} over the line, {held} cannot exit because a guarantee is missing; of {under} below it, {only} have "
        "every guarantee and lack income alone.",
        lang,
        **numbers,
    )


def _sources_section(facts: PovertyFacts, lang: str) -> Section:
    source, fen = facts.largest_source
    sentence = say(
        "The largest source of net income is {which}, {amount} a head and year.",
        lang,
        which=source_label(source, lang),
        amount=Number("source.largest", fen, "yuan", "yuan", "income by source, per head"),
    )
    figure = income_by_source(facts.sources, lang=lang)
    return Section("sources", text("Where income comes from", lang), (Paragraph(sentence), figure))


def _change_section(overview: Overview, lang: str) -> Section:
    """Split the change since last year into what growth and what redistribution brought."""
    heading = text("What changed since last year", lang)
    frame = overview.change
    if not len(frame):
        sentence = say("No household's income is known both now and a year ago, so no change can be told.", lang)
        return Section("change", heading, (Note(sentence),))
    wide = frame.pivot_table(index="component", columns="measure", values="estimate", aggfunc="first")
    rows = {
        "before": text("a year ago", lang),
        "after": text("now", lang),
        "change": text("change", lang),
        "growth_shapley": text("of it growth of all incomes", lang),
        "redistribution_shapley": text("of it who gained and who lost", lang),
    }
    wide = wide.loc[list(rows)].reset_index().assign(name=list(rows.values()))
    definition = "poverty.decompose_change, Shapley"
    head = wide.set_index("component")["fgt0"]

    def points(key: str) -> Number:
        return Number(f"change.{key}", float(head[key]), "percentage_points", "", definition, signed=True)

    sentence = say(
        "Among {n} on the register whose income is known now and a year ago, the share of persons below the line went "
        "from {before} to {after}, each by the line of its own year. Had all incomes grown alike it would have moved "
        "by {growth}; that some gained and others lost moved it by {redistribution}.",
        lang,
        n=Number("change.n", int(frame["n"].iloc[0]), "count", "household", "income known at both month-ends"),
        before=Number("change.before", float(head["before"]), "share", "", definition),
        after=Number("change.after", float(head["after"]), "share", "", definition),
        growth=points("growth_shapley"),
        redistribution=points("redistribution_shapley"),
    )
    note = say("Households that left the register meanwhile are not in this comparison.", lang)
    columns = (
        Column("name", text("part", lang), width=2.0),
        Column("fgt0", text("share below the line", lang), "share"),
        Column("fgt1", text("mean gap", lang), "share"),
        Column("fgt2", text("squared gap", lang), "decimal3"),
    )
    table = Table("change", text("Growth and redistribution", lang), columns, wide, "component", definition)
    return Section("change", heading, (Paragraph(sentence), table, Note(note)))
