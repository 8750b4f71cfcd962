"""Curves: what more or less of a fund would bring, and how income is spread over persons.

Points that were solved and the limit that is proved differ in mark and line, not in colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from povlib.report.figures.style import INK, MARKERS, finished_figure, open_drawing, refuse_missing_columns
from povlib.report.model.numbers import shown
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

_FEN_PER_WAN = 1_000_000
_COLUMNS, _HEIGHT = 2, 2.0
_LORENZ_WIDTH = 4.2  # inches: both axes are shares, so the drawing is nearly square


def budget_curves(
    points: pd.DataFrame,
    limits: pd.DataFrame,
    names: Mapping[str, str],
    now: float,
    *,
    lang: str | None = None,
    svg: bool = False,
) -> FigureBlock:
    """Draw additional exits against the amount of each fund, one small chart a fund on the same scale.

    Parameters
    ----------
    points : DataFrame
        ``row``, ``capacity`` (fen), ``value``, ``additional`` (persons): plans solved again.
    limits : DataFrame
        ``row``, ``capacity``, ``limit``: value that no plan can exceed.
    names : mapping
        Name of each fund, by row.
    now : float
        Additional exits of the present plan.
    """
    lang = lang or language()
    key = "figure_budgets"
    refuse_missing_columns(points, "row", "capacity", "value", "additional", key=key)
    label = text("Additional exits against the amount of each fund", lang)
    lines = -(-len(names) // _COLUMNS)
    sentences = []
    with open_drawing(_HEIGHT * lines + 0.4) as (figure, first):
        first.remove()
        grid = figure.subplots(lines, _COLUMNS, squeeze=False, sharey=True)
        for axes, (row, name) in zip(grid.ravel(), names.items(), strict=False):
            own = points[(points["row"] == row) & points["additional"].notna()]
            limit = limits[limits["row"] == row]
            # the limit counts all exits, the points those beyond "nothing new": the same constant apart
            constant = float((own["value"] - own["additional"]).iloc[0]) if len(own) else 0.0
            axes.plot(limit["capacity"] / _FEN_PER_WAN, limit["limit"] - constant, "--", color="#777777", linewidth=1.0,
                      label=text("no plan can exceed", lang))  # fmt: skip
            axes.plot(own["capacity"] / _FEN_PER_WAN, own["additional"], "-o", color=INK, markersize=3.5, linewidth=1.1,
                      label=text("plans solved again", lang))  # fmt: skip
            axes.axhline(now, color="#8fa9c2", linewidth=0.8, linestyle=":")
            axes.set_title(name, fontsize=9)
            axes.set_xlabel(text("10,000 yuan", lang), fontsize=8.5)
            axes.grid(True, color="#dddddd", linewidth=0.6)
            if len(own):
                first_last = (shown(own["additional"].iloc[at], "persons", lang) for at in (0, -1))
                sentences.append(f"{name} {'–'.join(first_last)}")
        for axes in grid.ravel()[len(names) :]:
            axes.set_visible(False)
        for axes in grid[:, 0]:
            axes.set_ylabel(text("Additional exits (persons)", lang), fontsize=8.5)
        figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=8.5)
        alt = text("Additional exits from the least to the most money of each fund: {words}.", lang,
                   words="; ".join(sentences))  # fmt: skip
        return finished_figure(figure, key, label, alt, svg=svg)


def scenario_dots(
    plans: pd.DataFrame, frontier: pd.DataFrame | None = None, *, lang: str | None = None, svg: bool = False
) -> FigureBlock:
    """Draw plans as dots: money spent against additional exits, each with its letter and its range.

    Parameters
    ----------
    plans : DataFrame
        ``label``, ``title``, ``money_fen``, ``additional``, ``additional_low``, ``additional_high`` (persons).
    frontier : DataFrame, optional
        ``money_fen``, ``additional`` of one plan solved again with more and less money, in the order of the line.
    """
    lang = lang or language()
    key = "figure_scenarios"
    refuse_missing_columns(plans, "label", "title", "money_fen", "additional", "additional_low", "additional_high",
                           key=key)  # fmt: skip
    label = text("Money spent and additional exits of each plan", lang)
    with open_drawing(3.4) as (figure, axes):
        if frontier is not None and len(frontier):
            axes.plot(frontier["money_fen"] / _FEN_PER_WAN, frontier["additional"], "--", color="#777777",
                      linewidth=1.0, label=text("the first run with more and less money", lang))  # fmt: skip
            axes.legend(loc="lower right", fontsize=8.5)
        for number, plan in enumerate(plans.to_dict("records")):
            money = plan["money_fen"] / _FEN_PER_WAN
            axes.plot([money, money], [plan["additional_low"], plan["additional_high"]], "-", color="#8fa9c2",
                      linewidth=0.9)  # fmt: skip
            axes.plot([money], [plan["additional"]], MARKERS[number % len(MARKERS)], color=INK, markersize=5)
            # above and below in turn, so that letters of plans near each other do not cover one another
            axes.annotate(str(plan["label"]), (money, plan["additional"]), fontsize=9,
                          xytext=(5, 5 if number % 2 else -11), textcoords="offset points")  # fmt: skip
        axes.set_xlabel(text("New money (10,000 yuan)", lang), fontsize=8.5)
        axes.set_ylabel(text("Additional exits (persons)", lang), fontsize=8.5)
        axes.grid(True, color="#dddddd", linewidth=0.6)
        words = "; ".join(
            text("{plan}: {exits} for {money}", lang, plan=f"{plan['label']} {plan['title']}",
                 exits=shown(plan["additional"], "persons", lang, unit="person"),
                 money=shown(plan["money_fen"], "yuan", lang, unit="yuan"))
            for plan in plans.to_dict("records")
        )  # fmt: skip
        alt = text("Plans by money and additional exits: {words}.", lang, words=words)
        return finished_figure(figure, key, label, alt, svg=svg)


def lorenz_curve(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw a Lorenz curve beside the broken line on which all incomes would be alike.

    Parameters
    ----------
    frame : DataFrame
        ``population`` and ``income_share``, cumulated shares from the poorest on.
    """
    lang = lang or language()
    key = "figure_lorenz"
    refuse_missing_columns(frame, "population", "income_share", key=key)
    label = text("Share of all income by share of the persons, poorest first", lang)
    with open_drawing(2.6, width=_LORENZ_WIDTH) as (figure, axes):
        axes.plot([0, 100], [0, 100], "--", color="#777777", linewidth=1.0, label=text("all alike", lang))
        axes.plot([0, *(100 * frame["population"])], [0, *(100 * frame["income_share"])], "-", color=INK,
                  linewidth=1.3, label=text("the registered", lang))  # fmt: skip
        axes.set_xlabel(text("% of the persons, poorest first", lang), fontsize=8.5)
        axes.set_ylabel(text("% of all income", lang), fontsize=8.5)
        axes.set_xlim(0, 100)
        axes.grid(True, color="#dddddd", linewidth=0.6)
        axes.legend(loc="upper left", fontsize=8.5)
        half = frame.iloc[(frame["population"] - 0.5).abs().argmin()]
        alt = text("The poorest {persons} of the persons have {income} of all income.", lang,
                   persons=shown(half["population"], "share", lang),
                   income=shown(half["income_share"], "share", lang))  # fmt: skip
        return finished_figure(figure, key, label, alt, svg=svg)
