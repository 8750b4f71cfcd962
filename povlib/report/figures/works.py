"""Houses finished week by week, beside the days that were planned for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from povlib.report.figures.style import INK, finished_figure, open_drawing, refuse_missing_columns
from povlib.report.model.numbers import shown
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd


def finished_houses(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw the houses finished and the houses that should have been, day by day.

    Parameters
    ----------
    frame : DataFrame
        ``day`` (timestamps, one a week), ``planned``, ``done`` (houses up to that day; done is missing after the last
        day of the record).
    """
    lang = lang or language()
    key = "figure_finished_houses"
    refuse_missing_columns(frame, "day", "planned", "done", key=key)
    label = text("Houses finished, and planned to be", lang)
    known = frame[frame["done"].notna()]
    with open_drawing(2.8) as (figure, axes):
        axes.step(frame["day"], frame["planned"], where="post", color=INK, linestyle="--", linewidth=1.1,
                  label=text("by the planned days", lang))  # fmt: skip
        axes.step(known["day"], known["done"].astype(float), where="post", color=INK, linewidth=1.9,
                  label=text("finished", lang))  # fmt: skip
        axes.set_ylabel(text("houses finished", lang))
        axes.set_ylim(bottom=0)
        axes.grid(True, color="#dddddd", linewidth=0.6)
        axes.legend(loc="upper left", fontsize=8.5)
        figure.autofmt_xdate(rotation=30)
        last = known.iloc[-1]
        alt = text(
            "Two stepped lines: houses finished, and planned to be. On {day} {done} are finished, {planned} were "
            "planned.",
            lang,
            day=last["day"].strftime("%Y-%m-%d"),
            done=shown(last["done"], "count", lang),
            planned=shown(last["planned"], "count", lang),
        )
        return finished_figure(figure, key, label, alt, svg=svg)
