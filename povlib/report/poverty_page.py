"""Who is poor and how deeply, as one page, among the registered.

Responsible for wording and tabling `povlib.poverty.Overview`. Not responsible for measuring.
"""

from __future__ import annotations

import pandas as pd

from povlib.poverty import Overview
from povlib.report.figures import income_by_source, missing_guarantees
from povlib.report.model import Column, Note, Paragraph, Report, Section, Table
from povlib.report.numbers import Number, say
from povlib.words import language, term, text

ALL = "all"


def poverty_page(
    overview: Overview, *, lang: str | None = None, subtitle: str = "", synthetic: bool = False, authority: str = ""
) -> Report:
    """Return the page of the notebook 02_poverty.

    Parameters
    ----------
    overview : Overview
    authority : str
        Whose line the plan uses.
    """
    lang = lang or language()
    return Report(
        title=text("Who is poor, and how deeply", lang),
        language=lang,
        subtitle=subtitle,
        sections=(
            _depth(overview, lang),
            _lines(overview, lang, authority),
            _groups(overview.by_cause, "cause", "causes", text("By main cause", lang), lang),
            _guarantees(overview, lang),
            _sources(overview, lang),
        ),
        synthetic=synthetic,
    )


def _rate(overview: Overview, measure: str) -> float:
    rates = overview.rates
    found = rates.loc[(rates["measure"] == measure) & (rates["domain"] == ALL), "estimate"]
    return float(found.iloc[0]) if len(found) else float("nan")  # nobody's income is known: shown as a dash


def _depth(overview: Overview, lang: str) -> Section:
    unknown = int(overview.by_village["not_assessable_households"].sum())
    sentence = say(
        "At the end of {month}, {share} of the registered persons whose income is known are below the line. Their gap "
        "is {gap} of the line on average over all, and the squared gap, which weighs the deepest most, is {squared}.",
        lang,
        month=overview.at,
        share=Number("fgt0.all", _rate(overview, "fgt0"), "share", "", "poverty.measure fgt0, members as weights"),
        gap=Number("fgt1.all", _rate(overview, "fgt1"), "share", "", "poverty.measure fgt1"),
        squared=Number("fgt2.all", _rate(overview, "fgt2"), "decimal3", "", "poverty.measure fgt2"),
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


def _groups(frame: pd.DataFrame, name: str, key: str, title: str, lang: str) -> Section:
    largest = frame.sort_values("share_of_gap", ascending=False).iloc[0]
    sentence = say(
        "The largest part of the whole gap, {share}, lies with households whose main cause is “{cause}”.",
        lang,
        share=Number(f"{key}.largest", float(largest["share_of_gap"]), "share", "", "largest share of the gap"),
        cause=str(largest["domain"]),
    )
    return Section(key, title, (Paragraph(sentence), _group_table(frame, name, key, title, lang)))


def _lines(overview: Overview, lang: str, authority: str) -> Section:
    names = {"exit_check": text("exit-check series", lang), "nbs": text("national statistics series", lang)}
    frame = overview.lines.assign(
        name=overview.lines["authority"].map(lambda key: names.get(key, key)),
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
        "Two official series differ, so both stand side by side; the bounds count the households that cannot be "
        "assessed now once as over the line and once as below it.",
        lang,
    )
    table = Table("lines", text("By line", lang), columns, frame, "authority", "poverty.assess under each authority")
    return Section("lines", text("The lines side by side", lang), (Paragraph(sentence), table))


def _guarantees(overview: Overview, lang: str) -> Section:
    long = overview.guarantees
    total = long.groupby("guarantee")["missing"].sum()
    wide = long.pivot_table(index="village", columns="guarantee", values="missing", aggfunc="sum")
    wide = wide.loc[long["village"].drop_duplicates()].reset_index()
    worst = str(total.idxmax())
    sentence = say(
        "Each guarantee is a veto: income cannot make up for a dangerous house. Most often missing is {which}, in {n}.",
        lang,
        which=term(worst, lang),
        n=Number("guarantee.worst", int(total.max()), "count", "household", "households that lack it"),
    )
    return Section(
        "guarantees",
        text("Guarantees that are missing", lang),
        (Paragraph(sentence), missing_guarantees(wide, lang=lang)),
    )


def _sources(overview: Overview, lang: str) -> Section:
    frame = overview.by_source[overview.by_source["domain"] == ALL]
    # own production counts after its costs, as in the chart: net with net
    heads = frame.assign(source=frame["source"].replace("cost", "business")).groupby("source")["fen_per_head"].sum()
    first = str(heads.sort_index().idxmax())
    names = {
        "wage": text("wages", lang),
        "business": text("business, net", lang),
        "property": text("property", lang),
        "transfer": text("transfers", lang),
    }
    sentence = say(
        "The largest source of net income is {which}, {amount} a head and year.",
        lang,
        which=names[first],
        amount=Number("source.largest", int(heads[first]), "yuan", "yuan", "income by source, per head"),
    )
    figure = income_by_source(_wide_sources(overview), lang=lang)
    return Section("sources", text("Where income comes from", lang), (Paragraph(sentence), figure))


def _wide_sources(overview: Overview) -> pd.DataFrame:
    villages = overview.by_source[overview.by_source["domain"] != ALL]
    wide = villages.pivot_table(index="domain", columns="source", values="fen_per_head", aggfunc="sum")
    in_order = wide.loc[villages["domain"].drop_duplicates()].add_suffix("_fen")
    wide = in_order.rename_axis(columns=None).reset_index().rename(columns={"domain": "group"})
    # the end of a bar reads as in the table by village: rounded once, there
    wide["total_fen"] = wide["group"].map(overview.by_village.set_index("domain")["mean_income_fen"])
    # the chart stacks what is left of own production after its costs, so that the bars add up to net income
    return wide.assign(business_fen=wide["business_fen"] + wide["cost_fen"])
