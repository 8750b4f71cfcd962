"""Sections of which the ledger holds no rows: what is missing, and what to do."""

from __future__ import annotations

from povlib.report.model.numbers import Prose
from povlib.report.model.paper import Note, Section
from povlib.words import text

_TITLES = {
    "entitled": "Who is owed a safe house",
    "ways": "Why houses wait, and the four ways",
    "money": "What the houses cost",
    "progress": "How far the works are, and when they will be done",
    "sites": "Cluster sites and village plans",
    "inspection": "Cross-village inspection",
}
# the sheets of the form that fill them; the inspection has workbooks of its own
_SHEETS = {
    "entitled": "住房情况",
    "ways": "住房情况",
    "money": "工程量清单",
    "progress": "住房工程",
    "sites": "集建点",
}


def unrecorded_section(key: str, lang: str) -> Section:
    """Return the section with words on what must be filled in before it says anything."""
    sheet = _SHEETS.get(key)
    if sheet is None:
        words = text("No round of inspection is recorded yet: python3 workbench.py inspect announce --help", lang)
    else:
        words = text(
            "Nothing is recorded yet: fill in the sheet {sheet} of the village's workbook, then python3 workbench.py "
            "load",
            lang,
            sheet=sheet,
        )
    return Section(key, text(_TITLES[key], lang), (Note(Prose(words)),))
