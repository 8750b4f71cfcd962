"""The task list of the villages 各村任务清单: for each village what it has to do, by when, and by whom.

Responsible for words and tables. Not responsible for any task (`povlib.runs.facts.kinds.village_tasks`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, PageBreak, Paragraph, Report, Section, Table
from povlib.report.model.table import letters_wide
from povlib.words import term, text

KINDS = ("forms", "posting", "cards", "works", "placement", "help", "visits", "rents")
#: where the page of a village is full: points of height for its table, letters on a line of the small type, roughly
_ROOM, _LETTERS = 480.0, 95
#: points of height between the margins of a page; what a village takes besides its rows: heading, sentence, head of the
#: table and place to write; a line of a row in the type of a short table, its room, and letters across: all roughly
_PAGE, _AROUND = 637.0, 140.0
_LINE, _SPACE, _WIDE_LETTERS = 15.0, 8.0, 88
_SMALL_FROM = 12  # rows
_BLANK = "________"
_WIDTHS = {"by": 1.2, "what": 3.2, "whom": 3.1, "who": 1.9, "done": 0.85}


@dataclass(frozen=True, eq=False)
class VillageTasks:
    """What villages have to do.

    Parameters
    ----------
    rows : DataFrame
        village, kind (`KINDS`), what, whom, day (yyyymmdd), by (as written), who ("" where nobody is named), n (how
        many tasks it stands for: households with the same one share a row); by village and day.
    counts : DataFrame
        village, and the tasks of each kind.
    days : int
        How long the list of the plan hangs.
    synthetic : bool
    """

    rows: pd.DataFrame
    counts: pd.DataFrame
    days: int
    synthetic: bool


def kind_words(lang: str) -> dict[str, str]:
    """Return what each kind of task is called."""
    return {
        "forms": text("forms", lang),
        "posting": text("posting", lang),
        "cards": text("cards to bring", lang),
        "works": text("works on houses", lang),
        "placement": text("placements", lang),
        "help": text("help to begin", lang),
        "visits": text("inspection", lang),
        "rents": text("contracts", lang),
    }


def village_task_list(facts: VillageTasks, lang: str, **head: Any) -> Report:
    """Return the list under the head of a run's papers (issuer, date_line, manifest, draft, lapsed)."""
    notes = (say("Every household, name and amount in this paper is made up.", lang),) if facts.synthetic else ()
    villages = [str(name) for name in facts.counts["village"]]
    ends = page_ends([village_height(facts.rows[facts.rows["village"] == name]) for name in villages])
    return Report(
        title=text("Tasks of the villages for this plan", lang),
        language=lang,
        subtitle=text("What to do, for whom, by when, by whom", lang),
        opening=(_in_short(facts, lang),),
        sections=(
            _overview(facts, lang),
            *(_village(facts, at, name, lang, ends=at in ends) for at, name in enumerate(villages)),
        ),
        notes=notes,
        synthetic=facts.synthetic,
        **head,
    )


def _in_short(facts: VillageTasks, lang: str) -> Prose:
    return say(
        "{n} tasks in {villages}, each whole on one page; the days are the last on which a task can be done without "
        "holding up the plan.",
        lang,
        n=Number("tasks.all", int(facts.rows["n"].sum()), "count", "", "rows of the task list"),
        villages=Number("tasks.villages", len(facts.counts), "count", "village", "villages with a task"),
    )


def _overview(facts: VillageTasks, lang: str) -> Section:
    words = kind_words(lang)
    counts = tuple(Column(kind, words[kind], "count", total=True) for kind in KINDS)
    columns = (Column("village", term("village", lang), width=1.2), *counts)
    table = Table("tasks_by_village", text("Tasks by village", lang), columns, facts.counts, "village",
                  "runs.village_tasks", small=True)  # fmt: skip
    lines = (
        say("Forms: the workbook of the month goes back filled in; what was not recorded is made good.", lang),
        say("Posting: the list of the plan hangs for {days} days before the plan is approved.", lang,
            days=Number("posting.days", facts.days, "count", "", "procedure.yaml: plan_posting")),
        say("Cards: the helper brings each family its card, explains it and has it signed.", lang),
        say("Works, placements and help begin in the month of the plan; works under way end by their schedules.", lang),
        say("Inspection: what was drawn and is not yet visited in another village.", lang),
        say("Contracts: payments to the village that fall due before the help begins.", lang),
    )  # fmt: skip
    blocks: tuple[Block, ...] = (table, *(Paragraph(line) for line in lines), PageBreak())
    return Section("overview", text("All villages", lang), blocks)


