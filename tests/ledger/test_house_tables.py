"""Rows about houses and inspections: kept, shown in the history, refused where they cannot be, added to old ledgers."""

from __future__ import annotations

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger.state import FRAMES
from povlib.ledger.storage.table_schema import BY_FRAME
from povlib.report.pages.history_page import history_lines

MAY = Month(2016, 5)
DIGEST = "ab" * 32
HOUSES: dict[str, dict[str, object]] = {
    "dwellings": {"hh": "001", "only_dwelling": 1, "prior_benefit": 0, "willing": 1, "delay_cause": "no_money",
                  "way": "credit", "guarantor": "甲-干部2", "site": "甲集建点", "plan_fits": 1},
    "bill_items": {"project": "P1", "stage": "estimate", "item": "换瓦", "qty": 12.5, "unit": "平方米",
                   "unit_fen": 4550, "remark": None},
    "project_schedules": {"project": "P1", "crew": "第一施工队", "start_day": 20160401, "planned_done_day": 20160515,
                          "done_day": None},
    "house_photos": {"project": "P1", "phase": "before", "sha256": DIGEST, "week": 20160401, "file": "P1-1.jpg",
                     "perceptual_hash": None},
    "material_credits": {"id": "Z1", "hh": "001", "project": "P1", "guarantor": "甲-干部2", "village": "甲",
                         "fen": 500_000, "from_month": MAY.ordinal, "due_month": MAY.ordinal + 12, "repaid_fen": 0,
                         "status": "running"},
    "building_sites": {"site": "甲集建点", "village": "甲", "lots": 20, "cost_fen": 20_000_000, "status": "planned",
                       "opened_month": None, "plan": None},
    "inspection_rounds": {"round": "2016-05", "list": "有其屋", "month": MAY.ordinal, "seed": "7", "seed_source": "a",
                          "digest": DIGEST},
    "inspection_visits": {"round": "2016-05", "village": "甲", "by_village": "乙", "houses": 9},
    "inspection_findings": {"round": "2016-05", "hh": "001", "village": "甲", "by_village": "乙",
                            "by_officer": "乙-干部1", "day": 20160512, "finding": "not_done", "note": None,
                            "photo_sha256": DIGEST},
    "list_entries": {"list": "有其屋", "hh": "001", "listed": 0, "day": 20160513, "reason": "未完工", "before": "完工",
                     "after": "在建"},
    "objections": {"id": "Y1", "list": "有其屋", "hh": "001", "subject": "应列未列", "day": 20160514,
                   "officer": "甲-干部1", "due_day": 20160521, "answer": None, "answered_day": None},
}  # fmt: skip


def _frames(**changes: dict[str, object]) -> dict[str, pd.DataFrame]:
    rows = {name: pd.DataFrame([row | changes.get(name, {})]) for name, row in HOUSES.items()}
    return {"projects": pd.DataFrame({"project": ["P1"], "hh": ["001"], "kind": ["修缮"]}), **rows}


def test_every_row_is_kept_as_it_was_said(book):
    batch = book.append(ledger.BatchInfo(month=MAY), _frames())
    assert all(batch.rows[BY_FRAME[name].table] == 1 for name in HOUSES)
    state = ledger.read_state(book)
    for name, row in HOUSES.items():
        kept = getattr(state, name).iloc[0]
        assert {k: None if pd.isna(kept[k]) else kept[k] for k in row} == row, name
        assert set(FRAMES[name]) == set(BY_FRAME[name].key)
        assert ledger.read_frame(book, name).shape == (1, len(row))
    assert not book.append(ledger.BatchInfo(month=MAY), _frames()).rows.get("dwelling")
    assert ledger.check(book).ok


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_history_of_the_household_tells_them_in_words(book, lang):
    book.append(ledger.BatchInfo(month=MAY), _frames())
    lines = history_lines(ledger.history(book, "001"), {}, lang)
    said = " ".join([*lines["subject"], *lines["of"], *lines["what"]])
    wanted = {
        "zh": (
            "住房情况",
            "缺启动资金",
            "赊",
            "预算",
            "45.50",
            "改造前",
            "2016-04-01",
            "赊购建材",
            "未完工而报完工",
            "原值",
        ),
        "en": (
            "no start-up money",
            "materials on credit",
            "estimate",
            "45.50",
            "before",
            "reported finished and is not",
        ),
    }
    assert [word for word in wanted[lang] if word not in said] == []
    assert not any(name in said for name in ("no_money", "not_done", "prior_benefit", DIGEST[:13]))


@pytest.mark.parametrize("name", ["inspection_visits", "inspection_findings"])
def test_nobody_inspects_the_own_village(book, name):
    with pytest.raises(LedgerError, match="inspector's own village"):
        book.append(ledger.BatchInfo(), {name: pd.DataFrame([HOUSES[name] | {"by_village": "甲"}])})


def test_a_house_must_be_registered_and_what_an_inspection_did_not_find_need_not(book):
    with pytest.raises(LedgerError, match="not registered"):
        book.append(ledger.BatchInfo(), {"dwellings": pd.DataFrame([HOUSES["dwellings"] | {"hh": "404"}])})
    absent = pd.DataFrame([HOUSES["inspection_findings"] | {"hh": "404", "finding": "absent"}])
    rounds = pd.DataFrame([HOUSES["inspection_rounds"]])
    book.append(ledger.BatchInfo(), {"inspection_rounds": rounds, "inspection_findings": absent})
    assert ledger.read_state(book).inspection_findings["hh"].tolist() == ["404"]


def test_a_ledger_of_an_earlier_release_gets_the_tables_and_keeps_its_digest(place, make):
    with ledger.open(place, create=True, seed=1) as book:
        book.append(ledger.BatchInfo(month=MAY), make.township())
        before = ledger.read_state(book)
        server = book.store.name == "postgresql"
        for table in (BY_FRAME[name].table for name in HOUSES):
            book.store.execute(f"drop table {table}" + " cascade" * server)
            for verb in ("insert", "keep") if server else ():
                book.store.execute(f"drop function {table}_{verb}()")
    with ledger.open(place) as book:
        after = ledger.read_state(book)
        assert (after.digest, after.head) == (before.digest, before.head)
        assert all(not len(getattr(after, name)) for name in HOUSES)
        book.append(ledger.BatchInfo(month=MAY), _frames())
        assert ledger.read_state(book).digest != before.digest
        assert ledger.check(book).ok
