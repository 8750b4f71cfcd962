"""The workbook's own tables."""

from __future__ import annotations

from types import ModuleType

from povlib.report import allocation_tables


def test_the_workbook_has_one_row_a_household(made_up: ModuleType) -> None:
    (table,) = allocation_tables(made_up.facts(), "zh")
    assert len(table.frame) == 60
    assert table.columns[0].title == "户编号"
    assert {"reason", "pencil"} <= {c.key for c in table.columns}
