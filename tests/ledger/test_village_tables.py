"""Rows about work, co-ops and products: kept, shown in the history, added to old ledgers."""

from __future__ import annotations

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger.state import FRAMES
from povlib.ledger.storage.table_schema import BY_FRAME
from povlib.ledger.storage.village_tables import VILLAGE_SPECS
from povlib.report.pages.history_page import history_lines

MAY = Month(2016, 5)
AT = MAY.ordinal
ROWS: dict[str, list[dict[str, object]]] = {
    "enterprises": [{"enterprise": "永荣控股", "kind": "helper", "level": "none", "status": "operating"}],
    "enterprise_outputs": [{"enterprise": "永荣控股", "product": "米粉", "year": 2015, "output": 12.5, "unit": "吨"}],
    "enterprise_help": [{"id": "F1", "enterprise": "永荣控股", "kind": "recruiting", "month": AT,
                         "posts_promised": 17}],
    "coops": [{"coop": "立春", "village": "农家村", "founded_month": AT - 2, "members": 43, "status": "operating"}],
    "coop_stakes": [{"coop": "立春", "stake": "G1", "hh": "001", "kind": "loan", "fen": 500_000, "from_month": AT,
                     "loan": "D1", "floor_fen": 40_000}],
    "loans": [{"loan": "D1", "borrower_kind": "household", "borrower": "001", "hh": "001", "used_by": "立春",
               "fen": 500_000, "from_month": AT, "due_month": AT + 36, "rate_percent": 4.35, "status": "running"}],
    "coop_entries": [
        {"coop": "立春", "entry": "1", "line": 1, "month": AT, "account": "cash", "hh": "001", "fen": 500_000},
        {"coop": "立春", "entry": "1", "line": 2, "month": AT, "account": "stakes", "hh": "001", "fen": -500_000},
    ],
    "bases": [{"base": "农家基地", "coop": "立春", "village": "农家村", "product": "肉牛", "heads": 60, "jobs": 6}],
    "village_practices": [{"village": "农家村", "month": AT, "practice": "轮流放养", "measure": "cattle_coop"}],
    "village_products": [{"village": "农家村", "product": "肉牛", "year": 2015, "heads": 60, "price_fen": 900_000}],
    "sale_contracts": [{"contract": "C1", "partner": "永荣控股", "product": "土鸡", "quantity": 4000.0,
                        "from_month": AT, "to_month": AT + 11, "kind": "purchase"}],
    "contract_shares": [{"contract": "C1", "hh": "001", "quantity": 80.0, "capacity": 100.0, "months": "6、9"}],
    "contract_schedules": [{"contract": "C1", "month": AT + 1, "quantity": 400.0}],
    "deliveries": [{"contract": "C1", "delivery": "J1", "hh": "001", "day": 20160602, "quantity": 40.0,
                    "fen": 240_000}],
    "job_fairs": [{"fair": "招聘会1", "employer": "永荣控股", "post": "挡车工", "day": 20160312, "offered": 20,
                   "taken": 17}],
    "village_services": [{"service": "F1", "kind": "slaughter", "month": AT, "quantity": 40.0, "unit": "只"}],
    "post_terms": [{"post": "保洁1", "hours_per_week": 20.0, "least_age": 16, "most_age": 69, "kind": "public"}],
    "workers": [{"person": "001-1", "hh": "001", "skill": "cattle、poultry", "caring": 1, "wish": "raise",
                 "available": 1}],
    "placement_ends": [{"post": "保洁1", "person": "001-1", "hh": "001", "from_month": AT - 3, "end_month": AT,
                        "reason": "care"}],
    "shifts": [{"base": "农家基地", "week": 20160502, "person": "001-1", "hh": "001", "days": 3}],
    "helpers": [{"helper": "乐北-干部2", "village": "农家村", "home_village": "乐北村", "capacity": 5}],
    "helper_kin": [{"helper": "乐北-干部2", "hh": "002", "relation": "叔"}],
    "helper_assignments": [{"helper": "乐北-干部2", "hh": "001", "from_month": AT}],
    "relief_payments": [{"payment": "JZ1", "hh": "001", "measure": "minimum_living", "for_month": AT, "day": 20160507,
                         "fen": 40_500}],
    "medical_bills": [{"bill": "B1", "hh": "001", "person": "001-1", "day": 20160506, "treatment": "inpatient",
                       "fen": 820_000, "insured_fen": 500_000}],
    "disaster_losses": [{"loss": "L1", "hh": "001", "day": 20160503, "kind": "flood", "item": "crops",
                         "lost": "水稻2亩", "fen": 150_000, "assessor": "民政办1"}],
    "income_contracts": [{"contract": "农家-店01", "village": "农家村", "partner": "承租户1", "kind": "building",
                          "source": "店面出租", "footing": "fixed", "fen": 500_000, "due_months": "6、12",
                          "from_month": AT - 12, "to_month": AT + 12, "related": 1, "relation": "村干部的弟弟"}],
    "income_receipts": [{"contract": "农家-店01", "receipt": "P1", "day": 20160602, "part": "due", "fen": 500_000}],
    "income_uses": [{"use": "U1", "village": "农家村", "day": 20160610, "kind": "households", "fen": 12_000,
                     "hh": "001", "rule": "按户平均", "plan": "2016"}],
}  # fmt: skip


