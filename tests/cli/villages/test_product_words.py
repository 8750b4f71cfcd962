"""The word products: what is printed and written, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from povlib import ledger
from povlib.runs.office.office_place import open_book, sample_office


@pytest.fixture
def grown(loaded: Path) -> str:
    """The loaded village with its pomelo on record."""
    with open_book(sample_office()) as book:
        village = str(ledger.read_frame(book, "households")["village"].iloc[0])
        rows = pd.DataFrame(
            {"village": [village], "product": ["蜜柚"], "year": 2015, "households": 12, "area_mu": 40.0,
             "output": 80000.0, "unit": "公斤", "price_fen": 260, "sold": 80000.0}
        )  # fmt: skip
        book.append(ledger.BatchInfo(officer="test", role="desk"), {"village_products": rows})
    return village


def test_products_are_told_and_written(cli: Any, grown: str, work: Path) -> None:
    said = cli("products")
    assert said.code == 0, said.both
    assert "208,000" in said.out  # 80,000 kg at 2.60 yuan
    assert "products --page" in said.both
    assert cli("products", "--page", lang="zh").code == 0
    files = sorted(path.suffix for path in (work / "sample" / "papers" / "products").iterdir())
    assert files == [".html", ".pdf", ".xlsx"]


@pytest.mark.parametrize("word", ["plenty", "nan", "1e12"])
def test_what_cannot_be_had_is_refused(cli: Any, loaded: Path, work: Path, word: str) -> None:
    said = cli("products", "--bad-years", word)
    assert said.code == 2
    assert not (work / "sample" / "papers" / "products").exists()
