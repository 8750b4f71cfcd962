"""Notebooks 02 and 03 as the run executed them: every part there, key numbers those of the run's artefacts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from povlib import poverty, runs
from povlib.report.model.numbers import shown
from povlib.runs.notebooks.execution import execute_notebook
from povlib.runs.notebooks.notebook_html import write_page


@pytest.fixture
def run(finished: Any, monkeypatch: pytest.MonkeyPatch) -> runs.Run:
    monkeypatch.setenv("POVLIB_WORK", str(finished.work))
    return runs.find_run("latest", runs.sample_office())


def _said(finished: Any, name: str) -> dict[str, str]:
    """Return what each cell of an executed notebook shows, tags taken out."""
    import nbformat

    notebook = nbformat.read(finished.folder / "notebooks" / f"{name}.ipynb", as_version=4)
    told = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            words = output.get("data", {}).get("text/html", "")
            told[cell.id] = re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", " ", words, flags=re.DOTALL))
    return told


def test_the_poverty_notebook_shows_every_part(finished: Any) -> None:
    said = _said(finished, "02_poverty")
    for key in ("depth", "lines", "causes", "guarantees", "sources", "change", "movements", "reached", "relief",
                "own_income", "together", "unequal", "quality"):  # fmt: skip
        assert said[key].strip(), key
    assert "合成数据" in said["depth"]


def test_the_poverty_notebook_quotes_the_survey_and_the_months(finished: Any, run: runs.Run) -> None:
    said = _said(finished, "02_poverty")
    assert isinstance(run.reached, poverty.Coverage)
    rows = run.reached.measures
    own = rows[(rows["measure"] == "exclusion") & (rows["benchmark"] == "actual")].iloc[0]
    assert f"其中{shown(own['estimate'], 'share', 'zh')}不在册" in said["reached"]
    for key in run.reached.suspects["survey_id"]:
        assert key in said["reached"]
    assert isinstance(run.movements, poverty.Movements)
    counts = run.movements.counts.iloc[0]
    assert f"升到线上{counts['exits']}户次" in said["movements"]
    assert f"{counts['not_known']:,} 个无法判定" in said["movements"]


def test_the_change_is_that_of_the_overview(finished: Any, run: runs.Run) -> None:
    change = run.overview.change.set_index(["measure", "component"])["estimate"]
    said = _said(finished, "02_poverty")["change"]
    for component in ("before", "after"):
        assert shown(float(change["fgt0", component]), "share", "zh") in said
    assert shown(float(change["fgt0", "growth_shapley"]), "percentage_points", "zh", signed=True) in said


def test_the_impact_notebook_has_a_sentence_for_each_effect(finished: Any, run: runs.Run) -> None:
    said = _said(finished, "03_impact")
    whole = run.effects.posterior
    assert said["aloud"].count("只有先验") == int((whole["status"] == "prior").sum())
    for row in whole[whole["status"] == "posterior"].to_dict("records"):
        assert shown(row["prior_share"], "share", "zh") in said["aloud"]
        assert shown(row["prior_share"], "share", "zh") in said["effects"]
    assert all(name in said["effects"] for name in ("比较方法", "检验", "先验所占", "仅比前后"))
    assert "分批双重差分" in said["designs"]
    assert said["forest"].strip()


@pytest.mark.thorough
@pytest.mark.parametrize(("lang", "words"), [("zh", "台账里有什么"), ("en", "What is in the ledger")])
def test_the_home_page_can_be_read_without_a_lab(
    finished: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    import nbformat

    monkeypatch.setenv("POVLIB_WORK", str(finished.work))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    executed = execute_notebook("00_start", tmp_path / "start.ipynb", {"lang": lang})
    notebook = nbformat.read(executed, as_version=4)
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    # plain HTML and words: nothing that a page without a kernel would have to ask for
    assert {kind for output in shown for kind in output["data"]} <= {"text/html", "text/plain"}
    page = write_page(executed, tmp_path / "start.html", "00_start", lang).read_text(encoding="utf-8")
    assert words in page
    assert "python3 workbench.py run" in page
    assert str(finished.office / "papers") in page
    assert "http" not in re.sub(r"http://www\.w3\.org", "", page.partition("<body>")[2])
