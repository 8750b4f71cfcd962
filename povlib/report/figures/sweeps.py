"""A sweep drawn: exits and their range against the value of one key, a line for each value of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from povlib.report.figures.style import GREYS, INK, MARKERS, finished_figure, open_drawing, refuse_missing_columns
from povlib.report.model.numbers import shown
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

MOST_LINES = len(MARKERS)
"""More lines than marks cannot be told apart in black and white."""


def sweep_lines(frame: pd.DataFrame, axis_title: str, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw additional exits against what varies.

    Parameters
    ----------
    frame : DataFrame
        ``at`` (place on the axis), ``tick`` (its words), ``line`` (name of the line), ``additional``,
        ``additional_low``, ``additional_high`` (persons), ``proven`` (bool).
    axis_title : str
        What varies, with its unit.
    """
    lang = lang or language()
    key = "figure_sweep"
    needed = ("at", "tick", "line", "additional", "additional_low", "additional_high", "proven")
    refuse_missing_columns(frame, *needed, key=key)
    label = text("Additional exits against {what}", lang, what=axis_title)
    sentences = []
    names = list(dict.fromkeys(frame["line"]))
    with open_drawing(3.6) as (figure, axes):
        for number, name in enumerate(names):
            own = frame[frame["line"] == name].sort_values("at", kind="stable")
            mark, colour = MARKERS[number % MOST_LINES], INK if number == 0 else GREYS[3 * (number % 2)]
            if len(names) == 1:
                axes.fill_between(
                    own["at"], own["additional_low"], own["additional_high"], color="#e4e9ef", linewidth=0
                )
            axes.plot(own["at"], own["additional"], f"-{mark}", color=colour, markersize=4, linewidth=1.1, label=name)
            open_ended = own[~own["proven"].astype(bool)]
            axes.plot(
                open_ended["at"], open_ended["additional"], mark, color="white", markeredgecolor=INK, markersize=7
            )
            first_last = (shown(own["additional"].iloc[at], "persons", lang) for at in (0, -1))
            sentences.append(" ".join(filter(None, (name, "–".join(first_last)))))
        ticks = frame.drop_duplicates("at").sort_values("at", kind="stable")
        # every tick where there is room, else every other and so on: ten words fit a page's width
        step = -(-len(ticks) // 10)
        axes.set_xticks(ticks["at"].tolist()[::step], ticks["tick"].tolist()[::step], fontsize=8.5)
        axes.set_xlabel(axis_title)
        axes.set_ylabel(text("Additional exits (persons)", lang))
        axes.grid(True, color="#dddddd", linewidth=0.6)
        if len(names) > 1:
            axes.legend(fontsize=8.5)
        alt = text("Additional exits from the first to the last value: {words}.", lang, words="; ".join(sentences))
        return finished_figure(figure, key, label, alt, svg=svg)
