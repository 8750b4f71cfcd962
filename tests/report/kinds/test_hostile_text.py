"""Text that would do something if it were taken for code: inert in every kind of paper that is made when asked for."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pandas as pd
import pypdf
import pytest

from povlib.calendar import Month
from povlib.report.comparison.comparison_page import ComparisonFacts, comparison_report
from povlib.report.kinds.bulletin_sources import SOURCES, BulletinFigures
from povlib.report.kinds.evaluation import Evaluation, evaluation
from povlib.report.kinds.fund_report import FundUse, fund_report
from povlib.report.kinds.month_report import MonthReport, month_report
from povlib.report.kinds.next_bulletin import next_bulletin
from povlib.report.kinds.notice_board import BoardTerms, notice_board
from povlib.report.kinds.village_paper import VillagePlan, village_paper
from povlib.report.kinds.village_tasks import KINDS, VillageTasks, village_task_list
from povlib.report.meeting import Decision
from povlib.report.meeting.red_head_paper import red_head_paper
from povlib.report.model.paper import Report
from povlib.report.model.red_head import RedHeadTerms
from povlib.report.pages.effect_wording import EffectFacts
from povlib.report.sharing.facts import DigestFacts
from povlib.report.voice.posted_plan import PostingTerms, posted_plan_paper
from povlib.report.writers.excel import write_excel
from povlib.report.writers.html import render_html
from povlib.report.writers.typesetting import write_pdf
from povlib.report.writers.word import write_docx

HOSTILE = '=1+1 <script>alert(1)</script>" onload="x" #link("http://a.b") $x$ {{7*7}} \\evil'
HEAD: dict[str, Any] = {"issuer": HOSTILE, "date_line": "2016-05", "manifest": {"run": HOSTILE}, "draft": True,
                        "lapsed": False}  # fmt: skip
EVENTS = ("entered", "marked", "posted", "exited", "returned", "helped", "placed", "left", "works_begun", "works_done",
          "inspected", "asked", "answered")  # fmt: skip
MONEY = ("granted", "committed", "paid", "relief", "deliveries", "income")
TASKS = pd.DataFrame([[HOSTILE, kind, HOSTILE, HOSTILE, 20160531, "2016-05-31", HOSTILE, 1] for kind in KINDS],
                     columns=["village", "kind", "what", "whom", "day", "by", "who", "n"])  # fmt: skip


def _board(made_up: ModuleType) -> Report:
    measures = pd.DataFrame({"name": [HOSTILE], "households": [46], "money_fen": [1]})
    return notice_board(made_up.facts(measures=measures), BoardTerms(7, 10, HOSTILE), "zh")


def _posting(made_up: ModuleType) -> Report:
    rows = pd.DataFrame({"hh": ["1"], "name": [HOSTILE], "village": [HOSTILE], "members": [3], "help": [HOSTILE],
                         "start": [24197], "money_fen": [5_000]})  # fmt: skip
    terms = PostingTerms(date(2016, 5, 1), date(2016, 5, 7), 7, 10, HOSTILE)
    return posted_plan_paper(rows, Month(2016, 5), HOSTILE, terms, "zh", draft=True, synthetic=True, head="a")


def _funds(made_up: ModuleType) -> Report:
    funds = pd.DataFrame({"name": [HOSTILE], "budget_fen": [9], "owed_fen": [1], "planned_fen": [8],
                          "granted_fen": [10], "committed_fen": [2], "paid_fen": [3], "rate": [0.3]})  # fmt: skip
    rows = pd.DataFrame({"name": [HOSTILE], "planned_fen": [8], "committed_fen": [2], "paid_fen": [3]})
    return fund_report(FundUse(2016, 0.5, funds, rows, rows, moved=True), "zh", synthetic=True, **HEAD)


def _monthly(made_up: ModuleType) -> Report:
    counts, money = (pd.DataFrame([[key, 1, 1, 1] for key in keys], columns=["key", "now", "before", "year"])
                     for keys in (EVENTS, MONEY))  # fmt: skip
    starts = pd.DataFrame({"month": [24197], "households": [4], "persons": [9], "money_fen": [120_000], "posts": [1]})
    due = dict.fromkeys(
        ("wishes", "objections", "promises", "committed_fen", "works", "works_late", "credits", "rents"), 1
    )
    facts = MonthReport(Month(2016, 4), counts, money, 29, 30, starts, due, moved=True, stepped=True)
    villages = pd.DataFrame(
        {"village": [HOSTILE], "households": [30], "reported": [29], "helped": [1], "works_begun": [0],
         "works_done": [2], "placed": [3], "left": [0], "delivered_fen": [5_000], "income_fen": [2_500_00],
         "income_low_fen": [2_000_00], "income_high_fen": [2_900_00], "known": [25]}
    )  # fmt: skip
    digest = DigestFacts(Month(2016, 4), villages, pd.DataFrame(), [], synthetic=True)
    return month_report(facts, digest, "zh", synthetic=True, **HEAD)


def _evaluation(made_up: ModuleType) -> Report:
    columns = ["name", "households", "assessed", "expected", "observed", "ratio", "ratio_low", "ratio_high"]
    kept = pd.DataFrame([[HOSTILE, 40, 38, 21.0, 33.0, 1.5, 1.2, 1.9]], columns=columns)
    wrong = pd.DataFrame({"exited": [False], "cause": ["shock"], "households": [5]})
    facts = Evaluation(made_up.facts(), kept, kept, kept, wrong, 4.0, None, pd.DataFrame(),
                       EffectFacts(*(pd.DataFrame(),) * 4), {})  # fmt: skip
    return evaluation(facts, "zh", **HEAD)


def _tasks(made_up: ModuleType) -> Report:
    counts = pd.DataFrame([[HOSTILE, *(1 for _ in KINDS)]], columns=["village", *KINDS])
    return village_task_list(VillageTasks(TASKS, counts, 7, synthetic=True), "zh", **HEAD)


def _village(made_up: ModuleType) -> Report:
    helped = pd.DataFrame({"hh": [HOSTILE], "size": [3], "plan": [HOSTILE], "start": [24197], "money_fen": [100],
                           "short": [HOSTILE]})  # fmt: skip
    left_out = pd.DataFrame({"reason": [HOSTILE], "households": [2], "persons": [5]})
    works = pd.DataFrame({"hh": [HOSTILE], "kind": [HOSTILE], "status": [HOSTILE], "pct": [0.5], "planned": [HOSTILE],
                          "crew": [HOSTILE]})  # fmt: skip
    jobs = pd.DataFrame({"employer": [HOSTILE], "held": [1], "planned": [2]})
    funds = pd.DataFrame({"name": [HOSTILE], "fen": [100]})
    facts = VillagePlan(HOSTILE, made_up.facts(), 3, 8, 1, 2, 100, 1.0, 2.0, 1.5, 2.5, helped, left_out, funds, works,
                        jobs, TASKS)  # fmt: skip
    return village_paper(facts, "zh", **HEAD)


def _bulletin(made_up: ModuleType) -> Report:
    counted: dict[str, Any] = dict.fromkeys(SOURCES, 7) | {"bulletin.sure_day": HOSTILE}
    return next_bulletin(BulletinFigures(counted, {}, (HOSTILE,)), HOSTILE, "zh", synthetic=True, **HEAD)


def _red_head(made_up: ModuleType) -> Report:
    decided = (Decision("approved", HOSTILE, "2016-06-02", HOSTILE),)
    terms = RedHeadTerms(organ=HOSTILE, mark=HOSTILE, number=8, addressed=HOSTILE, copies=(HOSTILE,),
                         printed_by=HOSTILE, signer=HOSTILE)  # fmt: skip
    return red_head_paper(made_up.facts(decisions=decided, draft=False), terms, "zh")


def _comparison(made_up: ModuleType) -> Report:
    shares = ("additional", "additional_low", "additional_high", "change", "change_low", "change_high", "expected",
              "expected_low", "expected_high", "poorest_share", "poorest_change", "gap")  # fmt: skip
    bare = dict.fromkeys(shares, 0.5)
    one = {"run": HOSTILE, "title": HOSTILE, "changes": HOSTILE, "batch": 1, **bare, "money_fen": 9,
           "money_change_fen": 1, "served": 3, "changed": 0}  # fmt: skip
    runs = pd.DataFrame([{"label": label, **one} for label in "AB"])
    funds = pd.DataFrame({"fund": [HOSTILE], "label": "B", "amount_fen": 9, "planned_fen": 8, "left_fen": 1,
                          "change_fen": 0})  # fmt: skip
    prices = pd.DataFrame({"name": [HOSTILE], "per": HOSTILE, "label": "B", "price_points": 1.5, "change_points": 0.5,
                           "used_share": 0.5})  # fmt: skip
    overlap = pd.DataFrame({"pair": ["A–B"], "first": 3, "other": 3, "both": 2, "either": 4, "jaccard": 0.5, "same": 2})
    regret = pd.DataFrame({"plan": ["A"], "scenario": "B", "additional": 0.5, "additional_low": 0.1,
                           "additional_high": 0.9, "regret": 0.1, "regret_share": 0.1, "broken": HOSTILE})  # fmt: skip
    worst = pd.DataFrame({"label": ["A"], "title": HOSTILE, "fails": 0, "worst": 0.1, "worst_share": 0.1,
                          "safest": True})  # fmt: skip
    reasons = pd.DataFrame(columns=["label", "reason", "households", "persons"])
    facts = ComparisonFacts(runs, reasons, pd.DataFrame(), funds, prices, overlap, regret, worst, True, pd.DataFrame(),
                            True, pd.DataFrame(), {"run": HOSTILE})  # fmt: skip
    return comparison_report(facts, "zh", subtitle=HOSTILE, synthetic=True)


MAKERS = (_board, _posting, _funds, _monthly, _evaluation, _tasks, _village, _bulletin, _red_head, _comparison)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__.strip("_"))
def test_hostile_text_is_text_in_every_format(
    made_up: ModuleType, tmp_path: Path, make: Callable[[ModuleType], Report]
) -> None:
    paper = make(made_up)
    page = render_html(paper)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'onload="x"' not in page
    assert "{{7*7}}" in page
    write_excel(paper, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    write_docx(paper, tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "a.docx") as word:
        words = word.read("word/document.xml").decode("utf-8")
        assert not [name for name in word.namelist() if name.endswith(".rels") and b"External" in word.read(name)]
    assert "<script" not in words
    assert "&lt;script&gt;alert(1)" in words
    drawn = pypdf.PdfReader(write_pdf(paper, tmp_path / "a.pdf"))
    links = [link.get_object() for page in drawn.pages for link in page.get("/Annots", ())]
    # a number of a bulletin leads to its row in the same file, and nowhere else
    assert [link for link in links if "/A" in link] == []
    assert "<script>" in "".join(p.extract_text() for p in drawn.pages).replace(" ", "").replace("\n", "")
