"""Papers of townships and annexes of villages out of one run by parts, against the paper of the whole office."""

from __future__ import annotations

import json
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from povlib import runs
from povlib.cli import main
from povlib.errors import ReportError, RunError
from povlib.report.agreement.paper_agreement import paper_agreement
from povlib.runs import paper_seals
from povlib.runs.area import paper_batches
from povlib.runs.area.area_facts import area_facts
from povlib.runs.area.area_figures import AreaFigures
from povlib.runs.area.area_papers import annex_papers, county_papers, township_papers
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.part_cards import sheets_of_parts
from povlib.runs.area.part_figures import PartFigures
from povlib.runs.area.single_area_facts import county_facts, household_rows, township_facts
from povlib.runs.office import family_cards
from povlib.runs.paper_folder import papers_folder
from povlib.runs.paper_seals import are_sealed
from povlib.runs.papers import all_papers, write_paper

pytestmark = pytest.mark.thorough


def _facts(run: AreaRun, township: str) -> Any:
    part = run.part_of_township[township]
    return township_facts(run, PartFigures(run.part_run(part)), township, "en")


def test_townships_of_all_papers_add_up_to_the_office(by_parts: AreaRun) -> None:
    office = area_facts(by_parts, "en")
    every = [_facts(by_parts, name) for name in by_parts.part_of_township]
    for figure in ("households", "persons", "served", "posts", "entitlement_fen", "short_fen"):
        assert sum(getattr(one, figure) for one in every) == getattr(office, figure), figure
    assert sum(one.unserved for one in every) == office.households - office.served
    # what is opened is paid for all townships together
    opened = office.openings.loc[office.openings["opened"], "opening_fen"].sum()
    assert opened == office.opening_fen
    assert sum(one.money_fen for one in every) + opened == office.money_fen == office.funds["planned_fen"].sum()
    assert sum(one.funds["planned_fen"].sum() for one in every) + opened == office.funds["planned_fen"].sum()
    assert sum(one.funds["owed_fen"].sum() for one in every) == office.funds["owed_fen"].sum()
    assert sum(one.measures["awards"].sum() for one in every) == office.measures["awards"].sum()
    np.testing.assert_allclose(sum(one.additional.value for one in every), office.additional.value, rtol=1e-9)


def test_villages_add_up_to_their_township_and_households_to_their_village(by_parts: AreaRun) -> None:
    facts = _facts(by_parts, "东乡")
    assert facts.places["name"].tolist() == ["联胜", "乐北", "农家"]
    assert facts.places["money_fen"].sum() == facts.money_fen == facts.funds["planned_fen"].sum()
    assert facts.places["persons"].sum() == facts.persons
    rows = AreaFigures(by_parts).households
    own = rows[rows["village"].eq("联胜")]
    village = facts.places.set_index("name").loc["联胜"]
    assert village["additional"] == pytest.approx(own["additional"].sum(), rel=1e-9)
    assert village["additional_low"] <= village["additional"] <= village["additional_high"]
    # a village's range is wider for its size than that of the township it lies in
    spread = (village["expected_high"] - village["expected_low"]) / village["expected"]
    assert spread > (facts.expected.high - facts.expected.low) / facts.expected.value


def test_a_township_says_of_itself_what_the_paper_of_the_office_says(by_parts: AreaRun) -> None:
    row = area_facts(by_parts, "en").townships.set_index("name").loc["西乡"]
    facts = _facts(by_parts, "西乡")
    assert (facts.expected.value, facts.expected.low, facts.expected.high) == tuple(
        row[["expected", "expected_low", "expected_high"]]
    )
    assert facts.money_fen == row["money_fen"]


