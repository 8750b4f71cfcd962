"""Bars: by village, by fund, by price, and income by source.

Every bar carries its number; stacked parts differ by hatch, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from povlib.report.figures.style import (
    HATCHES,
    WIDTH_INCHES,
    bar_height,
    bar_patterns,
    finished_figure,
    open_drawing,
    refuse_missing_columns,
)
from povlib.report.model.numbers import shown
from povlib.report.model.paper import FigureBlock
from povlib.vocabulary import INCOME_SOURCES, source_label
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_VISIBLE = 0.01  # of the longest bar: a part narrower than this in every bar has no entry in the legend
_WAN = 1_000_000  # fen in 10,000 yuan
_HALF_PAGE_PITCH = 0.155  # inches a row of a chart half a page wide: twelve villages beside a table of five funds


def village_money(
    frame: pd.DataFrame, *, by_township: bool = False, lang: str | None = None, svg: bool = False
) -> FigureBlock:
    """Draw the new money of each village and write what it brings: half a page wide, to stand beside a table.

    Parameters
    ----------
    frame : DataFrame
        ``village``, ``money_fen``, ``additional`` (persons; missing for money that is no village's own).
    by_township : bool
        Whether the rows are townships.
    """
    lang = lang or language()
    key = "figure_village_money"
    refuse_missing_columns(frame, "village", "money_fen", "additional", key=key)
    label = text(
        "New money by township (10,000 yuan), and persons more"
        if by_township
        else "New money by village (10,000 yuan), and persons more",
        lang,
    )
    with open_drawing(len(frame) * _HALF_PAGE_PITCH, width=WIDTH_INCHES / 2) as (figure, axes):
        amounts = frame["money_fen"].to_numpy(dtype=float) / _WAN
        axes.barh(np.arange(len(frame)), amounts, height=0.62, **bar_patterns(1)[0])
        name_rows(axes, frame["village"].tolist())
        axes.xaxis.set_visible(False)  # the amount stands at the end of every bar
        axes.spines["bottom"].set_visible(False)
        words = [
            _money_and_persons(money, more, lang) if more == more else shown(money, "decimal1", lang)
            for money, more in zip(amounts, frame["additional"], strict=True)
        ]
        write_ends(axes, amounts, words, width=WIDTH_INCHES / 2)
        most = frame.iloc[int(np.nanargmax(amounts))]
        alt = text(
            "Bars, one a township, in 10,000 yuan. Most: {village}, {money}; all {count} townships together {total}."
            if by_township
            else "Bars, one a village, in 10,000 yuan. "
            "Most: {village}, {money}; all {count} villages together {total}.",
            lang,
            village=most["village"],
            money=shown(float(most["money_fen"]) / _WAN, "decimal1", lang),
            count=len(frame),
            total=shown(float(amounts.sum()), "decimal1", lang),
        )
        return finished_figure(figure, key, label, alt, svg=svg)


def _money_and_persons(money: float, more: float, lang: str) -> str:
    amount = shown(money, "decimal1", lang)
    if 0 < more < 0.5:
        return text("{money}, less than one person more", lang, money=amount)
    return text("{money}, {n} persons more", lang, money=amount, n=shown(more, "whole_persons", lang))


def fund_use(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw what becomes of each fund: owed by law, proposed, left.

    Parameters
    ----------
    frame : DataFrame
        ``name`` (of the fund), ``entitlement_fen``, ``planned_fen``, ``left_fen``.
    """
    lang = lang or language()
    key = "figure_funds"
    parts = {
        "entitlement_fen": text("owed by law", lang),
        "planned_fen": text("proposed", lang),
        "left_fen": text("money left", lang),
    }
    refuse_missing_columns(frame, "name", *parts, key=key)
    label = text("Use of each fund (10,000 yuan)", lang)
    with open_drawing(bar_height(len(frame)) + 0.3) as (figure, axes):
        ends = draw_stacked_bars(axes, frame, parts, scale=_WAN)
        name_rows(axes, frame["name"].tolist())
        ends_said = zip(ends, frame["left_fen"] / _WAN, strict=True)
        left = text("{} ({} {})", lang)
        words = [
            left.format(shown(end, "decimal1", lang), parts["left_fen"], shown(rest, "decimal2", lang))
            for end, rest in ends_said
        ]
        write_ends(axes, ends, words)
        totals = {name: shown(frame[column].sum() / _WAN, "decimal1", lang) for column, name in parts.items()}
        alt = text(
            "Stacked bars, one a fund, in 10,000 yuan: {parts}.",
            lang,
            parts="; ".join(f"{name} {total}" for name, total in totals.items()),
        )
        return finished_figure(figure, key, label, alt, svg=svg)


def price_bars(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw posted prices in points; resources of different kinds have different hatches.

    Parameters
    ----------
    frame : DataFrame
        ``name``, ``kind``, ``per`` (the unit the price is for, in words), ``price_points``.
    """
    lang = lang or language()
    key = "figure_prices"
    refuse_missing_columns(frame, "name", "kind", "per", "price_points", key=key)
    label = text("Posted prices (points; 1,000 points = one person)", lang)
    kinds = list(dict.fromkeys(frame["kind"]))
    look = dict(zip(kinds, bar_patterns(len(kinds)), strict=True))
    with open_drawing(bar_height(len(frame))) as (figure, axes):
        prices = frame["price_points"].to_numpy(dtype=float)
        for row, (kind, price) in enumerate(zip(frame["kind"], prices, strict=True)):
            axes.barh(row, price, height=0.62, **look[kind])
        name_rows(axes, [f"{n} / {per}" for n, per in zip(frame["name"], frame["per"], strict=True)])
        write_ends(axes, prices, [shown(p, "points", lang) for p in prices])
        top = frame.iloc[int(np.argmax(prices))]
        alt = text(
            "Bars of the posted prices. Dearest: {name}, {price} points for one {per}; {zero} of {count} are free.",
            lang,
            name=top["name"],
            price=shown(top["price_points"], "points", lang),
            per=top["per"],
            zero=int((prices == 0).sum()),
            count=len(frame),
        )
        return finished_figure(figure, key, label, alt, svg=svg)


def income_by_source(frame: pd.DataFrame, *, lang: str | None = None, svg: bool = False) -> FigureBlock:
    """Draw income per head by source, stacked, one bar a group.

    Parameters
    ----------
    frame : DataFrame
        ``group`` and ``wage_fen``, ``business_fen``, ``property_fen``, ``transfer_fen`` (per person and year).
    """
    lang = lang or language()
    key = "figure_income"
    parts = {f"{source}_fen": source_label(source, lang) for source in INCOME_SOURCES}
    refuse_missing_columns(frame, "group", *parts, key=key)
    label = text("Income per head by source (yuan a year)", lang)
    total = frame["total_fen"] if "total_fen" in frame.columns else frame[list(parts)].sum(axis=1)
    with open_drawing(bar_height(len(frame)) + 0.3) as (figure, axes):
        ends = draw_stacked_bars(axes, frame, parts, scale=100)
        name_rows(axes, frame["group"].tolist())
        write_ends(axes, ends, [shown(v, "yuan", lang) for v in total])
        alt = text(
            "Stacked bars of yearly income per head by source, {count} groups, from {low} to {high} yuan.",
            lang,
            count=len(frame),
            low=shown(total.min(), "yuan", lang),
            high=shown(total.max(), "yuan", lang),
        )
        return finished_figure(figure, key, label, alt, svg=svg)


def draw_stacked_bars(axes: Axes, frame: pd.DataFrame, parts: Mapping[str, str], *, scale: float) -> np.ndarray:
    """Stack parts from zero: positive ones to the right, negative ones (net losses) to the left."""
    at = np.arange(len(frame))
    right, left = np.zeros(len(frame)), np.zeros(len(frame))
    widest = float(frame[list(parts)].clip(lower=0).sum(axis=1).max()) / scale if len(frame) else 0.0
    for (column, name), look in zip(parts.items(), bar_patterns(len(parts)), strict=True):
        size = frame[column].to_numpy(dtype=float) / scale
        seen = len(frame) and np.abs(size).max() >= _VISIBLE * widest
        start = np.where(size >= 0, right, left)
        axes.barh(at, size, left=start, height=0.62, label=name if seen else f"_{name}", **look)
        right, left = right + np.maximum(size, 0), left + np.minimum(size, 0)
    axes.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=len(parts), handlelength=2.2, fontsize=9)
    assert len(parts) <= len(HATCHES)
    return right


def name_rows(axes: Axes, names: list[str]) -> None:
    """Write the names of the rows, the first on top."""
    axes.set_yticks(range(len(names)), [str(n) for n in names])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.xaxis.grid(True, color="#dddddd", linewidth=0.6)


def write_ends(axes: Axes, ends: np.ndarray, words: list[str], *, width: float = WIDTH_INCHES) -> None:
    """Write at the end of each bar, and leave room for the longest of them beside the names of the rows.

    Parameters
    ----------
    width : float
        Of the whole drawing, in inches.
    """
    for row, (end, word) in enumerate(zip(ends, words, strict=True)):
        axes.annotate(
            word, (max(float(end), 0.0), row), xytext=(3, 0), textcoords="offset points", va="center", fontsize=8.5
        )
    longest = max((float(e) for e in ends if e == e), default=1.0)
    names = max(_points_wide(label.get_text(), 9.5) for label in axes.get_yticklabels())
    said = max(_points_wide(word, 8.5) for word in words) + 6
    plot = 72 * width - names - 20
    axes.set_xlim(right=max(longest, 0.1) / max(1 - said / plot, 0.2))


def _points_wide(words: str, size: float) -> float:
    """Return about how wide words are set, in points: a Latin letter takes a little more than half its size."""
    return size * sum(0.56 if letter.isascii() else 1.0 for letter in words)
