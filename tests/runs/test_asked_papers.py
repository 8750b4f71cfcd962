"""Papers made when asked for: their kinds, that a run leaves them out, and that a decision makes them anew."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from docx import Document

from povlib import ledger, runs
from povlib.errors import RunError
from povlib.places import ROOT
from povlib.report.agreement import paper_agreement
from povlib.runs.asked_papers import ASKED, asked_papers, chosen_papers, kinds_meant, village_papers
from povlib.runs.paper_seals import are_sealed
from povlib.runs.papers import (
    PAPERS,
    all_papers,
    asked_kinds_there,
    languages_there,
    paper_files_there,
    papers_folder,
    papers_of,
    papers_there,
    write_papers,
    write_papers_into,
)
from povlib.runs.papers_in_languages import write_decided_papers, write_papers_in_languages
from povlib.runs.red_head import RED_HEAD, refuse_unissued
from povlib.runs.storage.manifest import read_manifest, write_manifest
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


def test_the_paper_of_one_village_is_asked_for_by_its_name_and_a_wrong_name_is_answered() -> None:
    papers = (*ASKED, *village_papers(["联胜", "乐北"]))
    assert [paper.key for paper in chosen_papers(papers, ["village"])] == ["village.01", "village.02"]
    chosen = chosen_papers(papers, kinds_meant(["funds", "village"], {"village": ["乐北"]}))
    assert [paper.key for paper in chosen] == ["funds", "village.02"]
    assert chosen[-1].file_names("zh")[1] == "village.02.zh.pdf"
    with pytest.raises(RunError) as error:
        chosen_papers(papers, kinds_meant(["bord"], {"village": ["乐比"]}))
    shown = error.value.show("en")
    assert "乐比" in shown
    assert "乐北" in shown
    assert "board" in shown
    assert (ROOT / "README.md").read_text(encoding="utf-8").count("`village.01.zh.") == 2


def test_a_run_does_not_write_what_nobody_asked_for(run: runs.Run) -> None:
    there = {path.name.partition(".")[0] for path in papers_folder(run).iterdir()}
    assert there & set(KINDS) == set()
    assert papers_there(run, "zh") == all_papers(run)[: len(papers_there(run, "zh"))]


def _made_once(folder: Path) -> dict[str, Path]:
    """Return every file of every kind, made in both languages by a run opened for it."""
    run = runs.find_run("latest", runs.sample_office())
    papers = all_papers(run)[len(papers_of(run)) :]
    written = [path for lang in languages() for path in write_papers_into(folder, run, lang, papers=papers)]
    return {path.name: path for path in written}


@pytest.fixture(scope="module")
def made(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every file of every kind by its name: made once for the tests of this file."""
    return _made_once(tmp_path_factory.mktemp("asked"))


def _numbers(made: dict[str, Path], paper: str, lang: str = "zh") -> dict[str, Any]:
    listed = json.loads(made[f"{paper}.{lang}.numbers.json"].read_text(encoding="utf-8"))["numbers"]
    return {key: number["value"] for key, number in listed.items()}


@pytest.mark.slow
@pytest.mark.thorough
def test_every_kind_is_written_in_both_languages_with_the_same_bytes_twice(
    made: dict[str, Path], tmp_path: Path
) -> None:
    papers = asked_papers(runs.find_run("latest", runs.sample_office()))
    assert set(made) == {name for paper in papers for lang in languages() for name in paper.file_names(lang)}
    again = _made_once(tmp_path)
    assert [name for name, path in made.items() if path.read_bytes() != again[name].read_bytes()] == []


@pytest.mark.slow
@pytest.mark.thorough
def test_no_page_of_any_kind_is_left_half_empty(made: dict[str, Path]) -> None:
    page_fill = _module_at(ROOT / "tools" / "page_fill.py")
    empty = {name: page_fill.pages_under_half(path) for name, path in made.items() if name.endswith(".pdf")}
    assert {name: pages for name, pages in empty.items() if pages} == {}


@pytest.mark.slow
@pytest.mark.thorough
def test_every_number_of_every_kind_stands_in_its_files_and_agrees_with_the_others(made: dict[str, Path]) -> None:
    checked = paper_agreement(next(iter(made.values())).parent)
    assert [fault.show("en") for fault in checked.faults] == []
    assert checked.numbers > 1000


@pytest.mark.slow
@pytest.mark.thorough
def test_a_chinese_paper_of_any_kind_holds_no_english(made: dict[str, Path]) -> None:
    words = _module_at(Path(__file__).with_name("test_language_of_papers.py"))
    found = {}
    for name, path in made.items():
        if ".zh." in name and path.suffix in words.READERS:
            latin = set(re.findall(r"[A-Za-z][A-Za-z_'-]+", words.NO_WORDS.sub(" ", words.READERS[path.suffix](path))))
            if foreign := latin - words.PROGRAMS - words.AUTHORS:
                found[name] = sorted(foreign)
    assert found == {}


