"""The parts of the review agree with one another."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from povlib import params
from povlib.calendar import Month
from povlib.support.relief.relief_review import relief_review

LAST = Month(2016, 4)


def test_totals_by_measure_are_those_of_the_rows(drawn: SimpleNamespace, rules: params.Catalogue) -> None:
    made = relief_review(drawn, rules, LAST)
    assert set(made.dues["month"]) == set(range(LAST.ordinal - 11, LAST.ordinal + 1))
    row = made.by_measure.set_index("measure").loc["five_guarantee"]
    heard = set(zip(drawn.observations["hh"], drawn.observations["month"], strict=True))
    owed = {(r.hh, r.month): r.due_fen for r in made.dues.itertuples() if r.measure == "five_guarantee"}
    dues = {key: fen for key, fen in owed.items() if key in heard}
    paid: dict[tuple[str, int], int] = {}
    for r in drawn.transfers.itertuples():
        if r.kind == "five_guarantee" and LAST.ordinal - 11 <= r.month <= LAST.ordinal:
            paid[r.hh, r.month] = paid.get((r.hh, r.month), 0) + r.fen
    assert row["due_fen"] == sum(dues.values())
    assert row["paid_fen"] == sum(fen for key, fen in paid.items() if key in dues)
    assert row["less_fen"] == sum(max(fen - paid.get(key, 0), 0) for key, fen in dues.items())
    assert row["more_fen"] == sum(max(paid.get(key, 0) - fen, 0) for key, fen in dues.items())
    assert row["unpaid"] == len(set(dues) - set(paid))
    assert row["unentitled"] == len(set(paid) - set(owed))
    assert row["late"] == row["twice"] == 0  # no payment of the villages' sheets has a day or a number


def test_a_measure_nobody_was_paid_is_not_judged(drawn: SimpleNamespace, rules: params.Catalogue) -> None:
    made = relief_review(drawn, rules, LAST)
    medical = made.by_measure.set_index("measure").loc["medical_aid"]
    assert pd.isna(medical["judged_from"])
    assert medical[["unpaid", "unentitled", "due_fen", "paid_fen"]].eq(0).all()
