"""Decisions by hand about households of an office planned by parts, against those about the office planned at once."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import openpyxl
import pandas as pd
import pytest

from povlib import ledger, runs
from povlib.cli import main
from povlib.errors import RunError
from povlib.ledger.voice.household_words import household_words
from povlib.report.writers.decision_sheet import COLUMNS, change_words, refuse_words
from povlib.report.writers.voice_form import COLUMNS as VOICE_COLUMNS
from povlib.runs.area.area_facts import area_facts
from povlib.runs.area.area_figures import AreaFigures
from povlib.runs.area.area_papers import township_papers
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.decision_clashes import clashes_over_parts
from povlib.runs.area.part_figures import PartFigures
from povlib.runs.area.single_area_facts import township_facts
from povlib.runs.decisions.choices import household_choices
from povlib.runs.decisions.decided import Decided
from povlib.runs.decisions.kept import decisions_held_against, unkept_faults
from povlib.runs.decisions.offering_runs import offering_run_of_each
from povlib.runs.decisions.package_rules import package_contents
from povlib.runs.decisions.recording import Decision, record_decisions
from povlib.runs.decisions.returned_workbook import take_decisions
from povlib.runs.office.office_place import open_book
from povlib.runs.paper_shape import PaperInput
from povlib.runs.papers import write_paper
from povlib.runs.voice.form_in import take_form, write_forms
from povlib.vocabulary.resource_keys import LEAST_PREFIX
from povlib.words import text

pytestmark = pytest.mark.thorough

AT = {key: at for at, key in enumerate(COLUMNS, start=1)}
HEAD = 7  # row of the headers, as a clerk counts


def _helped(run: AreaRun) -> pd.DataFrame:
    """Return a household with new help of each village, with its village and township."""
    rows = AreaFigures(run).households
    return rows[rows["k"] > 0].groupby("village", sort=False).first().reset_index()


def _recorded(place: runs.Place) -> dict[str, str]:
    with open_book(place, create=False) as book:
        return ledger.household_decisions(book).set_index("hh")["verdict"].to_dict()


def test_households_of_any_part_are_decided_about(copied: AreaRun, capsys: pytest.CaptureFixture[str]) -> None:
    place, run = runs.find_office("sample"), copied.info.run_id
    first, second, third = _helped(copied)["hh"].iloc[[0, 1, -1]]
    offering = offering_run_of_each(copied, [first, second, third, "S99-9999"])
    assert set(offering) == {first, second, third}
    assert offering[first].folder != offering[third].folder
    others = household_choices(offering[third], "en").set_index("hh").loc[third, "others"]
    common = ["--run", run, "--officer", "W", "--reason", "the meeting said so", "--office", "sample", "--lang", "en"]
    assert main(["decide-plan", "--household", first, "--refuse", *common]) == 0
    assert main(["decide-plan", "--household", second, "--approve", *common]) == 0
    assert main(["decide-plan", "--household", third, "--change", others[-1], *common]) == 0
    assert "Recorded as batch" in capsys.readouterr().out
    assert _recorded(place) == {first: "refused", second: "approved", third: "by_hand"}
    held = decisions_held_against(copied).set_index("hh")["kept"]
    assert held.to_dict() == {first: False, second: True, third: False}


@pytest.mark.slow  # plans again
def test_the_next_plan_keeps_what_was_decided_and_its_papers_name_it(copied: AreaRun) -> None:
    place = runs.find_office("sample")
    helped = _helped(copied)
    first, last = helped.iloc[0], helped.iloc[-1]
    others = household_choices(offering_run_of_each(copied, [last["hh"]])[last["hh"]], "en").set_index("hh")["others"]
    change = ["decide-plan", "--household", last["hh"], "--change", others[last["hh"]][-1], "--run", copied.info.run_id]
    assert main([*change, "--officer", "W", "--reason", "as it asked", "--office", "sample", "--lang", "en"]) == 0
    record_decisions(copied, [Decision(first["hh"], "refused", "meeting", reason="moved away")], "W")
    said = " ".join(fault.show("en") for fault in unkept_faults(copied))
    assert first["hh"] in said
    assert last["hh"] in said

    again = cast(AreaRun, runs.complete(runs.begin(place, "base", copied.overrides), "zh", papers=False))
    assert not unkept_faults(again)
    rows = AreaFigures(again).households.set_index("hh")
    assert rows.loc[first["hh"], "k"] == 0
    names = household_choices(offering_run_of_each(again, [last["hh"]])[last["hh"]], "en").set_index("hh")
    assert names.loc[last["hh"], "plan"] == others[last["hh"]][-1]
    # the paper of the office names both, that of a township its own
    decided = area_facts(again, "en").decided
    assert decided[["hh", "kept"]].to_numpy().tolist() == sorted([[first["hh"], True], [last["hh"], True]])
    own = township_facts(again, PartFigures(again.part_run(again.part_of_township[first["township"]])),
                         first["township"], "en").decided  # fmt: skip
    assert own[["hh", "reason"]].to_numpy().tolist() == [[first["hh"], "moved away"]]


def test_what_households_say_comes_back_on_the_form_of_their_township(copied: AreaRun, tmp_path: Path) -> None:
    place = runs.find_office("sample")
    written = write_forms(copied, tmp_path, "zh")
    assert [path.name for path in written[:2]] == ["voice.01.zh.xlsx", "voice.02.zh.xlsx"]
    assert len(written) == sum(len(part.townships) for part in copied.parts)
    listed = []
    for path in written:
        page = openpyxl.load_workbook(path).worksheets[0]
        listed.append([page.cell(row, 1).value for row in range(1, page.max_row + 1)])
    every = AreaFigures(copied).households["hh"]
    assert sorted(cell for column in listed for cell in column if cell in set(every)) == sorted(every)

    book = openpyxl.load_workbook(written[-1])
    page = book.worksheets[0]
    head = next(row for row in range(1, 20) if page.cell(row, 1).value == text(VOICE_COLUMNS["hh"], "zh"))
    at = {key: column for column, key in enumerate(VOICE_COLUMNS, start=1)}
    hh = page.cell(head + 1, 1).value
    told = {"kind": text("refusal", "zh"), "measure": "产业扶持补助", "words": "年纪大了", "day": "2016-05-05"}
    for key, value in told.items():
        page.cell(head + 1, at[key], value)
    book.save(tmp_path / "back.xlsx")
    verdict = take_form(place, tmp_path / "back.xlsx", "W")
    assert (verdict.faults, verdict.loaded) == ([], 1)
    with open_book(place, create=False) as ledger_now:
        said = household_words(ledger_now)
    assert said[["hh", "kind"]].to_numpy().tolist() == [[hh, "refusal"]]

    page.cell(head + 1, at["hh"], "S99-9999")
    book.save(tmp_path / "spoilt.xlsx")
    faults = take_form(place, tmp_path / "spoilt.xlsx", "W").faults
    assert "S99-9999 is not in this plan" in faults[0].show("en")


def test_wrong_words_about_a_household_are_refused_in_words(
    copied: AreaRun, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = AreaFigures(copied).households
    idle = rows.loc[rows["k"] == 0, "hh"].iloc[0]
    helped = _helped(copied)["hh"].iloc[0]
    common = ["--run", copied.info.run_id, "--officer", "W", "--reason", "so", "--office", "sample", "--lang", "en"]
    for words, said in (
        (["--household", idle, "--refuse"], f"nothing new is planned for household {idle}"),
        (["--household", helped, "--change", "castle"], "there is no measure 'castle'"),
        (["--household", "S99-9999", "--approve"], "nothing is recorded about"),
    ):
        assert main(["decide-plan", *words, *common]) != 0
        assert said in capsys.readouterr().err
    with pytest.raises(RunError, match=r"household S99-9999 is not in this plan"):
        record_decisions(copied, [Decision("S99-9999", "approved")], "W")
    assert _recorded(runs.find_office("sample")) == {}


def test_a_township_decides_in_the_workbook_that_goes_out_with_its_paper(copied: AreaRun, tmp_path: Path) -> None:
    place = runs.find_office("sample")
    paper = next(one for one in township_papers(copied) if one.about == "西乡")
    written = write_paper(paper, PaperInput(copied, "en"), tmp_path / "papers")
    (out,) = (path for path in written if path.name.startswith("decisions."))
    assert out.name == f"{paper.decisions}.en.xlsx"
    book = openpyxl.load_workbook(out)
    page = book.worksheets[0]
    rows = {page.cell(row, 1).value: row for row in range(HEAD + 1, page.max_row + 1) if page.cell(row, 1).value}
    every = AreaFigures(copied).households
    own = every[every["township"] == "西乡"]
    assert sorted(rows) == sorted(own["hh"])

    helped = own.loc[own["k"] > 0, "hh"].iloc[0]
    changed = own.loc[own["k"] > 0, "hh"].iloc[1]
    choices = household_choices(offering_run_of_each(copied, [changed])[changed], "en").set_index("hh")
    for hh, words in ((helped, refuse_words("en")), (changed, change_words(choices.loc[changed, "others"][-1], "en"))):
        for key, value in (("decision", words), ("decided_by", "meeting"), ("reason", "asked for it")):
            page.cell(rows[hh], AT[key], value)
    book.save(tmp_path / "back.xlsx")
    verdict = take_decisions(place, tmp_path / "back.xlsx", "W")
    assert (verdict.loaded, verdict.flags) == (2, [])
    assert _recorded(place) == {helped: "refused", changed: "by_hand"}

    # a second workbook, spoilt: nothing of it is recorded
    page.cell(rows[helped], AT["members"], 99)
    page.cell(page.max_row + 1, AT["hh"], "S99-9999")
    page.cell(page.max_row, AT["decision"], refuse_words("en"))
    book.save(tmp_path / "spoilt.xlsx")
    spoilt = take_decisions(place, tmp_path / "spoilt.xlsx", "W")
    assert {flag.rule for flag in spoilt.flags} == {"decision_altered", "decision_household"}
    assert spoilt.batch is None


def test_decisions_that_cannot_all_be_kept_are_named_none_needlessly(by_parts: AreaRun) -> None:
    """One household more than a post has seats, of both parts; with one less, all can be kept."""
    seats = _seats_wanted_in_both_parts(by_parts)
    households, capacity = seats["hh"].tolist(), int(seats["capacity"].iloc[0])
    bystander = next(hh for hh in _helped(by_parts)["hh"] if hh not in households)
    refused = pd.DataFrame([{"hh": bystander, "verdict": "refused", "package": ""}])
    kept = pd.concat([seats.iloc[:capacity], refused], ignore_index=True)
    assert clashes_over_parts(by_parts, _decided(kept)) == []
    faults = clashes_over_parts(by_parts, _decided(pd.concat([seats, refused], ignore_index=True)))
    said = [fault.show("en") for fault in faults]
    assert f"these {capacity + 1} decisions cannot all be kept" in said[0]
    assert sorted(hh for line in said[1:] for hh in [*households, bystander] if hh in line) == sorted(households)


def test_a_seat_that_others_must_help_to_open_clashes_with_nothing(by_parts: AreaRun) -> None:
    """An opening asks for a least number of seats taken: who decides about one household decides about no other."""
    offer = by_parts.part_runs[0].offer
    asks = offer.uses.loc[offer.uses["resource"].str.startswith(LEAST_PREFIX)].drop_duplicates("resource")
    assert len(asks) >= 2
    packages = offer.packages[offer.packages["package"].isin(asks["package"])]
    contents = package_contents(offer, packages["hh"])
    for hh, package in packages[["hh", "package"]].itertuples(index=False):
        one = pd.DataFrame([{"hh": hh, "verdict": "by_hand", "package": contents[package]}])
        assert clashes_over_parts(by_parts, _decided(one)) == []


def _seats_wanted_in_both_parts(run: AreaRun) -> pd.DataFrame:
    """Return one household more than a resource has units, of both parts, each with a package that takes one unit."""
    wanted = []
    for part in run.part_runs:
        offer = part.offer
        uses = offer.uses.merge(offer.packages[["package", "hh", "k"]], on="package")
        uses = uses[uses["amount"].eq(1)].sort_values(["k", "package"]).drop_duplicates(["resource", "hh"])
        capacity = offer.resources.set_index("resource")["capacity"]
        contents = package_contents(offer, uses["hh"])
        wanted.append(
            uses.assign(
                capacity=uses["resource"].map(capacity), package=uses["package"].map(contents), part=part.part.key
            )
        )
    rows = pd.concat(wanted, ignore_index=True)
    by = rows.groupby("resource").agg(
        households=("hh", "nunique"), parts=("part", "nunique"), capacity=("capacity", "max")
    )
    by = by[(by["parts"] == 2) & (by["households"] > by["capacity"]) & by["capacity"].between(1, 12)]
    resource = by.sort_values("capacity").index[-1]
    own = rows[rows["resource"] == resource]
    # in turn from one part and the other
    own = own.assign(turn=own.groupby("part").cumcount()).sort_values(["turn", "part"])
    return own.head(int(by.loc[resource, "capacity"]) + 1).assign(verdict="by_hand").reset_index(drop=True)


def _decided(rows: pd.DataFrame) -> Decided:
    told = {"voice": "office", "subject": "", "decided_by": "meeting", "reason": "said", "answer": ""}
    return Decided(1, rows[["hh", "verdict", "package"]].assign(**told))
