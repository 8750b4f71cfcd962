"""A plan made by parts, against the plan of the same office made whole."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import weakref
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import openpyxl
import pandas as pd
import pytest

from povlib import runs
from povlib.cli import main
from povlib.cli.desk.plan_figures import print_figures
from povlib.errors import RunError
from povlib.exits import project
from povlib.runs.area import area_run, part_work
from povlib.runs.area.area_figures import AreaFigures
from povlib.runs.area.area_openings import _new_seats_taken, area_openings
from povlib.runs.area.area_papers import part_papers
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.checking.posts_offered import posts_of_office
from povlib.runs.area.part_run import PART_DRAWS
from povlib.runs.area.part_work import STEPS, done_for_all_parts, part_processes
from povlib.runs.stages.idle_posts import posts_nobody_may_take, posts_without_money, posts_without_villagers
from povlib.runs.stages.recorded_effects import effects_on_record
from povlib.support import offer
from povlib.support.package_enumeration import PACKAGE_LIMIT
from povlib.words import language_in_use

pytestmark = pytest.mark.thorough
#: parts of the runs that are made here beside that of `conftest`
OF_250 = {"settings.part_households": "250"}


@pytest.fixture(scope="module")
def whole(office: runs.Place) -> runs.Run:
    """The same plan made at once."""
    return runs.complete(runs.begin(office, "base", {}), "zh", papers=False)


def test_a_plan_by_parts_brings_what_the_plan_of_the_whole_does(by_parts: AreaRun, whole: runs.Run) -> None:
    figures, other = AreaFigures(by_parts).headline, runs.headline_figures(whole)
    assert len(by_parts.parts) == 2
    # incomes are forecast from the records of a part alone, so that chances differ a little
    assert figures["expected"] == pytest.approx(other["expected"], rel=0.03)
    assert figures["additional"] == pytest.approx(other["additional"], rel=0.06)
    assert figures["gap"] < 1.0
    assert by_parts.proved


def test_every_registered_household_has_one_package_of_its_own(by_parts: AreaRun, whole: runs.Run) -> None:
    rows = AreaFigures(by_parts).households
    assert sorted(rows["hh"]) == sorted(whole.state.poor["hh"])
    assert rows["hh"].is_unique
    assert (rows["p"] >= rows["p0"] - 1e-9).mean() > 0.99


def test_no_fund_pays_more_than_the_law_leaves_it(by_parts: AreaRun) -> None:
    figures = AreaFigures(by_parts)
    paid = by_parts.paid_by_fund
    for key, fund in by_parts.catalogue.funds.items():
        assert paid.get(key, 0) + figures.owed_by_fund.get(key, 0) <= fund.amount_fen
    opened = area_openings(by_parts, "en")
    cost = int(opened.loc[opened["opened"], "opening_fen"].sum())
    assert sum(paid.values()) == int(figures.households["money_fen"].sum()) + cost == figures.headline["money_fen"]


def test_what_is_opened_is_that_of_the_whole_and_stands_in_the_paper(by_parts: AreaRun, whole: runs.Run) -> None:
    opened = area_openings(by_parts, "zh").set_index("facility")
    theirs = set(whole.plan.opened["facility"])
    # chances differ a little, so that what is worth opening by a hair may differ too
    assert len(set(opened.index[opened["opened"]]) ^ theirs) <= 1
    assert set(opened.index) == set(whole.offer.facilities["facility"])
    assert (opened["taken"] >= opened["least"])[opened["opened"]].all()
    told = json.loads((by_parts.folder / "manifest.json").read_text(encoding="utf-8"))["plan"]["opened"]
    assert told == by_parts.plan.opened
    page = (by_parts.folder / "papers" / "area.zh.html").read_text(encoding="utf-8")
    for name in opened.loc[opened["opened"], "name"]:
        assert name in page


def test_posts_nobody_may_take_are_those_of_the_whole_and_are_printed(
    by_parts: AreaRun, whole: runs.Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    offered, given = posts_of_office(by_parts), (by_parts.catalogue, by_parts.settings)
    for told in (posts_without_money, posts_nobody_may_take):
        assert str(told(offered, *given)) == str(told(whole.offer, *given))
    assert posts_without_villagers(offered, given[0]) == posts_without_villagers(whole.offer, given[0])
    # with every post left out of all packages, somebody is told
    none_left = replace(offered, uses=offered.uses[~offered.uses["resource"].str.startswith("post:")])
    monkeypatch.setattr("povlib.runs.area.checking.posts_offered.posts_of_office", lambda run: none_left)
    decided = pd.DataFrame({"hh": ["a", "b", "c"], "kept": [True, True, False]})
    monkeypatch.setattr("povlib.runs.decisions.kept.decisions_on_paper", lambda run: decided)
    with language_in_use("en"):
        print_figures(by_parts)
        names = ", ".join(post.names.show() for post in posts_nobody_may_take(none_left, *given))
    said = capsys.readouterr().out
    assert names
    assert f"nobody in the ledger may take these posts, which stay empty: {names}" in said
    assert "3 decisions by hand; the plan keeps 2 of them." in said


def test_seats_there_were_before_are_no_new_ones() -> None:
    rows = pd.DataFrame(
        {"used": [5, 1, 9], "capacity": [7, 4, 9], "kind": "post"}, index=["post:a", "place:b", "post:c"]
    )
    for name, added, taken in (("post:a", 4, 2), ("place:b", 2, 0), ("post:c", 9, 9)):
        assert _new_seats_taken(pd.DataFrame({"resource": [name], "added": [added]}), rows) == taken


def test_a_plan_by_parts_opens_what_the_settings_allow(office: runs.Place) -> None:
    run = cast(AreaRun, runs.begin(office, "base", {**OF_250, "settings.openings": "[tea_school]"}))
    assert {key for key, opening in run.catalogue.openings.items() if opening.filled} == {"tea_school"}
    run.refuse_what_needs_the_whole()


def test_offers_do_not_hang_on_how_an_office_is_divided(by_parts: AreaRun, whole: runs.Run) -> None:
    parts = pd.concat([run.offer.packages for run in by_parts.part_runs])
    ours, theirs = (
        set(frame[["hh", "measures", "new_money_fen"]].itertuples(index=False, name=None))
        for frame in (parts, whole.offer.packages)
    )
    # a list that is full may hold a later month of start in the place of other measures, and then other measures
    full = whole.offer.packages["hh"].value_counts()
    other = {hh for hh, _, _ in ours ^ theirs}
    assert other <= set(full.index[full >= PACKAGE_LIMIT])
    assert len(other) <= 0.01 * len(full)
    # later months of start are offered while a part's share of the crews' weeks is too small for it
    key = ["hh", "measures", "start"]
    same = parts[key].merge(whole.offer.packages[key].drop_duplicates(), on=key)
    assert len(same) > 0.999 * len(parts)
    owed = pd.concat([run.offer.entitlements for run in by_parts.part_runs])["cost_fen"].sum()
    assert owed == whole.offer.entitlements["cost_fen"].sum()


def test_effects_are_learnt_from_everybody(by_parts: AreaRun, whole: runs.Run) -> None:
    # from the rows themselves: the stored stage of the one may be that of the other
    columns = ["mean", "sd", "estimate", "se"]
    ours, theirs = (
        effects_on_record(record, whole.catalogue, whole.settings.seed).posterior[columns].to_numpy(np.float64)
        for record in (by_parts.help_record, whole.state)
    )
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_a_fund_that_does_not_reach_pays_whom_it_pays_in_the_whole(by_parts: AreaRun, office: runs.Place) -> None:
    fund, owed = next(
        (name, fen) for name, fen in AreaFigures(by_parts).owed_by_fund.items() if name in by_parts.catalogue.funds
    )
    scarce = {f"funds.{fund}.amount_yuan": str(owed // 200)}
    run = cast(AreaRun, runs.begin(office, "base", {**OF_250, **scarce}))
    for part in run.part_runs:
        STEPS["owed"](part)
    whole = runs.begin(office, "base", scarce)
    law = offer(whole.with_months, whole.catalogue, whole.settings)
    assert run.taken[fund] == run.catalogue.funds[fund].amount_fen
    columns = ["hh", "measure", "fund", "covered", "cost_fen"]
    ours, theirs = (
        frame[columns].astype(object).sort_values(columns, ignore_index=True)
        for frame in (run.law.bills, law.entitlements)
    )
    pd.testing.assert_frame_equal(ours, theirs)
    assert not ours["covered"].all()


def test_the_poorest_fifth_is_that_of_the_whole_office(by_parts: AreaRun, whole: runs.Run) -> None:
    ours = pd.concat([run.groups for run in by_parts.part_runs]).set_index("hh").sort_index()
    theirs = whole.households.frames["households"].set_index("hh").sort_index()
    assert (ours["poorest_fifth"] == theirs["poorest_fifth"]).all()


def test_a_projection_without_draws_is_the_one_with_them(by_parts: AreaRun) -> None:
    run = by_parts.part_runs[0]
    given = run.given("projection")
    kept = project(
        run.with_months, run.offer, given.catalogue, given.settings, draws=PART_DRAWS, posterior=run.planned_effects
    )
    stored = run.projection
    assert len(kept.draws) == len(kept.frame)
    assert stored.draws.shape[0] == 0
    for column in ("p", "p_low", "p_high", "gap_sq", "return_risk", "p_shock"):
        np.testing.assert_allclose(stored.frame[column], kept.frame[column], rtol=0, atol=1e-6)


def test_the_sums_of_townships_are_those_of_their_households(by_parts: AreaRun) -> None:
    figures = AreaFigures(by_parts)
    towns = figures.townships.set_index("township")
    # towns stand in the order of the office
    by = figures.households.groupby("township")[["expected", "additional"]].sum().loc[towns.index]
    assert towns.index.tolist() == list(by_parts.part_of_township)
    np.testing.assert_allclose(towns["expected"], by["expected"], rtol=1e-9)
    np.testing.assert_allclose(towns["additional"], by["additional"], rtol=1e-9, atol=1e-9)
    assert (towns["additional_low"] <= towns["additional"]).all()


def test_another_budget_takes_over_what_it_does_not_change(by_parts: AreaRun, office: runs.Place) -> None:
    changed = {**OF_250, "funds.special.amount_yuan": "250000"}
    run = cast(AreaRun, runs.begin(office, "base", changed))
    key = by_parts.parts[0].key
    # reasons stand in some tables in the words of whoever computed them
    with language_in_use("zh"):
        STEPS["owed"](run.part_runs[0])
        STEPS["offered"](run.part_runs[0])
        STEPS["projected"](run.part_runs[0])
    for file in ("owed/claims.parquet", "projection/frame.parquet"):
        ours, theirs = (one.folder / "parts" / key / file for one in (run, by_parts))
        assert ours.samefile(theirs)


def test_a_run_that_stopped_goes_on_with_what_is_done(by_parts: AreaRun, office: runs.Place) -> None:
    changed = {**OF_250, "settings.seed": "7"}
    run = cast(AreaRun, runs.begin(office, "base", changed))
    STEPS["owed"](run.part_runs[1])
    stored = run.folder / "parts" / run.parts[1].key / "owed" / "facts.json"
    before = stored.stat().st_mtime_ns
    again = cast(AreaRun, runs.begin(office, "base", changed))
    assert again.folder == run.folder
    STEPS["owed"](again.part_runs[1])
    assert stored.stat().st_mtime_ns == before


def test_a_process_that_is_killed_costs_what_it_worked_on(office: runs.Place) -> None:
    run = cast(AreaRun, runs.begin(office, "base", {**OF_250, "settings.seed": "10"}))
    with part_processes(run) as pool:
        victim = pool.submit(os.getpid).result()
        os.kill(victim, signal.SIGKILL)
        done_for_all_parts(run, "owed", pool, lambda stage, share: None, "owed")
    assert all((run.folder / "parts" / part.key / "owed").is_dir() for part in run.parts)


def test_work_that_ends_its_process_is_told_from_other_faults(office: runs.Place) -> None:
    # what is lost twice is named by `done_for_all_parts`, with what to do
    run = cast(AreaRun, runs.begin(office, "base", {**OF_250, "settings.seed": "11"}))
    piece = part_work._Piece("A", os.abort, ())
    with part_processes(run) as pool:
        assert part_work._done_by(pool, [piece], lambda stage, share: None, "owed") == ([], [piece])
        assert pool.begin_again()
        assert part_work._done_by(pool, [piece], lambda stage, share: None, "owed") == ([], [piece])
        assert not pool.begin_again()


def test_too_many_floors_are_refused_before_anything_is_computed(
    office: runs.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = cast(AreaRun, runs.begin(office, "base", {**OF_250, "settings.village_money_share": "0.5"}))
    monkeypatch.setattr(area_run, "MOST_FLOORS", 5)
    with pytest.raises(RunError, match="floors"):
        runs.complete(run, "en")
    assert not (run.folder / "parts").exists()


def test_a_part_that_fails_is_named_and_the_others_go_on(by_parts: AreaRun, office: runs.Place) -> None:
    run = cast(AreaRun, runs.begin(office, "base", {**OF_250, "settings.seed": "8"}))
    # a file where a folder of artefacts should be made
    blocked = run.folder / "parts" / run.parts[-1].key
    blocked.parent.mkdir(parents=True)
    blocked.write_text("in the way", encoding="utf-8")
    with pytest.raises(RunError) as told:
        runs.complete(run, "en", papers=False)
    assert run.parts[-1].name in told.value.show()
    assert (run.folder / "parts" / run.parts[0].key / "owed").is_dir()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("settings.explore_households", "5"),
        ("settings.closures", "{helper: 2016-09}"),
    ],
)
def test_what_needs_the_whole_office_is_refused_by_name(office: runs.Place, setting: str, value: str) -> None:
    run = runs.begin(office, "base", {**OF_250, setting: value})
    with pytest.raises(RunError, match=setting):
        runs.complete(run, "en")


def test_the_whole_at_once_is_offered_only_where_the_settings_allow_it(
    by_parts: AreaRun, office: runs.Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["whatif", by_parts.info.run_id, "--office", "sample", "--lang", "en"]
    asked = cast(AreaRun, runs.begin(office, "base", {**OF_250, "settings.explore_households": "5"}))
    for most, offered in ((sum(part.households for part in by_parts.parts), True), (100, False)):
        monkeypatch.setattr(area_run, "MOST_AT_ONCE", most)
        with pytest.raises(RunError) as told:
            asked.refuse_what_needs_the_whole()
        assert main(words)
        said = capsys.readouterr()
        for shown in (told.value.show("en"), said.out + said.err):
            assert ("part_households=50000" in shown) == offered
            assert "office of its own" in shown or offered


def test_funds_that_the_law_takes_whole_and_what_it_owes_besides_are_printed(
    by_parts: AreaRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with language_in_use("en"):
        print_figures(by_parts)
        assert "the law takes all of it" not in capsys.readouterr().out
        fund = next(key for key in AreaFigures(by_parts).owed_by_fund if key in by_parts.catalogue.funds)
        all_of_it = {fund: by_parts.catalogue.funds[fund].amount_fen}
        monkeypatch.setattr(AreaFigures, "owed_by_fund", property(lambda figures: all_of_it))
        monkeypatch.setattr(AreaFigures, "short_fen", property(lambda figures: 12_300))
        print_figures(by_parts)
    said = capsys.readouterr().out
    assert f"{by_parts.catalogue.funds[fund].names.show('en')} holds" in said
    assert "the law takes all of it" in said
    assert "Owed by law and not covered in all townships together: 123" in said


def test_a_look_at_the_whole_is_refused_with_what_to_do(by_parts: AreaRun) -> None:
    with pytest.raises(RunError) as told:
        _ = by_parts.state
    assert f"report {by_parts.info.run_id}" in told.value.show()


def test_the_paper_lies_in_the_run_and_in_the_folder_of_papers(by_parts: AreaRun) -> None:
    names = {path.name for path in (by_parts.folder / "papers").iterdir()}
    assert {"area.zh.html", "area.zh.pdf", "area.zh.docx", "area.zh.xlsx", "area.zh.numbers.json"} <= names
    handed = {Path(path).name for path in runs.paper_files(by_parts, "zh") if path.is_file()}
    assert names <= handed | {"area.zh.numbers.json"}


@pytest.mark.slow  # makes every part again
def test_a_plan_by_parts_is_verified_from_its_files(by_parts: AreaRun) -> None:
    checked = runs.verify_run(by_parts)
    assert checked.ok, checked.faults
    assert any("2 parts" in words for words in checked.words)


def test_a_choice_that_somebody_changed_is_found(by_parts: AreaRun, tmp_path: Path) -> None:
    copied = tmp_path / by_parts.info.run_id
    shutil.copytree(by_parts.folder, copied)
    file = next((copied / "plan").glob("choice-*.npy"))
    choice = np.load(file)
    choice[0] += 1
    np.save(file, choice)
    changed = AreaRun(copied, by_parts.office, by_parts.info, by_parts.overrides, by_parts.pins)
    assert not runs.verify_run(changed, papers=False).ok


def test_what_each_household_receives_is_a_workbook_a_part(by_parts: AreaRun) -> None:
    written = runs.write_papers(by_parts, "en", papers=part_papers(by_parts)[:1])
    (book,) = (path for path in written if path.suffix == ".xlsx")
    sheets = openpyxl.load_workbook(book, read_only=True)
    listed = {str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row}
    first = by_parts.part_runs[0].expected_exits.frames["households"]
    assert set(first["hh"].head(20)) <= listed


def test_a_word_for_a_township_refuses_a_plan_by_parts_in_words(
    by_parts: AreaRun, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["whatif", by_parts.info.run_id, "--office", "sample", "--lang", "en"])
    said = capsys.readouterr()
    assert "whatif is not made for a plan by parts yet" in said.out + said.err


def test_a_part_is_let_go_when_nobody_asks_for_it_any_more(office: runs.Place) -> None:
    """Hundreds of parts are opened one after the other: one that held itself stayed until Python looked for circles."""
    run = cast(AreaRun, runs.begin(office, "base", {**OF_250, "funds.special.amount_yuan": "345678"}))
    try:
        gc.disable()
        for step in ("owed", "offered", "projected"):
            for each in run.parts:
                part = run.part_run(each)
                STEPS[step](part)
                seen = weakref.ref(part)
                del part
                assert seen() is None, step
    finally:
        gc.enable()
        shutil.rmtree(run.folder)
