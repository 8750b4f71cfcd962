"""What do we show? One report model, many writers.

Responsible for the paper: its model, its numbers, its figures, and the files made of it (HTML, PDF,
Word, Excel, household sheets, one long image), each free of anything personal. Not responsible for
computing what it shows: it takes figures and tidy frames. Typesetters and plotting are loaded only
when something is written.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.report.meeting import MeetingFacts, allocation_tables, annex_paper, meeting_paper
    from povlib.report.model.numbers import Number, Prose, Range, join, say, shown
    from povlib.report.model.paper import (
        Beside,
        Block,
        Bullets,
        Column,
        FigureBlock,
        Headline,
        Note,
        PageBreak,
        Paragraph,
        Report,
        Section,
        Subheading,
        Table,
        numbers_json,
    )
    from povlib.report.pages.bulletin_page import bulletin_page
    from povlib.report.writers.excel import write_excel
    from povlib.report.writers.family_sheets import Help, HouseholdSheet, SheetHead, write_household_sheets
    from povlib.report.writers.html import render_html, write_html
    from povlib.report.writers.payload import payload
    from povlib.report.writers.publication import publish
    from povlib.report.writers.typesetting import write_image, write_pdf
    from povlib.report.writers.word import write_docx

__all__ = [
    "Beside",
    "Block",
    "Bullets",
    "Column",
    "FigureBlock",
    "Headline",
    "Help",
    "HouseholdSheet",
    "MeetingFacts",
    "Note",
    "Number",
    "PageBreak",
    "Paragraph",
    "Prose",
    "Range",
    "Report",
    "Section",
    "SheetHead",
    "Subheading",
    "Table",
    "allocation_tables",
    "annex_paper",
    "bulletin_page",
    "join",
    "meeting_paper",
    "numbers_json",
    "payload",
    "publish",
    "render_html",
    "say",
    "shown",
    "write_docx",
    "write_excel",
    "write_household_sheets",
    "write_html",
    "write_image",
    "write_pdf",
]

import_on_demand(__name__)
