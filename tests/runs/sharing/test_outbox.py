"""Letters on disk: nothing is sent twice, nothing is lost, whenever the program or the line ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from povlib.errors import ReportError
from povlib.runs.sharing.outbox import Letter, Outbox
from tests.runs.sharing.conftest import ONE, TWO, FaultyServer, running, sharing_by


def _put(box: Outbox, *names: str) -> None:
    for name in names:
        recipient = ONE if name < "b" else TWO
        box.put(Letter(name, "2016-04", recipient.name, recipient.address), f"Subject: {name}\r\n\r\n".encode())


def test_a_letter_is_sent_once(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "out")
    _put(box, "a", "b")
    with running(FaultyServer()) as server:
        box.send(sharing_by(server.port))
        box.send(sharing_by(server.port))
        _put(box, "a")
        box.send(sharing_by(server.port))
    assert [letter.standing for letter in box.letters()] == ["sent", "sent"]
    assert len(server.taken) == 2


def test_what_waits_goes_when_the_server_is_back(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "out")
    _put(box, "a", "b")
    with running(FaultyServer("greeting", "drop")) as server:
        box.send(sharing_by(server.port))
    # the second was not even tried: the line was lost
    assert [(letter.standing, letter.tries) for letter in box.letters()] == [("waits", 0), ("waits", 1)] or [
        (letter.standing, letter.tries) for letter in box.letters()
    ] == [("waits", 1), ("waits", 0)]
    with running(FaultyServer()) as server:
        box.send(sharing_by(server.port))
    assert {letter.standing for letter in box.letters()} == {"sent"}
    assert len(server.taken) == 2


def test_a_doubtful_letter_waits_for_a_person(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "out")
    _put(box, "a")
    with running(FaultyServer("taken", "drop")) as server:
        box.send(sharing_by(server.port))
        box.send(sharing_by(server.port))
    assert len(server.taken) == 1
    assert box.letters()[0].standing == "unknown"
    box.settle("a", arrived=True)
    with running(FaultyServer()) as server:
        assert box.send(sharing_by(server.port)) == []
    with pytest.raises(ReportError):
        box.settle("a", arrived=False)


def test_a_person_may_ask_for_it_again(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "out")
    _put(box, "a")
    with running(FaultyServer("rcpt", "5xx")) as server:
        box.send(sharing_by(server.port))
    assert box.letters()[0].standing == "refused"
    box.settle("a", arrived=False)
    with running(FaultyServer()) as server:
        box.send(sharing_by(server.port))
    assert len(server.taken) == 1


def test_a_letter_at_which_the_line_breaks_each_time_holds_up_no_other(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "out")
    _put(box, "a", "b")
    with running(FaultyServer("greeting", "drop")) as server:
        first = box.send(sharing_by(server.port))
        second = box.send(sharing_by(server.port))
    assert {first[0].name, second[0].name} == {"a", "b"}


_FAULTS = st.tuples(
    st.sampled_from(["", "greeting", "ehlo", "mail", "rcpt", "data", "body", "dot", "taken", "answer"]),
    st.sampled_from(["drop", "4xx", "5xx"]),
)


@pytest.mark.thorough
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(_FAULTS, min_size=1, max_size=6))
def test_no_row_of_bad_days_sends_twice_or_loses(
    tmp_path_factory: pytest.TempPathFactory, days: list[tuple[str, str]]
) -> None:
    box = Outbox(tmp_path_factory.mktemp("out"))
    _put(box, "a", "b")
    taken: list[bytes] = []
    for step, fault in days:
        with running(FaultyServer(step, fault)) as server:
            box.send(sharing_by(server.port))
        taken += server.taken
    letters = box.letters()
    assert [letter.name for letter in letters] == ["a", "b"] or [letter.name for letter in letters] == ["b", "a"]
    for letter in letters:
        arrived = sum(f"Subject: {letter.name}".encode() in content for content in taken)
        assert arrived <= 1
        if letter.standing == "sent":
            assert arrived == 1
        if letter.standing in ("waits", "refused"):
            assert arrived == 0


_KILLED = """
import sys
from pathlib import Path
from povlib.runs.sharing.outbox import Outbox
from tests.runs.sharing.conftest import sharing_by
Outbox(Path(sys.argv[1])).send(sharing_by(int(sys.argv[2])).model_copy(update={"timeout_seconds": 60}))
"""


def test_a_program_killed_after_the_dot_leaves_a_doubt(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "out")
    _put(box, "a")
    with running(FaultyServer("taken", "hang")) as server:
        words = [sys.executable, "-c", _KILLED, str(box.folder), str(server.port)]
        child = subprocess.Popen(words, env=os.environ.copy())
        while not server.taken:
            assert child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert box.letters()[0].standing == "unknown"
    with running(FaultyServer()) as server:
        box.send(sharing_by(server.port))
    assert server.taken == []


def test_a_broken_record_is_named(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "out")
    _put(box, "a")
    (box.folder / "a.json").write_text(json.dumps({"name": "a"}))
    with pytest.raises(ReportError, match=r"a\.json"):
        box.letters()
