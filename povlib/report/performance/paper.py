"""The paper on performance 绩效评价: the indicators by group, what they are made of, and the sheets of their rows.

Responsible for words and tables. Not responsible for any figure (`povlib.runs.performance`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from povlib.money import format_yuan
from povlib.params import table
from povlib.report.model.numbers import NONE, Number, Prose, say, shown
from povlib.report.model.paper import Block, Column, Note, Paragraph, Report, Section, Table
from povlib.report.pages.ledger_wording import written_day
from povlib.report.performance.facts import IndicatorRow, PerformanceFacts
from povlib.report.voice.answers_paper import KIND_WORDS, STATE_WORDS, counts_table
from povlib.words import text

GROUP_WORDS = {"execution": "budget execution", "precision": "precise use", "disclosure": "disclosure and answers",
               "results": "results", "violations": "violations and errors"}  # fmt: skip
STATUS_WORDS = {"official": "official", "assumed": "assumed", "synthetic": "synthetic"}
#: headers of the rows that indicators lead to (message ids); a column without a name here is left out
ROW_WORDS = {
    "fund": "fund", "granted_fen": "granted (yuan)", "committed_fen": "committed (yuan)", "paid_fen": "paid (yuan)",
    "id": "number", "date": "day", "day": "day", "hh": "household", "measure": "measure", "fen": "money (yuan)",
    "registered": "on the register", "reversed": "reversed", "round": "round of inspection", "village": "village",
    "finding": "finding", "run": "run number", "days_hung": "days it hung", "heard": "posting over when approved",
    "kind": "what was said", "state": "state", "due_day": "answer due", "days_late": "days beyond the deadline",
    "against": "refused or objected", "steps": "steps recorded", "done": "last step recorded", "p": "promised chance",
    "exited": "exited as observed",
}  # fmt: skip
_KINDS = {"days_hung": "count", "steps": "count", "days_late": "count", "p": "probability", "exited": "decimal2",
          "registered": "yes", "reversed": "yes", "heard": "yes", "against": "yes", "done": "yes"}  # fmt: skip


def performance_sections(facts: PerformanceFacts, lang: str) -> tuple[Section, ...]:
    """Return the sections of the paper and the page: the figures, and what households said."""
    known = [row for row in facts.indicators if row.value is not None]
    scored = [row for row in facts.indicators if row.full_points is not None]
    counted = say(
        "{known} of {all} indicators of {year} are recorded; the others are not, which is not zero.",
        lang,
        known=Number("performance.known", len(known), "count", "", "with rows of the ledger"),
        all=Number("performance.all", len(facts.indicators), "count", "", "performance.yaml"),
        year=Prose(str(facts.year)),
    )
    blocks: list[Block] = [Paragraph(counted), _indicator_table(facts, lang)]
    if facts.total is not None:
        total = Number("performance.total", facts.total, "decimal1", "point", "sum of points earned")
        blocks.insert(1, Paragraph(say("Total: {total} of 100, grade {grade}. The bands are by general practice, not "
                                       "confirmed.", lang, total=total, grade=facts.grade)))  # fmt: skip
    else:
        entered = Number("performance.scored", len(scored), "count", "", "points, full_at and none_at entered")
        blocks.append(Note(say("No total and no grade: the points of {entered} of {all} indicators are entered in "
                               "performance.yaml (the local rules are not public), and every figure must be recorded.",
                               lang, entered=entered,
                               all=Number("performance.all", len(facts.indicators), "count", "",
                                          "performance.yaml"))))  # fmt: skip
    voice = Section("voice", text("What households said, and the answers", lang), (counts_table(facts.counts, lang),))
    return Section("indicators", text("Indicators", lang), tuple(blocks)), voice


def performance_paper(
    facts: PerformanceFacts,
    *,
    issuer: str,
    date_line: str,
    manifest: Mapping[str, str],
    draft: bool,
    lapsed: bool,
    synthetic: bool,
    lang: str,
) -> Report:
    """Return the paper on performance under the head of a run's papers."""
    notes = [say("Every figure is counted from rows of the ledger; its workbook has a sheet of rows for each.", lang)]
    if synthetic:
        notes.append(say("Every household, name and amount in this paper is made up.", lang))
    return Report(
        title=text("Performance evaluation {year}", lang, year=facts.year),
        language=lang,
        subtitle=text("Indicators from the ledger", lang),
        issuer=issuer,
        date_line=date_line,
        sections=performance_sections(facts, lang),
        notes=tuple(notes),
        manifest=manifest,
        draft=draft,
        lapsed=lapsed,
        synthetic=synthetic,
    )


