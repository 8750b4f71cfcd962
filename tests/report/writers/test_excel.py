"""The workbook: exact numbers, and texts that stay texts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from openpyxl import load_workbook

from povlib.report import (
    Column,
    Report,
    Section,
    Table,
    write_excel,
)


def test_excel_holds_exact_numbers_and_no_formula(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "name": ["=1+1", "@cmd", "http://a.b", "0012"],
            "fen": [123, 10**15 + 1, -5, 0],
            "share": [0.5, None, 0.25, 0.0],
            "month": pd.array([24196, pd.NA, 24203, 24203], dtype="Int64"),
        }
    )
    columns = (
        Column("name", "Name"),
        Column("fen", "Money", "yuan", total=True),
        Column("share", "Share", "share"),
        Column("month", "Month", "month"),
    )
    report = Report("T", "en", sections=(Section("s", "S", (Table("t", "Ta/ble", columns, frame),)),), synthetic=True)
    book = load_workbook(write_excel(report, tmp_path / "a.xlsx"))
    sheet = book["Ta ble"]
    rows = list(sheet.iter_rows(min_row=4, max_row=8))
    assert [r[0].value for r in rows] == ["=1+1", "@cmd", "http://a.b", "0012", "Total"]
    assert [r[0].data_type for r in rows] == ["s"] * 5
    assert [r[1].value for r in rows] == [1.23, (10**15 + 1) / 100, -0.05, 0, (10**15 + 1 + 118) / 100]
    assert [r[3].value for r in rows][:3] == ["2016-05", None, "2016-12"]
    assert sheet.freeze_panes == "B4"
    assert sheet.auto_filter.ref == "A3:D7"
    assert not any(cell.hyperlink for row in rows for cell in row)
    assert "SYNTHETIC" in sheet["A2"].value
    assert rows[0][2].number_format == "0.0%"
