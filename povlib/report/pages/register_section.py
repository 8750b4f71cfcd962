"""The parts of notebook 02 on the register itself: what is lacking together, how unequal incomes are, how sure it is.

Responsible for wording and tabling what `povlib.runs.facts.poverty` lays out. Not responsible for any figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.report.figures import lorenz_curve
from povlib.report.model.numbers import Number, Prose, Range, say, shown
from povlib.report.model.paper import Column, Note, Paragraph, Section, Table
from povlib.words import term, text

WHOLE = "all"
TOGETHER = ("H", "A", "M0")


@dataclass(frozen=True, eq=False)
class RegisterFacts:
    """What the three parts say; a text in place of a frame is the reason why a part cannot be had.

    Parameters
    ----------
    together : DataFrame or str
        key ("income" or a guarantee), lacking (share of persons), lacking_and_poor, contribution (share of M0).
    villages : DataFrame
        domain, households, H, A, M0; "all" last.
    curve : DataFrame or str
        Lorenz curve: population, income_share.
    gini, between : float
        Gini of income per head; share of the Theil index that lies between villages.
    parts : DataFrame
        domain, population_share, value (squared gap), contribution (share of the whole squared gap).
    quality : DataFrame or str
        `povlib.poverty.quality_against_survey`.
    """

    together: pd.DataFrame | str
    villages: pd.DataFrame
    curve: pd.DataFrame | str
    gini: float
    between: float
    parts: pd.DataFrame
    quality: pd.DataFrame | str


def register_sections(facts: RegisterFacts, lang: str) -> tuple[Section, ...]:
    """Return the three parts."""
    return _together_section(facts, lang), _unequal_section(facts, lang), _quality_section(facts.quality, lang)


def _refused_section(key: str, heading: str, why: str) -> Section:
    return Section(key, heading, (Note(Prose(why)),))


def _together_section(facts: RegisterFacts, lang: str) -> Section:
    heading = text("What is lacking together", lang)
    if isinstance(facts.together, str):
        return _refused_section("together", heading, facts.together)
    whole = facts.villages[facts.villages["domain"] == WHOLE].to_dict("records")[0]
    income = facts.together["key"] == "income"
    sentence = say(
        "Income weighs one half, the six guarantees the other half; whoever lacks half of the weight or more is poor. "
        "That is {h} of the registered persons; on average they lack {a} of the weight, which makes an index of {m0}. "
        "Income holds {income} of it, the guarantees the rest.",
        lang,
        h=Number("together.h", float(whole["H"]), "share", "", "poverty.multidimensional H, persons as weights"),
        a=Number("together.a", float(whole["A"]), "share", "", "poverty.multidimensional A"),
        m0=Number("together.m0", float(whole["M0"]), "decimal3", "", "poverty.multidimensional M0 = H x A"),
        income=Number(
            "together.income", float(facts.together.loc[income, "contribution"].iloc[0]), "share", "",
            "poverty.multidimensional contribution to M0",
        ),
    )  # fmt: skip
    lacking = text("income not above the line", lang)
    rows = facts.together.assign(name=[lacking if k == "income" else term(k, lang) for k in facts.together["key"]])
    columns = (
        Column("name", text("what is lacking", lang), width=2.0),
        Column("lacking", text("persons who lack it", lang), "share"),
        Column("lacking_and_poor", text("who lack it and are poor", lang), "share"),
        Column("contribution", text("part of the index", lang), "share"),
    )
    title = text("What the index is made of", lang)
    parts = Table("together", title, columns, rows, "key", "poverty.deprivations_of_register", small=True)
    everyone = facts.villages["domain"].replace(WHOLE, text("Total", lang))
    by_village = (
        Column("name", term("village", lang)),
        Column("households", term("households_n", lang, unit=True), "count"),
        Column("H", text("share of persons", lang), "share"),
        Column("A", text("of the weight they lack", lang), "share"),
        Column("M0", text("index", lang), "decimal3"),
    )
    table = Table("together_villages", text("By village", lang), by_village, facts.villages.assign(name=everyone),
                  "domain", "poverty.deprivations_of_register", small=True)  # fmt: skip
    note = say("Households of which anything is not known are left out: {n} are counted.", lang,
               n=Number("together.n", int(whole["households"]), "count", "household", "everything known"))  # fmt: skip
    return Section("together", heading, (Paragraph(sentence), parts, table, Note(note)))


def _unequal_section(facts: RegisterFacts, lang: str) -> Section:
    heading = text("How unequal the incomes are", lang)
    if isinstance(facts.curve, str):
        return _refused_section("unequal", heading, facts.curve)
    first = facts.parts.sort_values(["contribution", "domain"], ascending=[False, True]).to_dict("records")[0]
    sentence = say(
        "Among the registered the Gini coefficient of income per head is {gini} (0: all alike). Of the inequality, "
        "{between} lies between villages, the rest within them.",
        lang,
        gini=Number("unequal.gini", facts.gini, "decimal3", "", "poverty.measure gini, persons as weights"),
        between=Number("unequal.between", facts.between, "share", "", "poverty.by_subgroup ge1, between / total"),
    )
    if first["contribution"] == first["contribution"]:  # nobody below the line: no village holds any part
        sentence += say(
            "The largest part of the squared gap, which weighs the deepest most, lies in {village}: {part}, with "
            "{persons} of the persons.",
            lang,
            village=str(first["domain"]),
            part=Number("unequal.largest", float(first["contribution"]), "share", "", "poverty.by_subgroup fgt2"),
            persons=Number("unequal.persons", float(first["population_share"]), "share", "", "share of the persons"),
        )
    columns = (
        Column("domain", term("village", lang)),
        Column("population_share", text("share of persons", lang), "share"),
        Column("value", text("squared gap", lang), "decimal3"),
        Column("contribution", text("share of the whole squared gap", lang), "share"),
    )
    table = Table("unequal", text("By village", lang), columns, facts.parts, "domain", "poverty.by_subgroup",
                  small=True)  # fmt: skip
    return Section("unequal", heading, (Paragraph(sentence), lorenz_curve(facts.curve, lang=lang), table))


def _quality_section(quality: pd.DataFrame | str, lang: str) -> Section:
    heading = text("How far the register can be trusted", lang)
    if isinstance(quality, str):
        return _refused_section("quality", heading, quality)
    names = {
        "recorded": text("poor by the register, of those known", lang),
        "not_known": text("not known", lang),
        "worst_low": text("poor, if none of those not known were", lang),
        "worst_high": text("poor, if all of those not known were", lang),
        "inspected": text("met by the survey", lang),
        "false_poor": text("recorded poor, told an income above the line", lang),
        "false_not_poor": text("recorded not poor, told an income below it", lang),
        "corrected": text("poor, corrected by what the survey found", lang),
    }
    rows = {str(row["measure"]): row for row in quality.to_dict("records")}

    def number(key: str, column: str = "estimate") -> Number:
        end = "" if column == "estimate" else f".{column}"
        value = float(rows[key][column])
        return Number(f"quality.{key}{end}", value, "share", "", "poverty.quality_against_survey")

    met = rows["corrected"]
    sentence = say(
        "By the register {recorded} of the persons whose income is known are poor. The survey met {n} of it in "
        "{villages}; after what it found, {corrected} of all registered persons are ({range}).",
        lang,
        recorded=number("recorded"),
        n=Number("quality.n", int(met["n"]), "count", "household", "registered households in the survey"),
        villages=Number("quality.villages", int(met["clusters"]), "count", "village", "villages of these"),
        corrected=number("corrected"),
        range=Range(number("corrected", "ci_low"), number("corrected", "ci_high")),
    )
    ranges = [
        Range(number(key, "ci_low"), number(key, "ci_high")).show(lang)
        if rows[key]["convention"] == "inspected"
        else "—"
        for key in names
    ]
    shares = [shown(rows[key]["estimate"], "share", lang) for key in names]
    frame = pd.DataFrame({"key": list(names), "name": list(names.values()), "share": shares, "range": ranges})
    columns = (
        Column("name", text("share of persons", lang), width=2.6),
        Column("share", text("share", lang), listed=True),
        Column("range", text("95 % range", lang), listed=True, width=1.3),
    )
    title = text("The register against the survey", lang)
    table = Table("quality", title, columns, frame, "key", "poverty.quality_against_survey", small=True)
    note = say(
        "An income told once is no verdict. The correction holds as far as the households that the survey met were "
        "drawn by lot.",
        lang,
    )
    return Section("quality", heading, (Paragraph(sentence), table, Note(note)))