def _village(facts: VillageTasks, at: int, name: str, lang: str, *, ends: bool) -> Section:
    rows = facts.rows[facts.rows["village"] == name]
    count = Number(f"tasks_of[{name}].all", int(rows["n"].sum()), "count", "", "rows of the task list")
    said = say("{n} tasks: sign each when done; the list goes back at the month's end.", lang, n=count)
    signed = Note(
        say("What cannot be done in time, and why: {blank} Received by, day: {blank}", lang, blank=_BLANK * 3)
    )
    blocks: tuple[Block, ...] = (Paragraph(said), task_table(rows, name, lang), signed)
    return Section(f"village_{at}", name, (*blocks, PageBreak()) if ends else blocks)


def village_height(rows: pd.DataFrame) -> float:
    """Return about how many points of a page a village takes; a village with a long table has one of its own."""
    if len(rows) >= _SMALL_FROM:
        return _PAGE
    frame = rows.assign(who=rows["who"].replace("", _BLANK), done="")
    return min(_PAGE, _AROUND + _height(frame, _WIDTHS, _LINE, _SPACE, _WIDE_LETTERS))


def page_ends(heights: list[float], room: float = _PAGE) -> set[int]:
    """Return behind which villages a page ends, so that the pages are filled as evenly as they can be.

    A village is never divided, their order is kept, and the last page may be anything.

    Parameters
    ----------
    heights : list of float
        Of each village, in points.
    room : float
        Of a page.

    Examples
    --------
    >>> page_ends([30, 30, 30, 60, 60], room=100), page_ends([30, 30, 30, 60], room=100), page_ends([], room=100)
    ({2, 3}, {2}, set())
    """
    best: list[tuple[float, set[int]]] = [(0.0, set())]
    for end in range(1, len(heights) + 1):
        found: list[tuple[float, set[int]]] = []
        for start in range(end - 1, -1, -1):
            taken = sum(heights[start:end])
            if taken > room and start < end - 1:
                break
            waste = 0.0 if end == len(heights) else max(0.0, 1 - taken / room) ** 2
            before, ends = best[start]
            found.append((before + waste, ends | ({start - 1} if start else set())))
        best.append(min(found, key=lambda way: (way[0], len(way[1]))))
    return best[-1][1]


def task_table(rows: pd.DataFrame, village: str, lang: str) -> Table:
    """Return the tasks of a village, the earliest first, with a place to sign."""
    frame = rows.assign(
        who=rows["who"].replace("", _BLANK),
        done="",
        row=[str(at + 1) for at in range(len(rows))],
    )
    titles = {
        "by": text("no later than", lang),
        "what": text("what to do", lang),
        "whom": text("for whom", lang),
        "who": text("responsible", lang),
        "done": text("signed off", lang),
    }
    columns = tuple(Column(key, titles[key], width=width) for key, width in _WIDTHS.items())
    return Table(
        f"tasks_of_{village}", text("Tasks", lang), columns, frame, "row", "runs.village_tasks",
        empty=text("nothing to do", lang), small=len(frame) >= _SMALL_FROM, tiny=_height(frame, _WIDTHS) > _ROOM,
    )  # fmt: skip


def _height(
    frame: pd.DataFrame, widths: dict[str, float], line: float = 12.3, space: float = 3.4, letters: int = _LETTERS
) -> float:
    """Return about how many points high the rows are; in the small type unless another is said."""
    share = letters / sum(widths.values())
    most = [1] * len(frame)
    for key, width in widths.items():
        room = max(1, int(width * share))
        most = [max(n, -(-letters_wide(cell) // room)) for n, cell in zip(most, frame[key], strict=True)]
    return sum(space + line * n for n in most)