def performance_page(facts: PerformanceFacts, *, subtitle: str, synthetic: bool, lang: str) -> Report:
    """Return the page of a notebook."""
    return Report(
        title=text("Performance evaluation {year}", lang, year=facts.year),
        language=lang,
        subtitle=subtitle,
        sections=performance_sections(facts, lang),
        synthetic=synthetic,
    )


def written_value(row: IndicatorRow, lang: str) -> str:
    """Return an indicator's value as it is read; "not recorded" where no row says anything."""
    if row.value is None:
        return text("not recorded", lang)
    if row.kind == "share":
        return shown(row.value, "share", lang)
    unit = text(" days", lang) if row.kind == "days" else ""
    return shown(row.value, "count", lang) + unit


def _made_of(row: IndicatorRow, lang: str) -> str:
    if row.part is None or row.whole is None:
        return NONE
    if row.money:
        part, whole = (format_yuan(value, lang) for value in (row.part, row.whole))
    else:
        part, whole = (shown(value, "count", lang) for value in (row.part, row.whole))
    return text("{part} of {whole}", lang, part=part, whole=whole)


def _indicator_table(facts: PerformanceFacts, lang: str) -> Table:
    frame = pd.DataFrame(
        {
            "key": [row.key for row in facts.indicators],
            "group": [text(GROUP_WORDS[row.group], lang) for row in facts.indicators],
            "name": [row.name for row in facts.indicators],
            "value": [written_value(row, lang) for row in facts.indicators],
            "made_of": [_made_of(row, lang) for row in facts.indicators],
            "full": [row.full_points for row in facts.indicators],
            "points": [row.points for row in facts.indicators],
            "rows": [len(row.rows) for row in facts.indicators],
        }
    ).astype({"full": "Float64", "points": "Float64"})
    columns = (
        Column("group", text("group", lang), width=1.2),
        Column("name", text("indicator", lang), width=2.4),
        Column("value", text("counted value", lang), listed=True, width=1.0),
        Column("made_of", text("made of", lang), listed=True, width=1.8),
        Column("full", text("full points", lang), "decimal1", width=0.7),
        Column("points", text("points earned", lang), "decimal1", width=0.7),
        Column("rows", text("rows behind it", lang), "count", width=0.7),
    )
    return Table("indicators", text("Indicators", lang), columns, frame, "key", "ledger.rows, performance.yaml")


def row_tables(facts: PerformanceFacts, lang: str) -> tuple[Table, ...]:
    """Return a table of rows for every indicator that has any: the sheets of the paper's workbook."""
    return tuple(_rows_table(row, lang) for row in facts.indicators if len(row.rows))


def _rows_table(row: IndicatorRow, lang: str) -> Table:
    shown_rows, names = _readable_rows(row.rows, lang)
    columns = tuple(Column(name, text(ROW_WORDS[name], lang), _kind_of(name, shown_rows)) for name in names)
    return Table(f"rows_{row.key}", row.name, columns, shown_rows, names[0], f"ledger.{row.key}", small=True)


def _kind_of(name: str, frame: pd.DataFrame) -> str:
    if name.endswith("fen"):
        return "yuan2"
    return _KINDS.get(name, "text") if name in frame else "text"


def _readable_rows(frame: pd.DataFrame, lang: str) -> tuple[pd.DataFrame, list[str]]:
    """Return rows with days, kinds and states in words, and the columns that are shown."""
    names = _shown_columns(frame.columns)
    told = frame[names].copy()
    for name in {"day", "due_day"} & set(names):
        told[name] = ["" if pd.isna(day) else written_day(str(day)) for day in told[name]]
    for name, words in (("kind", KIND_WORDS), ("state", STATE_WORDS)):
        if name in names:
            told[name] = [text(words.get(str(value), str(value)), lang) for value in told[name]]
    if "finding" in names:
        told["finding"] = [table("finding").show(str(code), lang) for code in told["finding"]]
    for name in [name for name in names if _kind_of(name, told) == "text"]:
        told[name] = told[name].fillna("").astype(str)
    return told, names


def _shown_columns(columns: Iterable[str]) -> list[str]:
    known = list(columns)
    # the kind of a movement is told by its sheet; only words of households are told apart by theirs
    left_out = set() if "state" in known else {"kind"}
    return [name for name in known if name in ROW_WORDS and name not in left_out]


def rows_as_read(row: IndicatorRow, lang: str) -> pd.DataFrame:
    """Return the rows of an indicator as they are printed at a screen."""
    printed = _rows_table(row, lang)
    return pd.DataFrame(printed.cells(lang), columns=[column.title for column in printed.columns])
