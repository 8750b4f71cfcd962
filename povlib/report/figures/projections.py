"""What lies ahead and how far to trust it: the fan, the tornado, reliability.

Every band, bar and point is named in words beside it; patterns and marks differ without colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from povlib.calendar import Month
from povlib.report.figures.style import (
    INK,
    bar_height,
    bar_patterns,
    finished_figure,
    open_drawing,
    refuse_missing_columns,
)
from povlib.report.model.numbers import join, shown
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_QUIET = "#777777"
# one hatch a state, in the order of the procedure; no two of eight are alike
_STATE_HATCHES = ("xxxx", "", "++", "....", "////", "\\\\\\\\", "--", "oo")


def fan(
    frame: pd.DataFrame,
    *,
    target: float | None = None,
    key: str = "figure_fan",
    title: str = "",
    lang: str | None = None,
    svg: bool = False,
) -> FigureBlock:
    """Draw expected exits by month with their 50 % and 90 % bands, what no new help would bring, and a target.

    Parameters
    ----------
    frame : DataFrame
        ``month`` (ordinal), ``persons``, ``low_50``, ``high_50``, ``low_90``, ``high_90``
        (`povlib.exits.by_month.by_month`); optional ``without`` (persons with nothing new).
    target : float, optional
        A number of persons that was promised or asked for.
    """
    lang = lang or language()
    refuse_missing_columns(frame, "month", "persons", "low_50", "high_50", "low_90", "high_90", key=key)
    label = title or text("Persons expected to exit, month by month", lang)
    with open_drawing(3.1) as (figure, axes):
        at = frame["month"].to_numpy()
        wide: Any = {"facecolor": "white", "edgecolor": "#8fa9c2", "hatch": "////", "linewidth": 0.6}
        axes.fill_between(at, frame["low_90"], frame["high_90"], **wide)
        axes.fill_between(
            at, frame["low_50"], frame["high_50"], facecolor="#c9d6e2", edgecolor="#3b5b7a", linewidth=0.8
        )
        axes.plot(at, frame["persons"], color=INK, marker="o", markersize=3.5, linewidth=1.5)
        last = frame.iloc[-1]
        names = {"high_90": "90 %", "high_50": "50 %", "persons": text("this plan", lang)}
        spots = {column: float(last[column]) for column in names}
        if "without" in frame.columns:
            axes.plot(at, frame["without"], color=INK, marker="s", markersize=3, linewidth=1.0, linestyle="--")
            names["without"], spots["without"] = text("nothing new", lang), float(last["without"])
        if target is not None:
            axes.hlines(target, at[0], at[-1], color=_QUIET, linestyle=":", linewidth=1.3)
            names["target"] = text("target {n}", lang, n=shown(target, "count", lang))
            spots["target"] = float(target)
        _name_ends(axes, float(at[-1]), {names[column]: end for column, end in spots.items()})
        axes.set_xticks(at, [Month.from_ordinal(int(m)).label(lang) for m in at], rotation=30, ha="right")
        axes.set_ylabel(text("persons", lang))
        axes.yaxis.grid(True, color="#dddddd", linewidth=0.6)
        axes.margins(x=0.06)
        alt = text(
            "A line with two bands. At the end: {persons} expected, half of the time between {low_50} and {high_50}, "
            "nine times in ten between {low_90} and {high_90} persons.",
            lang,
            **{c: shown(last[c], "persons", lang) for c in ("persons", "low_50", "high_50", "low_90", "high_90")},
        )
        return finished_figure(figure, key, label, alt, svg=svg)


def _name_ends(axes: Axes, at: float, ends: dict[str, float]) -> None:
    """Write the names of lines and bands at their ends, moved apart where they would overlap."""
    bottom, top = axes.get_ylim()
    gap, place = (top - bottom) * 0.065, -np.inf
    for name, end in sorted(ends.items(), key=lambda pair: (pair[1], pair[0])):
        place = max(end, place + gap)
        axes.annotate(
            name, (at, end), xytext=(at, place), textcoords="data", va="center", fontsize=8.5,
            xycoords="data", annotation_clip=False,
        ).set_x(at + 0.12)  # fmt: skip


def tornado(
    frame: pd.DataFrame, *, key: str = "figure_tornado", title: str = "", lang: str | None = None, svg: bool = False
) -> FigureBlock:
    """Draw how far the total moves when one thing lies a step lower or higher.

    Parameters
    ----------
    frame : DataFrame
        ``name`` (with the size of its step, in words), ``base``, ``low``, ``high`` (persons one step down and
        one step up); drawn in the order of the frame.
    """
    lang = lang or language()
    refuse_missing_columns(frame, "name", "base", "low", "high", key=key)
    label = title or text("What the total of this plan hangs on (persons)", lang)
    down, up = bar_patterns(2)
    with open_drawing(bar_height(len(frame)) + 0.3) as (figure, axes):
        at, base = np.arange(len(frame)), float(frame["base"].iloc[0])
        for column, look, name in (
            ("low", down, text("one step lower", lang)),
            ("high", up, text("one step higher", lang)),
        ):
            width = frame[column].to_numpy(dtype=float) - base
            axes.barh(at, width, left=base, height=0.62, label=name, **look)
        axes.axvline(base, color=INK, linewidth=1.0)
        ends = frame[["low", "high"]].to_numpy(dtype=float)
        for row, (left, right) in enumerate(zip(ends.min(axis=1), ends.max(axis=1), strict=True)):
            spot: Any = {"textcoords": "offset points", "va": "center", "fontsize": 8.5}
            axes.annotate(shown(round(left), "count", lang), (left, row), xytext=(-3, 0), ha="right", **spot)
            axes.annotate(shown(round(right), "count", lang), (right, row), xytext=(3, 0), ha="left", **spot)
        axes.set_yticks(at, frame["name"].astype(str).tolist())
        axes.set_ylim(len(frame) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.grid(True, color="#dddddd", linewidth=0.6)
        axes.margins(x=0.12)
        axes.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=2, handlelength=2.2, fontsize=9)
        first = frame.iloc[0]
        alt = text(
            "Bars on both sides of {base} persons. Most hangs on “{name}”: {low} one step lower, "
            "{high} one step higher.",
            lang, name=first["name"], **{c: shown(first[c], "persons", lang) for c in ("base", "low", "high")},
        )  # fmt: skip
        return finished_figure(figure, key, label, alt, svg=svg)


def reliability(
    frame: pd.DataFrame, *, key: str = "figure_reliability", title: str = "", lang: str | None = None, svg: bool = False
) -> FigureBlock:
    """Draw projected against observed shares by class of chance, with the bands in which right chances would lie.

    Parameters
    ----------
    frame : DataFrame
        ``expected``, ``observed``, ``band_low``, ``band_high`` (shares 0-1), ``n`` (households):
        `povlib.review.reliability`.
    """
    lang = lang or language()
    refuse_missing_columns(frame, "expected", "observed", "band_low", "band_high", "n", key=key)
    label = title or text("Projected chances and what came true", lang)
    inside = frame["observed"].between(frame["band_low"], frame["band_high"]).to_numpy(dtype=bool)
    with open_drawing(3.7, width=4.5) as (figure, axes):
        axes.plot([0, 1], [0, 1], "--", color=_QUIET, linewidth=0.9)
        spread = np.abs(np.vstack([frame["expected"] - frame["band_low"], frame["band_high"] - frame["expected"]]))
        axes.errorbar(frame["expected"], frame["expected"], yerr=spread, fmt="none", ecolor="#8fa9c2", elinewidth=5)
        for mark, fill, kept in (("o", INK, inside), ("X", "white", ~inside)):
            axes.plot(
                frame["expected"][kept], frame["observed"][kept], mark, color=fill, markeredgecolor=INK, markersize=7
            )
        for x, y, n in frame[["expected", "observed", "n"]].itertuples(index=False):
            axes.annotate(shown(n, "count", lang), (x, y), xytext=(7, -9), textcoords="offset points", fontsize=8)
        axes.set_xlim(-0.03, 1.06)
        axes.set_ylim(-0.03, 1.06)
        axes.set_aspect("equal")
        axes.set_xlabel(text("Projected chance of exit", lang))
        axes.set_ylabel(text("Share that exited", lang))
        alt = text(
            "Projected against observed shares in {count} classes; in {inside} of them what came true lies inside the "
            "band of right chances (dots), in the others outside (crosses).",
            lang, count=len(frame), inside=int(inside.sum()),
        )  # fmt: skip
        return finished_figure(figure, key, label, alt, svg=svg)


def procedure_bars(
    frame: pd.DataFrame,
    states: Mapping[str, tuple[str, str, str]] | None = None,
    *,
    key: str = "figure_procedure",
    title: str = "",
    lang: str | None = None,
    svg: bool = False,
) -> FigureBlock:
    """Draw persons by village and state in the exit procedure, stacked in the colours that the office has set.

    Parameters
    ----------
    frame : DataFrame
        ``village`` and one column of persons a state.
    states : mapping
        Key of a state -> (symbol, name, colour), in order; default the columns as they are.
    """
    lang = lang or language()
    refuse_missing_columns(frame, "village", *(states or ()), key=key)
    shown_as = states or {c: ("", c, "#c9d6e2") for c in frame.columns if c != "village"}
    refuse_missing_columns(frame, "village", *(shown_as or ("state",)), key=key)
    label = title or text("Persons by village and state in the procedure", lang)
    with open_drawing(bar_height(len(frame)) + 0.5) as (figure, axes):
        at, left = np.arange(len(frame)), np.zeros(len(frame))
        totals = []
        for number, (column, (symbol, name, colour)) in enumerate(shown_as.items()):
            size = frame[column].to_numpy(dtype=float)
            if not size.any():
                continue
            look: Any = {"facecolor": colour, "hatch": _STATE_HATCHES[number % len(_STATE_HATCHES)], "edgecolor": INK}
            axes.barh(at, size, left=left, height=0.62, label=f"{symbol} {name}".strip(), linewidth=0.6, **look)
            left = left + size
            totals.append(f"{name} {shown(size.sum(), 'count', lang)}")
        axes.set_yticks(at, frame["village"].astype(str).tolist())
        axes.set_ylim(len(frame) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.grid(True, color="#dddddd", linewidth=0.6)
        axes.set_xlabel(text("persons", lang))
        axes.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=4, handlelength=2.2, fontsize=9)
        alt = text("Stacked bars, one a village; persons in all: {totals}.", lang, totals=join(totals, lang))
        return finished_figure(figure, key, label, alt, svg=svg)
