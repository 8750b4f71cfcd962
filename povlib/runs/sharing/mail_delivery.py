"""One letter to one address by SMTP, and what is known of it afterwards.

Responsible for telling apart the three endings of a delivery: the server took it, the server surely has not got it, and
nobody can know. Not responsible for what is done next (`outbox`).

A server answers for a letter only after the dot that ends it (RFC 5321, 4.1.1.4 and 6.1). Before that dot has left, the
server may not deliver; after the server's answer it must. Between the two lies the only moment in which a broken line
leaves it open (RFC 1047). So the dot is sent by itself, and whoever keeps the books is told just before.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from povlib.params.procedures.sharing import Recipient, Sharing
from povlib.words import text

Outcome = Literal["sent", "waits", "refused", "unknown"]
_READY_FOR_DATA = 354
_TAKEN = 250
_FORWARDED = 251
# an address, not a name: what the office calls its computer is nobody's business (RFC 5321, 4.1.3)
_OWN_NAME = "[127.0.0.1]"
# replies from here on are final: the same letter would be refused again (RFC 5321, 4.2.1)
_FINAL = 500


@dataclass(frozen=True)
class Delivery:
    """How a delivery ended.

    Attributes
    ----------
    outcome : {"sent", "waits", "refused", "unknown"}
        Taken by the server; surely not there and to be tried again; refused for good; nobody can know.
    reason : str
        In the language in use; empty when sent.
    line_lost : bool
        The server is not there or the line broke: another letter would fare no better now.
    """

    outcome: Outcome
    reason: str = ""
    line_lost: bool = False


def deliver(letter: bytes, recipient: Recipient, sharing: Sharing, at_the_dot: Callable[[], None]) -> Delivery:
    r"""Hand a letter to the server and return what is known of it.

    Parameters
    ----------
    letter : bytes
        The whole message with lines that end in ``\r\n``.
    at_the_dot : callable
        Called when the letter has been handed over but for the dot that ends it: from then on it may have arrived.
    """
    password = os.environ.get(sharing.password_from, "")
    if sharing.user and not password:
        reason = text("the mail server wants a password and {name} is empty", name=sharing.password_from)
        return Delivery("waits", reason, line_lost=True)
    known: Outcome = "waits"
    try:
        server = _connected(sharing)
        try:
            server.ehlo_or_helo_if_needed()
            if sharing.user:
                server.login(sharing.user, password)
            _expect(*server.mail(sharing.sender))
            _expect(*server.rcpt(recipient.address))
            _expect(*server.docmd("DATA"), wanted=_READY_FOR_DATA)
            server.send(dot_stuffed(letter))
            at_the_dot()
            known = "unknown"
            server.send(b".\r\n")
            answer = server.getreply()
            known = "waits"
            _expect(*answer)
            return Delivery("sent")
        finally:
            # without QUIT: once the server has answered, no later word of it may change what is known
            server.close()
    except smtplib.SMTPNotSupportedError as error:
        return Delivery("waits", _line_words(error), line_lost=True)
    except smtplib.SMTPResponseException as no:
        words = no.smtp_error
        return _refused(no.smtp_code, words if isinstance(words, str) else words.decode("utf-8", errors="replace"))
    except (OSError, smtplib.SMTPException) as error:
        return Delivery(known, _line_words(error), line_lost=True)


def dot_stuffed(letter: bytes) -> bytes:
    r"""Return a letter as it travels: a dot before every line that begins with one (RFC 5321, 4.5.2).

    Examples
    --------
    >>> dot_stuffed(b"a\r\n.b\r\n..c")
    b'a\r\n..b\r\n...c\r\n'
    """
    whole = letter if letter.endswith(b"\r\n") else letter + b"\r\n"
    stuffed = whole.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def _connected(sharing: Sharing) -> smtplib.SMTP:
    """Return a connection that has greeted the server, encrypted as the office asks."""
    trusted = ssl.create_default_context()
    host, port, seconds = sharing.server, sharing.port, sharing.timeout_seconds
    if sharing.encryption == "tls":
        return smtplib.SMTP_SSL(host, port, local_hostname=_OWN_NAME, timeout=seconds, context=trusted)
    server = smtplib.SMTP(host, port, local_hostname=_OWN_NAME, timeout=seconds)
    if sharing.encryption == "starttls":
        try:
            server.starttls(context=trusted)
        except BaseException:
            server.close()
            raise
    return server


def _expect(code: int, words: bytes, wanted: int = _TAKEN) -> None:
    # 251: the server forwards the letter, which is as good as taking it (RFC 5321, 4.2.3)
    if code != wanted and not (wanted == _TAKEN and code == _FORWARDED):
        raise smtplib.SMTPResponseException(code, words)


def _refused(code: int, words: str) -> Delivery:
    reason = text("the mail server answered {code}: {words}", code=code, words=" ".join(words.split()))
    return Delivery("refused" if code >= _FINAL else "waits", reason)


def _line_words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return text("the mail server did not answer in time")
    if isinstance(error, ssl.SSLError):
        return text("the mail server's certificate or encryption is not to be trusted")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return text("the mail server does not offer the encryption or the account that sharing.yaml asks for")
    if isinstance(error, (ConnectionRefusedError, smtplib.SMTPConnectError)):
        return text("the mail server cannot be reached")
    return text("the line to the mail server broke")
