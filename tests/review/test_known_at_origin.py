"""What was known then: the ledger as of the month after an origin, and who was poor at it."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from povlib import ledger, review, sample
from povlib.calendar import Month
from povlib.review.known_at_origin import registered_poor_at

ORIGIN = Month(2015, 4)


def load(book, rows, month: Month, source: str) -> None:
    frames = {name: f.drop(columns=[c for c in ("size",) if c in f]) for name, f in rows.items() if len(f)}
    info = ledger.BatchInfo(source_sha256=source * 64, month=month, recorded_at=f"{month}-28T08:00:00+08:00")
    book.append(info, frames)


@pytest.fixture
def rows():
    return sample.ledger_rows(sample.simulate(60, seed=4))


def wage(state, hh: str, month: Month) -> float:
    seen = state.observations
    return float(seen.loc[(seen["hh"] == hh) & (seen["month"] == month.ordinal), "wage_fen"].iloc[0])


def test_a_correction_that_came_later_is_not_known_then(tmp_path, rows):
    early = {n: f.loc[f["month"] <= ORIGIN.ordinal] if n in ("observations", "transfers") else f
             for n, f in rows.items()}  # fmt: skip
    with ledger.open(str(tmp_path / "l.sqlite"), create=True, seed=1) as book:
        load(book, early, ORIGIN + 1, "a")
        hh = rows["observations"]["hh"].iloc[0]
        before = wage(SimpleNamespace(**rows), hh, ORIGIN)
        mend = rows["observations"].loc[lambda f: (f["hh"] == hh) & (f["month"] == ORIGIN.ordinal)].copy()
        mend["wage_fen"] += 5_000
        later = rows["observations"].loc[rows["observations"]["month"] > ORIGIN.ordinal]
        load(book, {"observations": pd.concat([mend, later], ignore_index=True)}, Month(2016, 5), "b")
        state = ledger.read_state(book)
        assert wage(state, hh, ORIGIN) == before + 5_000
        known = review.known_then(book, state)
        assert wage(known(ORIGIN), hh, ORIGIN) == before
        assert known(ORIGIN).observations["month"].max() == ORIGIN.ordinal
        # a month whose report the ledger of then did not hold yet: by months alone, corrections and all
        assert wage(known(Month(2014, 8)), hh, Month(2014, 8)) == wage(state, hh, Month(2014, 8))


def test_those_who_left_before_the_year_of_the_origin_were_not_poor_at_it():
    households = pd.DataFrame(
        {
            "hh": list("abcdef"),
            "status": ["未脱贫", "已脱贫", "已脱贫", "返贫", "预脱贫", "已脱贫"],
            "exit_year": pd.array([None, 2014, 2015, 2014, None, None], dtype="Int64"),
            "identified_month": pd.array([24160, 24160, 24160, 24160, 24190, 24160], dtype="Int64"),
        }
    )
    assert registered_poor_at(SimpleNamespace(households=households), ORIGIN).tolist() == ["a", "c", "d"]
