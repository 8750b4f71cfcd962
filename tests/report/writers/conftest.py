from __future__ import annotations

from pathlib import Path

import pytest

from povlib.report import Report, publish


@pytest.fixture(scope="session")
def made(paper: Report, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The made-up paper in every format."""
    formats = ("html", "pdf", "docx", "xlsx", "png")
    written = publish(paper, tmp_path_factory.mktemp("papers"), "paper", formats=formats)
    return {path.suffix[1:]: path for path in written}
