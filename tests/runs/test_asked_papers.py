"""Papers made when asked for: their kinds, that a run leaves them out, and that a decision makes them anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from povlib import runs
from povlib.errors import RunError
from povlib.places import ROOT
from povlib.runs.asked_papers import ASKED, chosen_papers
from povlib.runs.paper_seals import are_sealed
from povlib.runs.papers import PAPERS, all_papers, papers_folder, papers_there, write_papers, write_papers_into
from povlib.runs.papers_in_languages import write_papers_in_languages
from povlib.words import languages

KINDS = sorted({paper.asked_by for paper in ASKED})


def test_each_kind_has_a_name_of_its_own_and_no_file_is_written_by_two() -> None:
    names = [name for paper in (*PAPERS, *ASKED) for name in paper.file_names("en")]
    assert len(set(names)) == len(names)


def test_the_guide_names_every_kind_in_both_languages() -> None:
    guide = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if guide.count(f"`{kind}.zh.") < 2] == []


def test_a_kind_that_is_misspelt_is_answered_with_the_nearest_and_all_at_once() -> None:
    with pytest.raises(RunError) as error:
        chosen_papers((*PAPERS, *ASKED), ["bord", "brief", "fund"])
    assert [fault.values["value"] for fault in error.value.faults] == ["bord", "fund"]
    assert [fault.values["near"] for fault in error.value.faults] == ["board", "funds"]
    assert "houses" in error.value.faults[0].values["known"]


def test_kinds_are_written_in_the_order_of_papers_and_none_means_all() -> None:
    papers = (*PAPERS, *ASKED)
    assert [paper.key for paper in chosen_papers(papers, ["funds", "brief"])] == ["brief", "funds"]
    assert chosen_papers(papers, []) == papers


def test_a_run_does_not_write_what_nobody_asked_for(run: runs.Run) -> None:
    there = {path.name.partition(".")[0] for path in papers_folder(run).iterdir()}
    assert there & set(KINDS) == set()
    assert papers_there(run, "zh") == all_papers(run)[: len(papers_there(run, "zh"))]


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_written_in_both_languages_with_the_same_bytes_twice(
    run: runs.Run, tmp_path: Path, kind: str
) -> None:
    papers = [paper for paper in all_papers(run) if paper.asked_by == kind]
    for lang in languages():
        first = write_papers_into(tmp_path / "one", run, lang, papers=papers)
        again = write_papers_into(tmp_path / "two", run, lang, papers=papers)
        assert {path.name for path in first} == {name for paper in papers for name in paper.file_names(lang)}
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


@pytest.mark.thorough
def test_papers_asked_for_are_sealed_and_made_anew_when_the_plan_is_decided(
    copied: Callable[[], runs.Run], approved: Callable[[runs.Run], None]
) -> None:
    run = copied()
    board = next(paper for paper in all_papers(run) if paper.key == "board")
    write_papers(run, "en", papers=[board])
    page = papers_folder(run) / "board.en.html"
    assert "DRAFT" in page.read_text(encoding="utf-8")
    approved(run)
    write_papers(run, "en")
    assert "DRAFT" not in page.read_text(encoding="utf-8")
    page.write_text(page.read_text(encoding="utf-8").replace("points", "pints"), encoding="utf-8")
    found = runs.verify_run(run)
    assert any("board.en.html" in fault.show("en") for fault in found.faults)


@pytest.mark.slow
@pytest.mark.thorough
def test_papers_in_every_language_side_by_side_are_those_of_one_after_the_other(
    copied: Callable[[], runs.Run], tmp_path: Path
) -> None:
    run = copied()
    written = write_papers_in_languages(run, kinds=["brief", "board"])
    assert len({path.name for path in written}) == len(written)
    assert are_sealed(run, written)
    papers = chosen_papers(all_papers(run), ["brief", "board"])
    alone = [path for lang in languages() for path in write_papers_into(tmp_path, run, lang, papers=papers)]
    assert {path.name: path.read_bytes() for path in written} == {path.name: path.read_bytes() for path in alone}


def test_a_kind_nobody_knows_is_refused_before_anything_is_written_in_any_language(run: runs.Run) -> None:
    with pytest.raises(RunError, match="bord"):
        write_papers_in_languages(run, kinds=["bord"])


@pytest.mark.thorough
def test_one_core_writes_one_language_after_the_other(
    copied: Callable[[], runs.Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = copied()
    monkeypatch.setattr("povlib.runs.papers_in_languages.number_of_cores", lambda: 1)
    written = write_papers_in_languages(run, kinds=["board"])
    assert {path.name for path in written} >= {"board.zh.pdf", "board.en.pdf"}
    assert are_sealed(run, written)
