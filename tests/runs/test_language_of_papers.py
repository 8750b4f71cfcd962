"""No word of another language in a paper: what the office reads is read back from HTML, PDF, Word and Excel."""

from __future__ import annotations

import html
import re
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest

from povlib import runs
from povlib.runs.papers import papers_folder

#: names of programs in the account of how a run was made, and of the scenario as its file is called
PROGRAMS = {"highspy", "numpy", "pandas", "pulp", "scipy", "base"}
#: names of authors stand in the sources of parameters, which are quoted as they were published
AUTHORS = {"Banerjee", "Card", "Karlan", "Kluve", "Weber", "Zinman"}
#: a command to type (a PDF may break its line anywhere), a digest, a household, the query behind a table, as code
NO_WORDS = re.compile(
    r"python3\s+workbench\.py\s+[^\n：；，。]*|(?<![0-9A-Za-z])[0-9a-f]{8,}(?![0-9A-Za-z])|S\d+-\d+\S*"
    r"|\b[a-z]+(?:\.[a-z_]+)+(?:[(\[][^)\]]*[)\]])?(?:\.[a-z_]+\([a-z]+\))?"
)


def _html_words(file: Path) -> str:
    whole = file.read_text(encoding="utf-8")
    seen = re.sub(r"<(style|script)\b.*?</\1>", " ", whole, flags=re.S)
    labels = " ".join(re.findall(r'(?:alt|title|aria-label)="([^"]*)"', re.sub(r"data:[^\"]*", "", seen)))
    return html.unescape(re.sub(r"<[^>]+>", " ", seen)) + " " + html.unescape(labels)


def _workbook_words(file: Path) -> str:
    book = openpyxl.load_workbook(file, read_only=True)
    cells = (value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)
    words = " ".join([*book.sheetnames, *(value for value in cells if isinstance(value, str))])
    book.close()
    return words


def _document_words(file: Path) -> str:
    document = docx.Document(str(file))
    tables = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return " ".join([*(paragraph.text for paragraph in document.paragraphs), *tables])


def _printed_words(file: Path) -> str:
    # a digest broken at the end of a line is one digest
    pages = (page.extract_text() for page in pypdf.PdfReader(file).pages)
    return re.sub(r"(?<=[0-9a-f])\n(?=[0-9a-f]{4,})", "", "\n".join(pages))


READERS = {".html": _html_words, ".xlsx": _workbook_words, ".docx": _document_words, ".pdf": _printed_words}


@pytest.mark.thorough
@pytest.mark.parametrize("ending", READERS)
def test_a_chinese_paper_holds_no_english(run: runs.Run, ending: str) -> None:
    files = sorted(file for file in papers_folder(run).glob(f"*.zh{ending}") if file.name.count(".") == 2)
    assert files
    found = {}
    for file in files:
        words = set(re.findall(r"[A-Za-z][A-Za-z_'-]+", NO_WORDS.sub(" ", READERS[ending](file))))
        if foreign := words - PROGRAMS - AUTHORS:
            found[file.name] = sorted(foreign)
    assert found == {}
