"""Which photos look alike, by brute force; which stand twice; which works lack photos."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.housing.photo_likeness import (
    LIKE_BITS,
    UNCHANGED_BITS,
    doubled_photos,
    lacking_photos,
    like_pairs,
    like_photos,
    photos_of_houses,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), max_size=30), st.integers(0, 20), st.data())
def test_pairs_equal_those_of_brute_force(values: list[int], most: int, data: st.DataObject) -> None:
    # near copies of some, so that there is something to find
    for value in values[:5]:
        flipped = data.draw(st.sets(st.integers(0, 63), max_size=8))
        values = [*values, value ^ sum(1 << bit for bit in flipped)]
    apart = (((a ^ b).bit_count(), i, j) for (i, a), (j, b) in combinations(enumerate(values), 2))
    expected = sorted(row for row in apart if row[0] <= most)
    got = like_pairs([f"{value:016x}" for value in values], most)
    assert got[["distance", "left", "right"]].to_numpy().tolist() == [list(row) for row in expected]


def test_pairs_across_blocks_are_found() -> None:
    values = np.random.default_rng(1).integers(0, 2**63, 1500, dtype=np.uint64)
    values[1400] = values[3] ^ np.uint64(1 << 40)
    got = like_pairs([f"{value:016x}" for value in values], 4)
    assert got.to_numpy().tolist() == [[3, 1400, 1]]


def rows(*told: tuple[str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "project": [project for project, _, _ in told],
            "phase": [phase for _, phase, _ in told],
            "sha256": [f"{at:064x}" for at in range(len(told))],
            "perceptual_hash": [f"{value:016x}" if value else "" for _, _, value in told],
            "week": 20160401,
        }
    )
    projects = pd.DataFrame({"project": ["A1", "A2", "B1"], "hh": ["A", "A", "B"]})
    return photos_of_houses(frame, projects, pd.DataFrame({"hh": ["A", "B"], "village": ["甲", "乙"]}))


LOOK = 0x0F0F_3C3C_5A5A_9999


def test_two_houses_are_listed_and_one_house_week_after_week_is_not() -> None:
    near, far = LOOK ^ ((1 << LIKE_BITS) - 1), LOOK ^ ((1 << (LIKE_BITS + 1)) - 1)
    like = like_photos(rows(("A1", "during", LOOK), ("A2", "during", LOOK), ("B1", "during", near)))
    pairs = like.pairs[["left_project", "right_project", "distance"]].to_numpy().tolist()
    assert pairs == [["A1", "B1", LIKE_BITS], ["A2", "B1", LIKE_BITS]]
    assert not len(like_photos(rows(("A1", "during", LOOK), ("B1", "during", far))).pairs)


def test_a_house_that_looks_after_as_before_is_listed() -> None:
    same = LOOK ^ ((1 << UNCHANGED_BITS) - 1)
    assert len(like_photos(rows(("A1", "before", LOOK), ("A1", "after", same))).pairs) == 1
    assert not len(like_photos(rows(("A1", "before", LOOK), ("A1", "during", same))).pairs)
    assert not len(like_photos(rows(("A1", "before", LOOK), ("A1", "after", LOOK ^ 7))).pairs)


def test_plain_photos_are_counted_and_unregistered_works_are_houses_of_their_own() -> None:
    like = like_photos(rows(("A1", "before", 0), ("X1", "after", LOOK), ("X2", "after", LOOK), ("X1", "during", LOOK)))
    assert (like.plain, like.compared) == (1, 3)
    assert len(like.pairs) == 2
    assert not len(like_photos(rows()).pairs)


def test_doubled_files_stand_together() -> None:
    frame = rows(("A1", "before", LOOK), ("B1", "after", LOOK), ("A1", "after", LOOK))
    frame.loc[frame["phase"] == "after", "sha256"] = "f" * 64
    assert doubled_photos(frame)[["project", "phase"]].to_numpy().tolist() == [["A1", "after"], ["B1", "after"]]


def test_works_lack_what_their_state_asks_for() -> None:
    projects = pd.DataFrame({"project": ["P1", "P2", "P3", "P4"], "hh": list("abcd"),
                             "status": ["完工", "在建", "未开工", None]})  # fmt: skip
    photos = pd.DataFrame({"project": ["P1", "P2"], "phase": ["before", "during"]})
    assert lacking_photos(photos, projects).to_numpy().tolist() == [["P1", "a", "after"], ["P2", "b", "before"]]
