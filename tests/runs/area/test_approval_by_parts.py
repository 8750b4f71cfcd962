"""A plan by parts is posted, approved, verified and taken back as a township's is."""

from __future__ import annotations

from typing import cast

import pytest

from povlib import ledger, runs
from povlib.cli import main
from povlib.errors import RunError
from povlib.runs.area.area_figures import AreaFigures
from povlib.runs.area.area_run import AreaRun
from povlib.runs.decisions.kept import decisions_held_against, unkept_faults
from povlib.runs.decisions.recording import Decision, record_decisions
from povlib.runs.office.office_place import open_book
from povlib.runs.office.promise_rows import promise_rows

pytestmark = pytest.mark.thorough


@pytest.mark.slow  # verifies twice, each time as long as planning
def test_posted_approved_and_taken_back(copied: AreaRun, capsys: pytest.CaptureFixture[str]) -> None:
    place, run = runs.find_office("sample"), copied.info.run_id
    common = ["--office", "sample", "--lang", "en"]
    assert main(["approve", run, "--officer", "W", *common]), "nobody has posted it"
    assert f"voice post {run}" in capsys.readouterr().err
    assert main(["voice", "post", run, "--officer", "W", *common]) == 0
    # a list for each township, and one for each village that belongs to none
    pages = sorted((place.office.folder / "posting" / f"plan-{run}").glob("plan.*.en.html"))
    assert len(pages) == sum(len(part.townships) for part in copied.parts)
    listed = "".join(page.read_text(encoding="utf-8") for page in pages)
    served = AreaFigures(copied).households.query("k > 0")
    assert served["village"].map(lambda name: name in listed).all()
    assert "draft" in (runs.papers_folder(copied) / "area.zh.html").read_text(encoding="utf-8").lower() or "草案" in (
        runs.papers_folder(copied) / "area.zh.html"
    ).read_text(encoding="utf-8")

    assert main(["approve", run, "--officer", "W", *common]) == 0
    assert "草案" not in (runs.papers_folder(copied) / "area.zh.html").read_text(encoding="utf-8")
    with open_book(place) as book:
        made = ledger.promises(book)
        registered = ledger.read_state(book, copied.info.batch).poor["hh"]
        assert ledger.check(book).ok
    own = made[made["run"] == run]
    households = own[own["kind"] == "household"]
    assert sorted(households["hh"]) == sorted(registered)
    assert ((households["lo"] <= households["p"]) & (households["p"] <= households["hi"])).all()
    # the ranges of single households hold most of what the draws give, and are no points
    assert (households["hi"] - households["lo"]).median() > 0.02
    totals = own[own["kind"] == "total"].set_index("key")["p"]
    figures = AreaFigures(copied).headline
    assert totals["expected"] == pytest.approx(figures["expected"])
    assert totals["additional"] == pytest.approx(figures["additional"])
    capsys.readouterr()
    assert main(["verify", run, *common]) == 0
    assert main(["approve", run, "--officer", "W", *common]) == 0
    assert "approved before" in capsys.readouterr().out
    assert main(["withdraw", run, "--officer", "W", "--reason", "the county asked", *common]) == 0


@pytest.mark.slow
def test_decisions_are_held_against_the_parts(copied: AreaRun) -> None:
    place = runs.find_office("sample")
    finished = (runs.find_run(path.parent.name, place) for path in sorted(place.office.runs.glob("*/manifest.json")))
    other = next(run for run in finished if not run.is_by_parts)
    rows = AreaFigures(copied).households
    helped = rows[rows["k"] > 0].groupby("village")["hh"].first().iloc[:3]
    record_decisions(other, [Decision(hh, "refused", decided_by="meeting", reason="asked") for hh in helped], "W")
    held = decisions_held_against(copied).set_index("hh")
    assert set(helped) <= set(held.index)
    assert not held.loc[list(helped), "kept"].any()
    said = " ".join(fault.show("en") for fault in unkept_faults(copied))
    assert all(hh in said for hh in helped)
    # planned again, the parts keep what was decided
    again = cast(AreaRun, runs.complete(runs.begin(place, "base", copied.overrides), "zh", papers=False))
    assert decisions_held_against(again).set_index("hh").loc[list(helped), "kept"].all()
    assert not unkept_faults(again)


def test_a_run_without_ranges_is_planned_again(by_parts: AreaRun, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = AreaFigures(by_parts).households.drop(columns=["p_low", "p_high"])
    monkeypatch.setattr(AreaFigures, "households", rows)
    with pytest.raises(RunError, match="ranges of households"):
        promise_rows(by_parts)
