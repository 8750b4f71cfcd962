"""Faults to survive: killed, disk full, many writers, flipped bits."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger.storage.table_schema import TABLES

JANUARY = Month(2016, 1)

WRITER = """
import itertools, sys
import pandas as pd
import povlib.ledger as ledger
from povlib.calendar import Month
place, who, many = sys.argv[1], sys.argv[2], int(sys.argv[3])
month = Month(2016, 1).ordinal
photos = ledger.PhotoStore(place + "-photos")
from PIL import Image
import io
with ledger.open(place) as book:
    for at in itertools.count():
        if at == many:
            break
        frame = pd.DataFrame({"hh": [f"{i:03d}" for i in range(1, 4)], "month": month + at % 600})
        frame = frame.assign(wage_fen=at, flag=who)
        if at % 5 == 4:
            change = frame[["hh", "month"]].assign(month=month, wage_fen=-at)
            batch = ledger.correct(book, "observations", change, ledger.BatchInfo(officer=who, reason="kill"))
        elif at % 5 == 3:
            out = io.BytesIO()
            Image.new("RGB", (8, 8), (at % 256, 0, 0)).save(out, "PNG")
            sha = photos.put(out.getvalue())
            rows = {"projects": pd.DataFrame({"project": [who], "hh": ["001"]}),
                    "progress": pd.DataFrame({"project": [who], "week": [at], "photo_sha256": [sha]})}
            batch = book.append(ledger.BatchInfo(officer=who), rows)
        else:
            batch = book.append(ledger.BatchInfo(officer=who), {"observations": frame})
        print(batch.id, batch.hash, flush=True)
        if at % 7 == 6 and many < 0:
            ledger.backup(book, f"{place}-{at}-{who}.backup")
            ledger.check(book)
