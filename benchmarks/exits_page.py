"""Writes measured tables into docs/benchmarks/exits.md, each between two marks of its own.

Responsible for replacing what stands between ``<!-- name -->`` and ``<!-- /name -->``, so that a figure is
never copied by hand and the words around it stay. Not responsible for measuring.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pandas as pd

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "exits.md"


def section(name: str, lines: list[str], page: Path = PAGE) -> None:
    """Put `lines` between the marks of `name`.

    Raises
    ------
    ValueError
        If the page does not have exactly one pair of these marks.
    """
    text = page.read_text(encoding="utf-8")
    whole = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
    if len(whole.findall(text)) != 1:
        raise ValueError(f"{page.name} needs one pair of marks for {name}")
    body = "\n".join(lines).strip("\n")
    page.write_text(whole.sub(lambda found: f"{found[1]}\n{body}\n\n{found[2]}", text), encoding="utf-8")


def table_of(frame: pd.DataFrame, digits: int = 3) -> list[str]:
    """Return a frame as the lines of a table; numbers with `digits` after the point, none for whole ones."""
    lines = [f"| {' | '.join(map(str, frame.columns))} |", "|" + "---|" * frame.shape[1]]
    return lines + [
        f"| {' | '.join(_shown(value, digits) for value in row)} |" for row in frame.itertuples(index=False)
    ]


def commit() -> str:
    """Return the short name of the commit whose code is measured."""
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=PAGE.parent, capture_output=True,
                          encoding="utf-8", check=False)  # fmt: skip
    return told.stdout.strip() or "an unknown commit"


def _shown(value: object, digits: int) -> str:
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if number != number:
        return ""
    return f"{number:,.0f}" if number == round(number) or abs(number) >= 100 else f"{number:.{digits}f}"
