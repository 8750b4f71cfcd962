"""The approved paper under the red head: every line in its place in PDF and Word, and none on what is not in force."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from povlib.errors import ReportError
from povlib.report.meeting import Decision, TrackRecord
from povlib.report.meeting.red_head_paper import red_head_paper
from povlib.report.model.paper import Report
from povlib.report.model.red_head import RedHeadTerms
from povlib.report.writers.payload import payload
from povlib.report.writers.typesetting import typeset
from povlib.report.writers.word import write_docx

APPROVED = (Decision("approved", "陈局长", "2016-06-02", "as proposed"),)
HEAD = RedHeadTerms(
    organ="样本乡人民政府",
    mark="样政",
    number=8,
    addressed="各村民委员会",
    copies=("县扶贫办", "县财政局"),
    printed_by="样本乡人民政府办公室",
)


def _paper(made_up: ModuleType, lang: str = "zh", **changed: Any) -> Report:
    facts = made_up.facts(decisions=APPROVED, draft=False)
    return red_head_paper(facts, replace(HEAD, **changed), lang)


def test_a_notice_to_villages_has_every_line_of_the_standard(made_up: ModuleType) -> None:
    paper = _paper(made_up)
    head = paper.red_head
    assert head is not None
    assert paper.title == "关于印发《2016年精准帮扶方案》的通知"
    assert (head.organ, head.number, head.signer) == ("样本乡人民政府文件", "样政〔2016〕8号", "")
    assert (head.addressed, head.signed, head.day) == ("各村民委员会：", "样本乡人民政府", "2016年6月2日")
    assert (head.copies, head.printed) == ("抄送：县扶贫办、县财政局。", "2016年6月2日印发")
    assert head.attached[0] == "1. 逐户安排"
    assert {"brief", "signatures"}.isdisjoint(section.key for section in paper.sections)
    assert paper.headlines == ()


def test_a_report_upward_names_the_signer_and_a_missing_number_is_left_for_the_pen(made_up: ModuleType) -> None:
    head = _paper(made_up, signer="林某某", number=None).red_head
    assert head is not None
    assert (head.number, head.signer) == ("样政〔2016〕　号", "签发人：林某某")


@pytest.mark.parametrize(
    ("decisions", "draft"),
    [((), True), ((*APPROVED, Decision("withdrawn", "陈局长", "2016-07-01", "x")), False)],
)
def test_a_draft_and_a_plan_no_longer_in_force_are_refused(
    made_up: ModuleType, decisions: tuple[Decision, ...], draft: bool
) -> None:
    with pytest.raises(ReportError, match="no red head"):
        red_head_paper(made_up.facts(decisions=decisions, draft=draft), HEAD, "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_begins_with_the_organ_and_ends_with_the_imprint(made_up: ModuleType, lang: str) -> None:
    pages = PdfReader(BytesIO(typeset(payload(_paper(made_up, lang)), "paper"))).pages
    first, last = (pages[n].extract_text().replace("\n", "").replace(" ", "") for n in (0, -1))
    assert first.index("样本乡人民政府") < first.index("8") < first.index("各村民委员会")
    assert last.index("县扶贫办") < last.index("样本乡人民政府办公室")
    # organ and day never stand alone: the names of the annexes are on their page
    (signed,) = [w for w in (page.extract_text().replace(" ", "") for page in pages)
                 if ("附件：" if lang == "zh" else "Annexes:") in w]  # fmt: skip
    assert "样本乡人民政府" in signed


def test_the_word_file_has_the_same_lines_and_opens_in_order(made_up: ModuleType, tmp_path: Path) -> None:
    path = write_docx(_paper(made_up, signer="林某某"), tmp_path / "red-head.docx")
    lines = [p.text for p in Document(str(path)).paragraphs if p.text]
    assert lines[:4] == [
        "样本乡人民政府文件",
        "样政〔2016〕8号\t签发人：林某某",
        "关于报送《2016年精准帮扶方案》的报告",
        "各村民委员会：",
    ]
    assert lines[-2:] == ["抄送：县扶贫办、县财政局。", "样本乡人民政府办公室\t2016年6月2日印发"]
    assert lines.index("样本乡人民政府") + 1 == lines.index("2016年6月2日")
    with zipfile.ZipFile(path) as package:
        document = package.read("word/document.xml").decode("utf-8")
    assert document.count('w:color="D7000F"') == 1  # the one red line
    assert 'w:color w:val="D7000F"' in document  # the organ


def test_what_is_for_whoever_verifies_is_not_issued(made_up: ModuleType) -> None:
    from povlib.report.meeting import meeting_paper

    tested = TrackRecord(0.79, 0.31, 53, 60, 5, 8, made_up.Month(2014, 4), made_up.Month(2015, 8))
    facts = made_up.facts(decisions=APPROVED, draft=False, tested=tested)
    asked = {n.key for n in meeting_paper(facts, "zh").numbers}
    issued = {n.key for n in red_head_paper(facts, HEAD, "zh").numbers}
    assert {"ledger.batch", "backtest.delivered", "backtest.held"} <= asked
    assert [key for key in issued if key == "ledger.batch" or key.startswith("backtest.")] == []
    assert {"headline.money", "plan.posts", "plan.served"} <= issued


def test_the_numbers_are_those_of_the_meeting_paper(made_up: ModuleType) -> None:
    from povlib.report.meeting import meeting_paper

    theirs = {n.key: n.plain() for n in meeting_paper(made_up.facts(decisions=APPROVED, draft=False), "zh").numbers}
    assert {n.key: n.plain() for n in _paper(made_up).numbers}.items() <= theirs.items()
