"""One letter by SMTP: whatever goes wrong, what is said of it is true."""

from __future__ import annotations

import smtplib
import socket
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from povlib.runs.sharing.mail_delivery import Delivery, deliver, dot_stuffed
from tests.runs.sharing.conftest import ONE, FaultyServer, running, sharing_by


def _deliver(server: FaultyServer, letter: bytes) -> tuple[Delivery, list[int]]:
    """Return how it ended, and how many letters the server held at the moment of the dot."""
    held: list[int] = []
    ended = deliver(letter, ONE, sharing_by(server.port), lambda: held.append(len(server.taken)))
    return ended, held


def test_a_letter_arrives_as_it_was_written(letter: bytes) -> None:
    with running(FaultyServer()) as server:
        ended, held = _deliver(server, letter)
    assert ended == Delivery("sent")
    assert held == [0]
    assert server.taken == [dot_stuffed(letter)]


@pytest.mark.parametrize("step", ["greeting", "ehlo", "mail", "rcpt", "data", "body"])
@pytest.mark.parametrize("fault", ["drop", "hang"])
def test_before_the_dot_a_broken_line_leaves_the_letter_waiting(step: str, fault: str, letter: bytes) -> None:
    long = letter + b"x" * 900 + b"\r\n"
    with running(FaultyServer(step, fault)) as server:
        ended, _ = _deliver(server, long * 1000 if step == "body" else long)
    assert ended.outcome in ("waits", "unknown")
    assert server.taken == []
    if step != "body":
        # in the middle of a letter the small rest may still leave the computer, and then nobody can know
        assert ended.outcome == "waits"
    assert ended.reason
    assert ended.line_lost


@pytest.mark.parametrize("fault", ["drop", "hang"])
@pytest.mark.parametrize(("step", "taken"), [("dot", 0), ("taken", 1)])
def test_after_the_dot_nobody_can_know(step: str, taken: int, fault: str, letter: bytes) -> None:
    with running(FaultyServer(step, fault)) as server:
        ended, held = _deliver(server, letter)
    assert ended.outcome == "unknown"
    assert held == [0]
    # the same words whether it was taken or not: that is why a person has to ask
    assert len(server.taken) == taken


def test_once_answered_a_broken_line_changes_nothing(letter: bytes) -> None:
    with running(FaultyServer("answer", "drop")) as server:
        ended, _ = _deliver(server, letter)
    assert ended == Delivery("sent")


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(("fault", "outcome"), [("4xx", "waits"), ("5xx", "refused")])
def test_a_refusal_is_for_now_or_for_good(step: str, fault: str, outcome: str, letter: bytes) -> None:
    with running(FaultyServer(step, fault)) as server:
        ended, held = _deliver(server, letter)
    assert ended.outcome == outcome
    assert held == []
    assert ("451" if fault == "4xx" else "550") in ended.reason


@pytest.mark.parametrize(("fault", "outcome"), [("4xx", "waits"), ("5xx", "refused")])
def test_a_refusal_of_the_whole_letter_is_no_doubt(fault: str, outcome: str, letter: bytes) -> None:
    with running(FaultyServer("dot", fault)) as server:
        ended, _ = _deliver(server, letter)
    assert ended.outcome == outcome
    assert server.taken == []


def test_no_server_at_all(letter: bytes) -> None:
    with running(FaultyServer()) as server:
        pass
    ended, _ = _deliver(server, letter)
    assert ended.outcome == "waits"
    assert ended.line_lost


def test_a_missing_password_is_asked_for_before_the_line_is_opened(
    letter: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POVLIB_MAIL_PASSWORD", raising=False)
    with running(FaultyServer("rcpt", "5xx")) as server:
        ended = deliver(letter, ONE, sharing_by(server.port, user="office"), lambda: None)
    # the server would have refused it for good: it was not asked, and the month's work goes on
    assert (ended.outcome, ended.line_lost) == ("waits", True)
    assert "POVLIB_MAIL_PASSWORD" in ended.reason


def test_a_server_without_encryption_is_not_spoken_to(letter: bytes) -> None:
    with running(FaultyServer()) as server:
        settings = sharing_by(server.port).model_copy(update={"encryption": "starttls"})
        ended = deliver(letter, ONE, settings, lambda: None)
    assert ended.outcome == "waits"
    assert server.taken == []


class _Box:
    """Keeps what another program's server was given."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append((envelope.rcpt_tos, envelope.original_content))
        return "250 taken"


def test_another_programs_server_reads_the_same_letter(letter: bytes) -> None:
    box = _Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        ended = deliver(letter, ONE, sharing_by(port), lambda: None)
    finally:
        controller.stop()
    assert ended.outcome == "sent"
    [(recipients, content)] = box.letters
    assert recipients == [ONE.address]
    assert message_from_bytes(content).get_payload() == message_from_bytes(letter).get_payload()


def test_dots_travel_as_the_standard_library_writes_them(letter: bytes) -> None:
    theirs = smtplib.quotedata(letter.decode()).encode()
    assert dot_stuffed(letter) == theirs
