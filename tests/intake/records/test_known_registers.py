"""Registers that are kept up to date over batches are those that the ledger's frames say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import ledger
from povlib.intake.records.known_registers import KnownRegisters
from povlib.vocabulary.register import head_of_household

INFO = ledger.BatchInfo("data", officer="desk")
PERSONS, HOMES, VILLAGES = ["1", "2", "3", "4"], ["0001", "0002", "0003"], ["联胜", "建三"]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[ledger.Ledger]:
    with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as opened:
        yield opened


def said(frame: pd.DataFrame, key: str, column: str) -> dict[str, str]:
    return {name: "" if pd.isna(value) else value for name, value in zip(frame[key], frame[column], strict=True)}


def agrees(known: KnownRegisters, book: ledger.Ledger) -> None:
    homes, members = (ledger.read_frame(book, name) for name in ("households", "members"))
    assert known.villages == known.column("households", "village") == said(homes, "hh", "village")
    assert known.column("households", "housing_grade") == said(homes, "hh", "housing_grade")
    for column in ("hh", "labour"):
        assert known.column("members", column) == said(members, "person", column)
    for village in VILLAGES:
        assert known.of_villages({village}) == set(homes["hh"][homes["village"] == village])
    assert known.of_villages(set(VILLAGES)) == set(homes["hh"])


def test_what_is_not_on_the_card_has_a_household_and_is_in_no_column(book: ledger.Ledger) -> None:
    known = KnownRegisters(book)
    agrees(known, book)
    households = pd.DataFrame({"hh": ["0001", "0002"], "village": VILLAGES})
    members = pd.DataFrame({"person": ["0002-01", "0001-01", "0001-02"], "hh": ["0002", "0001", "0001"]})
    members = members.assign(labour=[None, "普通劳动力", None], relation=[head_of_household()] * 3)
    book.append(INFO, {"households": households, "members": members})
    left = pd.DataFrame({"entity": ["member"], "entity_id": ["0001-02"], "field": ["on_card"], "value": ["0"]})
    book.append(INFO, {"events": left.assign(kind="change", seq=1, reason="")})
    agrees(known, book)
    assert known.column("members", "labour") == {"0001-01": "普通劳动力", "0002-01": ""}
    assert known.households_of == {"0001-01": "0001", "0001-02": "0001", "0002-01": "0002"}
    assert known.heads == {"0001": "0001-02", "0002": "0002-01"}  # who has left the card is still named


@settings(max_examples=12, deadline=None)
@given(
    batches=st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from(HOMES), st.sampled_from(VILLAGES)),
            st.dictionaries(st.sampled_from(PERSONS), st.tuples(st.sampled_from(HOMES), st.booleans())),
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_registers_renewed_batch_by_batch_are_those_read_anew(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[tuple[dict[str, str], dict[str, tuple[str, bool]]]],
) -> None:
    with ledger.open(tmp_path_factory.mktemp("book") / "ledger.sqlite", create=True, seed=1) as book:
        first = pd.DataFrame({"hh": HOMES, "village": VILLAGES[0]})
        book.append(INFO, {"households": first})
        known = KnownRegisters(book)
        agrees(known, book)
        for homes, members in batches:
            rows = {}
            if homes:
                rows["households"] = pd.DataFrame(homes.items(), columns=["hh", "village"])
            if members:
                told = [(p, hh, head_of_household() if head else "子女") for p, (hh, head) in members.items()]
                rows["members"] = pd.DataFrame(told, columns=["person", "hh", "relation"])
            if rows and (batch := book.append(INFO, rows)).added:
                known.renew(rows, batch.id)
            agrees(known, book)
            fresh = KnownRegisters(book)
            assert known.heads == fresh.heads
            assert known.households_of == fresh.households_of
