"""The list of targets as it is posted: who stands on it, with the names the office shows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from povlib import ledger
from povlib.errors import RunError, unknown_word_fault
from povlib.report.houses.list_posting import list_paper, shown_name
from povlib.report.writers.publication import publish
from povlib.runs.inspections.rounds import inspection_rules
from povlib.runs.office.office_place import Place, open_book
from povlib.vocabulary.register import head_of_household
from povlib.words import text


def post_list(place: Place, name: str, officer: str, lang: str) -> tuple[list[Path], int]:
    """Write the posted list; opening the heads' names is logged first. Return the files and who was left out.

    Who asked not to be published is left out and counted.

    Raises
    ------
    RunError
        If there is no such list or nobody stands on it.
    ReportError, PrivacyError
        If a name is missing, or the paper would show more than it may.
    """
    rules = inspection_rules(place)
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
        entries = state.list_entries[state.list_entries["listed"].astype(bool)]
        if name not in set(entries["list"]):
            lists = sorted(set(entries["list"]))
            raise RunError([unknown_word_fault("there is no list {value}", name, lists, "", lists)])
        register = state.households.set_index("hh")
        heads = state.members[state.members["relation"] == head_of_household()].drop_duplicates("hh")
        rows = pd.DataFrame({"hh": entries.loc[entries["list"] == name, "hh"]})
        objects = rows["hh"].map(register["objects"]).fillna(False).astype(bool)
        rows = rows[~objects]
        rows["village"] = rows["hh"].map(register["village"])
        rows["person"] = rows["hh"].map(heads.set_index("hh")["person"])
        works = state.projects.drop_duplicates("hh").set_index("hh")["kind"]
        rows["works"] = rows["hh"].map(works).fillna("")
        rows = rows.sort_values(["village", "hh"], ignore_index=True)
        rows["name"] = ""
        if rules.names != "none":
            info = ledger.BatchInfo(officer=officer, role="desk", reason=f"posting {name}")
            names = ledger.unmask(book, rows["person"].dropna().tolist(), ("name",), f"posting {name}", info)
            full = rows["person"].map(names.set_index("person")["value"])
            rows["name"] = full.map(lambda said: shown_name(str(said), rules.names), na_action="ignore")
        head = str(book.head())
    office = text("the practice township", lang) if place.synthetic else place.office.name
    days = (rules.posting_days, rules.answer_days)
    paper = list_paper(rows, name, office, days, lang, synthetic=place.synthetic, head=head)
    folder = place.office.folder / "posting" / name
    return publish(paper, folder, f"list.{lang}", formats=("html", "pdf", "docx")), int(objects.sum())
