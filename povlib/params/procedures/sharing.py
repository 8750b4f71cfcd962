"""Sharing as configured: the mail server of an office, and who receives the monthly digest.

Responsible for reading ``sharing.yaml`` of an office (else the project's). Not responsible for sending
(`povlib.runs.sharing`) or for what is sent (`povlib.report.sharing`). No password stands in the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from povlib.errors import Fault
from povlib.params.kinds import Block, Number, Status, Whole
from povlib.params.procedures.whole_file import whole_file
from povlib.places import PARAMS

FILE = "sharing.yaml"
#: hosts to which a letter may go in the clear: it does not leave the computer
_OWN_COMPUTER = ("localhost", "127.0.0.1", "::1")
_AGE_KEY = r"^(age1[02-9ac-hj-np-z]{58})?$"


class Recipient(Block):
    """An office that receives the digest.

    Parameters
    ----------
    name : str
        The office, not a person.
    address : str
        Where its mail goes.
    inside : bool
        Whether it also receives what is not public.
    age_key : str
        Its public key of age, for what is not public.
    """

    name: str = Field(min_length=1)
    address: str = Field(min_length=3)
    inside: bool = False
    age_key: Annotated[str, Field(pattern=_AGE_KEY)] = ""


class Sharing(Block):
    """The mail server of an office and the recipients of its digest.

    Parameters
    ----------
    server : str
        Host name of the mail server; empty: nothing is mailed.
    port : int
    encryption : {"starttls", "tls", "none"}
    user : str
        Account on the server; empty: none is asked for.
    password_from : str
        The environment variable that holds the password.
    sender : str
        Address that the digest comes from.
    timeout_seconds : number
        A server that is silent for longer counts as gone.
    recipients : list of Recipient
    """

    status: Status
    source: str = Field(min_length=1)
    server: str = ""
    port: Annotated[Whole, Field(ge=1, le=65535)] = 587
    encryption: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_from: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] = "POVLIB_MAIL_PASSWORD"
    sender: str = ""
    timeout_seconds: Annotated[Number, Field(gt=0, le=600)] = 30
    recipients: tuple[Recipient, ...] = ()

    @property
    def mails(self) -> bool:
        """Whether a server and a recipient are entered."""
        return bool(self.server and self.recipients)


def load_sharing(folder: Path | str = PARAMS) -> Sharing:
    """Load ``sharing.yaml`` of a folder of parameters, or the project's where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be read or is not well formed: an address that is none or stands twice, a server without a
        sender, inside papers without a key, a letter in the clear to another computer.

    Examples
    --------
    >>> load_sharing().mails
    False
    """
    return whole_file(folder, FILE, Sharing, _sharing_faults)


def _sharing_faults(found: Sharing) -> Iterator[Fault]:
    """Yield addresses to which nothing can go, and ways on which others could read along."""
    for number, one in enumerate(found.recipients, 1):
        where = f"{FILE}: recipients[{number}]"
        if not _is_address(one.address):
            yield Fault("{value} is no mail address", where, "name@example.org", values={"value": one.address})
        if one.inside and not one.age_key:
            yield Fault(
                "{name} is to receive what is not public and has no key", where, "age_key: age1...",
                "ask the recipient for the public key that age-keygen prints", values={"name": one.name},
            )  # fmt: skip
    for address, count in Counter(one.address.casefold() for one in found.recipients).items():
        if count > 1:
            yield Fault("{key} stands here twice", f"{FILE}: recipients", values={"key": address})
    if not found.server:
        return
    if not _is_address(found.sender):
        yield Fault("{value} is no mail address", f"{FILE}: sender", "name@example.org", values={"value": found.sender})
    if found.encryption == "none" and found.server not in _OWN_COMPUTER:
        yield Fault(
            "letters to {server} would go in the clear", f"{FILE}: encryption", "starttls, tls",
            values={"server": found.server},
        )  # fmt: skip


def _is_address(value: str) -> bool:
    """Return whether a letter can be addressed to `value`: one address, plain letters, nothing that ends a line."""
    try:
        address = Address(addr_spec=value)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(address.username and address.domain) and value.isascii() and value.isprintable() and " " not in value
