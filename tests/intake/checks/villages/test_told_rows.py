"""Rows that a file is about, of all that is known: the ledger's, and over them what the files beside say."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from povlib.intake.checks.villages.told_files import ToldBeside, ToldTogether
from povlib.intake.checks.villages.told_rows import VillageFacts
from povlib.intake.files.reader_process import ReceivedFile
from povlib.intake.sheets.file_check import FileCheck

HELPERS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["联胜", "建三", "新立"]), max_size=6)


def rows_of(villages: dict[str, str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {(name,): {"helper": name, "home_village": village} for name, village in sorted(villages.items())}


@given(held=HELPERS, beside=st.lists(HELPERS, max_size=3), asked=st.sets(st.sampled_from(["联胜", "建三"])))
def test_rows_of_some_values_are_those_of_all_rows_together(
    held: dict[str, str], beside: list[dict[str, str]], asked: set[str]
) -> None:
    frame = pd.DataFrame([*rows_of(held).values()], columns=["helper", "home_village"])
    told = [ToldBeside({"helpers": rows_of(villages)} if villages else {}, {}) for villages in beside]
    others = ToldTogether([*told, None]).beside(len(told))
    facts = VillageFacts(FileCheck(ReceivedFile("village.xlsx")), lambda _: frame, others)
    together = rows_of(held)
    for villages in beside:
        together |= rows_of(villages)
    expected = {key: row for key, row in together.items() if row["home_village"] in asked}
    assert facts.among("helpers", "home_village", asked) == expected
    assert facts.known_among("helpers", "home_village", asked) == {
        key: row for key, row in rows_of(held).items() if row["home_village"] in asked
    }
