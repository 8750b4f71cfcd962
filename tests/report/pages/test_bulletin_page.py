from __future__ import annotations

import math

import pandas as pd
import pytest

from povlib.errors import ReportError
from povlib.report import bulletin_page
from povlib.report.meeting import Total
from povlib.report.model.paper import Table
from povlib.report.pages.bulletin_page import JudgedClaims

COLUMNS = ["id", "quote", "state", "definition", "reading", "stated", "counted", "unit", "row_verdict", "verdict"]


def _judged(**changes: object) -> JudgedClaims:
    rows = [
        ("1", "85户改造对象", "ongoing", "住房工程户数", "", 85.0, 85.0, "households", "agrees", "agrees"),
        ("1-lead", "85间", "done", "已完工户数", "全部对象", 85.0, 85.0, "houses", "agrees", "differs"),
        ("1-lead", "85间", "done", "已完工户数", "已完工", 85.0, 56.0, "houses", "differs", "differs"),
        ("7", "预计稳定脱贫409人", "projection", "标注预脱贫的人口", "", 409.0, 409.0, "persons", "agrees", "agrees"),
        (
            "10",
            "43户76人",
            "projection",
            "标注养牛路线",
            "参加人数",
            76.0,
            76.0,
            "persons",
            "agrees",
            "several readings",
        ),
        ("15", "12.1%", "projection", "占贫困人口", "", 0.121, 0.1212, "share", "agrees", "agrees"),
        (
            "18",
            "村财5万元左右",
            "yearly",
            "村财收入",
            "",
            50_000.0,
            math.nan,
            "yuan_per_year",
            "not recorded",
            "not recorded",
        ),
    ]
    claims = pd.DataFrame(rows, columns=COLUMNS)
    for column, value in changes.items():
        claims[column] = value
    remarks = pd.DataFrame({"id": ["7"], "remark": ["172、265、128、76的任何组合都不等于409"]})
    return JudgedClaims(claims, pd.DataFrame(columns=["id", "reading", "hh", "person", "members"]), remarks)


def test_claims_are_counted_once_whatever_their_readings() -> None:
    page = bulletin_page(_judged(), title="Claims", lang="en")
    assert page.sections[0].blocks[0].prose.text == (  # type: ignore[union-attr]
        "Of 6 claims, 3 agree with the ledger, 1 differ, 1 can be read in several ways, 1 are not recorded yet."
    )


def test_every_reading_is_a_row_and_units_are_written() -> None:
    (table,) = bulletin_page(_judged(), title="简报核对", lang="zh").tables()
    assert isinstance(table, Table)
    cells = table.cells("zh")
    assert len(cells) == 7
    assert cells[1][3:7] == ["85户", "85户", "一致", "不一致"]  # this reading agrees, the claim does not
    assert cells[2][3:8] == ["85户", "56户", "不一致", "", "已完工"]  # one verdict a claim
    assert cells[5][3:5] == ["12.1%", "12.1%"]
    assert cells[6][3:6] == ["50,000元/年", "尚无记录", "尚无记录"]


def test_the_models_number_stands_beside_with_its_range() -> None:
    page = bulletin_page(_judged(), title="C", lang="en", expected={"7": Total(356.2, 301.0, 402.0)}, probability=0.031)
    said = " ".join(b.prose.text for b in page.sections[0].blocks if hasattr(b, "prose"))
    assert "the model expects 356.2 persons (range 301.0–402.0 persons)" in said
    assert "with probability 0.03" in said
    assert "never fitted to the claim" in said
    assert "the model expects" not in " ".join(
        b.prose.text for b in bulletin_page(_judged(), title="C", lang="en").sections[0].blocks if hasattr(b, "prose")
    )


def test_an_unknown_verdict_or_unit_is_refused() -> None:
    with pytest.raises(ReportError):
        bulletin_page(_judged(verdict="maybe"), title="C")
    with pytest.raises(ReportError):
        bulletin_page(_judged(unit="furlongs"), title="C")


def test_a_page_that_prints_a_plan_is_a_draft_until_it_is_said_otherwise() -> None:
    expected = {"7": Total(356.2, 301.0, 402.0)}
    assert not bulletin_page(_judged(), title="C", lang="en").draft
    assert bulletin_page(_judged(), title="C", lang="en", expected=expected).draft
    assert not bulletin_page(_judged(), title="C", lang="en", expected=expected, draft=False).draft
