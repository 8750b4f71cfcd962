"""A mail server on loopback that can go wrong at any step, and knows what it was given."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from povlib.params.procedures.sharing import Recipient, Sharing

STEPS = ("greeting", "ehlo", "mail", "rcpt", "data", "body", "dot", "answer")
"""Where a server may stop: before it greets, instead of each answer, in the middle of the letter, after its dot (taken
or not), and after the answer."""


@dataclass
class FaultyServer:
    """A server that takes letters, and at one step refuses, hangs or drops the line.

    Attributes
    ----------
    step, fault : str
        Where, and ``drop``, ``hang``, ``4xx`` or ``5xx``; "" for none. At ``dot`` the letter is *not* taken, at
        ``taken`` it is, before the line fails.
    taken : list of bytes
        Letters that the server would deliver.
    """

    step: str = ""
    fault: str = ""
    taken: list[bytes] = field(default_factory=list)
    port: int = 0

    def handle(self, line: socket.socket) -> None:
        """Speak with one client until it goes or the fault comes."""
        reader = line.makefile("rb")
        if not self._goes_on(line, "greeting", b"220 here\r\n"):
            return
        while command := reader.readline():
            word = command[:4].upper()
            if word in (b"EHLO", b"HELO"):
                going = self._goes_on(line, "ehlo", b"250 here\r\n")
            elif word == b"MAIL":
                going = self._goes_on(line, "mail", b"250 ok\r\n")
            elif word == b"RCPT":
                going = self._goes_on(line, "rcpt", b"250 ok\r\n")
            elif word == b"DATA":
                going = self._goes_on(line, "data", b"354 go\r\n") and self._letter(line, reader)
            else:
                going = self._goes_on(line, "", b"250 ok\r\n")
            if not going:
                return

    def _letter(self, line: socket.socket, reader: Any) -> bool:
        lines: list[bytes] = []
        while (text := reader.readline()) != b".\r\n":
            if not text:
                return False
            lines.append(text)
            if self.step == "body" and len(lines) > 3:
                return self._goes_on(line, "body", b"")
        answers_no = self.fault in ("4xx", "5xx")
        if self.step != "dot" and not (self.step == "taken" and answers_no):
            self.taken.append(b"".join(lines))
        if self.step == "taken":
            return self._goes_on(line, "taken", b"")
        going = self._goes_on(line, "dot", b"250 taken\r\n")
        return going and self.step != "answer"

    def _goes_on(self, line: socket.socket, step: str, answer: bytes) -> bool:
        if step != self.step or not self.fault:
            line.sendall(answer)
            return True
        if self.fault == "hang":
            # longer than the client waits; the client goes first
            line.settimeout(10)
            while line.recv(4096):
                pass
            return False
        if self.fault == "drop":
            return False
        line.sendall(b"451 later\r\n" if self.fault == "4xx" else b"550 no such box\r\n")
        return True


@contextmanager
def running(server: FaultyServer) -> Iterator[FaultyServer]:
    """Run a server in a thread until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    server.port = listening.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                try:
                    server.handle(line)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        # wakes accept, which closing alone does not on Linux
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(15)


ONE = Recipient(name="乐北村", address="lebei@example.org")
TWO = Recipient(name="农家村", address="nongjia@example.org")


def sharing_by(port: int, *recipients: Recipient, **more: Any) -> Sharing:
    """Return settings that mail to a server on this computer."""
    return Sharing(
        status="assumed", source="test", server="127.0.0.1", port=port, encryption="none", sender="office@example.org",
        timeout_seconds=0.3, recipients=recipients or (ONE,), **more,
    )  # fmt: skip


@pytest.fixture
def letter() -> bytes:
    """A letter whose lines try the dots."""
    return b"Subject: digest\r\n\r\nfirst\r\n.a line with a dot\r\n..two\r\nlast\r\n"
