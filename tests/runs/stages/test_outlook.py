"""What a run keeps about its own trustworthiness, and that paper and notebook say the same of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from povlib import review, runs
from povlib.calendar import Month
from povlib.report.meeting.track_record import record_in_full
from povlib.report.writers.publication import file_name
from povlib.review import conformal_ranges
from povlib.review.backtest import empty_backtest
from povlib.runs.asked_papers import asked_papers
from povlib.runs.paper_shape import PaperInput
from povlib.runs.papers import MEETING
from povlib.runs.questions.optimism import optimism
from povlib.runs.stages.outlook import backtest_of, outlook
from povlib.runs.storage.artefacts import from_bundle, read_artefact, to_bundle, write_artefact


@pytest.fixture(scope="module")
def printed(finished: Any) -> dict[str, Any]:
    """The numbers of the meeting paper, by key."""
    path = finished.folder / "papers" / file_name(f"{MEETING}.zh", "json")
    return json.loads(path.read_text(encoding="utf-8"))["numbers"]


def test_the_paper_prints_the_figures_of_the_back_test(run: runs.Run, printed: dict[str, Any]) -> None:
    told = review.headline(backtest_of(run))
    assert told is not None
    assert printed["backtest.delivered"]["value"] == pytest.approx(told.chosen.ratio)
    assert printed["backtest.skill"]["value"] == pytest.approx(told.skill)
    assert printed["backtest.held"]["value"] == told.held
    assert isinstance(printed["backtest.held"]["value"], int)
    assert told.ranges == told.origins * 12
    # the latest origin's outcome is known at the run's month, and no later one is used
    assert told.last + told.months == run.at.ordinal
    assert printed["target.persons"]["value"] == 409
    assert printed["target.chance"]["value"] == pytest.approx(outlook(run).chance)


def test_the_fan_ends_where_the_printed_total_stands(run: runs.Run, printed: dict[str, Any]) -> None:
    months = outlook(run).months
    assert months["month"].tolist() == list(range(run.settings.help_from.ordinal, run.settings.horizon.ordinal + 1))
    last = months.iloc[-1]
    assert last["persons"] == pytest.approx(printed["headline.expected"]["value"], abs=0.01)
    assert last["low_90"] == pytest.approx(printed["headline.expected.low"]["value"])
    assert last["low_90"] < last["low_50"] < last["persons"] < last["high_50"] < last["high_90"]
    assert months["additional"].is_monotonic_increasing
    assert last["additional"] == pytest.approx(printed["headline.additional"]["value"], abs=0.01)


def test_villages_add_up_and_every_range_holds_its_expectation(run: runs.Run, printed: dict[str, Any]) -> None:
    villages = outlook(run).villages
    assert villages["expected"].sum() == pytest.approx(printed["headline.expected"]["value"], abs=0.01)
    assert (villages["low"] <= villages["expected"]).all()
    assert (villages["expected"] <= villages["high"]).all()
    assert set(villages["basis"]) == {"all"}
    assert (villages["conformal_low"] >= 0).all()
    assert (villages["conformal_high"] <= villages["persons"]).all()


def test_the_drivers_turn_about_the_printed_total(run: runs.Run, printed: dict[str, Any]) -> None:
    drivers = outlook(run).drivers
    assert drivers["base"].to_numpy() == pytest.approx(printed["headline.expected"]["value"], abs=0.05)
    assert drivers["swing"].iloc[0] > 5
    assert {"line", "year"} <= set(drivers["driver"][:5])


def test_the_notebook_says_what_the_paper_says(finished: Any, run: runs.Run, printed: dict[str, Any]) -> None:
    notebook = nbformat.read(finished.folder / "notebooks" / "04_exits.ipynb", as_version=4)
    shown = " ".join(str(o.get("data", {}).get("text/plain", "")) for c in notebook.cells for o in c.get("outputs", ()))
    for key in ("headline.expected", "headline.additional", "backtest.corrected", "plan.supported"):
        assert printed[key]["shown"] in shown, key
    english = runs.exits_view(run, "en")
    assert printed["headline.expected"]["shown"].removesuffix("人") in english["outlook"].words
    assert "not recorded" in english["procedure"].words
    assert set(english.keys) == {
        "outlook", "backtest", "hangs", "villages", "procedure", "supported", "unknown", "households",
        "opinion",
    }  # fmt: skip


def test_a_ledger_too_short_for_a_back_test_is_kept_and_told_as_such(tmp_path: Path) -> None:
    write_artefact(tmp_path / "backtest", to_bundle(empty_backtest()))
    made = read_artefact(tmp_path / "backtest")
    back = from_bundle(review.Backtest, made)
    assert review.headline(back) is None
    assert review.correction(back.known(), Month(2016, 4)) is None
    plan = pd.DataFrame({"village": ["甲"], "origin": 24195, "horizon": 24203, "expected": 4.0, "sd": 1.0, "low": 2.0,
                         "high": 6.0, "observed": float("nan"), "persons": 9})  # fmt: skip
    told = conformal_ranges.conformal_ranges(pd.concat([back.villages, plan], ignore_index=True), most="persons")
    assert told[["conformal_low", "conformal_high", "basis"]].to_numpy().tolist() == [[2.0, 6.0, "model"]]
    assert record_in_full(None, "en").text.startswith("Not back-tested")


@pytest.mark.slow
def test_the_luck_of_estimates_is_told_on_request_and_leaves_the_run_as_it_was(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    assert "curse" not in runs.exits_view(run, "en").keys
    told = optimism(run).set_index("key")
    assert told.loc["optimism", "persons"] == pytest.approx(
        told.loc["plug_in", "persons"] - told.loc["shrunken", "persons"]
    )
    assert abs(told.loc["shrunken", "persons"] - outlook(run).months["persons"].iloc[-1]) < 10
    assert "chosen by one half" in runs.exits_view(run, "en")["curse"].html
    assert runs.verify_run(run).ok


@pytest.mark.slow
def test_the_promise_book_is_told_in_full_once_its_month_is_closed(
    copied: Callable[[], runs.Run], tmp_path: Path
) -> None:
    from povlib.cli.village_workbooks import load_inbox

    run = copied()
    place = runs.find_office("sample")
    assert runs.promise_record(place).by_year.empty
    runs.approve_run(run, "officer")
    workbooks = runs.write_year_after(run, tmp_path / "after")
    assert load_inbox(place, "officer", workbooks) == 0
    assert runs.close_month(place, Month(2016, 12), "officer") > 0
    told = runs.promise_record(place)
    year = told.by_year.iloc[0]
    assert year["year"] == 2016
    assert told.by_village["households"].sum() == year["households"]
    assert {"", "cleaner_post"} <= set(told.by_measure["measure"])
    assert len(told.wrong) < 0.35 * year["assessed"]
    assert 0.3 < len(told.wrong) / told.by_chance < 3
    assert told.correction is not None
    assert told.correction.known_by == Month(2016, 12).ordinal
    assert set(told.wrong["cause"]) - {"none"}
    # the evaluation tells the same: every promise assessed, under its plan and under its village
    (paper,) = (one for one in asked_papers(run) if one.key == "evaluation")
    assert paper.report is not None
    numbers = {number.key: number.value for number in paper.report(PaperInput(run, "en")).numbers}
    assert numbers["kept.assessed"] == year["assessed"]
    assert numbers["kept.expected"] == pytest.approx(told.by_village["expected"].sum())
    assert numbers["kept.observed"] == told.by_village["observed"].sum()
    assert numbers["kept.wrong"] == len(told.wrong)
