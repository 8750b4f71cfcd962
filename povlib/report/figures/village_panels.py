"""The plan by village, a small chart each on one scale: who is expected over the line with the plan and without it.

All charts share their axis, so that villages can be held against each other; helped and not helped differ by hatch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from povlib.report.figures.style import INK, bar_patterns, finished_figure, open_drawing, refuse_missing_columns
from povlib.report.model.numbers import shown
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

_ACROSS = 3
_PITCH = 0.88  # inches a row of charts
# more would not be read on a page: a county's villages are shown by township
MOST_PANELS = 24


def village_panels(
    frame: pd.DataFrame, *, by_township: bool = False, lang: str | None = None, svg: bool = False
) -> FigureBlock:
    """Draw a small chart a village, in the order of the frame, at most `MOST_PANELS`.

    Parameters
    ----------
    frame : DataFrame
        ``village``, ``persons`` (registered), ``expected`` (over the line with the plan) and ``additional`` (of these
        because of the plan), persons; ``money_fen`` of new money.
    by_township : bool
        Whether the rows are townships.
    """
    lang = lang or language()
    key = "figure_village_panels"
    refuse_missing_columns(frame, "village", "persons", "expected", "additional", "money_fen", key=key)
    label = text(
        "The plan township by township (persons)" if by_township else "The plan village by village (persons)", lang
    )
    shown_rows = frame.head(MOST_PANELS)
    rows = -(-len(shown_rows) // _ACROSS)
    looks = bar_patterns(2)
    with open_drawing(0.7 + _PITCH * rows) as (figure, first):
        first.remove()
        panels = np.atleast_1d(figure.subplots(rows, _ACROSS, sharex=True)).ravel()
        for panel, row in zip(panels, shown_rows.to_dict("records"), strict=False):
            without = float(row["expected"]) - float(row["additional"])
            panel.barh([1], [without], height=0.6, label=text("without new help", lang), **looks[1])
            panel.barh(
                [1], [row["additional"]], left=[without], height=0.6, label=text("by the plan", lang), **looks[0]
            )
            panel.barh([0], [row["persons"]], height=0.6, facecolor="white", edgecolor=INK, linewidth=0.6,
                       label=text("registered", lang))  # fmt: skip
            panel.set_yticks([])
            panel.set_ylim(-0.6, 1.6)
            panel.spines["left"].set_visible(False)
            panel.set_title(f"{row['village']} · {shown(int(row['money_fen']), 'wan', lang)}", fontsize=8.5, loc="left")
            for at, end, words in (
                (1, row["expected"], shown(row["expected"], "persons", lang)),
                (0, row["persons"], shown(int(row["persons"]), "count", lang)),
            ):
                panel.annotate(words, (end, at), xytext=(4, 0), textcoords="offset points", fontsize=7.5, va="center")
        for panel in panels[len(shown_rows) :]:
            panel.axis("off")
        panels[0].set_xlim(0, 1.42 * float(shown_rows[["persons", "expected"]].to_numpy(dtype=float).max()))
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=3, fontsize=8.5)
        most = shown_rows.iloc[int(shown_rows["additional"].to_numpy().argmax())]
        alt = text(
            "{n} small charts, one a township, on one scale: persons expected over the line, by the plan and without "
            "it, above those registered. The plan brings most in {village}, {persons} persons."
            if by_township
            else "{n} small charts, one a village, on one scale: persons expected over the line, by the plan and "
            "without it, above those registered. The plan brings most in {village}, {persons} persons.",
            lang,
            n=len(shown_rows),
            village=most["village"],
            persons=shown(float(most["additional"]), "persons", lang),
        )
        return finished_figure(figure, key, label, alt, svg=svg)
