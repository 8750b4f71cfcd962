"""A Big5 text is named for what it is, never read as other characters."""

from __future__ import annotations

from pathlib import Path

import pytest
from defects.making import VILLAGES, csv, rows

from povlib import intake
from povlib.intake.files.text_table import read_text_table

TRADITIONAL = (
    "戶編號,戶主姓名,身份證號,村,人口,致貧原因,人均純收入,住房等級,備註\n"
    "0001,測試甲,110105,聯勝,3,因病,2800,C級,無\n0002,陳大文,110105,樂北,4,缺勞力,2900,D級,獨居老人\n"
)


@pytest.mark.parametrize("encoding", ["big5", "cp950"])
def test_big5_is_refused_with_a_way(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TRADITIONAL.encode(encoding))
    verdict = intake.check([path], VILLAGES)[0]
    assert (verdict.verdict, [flag.rule for flag in verdict.flags]) == ("reject_file", ["big5_file"])
    assert "UTF-8" in verdict.flags[0].message("zh")


@pytest.mark.parametrize("count", [1, 4, 30])
def test_simplified_texts_are_read_as_before(count: int) -> None:
    table = read_text_table(csv(rows(count), encoding="gb18030"))
    assert table.encoding == "gb18030"
    assert len(table.rows) == count + 1