def village_frames() -> dict[str, pd.DataFrame]:
    """Return a frame of every table."""
    return {name: pd.DataFrame(rows) for name, rows in ROWS.items()}


def test_every_row_is_kept_as_it_was_said(book):
    assert set(ROWS) == {spec.frame for spec in VILLAGE_SPECS}
    batch = book.append(ledger.BatchInfo(month=MAY), village_frames())
    assert {BY_FRAME[name].table: len(rows) for name, rows in ROWS.items()} == batch.rows
    state = ledger.read_state(book)
    for name, rows in ROWS.items():
        frame = getattr(state, name)
        assert [
            {k: None if pd.isna(kept[k]) else kept[k] for k in row}
            for row, kept in zip(rows, frame.to_dict("records"), strict=True)
        ] == rows, name
        assert FRAMES[name] == BY_FRAME[name].key
    assert not book.append(ledger.BatchInfo(month=MAY), village_frames()).rows.get("coop")
    assert ledger.check(book).ok


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_history_of_the_household_tells_them_in_words(book, lang):
    book.append(ledger.BatchInfo(month=MAY), village_frames())
    lines = history_lines(ledger.history(book, "001"), {}, lang)
    said = " ".join([*lines["subject"], *lines["of"], *lines["what"]])
    wanted = {
        "zh": (
            "合作社股金",
            "年保底分红",
            "照料家人",
            "轮流放养",
            "2016-06-02",
            "养牛、养禽",
            "帮扶结对",
            "就医类别",
            "住院",
            "洪涝",
            "核定损失金额",
        ),
        "en": ("stake in a co-op", "from a loan", "dividend guaranteed a year", "caring duties", "turn of herding"),
    }
    assert [word for word in wanted[lang] if word not in said] == []
    raw = ("floor_fen", "used_by", "end_month", "coop_stake", "helper_assignment", "borrower_kind")
    assert [word for word in raw if word in said] == []


def test_a_row_of_an_unregistered_household_or_person_is_refused(book):
    for name in ("coop_stakes", "deliveries", "helper_assignments", "workers", "medical_bills", "disaster_losses"):
        with pytest.raises(LedgerError, match="not registered"):
            book.append(ledger.BatchInfo(), {name: village_frames()[name].assign(hh="404")})
    for name in ("workers", "shifts", "placement_ends", "medical_bills"):
        with pytest.raises(LedgerError, match="not registered"):
            book.append(ledger.BatchInfo(), {name: village_frames()[name].assign(person="404-1")})


def test_a_ledger_of_an_earlier_release_gets_the_tables_and_keeps_its_digest(place, make):
    with ledger.open(place, create=True, seed=1) as book:
        book.append(ledger.BatchInfo(month=MAY), make.township())
        before = ledger.read_state(book)
        server = book.store.name == "postgresql"
        for table in (BY_FRAME[name].table for name in ROWS):
            book.store.execute(f"drop table {table}" + " cascade" * server)
            for verb in ("insert", "keep") if server else ():
                book.store.execute(f"drop function {table}_{verb}()")
    with ledger.open(place) as book:
        after = ledger.read_state(book)
        assert (after.digest, after.head) == (before.digest, before.head)
        assert all(not len(getattr(after, name)) for name in ROWS)
        book.append(ledger.BatchInfo(month=MAY), village_frames())
        assert ledger.read_state(book).digest != before.digest
        assert ledger.check(book).ok
