"""Photos that may stand for two houses, photos that stand twice, and works without the photos they should have.

Responsible for finding them from the rows of the ledger, for a person to judge. Not responsible for the photos
themselves (`povlib.ledger.photos`) or for any verdict: two houses of one design look alike and are both there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.vocabulary.help_and_works import works_finished, works_under_way

#: bits of 64 in which two photos of different houses may differ and still be listed: a choice by
#: docs/benchmarks/photos.md, where it finds nearly all copies and lists few pairs of houses that differ
LIKE_BITS = 6
#: bits in which a photo of one house after the works may differ from one before and be listed: a choice, lower, since
#: the place is the same and only the house should differ
UNCHANGED_BITS = 2
#: pairs listed at most: a choice; a person judges tens, and thousands say that one picture stands for everything
MOST_PAIRS = 1_000
_BLOCK = 512
BEFORE, DURING, AFTER = "before", "during", "after"
"""Phases of a photo, as the ledger keeps them (``data/tables/photo_phase.yaml``)."""


@dataclass(frozen=True)
class LikePhotos:
    """Pairs of photos that look alike.

    Parameters
    ----------
    pairs : DataFrame
        left, right (rows of the frame of photos), distance (bits that differ), and of each side project, phase, hh,
        village, sha256 (``left_project`` ...); the most alike first.
    compared : int
        Photos that have a hash.
    plain : int
        Photos without one: too plain to be told from another.
    more : bool
        Whether there are more pairs than `MOST_PAIRS`.
    """

    pairs: pd.DataFrame
    compared: int
    plain: int
    more: bool


def like_pairs(hashes: Sequence[str], most_bits: int) -> pd.DataFrame:
    """Return every pair of hashes that differ in few bits.

    Parameters
    ----------
    hashes : sequence of str
        16 hexadecimal digits each.
    most_bits : int
        Bits of 64 that may differ.

    Returns
    -------
    DataFrame
        left, right (positions, left < right), distance; by distance, left, right.

    Notes
    -----
    All pairs are counted, none is guessed at, in blocks of 512 rows: 10,000 photos take half a second.

    Examples
    --------
    >>> like_pairs(["00000000000000ff", "00000000000000fe", "ffffffffffffffff"], 6).values.tolist()
    [[0, 1, 1]]
    """
    values = np.array([int(each, 16) for each in hashes], dtype=np.uint64)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for start in range(0, len(values), _BLOCK):
        apart = np.bitwise_count(values[start : start + _BLOCK, None] ^ values[None, start:])
        left, right = np.nonzero(apart <= most_bits)
        kept = left < right
        left, right = left[kept], right[kept]
        found.append((left + start, right + start, apart[left, right].astype(np.int64)))
    columns = [np.concatenate(part) for part in zip(*found, strict=True)] if found else [np.zeros(0, np.int64)] * 3
    frame = pd.DataFrame(dict(zip(("left", "right", "distance"), columns, strict=True)))
    return frame.sort_values(["distance", "left", "right"], ignore_index=True)


def photos_of_houses(photos: pd.DataFrame, projects: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of photos with hh and village; hh is missing where nobody registered the works."""
    known = projects[["project", "hh"]].merge(households[["hh", "village"]], on="hh", how="left")
    return photos.merge(known, on="project", how="left").sort_values(["project", "phase", "sha256"], ignore_index=True)


def like_photos(photos: pd.DataFrame, most_bits: int = LIKE_BITS) -> LikePhotos:
    """Return photos of different houses that look alike, and photos after the works that look like one before.

    Parameters
    ----------
    photos : DataFrame
        Of `photos_of_houses`.
    most_bits : int
        For different houses; one house before and after: `UNCHANGED_BITS`.
    """
    told = photos[photos["perceptual_hash"].fillna("").ne("")].reset_index(drop=True)
    pairs = like_pairs(told["perceptual_hash"].tolist(), max(most_bits, UNCHANGED_BITS))
    for side in ("left", "right"):
        rows = told.take(pairs[side].to_numpy()).reset_index(drop=True)
        for name in ("project", "phase", "hh", "village", "sha256"):
            pairs[f"{side}_{name}"] = rows[name].array
    # a household whose works nobody registered is its project
    houses = [pairs[f"{side}_hh"].fillna(pairs[f"{side}_project"]) for side in ("left", "right")]
    other_house = houses[0].ne(houses[1])
    phases = pairs["left_phase"].ne(pairs["right_phase"])
    after = pairs["left_phase"].eq(AFTER) | pairs["right_phase"].eq(AFTER)
    before = pairs["left_phase"].eq(BEFORE) | pairs["right_phase"].eq(BEFORE)
    unchanged = ~other_house & phases & after & before & (pairs["distance"] <= UNCHANGED_BITS)
    chosen = pairs[(other_house & (pairs["distance"] <= most_bits)) | unchanged].reset_index(drop=True)
    return LikePhotos(chosen.head(MOST_PAIRS), len(told), len(photos) - len(told), len(chosen) > MOST_PAIRS)


def doubled_photos(photos: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose very file stands for more than one house or phase, together by digest."""
    twice = photos[photos.duplicated("sha256", keep=False)]
    return twice.sort_values(["sha256", "project", "phase"], ignore_index=True)


def lacking_photos(photos: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """Return project, hh and phase of photos that works should have: before once begun, after once finished.

    Examples
    --------
    >>> works = pd.DataFrame({"project": ["P1"], "hh": ["1"], "status": [works_finished()]})
    >>> rows = pd.DataFrame({"project": ["P1"], "phase": ["before"]})
    >>> lacking_photos(rows, works).values.tolist()
    [['P1', '1', 'after']]
    """
    finished = projects["status"].eq(works_finished()).fillna(False)
    begun = finished | projects["status"].eq(works_under_way()).fillna(False)
    asked = ((begun, BEFORE), (finished, AFTER))
    wanted = pd.concat([projects.loc[mask, ["project", "hh"]].assign(phase=phase) for mask, phase in asked])
    there = set(zip(photos["project"], photos["phase"], strict=True))
    gone = [key not in there for key in zip(wanted["project"], wanted["phase"], strict=True)]
    return wanted[gone].sort_values(["project", "phase"], ignore_index=True)
