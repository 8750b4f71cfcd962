"""The practice township's own round of inspection: drawn, visited and loaded as an office's round is.

Responsible for joining the simulator, which knows what a visit finds, with the steps of a round (`.rounds`,
`.forms_out`, `.forms_in`), the same functions as `inspect list`, `announce`, `draw`, `forms` and `load`. Not
responsible for any of these steps, nor for the truth (`povlib.sample`). A real office never gets here.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from povlib import ledger, sample
from povlib.errors import RunError
from povlib.places import DATA
from povlib.report.writers.inspection_form import COLUMNS
from povlib.report.writers.whole_files import repeatable_archive, write_whole_file
from povlib.runs.inspections.forms_in import take_forms
from povlib.runs.inspections.forms_out import write_forms
from povlib.runs.inspections.list_changes import keep_list
from povlib.runs.inspections.rounds import NOT_DRAWN, DrawnRound, announce_round, draw_announced, drawn_round
from povlib.runs.office.office_place import SAMPLE, Place, open_book
from povlib.runs.storage.text_files import file_digest

if TYPE_CHECKING:
    from povlib.sample import Township

#: names of their own, so that whoever practises may still keep the list 有其屋-2016 and announce the round 2016-06
LIST, ROUND = "有其屋-2016-04", "2016-04"
SOURCE = "合成练习数据的种子号，不是开奖号码"
# the list is posted, the number comes out a week later, the visits are made before the month of the bulletin ends
_POSTED, _NUMBER_OUT, _VISITED = date(2016, 4, 5), date(2016, 4, 12), date(2016, 4, 26)
# of the shipped workbooks: their truth is this township's
_HOUSEHOLDS, _SEED, _PROJECTS = 340, 2016, 85
_RULES = "inspection.yaml"


def record_practice_round(place: Place, officer: str) -> None:
    """Record what is still missing of the practice round; without effect once its findings are on record.

    Nothing is done for a real office, where the works on record are not those of the shipped workbooks, where the
    rules of inspection were edited, or where somebody has begun rounds of their own.

    Raises
    ------
    RunError
        If a form of the round is refused.
    """
    if not place.synthetic or not _follows_shipped_rules(place):
        return
    with open_book(place, create=False) as book:
        rounds, projects = ledger.read_frame(book, "inspection_rounds"), ledger.read_frame(book, "projects")
        findings, visits = ledger.read_frame(book, "inspection_findings"), ledger.read_frame(book, "inspection_visits")
        entries = ledger.read_frame(book, "list_entries")
    begun = rounds.loc[rounds["round"] == ROUND, "seed"]
    to_visit, visited = (set(frame.loc[frame["round"] == ROUND, "village"]) for frame in (visits, findings))
    if (to_visit and to_visit <= visited) or (len(rounds) and begun.empty):
        return
    if projects["hh"].nunique() != _PROJECTS:
        return
    township = sample.simulate(_HOUSEHOLDS, _SEED, 0)
    if set(projects["hh"].dropna()) != set(sample.list_truth(township)["hh"]):
        return
    # each step alone, since a process that was ended between two of them must not leave half a round for ever
    if LIST not in set(entries["list"]):
        keep_list(place, LIST, _POSTED, officer)
    if begun.empty:
        announce_round(place, ROUND, LIST, SOURCE, _NUMBER_OUT, officer)
    if begun.empty or begun.iloc[0] == NOT_DRAWN:
        draw_announced(place, ROUND, str(_SEED), officer)
    _take_filled_forms(place, drawn_round(place, ROUND), township, visited, officer)


def _follows_shipped_rules(place: Place) -> bool:
    own, shipped = place.office.params / _RULES, DATA / SAMPLE / "params" / _RULES
    return own.is_file() and file_digest(own) == file_digest(shipped)


def _take_filled_forms(place: Place, found: DrawnRound, township: Township, visited: set[str], officer: str) -> None:
    """Write the forms, fill in the visits of the fixed plan as the truth has them, and load those not on record."""
    order = found.draw.order
    visits = sample.found_on_visits(township, order[order["planned"]]).set_index("hh")
    by = found.draw.visits.set_index("village")["by_village"]
    forms = [*zip(write_forms(place, found, "zh"), found.draw.visits["village"], strict=True)]
    for path, _ in forms:
        _fill_in(path, visits, by)
    for verdict in take_forms(place, [path for path, village in forms if village not in visited], officer):
        if verdict.faults:
            raise RunError(verdict.faults)


def _fill_in(path: Path, visits: pd.DataFrame, by: pd.Series) -> None:
    """Fill in a form on the spot, as a clerk does; houses nobody was sent to stay blank."""
    import openpyxl
    from openpyxl.writer.excel import ExcelWriter

    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    at = {key: column for column, key in enumerate(COLUMNS, start=1)}
    for row in range(1, sheet.max_row + 1):
        hh = str(sheet.cell(row, at["hh"]).value)
        if hh not in visits.index:
            continue
        visit = visits.loc[hh]
        said = {"finding": visit["finding"], "day": _VISITED.isoformat(), "officer": f"{by[visit['village']]}-干部1",
                "note": visit["note"] if visit["finding"] != "ok" else ""}  # fmt: skip
        for key, value in said.items():
            sheet.cell(row, at[key]).value = value or None
    packed = io.BytesIO()
    # not `book.save`, which writes the computer's clock into the file: the same practice township has the same forms
    ExcelWriter(book, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED)).save()
    write_whole_file(path, repeatable_archive(packed.getvalue()))
