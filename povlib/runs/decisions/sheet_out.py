"""The workbook of decisions as it goes out with the papers of a run: what stands in it.

Responsible for gathering its rows. Not responsible for its layout (`povlib.report.writers.decision_sheet`) or for
reading it back (`.returned_workbook`).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from povlib.ledger.batch import hash_in_short
from povlib.report.model.paper import page_marks
from povlib.report.pages.ledger_wording import VERDICTS
from povlib.report.writers.decision_sheet import write_decision_sheet
from povlib.runs.area.part_run import PartRun
from povlib.runs.decisions.choices import household_choices
from povlib.runs.office.finished_runs import standing_decisions
from povlib.runs.office.office_place import Place
from povlib.runs.run import Run
from povlib.words import text


def write_decisions_out(run: Run, path: Path, lang: str, township: str = "") -> Path:
    """Write the workbook in which a meeting decides on a run, household by household.

    Parameters
    ----------
    run : Run
        Who offered the households their packages: a township's run, or a part of a run by parts.
    township : str
        The one of the part's townships that meets.
    """
    rows = decided_frame(run, lang)
    if isinstance(run, PartRun):
        rows = rows[rows["village"].map(run.area.township_of) == township].reset_index(drop=True)
    title = text("Decisions on the plan of {month}: {scenario}", lang, month=run.settings.plan_month.label(lang),
                 scenario=run.info.title(lang))  # fmt: skip
    belongs = {"run": run.info.run_id, "head": hash_in_short(run.info.ledger_head)}
    standing = standing_decisions(Place(run.office, run.info.synthetic)).get(run.info.run_id)
    marks = page_marks(
        lang, draft=standing is None, lapsed=standing not in (None, "approved"), synthetic=run.info.synthetic
    )
    return write_decision_sheet(rows, belongs, title, path, lang, marks)


def decided_in_words(run: Run, lang: str) -> dict[str, str]:
    """Return by household what was decided before the run was made and is kept in it, with who decided."""
    said: dict[str, str] = {}
    for hh, own in run.decided.decisions.groupby("hh"):
        words = [
            f"{text(VERDICTS[str(v)], lang)} ({by})" for v, by in own[["verdict", "decided_by"]].itertuples(index=False)
        ]
        said[str(hh)] = text("; ", lang).join(words)
    return said


def decided_frame(run: Run, lang: str) -> pd.DataFrame:
    """Return the households of a plan with their choices and what was decided before (`household_choices`)."""
    rows = household_choices(run, lang)
    said = decided_in_words(run, lang)
    return rows.assign(decided=[said.get(str(hh), "") for hh in rows["hh"]])
