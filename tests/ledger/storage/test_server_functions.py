"""On a server the roles write through functions that check the chain themselves; every login is a real one here."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger.batch import KINDS
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.frame_conversion import arrow_rows
from povlib.ledger.storage.hash_chain import batch_hash
from povlib.ledger.storage.server_functions import tables_of_kinds
from povlib.ledger.storage.server_roles import ROLES_OF_KINDS
from povlib.ledger.storage.table_schema import BATCH, BY_FRAME, SPECS
from povlib.ledger.storage.village_tables import VILLAGE_SPECS

JANUARY = Month(2016, 1)
Login = Callable[..., ledger.Ledger]


def test_every_kind_of_batch_has_its_role_and_every_table_its_kind():
    assert set(ROLES_OF_KINDS) == set(KINDS) == {kind for kind, _ in tables_of_kinds()}
    assert {table for _, table in tables_of_kinds()} == {spec.table for spec in SPECS}


@pytest.fixture
def login(tmp_path) -> Iterator[Login]:
    """Open a new ledger as its owner, or as a login of one of its roles."""
    url = os.environ.get("POVLIB_TEST_POSTGRES")
    if not url:
        pytest.skip("POVLIB_TEST_POSTGRES is not set")
    from adbc_driver_postgresql import dbapi

    mark = uuid.uuid4().hex[:12]
    opened: list[ledger.Ledger] = []
    with dbapi.connect(url, autocommit=True) as server, server.cursor() as cursor:
        cursor.execute(f"create schema test_{mark}")
        place = f"{url}?options=-csearch_path%3Dtest_{mark}"

        def enter(*roles: str, **more: Any) -> ledger.Ledger:
            where = place
            if roles:
                name = f"{roles[0]}_{mark}_{len(opened)}"
                cursor.execute(
                    f"create role {name} login password 'p' in role {', '.join(f'povlib_{r}' for r in roles)}"
                )
                where = re.sub(r"//([^@/]*@)?", f"//{name}:p@", place, count=1)
            opened.append(ledger.open(where, create=not roles, key_file=tmp_path / "office.key", **more))
            return opened[-1]

        yield enter
        names = {book.signature("") for book in opened} - {opened[0].signature("")}
        for book in opened:
            book.close()
        cursor.execute(f"drop schema test_{mark} cascade")
        for name in names:
            cursor.execute(f"drop role {name}")


def shared(login: Login, make: Any, **more: Any) -> ledger.Ledger:
    """Return a ledger on the server with its roles and the small township, opened by its owner."""
    book = login(**(more or {"seed": 7}))
    ledger.make_roles(book)
    book.append(ledger.BatchInfo(source_name="a.xlsx", month=JANUARY), make.township())
    return book


@pytest.mark.postgres
def test_who_loads_cannot_approve_and_who_pays_cannot_load(login: Login, make):
    owner = shared(login, make)
    loader, approver, payer, keeper, reader = map(login, ("loader", "approver", "payer", "keeper", "reader"))
    approval = {"approvals": pd.DataFrame({"run": ["r"], "decision": ["approved"]})}
    accounts = {"accounts": pd.DataFrame({"id": ["a"], "kind": ["granted"], "fund": ["f"], "year": [2016]})}
    news = {"observations": make.observations(["001"], JANUARY + 1)}
    works: list[tuple[ledger.Ledger, str, dict[str, pd.DataFrame]]] = [
        (loader, "data", news),
        (approver, "approval", approval),
        (payer, "funds", accounts),
    ]
    for kind, frames in (("data", news), ("approval", approval), ("funds", accounts)):
        for book in (loader, approver, payer, keeper, reader):
            if (book, kind) not in [(b, k) for b, k, _ in works]:
                head = owner.head()
                with pytest.raises(LedgerError, match=r"no batch of kind|permission denied"):
                    book.append(ledger.BatchInfo(kind=kind), frames)
                assert owner.head() == head
    for book, kind, frames in works:
        written = book.append(ledger.BatchInfo(kind=kind, officer="somebody else"), frames)
        said = owner.store.rows("select officer from batch where id = ?", (written.id,))
        assert said == book.store.rows("select session_user::text"), "the officer is the login, whatever was typed"
    assert ledger.erase(keeper, "001-1", "law", ledger.BatchInfo()).erased == 2
    for book in (loader, approver, payer):
        with pytest.raises(LedgerError, match="permission denied"):
            ledger.erase(book, "002-1", "law", ledger.BatchInfo())
    with pytest.raises(LedgerError, match="permission denied"):
        reader.store.rows("select * from identity")
    for book in (approver, payer):
        assert ledger.check(book).ok, "whoever approves or pays checks the ledger first"
        with pytest.raises(LedgerError, match="no batch of kind"):
            ledger.unmask(book, ["002-1"], ("name",), "test", ledger.BatchInfo(officer="x"))
    assert len(ledger.unmask(loader, ["002-1"], ("name",), "test", ledger.BatchInfo(officer="x"))) == 1
    assert ledger.check(owner).ok


@pytest.mark.postgres
def test_no_role_touches_a_table_itself(login: Login, make):
    owner = shared(login, make)
    tables = [*(spec.table for spec in SPECS), "batch", "digest", "salt", "person_key", "identity_match", "meta",
              "quarantine", "open_rows"]  # fmt: skip
    for role in ("loader", "approver", "payer", "keeper"):
        book = login(role)
        for table in tables:
            for statement in (
                f"delete from {table}",
                f"insert into {table} select * from {table}",
                f"truncate {table}",
            ):
                with pytest.raises(LedgerError, match="permission denied"):
                    book.store.execute(statement)
        for statement in ("create temp table batch (id bigint)", "create table batch2 (id bigint)",
                          "create function ledger_next() returns bigint language sql return 1"):  # fmt: skip
            with pytest.raises(LedgerError, match="permission denied"):
                book.store.execute(statement)
    assert ledger.check(owner).ok


def _close(book: ledger.Ledger, **changes: Any) -> None:
    """Close an empty batch of data by hand: linked and hashed as it should be, but for `changes`."""
    head = book.head()
    row = {"id": head.batch + 1, "recorded_at": book.now(), "kind": "data", "officer": book.signature(""),
           "role": "load", "source_name": "", "source_sha256": "", "rules_sha256": "", "month": None,
           "reason": "\x01\"", "rows": 0, "prev_hash": head.hash}  # fmt: skip
    row |= {name: value for name, value in changes.items() if name != "hash"}
    row["hash"] = changes.get("hash", batch_hash(row, {}))
    with book.store.writing():
        book.store.close_batch(arrow_rows(pd.DataFrame([row]), BATCH))


FORGERIES = {
    "a false hash": ({"hash": "0" * 64}, "hash of the batch"),
    "not linked": ({"prev_hash": "0" * 64}, "linked to the one before"),
    "a gap": ({"id": 9}, "numbered one after"),
    "another officer": ({"officer": "the boss"}, "officer is the login"),
    "another kind": ({"kind": "approval"}, "no batch of kind"),
    "a kind that is none": ({"kind": "gift"}, "no batch of kind"),
    "a role that is none": ({"role": "king"}, "is no role"),
    "an earlier day": ({"recorded_at": "2016-05-09T23:59:59+00:00"}, "no earlier than the one before"),
    "no day": ({"recorded_at": "yesterday"}, "is no instant"),
    "rows that are not there": ({"rows": 5}, "those of its digests"),
}


@pytest.mark.postgres
def test_what_does_not_follow_from_the_rows_is_refused(login: Login, make):
    owner = shared(login, make)
    loader = login("loader")
    for name, (changes, said) in FORGERIES.items():
        with pytest.raises(LedgerError, match=said):
            _close(loader, **changes)
        assert owner.head().batch == 1, name
    _close(loader)
    assert owner.head().batch == 2
    with pytest.raises(LedgerError, match="linked to the one before"):
        loader.store.rows("select ledger_close_batch(?::text::json)", (json.dumps({"id": 3}),))
    assert ledger.check(owner).ok


@pytest.mark.postgres
def test_rows_and_digests_are_worked_out_by_the_server(login: Login, make, monkeypatch: pytest.MonkeyPatch):
    owner = shared(login, make)
    loader = login("loader")
    news = {"observations": make.observations(["001", "002"], JANUARY + 1)}

    def tampered(change: Callable[[str, pd.DataFrame], pd.DataFrame]) -> None:
        add = type(loader.store).add_rows

        def changed(store: Any, table: str, rows: Any) -> None:
            frame = change(table, rows.to_pandas())
            add(store, table, rows.from_pandas(frame, schema=rows.schema, preserve_index=False))

        with monkeypatch.context() as patch:
            patch.setattr(type(loader.store), "add_rows", changed)
            with pytest.raises(LedgerError, match=r"digest|not that of|without their"):
                loader.append(ledger.BatchInfo(month=JANUARY + 1), news)
        assert owner.head().batch == 1

    tampered(lambda table, rows: rows.assign(wage_fen=1) if table == "obs" else rows)
    tampered(lambda table, rows: rows.iloc[:1] if table == "obs" else rows)
    tampered(lambda table, rows: rows.assign(digest="0" * 64) if table == "digest" else rows)
    tampered(lambda table, rows: rows.iloc[:0] if table == "digest" else rows)
    tampered(lambda table, rows: rows.iloc[:0] if table == "salt" else rows)
    tampered(lambda table, rows: rows.assign(salt="x") if table == "salt" else rows)
    # rows that no batch closes are gone with their transaction
    closing = json.dumps([{"month": 201601, "as_of": 1, "digest": "", "retracted": 0}])
    with pytest.raises(LedgerError, match="not closed"), loader.store.writing():
        loader.store.rows("select ledger_add_rows('closing', (?::text)::json)", (closing,))
    with pytest.raises(LedgerError, match="a batch of kind data holds no"):
        write_batch(_said_as_data(loader), ledger.BatchInfo(), lambda: {})
    assert owner.store.rows("select count(*) from closing") == [(0,)]
    assert loader.append(ledger.BatchInfo(month=JANUARY + 1), news).id == 2
    assert ledger.check(owner).ok


@pytest.mark.postgres
def test_a_payer_moves_money_of_approved_plans_alone_and_no_more_than_is_there(login: Login, make):
    owner = shared(login, make)
    payer, approver = login("payer"), login("approver")
    day, info = "2016-02-01", ledger.BatchInfo(kind="funds")
    ledger.appropriate(payer, [ledger.Movement("g", "f", 2016, 1000, day)], info)

    def move(number: str, kind: str, fen: int, postings: dict[str, int]) -> ledger.Batch:
        txns = pd.DataFrame({"id": [number], "date": day, "kind": kind, "fund": "f", "run": "r", "hh": "001"})
        lines = pd.DataFrame({"txn": number, "account": list(postings), "fen": [fen * s for s in postings.values()]})
        return payer.append(info, {"txns": txns, "postings": lines})

    to_commit = {"f/2016/available": -1, "f/2016/committed": 1}
    assert {account for (account,) in owner.store.rows("select id from account")} >= set(to_commit)
    with pytest.raises(LedgerError, match="plan not approved"):
        move("c", "commitment", 500, to_commit)
    approver.append(
        ledger.BatchInfo(kind="approval"), {"approvals": pd.DataFrame({"run": ["r"], "decision": "approved"})}
    )
    with pytest.raises(LedgerError, match="below zero"):
        move("c", "commitment", 1001, to_commit)
    with pytest.raises(LedgerError, match="sum to zero"):
        move("c", "commitment", 500, {"f/2016/committed": 1})
    move("c", "commitment", 500, to_commit)
    with pytest.raises(LedgerError, match="below zero"):
        move("p", "payment", 501, {"f/2016/committed": -1, "f/2016/paid": 1})
    approver.append(
        ledger.BatchInfo(kind="approval"), {"approvals": pd.DataFrame({"run": ["r"], "decision": "withdrawn"})}
    )
    with pytest.raises(LedgerError, match="plan not approved"):
        move("p", "payment", 500, {"f/2016/committed": -1, "f/2016/paid": 1})
    assert ledger.check(owner).ok


def _said_as_data(book: ledger.Ledger) -> ledger.Ledger:
    """Slip rows of another kind into the next batch of data."""
    close = book.store.close_batch

    def closing(row: Any) -> None:
        approval = json.dumps([{"run": "r", "decision": "approved", "plan_sha256": "", "retracted": 0}])
        book.store.rows("select ledger_add_rows('approval', (?::text)::json)", (approval,))
        book.store.close_batch = close  # type: ignore[method-assign]
        close(row)

    book.store.close_batch = closing  # type: ignore[method-assign]
    return book


@pytest.mark.postgres
def test_every_kind_of_cell_has_the_digest_that_the_office_works_out(login: Login, make):
    """Amounts below zero and beyond four bytes, reals of every size, gaps, quotes, control characters, Chinese."""
    owner = shared(login, make)
    loader = login("loader")
    hh = [f"{at:03d}" for at in range(1, 9)]
    odd = {
        "households": pd.DataFrame({"hh": hh, "village": ["甲\"\\\n\t\x01é𠀀"] * 8, "status": "未脱贫", "house_area_m2":
                                    [0.1, -0.0, 1e300, 5e-324, None, 1 / 3, -2.5, 40.0]}),
        "observations": make.observations(hh, JANUARY + 2).assign(
            wage_fen=[0, 255, 256, -1, 2**40, 2**53 - 1, None, 65535], cost_fen=[None] * 8),
    }  # fmt: skip
    loader.append(ledger.BatchInfo(month=JANUARY + 2, source_name='a"b\\c.xlsx', reason='引号"与\n换行'), odd)
    assert ledger.check(owner).ok


@pytest.mark.postgres
def test_a_real_ledger_is_dated_by_the_server(login: Login, make):
    owner = shared(login, make, synthetic=True)
    loader = login("loader")
    for when in ("2098-01-01T00:00:00+00:00", "2016-01-01T00:00:00+00:00"):
        with pytest.raises(LedgerError, match=r"clock of the server|no earlier"):
            _close(loader, recorded_at=when)
    _close(loader)
    assert ledger.clock_faults(owner) == []


@pytest.mark.postgres
def test_a_clerk_of_an_earlier_release_writes_no_more_and_two_hats_are_named(login: Login, make):
    owner = login(seed=7)
    owner.store.execute(
        "do $r$ begin create role povlib_clerk nologin; exception when duplicate_object then null; end $r$"
    )
    owner.store.execute("grant insert on batch, obs to povlib_clerk")
    assert ledger.make_roles(owner) == []
    clerk = login("clerk")
    both = login("loader", "payer")
    with pytest.raises(LedgerError, match="permission denied"):
        clerk.append(ledger.BatchInfo(), make.township())
    with pytest.raises(LedgerError, match="permission denied"):
        clerk.store.execute("insert into batch select * from batch")
    assert ledger.make_roles(owner) == [both.signature("")]


@pytest.mark.postgres
def test_a_ledger_of_an_earlier_release_gets_its_functions(login: Login, make):
    owner = shared(login, make)
    owner.store.execute("drop function ledger_close_batch(json)")
    again = login()
    again.append(ledger.BatchInfo(month=JANUARY + 1), {"observations": make.observations(["001"], JANUARY + 1)})
    assert ledger.check(again).ok
    assert ledger.check(owner).ok


HOUSES = ("dwelling", "bill_item", "project_schedule", "house_photo", "material_credit", "building_site",
          "inspection_round", "inspection_visit", "inspection_finding", "list_entry", "objection")  # fmt: skip


@pytest.mark.postgres
def test_a_server_of_an_earlier_release_gets_the_tables_of_houses_from_its_owner(login: Login, make):
    owner = shared(login, make)
    for table in HOUSES:
        owner.store.execute(f"drop table {table} cascade")
    dwelling = pd.DataFrame({"hh": ["001"], "delay_cause": ["frail"]})
    with pytest.raises(LedgerError, match="only its owner can add"):
        login("loader")
    again = login()
    loader, reader, payer = login("loader"), login("reader"), login("payer")
    assert loader.append(ledger.BatchInfo(month=JANUARY + 1), {"dwellings": dwelling}).rows == {"dwelling": 1}
    assert ledger.read_state(reader).dwellings["delay_cause"].tolist() == ["frail"]
    with pytest.raises(LedgerError):
        payer.append(ledger.BatchInfo(month=JANUARY + 1), {"dwellings": dwelling.assign(delay_cause="season")})
    with pytest.raises(LedgerError, match="permission denied"):
        loader.store.execute("delete from dwelling")
    assert ledger.check(again).ok


@pytest.mark.postgres
def test_a_loader_writes_every_table_of_houses_and_the_server_guards_them(login: Login, make):
    shared(login, make)
    loader = login("loader")
    day = 20160512
    rows: dict[str, dict[str, Any]] = {
        "projects": {"project": "P1", "hh": "001"},
        "bill_items": {"project": "P1", "stage": "estimate", "item": "瓦", "qty": 12.25, "unit_fen": 4550},
        "project_schedules": {"project": "P1", "crew": "甲", "start_day": 20160401},
        "house_photos": {"project": "P1", "phase": "before", "sha256": "ab" * 32, "week": day},
        "material_credits": {"id": "Z", "hh": "001", "guarantor": "甲-干部1", "village": "甲", "fen": 1,
                             "from_month": JANUARY.ordinal, "due_month": JANUARY.ordinal + 1},
        "building_sites": {"site": "点", "village": "甲", "lots": 20},
        "inspection_rounds": {"round": "1", "list": "有其屋", "month": JANUARY.ordinal, "seed": "7", "seed_source": "s",
                              "digest": "d"},
        "inspection_visits": {"round": "1", "village": "甲", "by_village": "乙"},
        "inspection_findings": {"round": "1", "hh": "404", "village": "甲", "by_village": "乙", "by_officer": "乙-1",
                                "day": day, "finding": "absent"},
        "list_entries": {"list": "有其屋", "hh": "001", "listed": 0, "day": day},
        "objections": {"id": "1", "hh": "001", "day": day, "officer": "甲-干部1", "due_day": day + 7},
    }  # fmt: skip
    written = loader.append(ledger.BatchInfo(), {name: pd.DataFrame([row]) for name, row in rows.items()}).rows
    assert {table: written[table] for table in HOUSES if table != "dwelling"} == dict.fromkeys(HOUSES[1:], 1)
    for table in HOUSES:
        with pytest.raises(LedgerError):
            loader.store.execute(f"insert into {table} select * from {table}")
    assert ledger.check(loader).ok


def _village_rows() -> dict[str, pd.DataFrame]:
    """One row of every table about work and co-ops, an entry of two lines."""
    given = {"hh": "001", "person": "001-1", "coop": "立春", "week": 20160502, "day": 20160602}
    blank: dict[str, Any] = {"text": "甲", "int": 1, "fen": 100, "month": JANUARY.ordinal, "real": 1.5, "three": 1}
    made = {
        spec.frame: pd.DataFrame([{c.name: given.get(c.name, blank[c.kind]) for c in spec.columns}])
        for spec in VILLAGE_SPECS
    }
    made["coop_entries"] = pd.concat(
        [made["coop_entries"], made["coop_entries"].assign(line=2, fen=-100)], ignore_index=True
    )
    return made


@pytest.mark.postgres
def test_a_loader_writes_every_table_of_work_and_coops_and_the_server_guards_them(login: Login, make):
    owner = shared(login, make)
    loader, reader, payer = login("loader"), login("reader"), login("payer")
    rows = _village_rows()
    written = loader.append(ledger.BatchInfo(month=JANUARY + 1), rows).rows
    assert sum(written.values()) == len(rows) + 1
    state = ledger.read_state(reader)
    assert [name for name in rows if len(getattr(state, name)) != len(rows[name])] == []
    for other in (reader, payer):
        with pytest.raises(LedgerError):
            other.append(ledger.BatchInfo(month=JANUARY + 1), {"coops": rows["coops"].assign(members=9)})
    for table in written:
        with pytest.raises(LedgerError, match="permission denied"):
            loader.store.execute(f"delete from {table}")
        with pytest.raises(LedgerError):
            loader.store.execute(f"insert into {table} select * from {table}")
    with pytest.raises(LedgerError, match="not to zero"):
        loader.append(ledger.BatchInfo(), {"coop_entries": rows["coop_entries"].assign(entry="2", fen=5)})
    with pytest.raises(LedgerError, match="one delivery under several numbers"):
        loader.append(ledger.BatchInfo(), {"deliveries": rows["deliveries"].assign(delivery="乙")})
    assert ledger.check(owner).ok


@pytest.mark.postgres
def test_a_server_of_an_earlier_release_gets_the_tables_of_work_and_coops_from_its_owner(login: Login, make):
    owner = shared(login, make)
    rows = _village_rows()
    for spec in (BY_FRAME[name] for name in rows):
        owner.store.execute(f"drop table {spec.table} cascade")
    with pytest.raises(LedgerError, match="only its owner can add"):
        login("loader")
    again = login()
    assert login("loader").append(ledger.BatchInfo(month=JANUARY + 1), {"coops": rows["coops"]}).rows == {"coop": 1}
    assert ledger.read_state(login("reader")).coops["coop"].tolist() == ["立春"]
    assert ledger.check(again).ok
