"""Funnels: rates of villages over what luck alone would leave, the largest village on top.

A small village swings widely by luck, a large one little; so the band widens downwards, and a point inside it is no
news. Source: Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from povlib.report.figures.style import INK, bar_height, finished_figure, open_drawing, refuse_missing_columns
from povlib.report.model.numbers import shown
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd


def village_funnel(
    frame: pd.DataFrame, *, key: str = "figure_contest", title: str = "", lang: str | None = None, svg: bool = False
) -> FigureBlock:
    """Draw the adjusted rates of villages, with the limits that luck leaves for each.

    Parameters
    ----------
    frame : DataFrame
        ``village``, ``households``, ``rate``, ``low``, ``high`` (95 in a hundred villages), ``far_low``, ``far_high``
        (998 in a thousand); rates 0-1.
    """
    lang = lang or language()
    refuse_missing_columns(frame, "village", "households", "rate", "low", "high", "far_low", "far_high", key=key)
    rows = frame.sort_values(["households", "village"], ascending=[False, True], ignore_index=True)
    with open_drawing(bar_height(len(rows))) as (figure, axes):
        at = list(range(len(rows)))
        for pair, shade, share in (
            (("far_low", "far_high"), "#dddddd", "99.8 %"),
            (("low", "high"), "#aaaaaa", "95 %"),
        ):
            ends = [100 * rows[name] for name in pair]
            label = text("luck alone: {share} of villages", lang, share=share.replace(" ", ""))
            axes.barh(at, ends[1] - ends[0], left=ends[0], height=0.62, color=shade, label=label, linewidth=0)
        outside = rows["rate"].lt(rows["low"]) | rows["rate"].gt(rows["high"])
        for row, (rate, out) in enumerate(zip(rows["rate"].tolist(), outside.tolist(), strict=True)):
            axes.plot(
                100 * rate, row, "D" if out else "o", color=INK if out else "white", markeredgecolor=INK, markersize=6
            )
        names = [
            text("{village} ({n})", lang, village=village, n=n)
            for village, n in rows[["village", "households"]].itertuples(index=False)
        ]
        axes.set_yticks(at, names)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(text("adjusted rate (%); households in brackets", lang))
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=2, frameon=False, fontsize=8.5)
        said = [
            f"{village} {shown(rate, 'share', lang)}"
            for village, rate in rows.loc[outside, ["village", "rate"]].itertuples(index=False)
        ]
        alt = text(
            "{count} villages by size; outside the limits of 95 %: {said}.",
            lang,
            count=len(rows),
            said=text(", ", lang).join(said) or "—",
        )
        return finished_figure(figure, key, title or text("Villages side by side", lang), alt, svg=svg)
