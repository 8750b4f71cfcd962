"""Points and ranges: totals with intervals, the frontier.

A range is always drawn with its point and named in words beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from povlib.report.figures.style import INK, MARKERS, bar_height, finished_figure, open_drawing, refuse_missing_columns
from povlib.report.model.numbers import missing, shown
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd


def interval_dots(
    frame: pd.DataFrame, *, key: str = "figure_totals", title: str = "", lang: str | None = None, svg: bool = False
) -> FigureBlock:
    """Draw totals one below the other, each with its range where it has one.

    For the bulletin's total: what was stated, what the township marked, what the model expects.

    Parameters
    ----------
    frame : DataFrame
        ``name``, ``value``, ``low``, ``high`` in persons; low and high may be missing.
    """
    lang = lang or language()
    refuse_missing_columns(frame, "name", "value", "low", "high", key=key)
    label = title or text("Persons expected to exit: stated, marked, expected", lang)
    with open_drawing(bar_height(len(frame))) as (figure, axes):
        words = []
        for row, (name, value, low, high) in enumerate(frame[["name", "value", "low", "high"]].itertuples(index=False)):
            ranged = not (missing(low) or missing(high))
            if ranged:
                axes.plot([low, high], [row, row], color=INK, linewidth=1.6, solid_capstyle="butt")
                axes.plot([low, high], [row, row], "|", color=INK, markersize=9)
            axes.plot(value, row, MARKERS[row % 6], color=INK if ranged else "white", markeredgecolor=INK, markersize=7)
            said = shown(value, "persons" if ranged else "count", lang)
            if ranged:
                ends = f"{shown(low, 'persons', lang)}–{shown(high, 'persons', lang)}"
                said += text(" ({words})", lang, words=ends)
            axes.annotate(said, (value, row), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8.5)
            words.append(f"{name} {said}")
        axes.set_yticks(range(len(frame)), frame["name"].astype(str).tolist())
        axes.set_ylim(len(frame) - 0.5, -0.8)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.grid(True, color="#dddddd", linewidth=0.6)
        axes.set_xlabel(text("persons", lang))
        axes.margins(x=0.12)
        return finished_figure(
            figure, key, label, text("Points with ranges: {words}.", lang, words="; ".join(words)), svg=svg
        )


def frontier(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw exits against depth: what a plan for more exits costs the poorest.

    Parameters
    ----------
    frame : DataFrame
        ``name``, ``additional`` (persons), ``poorest_share`` (share of new money that the poorest fifth
        receives, 0-1), ``chosen`` (bool), ``baseline`` (bool). Rows that are neither form the frontier.
    """
    lang = lang or language()
    key = "figure_frontier"
    refuse_missing_columns(frame, "name", "additional", "poorest_share", "chosen", "baseline", key=key)
    label = text("Additional exits against the share of the poorest fifth", lang)
    with open_drawing(3.6) as (figure, axes):
        line = frame[~frame["baseline"].astype(bool)].sort_values(["poorest_share", "additional"], kind="stable")
        axes.plot(100 * line["poorest_share"], line["additional"], "-o", color="#3b5b7a", markersize=4, linewidth=1.2)
        named = frame[frame["baseline"].astype(bool) | frame["chosen"].astype(bool)]
        spots = zip(*(named[c].tolist() for c in ("name", "poorest_share", "additional", "chosen")), strict=True)
        for name, share, persons, chosen in spots:
            mark, size = ("*", 14) if chosen else ("s", 6)
            axes.plot(100 * share, persons, mark, color="white", markeredgecolor=INK, markersize=size)
            axes.annotate(str(name), (100 * share, persons), xytext=(6, 4), textcoords="offset points", fontsize=8.5)
        axes.set_xlabel(text("Share of new money for the poorest fifth (%)", lang))
        axes.set_ylabel(text("Additional exits (persons)", lang))
        axes.grid(True, color="#dddddd", linewidth=0.6)
        axes.margins(0.14)
        picked = frame[frame["chosen"].astype(bool)]
        said = "; ".join(
            f"{n}: {shown(a, 'persons', lang)} / {shown(s, 'share', lang)}"
            for n, a, s in picked[["name", "additional", "poorest_share"]].itertuples(index=False)
        )
        alt = text(
            "A line of {count} plans, from more for the poorest fifth to more exits. Chosen: {said}.",
            lang,
            count=len(line),
            said=said or "—",
        )
        return finished_figure(figure, key, label, alt, svg=svg)
