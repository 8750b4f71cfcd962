"""What the plans in force give to whom, counted by hand from payments that are made up."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import RunError
from povlib.places import Office
from povlib.runs.office import approved_measures as module
from povlib.runs.office.office_place import Place

JUNE = Month(2016, 6)
PAYMENTS = pd.DataFrame(
    [("001", "training", "special", 80), ("001", "training", "helper", 20), ("002", "yulu", "special", 300),
     ("002", "housing_repair", "special", 0), ("coop:tea", "opening", "special", 9000)],
    columns=["hh", "measure", "fund", "fen"],
)  # fmt: skip


def _run(name: str, place: Place) -> Any:
    if name == "gone":
        raise RunError("there is no run of this name")
    names = {"special": "专项资金", "helper": "帮扶资金"}
    return SimpleNamespace(
        plan=SimpleNamespace(payments=PAYMENTS, chosen=pd.DataFrame({"hh": ["001", "002", "003"]})),
        catalogue=SimpleNamespace(funds={k: SimpleNamespace(names=SimpleNamespace(zh=v)) for k, v in names.items()}),
        settings=SimpleNamespace(help_from=JUNE),
    )


@pytest.fixture
def book(tmp_path: Path) -> Any:
    """A ledger in which one plan stands, one was withdrawn, one is over and one has no run any more."""
    with ledger.open(tmp_path / "l.sqlite", create=True, seed=1) as opened:
        households = pd.DataFrame({"hh": ["001", "002"], "village": ["甲", "甲"]})
        opened.append(ledger.BatchInfo(), {"households": households})
        for run, due in (("stands", 201612), ("withdrawn", 201612), ("over", 201605), ("gone", 201612)):
            promise = pd.DataFrame({"id": [run], "run": run, "kind": "exit", "hh": "001", "p": 0.5,
                                    "due_month": Month(due // 100, due % 100).ordinal})  # fmt: skip
            approval = pd.DataFrame({"run": [run], "decision": ["approved"]})
            opened.append(ledger.BatchInfo(kind="promise", month=JUNE), {"promises": promise, "approvals": approval})
        back = pd.DataFrame({"run": ["withdrawn"], "decision": ["withdrawn"]})
        opened.append(ledger.BatchInfo(kind="approval"), {"approvals": back})
        yield opened


def test_measures_of_plans_in_force_and_a_word_on_those_that_are_gone(
    book: ledger.Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "find_run", _run)
    monkeypatch.setattr(module, "require_as_approved", lambda book, run: None)
    found = module.approved_measures(Place(Office("sample"), synthetic=True), book, JUNE)
    assert found.to_dict("records") == [
        {"hh": "001", "measure": "training", "from_month": JUNE.ordinal, "fen": 100, "fund": "专项资金、帮扶资金"},
        {"hh": "002", "measure": "yulu", "from_month": JUNE.ordinal, "fen": 300, "fund": "专项资金"},
    ]
    assert [("gone" in record.getMessage()) for record in caplog.records] == [True]


def test_a_run_that_is_not_as_it_was_approved_is_not_shown(
    book: ledger.Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(book: ledger.Ledger, run: Any) -> None:
        raise RunError("this run is not the one that was approved")

    monkeypatch.setattr(module, "find_run", _run)
    monkeypatch.setattr(module, "require_as_approved", refuse)
    assert module.approved_measures(Place(Office("sample"), synthetic=True), book, JUNE).empty
