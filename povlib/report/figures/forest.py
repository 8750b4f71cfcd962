"""The forest plot of effects: what was assumed, what the records say, what the plan takes.

Each is told from the others by its mark and line, never by colour; shares and money have panels of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from povlib.report.figures.style import INK, finished_figure, open_drawing, refuse_missing_columns
from povlib.report.model.numbers import missing, shown
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MONEY = "yuan_per_month"
_ROW, _HEAD = 0.52, 1.35
# three marks of one effect stand this far apart, so that a row of 1 keeps a gap to the next
_STEP = 0.23
_PALE = "#777777"


def forest(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw effects one below the other with their 95 % ranges.

    Parameters
    ----------
    frame : DataFrame
        ``name``, ``basis`` (``yuan_per_month``: yuan; any other: shares 0-1), ``mean low high`` (what the plan
        takes), ``prior_mean prior_low prior_high``, ``local local_low local_high``, ``naive`` (all may be
        missing but the first three and the prior), ``prior_share`` (0-1).
    """
    lang = lang or language()
    key = "figure_forest"
    ranges = [f"{name}{end}" for name in ("prior_", "local_") for end in ("low", "high")]
    refuse_missing_columns(
        frame, "name", "basis", "mean", "low", "high", "prior_mean", "local", "naive", "prior_share", *ranges, key=key
    )
    label = text("Effects: assumed, recorded, and used in the plan (95 % ranges)", lang)
    money = (frame["basis"] == MONEY).to_numpy()
    panels = [(part, is_money) for is_money in (False, True) if len(part := frame[money == is_money])]
    with open_drawing(_HEAD + _ROW * len(frame) + 0.45 * len(panels)) as (figure, first):
        first.remove()
        grid = figure.subplots(len(panels), 1, squeeze=False, height_ratios=[len(part) for part, _ in panels])
        for (part, is_money), axes in zip(panels, grid[:, 0], strict=True):
            _draw_panel(axes, part, 1.0 if is_money else 100.0, lang)
            axes.set_xlabel(text("yuan a month" if is_money else "% of the wage, or of the income before", lang))
        figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=8.5)
        alt = text("Effects with ranges: {words}.", lang, words="; ".join(_alternative_text(frame, lang)))
        return finished_figure(figure, key, label, alt, svg=svg)


def _draw_panel(axes: Axes, frame: pd.DataFrame, scale: float, lang: str) -> None:
    names = {
        "prior_": text("assumed beforehand", lang),
        "local": text("the records alone", lang),
        "": text("used in the plan", lang),
        "naive": text("before and after only (no effect)", lang),
    }
    at = np.arange(len(frame), dtype=float)

    def column(name: str) -> Any:
        return frame[name].astype("float64").to_numpy() * scale

    axes.axvline(0, color=_PALE, linewidth=0.8)
    marks: tuple[tuple[str, str, str, float, dict[str, Any]], ...] = (
        ("prior_", "prior_mean", "D", -_STEP, {"linestyle": (0, (3, 2)), "linewidth": 0.9, "fill": "white"}),
        ("local_", "local", "s", 0.0, {"linestyle": "-", "linewidth": 0.9, "fill": "#bbbbbb"}),
        ("", "mean", "o", _STEP, {"linestyle": "-", "linewidth": 2.2, "fill": INK}),
    )
    for prefix, middle, mark, shift, look in marks:
        value = column(middle)
        known = ~np.isnan(value)
        axes.hlines(
            at[known] + shift, column(f"{prefix}low")[known], column(f"{prefix}high")[known],
            color=INK, linestyles=look["linestyle"], linewidth=look["linewidth"],
        )  # fmt: skip
        axes.plot(value, at + shift, mark, color=look["fill"], markeredgecolor=INK, markersize=5,
                  label=names[prefix if prefix != "local_" else "local"])  # fmt: skip
    axes.plot(column("naive"), at, "x", color=_PALE, markersize=6, label=names["naive"])
    for row, share in zip(at, frame["prior_share"], strict=True):
        words = text("prior only", lang) if share >= 1 else text("prior {n}", lang, n=shown(share, "share", lang))
        axes.annotate(words, (1.01, row), xycoords=("axes fraction", "data"), va="center", fontsize=8)
    axes.set_yticks(at, frame["name"].astype(str).tolist(), fontsize=8.5)
    axes.set_ylim(len(frame) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.grid(True, color="#dddddd", linewidth=0.6)


def _alternative_text(frame: pd.DataFrame, lang: str) -> list[str]:
    sentences = []
    for row in frame.to_dict("records"):
        money = row["basis"] == MONEY

        def words(value: Any, money: bool = money) -> str:
            return shown(value, "decimal1", lang) if money else shown(value, "share", lang)

        said = f"{row['name']} {words(row['mean'])} ({words(row['low'])}–{words(row['high'])})"
        if not missing(row["local"]):
            said += f", {text('the records alone', lang)} {words(row['local'])}"
        sentences.append(said)
    return sentences
