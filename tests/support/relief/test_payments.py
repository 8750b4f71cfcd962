"""The payment register speaks for a measure; where it says nothing of one, the villages' sheets do."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from povlib import params
from povlib.calendar import Month
from povlib.support.relief.payments import payments_made

MARCH, APRIL = Month(2016, 3), Month(2016, 4)


def test_register_and_villages_each_tell_of_their_measures(rules: params.Catalogue) -> None:
    transfers = pd.DataFrame(
        [("A", MARCH.ordinal, "minimum_living", 10_000), ("A", MARCH.ordinal, "five_guarantee", 20_000),
         ("A", MARCH.ordinal, "pension", 8_500), ("B", APRIL.ordinal + 1, "five_guarantee", 20_000)],
        columns=["hh", "month", "kind", "fen"],
    )  # fmt: skip
    register = pd.DataFrame(
        [("2", "A", "minimum_living", MARCH.ordinal, 20160309, 9_000),
         ("1", "A", "minimum_living", APRIL.ordinal, 20160405, 9_000),
         ("3", "A", "minimum_living", APRIL.ordinal, 20160503, 9_000),  # after the last month: not known yet
         ("4", "A", "cattle_coop", APRIL.ordinal, 20160405, 9_000)],  # the law does not owe it
        columns=["payment", "hh", "measure", "for_month", "day", "fen"],
    )  # fmt: skip
    made = payments_made(SimpleNamespace(transfers=transfers, relief_payments=register), rules, APRIL)
    told = made[["payment", "measure", "month", "fen", "told_by"]].to_numpy().tolist()
    assert told == [
        ["", "five_guarantee", MARCH.ordinal, 20_000, "village"],
        ["2", "minimum_living", MARCH.ordinal, 9_000, "register"],
        ["1", "minimum_living", APRIL.ordinal, 9_000, "register"],
    ]


def test_a_ledger_without_a_register_is_read_from_the_villages(rules: params.Catalogue) -> None:
    transfers = pd.DataFrame({"hh": ["A"], "month": [MARCH.ordinal], "kind": ["minimum_living"], "fen": [700]})
    made = payments_made(SimpleNamespace(transfers=transfers), rules, APRIL)
    assert made["told_by"].tolist() == ["village"]
    assert made["day"].isna().all()
