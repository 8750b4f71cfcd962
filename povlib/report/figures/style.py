"""How every chart looks, and how it becomes bytes.

Responsible for size, the bundled font, patterns that can be told apart in black and white, and for
the same frame giving the same bytes. Not responsible for what a chart shows.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from povlib.errors import Fault, ReportError
from povlib.report import fonts
from povlib.report.model.paper import FigureBlock

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_INCHES = 5.9  # 150 mm: the text of an A4 page
# sharp in print at 150 mm without making a paper of ten charts heavy; a choice
DPI = 200
# series are told apart by hatch, shape and grey alone: papers are copied without colour
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----")
GREYS = ("#3b5b7a", "#c9d6e2", "#ffffff", "#8fa9c2", "#e8e8e8", "#ffffff")
MARKERS = ("o", "s", "^", "D", "v", "P")
INK = "#1a1a1a"
# matplotlib names parts of an SVG at random unless it is told the salt
_SVG_SALT = "povlib"


@contextmanager
def open_drawing(height: float, *, width: float = WIDTH_INCHES) -> Iterator[tuple[Figure, Axes]]:
    """Yield a figure and its axes in the house style; nothing global is left changed."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import fontManager

    known = {entry.fname for entry in fontManager.ttflist}
    for face in (fonts.REGULAR, fonts.BOLD):
        if str(face) not in known:
            fontManager.addfont(str(face))
    look: Any = {
        "font.family": [fonts.FAMILY],
        "font.size": 9.5,
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.axisbelow": True,
        "hatch.linewidth": 0.6,
        "legend.frameon": False,
        "backend": "agg",
        "savefig.facecolor": "white",
        "svg.hashsalt": _SVG_SALT,
        "svg.fonttype": "path",
    }
    with matplotlib.rc_context(rc=dict(matplotlib.rcParamsDefault) | look):
        figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
        FigureCanvasAgg(figure)
        yield figure, figure.add_subplot()


def finished_figure(
    figure: Figure, key: str, title: str, alt: str, *, definition: str = "", svg: bool = False
) -> FigureBlock:
    """Return the figure as a block: PNG bytes, alternative text, and SVG bytes when asked.

    Raises
    ------
    ReportError
        If the figure holds a character that the bundled font cannot draw.
    """
    from matplotlib.text import Text

    fonts.refuse_missing_characters((t.get_text() for t in figure.findobj(Text)), where=key)
    return FigureBlock(
        key, title, _figure_bytes(figure, "png"), alt, definition, _figure_bytes(figure, "svg") if svg else b""
    )


def _figure_bytes(figure: Figure, kind: str) -> bytes:
    memory = io.BytesIO()
    no_clock: dict[str, Any] = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    figure.savefig(memory, format=kind, dpi=DPI, metadata=no_clock)
    return memory.getvalue()


def refuse_missing_columns(frame: pd.DataFrame, *columns: str, key: str) -> None:
    """Refuse a frame that is empty or lacks a column.

    Raises
    ------
    ReportError
        Naming every missing column.
    """
    faults = [
        Fault("a chart needs the column {column}", where=key, values={"column": c})
        for c in columns
        if c not in frame.columns
    ]
    if not faults and frame.empty:
        faults = [Fault("there is nothing to draw", where=key)]
    if faults:
        raise ReportError(faults)


def bar_patterns(number: int) -> list[dict[str, Any]]:
    """Return fill, hatch and edge for `number` series, each different without colour.

    Examples
    --------
    >>> len({(p["facecolor"], p["hatch"]) for p in bar_patterns(6)})
    6
    """
    return [
        {"facecolor": GREYS[i % 6], "hatch": HATCHES[i % 6], "edgecolor": INK, "linewidth": 0.6} for i in range(number)
    ]


def bar_height(rows: int) -> float:
    """Return the height of a chart with one bar a row, in inches.

    Examples
    --------
    >>> round(bar_height(10), 2)
    3.5
    """
    return 0.9 + 0.26 * rows