def test_a_county_is_its_townships_together_whatever_parts_they_lie_in(by_parts: AreaRun) -> None:
    facts = county_facts(by_parts, "甲县", "en")
    every = [_facts(by_parts, name) for name in ("东乡", "西乡")]
    assert facts.places["name"].tolist() == ["东乡", "西乡"]
    for figure in ("households", "persons", "served", "posts", "money_fen", "entitlement_fen", "unserved"):
        assert getattr(facts, figure) == sum(getattr(one, figure) for one in every), figure
    assert facts.funds["planned_fen"].sum() == facts.measures["money_fen"].sum() == facts.money_fen
    assert facts.measures["measure"].is_unique
    row = area_facts(by_parts, "en").counties.set_index("name").loc["甲县"]
    assert (facts.additional.value, facts.additional.low, facts.additional.high) == tuple(
        row[["additional", "additional_low", "additional_high"]]
    )
    assert [paper.about for paper in county_papers(by_parts)] == ["甲县", "乙县"]


def test_a_village_of_no_township_is_one_by_itself(by_parts: AreaRun) -> None:
    facts = _facts(by_parts, "样一")
    assert facts.places["name"].tolist() == ["样一"]
    assert facts.places["expected_low"].iloc[0] == facts.expected.low


def test_papers_are_numbered_in_the_order_of_the_office(by_parts: AreaRun) -> None:
    assert [paper.about for paper in township_papers(by_parts)][:3] == ["东乡", "西乡", "建南"]
    assert [paper.about for paper in annex_papers(by_parts)] == list(by_parts.catalogue.villages)
    assert township_papers(by_parts)[0].file_names("zh")[1] == "township.01.zh.pdf"