"""


def start(place: str, who: str, many: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, place, who, str(many)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)  # fmt: skip


def fresh(path: Path, make, households: int = 3) -> str:
    with ledger.open(path, create=True, seed=1) as book:
        book.append(ledger.BatchInfo(), {k: v for k, v in make.township(households).items() if k != "identity"})
    return str(path)


def killed(folder: Path, make, kills: int, seed: int) -> int:
    """Kill a writer at random moments; return how many batches it had been told were safe."""
    place, drawn, safe = fresh(folder / "l.sqlite", make), random.Random(seed), 0
    for at in range(kills):
        writer = start(place, f"w{at}", -1)
        assert writer.stdout is not None
        said = [writer.stdout.readline()]  # begin once it works
        time.sleep(drawn.random() * 0.4)
        writer.send_signal(signal.SIGKILL)
        rest, errors = writer.communicate()
        assert not errors, errors
        lines = "".join([*said, rest]).splitlines(keepends=True)
        told = [line.split() for line in lines if line.endswith("\n")]
        with ledger.open(place) as book:
            found = ledger.check(book)
            assert found.ok, [fault.show("en") for fault in found.faults]
            held = dict(book.store.rows("select id, hash from batch"))
            assert all(held[int(number)] == digest for number, digest in told)
            assert not ledger.PhotoStore(place + "-photos").sweep(book).missing
        safe += len(told)
        for kept in folder.glob("*.backup"):
            with ledger.open(kept) as book:
                assert ledger.check(book).ok
            kept.unlink()
    return safe


def test_two_kills_lose_nothing(tmp_path: Path, make):
    assert killed(tmp_path, make, 2, seed=1) > 0


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_forty_kills_lose_nothing(tmp_path: Path, make):
    safe = killed(tmp_path, make, 40, seed=2)
    print(f"40 kills, {safe} acknowledged batches, 0 lost, 0 partial")
    assert safe >= 40


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_thousand_kills_lose_nothing(tmp_path: Path, make):
    assert killed(tmp_path, make, 1000, seed=3) >= 1000


def many_writers(place: str, writers: int, batches: int) -> None:
    processes = [start(place, f"w{at}", batches) for at in range(writers)]
    with ledger.open(place) as reader:
        last = 0
        while any(process.poll() is None for process in processes):
            state = ledger.read_state(reader)
            assert state.batch >= last
            last = state.batch
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    with ledger.open(place) as book:
        assert book.head().batch == 1 + writers * batches
        counts = dict(book.store.rows("select officer, count(*) from batch where id > 1 group by officer"))
        assert counts == {f"w{at}": batches for at in range(writers)}
        assert ledger.check(book).ok


def test_two_writers_and_a_reader(tmp_path: Path, make):
    many_writers(fresh(tmp_path / "l.sqlite", make), 2, 4)


@pytest.mark.thorough
def test_eight_writers_and_a_reader(tmp_path: Path, make):
    many_writers(fresh(tmp_path / "l.sqlite", make), 8, 25)


@pytest.mark.thorough
def test_eight_connections_write_at_once(place, make):
    with ledger.open(place, create=True, seed=1) as book:
        book.append(ledger.BatchInfo(), make.township())

        def write(who: int) -> None:
            with ledger.open(place) as mine:
                for at in range(3):
                    frame = pd.DataFrame({"hh": ["001"], "month": JANUARY.ordinal + who, "wage_fen": [at]})
                    mine.append(ledger.BatchInfo(officer=f"w{who}"), {"observations": frame})

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(8)))
        assert book.head().batch == 25
        assert ledger.check(book).ok


def test_a_writer_that_was_not_served_waits_while_others_get_through(tmp_path: Path, make, monkeypatch):
    place = fresh(tmp_path / "l.sqlite", make)
    with ledger.open(place) as other, ledger.open(place) as mine:
        mine.store.rows("pragma busy_timeout=1")
        real, turns = mine.store.execute, iter("abc")

        def execute(sql: str, values=()) -> None:
            if sql == "begin immediate" and (turn := next(turns)) != "c":
                other.store.execute("commit")
                if turn == "a":  # another writer is served first
                    other.store.execute("begin immediate")
                    other.store.execute("insert into meta (key, value) values ('again', '1')")
            real(sql, values)

        other.store.execute("begin immediate")
        other.store.execute("insert into meta (key, value) values ('first', '1')")
        monkeypatch.setattr(mine.store, "execute", execute)
        with mine.store.writing():
            assert next(turns) == "c"


def test_a_writer_gives_up_when_the_other_never_ends(tmp_path: Path, make):
    place = fresh(tmp_path / "l.sqlite", make)
    with ledger.open(place) as other, ledger.open(place) as mine:
        mine.store.rows("pragma busy_timeout=50")
        with other.store.writing(), pytest.raises(LedgerError, match="another program"):
            mine.append(ledger.BatchInfo(), {"observations": make.observations(["001"], JANUARY + 1)})


def test_threads_share_one_open_ledger(book, make):
    def write(at: int) -> int:
        return book.append(ledger.BatchInfo(), {"observations": make.observations(["001"], JANUARY + at)}).id

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(write, range(1, 13))) == list(range(2, 14))
    assert ledger.check(book).ok


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path, make, monkeypatch):
    with ledger.open(fresh(tmp_path / "l.sqlite", make)) as book:
        head = book.head()
        monkeypatch.setattr("povlib.ledger.storage.connections.FREE_SPACE", 2**60)
        with pytest.raises(LedgerError, match="MiB"):
            book.append(ledger.BatchInfo(), {"observations": make.observations(["001"], JANUARY + 1)})
        assert book.head() == head
        assert ledger.check(book).ok


LIMITED = """
import resource, signal, sys
import pandas as pd
import povlib.ledger as ledger
from povlib.errors import LedgerError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with ledger.open(sys.argv[1]) as book:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    hh = [f"{i:06d}" for i in range(30_000)]
    try:
        book.append(ledger.BatchInfo(), {"households": pd.DataFrame({"hh": hh, "village": "x" * 50})})
    except LedgerError as error:
        print("refused:", error.show("en"))
    print(book.head().batch, ledger.check(book).ok)
