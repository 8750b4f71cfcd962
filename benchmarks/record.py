"""Keeps measured figures and writes them down: ``docs/benchmarks/<room>.md`` from figures kept beside it.

Responsible for one table a part, each with the promise beside the figure. A part that is not measured
again keeps its figures. Not responsible for measuring.
"""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "benchmarks"


@dataclass(frozen=True)
class Figure:
    """One measured figure: `what`, `got` and `promised` in `unit`; a promise of 0 is none."""

    what: str
    got: float
    promised: float = 0.0
    unit: str = "s"

    @property
    def holds(self) -> str:
        """Whether the promise is kept, in a word."""
        if not self.promised:
            return ""
        return "holds" if self.got <= self.promised else "MISSED"


def machine() -> str:
    """Return what the figures were measured on."""
    return f"2 cores, {platform.system()}, Python {platform.python_version()}"


def record(room: str, title: str, part: str, how: str, figures: list[Figure]) -> None:
    """Keep the figures of one part of a room and write the page of the room again.

    Parameters
    ----------
    room : str
        Name of the page.
    title : str
        Its heading.
    part : str
        What was measured, the heading of the table.
    how : str
        The command and the conditions.
    figures : list of Figure
        The rows.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = FOLDER / f"{room}.json"
    parts = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    parts[part] = {"how": how, "machine": machine(), "figures": [asdict(figure) for figure in figures]}
    kept.write_text(json.dumps(parts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    lines = [f"# {title}", "", f"Written by the benchmarks; the figures are kept in `{kept.name}`.", ""]
    for name, told in parts.items():
        lines += [f"## {name}", "", f"{told['how']} ({told['machine']})", "", "| | measured | promised | |"]
        lines += ["|---|---|---|---|", *(_row(Figure(**figure)) for figure in told["figures"]), ""]
    (FOLDER / f"{room}.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _row(figure: Figure) -> str:
    promised = f"≤ {figure.promised:g} {figure.unit}" if figure.promised else ""
    return f"| {figure.what} | {_shown(figure.got)} {figure.unit} | {promised} | {figure.holds} |"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
