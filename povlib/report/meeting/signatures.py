"""Who drafted, checked and approved: filled in from the record of decisions, empty lines where nobody has signed."""

from __future__ import annotations

import pandas as pd

from povlib.report.meeting.wording import PaperWords
from povlib.report.model.numbers import say
from povlib.report.model.paper import Column, Paragraph, Section, Table
from povlib.words import text

_STEPS = ("drafted", "checked", "approved")


def signatures_section(w: PaperWords) -> Section:
    """Return the block that is signed; of an approved plan with approver, day, run and reason."""
    lang, decisions = w.lang, w.facts.decisions
    approved = next((one for one in reversed(decisions) if one.decision == "approved"), None)
    rows = pd.DataFrame({"step": [text(step, lang) for step in _STEPS], "who": "", "day": "", "remark": ""})
    if approved is not None:
        rows.loc[len(rows) - 1, ["who", "day", "remark"]] = [approved.officer, approved.day, approved.reason]
    table = Table(
        "signatures",
        text("Signatures", lang),
        (
            Column("step", text("step", lang), width=0.8),
            Column("who", text("name and signature", lang), width=1.6),
            Column("day", text("day", lang)),
            Column("remark", text("opinion or reason", lang), width=2.4),
        ),
        rows,
        "step",
        "ledger.decisions",
    )
    number = str(w.facts.manifest.get("run", ""))
    said = say("The plan under run {run} of the ledger of {office}.", lang, run=number, office=w.facts.office)
    return Section("signatures", text("Decision", lang), (Paragraph(said), table))
