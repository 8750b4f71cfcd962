"""Charts of jobs and villages: routes that overlap, what hangs on one source, a contract month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from povlib.calendar import Month
from povlib.report.figures.bars import draw_stacked_bars, name_rows, write_ends
from povlib.report.figures.style import INK, bar_height, finished_figure, open_drawing, refuse_missing_columns
from povlib.report.model.numbers import shown
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd


def route_bars(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw persons by route, those on several routes apart; the last two rows are the sum and the union.

    Parameters
    ----------
    frame : DataFrame
        ``name``, ``alone`` (persons on no other route), ``shared`` (also on another).
    """
    lang = lang or language()
    key = "figure_routes"
    refuse_missing_columns(frame, "name", "alone", "shared", key=key)
    parts = {"alone": text("on this route alone", lang), "shared": text("also counted elsewhere", lang)}
    label = text("Persons marked for exit, by route", lang)
    with open_drawing(bar_height(len(frame)) + 0.3) as (figure, axes):
        ends = draw_stacked_bars(axes, frame, parts, scale=1)
        name_rows(axes, frame["name"].tolist())
        write_ends(axes, ends, [shown(end, "count", lang) for end in ends])
        alt = text(
            "Stacked bars of persons by route. Added up over the routes {total}, each household once {union}.",
            lang,
            total=shown(ends[-2], "count", lang),
            union=shown(ends[-1], "count", lang),
        )
        return finished_figure(figure, key, label, alt, svg=svg)


def source_bars(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw the marked persons that hang on each source.

    Parameters
    ----------
    frame : DataFrame
        ``name``, ``alone`` (persons whose household hangs on nothing else), ``shared``; most first.
    """
    lang = lang or language()
    key = "figure_sources"
    refuse_missing_columns(frame, "name", "alone", "shared", key=key)
    parts = {"alone": text("hang on it alone", lang), "shared": text("have another source too", lang)}
    label = text("Persons marked for exit, by what they hang on", lang)
    with open_drawing(bar_height(len(frame)) + 0.3) as (figure, axes):
        ends = draw_stacked_bars(axes, frame, parts, scale=1)
        name_rows(axes, frame["name"].tolist())
        write_ends(axes, ends, [shown(end, "count", lang) for end in ends])
        alt = text(
            "Stacked bars of persons by source. Most hang on {name}: {n}.",
            lang,
            name=frame["name"].iloc[0],
            n=shown(ends[0], "count", lang),
        )
        return finished_figure(figure, key, label, alt, svg=svg)


def delivered_and_due(
    frame: pd.DataFrame, through: int, *, name: str, unit: str = "", lang: str | None = None, svg: bool = False
) -> FigureBlock:
    """Draw what a contract asks for up to each month and what was delivered.

    Parameters
    ----------
    frame : DataFrame
        ``month`` (ordinals), ``due_so_far``, ``delivered_so_far``.
    through : int
        The last month that is over: later ones have no deliveries yet.
    name, unit : str
        Of the contract.
    """
    lang = lang or language()
    key = f"figure_contract_{name}"
    refuse_missing_columns(frame, "month", "due_so_far", "delivered_so_far", key=key)
    label = text("{contract}: due and delivered", lang, contract=name)
    known = frame[frame["month"] <= through]
    at = np.arange(len(frame))
    with open_drawing(2.7) as (figure, axes):
        axes.step(at, frame["due_so_far"], where="post", color=INK, linestyle="--", linewidth=1.1,
                  label=text("due by the contract", lang))  # fmt: skip
        if len(known):
            axes.plot(at[: len(known)], known["delivered_so_far"], color=INK, linewidth=1.9, marker="o", markersize=3.5,
                      label=text("delivered", lang))  # fmt: skip
        every = max(len(frame) // 8, 1)
        axes.set_xticks(at[::every], [str(Month.from_ordinal(int(month))) for month in frame["month"].iloc[::every]])
        axes.set_ylabel(unit or text("quantity", lang))
        axes.set_ylim(bottom=0)
        axes.grid(True, color="#dddddd", linewidth=0.6)
        axes.legend(loc="upper left", fontsize=8.5)
        figure.autofmt_xdate(rotation=30)
        last = known.iloc[-1] if len(known) else frame.iloc[0]
        alt = text(
            "Two lines: due and delivered, added up over the months. In {month} {done} of {due} were delivered.",
            lang,
            month=Month.from_ordinal(int(last["month"])).label(lang),
            done=shown(last["delivered_so_far"], "count", lang),
            due=shown(last["due_so_far"], "count", lang),
        )
        return finished_figure(figure, key, label, alt, svg=svg)
