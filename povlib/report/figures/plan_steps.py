"""From one plan's number to another's, step by step: what each cause adds or takes.

Up and down differ by hatch and by their sign; a thin line carries each level to the next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from povlib.report.figures.style import (
    INK,
    bar_height,
    bar_patterns,
    finished_figure,
    open_drawing,
    refuse_missing_columns,
)
from povlib.report.model.numbers import shown
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd


def plan_steps(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw a waterfall: the first plan's exits, a bar a step, the other plan's exits.

    Parameters
    ----------
    frame : DataFrame
        In order: ``name``, ``start`` and ``end`` in persons. The first row begins at nothing and ends at the first
        plan's exits; each other begins where the one before ends.
    """
    lang = lang or language()
    key = "figure_plan_steps"
    refuse_missing_columns(frame, "name", "start", "end", key=key)
    label = text("From one plan to the other: additional exits (persons)", lang)
    start, level = (frame[column].to_numpy(dtype=float) for column in ("start", "end"))
    change = level - start
    looks = bar_patterns(3)
    names = [*frame["name"].tolist(), text("the other plan", lang)]
    at = np.arange(len(names))
    with open_drawing(bar_height(len(names)) + 0.3) as (figure, axes):
        for row, (low, step) in enumerate(zip(start, change, strict=True)):
            look = looks[0] if row == 0 else looks[1] if step >= 0 else looks[2]
            axes.barh(row, step, left=low, height=0.6, **look)
        axes.barh(at[-1], level[-1], height=0.6, **looks[0])
        for row, end in enumerate(level):
            axes.plot([end, end], [row - 0.3, row + 1.3], color=INK, linewidth=0.7, linestyle=":")
        words = [shown(change[0], "persons", lang)]
        words += [shown(step, "persons", lang, signed=True) for step in change[1:]] + [
            shown(level[-1], "persons", lang)
        ]
        ends = np.concatenate([np.maximum(start, level), level[-1:]])
        for row, (end, said) in enumerate(zip(ends, words, strict=True)):
            axes.annotate(said, (end, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8.5)
        axes.set_yticks(at, names)
        axes.invert_yaxis()
        axes.set_xlim(min(0.0, float(level.min())), 1.16 * max(float(ends.max()), 1.0))
        alt = text(
            "Bars from {first} to {last} persons in {n} steps; the largest changes it by {change}: {name}.",
            lang,
            first=words[0],
            last=words[-1],
            n=len(change) - 1,
            **_largest(frame["name"].tolist(), change.tolist(), lang),
        )
        return finished_figure(figure, key, label, alt, svg=svg)


def _largest(names: list[str], change: list[float], lang: str) -> dict[str, str]:
    """Return the change and name of the step that changes most."""
    if len(change) < 2:
        return {"change": shown(0.0, "persons", lang), "name": text("none", lang)}
    row = max(range(1, len(change)), key=lambda step: abs(change[step]))
    return {"change": shown(change[row], "persons", lang, signed=True), "name": names[row]}
