"""Flows: how many households rose over the line and fell below it, month by month.

Up and down differ by side and hatch; what is not known stands in a strip of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from povlib.calendar import Month
from povlib.report.figures.style import INK, bar_patterns, finished_figure, open_drawing, refuse_missing_columns
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

# months named below the bars: a year and its end; more would touch each other on 150 mm
_TICKS = 13


def movement_bars(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw exits upwards, entries downwards, and below them how many could not be assessed.

    Parameters
    ----------
    frame : DataFrame
        ``month`` (ordinal), ``exits``, ``entries``, ``returns`` (of the entries), ``not_known`` (households).
    """
    lang = lang or language()
    key = "figure_movements"
    refuse_missing_columns(frame, "month", "exits", "entries", "returns", "not_known", key=key)
    label = text("Households that moved over or under the line, by month", lang)
    at = np.arange(len(frame))
    up, down = frame["exits"].to_numpy(dtype=float), frame["entries"].to_numpy(dtype=float)
    back = frame["returns"].to_numpy(dtype=float)
    looks = bar_patterns(4)
    with open_drawing(3.9) as (figure, first):
        first.remove()
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
        above.bar(at, up, label=text("rose over the line", lang), **looks[0])
        above.bar(at, -(down - back), label=text("fell below it", lang), **looks[2])
        above.bar(at, -back, bottom=-(down - back), label=text("fell back after an exit", lang), **looks[1])
        for row, (rise, fall) in enumerate(zip(up, down, strict=True)):
            for value, side in ((rise, 1), (-fall, -1)):
                if value:
                    words, upper = f"{abs(value):.0f}", "bottom" if side > 0 else "top"
                    above.annotate(
                        words, (row, value), xytext=(0, 3 * side), ha="center", va=upper,
                        textcoords="offset points", fontsize=8,
                    )  # fmt: skip
        above.axhline(0, color=INK, linewidth=0.8)
        above.set_ylabel(text("households", lang))
        above.yaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
        above.margins(y=0.14)
        above.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, fontsize=8.5)
        below.bar(at, frame["not_known"].to_numpy(dtype=float), **looks[3])
        below.set_ylabel(text("not assessable", lang), fontsize=8.5)
        step = -(-len(frame) // _TICKS)
        names = [Month.from_ordinal(int(month)).label(lang) for month in frame["month"]]
        below.set_xticks(at[::step], names[::step], rotation=35, ha="right", fontsize=8)
        alt = text(
            "Bars by month: {exits} exits upwards, {entries} entries downwards, of them {returns} returns; below them "
            "the households that could not be assessed, between {low} and {high}.",
            lang,
            exits=int(up.sum()),
            entries=int(down.sum()),
            returns=int(back.sum()),
            low=int(frame["not_known"].min()),
            high=int(frame["not_known"].max()),
        )
        return finished_figure(figure, key, label, alt, svg=svg)
