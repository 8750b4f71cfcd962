"""The page in the place of an issued paper whose plan is no longer in force: marked, without a red head."""

from __future__ import annotations

from io import BytesIO
from types import ModuleType

import pytest
from pypdf import PdfReader

from povlib.errors import ReportError
from povlib.report.kinds.recalled_paper import recalled_paper
from povlib.report.meeting import Decision
from povlib.report.model.red_head import RedHeadTerms
from povlib.report.writers.payload import payload
from povlib.report.writers.typesetting import typeset

APPROVED = Decision("approved", "陈局长", "2016-06-02", "as proposed")
GONE = (APPROVED, Decision("withdrawn", "陈局长", "2017-01-05", "资金有误"))
HEAD = RedHeadTerms(organ="样本乡人民政府", mark="样政", number=8, addressed="各村民委员会", copies=("县扶贫办",))


def test_every_page_says_that_the_paper_is_no_longer_in_force_and_none_has_a_red_head(made_up: ModuleType) -> None:
    paper = recalled_paper(made_up.facts(decisions=GONE, draft=False), HEAD, "zh")
    assert paper.red_head is None
    assert paper.title == "关于《2016年精准帮扶方案》失效的说明"
    assert paper.subtitle == "原印发的样政〔2016〕8号不再作为执行依据"  # the year of the approval
    assert paper.alerts[0].text.startswith("2017年1月5日由陈局长撤回")
    pages = PdfReader(BytesIO(typeset(payload(paper), "paper"))).pages
    for page in pages:
        assert "已不再有效" in page.extract_text()
    said = "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")
    assert "各村民委员会、县扶贫办" in said
    assert "样本乡人民政府文件" not in said


def test_an_office_that_took_its_red_head_away_still_calls_the_paper_back(made_up: ModuleType) -> None:
    replaced = (APPROVED, Decision("replaced", "陈局长", "2016-07-01", "x", successor="77aa"))
    paper = recalled_paper(made_up.facts(decisions=replaced, draft=False), None, "en")
    assert paper.banners[0] == "NO LONGER IN FORCE"
    assert "77aa" in paper.alerts[0].text


@pytest.mark.parametrize("decisions", [(), (APPROVED,), (*GONE, APPROVED)])
def test_a_plan_in_force_is_not_called_back(made_up: ModuleType, decisions: tuple[Decision, ...]) -> None:
    with pytest.raises(ReportError, match="no longer in force"):
        recalled_paper(made_up.facts(decisions=decisions, draft=not decisions), HEAD, "en")
