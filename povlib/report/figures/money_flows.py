"""Money on its way: from each fund through each measure to the exits it is expected to bring.

Widths are money on the left and in the middle, expected exits on the right; bands are told apart by hatch and by the
name that stands on them.
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
    from matplotlib.axes import Axes
    from matplotlib.patches import Rectangle

# where the three columns of bars stand, and how wide a bar is, in the width of the chart
_AT = (0.0, 0.42, 1.0)
_BAR = 0.035
# a gap between two bars of a column, in the whole height: keeps names of narrow bars apart
_GAP = 0.022
# a bar gets a name of its own from here on, in the whole height: two lines of 8 pt need so much on 105 mm
_NAMED = 0.018
_CURVE_POINTS = 40
# letters on a line of a name between two columns; a Chinese character takes two
_LINE = 30


def money_flows(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw funds on the left, measures in the middle, expected additional exits on the right.

    Parameters
    ----------
    frame : DataFrame
        One row a fund and measure, measures in the order in which they stand: ``fund``, ``measure`` (names), ``fen``,
        ``persons`` (expected additional exits of the measure that this money stands for; not known where the money
        opens places for others).
    """
    lang = lang or language()
    key = "figure_money_flows"
    refuse_missing_columns(frame, "fund", "measure", "fen", "persons", key=key)
    label = text("Where the money goes and what it is expected to bring", lang)
    # funds and measures as they come: who fills the frame says which measure stands where
    money = frame["fen"].to_numpy(dtype=float)
    spent = frame.pivot_table(index="fund", columns="measure", values="fen", aggfunc="first", sort=False).fillna(0.0)
    gained = frame.assign(persons=frame["persons"].fillna(0.0).clip(lower=0.0))
    brought_by = gained.pivot_table(index="fund", columns="measure", values="persons", aggfunc="first", sort=False)
    funds, measures = spent.sum(axis=1), spent.sum(axis=0)
    brought = brought_by.fillna(0.0).sum(axis=0).reindex(measures.index)
    with open_drawing(4.2) as (figure, axes):
        left = _column(axes, _AT[0], funds, _names(funds, lang, "\n"), -1)
        middle = _column(axes, _AT[1], measures, _names(measures, lang, " "), 0)
        right = _column(axes, _AT[2], brought, [shown(v, "persons", lang) if v else "" for v in brought], 1)
        looks = dict(zip(funds.index, bar_patterns(len(funds)), strict=True))
        leaving, arriving = dict(left), dict(middle)
        order = {name: place for place, name in enumerate(measures.index)}
        for row in sorted(range(len(frame)), key=lambda r: order[frame["measure"].iloc[r]]):
            fund, measure = frame["fund"].iloc[row], frame["measure"].iloc[row]
            wide = money[row] / money.sum() * _room(len(funds)), money[row] / money.sum() * _room(len(measures))
            _band(axes, (_AT[0], leaving[fund]), (_AT[1], arriving[measure]), wide, looks[fund])
            leaving[fund], arriving[measure] = leaving[fund] - wide[0], arriving[measure] - wide[1]
        plain = {"facecolor": "#e8e8e8", "hatch": "", "edgecolor": INK, "linewidth": 0.4}
        for measure, persons, fen in zip(brought.index, brought, measures, strict=True):
            wide = (
                fen / measures.sum() * _room(len(measures)),
                (persons / brought.sum() if brought.sum() else 0.0) * _room(len(brought)),
            )
            if persons:
                _band(axes, (_AT[1], middle[measure]), (_AT[2], right[measure]), wide, plain)
        for at, title in zip(_AT, ("funds", "measures", "expected additional exits (persons)"), strict=True):
            axes.text(at + _BAR / 2, 1.03, text(title, lang), ha="center", va="bottom", fontsize=9, fontweight="bold")
        axes.set_xlim(-0.26, 1.22)
        axes.set_ylim(-0.02, 1.1)
        axes.axis("off")
        most = int(brought.to_numpy().argmax())
        alt = text(
            "Bands from {funds} funds through {measures} measures: {money} in all are expected to bring {persons} "
            "persons; most by {most}, {n} persons.",
            lang,
            funds=len(funds),
            measures=len(measures),
            money=shown(int(money.sum()), "wan", lang),
            persons=shown(float(brought.sum()), "persons", lang),
            most=str(brought.index[most]),
            n=shown(float(brought.iloc[most]), "persons", lang),
        )
        return finished_figure(figure, key, label, alt, svg=svg)


def _names(amounts: pd.Series, lang: str, between: str) -> list[str]:
    """Return names with their money, broken into lines that fit between two columns."""
    import textwrap

    named = [f"{name}{between}{shown(int(fen), 'wan', lang)}" for name, fen in amounts.items()]
    # three bytes a Chinese character, one a Latin letter
    wide = [_LINE if len(words.encode()) < 2 * len(words) else _LINE // 2 for words in named]
    return ["\n".join(textwrap.wrap(words, letters)) for words, letters in zip(named, wide, strict=True)]


def _room(bars: int) -> float:
    """Return the height that is left for bars between their gaps."""
    return 1.0 - _GAP * (bars - 1)


def _column(axes: Axes, at: float, heights: pd.Series, names: list[str], side: int) -> dict[object, float]:
    """Draw a column of bars from the top, named on a side (-1 left, 1 right, 0 on the bar), and return their tops."""
    total, top, tops = float(heights.sum()) or 1.0, 1.0, {}
    for (key, height), name in zip(heights.items(), names, strict=True):
        tall = float(height) / total * _room(len(heights))
        axes.add_patch(_rectangle(at, top - tall, tall))
        tops[key] = top
        if name and (tall >= _NAMED or side <= 0):
            x, ha = (at - 0.012, "right") if side < 0 else (at + _BAR + 0.012, "left")
            axes.text(x, top - tall / 2, name, ha=ha, va="center", fontsize=7.5, zorder=5)
        top -= tall + _GAP
    return tops


def _rectangle(at: float, low: float, tall: float) -> Rectangle:
    from matplotlib.patches import Rectangle

    return Rectangle((at, low), _BAR, tall, facecolor=INK, edgecolor=INK, linewidth=0.4, zorder=4)


def _band(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], wide: tuple[float, float], look: dict[str, object]
) -> None:
    """Draw a band between two bars; `start` and `end`: where the bars stand and the upper edge of the band."""
    x = np.linspace(start[0] + _BAR, end[0], _CURVE_POINTS)
    turn = (1 - np.cos(np.linspace(0, np.pi, _CURVE_POINTS))) / 2
    upper = start[1] + (end[1] - start[1]) * turn
    lower = (start[1] - wide[0]) + (end[1] - wide[1] - start[1] + wide[0]) * turn
    axes.fill_between(x, lower, upper, **{**look, "linewidth": 0.3, "alpha": 0.75})  # type: ignore[arg-type]
