"""The posted list: everybody on it once, names as the office shows them, nobody without a name."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.errors import ReportError
from povlib.report.houses.list_posting import list_paper, shown_name


def _rows(names: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {"village": "联胜", "hh": [f"S01-{k}" for k in range(len(names))], "name": names, "works": "修缮"}
    )


def test_names_are_shown_as_the_office_says() -> None:
    assert [shown_name("王小明", how) for how in ("full", "surname", "none")] == ["王小明", "王某", ""]


def test_a_list_without_names_shows_keys() -> None:
    paper = list_paper(_rows(["", ""]), "list", "office", (7, 10), "en", synthetic=True, head="1")
    table = paper.sections[0].blocks[1]
    assert [column.key for column in table.columns] == ["number", "hh", "works"]


def test_a_head_without_a_name_is_not_posted() -> None:
    with pytest.raises(ReportError, match="no name"):
        list_paper(_rows(["王小明", None]), "list", "office", (7, 10), "en", synthetic=True, head="1")