"""


def test_a_disk_that_fills_up_while_writing_changes_nothing(tmp_path: Path, make):
    place = fresh(tmp_path / "l.sqlite", make)
    done = subprocess.run([sys.executable, "-c", LIMITED, place], capture_output=True, text=True, check=True)
    refused, after = done.stdout.splitlines()
    assert "nothing was changed" in refused
    assert after == "1 True"


def mounted(folder: Path) -> bool:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    return shutil.which("mount") is not None and subprocess.run(command, capture_output=True).returncode == 0


def test_six_megabytes_are_too_few(tmp_path: Path, make, monkeypatch):
    folder = tmp_path / "small"
    if not mounted(folder):
        pytest.skip("a tmpfs may not be mounted here")
    try:
        with pytest.raises(LedgerError, match="MiB"):
            ledger.open(folder / "l.sqlite", create=True)
        monkeypatch.setattr("povlib.ledger.storage.connections.SqliteStore.room_for", lambda self, nbytes: None)
        with ledger.open(fresh(folder / "l.sqlite", make)) as book:
            more = make.township(30_000)["households"].assign(livelihood="x" * 250)
            with pytest.raises(LedgerError):
                book.append(ledger.BatchInfo(), {"households": more})
            assert book.head().batch == 1
            assert ledger.check(book).ok
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def flipped(folder: Path, make, flips: int, seed: int, households: int = 3) -> tuple[int, int]:
    """Flip single bits; return how many were found, and how many changed nothing that can be read."""
    place = Path(fresh(folder / "l.sqlite", make, households))
    with ledger.open(place) as book:
        for at in range(1, 20):
            book.append(
                ledger.BatchInfo(),
                {"observations": make.township(households)["observations"].assign(month=(JANUARY + at).ordinal)},
            )
        before = everything(book)
        book.store.rows("pragma wal_checkpoint(truncate)")
    whole, drawn = place.read_bytes(), random.Random(seed)
    found = harmless = 0
    for at in range(flips):
        content = bytearray(whole)
        content[drawn.randrange(len(content))] ^= 1 << drawn.randrange(8)
        target = folder / f"{at}.sqlite"
        target.write_bytes(content)
        try:
            with ledger.open(target) as book:
                if not ledger.check(book).ok:
                    found += 1
                    continue
                assert everything(book) == before
                harmless += 1
        except LedgerError:
            found += 1
        finally:
            for leftover in folder.glob(f"{at}.sqlite*"):
                leftover.unlink()
    return found, harmless


def everything(book: ledger.Ledger) -> list[object]:
    return [
        book.store.rows(f"select * from {table} order by 1, 2, 3")
        for table in sorted(TABLES)
        if table not in ("meta", "person_key")
    ]


def test_flipped_bits_are_found_or_change_nothing(tmp_path: Path, make):
    found, harmless = flipped(tmp_path, make, 25, seed=1)
    assert found + harmless == 25


def test_a_household_number_that_is_no_text_any_more_is_called_damage(tmp_path: Path, make):
    place = Path(fresh(tmp_path / "l.sqlite", make))
    with ledger.open(place) as book:
        key = str(ledger.read_state(book).households["hh"].iloc[0]).encode()
        book.store.rows("pragma wal_checkpoint(truncate)")
    content = place.read_bytes()
    assert content.count(key) > 0
    # the high bit of its first letter, everywhere it stands: a lone byte above 127 is no UTF-8
    place.write_bytes(content.replace(key, bytes([key[0] ^ 0x80]) + key[1:]))
    try:
        with ledger.open(place) as book:
            found = [fault.show("en") for fault in ledger.check(book).faults]
    except LedgerError as refused:
        found = [str(refused)]
    assert found


@pytest.mark.thorough
@pytest.mark.parametrize("bits", [40, pytest.param(100, marks=pytest.mark.slow)])
def test_flipped_bits(tmp_path: Path, make, bits):
    found, harmless = flipped(tmp_path, make, bits, seed=2, households=400)
    print(f"{bits} flips: {found} found, {harmless} changed nothing that can be read")
    assert found + harmless == bits


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_five_thousand_flipped_bits(tmp_path: Path, make):
    assert sum(flipped(tmp_path, make, 5000, seed=4, households=400)) == 5000


def test_a_file_has_no_roles(tmp_path: Path):
    with ledger.open(tmp_path / "l.sqlite", create=True) as book, pytest.raises(LedgerError, match="shared server"):
        ledger.make_roles(book)


@pytest.mark.postgres
def test_a_temporary_table_does_not_stand_for_the_ledgers_own(place, make):
    """Even where somebody may make one: here the owner, before whom nothing else holds."""
    if not place.startswith("postgresql"):
        return
    with ledger.open(place, create=True, seed=1) as book:
        book.append(ledger.BatchInfo(), make.township())
        book.store.execute("create temp table batch (id bigint)")
        book.store.execute("create temp table digest (batch bigint, tbl text, rows bigint, digest text)")
        with pytest.raises(LedgerError, match="takes no more rows"):
            book.store.execute(
                "insert into closing (month, as_of, digest, retracted, batch) values (201601, 1, '', 0, 1)"
            )
        book.store.execute("drop table pg_temp.batch")
        book.store.execute("drop table pg_temp.digest")
        assert ledger.check(book).ok
