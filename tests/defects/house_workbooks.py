"""One household with its works in a workbook of the village form, to which tests add rows about houses."""

from __future__ import annotations

from pathlib import Path

from defects.making import id_number, xlsx
from povlib.intake.form import form

VILLAGES = [{"name": "联胜"}, {"name": "乐北"}]
ROWS: dict[str, list[dict[str, str]]] = {
    "household": [{"hh": "H1", "head_name": "测试甲", "village": "联胜", "attribute": "一般贫困户", "cause": "缺资金",
                   "status": "未脱贫", "housing_grade": "D"}],
    "member": [{"hh": "H1", "person": "H1-01", "name": "测试甲", "id_number": id_number(1, "19650301"),
                "relation": "户主", "sex": "男", "birth": "1965-03-01", "health": "健康", "labour": "普通劳动力"}],
    "housing": [{"project": "H1-Z1", "hh": "H1", "kind": "新建", "grade": "D", "status": "在建"}],
}  # fmt: skip


def write(
    path: Path, *, leave_out: tuple[str, ...] = (), without: tuple[str, ...] = (), **rows: list[dict[str, str]]
) -> Path:
    """Write a workbook of `ROWS`, `rows` by sheet in their place, without some sheets and columns."""
    told = {**ROWS, **rows}
    sheets = {}
    for sheet in form().sheets:
        if sheet.key in leave_out:
            continue
        fields = [field for field in sheet.fields if field.key not in without]
        lines = [[row.get(field.key, "") for field in fields] for row in told.get(sheet.key, [])]
        sheets[sheet.name] = [[""], [""], [field.title for field in fields], *lines]
    path.write_bytes(xlsx(sheets))
    return path
