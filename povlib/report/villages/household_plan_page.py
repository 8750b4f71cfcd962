"""One household, one plan 一户一策: what is known, which rules put what on its first list, what the plan chose and why.

The page is for the desk and the family itself: keys, never a name.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.report.model.numbers import Prose, say
from povlib.report.model.paper import Bullets, Column, Note, Paragraph, Report, Section, Table
from povlib.words import text


@dataclass(frozen=True)
class HouseholdPlan:
    """The reasoning about one household.

    Attributes
    ----------
    facts : tuple of (label, value)
        What it begins with.
    rules : DataFrame
        key, name, asks, holds (bool), missing.
    measures : DataFrame
        name, listed, law, plan, is_listed: one line a measure, listed ones first.
    plan, reason, pencil : str
        The package, why, and its arithmetic; "" where there is none.
    restricted : bool
        Whether the plan was kept to the first lists.
    """

    hh: str
    village: str
    facts: tuple[tuple[str, str], ...]
    rules: pd.DataFrame
    measures: pd.DataFrame
    plan: str
    reason: str
    pencil: str
    restricted: bool
    run: str
    synthetic: bool = False


def rule_frame(plan: HouseholdPlan, lang: str) -> pd.DataFrame:
    """Return the rules in words: which hold, and what the others lack."""
    rules = plan.rules
    holds = rules["holds"].astype(bool)
    return pd.DataFrame(
        {
            "name": rules["name"],
            "asks": rules["asks"],
            "holds": holds.map({True: text("yes", lang), False: text("no", lang)}),
            "missing": rules["missing"],
        }
    )


def household_plan_page(plan: HouseholdPlan, lang: str) -> Report:
    """Return the page."""
    facts = Bullets(tuple(say("{label}: {value}", lang, label=label, value=value) for label, value in plan.facts))
    rule_columns = (
        Column("name", text("rule", lang), width=2.6),
        Column("asks", text("asks for", lang), width=3, listed=True),
        Column("holds", text("holds", lang), width=0.7),
        Column("missing", text("what does not hold", lang), width=2, listed=True),
    )
    rules = Table("rules", text("rules of the first list", lang), rule_columns, rule_frame(plan, lang), "name",
                  "params/causes.yaml", small=True,
                  empty=text("No rules are entered (causes.yaml).", lang))  # fmt: skip
    measure_columns = (
        Column("name", text("measure", lang), width=1.5),
        Column("listed", text("on the first list because", lang), width=2.4),
        Column("law", text("what the rules of the measure say", lang), width=2.6, listed=True),
        Column("plan", text("what the plan says", lang), width=2, listed=True),
    )
    measures = Table("measures", text("every measure", lang), measure_columns, plan.measures, "name", "support.offer",
                     small=True)  # fmt: skip
    kept = (
        say("The plan was kept to the first lists.", lang)
        if plan.restricted
        else say("The plan was free to choose beyond the first list.", lang)
    )
    chosen = [Paragraph(Prose(plan.plan or text("nothing planned", lang))),
              Paragraph(Prose(plan.reason))]  # fmt: skip
    if plan.pencil:
        chosen.append(Paragraph(say("In points: {line}", lang, line=plan.pencil)))
    return Report(
        title=text("One household, one plan: {hh}", lang, hh=plan.hh),
        language=lang,
        sections=(
            Section("facts", text("What is known", lang), (facts,)),
            Section("plan", text("What the plan chose, and why", lang), (*chosen, Note(kept))),
            Section("measures", text("Every measure, and why or why not", lang), (measures,)),
            Section("rules", text("How its first list came about", lang), (rules,)),
        ),
        manifest={text("run", lang): plan.run},
        synthetic=plan.synthetic,
    )
