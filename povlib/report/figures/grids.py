"""Grids: which guarantee is missing where, and why people are poor where.

Every cell carries its number, so the shade is never the only cue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from povlib.report.figures.style import INK, finished_figure, open_drawing, refuse_missing_columns
from povlib.report.model.numbers import join
from povlib.report.model.paper import FigureBlock
from povlib.vocabulary import GUARANTEES
from povlib.words import language, term, text

if TYPE_CHECKING:
    import pandas as pd

_TURNED = 6  # names of more columns than this stand at a slant


def missing_guarantees(
    frame: pd.DataFrame, *, names: Mapping[str, str] | None = None, lang: str | None = None, svg: bool = False
) -> FigureBlock:
    """Draw how many households lack each guarantee, by village.

    Parameters
    ----------
    frame : DataFrame
        ``village`` and the number of households that lack ``food clothing schooling medical housing water``.
    names : mapping, optional
        What to call the guarantees.
    """
    lang = lang or language()
    key = "figure_guarantees"
    refuse_missing_columns(frame, "village", *GUARANTEES, key=key)
    labels = {g: term(g, lang) for g in GUARANTEES} | dict(names or {})
    label = text("Households that lack a guarantee, by village", lang)
    totals = _column_totals(frame, labels, lang)
    alt = text("A grid of villages and guarantees; households that lack each: {totals}.", lang, totals=totals)
    return _draw_grid(frame, labels, key, label, alt, svg=svg)


def causes_by_village(
    frame: pd.DataFrame, *, names: Mapping[str, str] | None = None, lang: str | None = None, svg: bool = False
) -> FigureBlock:
    """Draw how many persons are below the line, by village and main cause.

    Parameters
    ----------
    frame : DataFrame
        ``village`` and one column a cause, in persons.
    names : mapping, optional
        What to call the causes.
    """
    lang = lang or language()
    key = "figure_causes"
    refuse_missing_columns(frame, "village", key=key)
    labels = {str(name): str(name) for name in frame.columns if name != "village"}
    refuse_missing_columns(frame, *labels, key=key)
    if not labels:
        refuse_missing_columns(frame, "cause", key=key)
    labels |= {name: words for name, words in (names or {}).items() if name in labels}
    label = text("Persons below the line, by village and main cause", lang)
    alt = text("A grid of villages and main causes; persons below the line: {totals}.", lang,
               totals=_column_totals(frame, labels, lang))  # fmt: skip
    return _draw_grid(frame, labels, key, label, alt, svg=svg)


def _column_totals(frame: pd.DataFrame, said: Mapping[str, str], lang: str) -> str:
    return join([f"{words} {np.nansum(frame[name].to_numpy(dtype=float)):.0f}" for name, words in said.items()], lang)


def _draw_grid(
    frame: pd.DataFrame, said: Mapping[str, str], key: str, label: str, alt: str, *, svg: bool
) -> FigureBlock:
    counts = frame[list(said)].to_numpy(dtype=float)
    top = max(1.0, float(np.nanmax(counts)))
    turned = len(said) > _TURNED
    with open_drawing(0.9 + 0.27 * len(frame) + (0.6 if turned else 0.0)) as (figure, axes):
        axes.imshow(counts, cmap="Greys", vmin=0, vmax=top * 1.4, aspect="auto", interpolation="nearest")
        for row, column in np.ndindex(*counts.shape):
            value = counts[row, column]
            words = "" if value == 0 else ("—" if np.isnan(value) else f"{value:.0f}")
            shade = "white" if value > 0.8 * top else INK
            axes.annotate(words, (column, row), ha="center", va="center", color=shade, fontsize=9)
        axes.set_xticks(range(len(said)), list(said.values()))
        axes.set_yticks(range(len(frame)), frame["village"].astype(str).tolist())
        axes.xaxis.tick_top()
        if turned:
            axes.tick_params(axis="x", labelrotation=35, labelsize=8.5)
            for label_of in axes.get_xticklabels():
                label_of.set_horizontalalignment("left")
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        return finished_figure(figure, key, label, alt, svg=svg)
