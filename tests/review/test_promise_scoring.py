"""Promises through a real ledger: written before, scored after, told as they were."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib import exits, ledger, params, places, poverty, review, sample, support
from povlib.calendar import Month
from povlib.errors import LedgerError

pytestmark = pytest.mark.thorough  # one story: each test goes on where the one before left off

DUE = Month(2016, 12)


@pytest.fixture(scope="module")
def catalogue():
    return params.load(places.DATA / "sample" / "params")


def loaded(book, rows, month: Month, source: str):
    known = {spec: frame for spec, frame in rows.items() if len(frame)}
    frames = {name: frame.drop(columns=[c for c in ("size",) if c in frame]) for name, frame in known.items()}
    book.append(
        ledger.BatchInfo(source_sha256=source * 64, month=month, recorded_at=f"{month}-28T08:00:00+08:00"), frames
    )


@pytest.fixture(scope="module")
def book(tmp_path_factory, catalogue):
    """A ledger with data to 2016-04, promises for 2016-12, and then the months to 2016-12."""
    path = tmp_path_factory.mktemp("ledger") / "l.sqlite"
    with ledger.open(str(path), create=True, seed=1) as book:
        now = sample.simulate(80, seed=3)
        loaded(book, sample.ledger_rows(now), Month(2016, 4), "a")
        yield book


def promised(book, catalogue) -> pd.DataFrame:
    state = ledger.read_state(book)
    settings = params.Settings(draws=50)
    offer = support.offer(state, catalogue, settings)
    projection = exits.project(state, offer, catalogue, settings)
    zero = projection.frame.loc[projection.frame["k"] == 0].merge(state.poor[["hh", "village"]], on="hh")
    zero = zero.fillna({"p": 0.0, "p_low": 0.0, "p_high": 1.0})  # how approval writes "not assessable"
    total = exits.totals(projection)
    low, high = total.interval()
    own = pd.DataFrame(
        {"kind": "household", "hh": zero["hh"], "village": zero["village"], "key": None, "package": "0",
         "p": zero["p"], "p0": zero["p"], "lo": zero[["p_low", "p"]].min(axis=1),
         "hi": zero[["p_high", "p"]].max(axis=1)}
    )  # fmt: skip
    printed = pd.DataFrame(
        [{"kind": "total", "key": "expected", "p": total.persons, "lo": low, "hi": high},
         {"kind": "total", "key": "additional", "p": 0.0, "lo": 0.0, "hi": 0.0}]
    )  # fmt: skip
    return pd.concat([own.astype(object), printed.astype(object)], ignore_index=True).assign(due_month=DUE.ordinal)


def test_the_whole_story_of_a_promise(book, catalogue):
    assert review.record(book).sentence("en") == "This office has made no promises yet."
    assert review.record(book).sentence("zh") == "本单位尚未作出承诺。"
    with pytest.raises(LedgerError):
        review.score(book, DUE, catalogue=catalogue)

    frame = promised(book, catalogue)
    info = ledger.BatchInfo(
        "promise", officer="desk", role="approve", source_sha256="c" * 64, recorded_at="2016-05-10T08:00:00+08:00"
    )
    ledger.record_promises(book, "run1", frame, info)
    waiting = review.record(book)
    assert waiting.waiting == len(frame)
    assert waiting.next_due == DUE
    assert waiting.sentence("en") == f"This office has made {len(frame)} promises; the first fall due in 2016-12."

    later = sample.simulate(80, seed=3, months_after=8)
    rows = sample.ledger_rows(later)
    new = {n: rows[n].loc[rows[n]["month"] > Month(2016, 4).ordinal] for n in ("observations", "transfers")}
    loaded(book, new, DUE, "b")
    review.score(book, DUE, officer="desk", catalogue=catalogue)

    found = review.record(book)
    state = ledger.read_state(book)
    verdict = poverty.assess(state, DUE, catalogue, params.Settings()).set_index("hh")["exits"]
    own = frame.loc[frame["kind"] == "household"]
    outcome = verdict.reindex(own["hh"])
    promised_something = ~((own["p"] == 0) & (own["hi"] == 1)).to_numpy(dtype=bool)
    assert 0 < (~promised_something).sum() < 10
    known = outcome.notna().to_numpy(dtype=bool) & promised_something
    y, p = outcome[known].astype(float).to_numpy(), own.loc[known, "p"].to_numpy(dtype=float)
    row = found.by_origin.iloc[0]
    assert row["households"] == len(own)
    assert row["assessed"] == known.sum() < len(own)
    assert row["observed"] == y.sum()
    assert row["expected"] == pytest.approx(p.sum())
    assert row["brier"] == pytest.approx(((p - y) ** 2).mean())
    assert row["brier_low"] <= row["brier"] * known.mean() + 0.25 * (1 - known.mean())
    assert row["brier_low"] < row["brier_high"]
    assert row["observed_high"] - row["observed_low"] == len(own) - known.sum()
    assert row["ratio_low"] < row["ratio"] < row["ratio_high"]
    assert np.isnan(row["ratio_served"])
    assert row["ratio_unserved"] == pytest.approx(row["ratio"])

    total = found.totals.iloc[0]
    size = state.households.set_index("hh")["size"].reindex(own["hh"]).to_numpy()
    assert total["observed_low"] == (size * promised_something) @ outcome.fillna(False).to_numpy(dtype=float)
    assert total["observed_high"] == (size * promised_something) @ outcome.fillna(True).to_numpy(dtype=float)
    assert total["origin"] == Month(2016, 5).ordinal
    assert found.totals["name"].tolist() == ["expected"]  # what would have been without help cannot be observed
    assert found.waiting == 0
    assert "households promised to exit" in found.sentence("en")
    assert "此前承诺预计脱贫" in found.sentence("zh")


def test_what_cannot_be_observed_is_kept_as_such(book):
    scored = ledger.promises(book)
    additional = scored.loc[scored["key"] == "additional"].iloc[0]
    assert bool(additional["scored"])
    assert np.isnan(additional["outcome"])
    assert additional["basis"].startswith("cannot be observed")
    lost = scored.loc[(scored["kind"] == "household") & scored["outcome"].isna()]
    assert len(lost) > 0
    assert (lost["outcome_lo"] == 0).all()
    assert (lost["outcome_hi"] == 1).all()


def test_measures_begun_since_are_shown_beside_the_score():
    due = pd.DataFrame({"kind": ["household"] * 2, "hh": ["A", "B"], "due_month": DUE.ordinal, "batch": 2})
    verdict = pd.DataFrame({"hh": ["A", "B"], "exits": pd.array([True, None], dtype="boolean"), "reason": ["ok", "?"]})
    given = pd.DataFrame(
        {
            "hh": ["A", "A", "A"],
            "measure": ["tea", "cows", "old"],
            "from_month": [Month(2016, m).ordinal for m in (7, 8, 3)],
        }
    )
    from povlib.review.promise_scoring import _household_outcomes

    found = _household_outcomes(due, verdict, given, pd.Series([Month(2016, 5).ordinal], index=[2])).set_index("hh")
    assert found.loc["A", "delivered"] == "cows+tea"
    assert pd.isna(found.loc["B", "delivered"])
    assert found.loc["A", "outcome"] == 1
    assert pd.isna(found.loc["B", "outcome"])


def test_rows_that_come_late_settle_what_could_not_be_assessed(tmp_path, catalogue):
    rows = sample.ledger_rows(sample.simulate(60, seed=5, months_after=8))
    with ledger.open(tmp_path / "whole.sqlite", create=True, seed=1) as whole:
        loaded(whole, rows, DUE, "a")
        verdict = poverty.assess(ledger.read_state(whole), DUE, catalogue, params.Settings())
    with ledger.open(tmp_path / "l.sqlite", create=True, seed=1) as book:
        loaded(book, sample.ledger_rows(sample.simulate(60, seed=5)), Month(2016, 4), "a")
        poor = ledger.read_state(book).poor
        late = verdict.loc[verdict["exits"].notna() & verdict["hh"].isin(poor["hh"]), "hh"].min()
        frame = poor[["hh", "village"]].assign(kind="household", p=0.5, lo=0.2, hi=0.8)
        total = pd.DataFrame([{"kind": "total", "key": "expected", "p": 9.0, "lo": 0.0, "hi": 900.0}])
        frame = pd.concat([frame.astype(object), total.astype(object)], ignore_index=True)
        ledger.record_promises(book, "run1", frame.assign(due_month=DUE.ordinal), ledger.BatchInfo(officer="desk"))
        new = {n: rows[n].loc[rows[n]["month"] > Month(2016, 4).ordinal] for n in ("observations", "transfers")}
        loaded(book, {n: f.loc[f["hh"] != late] for n, f in new.items()}, DUE, "b")
        review.score(book, DUE, officer="desk", catalogue=catalogue)
        early = ledger.promises(book).set_index("hh")
        assert pd.isna(early.loc[late, "outcome"])

        loaded(book, {n: f.loc[f["hh"] == late] for n, f in new.items()}, DUE, "c")
        review.score(book, DUE, officer="desk", catalogue=catalogue)
        now = ledger.promises(book).set_index("hh")
        assert now.loc[late, "outcome"] in (0.0, 1.0)
        known = early.index[early["outcome"].notna()]
        pd.testing.assert_series_equal(now.loc[known, "outcome"], early.loc[known, "outcome"])
        before, after = early.loc[early["kind"] == "total"].iloc[0], now.loc[now["kind"] == "total"].iloc[0]
        assert after["outcome_hi"] - after["outcome_lo"] < before["outcome_hi"] - before["outcome_lo"]
        assert not review.score(book, DUE, officer="desk", catalogue=catalogue).added
