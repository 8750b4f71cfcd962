"""The list of helpers and households: who stands by whom, how even the loads are, what stays vacant and why.

The workbook of it has open columns: who was agreed, from which month, why another. Keys only, never a name.
"""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Column, Note, Paragraph, Report, Section, Table
from povlib.words import text

_METRES_PER_KM = 1000


class Helpers(Protocol):
    """What the paper reads of a plan (`povlib.villages.helpers.HelperPlan`)."""

    @property
    def assigned(self) -> pd.DataFrame:
        """One row a household: hh, village, helper, today, metres."""

    @property
    def loads(self) -> pd.DataFrame:
        """One row a helper: helper, capacity, may_serve, households, today."""

    @property
    def vacant(self) -> pd.DataFrame:
        """Households without a helper: hh, village, own_village, kin, full."""

    @property
    def difference(self) -> int:
        """Largest difference in load."""

    @property
    def kept(self) -> int:
        """Pairs of today that stay."""


def helper_paper(plan: Helpers, lang: str, *, without_ways: bool = False, synthetic: bool = False) -> Report:
    """Return the paper.

    Parameters
    ----------
    plan : Helpers
    without_ways : bool
        No kilometres are known: say so.
    """
    blocks = [Paragraph(sentence) for sentence in plan_sentences(plan, lang)]
    note = (Note(say("No kilometres are entered in inspection.yaml: any other village counts as equally far.", lang)),)
    return Report(
        title=text("Helpers and households", lang),
        language=lang,
        sections=(
            Section("summary", text("How even it is", lang), (*blocks, *(note if without_ways else ()))),
            Section("loads", text("Each helper's households", lang), (_load_table(plan, lang),)),
            Section("vacant", text("Households without a helper, and why", lang), (_vacant_table(plan, lang),)),
            Section("pairs", text("Who stands by whom", lang), (_pair_table(plan, lang),), annex=True),
        ),
        synthetic=synthetic,
    )


def plan_sentences(plan: Helpers, lang: str) -> list[Prose]:
    """Return what the plan comes to: pairs, fairness, ways, vacancies."""
    serving = plan.loads[plan.loads["may_serve"] > 0]
    low, high = (int(serving["households"].min()), int(serving["households"].max())) if len(serving) else (0, 0)
    paired = len(plan.assigned) - len(plan.vacant)

    def number(key: str, value: float, kind: str = "count") -> Number:
        return Number(f"helpers.{key}", value, kind, "", "villages.helpers")

    return [
        say("{paired} of {all} households have a helper; {helpers} helpers may serve, with {low} to {high} households "
            "each: the largest difference in load is {difference}.", lang, paired=number("paired", paired),
            all=number("households", len(plan.assigned)), helpers=number("serving", len(serving)),
            low=number("least", low), high=number("most", high), difference=number("difference", plan.difference)),
        say("{kept} of today's {today} pairs stay. The ways come to {km} km one way in all.", lang,
            kept=number("kept", plan.kept), today=number("today", int(plan.assigned["today"].notna().sum())),
            km=number("km", plan.assigned["metres"].sum() / _METRES_PER_KM, "decimal1")),
        say("No plan leaves fewer households without a helper; of those, none has more even loads; of those, none has "
            "shorter ways; of those, none keeps more of today's pairs. Nobody stands by kin or in the own village.",
            lang),
    ]  # fmt: skip


def _load_table(plan: Helpers, lang: str) -> Table:
    columns = (
        Column("helper", text("helper", lang), width=2),
        Column("capacity", text("can take", lang), "count"),
        Column("may_serve", text("households not barred", lang), "count"),
        Column("today", text("today", lang), "count", total=True),
        Column("households", text("planned", lang), "count", total=True),
    )
    return Table("loads", text("loads", lang), columns, plan.loads, "helper", "villages.helpers", small=True)


def _vacant_table(plan: Helpers, lang: str) -> Table:
    columns = (
        Column("hh", text("household", lang)),
        Column("village", text("village", lang)),
        Column("own_village", text("helpers of the own village", lang), "count"),
        Column("kin", text("helpers who are kin", lang), "count"),
        Column("full", text("helpers who are full", lang), "count"),
    )
    empty = text("None: every household has a helper.", lang)
    return Table("vacant", text("vacant", lang), columns, plan.vacant, "hh", "villages.helpers", empty=empty)


def _pair_table(plan: Helpers, lang: str) -> Table:
    frame = plan.assigned.sort_values(["village", "hh"], ignore_index=True)
    same = frame["helper"].eq(frame["today"]).fillna(False)
    state = same.map({True: text("stays", lang), False: text("new", lang)})
    state = state.where(frame["helper"].notna(), text("vacant", lang))
    shown = pd.DataFrame(
        {
            "hh": frame["hh"],
            "village": frame["village"],
            "helper": frame["helper"].fillna(""),
            "km": (frame["metres"] / _METRES_PER_KM).where(frame["helper"].notna()),
            "today": frame["today"].fillna(""),
            "state": state,
            **dict.fromkeys(("agreed", "from", "why"), ""),
        }
    )
    columns = (
        Column("hh", text("household", lang)),
        Column("village", text("village", lang)),
        Column("helper", text("helper", lang), width=1.6),
        Column("km", text("km one way", lang), "decimal1"),
        Column("today", text("today", lang), width=1.6),
        Column("state", text("pair", lang), width=0.8),
        Column("agreed", text("agreed (fill in)", lang), width=1.6),
        Column("from", text("from month (fill in)", lang)),
        Column("why", text("if another: why", lang), width=1.6),
    )
    return Table("pairs", text("pairs", lang), columns, shown, "hh", "villages.helpers", small=True)
