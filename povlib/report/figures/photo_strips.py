"""Photos side by side: before, during and after the works, or two that look alike.

Each photo carries its caption; one that is not in the folder leaves a frame that says so.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.errors import LedgerError
from povlib.params import table
from povlib.report.figures.style import INK, WIDTH_INCHES, finished_figure, open_drawing
from povlib.report.model.paper import FigureBlock
from povlib.words import language, text

Row = dict[Hashable, Any]
PHASES = ("before", "during", "after")
_GAP = 0.02
# height over width of a photo: what telephones take across
_SHAPE = 0.75
_CAPTION_INCHES = 0.55
# longest side, a choice: a page with a photo of each week must still open on an office computer
_MOST_PIXELS = 900


@dataclass(frozen=True)
class ShownPhoto:
    """A photo with its caption; without a digest a frame that says that there is none."""

    caption: str
    digest: str = ""


def photo_strip(
    key: str,
    title: str,
    photos: Sequence[ShownPhoto],
    read: Callable[[str], bytes],
    *,
    lang: str | None = None,
    definition: str = "ledger.house_photos",
) -> FigureBlock:
    """Draw photos in one row.

    Parameters
    ----------
    photos : sequence of ShownPhoto
    read : callable
        Returns the bytes of a photo by digest and raises `LedgerError` where it cannot.
    """
    import numpy as np
    from PIL import Image

    lang = lang or language()
    alts: list[str] = []
    wide = 1 / max(len(photos), 1)
    height = WIDTH_INCHES * wide * _SHAPE + _CAPTION_INCHES
    share = 1 - _CAPTION_INCHES / height
    with open_drawing(height) as (figure, axes):
        axes.set_axis_off()
        for at, photo in enumerate(photos):
            place = axes.inset_axes((at * wide + _GAP / 2, 0.0, wide - _GAP, share))
            place.set_xticks([])
            place.set_yticks([])
            place.set_title(photo.caption, fontsize=8.5, loc="left")
            content, why = _content(photo.digest, read, lang)
            if content is None:
                for spine in place.spines.values():
                    spine.set(visible=True, color=INK, linestyle=":")
                place.text(0.5, 0.5, why, ha="center", va="center", fontsize=8.5, wrap=True)
            else:
                with Image.open(io.BytesIO(content)) as picture:
                    picture.draft("RGB", (_MOST_PIXELS, _MOST_PIXELS))
                    picture.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
                    place.imshow(np.asarray(picture.convert("RGB")))
            alts.append(f"{photo.caption}: {why}" if content is None else photo.caption)
        told = text("; ", lang).join(" ".join(alt.split()) for alt in alts)
        alt = text("photos side by side: {photos}", lang, photos=told)
        return finished_figure(figure, key, title, alt, definition=definition)


def _content(digest: str, read: Callable[[str], bytes], lang: str) -> tuple[bytes | None, str]:
    """Return a photo, or why it cannot be shown."""
    if not digest:
        return None, text("no photo", lang)
    try:
        return read(digest), ""
    except LedgerError:
        return None, text("Photo {digest} is not in the folder.", lang, digest=digest[:12])


def house_strips(
    photos: pd.DataFrame, read: Callable[[str], bytes], *, lang: str | None = None
) -> tuple[FigureBlock, ...]:
    """Return one strip a house: before | during | after, then one for each three further photos, none left out.

    Parameters
    ----------
    photos : DataFrame
        project, phase, sha256, week (day as 20160422, or missing): of the works to show.
    read : callable
        As for `photo_strip`.

    Returns
    -------
    tuple of FigureBlock
        The first strip holds the earliest photo before and the newest during and after.
    """
    lang = lang or language()
    strips: list[FigureBlock] = []
    ordered = photos.sort_values(["project", "week", "sha256"])
    for project in ordered["project"].unique():
        rows = ordered[ordered["project"].eq(project)]
        of_phase: dict[str, list[Row]] = {p: rows[rows["phase"] == p].to_dict("records") for p in PHASES}
        # the earliest before, the newest during and after
        first: list[Row] = [
            of_phase[phase].pop(0 if phase == "before" else -1) if of_phase[phase] else {"phase": phase}
            for phase in PHASES
        ]
        rest = [row for phase in PHASES for row in of_phase[phase]]
        for group in [first, *(rest[at : at + 3] for at in range(0, len(rest), 3))]:
            shown = [ShownPhoto(photo_caption(row, lang), str(row.get("sha256", ""))) for row in group]
            strips.append(photo_strip(f"photos_{len(strips) + 1}", str(project), shown, read, lang=lang))
    return tuple(strips)


def photo_caption(row: Row, lang: str | None = None) -> str:
    """Return the phase and the day of a photo, as its caption.

    Examples
    --------
    >>> photo_caption({"phase": "before", "week": 20160422}, "en"), photo_caption({"phase": "after"}, "zh")
    ('before 2016-04-22', '完工后')
    """
    week = row.get("week")
    day = "" if week is None or pd.isna(week) else str(int(week))
    written = f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 else day
    return f"{table('photo_phase').show(str(row['phase']), lang or language())} {written}".strip()
