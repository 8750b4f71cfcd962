"""The paper of one village 单村材料: four numbers, who is helped by what, money by fund, works, jobs, and its tasks.

Responsible for words and tables. Not responsible for any figure (`povlib.runs.facts.kinds.village_plan`): what stands
in the meeting paper too stands here under the same key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.report.kinds.village_tasks import task_table
from povlib.report.meeting.facts import MeetingFacts
from povlib.report.meeting.wording import PaperWords, expected_persons, household_count, money_in_yuan
from povlib.report.model.numbers import Number, Prose, Range, say
from povlib.report.model.paper import Block, Column, Headline, Note, Paragraph, Report, Section, Table
from povlib.words import term, text

_PLAN = "plan.choice.groupby(village)"


@dataclass(frozen=True, eq=False)
class VillagePlan:
    """One village in a plan.

    Parameters
    ----------
    name : str
    meeting : MeetingFacts
    households, persons, served, posts : int
    money_fen : int
    additional, expected : float
        Persons.
    low, high : float or None
        Range of the expected exits.
    helped : DataFrame
        hh, size, plan (in words), start (month ordinal), money_fen, short (reason in a few words).
    left_out : DataFrame
        reason, households, persons: who gets nothing new.
    funds : DataFrame
        name, fen: new money of households of the village.
    works : DataFrame
        hh, kind, status, pct (0-1), planned (day as written or ""), crew: works that are not finished.
    jobs : DataFrame
        employer, held (persons in a post now), planned (posts that the plan fills).
    tasks : DataFrame
        Rows of the village's task list.
    """

    name: str
    meeting: MeetingFacts
    households: int
    persons: int
    served: int
    posts: int
    money_fen: int
    additional: float
    expected: float
    low: float | None
    high: float | None
    helped: pd.DataFrame
    left_out: pd.DataFrame
    funds: pd.DataFrame
    works: pd.DataFrame
    jobs: pd.DataFrame
    tasks: pd.DataFrame


def village_paper(facts: VillagePlan, lang: str, **head: Any) -> Report:
    """Return the paper of a village under the head of a run's papers (issuer, date_line, manifest, draft, lapsed)."""
    w = PaperWords(facts.meeting, lang)
    synthetic = facts.meeting.synthetic
    tasks = task_table(facts.tasks, facts.name, lang)
    notes = [say("Households stand by their keys. What the plan says of this village is what the meeting paper says.",
                 lang)]  # fmt: skip
    if synthetic:
        notes.append(say("Every household, name and amount in this paper is made up.", lang))
    return Report(
        title=text("{village}: what the plan brings", lang, village=facts.name),
        language=lang,
        subtitle=text("Paper of one village", lang),
        headlines=_headlines(facts, lang),
        opening=(_in_short(facts, lang),),
        sections=(_helped(facts, w), _left_out(facts, w), _money(facts, lang), _works(facts, lang), _jobs(facts, lang),
                  Section("tasks", text("What the village has to do", lang), (tasks,))),
        notes=tuple(notes),
        synthetic=synthetic,
        **head,
    )  # fmt: skip


def _key(facts: VillagePlan, column: str) -> str:
    """Return the key of a figure of the village: that of its row in the meeting paper."""
    return f"villages[{facts.name}].{column}"


def _headlines(facts: VillagePlan, lang: str) -> tuple[Headline, ...]:
    between = None
    if facts.low is not None and facts.high is not None:
        key = f"village_range[{facts.name}]"
        between = Range(expected_persons(f"{key}.low", facts.low, "5 % of the draws"),
                        expected_persons(f"{key}.high", facts.high, "95 % of the draws"))  # fmt: skip
    return (
        Headline(text("households that get something new", lang), household_count(_key(facts, "served"), facts.served)),
        Headline(text("new money", lang), money_in_yuan(_key(facts, "money_fen"), facts.money_fen, _PLAN)),
        Headline(text("exits beyond those without new help", lang),
                 expected_persons(_key(facts, "additional"), facts.additional, _PLAN)),
        Headline(text("exits expected in all", lang), expected_persons(_key(facts, "expected"), facts.expected, _PLAN),
                 range=between),
    )  # fmt: skip


