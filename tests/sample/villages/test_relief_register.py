"""The payment register of the practice township: its faults are known, and the review finds these and no others."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from povlib import params
from povlib.calendar import Month
from povlib.places import DATA
from povlib.sample import ledger_rows, simulate
from povlib.sample.villages.relief_records import FAULTS as AID_FAULTS
from povlib.sample.villages.relief_register import FAULTS, planted_relief_faults, relief_payments
from povlib.support.relief.relief_review import relief_review

APRIL = Month(2016, 4)


def keys(frame: pd.DataFrame, month: str) -> set[tuple[str, str, int]]:
    return set(zip(frame["hh"], frame["measure"], frame[month], strict=True))


@pytest.mark.parametrize("seed", [2016, 7, 31])
def test_the_review_finds_every_planted_fault_and_no_other(seed: int) -> None:
    township = simulate(seed=seed)
    state = SimpleNamespace(**ledger_rows(township), last_month=APRIL)
    planted = planted_relief_faults(township)
    found = relief_review(state, params.load(DATA / "sample" / "params"), APRIL).findings
    for fault in ("late", "twice", "unpaid"):
        assert keys(found[found["finding"] == fault], "month") == keys(planted[planted["fault"] == fault], "for_month")
    wrong = found[(found["finding"] == "unentitled") & found["why"].isin(["conditions", "records"])]
    assert keys(wrong, "month") == keys(planted[planted["fault"] == "unentitled"], "for_month")
    # the allowance of the practice township is a flat sum, so some draw it whom the rule owes nothing: not planted
    over = found[(found["finding"] == "unentitled") & (found["why"] == "standard")]
    assert (over["due_fen"] == 0).all()
    assert planted["fault"].value_counts().to_dict() == {kind: n + AID_FAULTS[kind] for kind, n in FAULTS.items()}


def test_the_register_pays_what_households_drew_and_a_later_month_changes_no_earlier_one() -> None:
    township, later = simulate(seed=5), simulate(seed=5, months_after=3)
    rows, longer = relief_payments(township), relief_payments(later)
    assert rows["payment"].is_unique
    before = longer[longer["for_month"] <= APRIL.ordinal].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows, before)
    assert longer["for_month"].max() == APRIL.ordinal + 3
    drew = township.truth.money["minimum_living"]
    row = {hh: number for number, hh in enumerate(township.households["hh"])}
    planted = keys(planted_relief_faults(township), "for_month")
    for one in rows[rows["measure"] == "minimum_living"].itertuples():
        if (one.hh, one.measure, one.for_month) not in planted:
            assert one.fen == round(drew[row[one.hh], one.for_month - township.months[0]]) * 100
            assert 3 <= one.day % 100 <= 10
