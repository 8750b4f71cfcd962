"""No identity number, name, phone or account of anybody in anything a run leaves behind, however it is packed."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader

from povlib.places import DATA

PERSONAL = ("姓名", "证件", "身份证", "电话", "账号", "卡号")


@pytest.fixture(scope="session")
def canaries() -> set[str]:
    """Every name, identity number, phone and account of the sample's workbooks."""
    found: set[str] = set()
    for path in sorted((DATA / "sample" / "workbooks").glob("*.xlsx")):
        book = openpyxl.load_workbook(path, read_only=True)
        for sheet in book:
            rows = sheet.iter_rows(min_row=3, values_only=True)
            headers = [str(header or "") for header in next(rows)]
            wanted = [at for at, header in enumerate(headers) if any(word in header for word in PERSONAL)]
            found |= {str(row[at]).strip() for row in rows for at in wanted if row[at] not in (None, "")}
        book.close()
    return found


def _texts(name: str, data: bytes) -> str:
    """Return everything readable in a file: packed, compressed, escaped or columnar."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "\n".join(_texts(inner, packed.read(inner)) for inner in packed.namelist())
    if name.endswith(".pdf"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if name.endswith(".parquet"):
        frame = pd.read_parquet(io.BytesIO(data))
        return frame.to_csv()
    said = data.decode("utf-8", "replace")
    if name.endswith((".json", ".ipynb")):
        return said + json.dumps(json.loads(said), ensure_ascii=False)
    return said


def _found(texts: str, canaries: set[str]) -> list[str]:
    """Return the canaries that stand in a text: looked up where one could begin, not one by one."""
    lengths = sorted({len(canary) for canary in canaries})
    first = re.escape("".join(sorted({canary[0] for canary in canaries})))
    begins = re.finditer(f"(?=([{first}].{{{lengths[0] - 1},{lengths[-1] - 1}}}))", texts)
    windows = {match[1] for match in begins}
    return sorted({window[:length] for window in windows for length in lengths} & canaries)


def test_the_scan_finds_what_it_looks_for(canaries: set[str], tmp_path: Path) -> None:
    assert sum(len(c) == 18 and c.startswith("9999") for c in canaries) > 1000
    number = min(canaries)
    pd.DataFrame({"x": [number]}).to_parquet(tmp_path / "a.parquet")
    pd.DataFrame({"x": [number]}).to_excel(tmp_path / "a.xlsx")
    (tmp_path / "a.json").write_text(json.dumps([number]), encoding="utf-8")
    for path in tmp_path.iterdir():
        assert _found(_texts(path.name, path.read_bytes()), canaries) == [number], path.name


@pytest.mark.thorough
def test_nothing_personal_in_any_file_of_the_run_or_its_papers(finished: Any, canaries: set[str]) -> None:
    folders = [finished.folder, finished.office / "papers"]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    assert {path.suffix for path in files} >= {".xlsx", ".docx", ".pdf", ".ipynb", ".html", ".json", ".parquet"}
    different = {path.read_bytes(): path.name for path in files}  # the papers handed out are those the run keeps
    leaks = {name: found for data, name in different.items() if (found := _found(_texts(name, data), canaries))}
    assert leaks == {}


def test_nothing_personal_on_the_screen(finished: Any, canaries: set[str]) -> None:
    assert _found(finished.said + finished.progress, canaries) == []
