"""Grids: which guarantee is missing where.

Every cell carries its number, so the shade is never the only cue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from povlib.report.figures.style import INK, drawing, finish, need
from povlib.report.model import FigureBlock
from povlib.report.numbers import join
from povlib.words import language, term, text

if TYPE_CHECKING:
    import pandas as pd

GUARANTEES = ("food", "clothing", "schooling", "medical", "housing", "water")


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
    need(frame, "village", *GUARANTEES, key=key)
    said = {g: term(g, lang) for g in GUARANTEES} | dict(names or {})
    label = text("Households that lack a guarantee, by village", lang)
    counts = frame[list(GUARANTEES)].to_numpy(dtype=float)
    top = max(1.0, float(np.nanmax(counts)))
    with drawing(0.9 + 0.27 * len(frame)) as (figure, axes):
        axes.imshow(counts, cmap="Greys", vmin=0, vmax=top * 1.4, aspect="auto", interpolation="nearest")
        for row, column in np.ndindex(*counts.shape):
            value = counts[row, column]
            words = "" if value == 0 else ("—" if np.isnan(value) else f"{value:.0f}")
            shade = "white" if value > 0.8 * top else INK
            axes.annotate(words, (column, row), ha="center", va="center", color=shade, fontsize=9)
        axes.set_xticks(range(len(GUARANTEES)), [said[g] for g in GUARANTEES])
        axes.set_yticks(range(len(frame)), frame["village"].astype(str).tolist())
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        totals = join([f"{said[g]} {np.nansum(counts[:, i]):.0f}" for i, g in enumerate(GUARANTEES)], lang)
        alt = text("A grid of villages and guarantees; households that lack each: {totals}.", lang, totals=totals)
        return finish(figure, key, label, alt, svg=svg)
