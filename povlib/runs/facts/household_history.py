"""Pages of the desk: one household's history, from an office's ledger.

Responsible for gathering what such a page needs. Not responsible for its words (`povlib.report`). What is
made here holds one family's facts: it lies in the office's own folder, never among papers.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from povlib import ledger, params
from povlib.errors import RunError
from povlib.report.model.numbers import say
from povlib.report.model.paper import Paragraph, Report, Section
from povlib.report.pages.history_page import HistoryFacts, history_paper
from povlib.report.writers.notebook_page import Page
from povlib.report.writers.publication import publish
from povlib.runs.office.office_place import Place, open_book, photo_store
from povlib.runs.run import Run
from povlib.words import language, term


def transfer_names(folder: Path, lang: str | None = None) -> dict[str, str]:
    """Return names of transfers and measures by key, from a folder of parameters."""
    catalogue = params.load(folder)
    names = {key: record.names for key, record in catalogue.income.items()}
    names |= {key: record.names for key, record in catalogue.measures.items()}
    return {key: str(getattr(both, lang or language())) for key, both in names.items()}


def household_history(place: Place, hh: str, lang: str | None = None, as_of: int | None = None) -> Report:
    """Return 脱贫履历 of a household: everything recorded up to a batch, in the order in which it happened.

    Raises
    ------
    RunError
        If nothing is recorded about it.
    """
    with open_book(place, create=False) as book:
        rows: pd.DataFrame = ledger.history(book, hh, as_of)
        photos = photos_of_household(book, hh, as_of)
        head = str(book.head())
    if rows.empty:
        raise RunError("nothing is recorded about household {hh}", hh=hh)
    names = transfer_names(place.office.params, lang)
    facts = HistoryFacts(hh, rows, names, photo_store(place).read, head, place.synthetic, photos)
    return history_paper(facts, lang)


def photos_of_household(book: ledger.Ledger, hh: str, as_of: int | None = None) -> pd.DataFrame:
    """Return project, phase, sha256 and week of every photo of a household's works; a week's own is one during them."""
    projects = ledger.read_frame(book, "projects", as_of)
    own = set(projects.loc[projects["hh"] == hh, "project"])
    weekly = ledger.read_frame(book, "progress", as_of).rename(columns={"photo_sha256": "sha256"})
    weekly = weekly[weekly["sha256"].fillna("").ne("")].assign(phase="during")
    columns = ["project", "phase", "sha256", "week"]
    rows = pd.concat([ledger.read_frame(book, "house_photos", as_of)[columns], weekly[columns]])
    return rows[rows["project"].isin(own)].drop_duplicates(columns[:3]).reset_index(drop=True)


def write_history(place: Place, hh: str, lang: str | None = None) -> list[Path]:
    """Write a household's history as HTML and PDF into the office's desk folder and return the files."""
    lang = lang or language()
    stem = f"{household_file_name(hh)}.{lang}"
    return publish(
        household_history(place, hh, lang), place.office.folder / "desk" / "histories", stem, formats=("html", "pdf")
    )


def household_file_name(hh: str) -> str:
    """Return a household's key as the name of a file."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in hh)[:60]


def history_page(run: Run, household: str = "", lang: str = "") -> Page:
    """Return a household's history as a run knew it, for a notebook; without a key, how to ask for one.

    No household is shown unasked: the notebook's page goes among the papers of a run.

    Raises
    ------
    RunError
        If nothing is recorded about the household.
    """
    spoken = lang or language()
    if not household:
        words = say("Put the key of a household into the parameter `household` to see everything recorded about it.",
                    spoken)  # fmt: skip
        section = Section("entries", term("exit_history", spoken), (Paragraph(words),))
        return Page(Report(term("exit_history", spoken), spoken, sections=(section,), synthetic=run.info.synthetic))
    place = Place(run.office, run.info.synthetic)
    return Page(household_history(place, household, spoken, as_of=run.info.batch))
