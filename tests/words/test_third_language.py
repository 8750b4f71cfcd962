"""A third language is a folder of catalogues: help, papers, months, names and codes speak it with no change of code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "{year}-{month:02d}"
msgstr "{month}/{year}"

msgid "Annex {n}"
msgstr "Bijlage {n}"

msgid " persons"
msgstr " personen"

msgid ", "
msgstr " + "

msgid "language of everything printed and written: {languages}"
msgstr "taal van alles: {languages}"

msgid " or "
msgstr " of "
"""
PROGRAM = """
from povlib.calendar import Month
from povlib.params.kinds import Names
from povlib.params.tables import table
from povlib.report import Number, Report, Section
from povlib.report.writers.payload import payload
from povlib.words import conventions, languages, term
print(languages())
print(Month(2016, 5).label("nl"))
print(Number("n", 12, "count", "person").show("nl"))
print(Names(zh="资金", en="fund", nl="fonds").show("nl"), Names(zh="户", en="household").show("nl"))
print(table("sex").show("男", "nl"), term("household", "nl"))
paper = payload(Report("Plan", "nl", sections=(Section("a", "cijfers", (), annex=True),)))
print([section["heading"] for section in paper["sections"]])
"""


def _spoken(folder: Path, *arguments: str) -> str:
    (folder / "nl").mkdir(exist_ok=True)
    (folder / "nl" / "all.po").write_text(CATALOGUE, encoding="utf-8")
    told = {**os.environ, "POVLIB_WORDS": str(folder)}
    done = subprocess.run([sys.executable, *arguments], env=told, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.stdout


def test_months_units_names_codes_and_papers_speak_an_added_language(tmp_path: Path) -> None:
    lines = _spoken(tmp_path, "-c", PROGRAM).splitlines()
    assert lines[0] == "('zh', 'nl', 'en')"
    assert lines[1:4] == ["5/2016", "12 personen", "fonds household"]
    assert lines[4] == "male household"
    assert "Bijlage" in lines[5]


def test_the_command_line_offers_an_added_language(tmp_path: Path) -> None:
    assert "{zh,nl,en}" in _spoken(
        tmp_path, "-c", "from povlib.cli import main; main(['--lang', 'nl', 'run', '--help'])"
    )
