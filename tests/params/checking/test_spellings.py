"""A word that would mean two records of one file is named with both; in two files it may stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Spoil = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("villages", "aliases: [乐北村]", "aliases: [农家]", "农家 could mean 乐北 or 农家"),
        ("income", "aliases: [赡养费]", "aliases: [养老金]", "养老金 could mean pension or children_support"),
        ("house_prices", "aliases: [门窗]", "aliases: [屋面翻修]", "屋面翻修 could mean roof or doors_windows"),
    ],
)
def test_a_word_of_two_records_is_named_with_both(faults: Spoil, file: str, old: str, new: str, said: str) -> None:
    (found,) = faults((file, old, new))
    assert said in found
    assert found.startswith(f"{file}.yaml:")


def test_a_word_may_stand_in_two_files(faults: Spoil) -> None:
    assert faults(("villages", "aliases: [乐北村]", "aliases: [门窗]")) == []
