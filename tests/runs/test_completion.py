"""A finished run: every notebook executed, every paper written, every number the same wherever it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from povlib import runs
from povlib.errors import RunError
from povlib.report.writers.publication import file_name
from povlib.runs import completion
from povlib.runs.completion import AFTER_EFFECTS, AFTER_OUTLOOK, AFTER_PLAN, AFTER_REASONS, AFTER_STATE
from povlib.runs.papers import MEETING, PAPERS
from povlib.runs.storage.manifest import changed_files, read_manifest

NOTEBOOKS = (*AFTER_STATE, *AFTER_EFFECTS, *AFTER_PLAN, *AFTER_OUTLOOK, *AFTER_REASONS)


def _shown(cell: Any) -> str:
    """Return what a cell shows a reader, as text."""
    data = [output.get("data", {}) for output in cell.outputs]
    return " ".join(str(d.get("text/html", d.get("text/plain", ""))) for d in data)


def _plain(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_cell_of_a_notebook_was_executed(finished: Any, name: str) -> None:
    notebook = nbformat.read(finished.folder / "notebooks" / f"{name}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code if cell.source)
    assert not [o for cell in code for o in cell.outputs if o.output_type == "error" or o.get("name") == "stderr"]
    showing = [cell for cell in code if "page[" in cell.source]
    assert showing
    assert all(_shown(cell).strip() for cell in showing)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_keeps_its_parameters_and_nothing_of_the_machine(finished: Any, name: str) -> None:
    path = finished.folder / "notebooks" / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (injected,) = [c for c in notebook.cells if "injected-parameters" in c.metadata.get("tags", [])]
    assert f'run = "{finished.folder.name}"' in injected.source
    said = path.read_text(encoding="utf-8")
    assert "papermill" not in said.replace("papermill-error", "")
    assert str(finished.work) not in said
    assert "start_time" not in said


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_stands_alone(finished: Any, name: str) -> None:
    page = (finished.folder / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
    assert 'lang="zh-CN"' in page
    fetched = re.findall(r"""(?:src|href)=["'](?!#|data:)[^"']+|url\((?!["']?data:)[^)]+|@import""", page)
    assert [reference for reference in fetched if "ipynb" not in reference] == []


def test_the_allocation_notebook_shows_the_run_s_own_figures(finished: Any, run: runs.Run) -> None:
    figures = runs.headline_figures(run)
    notebook = nbformat.read(finished.folder / "notebooks" / "06_allocation.ipynb", as_version=4)
    (headlines,) = [cell for cell in notebook.cells if cell.source == 'page["headlines"]']
    shown = _plain(_shown(headlines))
    assert f"{figures['additional']:.0f}人" in shown
    assert f"{figures['expected']:.0f}人" in shown
    assert f"{figures['money_fen'] / 1_000_000:.2f}" in shown  # in 万元


def test_the_same_numbers_stand_in_the_paper_its_json_and_the_run(finished: Any, run: runs.Run) -> None:
    papers = finished.folder / "papers"
    numbers = json.loads((papers / file_name(f"{MEETING}.zh", "json")).read_text(encoding="utf-8"))["numbers"]
    figures = runs.headline_figures(run)
    assert numbers["headline.additional"]["value"] == figures["additional"]
    assert numbers["headline.additional.low"]["value"] == figures["additional_low"]
    assert numbers["headline.additional.high"]["value"] == figures["additional_high"]
    page = _plain((papers / file_name(f"{MEETING}.zh", "html")).read_text(encoding="utf-8"))
    ends = {key for key in numbers if key.endswith((".low", ".high"))}
    # the unit stands once, behind the upper end of a range
    assert [key for key in ends if _plain(numbers[key]["shown"]).rstrip("人万元") not in page] == []
    missing = [key for key in numbers.keys() - ends if _plain(numbers[key]["shown"]) not in page]
    assert missing == []


def test_the_command_printed_the_run_s_own_figures(finished: Any, run: runs.Run) -> None:
    figures = runs.headline_figures(run)
    assert f"{figures['additional']:.1f} 人" in finished.said
    assert f"{figures['gap']:.3f} 人" in finished.said
    assert run.info.run_id in finished.said


def test_the_plan_is_what_its_artefacts_add_up_to(run: runs.Run) -> None:
    from povlib.runs.facts.proposal import planned_households

    rows = planned_households(run)
    figures = runs.headline_figures(run)
    assert figures["expected"] == pytest.approx(rows["expected"].sum(), abs=1e-9)
    assert figures["additional"] == pytest.approx(rows["additional"].sum(), abs=1e-9)
    assert figures["money_fen"] == run.plan.payments["fen"].sum()
    assert figures["gap"] < 1.0
    assert len(rows) == len(run.state.poor)


def test_papers_handed_out_are_the_papers_of_the_run(finished: Any, run: runs.Run) -> None:
    kept = {path.name: path.read_bytes() for path in (finished.folder / "papers").iterdir()}
    handed = {path.name: path.read_bytes() for path in runs.papers_folder(run).iterdir()}
    assert kept == handed
    assert set(kept) == {name for paper in PAPERS for name in paper.file_names("zh")}


def test_nothing_is_done_again_when_nothing_changed(finished: Any) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.folder.rglob("*")}
    run = runs.begin(runs.sample_office())
    assert runs.is_finished(run)
    assert runs.complete(run).folder == finished.folder
    assert {path: path.stat().st_mtime_ns for path in finished.folder.rglob("*")} == before


def test_a_change_of_any_kind_is_another_run(finished: Any) -> None:
    place = runs.sample_office()
    same, dearer = runs.begin(place), runs.begin(place, "base", {"funds.special.amount_yuan": "330000"})
    other = runs.begin(place, "more_money")
    assert len({same.info.run_id, dearer.info.run_id, other.info.run_id}) == 3
    assert not runs.is_finished(dearer)


def test_the_manifest_covers_every_file(finished: Any) -> None:
    said = read_manifest(finished.folder)
    there = {path.relative_to(finished.folder).as_posix() for path in finished.folder.rglob("*") if path.is_file()}
    assert set(said["files"]) == there - {"manifest.json", "seal.json"}
    assert not [name for name in there if name.endswith((".partial", ".part"))]
    assert changed_files(finished.folder) == []
    assert {"plan", "run", "overrides"} <= set(said)


def test_a_run_is_found_by_the_beginning_of_its_id(finished: Any, run: runs.Run) -> None:
    place = runs.sample_office()
    assert runs.find_run(run.info.run_id[:5], place).folder == run.folder
    with pytest.raises(RunError, match="no run"):
        runs.find_run("zzzz", place)


def test_the_inbox_of_the_practice_township_is_the_shipped_one(finished: Any) -> None:
    inbox: Path = finished.office / "inbox"
    assert len(list(inbox.glob("*.xlsx"))) == 13
    assert len(list((finished.office / "receipts").iterdir())) >= 12


def test_the_bar_is_as_long_as_the_stages_that_are_named(run: runs.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("execute_notebook", "write_page", "keep_papers", "write_manifest", "hand_out_papers"):
        monkeypatch.setattr(completion, name, lambda *args: None)
    monkeypatch.setattr(completion, "move_into_place", lambda made: made)
    told: list[tuple[str, float]] = []
    completion._complete_alone(run, "en", lambda stage, share: told.append((stage, share)), lambda proved: None)
    names = list(dict.fromkeys(stage for stage, _ in told))
    assert len(names) == completion.number_of_stages(run)
    assert told[-1] == (names[-1], 1.0)
