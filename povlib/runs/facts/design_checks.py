"""The parts of notebook 03 that doubt: help drawn anew by lot, and the comparison at the poverty line."""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.report.pages.doubt_section import DoubtFacts, LineFacts
from povlib.runs.run import Run
from povlib.runs.stages.design_checks import CutoffAtLine, chance_of_effects, cutoff_at_line
from povlib.runs.stages.refusals import Refused


def doubt_facts(run: Run, lang: str) -> DoubtFacts:
    """Return what the two parts say."""
    found = cutoff_at_line(run)
    line: LineFacts | str = found.show(lang) if isinstance(found, Refused) else line_facts(found)
    return DoubtFacts(chance_rows(chance_of_effects(run), run.effects.estimates), line)


def line_facts(found: CutoffAtLine) -> LineFacts:
    """Return the cut-off design as the page takes it."""
    return LineFacts(
        found.table, found.findings, found.usable, found.agrees, Month.from_ordinal(found.before), found.line_fen,
        found.helped,
    )  # fmt: skip


def chance_rows(chance: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return measure, source, basis, estimate, treated, p and draws of each effect that was drawn anew."""
    own = estimates.loc[estimates["method"] == "did", ["measure", "source", "basis", "estimate", "treated"]]
    return chance.merge(own, on=["measure", "source"], how="left", validate="1:1")
