"""States of some villages: parts of a partition hold together what the whole State holds, frame by frame."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.ledger.state import FRAMES
from povlib.ledger.storage.table_schema import BY_FRAME
from povlib.ledger.village_parts import COMMON, OF_PARENT, OF_VILLAGE
from povlib.sample import simulate
from povlib.sample.office.ledger_tables import ledger_rows

MAY = Month(2016, 5)
KEYS = {**FRAMES, "promises": ("id",), "promise_scores": ("promise",)}
BEYOND = "外乡"  # a village that owns posts and visits, in which nobody is registered


def _later_changes(rows: dict[str, pd.DataFrame]) -> Iterator[tuple[ledger.BatchInfo, dict[str, pd.DataFrame]]]:
    """Yield batches that move households, members and help between villages, and take rows back."""
    info = ledger.BatchInfo(officer="desk", month=MAY)
    villages = sorted(rows["households"]["village"].unique())
    homes = rows["households"].sort_values("hh")[["hh", "village", "status"]]
    movers = homes.iloc[::7].assign(village=lambda frame: [villages[i % len(villages)] for i in range(len(frame))])
    members, support, projects = rows["members"], rows["support"], rows["projects"]
    yield (
        info,
        {
            "households": movers,
            "members": members.iloc[::11].assign(hh=homes["hh"].iloc[5]),
            "support": support.iloc[::5].assign(hh=homes["hh"].iloc[9], person=pd.NA),
            "projects": projects.iloc[::4].assign(hh=homes["hh"].iloc[2]),
            "posts": pd.DataFrame({"post": ["P1", "P2", "P3"], "village": [villages[0], None, BEYOND], "slots": 2}),
            "claims": pd.DataFrame({"document": ["a"], "key": ["b"], "stated": ["1"]}),
            "progress": pd.DataFrame({"project": ["nowhere"], "week": [20160502], "pct": [10.0]}),
            "list_entries": pd.DataFrame({"list": ["L"], "hh": ["nobody"], "listed": [True], "day": [20160501]}),
        },
    )
    yield info, {"projects": projects.iloc[1::4].assign(retracted=1), "transfers": rows["transfers"].iloc[::9].assign(
        fen=1), "posts": pd.DataFrame({"post": ["P1"], "village": [villages[-1]], "slots": [3]})}  # fmt: skip


@pytest.fixture(scope="module")
def township() -> dict[str, pd.DataFrame]:
    return ledger_rows(simulate(60, seed=5))


def _fill(book: ledger.Ledger, rows: dict[str, pd.DataFrame]) -> None:
    book.append(ledger.BatchInfo(officer="desk", month=MAY), rows)
    for info, frames in _later_changes(rows):
        book.append(info, frames)
    homes = rows["households"]["hh"].sort_values()
    sums = {"run": "r", "package": None, "p": 0.5, "p0": 0.1, "lo": 0.2, "hi": 0.8, "due_month": MAY.ordinal + 8}
    promised = pd.concat([
        pd.DataFrame({"id": [f"r-{hh}" for hh in homes], "hh": homes.to_numpy(), "kind": "household"}),
        pd.DataFrame({"id": ["r-v"], "kind": ["total"], "village": rows["households"]["village"].iloc[:1].to_numpy()}),
        pd.DataFrame({"id": ["r-all"], "kind": ["total"]}),
    ], ignore_index=True).assign(**sums)  # fmt: skip
    book.append(ledger.BatchInfo(officer="desk", kind="promise", month=MAY), {"promises": promised})


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, township: dict[str, pd.DataFrame]) -> Iterator[ledger.Ledger]:
    with ledger.open(tmp_path_factory.mktemp("parts") / "l.sqlite", create=True, seed=1) as book:
        _fill(book, township)
        yield book


def _villages(state: ledger.State) -> list[str]:
    """Return every village that owns a row of a State."""
    named = {village for name in ("households", *OF_VILLAGE, "promises")
             for village in getattr(state, name)["village"].dropna()}  # fmt: skip
    return sorted(named)


def _assert_parts_make_whole(whole: ledger.State, parts: Sequence[ledger.State]) -> None:
    for name, key in KEYS.items():
        frame = getattr(whole, name)
        together = pd.concat([getattr(part, name) for part in parts]).drop_duplicates()
        assert not together.duplicated(list(key)).any(), name
        together = together.sort_values(list(key), ignore_index=True)
        assert_frame_equal(together, frame.sort_values(list(key), ignore_index=True), obj=name)
    for name in ("households", "members", "observations", "transfers", "support", "marks", "inspections"):
        assert sum(len(getattr(part, name)) for part in parts) == len(getattr(whole, name)), name


@pytest.mark.thorough
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.data())
def test_parts_hold_together_what_the_whole_holds(filled: ledger.Ledger, drawn: st.DataObject) -> None:
    number = drawn.draw(st.integers(0, filled.head().batch), "batch")
    whole = ledger.read_state(filled, number)
    villages = _villages(whole)
    of = drawn.draw(st.lists(st.integers(0, 3), min_size=len(villages), max_size=len(villages)), "partition")
    groups = [[village for village, at in zip(villages, of, strict=True) if at == n] for n in range(4)]
    _assert_parts_make_whole(whole, [ledger.read_state(filled, number, villages=group) for group in groups])


def test_one_part_of_all_villages_is_the_whole(filled: ledger.Ledger) -> None:
    whole = ledger.read_state(filled)
    part = ledger.read_state(filled, villages=_villages(whole))
    assert (part.digest, part.head, part.last_month) == (whole.digest, whole.head, whole.last_month)
    for each in fields(whole):
        if isinstance(getattr(whole, each.name), pd.DataFrame):
            assert_frame_equal(getattr(part, each.name), getattr(whole, each.name), obj=each.name)


def test_a_part_keeps_its_digest_whatever_happens_elsewhere(file: Path) -> None:
    with ledger.open(file) as book:
        before = {v: ledger.read_state(book, villages=[v]).digest for v in ("农家村", "乐北村")}
        book.append(ledger.BatchInfo(officer="desk", month=MAY), {"observations": pd.DataFrame(
            {"hh": ["001"], "month": [MAY.ordinal], "wage_fen": [5]})})  # fmt: skip
        after = {v: ledger.read_state(book, villages=[v]).digest for v in before}
    assert before["乐北村"] != after["乐北村"]
    assert before["农家村"] == after["农家村"]


def test_a_moved_household_takes_its_rows_along(file: Path) -> None:
    with ledger.open(file) as book:
        first = book.head().batch
        book.append(ledger.BatchInfo(officer="desk", month=MAY), {"households": pd.DataFrame(
            {"hh": ["001"], "village": ["农家村"], "status": ["未脱贫"]})})  # fmt: skip
        for number, homes in ((first, ["002"]), (None, ["001", "002"])):
            state = ledger.read_state(book, number, villages=["农家村"])
            assert state.households["hh"].tolist() == homes
            assert sorted(set(state.observations["hh"])) == sorted(set(state.members["hh"])) == homes


def test_months_and_villages_together(filled: ledger.Ledger) -> None:
    villages = _villages(ledger.read_state(filled))[:2]
    months = (Month(2016, 1), Month(2016, 2))
    both = ledger.read_frame(filled, "observations", months=months, villages=villages)
    whole = ledger.read_frame(filled, "observations", villages=villages)
    seen = whole[whole["month"].between(months[0].ordinal, months[1].ordinal)].reset_index(drop=True)
    assert len(seen)
    assert_frame_equal(both, seen)


def test_a_village_that_nobody_knows_has_what_is_common_only(filled: ledger.Ledger) -> None:
    state = ledger.read_state(filled, villages=["没有这个村"])
    assert state.households.empty
    assert state.observations.empty
    assert state.last_month is None
    assert "P2" in set(state.posts["post"])
    assert (len(state.claims), state.list_entries["hh"].tolist()) == (1, ["nobody"])
    assert ledger.read_state(filled, villages=[]).digest == state.digest


def test_every_frame_has_an_owner() -> None:
    for name in (*FRAMES, "promises", "promise_scores"):
        columns = BY_FRAME[name].by_name
        if name in OF_PARENT:
            assert OF_PARENT[name][1] in columns
        elif name not in COMMON:
            assert ("village" if name in OF_VILLAGE or name == "households" else "hh") in columns, name


@pytest.mark.thorough
def test_a_part_of_a_shared_server(place: str, township: dict[str, pd.DataFrame]) -> None:
    with ledger.open(place, create=True, seed=1) as book:
        _fill(book, township)
        whole = ledger.read_state(book)
        villages = _villages(whole)
        groups = (villages[::2], villages[1::2])
        _assert_parts_make_whole(whole, [ledger.read_state(book, villages=group) for group in groups])


def test_a_ledger_that_cannot_be_written_is_read_in_parts(file: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(file, tmp_path / "c.sqlite"))
    with ledger.open(copy) as book:
        book.store.rows("pragma wal_checkpoint(truncate)")
    copy.chmod(0o444)
    with ledger.open(copy) as book:
        assert len(ledger.read_state(book, villages=["农家村"]).households)
