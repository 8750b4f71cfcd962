"""The word helpers: the list of pairs, its workbook, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from povlib import ledger
from povlib.runs.office.office_place import open_book, sample_office


@pytest.fixture
def staffed(loaded: Path) -> list[str]:
    """Three helpers for the loaded village, one of them of the village itself; the households on the register."""
    with open_book(sample_office()) as book:
        state = ledger.read_state(book)
        village = str(state.households["village"].iloc[0])
        others = [name for name in ("乐北", "秀山", "农家") if name != village]
        rows = pd.DataFrame(
            {"helper": ["乡-干部1", "乡-干部2", "乡-干部3"], "village": [village, others[0], others[1]],
             "home_village": [village, others[0], others[1]], "capacity": 200, "status": "serving"}
        )  # fmt: skip
        kin = pd.DataFrame({"helper": ["乡-干部2"], "hh": [str(state.poor["hh"].iloc[0])]})
        info = ledger.BatchInfo(officer="test", role="desk")
        book.append(info, {"helpers": rows, "helper_kin": kin})
        return [str(hh) for hh in state.poor["hh"]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_is_printed_and_written_with_columns_to_fill_in(
    cli: Any, staffed: list[str], work: Path, lang: str
) -> None:
    said = cli("helpers", lang=lang)
    assert said.code == 0, said.both
    assert "load" in said.both
    book = openpyxl.load_workbook(work / "sample" / "desk" / "helpers" / f"helpers.{lang}.xlsx")
    cells = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    pairs = {str(row[0]): str(row[2]) for row in cells if str(row[0]) in staffed}
    assert len(pairs) == len(staffed)
    # nobody of the own village, no kin, and the two others carry as many
    counts = pd.Series(list(pairs.values())).value_counts()
    assert set(counts.index) == {"乡-干部2", "乡-干部3"}
    assert counts.max() - counts.min() <= 1
    assert pairs[staffed[0]] == "乡-干部3"


def test_without_helpers_the_sheet_to_fill_is_named(cli: Any, loaded: Path, work: Path) -> None:
    said = cli("helpers")
    assert said.code == 2
    assert "forms" in said.err
    assert not (work / "sample" / "desk" / "helpers").exists()


def test_what_was_agreed_loads_back_with_a_receipt_and_once(cli: Any, staffed: list[str], work: Path) -> None:
    assert cli("helpers").code == 0
    folder = work / "sample" / "desk" / "helpers"
    (agreed,) = folder.glob("帮扶结对_*.xlsx")
    book = openpyxl.load_workbook(agreed)
    sheet = book["帮扶结对"]
    head = next(row for row in sheet.iter_rows() if any("帮扶人编号" in str(cell.value) for cell in row))
    at = {str(cell.value): cell.column for cell in head}
    column = next(number for name, number in at.items() if "帮扶人编号" in name)
    key = next(number for name, number in at.items() if "户编号" in name)
    # one household is agreed otherwise: with the other of the two who may
    line = next(row for row in range(head[0].row + 1, sheet.max_row + 1) if sheet.cell(row, key).value == staffed[1])
    other = {"乡-干部2": "乡-干部3", "乡-干部3": "乡-干部2"}[str(sheet.cell(line, column).value)]
    sheet.cell(line, column).value = other
    book.save(agreed)
    said = cli("load", str(agreed))
    assert said.code == 0, said.both
    assert len(list((work / "sample" / "receipts").glob("帮扶结对_*.json"))) == 1
    with open_book(sample_office(), create=False) as opened:
        pairs = ledger.read_state(opened).helper_assignments
    assert len(pairs) == len(staffed)
    assert pairs.set_index("hh")["helper"][staffed[1]] == other
    assert pairs["to_month"].isna().all()
    batches = len(pairs)
    assert cli("load", str(agreed)).code == 0  # the same file again adds nothing
    with open_book(sample_office(), create=False) as opened:
        assert len(ledger.read_state(opened).helper_assignments) == batches