def test_papers_are_asked_for_written_side_by_side_and_agree(
    by_parts: AreaRun, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["--office", "sample", by_parts.info.run_id]
    words = [
        "report",
        "--county",
        "甲县",
        "--township",
        "东乡,建南",
        "--village",
        "乐北",
        "--every-language",
        "--lang",
        "en",
        *run,
    ]
    assert not main(words), capsys.readouterr()
    folder = papers_folder(by_parts)
    for lang in ("zh", "en"):
        names = {path.name for path in folder.glob(f"*.{lang}.*")}
        kinds = ("html", "pdf", "docx", "xlsx", "numbers.json")
        assert {f"township.{at}.{lang}.{kind}" for at in ("01", "03") for kind in kinds} <= names
        assert {f"county.01.{lang}.{kind}" for kind in kinds} <= names
        assert {f"annex.02.{lang}.pdf", f"annex.02.{lang}.xlsx"} <= names
        assert not list(folder.glob("township.02.*"))
    agreement = paper_agreement(folder)
    assert not agreement.faults, agreement.faults
    # the figures of a township stand under one key in two papers
    assert agreement.shared >= 12
    capsys.readouterr()
    # what was asked for once is written again with the paper of the office
    assert not main(["report", "--lang", "en", *run])
    assert "township.03.en.pdf" in capsys.readouterr().out


def test_the_list_of_numbers_of_an_annex_has_every_household(by_parts: AreaRun) -> None:
    written = runs.write_papers(by_parts, "en", papers=annex_papers(by_parts)[:1])
    rows = household_rows(by_parts, by_parts.part_of_village["联胜"], "en")
    own = rows[rows["village"].eq("联胜")].set_index("hh")
    (listed,) = (path for path in written if path.suffix == ".json")
    numbers = json.loads(listed.read_text(encoding="utf-8"))["numbers"]
    assert {key: number["value"] for key, number in numbers.items() if key.endswith(".money_fen") and "[" in key} == {
        f"annex_联胜[{hh}].money_fen": fen for hh, fen in own["money_fen"].items()
    }
    (book,) = (path for path in written if path.suffix == ".xlsx")
    cells = {str(cell) for sheet in openpyxl.load_workbook(book) for row in sheet.values for cell in row}
    assert set(own.index) <= cells
    assert set(own["help"]) <= cells


def test_chances_of_a_household_that_nobody_can_assess_are_not_printed(by_parts: AreaRun) -> None:
    figures = AreaFigures(by_parts).households
    unknown = set(figures.loc[~figures["assessable"], "hh"])
    assert unknown
    rows = [household_rows(by_parts, part, "en") for part in by_parts.parts]
    for frame in rows:
        lacking = frame["hh"].isin(unknown)
        assert frame.loc[lacking, ["p", "p0"]].isna().all(axis=None)
        assert frame.loc[~lacking, ["p", "p0"]].notna().all(axis=None)


def test_a_paper_that_fails_is_named_and_the_others_are_written(
    by_parts: AreaRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(paper: Any, given: Any, folder: Path) -> list[Path]:
        if paper.about == "西乡":
            raise ReportError("this paper is refused")
        return write_paper(paper, given, folder)

    monkeypatch.setattr(paper_batches, "number_of_cores", lambda: 1)
    monkeypatch.setattr(paper_batches, "write_paper", refuse)
    told: list[tuple[str, float]] = []
    papers = annex_papers(by_parts)[:2] + township_papers(by_parts)[1:2]
    made = paper_batches.batches_written(
        by_parts, tmp_path, {"en": papers}, lambda stage, share: told.append((stage, share))
    )
    assert [fault.where for fault in made.faults] == ["township.02.en"]
    assert {path.name for path in made.paths} == {
        f"annex.{at}.en.{kind}" for at in ("01", "02") for kind in ("pdf", "xlsx", "numbers.json")
    }
    assert told[-1][1] == 1.0
    with pytest.raises(RunError, match=r"township\.02\.en"):
        paper_batches.write_area_papers(by_parts, {"en": papers})


def test_what_was_written_before_ctrl_c_is_sealed_and_nothing_else_lies_there(
    by_parts: AreaRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(paper: Any, given: Any, folder: Path) -> list[Path]:
        if paper.key == "annex.02":
            (folder / f"{paper.key}.en.pdf").write_bytes(b"half")
            raise KeyboardInterrupt
        return write_paper(paper, given, folder)

    folder = papers_folder(by_parts)
    for path in folder.glob("annex.0[12].en.*"):
        path.unlink()
    monkeypatch.setattr(paper_batches, "number_of_cores", lambda: 1)
    monkeypatch.setattr(paper_batches, "_AT_A_TIME", 1)
    monkeypatch.setattr(paper_batches, "write_paper", interrupted)
    with pytest.raises(KeyboardInterrupt):
        paper_batches.write_area_papers(by_parts, {"en": annex_papers(by_parts)[:3]})
    written = sorted(folder.glob("annex.0[12].en.*"))
    assert {path.name.partition(".en.")[0] for path in written} == {"annex.01"}
    assert are_sealed(by_parts, written)
    assert not [path for path in folder.iterdir() if path.is_dir()]


def test_papers_that_lie_there_as_they_would_be_written_are_left(
    by_parts: AreaRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def counted(paper: Any, given: Any, folder: Path) -> list[Path]:
        written.append(paper.key)
        return write_paper(paper, given, folder)

    monkeypatch.setattr(paper_batches, "number_of_cores", lambda: 1)
    monkeypatch.setattr(paper_batches, "write_paper", counted)
    papers, folder = annex_papers(by_parts)[:2], papers_folder(by_parts)
    names = {name for paper in papers for name in paper.file_names("en")}
    for name in names:
        (folder / name).unlink(missing_ok=True)

    def again() -> list[str]:
        written.clear()
        assert {path.name for path in paper_batches.write_area_papers(by_parts, {"en": papers})} == names
        return list(written)

    assert again() == ["annex.01", "annex.02"]
    assert again() == []
    file = folder / "annex.02.en.xlsx"
    file.write_bytes(file.read_bytes() + b"x")
    assert again() == ["annex.02"], "what somebody changed is written again"
    with monkeypatch.context() as later:
        later.setattr(paper_seals, "_head", lambda run: "99:other")
        assert again() == ["annex.01", "annex.02"], "the ledger went on: a draft may be none any more"
    with monkeypatch.context() as later:
        later.setattr(paper_seals, "code_digest", lambda: "other")
        assert again() == ["annex.01", "annex.02"], "another version may say it otherwise"
    assert again() == ["annex.01", "annex.02"]
    assert paper_seals.are_sealed(by_parts, [folder / name for name in names])


def test_papers_that_no_process_takes_any_more_are_named_and_the_others_stay(by_parts: AreaRun, tmp_path: Path) -> None:
    class Broken(Executor):
        given = 0

        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            self.given += 1
            if self.given > 1:
                raise BrokenExecutor
            done: Future[Any] = Future()
            done.set_result(paper_batches.Written((tmp_path / "annex.01.en.pdf",)))
            return done

    batches = [paper_batches._Batch("en", "part-001", (f"annex.{at:02d}",)) for at in (1, 2, 3)]
    told: list[str] = []
    made = paper_batches._shared_out(
        by_parts, tmp_path, batches, Broken(), lambda batch, made: told.append(batch.keys[0])
    )
    assert [path.name for path in made.paths] == ["annex.01.en.pdf"]
    assert [fault.where for fault in made.faults] == ["annex.02.en", "annex.03.en"]
    assert told == ["annex.01", "annex.02", "annex.03"]


def test_processes_write_the_bytes_that_one_writes(by_parts: AreaRun, tmp_path: Path) -> None:
    papers = [paper for paper in all_papers(by_parts) if paper.key in ("annex.01", "annex.12", "township.02")]
    made = paper_batches.batches_written(by_parts, tmp_path / "many", {"en": papers})
    assert not made.faults
    one = runs.write_papers(by_parts, "en", papers=papers)
    assert {path.name: path.read_bytes() for path in made.paths} == {path.name: path.read_bytes() for path in one}


def test_cards_of_a_plan_by_parts_are_those_of_its_rows(by_parts: AreaRun) -> None:
    rows = AreaFigures(by_parts).households.set_index("hh")
    sheets = {
        sheet.hh: sheet
        for _, of_part in sheets_of_parts(by_parts, "en", approved=False, villages=["联胜", "样五"])
        for sheet in of_part
    }
    assert set(sheets) == set(rows.index[rows["village"].isin(["联胜", "样五"])])
    for hh, sheet in sheets.items():
        new = [item for item in sheet.help if not item.entitled]
        assert sum(item.amount_fen or 0 for item in new) == rows.loc[hh, "money_fen"]
        assert bool(new) == (rows.loc[hh, "k"] > 0)
        assert bool(sheet.why_none) == (not new)


def test_cards_are_one_file_a_village_and_a_village_nobody_knows_is_refused(
    by_parts: AreaRun, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ["--office", "sample", "--lang", "en", by_parts.info.run_id]
    assert not main(["cards", "--village", "样五", "--village", "联胜", *run])
    folder = by_parts.office.folder / "cards" / papers_folder(by_parts).name
    assert sorted(path.name for path in folder.iterdir()) == ["样五.en.pdf", "联胜.en.pdf"]
    # both lie in other parts and were written side by side: the bytes are those of one process
    assert by_parts.part_of_village["样五"] != by_parts.part_of_village["联胜"]
    aside = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr(family_cards, "number_of_cores", lambda: 1)
    assert not main(["cards", "--village", "样五", "--village", "联胜", *run])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == aside
    capsys.readouterr()
    assert main(["cards", "--village", "没有", *run])
    assert main(["cards", "--points", "S01-0001", *run])
    told = capsys.readouterr()
    assert "no household of 没有" in told.out + told.err
    assert "not reckoned for a plan by parts" in told.out + told.err


def test_cards_that_cannot_be_written_are_named_by_their_part_and_the_others_are_there(by_parts: AreaRun) -> None:
    folder = by_parts.office.folder / "cards" / papers_folder(by_parts).name
    # a folder where a file should be written
    blocked = folder / "秀山.en.pdf"
    blocked.mkdir(parents=True)
    (folder / "样四.en.pdf").unlink(missing_ok=True)
    with pytest.raises(RunError) as told:
        family_cards.write_family_cards(by_parts, "en", ["秀山", "样四"])
    blocked.rmdir()
    assert by_parts.part_of_village["秀山"].name in told.value.show("en")
    assert (folder / "样四.en.pdf").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--township", "没有"], "there is no township 没有"),
        (["--village", "没有"], "there is no village 没有"),
        (["--kind", "township"], "there is no kind of paper township"),
        (["--kind", "comparison"], "no run of another scenario"),
    ],
)
def test_what_there_is_not_is_refused_with_the_nearest(
    by_parts: AreaRun, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["report", *words, "--office", "sample", "--lang", "en", by_parts.info.run_id])
    told = capsys.readouterr()
    assert said in told.out + told.err
