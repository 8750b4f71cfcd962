"""The digest of a month from the ledger to the mailbox, and what only its recipient opens."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from povlib import runs
from povlib.calendar import Month
from povlib.cli import main
from povlib.errors import RunError
from povlib.runs.office.office_place import find_office, open_book
from povlib.runs.office.promise_keeping import close_month
from povlib.runs.sharing.month_sharing import put_letters, share_last_month, write_digest, write_package
from povlib.runs.sharing.outbox import outbox_of
from tests.runs.sharing.conftest import FaultyServer, running

pyrage = pytest.importorskip("pyrage")
APRIL = Month(2016, 4)


@pytest.fixture
def copied_run(copied: Callable[[], runs.Run]) -> runs.Run:
    """A finished run in an office of the test's own."""
    return copied()


def _enter(run: runs.Run, port: int, key: str) -> None:
    (run.office.params / "sharing.yaml").write_text(
        "status: synthetic\nsource: test\nserver: 127.0.0.1\nencryption: none\nsender: office@example.org\n"
        f"port: {port}\ntimeout_seconds: 60\nrecipients:\n"
        "  - {name: 乐北村, address: lebei@example.org}\n"
        f"  - {{name: 县办, address: county@example.org, inside: true, age_key: {key}}}\n",
        encoding="utf-8",
    )


def _parts(letter: bytes) -> dict[str, bytes]:
    message: Any = message_from_bytes(letter, policy=default)
    return {part.get_filename(): part.get_content() for part in message.iter_attachments()}


@pytest.mark.thorough
def test_from_the_ledger_to_the_mailbox(copied_run: runs.Run) -> None:
    place = find_office(copied_run.office.name)
    identity = pyrage.x25519.Identity.generate()
    with running(FaultyServer()) as server:
        _enter(copied_run, server.port, str(identity.to_public()))
        with pytest.raises(RunError, match="2016-04"):
            put_letters(place, APRIL, "zh")
        close_month(place, APRIL, "office")
        assert len(put_letters(place, APRIL, "zh", copied_run)) == 2
        # the same digest is the same letter, though a package is sealed anew each time
        assert put_letters(place, APRIL, "zh", copied_run) == []
        outbox_of(place).send(_sharing(place))
    by_address: dict[str, bytes] = {}
    for letter in server.taken:
        message: Any = message_from_bytes(letter, policy=default)
        by_address[message["To"]] = letter
        assert "合成数据" in message["Subject"]
    assert set(by_address) == {"lebei@example.org", "county@example.org"}
    public, inside = _parts(by_address["lebei@example.org"]), _parts(by_address["county@example.org"])
    assert set(public) == {"digest.zh.pdf", "digest.zh.png"}
    [sealed] = set(inside) - set(public)
    packed = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(inside[sealed], [identity])))
    assert any(name.startswith("meeting.zh") for name in packed.namelist())
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(inside[sealed], [pyrage.x25519.Identity.generate()])
    # nobody's address stands in another's letter
    assert b"county@" not in by_address["lebei@example.org"]
    for record in outbox_of(place).folder.glob("*.json"):
        assert re.search(r'"standing": "sent"', record.read_text(encoding="utf-8"))


def _sharing(place: runs.Place) -> Any:
    from povlib.params.procedures.sharing import load_sharing

    return load_sharing(place.office.params)


@pytest.mark.thorough
def test_the_months_work_shares_what_is_closed_once(copied_run: runs.Run) -> None:
    place = find_office(copied_run.office.name)
    assert share_last_month(place, "zh") == 0
    key = str(pyrage.x25519.Identity.generate().to_public())
    with running(FaultyServer()) as server:
        _enter(copied_run, server.port, key)
        assert share_last_month(place, "zh") == 0
        close_month(place, APRIL, "office")
        assert share_last_month(place, "zh") == 2
        assert share_last_month(place, "zh") == 0
    assert len(server.taken) == 2


def test_a_digest_of_an_open_month_is_a_draft_and_the_same_twice(copied_run: runs.Run) -> None:
    place = find_office(copied_run.office.name)
    month, paths = write_digest(place, None, "en")
    assert month == APRIL
    first = {path.name: path.read_bytes() for path in paths}
    assert b"DRAFT" in first["digest.en.html"]
    assert set(first) == {"digest.en.html", "digest.en.pdf", "digest.en.png", "digest.en.numbers.json"}
    shutil.rmtree(paths[0].parent)
    assert {path.name: path.read_bytes() for path in write_digest(place, None, "en")[1]} == first


def test_nobody_to_send_to_is_said(copied_run: runs.Run, capsys: pytest.CaptureFixture[str]) -> None:
    place = find_office(copied_run.office.name)
    for asked in (lambda: put_letters(place, None, "en"), lambda: write_package(place, copied_run, "en")):
        with pytest.raises(RunError, match=r"sharing\.yaml"):
            asked()
    assert main(["share", "outbox", "--lang", "en"]) == 0
    assert "empty" in capsys.readouterr().out
    assert main(["share", "send", "--lang", "en"]) == 0


def test_a_month_that_is_not_there(copied_run: runs.Run) -> None:
    with pytest.raises(RunError, match="2030-01"):
        write_digest(find_office(copied_run.office.name), Month(2030, 1), "en")


def test_the_ledger_is_left_as_it_was(copied_run: runs.Run) -> None:
    place = find_office(copied_run.office.name)
    with open_book(place, create=False) as book:
        before = book.head()
    write_digest(place, None, "en")
    with open_book(place, create=False) as book:
        assert book.head() == before
    assert Path(place.office.folder / "sharing" / "2016-04").is_dir()
