"""What worked, as one page: what can be read aloud, one table, the forest plot, every design beside the others.

Responsible for tabling and drawing what `povlib.report.pages.effect_wording` words. Not responsible for estimating.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from povlib.report.figures import forest
from povlib.report.model.numbers import say
from povlib.report.model.paper import Bullets, Column, Note, Paragraph, Report, Section, Table
from povlib.report.pages.doubt_section import DoubtFacts, doubt_sections
from povlib.report.pages.effect_wording import (
    EffectFacts,
    design_name,
    effect_number,
    effect_range,
    effects_in_words,
    effects_summary,
    findings_in_words,
)
from povlib.vocabulary import source_label
from povlib.words import language, term, text


def impact_page(
    facts: EffectFacts,
    names: Mapping[str, str],
    *,
    doubt: DoubtFacts | None = None,
    lang: str | None = None,
    subtitle: str = "",
    synthetic: bool = False,
) -> Report:
    """Return the page of the notebook 03_impact.

    Parameters
    ----------
    facts : EffectFacts
    names : mapping
        Name of each measure in `lang`, in the order of the catalogue.
    doubt : DoubtFacts, optional
        How often chance alone gives as much, and what the poverty line itself shows.

    Examples
    --------
    >>> impact_page(EffectFacts(*(pd.DataFrame(),) * 4), {}, lang="en").sections[0].key
    'aloud'
    """
    lang = lang or language()
    if facts.planned.empty:
        sentence = say("No measure has an assumed effect yet, so nothing can be estimated or planned with.", lang)
        sections: tuple[Section, ...] = (Section("aloud", text("What worked", lang), (Paragraph(sentence),)),)
    else:
        effects = effects_in_words(facts, names, lang)
        sections = (
            _read_aloud_section(effects, facts.used, lang),
            _effects_section(effects, lang),
            forest_section(facts, effects, lang),
            _designs_section(facts, names, lang),
        )
    sections += doubt_sections(doubt, names, lang) if doubt else ()
    return Report(text("What worked", lang), lang, subtitle=subtitle, sections=sections, synthetic=synthetic)


def _read_aloud_section(told: pd.DataFrame, used: str, lang: str) -> Section:
    blocks = (
        Paragraph(effects_summary(told, used, lang)),
        Bullets(tuple(told["sentence"])),
        Note(
            say(
                "Help was not given at random. The comparisons allow for what is known about the households, not for "
                "what nobody wrote down. Before and after of the helped alone is shown beside, and is no effect.",
                lang,
            )
        ),
    )
    return Section("aloud", text("What worked", lang), blocks)


def _effects_section(told: pd.DataFrame, lang: str) -> Section:
    columns = (
        Column("name", term("measure", lang), width=1.9),
        Column("used", text("effect used", lang), listed=True),
        Column("used_range", text("95 % range", lang), listed=True, width=1.3),
        Column("prior_share", text("share of the prior", lang), "share", width=0.9),
        Column("design", text("design", lang), width=1.5),
        Column("local", text("the records alone", lang), listed=True),
        Column("naive", text("before and after only", lang), listed=True),
        Column("checks", text("checks", lang), width=3.6),
    )
    note = say(
        "Effects are shares of the post's wage, shares of the income from that source before, or yuan in each month "
        "paid, as the assumed effect is. The share of the prior says how much of the effect used was assumed.",
        lang,
    )
    title = text("Effect of each measure", lang)
    table = Table("effects", title, columns, told, ("measure", "source"), "impact.evaluate", notes=(note,), small=True)
    return Section("effects", title, (table,), wide=True)


def forest_section(facts: EffectFacts, told: pd.DataFrame, lang: str) -> Section:
    """Return the chart of what was assumed, what the records say, and what the plan takes of each effect.

    Parameters
    ----------
    told : DataFrame
        `povlib.report.pages.effect_wording.effects_in_words`.
    """
    rows = facts.forest.set_index(["measure", "source"])
    keys = [key for key in told[["measure", "source"]].itertuples(index=False, name=None) if key in rows.index]
    names = told.set_index(["measure", "source"])["name"]
    frame = rows.loc[keys].assign(name=names.loc[keys]).reset_index()
    heading = text("Assumed, recorded, used", lang)
    sentence = say(
        "The thick line is what the plan takes. It lies between what was assumed (broken line) and what the records "
        "say (thin line), nearer to the one that is surer.",
        lang,
    )
    return Section("forest", heading, (Paragraph(sentence), forest(frame, lang=lang)))


def _designs_section(facts: EffectFacts, names: Mapping[str, str], lang: str) -> Section:
    """Return every design that was tried, for whoever wants to check the choice."""
    stop = text("; ", lang)
    rows = []
    for row in facts.estimates.to_dict("records"):
        basis, checks = str(row["basis"]), facts.checks
        same = [checks[name] == row[name] for name in ("measure", "source", "method")]
        own = checks[same[0] & same[1] & same[2]]
        measure, income = names[str(row["measure"])], source_label(str(row["source"]), lang)
        rows.append(
            {
                "key": f"{row['measure']}:{row['source']}",
                "method": row["method"],
                "name": text("{measure}: {income}", lang, measure=measure, income=income),
                "design": design_name(row["method"], lang),
                "estimate": effect_number("cell", row["estimate"], basis).show(lang),
                "range": effect_range(row["ci_low"], row["ci_high"], basis, lang),
                "treated": int(row["treated"]),
                "controls": int(row["controls"]),
                "usable": bool(row["usable"]),
                "findings": stop.join(findings_in_words(own, lang)),
            }
        )
    columns = (
        Column("name", term("measure", lang), width=1.9),
        Column("design", text("design", lang), width=1.5),
        Column("estimate", text("estimate", lang), listed=True),
        Column("range", text("95 % range", lang), listed=True, width=1.3),
        Column("treated", text("helped", lang), "count", width=0.7),
        Column("controls", text("others", lang), "count", width=0.7),
        Column("usable", text("usable", lang), "yes", width=0.7),
        Column("findings", text("findings", lang), width=3.6),
    )
    title = text("Every design beside the others", lang)
    order = {key: at for at, key in enumerate(names)}
    frame = pd.DataFrame(rows)
    frame = frame.iloc[frame["key"].str.split(":").str[0].map(order).argsort(kind="stable")].reset_index(drop=True)
    sentence = say("The first usable design from the top counts; before and after never does.", lang)
    table = Table("designs", title, columns, frame, ("key", "method"), "impact.evaluate estimates", small=True)
    return Section("designs", title, (Paragraph(sentence), table), annex=True, wide=True)
