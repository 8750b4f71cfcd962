"""Appending: everything or nothing, once, and what is news."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger.storage import connections
from povlib.words import language_in_use

JANUARY = Month(2016, 1)

SOURCE = {"source_sha256": "a" * 64, "rules_sha256": "b" * 64}


def test_what_goes_in_comes_out(book, make):
    state = ledger.read_state(book)
    given = make.township()
    for name in ("wage_fen", "flag", "food"):
        assert state.observations[name].tolist() == given["observations"][name].tolist()
    assert state.households.house_area_m2.tolist() == [40.5, 41.5, 42.5]
    assert state.households["size"].tolist() == [2, 2, 2]
    assert state.households.identified_month.tolist() == [JANUARY.ordinal - 24] * 3
    assert state.households.exit_year.isna().all()
    assert state.households.attribute.isna().all()
    assert state.transfers[["kind", "fen"]].to_numpy().tolist() == [["低保金", 100], ["养老金", 200]]
    assert state.observations.clothing.isna().all()
    assert state.last_month == JANUARY
    assert (state.batch, book.data_head(), len(state.batches)) == (1, 1, 1)
    assert "样本" not in repr(state)


def test_two_villages_are_two_batches(book, make):
    more = make.township(5)
    mine = {name: frame for name, frame in more.items() if name in ("households", "members")}
    mine = {name: frame[frame.hh > "003"] for name, frame in mine.items()}
    assert book.append(ledger.BatchInfo(month=JANUARY), mine).id == 2
    assert len(ledger.read_state(book).households) == 5
    assert len(ledger.read_state(book, 1).households) == 3


def test_the_same_source_under_the_same_rules_adds_nothing(book, make):
    info = ledger.BatchInfo(**SOURCE)
    first = book.append(info, {"observations": make.observations(["001"], JANUARY + 1)})
    again = book.append(info, {"observations": make.observations(["001"], JANUARY + 2)})
    assert (first.added, again.added, again.id) == (True, False, first.id)
    assert book.head().batch == 2
    assert ledger.read_state(book).last_month == JANUARY + 1


def test_rows_known_already_are_not_written_again(book, make):
    batch = book.append(ledger.BatchInfo(month=JANUARY), make.township(4))
    assert batch.rows == {"household": 1, "member": 2, "identity": 4, "obs": 1, "obs_transfer": 0}
    assert batch.unchanged == {"household": 3, "member": 6, "identity": 12, "obs": 3, "obs_transfer": 2}


def test_a_register_sent_again_becomes_events(book, make):
    households = make.township()["households"].assign(status=["已脱贫", "未脱贫", "未脱贫"], cause="")
    batch = book.append(ledger.BatchInfo(month=JANUARY + 3), {"households": households})
    assert batch.rows == {"household": 0, "event": 1}
    assert batch.unchanged == {"household": 2}
    state = ledger.read_state(book)
    assert state.households.status.tolist() == ["已脱贫", "未脱贫", "未脱贫"]
    assert state.households.cause.tolist() == ["因病"] * 3  # an empty cell says nothing
    assert ledger.read_state(book, 1).households.status.tolist() == ["未脱贫"] * 3


def test_an_older_file_never_overrules_a_newer_month(book, make):
    sent = make.township()["households"]
    book.append(ledger.BatchInfo(month=JANUARY + 3), {"households": sent.assign(status="已脱贫")})
    book.append(ledger.BatchInfo(month=JANUARY + 1), {"households": sent.assign(status="预脱贫")})
    book.append(ledger.BatchInfo(month=JANUARY + -2), {"households": sent.assign(status="返贫")})
    assert ledger.read_state(book).households.status.unique().tolist() == ["已脱贫"]


def test_a_member_leaves_and_the_household_shrinks(book):
    left = pd.DataFrame(
        {"entity": ["member"], "entity_id": ["002-2"], "field": ["on_card"], "value": ["0"], "reason": ["迁出"]}
    )
    book.append(ledger.BatchInfo(month=JANUARY + 1), {"events": left})
    state = ledger.read_state(book)
    assert state.households["size"].tolist() == [2, 1, 2]
    assert "002-2" not in set(state.members.person)
    assert "002-2" in set(ledger.read_state(book, 1).members.person)


def test_a_month_sent_again_drops_transfers_it_no_longer_lists(book, make):
    transfers = pd.DataFrame({"hh": ["001"], "month": JANUARY.ordinal, "kind": "养老金", "fen": 250})
    book.append(ledger.BatchInfo(), {"observations": make.observations(["001"], wage_fen=5), "transfers": transfers})
    state = ledger.read_state(book)
    assert state.transfers[["kind", "fen"]].to_numpy().tolist() == [["养老金", 250]]
    assert state.observations.loc[state.observations.hh == "001", "wage_fen"].tolist() == [5]
    # Observations alone say nothing about transfers.
    book.append(ledger.BatchInfo(), {"observations": make.observations(["001"], wage_fen=6)})
    assert len(ledger.read_state(book).transfers) == 1


@pytest.mark.parametrize(
    ("name", "frame", "said"),
    [
        ("observation", lambda make: make.observations(["001"]), "the ledger has no table observation"),
        ("observations", lambda make: make.observations(["001"]).assign(name="张三"), "the ledger has no column name"),
        ("observations", lambda make: make.observations(["001"]).drop(columns="month"), "the column month is missing"),
        ("observations", lambda make: make.observations(["001"]).assign(wage_fen=10.5), "an amount of money"),
        ("observations", lambda make: make.observations(["001"]).assign(wage_fen="十元"), "an amount of money"),
        ("observations", lambda make: make.observations(["001"]).assign(month=201601), "no month"),
        ("observations", lambda make: make.observations(["001"]).assign(food=2), "neither 1, 0 nor empty"),
        ("observations", lambda make: make.observations(["001", "001"]), "repeat a key"),
        ("observations", lambda make: make.observations([""]), "no value"),
        ("observations", lambda make: make.observations(["999"]), "not registered (999)"),
        ("households", lambda make: pd.DataFrame({"hh": [1], "village": ["x"]}), "a text"),
        ("households", lambda make: pd.DataFrame({"hh": ["1\x00"], "village": ["x"]}), "NUL"),
        (
            "placements",
            lambda make: pd.DataFrame({"post": ["p"], "person": ["x"], "hh": ["001"], "from_month": [24192]}),
            "person",
        ),
        (
            "events",
            lambda make: pd.DataFrame(
                {"entity": ["household"], "entity_id": ["001"], "field": ["exit_year"], "value": ["soon"]}
            ),
            "a whole number",
        ),
    ],
)
def test_a_bad_frame_changes_nothing(book, name, frame, said, make):
    head, digest = book.head(), ledger.read_state(book).digest
    with language_in_use("en"), pytest.raises(LedgerError) as caught:
        book.append(ledger.BatchInfo(), {"households": make.township(4)["households"], name: frame(make)})
    with language_in_use("en"):
        assert said in str(caught.value)
    assert book.head() == head
    assert ledger.read_state(book).digest == digest
    assert ledger.check(book).ok


def test_all_faults_at_once(book, make):
    info = ledger.BatchInfo(kind="gossip", role="correct", source_sha256="zz")
    with pytest.raises(LedgerError) as caught:
        book.append(info, {"nothing": pd.DataFrame(), "observations": make.observations(["001"]).assign(food=9)})
    assert len(caught.value.faults) >= 4


def test_households_belong_in_data_batches_alone(book, make):
    with pytest.raises(LedgerError):
        book.append(ledger.BatchInfo(kind="promise"), {"observations": make.observations(["001"], JANUARY + 1)})
    assert book.append(ledger.BatchInfo(kind="approval")).id == 2
    assert book.data_head() == 1


def test_practice_and_real_people_never_mix(tmp_path: Path, book, make):
    real = make.identities(["001-1"]).assign(value="11010519491231002X").iloc[1:]
    with pytest.raises(LedgerError):
        book.append(ledger.BatchInfo(), {"identity": real})
    with ledger.open(tmp_path / "real.sqlite", create=True) as office, pytest.raises(LedgerError):
        office.append(ledger.BatchInfo(), make.township())


def test_the_order_of_rows_and_batch_cuts_do_not_change_the_digest(book, tmp_path: Path, make):
    with ledger.open(tmp_path / "other.sqlite", create=True, synthetic=True) as other:
        frames = {name: frame.iloc[::-1] for name, frame in make.township().items()}
        late = {"observations": frames.pop("observations"), "transfers": frames.pop("transfers")}
        other.append(
            ledger.BatchInfo(officer="someone else", recorded_at="2020-01-01T00:00:00+08:00", month=JANUARY), frames
        )
        other.append(ledger.BatchInfo(), late)
        assert ledger.read_state(other).digest == ledger.read_state(book).digest
        assert other.head().hash != book.head().hash


def test_every_clone_of_the_practice_ledger_has_the_same_head(book, tmp_path: Path, make):
    officer = book.signature("desk")  # on a server the login
    with ledger.open(tmp_path / "clone.sqlite", create=True, seed=2016) as clone:
        clone.append(ledger.BatchInfo(officer=officer, source_name="a.xlsx", month=JANUARY), make.township())
        assert clone.head() == book.head()


def test_a_ledger_that_is_not_there(tmp_path: Path):
    with pytest.raises(LedgerError):
        ledger.open(tmp_path / "none.sqlite")
    (tmp_path / "text.sqlite").write_text("this is a letter, not a ledger" * 50)
    with pytest.raises(LedgerError):
        ledger.open(tmp_path / "text.sqlite")
    (tmp_path / "empty.sqlite").write_bytes(b"")
    with pytest.raises(LedgerError):
        ledger.open(tmp_path / "empty.sqlite")


def test_as_of_a_day_and_a_month(tmp_path: Path):
    with ledger.open(tmp_path / "l.sqlite", create=True, seed=1) as book:
        for at, when in enumerate(("2016-01-31", "2016-03-01", "2016-02-10", "2016-03-05"), 1):
            households = pd.DataFrame({"hh": [f"{at}"], "village": ["甲"]})
            book.append(ledger.BatchInfo(recorded_at=f"{when}T12:00:00+08:00"), {"households": households})
        assert [ledger.batch_at(book, d) for d in ("2015-12-31", "2016-01-31", "2016-02-28", "2016-03-04")] == [
            0,
            1,
            3,
            3,
        ]
        assert ledger.batch_at(book, Month(2016, 3)) == 4
        assert len(ledger.read_state(book, "2016-03-04").households) == 3
        with pytest.raises(LedgerError):
            ledger.read_state(book, 5)


@pytest.mark.thorough
def test_the_sample_township_comes_back_as_it_went_in(tmp_path: Path):
    sample = pytest.importorskip("povlib.sample")
    given = sample.ledger_rows(sample.simulate(60, seed=5))
    with ledger.open(tmp_path / "l.sqlite", create=True, seed=5) as book:
        book.append(ledger.BatchInfo(month=Month(2016, 4)), given)
        state = ledger.read_state(book)
        for name, frame in given.items():
            held = getattr(state, name)[list(frame.columns)]
            ordered = frame.sort_values(list(ledger.state.FRAMES[name]), ignore_index=True)
            pd.testing.assert_frame_equal(ordered, held, check_dtype=False)
        again = book.append(ledger.BatchInfo(month=Month(2016, 4)), {n: getattr(state, n) for n in given})
        assert not any(again.rows.values())
        assert ledger.check(book).ok


def test_a_clock_that_jumped_skips_no_batch_and_is_told(tmp_path: Path):
    with ledger.open(tmp_path / "l.sqlite", create=True, seed=1) as book:
        for at, when in enumerate(("2016-03-01", "2098-01-01", "2016-03-03", "2016-03-02", "2016-03-09"), 1):
            households = pd.DataFrame({"hh": [f"{at}"], "village": ["甲"]})
            book.append(ledger.BatchInfo(recorded_at=f"{when}T12:00:00+08:00"), {"households": households})
        # by hand: the last batch whose own clock says that day or before
        taken = {"2016-03-01": 1, "2016-03-02": 4, "2016-03-03": 4, "2016-03-09": 5, "2097-12-31": 5, "2098-01-01": 5}
        assert {day: ledger.batch_at(book, day) for day in taken} == taken
        assert ledger.read_state(book, "2016-03-03").head.batch == 4, "the State says what it took"
        said = [fault.show(lang="en") for fault in ledger.clock_faults(book)]
        assert len(said) == 3
        assert "batch 3" in said[0]
        assert "batch 4" in said[1]
        assert "batch 2 is dated 2098-01-01" in said[2]
        assert ledger.check(book).ok, "nothing is wrong with what they hold"


def test_a_batch_that_the_clocks_disagree_about_is_told_when_it_is_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    told = {}
    with ledger.open(tmp_path / "l.sqlite", create=True, seed=1) as book, language_in_use("en"):
        for at, when in enumerate(("2016-03-01", "2098-01-01", "2016-03-03", "2016-03-03", "2016-03-09"), 1):
            caplog.clear()
            households = pd.DataFrame({"hh": [f"{at}"], "village": ["甲"]})
            book.append(ledger.BatchInfo(recorded_at=f"{when}T12:00:00+08:00"), {"households": households})
            told[at] = [record.getMessage() for record in caplog.records]
    assert [len(told[at]) for at in sorted(told)] == [0, 1, 1, 0, 0], "told once, by the batch it is about"
    assert "has not come" in told[2][0]
    assert "a time before batch 2" in told[3][0]


def test_a_ledger_on_a_medium_that_takes_no_writing_is_read_and_checked(tmp_path: Path, monkeypatch):
    with ledger.open(tmp_path / "l.sqlite", create=True, seed=1) as book:
        book.append(ledger.BatchInfo(), {"households": pd.DataFrame({"hh": ["1"], "village": ["甲"]})})
        head = book.head()
    # root may write anywhere: what the system says of a disc is said here
    monkeypatch.setattr(connections.os, "access", lambda *_, **__: False)
    with ledger.open(tmp_path / "l.sqlite") as book:
        assert ledger.check(book).ok
        assert len(ledger.read_state(book).households) == 1
        assert book.head() == head
        with pytest.raises(LedgerError, match="nothing may be written"):
            book.append(ledger.BatchInfo(), {"households": pd.DataFrame({"hh": ["2"], "village": ["甲"]})})
        assert [p.name for p in tmp_path.iterdir()] == ["l.sqlite"], "nothing is left beside it"
    (tmp_path / "l.sqlite-wal").write_bytes(b"batches that are not in the file yet")
    with pytest.raises(LedgerError, match="copy the ledger and its log"):
        ledger.open(tmp_path / "l.sqlite")
