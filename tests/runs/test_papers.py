"""The one declaration of papers: names of files, and the office's guide to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from povlib import runs
from povlib.places import ROOT
from povlib.report.writers.publication import FORMATS
from povlib.runs.papers import MEETING, PAPERS


def test_no_two_files_of_a_run_have_one_name() -> None:
    names = [name for paper in PAPERS for name in paper.file_names("en")]
    assert len(set(names)) == len(names)
    assert {kind for paper in PAPERS for kind in paper.formats} <= set(FORMATS)
    assert PAPERS[0].key == MEETING
    assert PAPERS[0].file_names("en")[-1] == "decisions.en.xlsx"
    assert PAPERS[1].file_names("en") == ("families.en.pdf",)


def test_the_guide_names_every_paper_in_both_languages() -> None:
    guide = (ROOT / "README.md").read_text(encoding="utf-8")
    stems = [stem for paper in PAPERS for stem in (paper.key, paper.family_sheets, paper.decisions) if stem]
    assert [stem for stem in stems if guide.count(f"`{stem}.zh.") < 2] == []


def test_every_workbook_of_a_run_prints(run: runs.Run, cannot_print: Callable[[Path], list[str]]) -> None:
    books = sorted(run.folder.rglob("*.xlsx"))
    assert {"meeting", "decisions", "houses", "villages", "performance"} <= {
        path.name.partition(".")[0] for path in books
    }
    assert not [f"{path.name}: {name}" for path in books for name in cannot_print(path)]
