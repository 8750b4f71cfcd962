"""The word house-files: one page a house into the desk folder; what is mistyped is refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from povlib import ledger


@pytest.fixture
def works(loaded: Path, work: Path) -> list[str]:
    """The projects of the ledger."""
    with ledger.open(loaded / "ledger.sqlite") as book:
        return sorted(ledger.read_frame(book, "projects")["project"])


def test_every_house_with_works_has_a_page(cli: Any, loaded: Path, works: list[str], work: Path) -> None:
    said = cli("house-files", lang="zh")
    assert said.code == 0
    (folder,) = work.glob("*/desk/houses")
    assert sorted(path.suffix for path in folder.iterdir()) == [".docx", ".pdf"]
    pages = pytest.importorskip("pypdf").PdfReader(next(folder.glob("*.pdf"))).pages
    assert len(pages) == len(works) > 0


def test_households_without_works_are_all_named_and_nothing_is_written(cli: Any, loaded: Path, work: Path) -> None:
    said = cli("house-files", "X99-0001", "X99-0002")
    assert said.code == 2
    assert "X99-0001, X99-0002" in said.err
    assert list(work.glob("*/desk/houses/*")) == []


def test_a_village_without_works_is_refused_with_those_that_have(cli: Any, loaded: Path) -> None:
    said = cli("house-files", "--village", "乐贝")
    assert said.code == 2
    assert "乐贝" in said.err