def _in_short(facts: VillagePlan, lang: str) -> Prose:
    return say(
        "Of {households} on the register with {persons}, {served} get something new from {start} on, {posts} among it.",
        lang,
        households=household_count(_key(facts, "households"), facts.households, _PLAN),
        persons=Number(_key(facts, "persons"), facts.persons, "count", "person", _PLAN),
        served=household_count(_key(facts, "served"), facts.served, _PLAN),
        start=facts.meeting.help_from,
        posts=Number(_key(facts, "posts"), facts.posts, "count", "post", _PLAN),
    )


def _helped(facts: VillagePlan, w: PaperWords) -> Section:
    heading = text("Who is helped, by what", w.lang)
    if facts.helped.empty:
        nobody = say("No household of this village gets anything new under this plan; what runs already goes on.",
                     w.lang)  # fmt: skip
        return Section("helped", heading, (Paragraph(nobody),))
    columns = (
        w.column("hh", "hh", width=1.0),
        w.column("size", "persons_n", "count", width=0.6),
        w.column("plan", "package", width=3.6),
        w.column("start", "start_month", "month", width=1.4),
        w.column("money_fen", "new_money", "yuan", width=1.0),
        w.column("short", "reason", width=1.8),
    )
    table = Table("households", text("Households with new help", w.lang), columns, facts.helped, "hh",
                  "plan.choice, allocation.explain", small=True)  # fmt: skip
    return Section("helped", heading, (table,))


def _left_out(facts: VillagePlan, w: PaperWords) -> Section:
    heading = text("Who gets nothing new, and why", w.lang)
    if facts.left_out.empty:
        return Section("left_out", heading, (Paragraph(say("Every household receives new help.", w.lang)),))
    columns = (
        w.column("reason", "reason", width=4.0),
        w.column("households", "households_n", "count", total=True),
        w.column("persons", "persons_n", "count", total=True),
    )
    table = Table(f"left_out_{facts.name}", text("Reasons", w.lang), columns, facts.left_out, "reason",
                  "allocation.explain")  # fmt: skip
    note = say("Every family may ask for its own line: what it would get, the points, and the reason. It is shown to "
               "nobody else.", w.lang)  # fmt: skip
    return Section("left_out", heading, (table, Note(note)))


def _money(facts: VillagePlan, lang: str) -> Section:
    heading = text("Money by fund", lang)
    if facts.funds.empty:
        nothing = say("No new money goes to households of this village.", lang)
        return Section("money", heading, (Paragraph(nothing),))
    columns = (
        Column("name", term("fund", lang), width=3.0),
        Column("fen", text("new money (yuan)", lang), "yuan", total=True),
    )
    table = Table(f"money_{facts.name}", text("New money", lang), columns, facts.funds, "name", "plan.payments")
    note = say("What opens places that several households share belongs to no village and is not counted here.", lang)
    return Section("money", heading, (table, Note(note)))


def _works(facts: VillagePlan, lang: str) -> Section:
    heading = text("Works on houses", lang)
    if facts.works.empty:
        none = say("No works on houses are open in this village.", lang)
        return Section("works", heading, (Paragraph(none),))
    columns = (
        Column("hh", term("hh", lang)),
        Column("kind", text("kind of work", lang)),
        Column("status", term("status", lang)),
        Column("pct", text("share done", lang), "share"),
        Column("planned", text("to be finished by", lang), width=1.2),
        Column("crew", text("crew", lang), width=1.4),
    )
    table = Table(f"works_{facts.name}", text("Works not finished", lang), columns, facts.works, "hh",
                  "ledger.projects, ledger.progress")  # fmt: skip
    return Section("works", heading, (table,))


def _jobs(facts: VillagePlan, lang: str) -> Section:
    heading = text("Jobs", lang)
    if facts.jobs.empty:
        none = say("Nobody of this village holds a post on record, and the plan fills none.", lang)
        return Section("jobs", heading, (Paragraph(none),))
    columns = (
        Column("employer", text("employer", lang), width=3.0),
        Column("held", text("persons in a post now", lang), "count", total=True),
        Column("planned", text("posts the plan fills", lang), "count", total=True),
    )
    blocks: tuple[Block, ...] = (
        Table(f"jobs_{facts.name}", text("Posts by employer", lang), columns, facts.jobs, "employer",
              "ledger.placements, plan.choice"),
    )  # fmt: skip
    return Section("jobs", heading, blocks)
