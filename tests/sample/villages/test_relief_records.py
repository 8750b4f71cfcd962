"""Bills, losses and the aid paid for them in the practice township: by its own rule, faults known, the past unmoved."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from povlib import params
from povlib.calendar import Month
from povlib.places import DATA
from povlib.sample import ledger_rows, simulate
from povlib.sample.villages.relief_records import (
    aid_payments,
    disaster_losses,
    medical_bills,
    planted_aid_faults,
)
from povlib.support.relief.relief_review import relief_review

APRIL = Month(2016, 4)


@pytest.mark.parametrize("seed", [2016, 11])
def test_what_the_office_paid_is_what_the_law_owes_but_for_the_planted_faults(seed: int) -> None:
    township = simulate(seed=seed)
    state = SimpleNamespace(**ledger_rows(township), last_month=APRIL)
    made = relief_review(state, params.load(DATA / "sample" / "params"), APRIL)
    measures = made.by_measure.set_index("measure")
    planted = planted_aid_faults(township)
    dues = made.dues.set_index(["hh", "measure", "month"])["due_fen"]
    for measure in ("medical_aid", "disaster_relief"):
        row = measures.loc[measure]
        mine = planted[planted["measure"] == measure]
        assert {k: row[k] for k in ("late", "twice", "unpaid", "unentitled")} == {
            k: int((mine["fault"] == k).sum()) for k in ("late", "twice", "unpaid", "unentitled")
        }
        missed, double = (
            sum(int(dues[r.hh, r.measure, r.for_month]) for r in mine[mine["fault"] == kind].itertuples())
            for kind in ("unpaid", "twice")
        )
        wrong = int((mine["fault"] == "unentitled").sum()) * 80_000
        assert row["due_fen"] > 0
        assert row["less_fen"] == missed
        assert row["more_fen"] == double + wrong


def test_bills_are_those_of_the_ill_and_a_later_month_changes_no_earlier_row() -> None:
    township, later = simulate(seed=5), simulate(seed=5, months_after=3)
    for rows_of in (medical_bills, disaster_losses, aid_payments):
        rows, longer = rows_of(township), rows_of(later)
        assert len(rows) > 10
        known = longer[longer["day"] < 20160501].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows.sort_values(next(iter(rows)), ignore_index=True),
                                      known.sort_values(next(iter(rows)), ignore_index=True))  # fmt: skip
    bills = medical_bills(township).merge(township.members[["person", "health"]], on="person")
    assert bills["health"].str.contains("患有大病|长期慢性病").all()