def _module_at(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _in_month(month: int, day: object) -> bool:
    """Return whether a day written yyyymmdd lies in a month (ordinal)."""
    known = str(day)[:8]
    return known.isdigit() and int(known[:4]) * 12 + int(known[4:6]) - 1 == month


@pytest.mark.slow
@pytest.mark.thorough
def test_the_month_is_what_the_rows_of_the_ledger_say(made: dict[str, Path], run: runs.Run) -> None:
    state, month, told = run.state, run.at.ordinal, _numbers(made, "monthly")
    done = [row for row in state.projects.itertuples() if row.status == "完工"]
    first_week: dict[str, int] = {}
    for row in state.progress.itertuples():
        first_week[row.project] = min(first_week.get(row.project, 99999999), row.week)
    for name, at in (("now", month), ("before", month - 1)):
        expected = {
            "marked": len({row.hh for row in state.marks.itertuples() if (row.kind, row.month) == ("预脱贫", at)}),
            "entered": sum(1 for found in state.households["identified_month"].tolist() if found == at),
            "helped": sum(1 for begun in state.support["from_month"].tolist() if begun == at),
            "placed": sum(1 for begun in state.placements["from_month"].tolist() if begun == at),
            "left": sum(1 for ended in state.placement_ends["end_month"].tolist() if ended == at),
            "works_done": sum(1 for row in done if row.done_month == at),
            "works_begun": sum(1 for week in first_week.values() if _in_month(at, week)),
            "inspected": sum(1 for day in state.inspection_findings["day"].tolist() if _in_month(at, day)),
        }
        assert {key: told[f"month_counts[{key}].{name}"] for key in expected} == expected
        money = {
            "relief": sum(r.fen for r in state.relief_payments.itertuples() if _in_month(at, r.day)),
            "deliveries": sum(r.fen for r in state.deliveries.itertuples() if _in_month(at, r.day)),
            "income": sum(r.fen for r in state.income_receipts.itertuples() if _in_month(at, r.day)),
        }
        assert {key: told[f"month_money[{key}].{name}"] for key in money} == money
    assert told["month_counts[helped].now"] > 0
    assert told["month_counts[helped].year"] == sum(1 for at in state.support["from_month"] if 24192 <= at <= month)
    assert told["month_counts[exited].now"] is None  # no step was ever recorded: that is not none
    assert told["month_starts.total.households"] == len(_helped(run))
    assert told["month_starts.total.money_fen"] == _household_money(run)
    assert told["month.reported"] == len({r.hh for r in state.observations.itertuples() if r.month == month})


def _helped(run: runs.Run) -> set[str]:
    """Return the households whose package is not "nothing new"."""
    nothing = set(run.offer.packages.loc[run.offer.packages["k"] == 0, "package"].astype(int))
    return {row.hh for row in run.plan.chosen.itertuples() if int(row.package) not in nothing}


def _household_money(run: runs.Run) -> int:
    """Return what the plan pays for households, shared places left out."""
    known = set(run.plan.chosen["hh"])
    return sum(int(row.fen) for row in run.plan.payments.itertuples() if row.hh in known)


@pytest.mark.slow
@pytest.mark.thorough
def test_the_evaluation_takes_its_effects_from_the_run_and_says_there_is_no_earlier_promise(
    made: dict[str, Path], run: runs.Run
) -> None:
    told = _numbers(made, "evaluation")
    effects = run.effects.posterior
    for row in effects[effects["group"].isna()].itertuples():
        yuan = row.basis == "yuan_per_month"
        for name in ("mean", "low", "high"):
            key, value = f"effect.{row.measure}.{row.source}.{name}", getattr(row, name)
            if key in told:
                assert told[key] == pytest.approx(round(value * 100) if yuan else value)
    assert sum(key.startswith("effect.") and key.endswith(".low") for key in told) >= 4
    page = made["evaluation.zh.html"].read_text(encoding="utf-8")
    assert "没有批准过方案" in page


@pytest.mark.slow
@pytest.mark.thorough
def test_the_tasks_of_the_villages_are_those_of_plan_and_ledger(made: dict[str, Path], run: runs.Run) -> None:
    told = _numbers(made, "tasks")
    village = dict(zip(run.state.households["hh"], run.state.households["village"], strict=True))
    packages = {int(package) for package in run.plan.chosen["package"]}
    owner = dict(zip(run.offer.packages["package"].astype(int), run.offer.packages["hh"], strict=True))
    parts = [row for row in run.offer.components.itertuples() if int(row.package) in packages]
    scheduled = {row.project for row in run.state.project_schedules.itertuples() if str(row.planned_done_day).isdigit()}
    for name in sorted(set(village.values())):
        expected = {
            "cards": sum(village[hh] == name for hh in _helped(run)),
            "placement": sum(isinstance(p.post, str) and village[owner[int(p.package)]] == name for p in parts),
            "posting": 1,
            "works": sum(
                run.catalogue.measures[p.measure].kind == "housing" and village[owner[int(p.package)]] == name
                for p in parts
            )
            + sum(
                row.status != "完工" and row.project in scheduled and village[row.hh] == name
                for row in run.state.projects.itertuples()
            ),
        }
        assert {kind: told[f"tasks_by_village[{name}].{kind}"] for kind in expected} == expected
        kinds = ("forms", "posting", "cards", "works", "placement", "help", "visits", "rents")
        assert told[f"tasks_of[{name}].all"] == sum(told[f"tasks_by_village[{name}].{kind}"] for kind in kinds)
    assert told["tasks_by_village.total.cards"] == len(_helped(run))
    page = made["tasks.zh.html"].read_text(encoding="utf-8")
    assert all(hh in page for hh in _helped(run))


@pytest.mark.slow
@pytest.mark.thorough
def test_the_papers_of_the_villages_add_up_to_the_plan(made: dict[str, Path], run: runs.Run) -> None:
    village = dict(zip(run.state.households["hh"], run.state.households["village"], strict=True))
    papers = {paper.about: paper for paper in asked_papers(run) if paper.about}
    funds = {key: fund.names.zh for key, fund in run.catalogue.funds.items()}
    additional = 0.0
    for name, paper in papers.items():
        told = _numbers(made, paper.key)
        own = [row for row in run.plan.chosen.itertuples() if row.village == name]
        paid = [row for row in run.plan.payments.itertuples() if village.get(row.hh) == name]
        assert told[f"villages[{name}].served"] == sum(row.hh in _helped(run) for row in own)
        assert told[f"villages[{name}].money_fen"] == sum(int(row.fen) for row in paid)
        assert told[f"villages[{name}].additional"] == pytest.approx(sum(row.additional for row in own), abs=1e-4)
        assert (told[f"village_range[{name}].low"] <= told[f"villages[{name}].expected"]
                <= told[f"village_range[{name}].high"])  # fmt: skip
        for fund in {row.fund for row in paid}:
            fen = sum(int(row.fen) for row in paid if row.fund == fund)
            assert told[f"money_{name}[{funds[fund]}].fen"] == fen
        listed = {key.split("[")[1].split("]")[0] for key in told if key.startswith("households[")}
        assert listed == {row.hh for row in own} & _helped(run)
        left = sum(value for key, value in told.items() if key.startswith(f"left_out_{name}[") and "households" in key)
        assert left == len(own) - len(listed)
        additional += told[f"villages[{name}].additional"]
    assert additional == pytest.approx(run.plan.chosen["additional"].sum(), abs=1e-3)
    assert set(papers) == set(run.plan.chosen["village"])


def _other_run(run: runs.Run, name: str, scenario: str) -> None:
    """Put a second finished run beside one: its copy, said to be of another scenario and sealed as such."""
    folder = run.folder.with_name(name)
    shutil.copytree(run.folder, folder)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["run"] |= {"run_id": name, "scenario": scenario}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    facts = {key: said for key, said in read_manifest(folder).items() if key != "files"}
    write_manifest(
        folder, facts | {"run": facts["run"] | {"run_id": name, "scenario": scenario}}, replace(run.seal, run=name)
    )


@pytest.mark.slow
@pytest.mark.thorough
def test_a_comparison_is_with_the_latest_run_of_another_scenario_or_with_the_one_that_is_named(
    copied: Callable[[], runs.Run], tmp_path: Path
) -> None:
    run = copied()
    with pytest.raises(RunError, match="no run of another scenario"):
        chosen_papers(all_papers(run), ["comparison"])
    _other_run(run, "feedfeedfeed", "more_money")
    _other_run(run, "abbaabbaabba", run.info.scenario)
    papers = all_papers(run)
    assert [p.key for p in chosen_papers(papers, ["comparison"])] == ["comparison.feedfeedfeed"]
    named = chosen_papers(papers, kinds_meant(["comparison"], {"comparison": ["abbaabbaabba"]}))
    assert [p.key for p in named] == ["comparison.abbaabbaabba"]
    assert "comparison.abbaabbaabba" not in {paper.key for paper in chosen_papers(papers, [])}
    with pytest.raises(RunError) as error:
        chosen_papers(papers, kinds_meant([], {"comparison": [run.info.run_id]}))
    assert "feedfeedfeed" in error.value.show("en")
    paper = chosen_papers(papers, ["comparison"])
    written = {path.name: path for path in write_papers_into(tmp_path / "made", run, "zh", papers=paper)}
    told = _numbers(written, "comparison.feedfeedfeed")
    start = "comparison.feedfeedfeed."
    assert all(key.startswith(start) for key in told)  # nothing of it can be taken for a figure of the meeting paper
    # a copy of the plan: the same money, the same persons, nobody changed
    for label in ("A", "B"):
        assert told[f"{start}spent[{label}].money_fen"] == sum(int(row.fen) for row in run.plan.payments.itertuples())
        assert told[f"{start}compared[{label}].additional"] == pytest.approx(float(run.plan.additional), abs=1e-3)
    assert told[f"{start}compared[B].change"] == pytest.approx(0, abs=1e-9)
    assert [fault.show("en") for fault in paper_agreement(tmp_path / "made").faults] == []
    page_fill = _module_at(ROOT / "tools" / "page_fill.py")
    assert page_fill.pages_under_half(written["comparison.feedfeedfeed.zh.pdf"]) == []


@pytest.mark.thorough
def test_papers_asked_for_are_sealed_and_made_anew_when_the_plan_is_decided(
    copied: Callable[[], runs.Run], approved: Callable[[runs.Run], None]
) -> None:
    run = copied()
    board = next(paper for paper in all_papers(run) if paper.key == "board")
    write_papers(run, "en", papers=[board])
    page = papers_folder(run) / "board.en.html"
    assert asked_kinds_there(run) == ("board",)
    assert page in paper_files_there(run, "en")
    assert "board.en.html" not in [path.name for path in paper_files_there(run, "zh")]
    assert "DRAFT" in page.read_text(encoding="utf-8")
    approved(run)
    write_papers(run, "en")
    assert "DRAFT" not in page.read_text(encoding="utf-8")
    page.write_text(page.read_text(encoding="utf-8").replace("points", "pints"), encoding="utf-8")
    found = runs.verify_run(run)
    assert any("board.en.html" in fault.show("en") for fault in found.faults)


@pytest.mark.slow
@pytest.mark.thorough
def test_a_decision_makes_the_papers_of_every_language_there_anew(
    copied: Callable[[], runs.Run], approved: Callable[[runs.Run], None]
) -> None:
    run = copied()
    others = [lang for lang in languages() if lang not in languages_there(run)]
    board = [paper for paper in all_papers(run) if paper.key == "board"]
    for lang in others:
        write_papers(run, lang, papers=board)
    assert set(languages_there(run)) == set(languages())
    drafts = [path for path in papers_folder(run).glob("*.numbers.json") if json.loads(path.read_bytes())["draft"]]
    assert {path.name.split(".")[-3] for path in drafts} == set(languages())
    approved(run)
    written = write_decided_papers(run)
    assert {path.name for path in drafts} <= {path.name for path in written}
    assert [path.name for path in drafts if json.loads(path.read_bytes())["draft"]] == []
    assert are_sealed(run, written)


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


@pytest.mark.thorough
def test_the_red_head_is_there_only_where_the_office_has_one_and_the_plan_is_in_force(
    copied: Callable[[], runs.Run], approved: Callable[[runs.Run], None]
) -> None:
    run = copied()
    with pytest.raises(RunError, match="this office has no red head") as refused:
        refuse_unissued(run, [RED_HEAD])
    assert "signer out where the paper goes to villages" in refused.value.show("en")
    assert "上行文" in refused.value.show("zh")
    (run.office.folder / "red-head.yaml").write_text(
        f"organ: 某乡人民政府\nmark: 某政\nnumbers: {{{run.info.run_id}: 8}}\naddressed: 各村\n", encoding="utf-8"
    )
    with pytest.raises(RunError, match="not in force"):
        refuse_unissued(run, [RED_HEAD])
    assert RED_HEAD not in [paper.asked_by for paper in all_papers(run)]
    approved(run)
    refuse_unissued(run, [RED_HEAD])
    written = write_papers(run, "zh", papers=chosen_papers(all_papers(run), [RED_HEAD]))
    assert {path.name for path in written} == {"red-head.zh.pdf", "red-head.zh.docx", "red-head.zh.numbers.json"}
    # withdrawn: what lies there is called back, in every language, and none is made under the red head again
    info = ledger.BatchInfo(officer="o", role="approve", reason="an error in the funds")
    with runs.open_book(runs.find_office("sample")) as book:
        ledger.withdraw_plan(book, run.info.run_id, info)
    with pytest.raises(RunError, match="not in force"):
        refuse_unissued(run, [RED_HEAD])
    (again,) = [paper for paper in papers_there(run, "zh") if paper.key == RED_HEAD]
    assert {path.name for path in write_papers(run, "zh", papers=[again])} == {path.name for path in written}
    lines = [p.text for p in Document(str(papers_folder(run) / "red-head.zh.docx")).paragraphs]
    assert "某乡人民政府文件" not in lines
    assert "关于《2016年精准帮扶方案》失效的说明" in lines
