"""A digest as letters: one to each recipient, with the files that it may see.

Responsible for what stands in a letter and for its name, which follows from office, month, recipient and content: the
same digest is the same letter. Not responsible for sending (`mail_delivery`) or for what is in the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from povlib.params.procedures.sharing import Recipient

#: 32 hexadecimal digits: no two letters of any office meet
_NAME_DIGITS = 32
_TYPES = {
    ".html": ("text", "html"),
    ".pdf": ("application", "pdf"),
    ".png": ("image", "png"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def letter_name(office: str, month: str, recipient: Recipient, contents: Mapping[str, bytes]) -> str:
    """Return the name of a letter: equal for equal content, whenever it is made.

    Parameters
    ----------
    contents : mapping of str to bytes
        What it carries, by file name; of a sealed package its plain content, as sealing differs each time.

    Examples
    --------
    >>> one = Recipient(name="乐北村", address="lebei@example.org")
    >>> letter_name("sample", "2016-05", one, {"a": b"1"}) == letter_name("sample", "2016-05", one, {"a": b"1"})
    True
    """
    digest = hashlib.sha256()
    parts = [office, month, recipient.address.casefold()]
    for part in (*parts, *(bit for name in sorted(contents) for bit in (name, contents[name]))):
        data = part.encode("utf-8") if isinstance(part, str) else part
        # each part with its length: no two lists of parts run into the same bytes
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:_NAME_DIGITS]


def letter_of(
    name: str,
    subject: str,
    body: Sequence[str],
    files: Mapping[str, bytes],
    recipient: Recipient,
    sender: str,
    written: datetime,
) -> bytes:
    """Return a whole letter as it travels.

    Parameters
    ----------
    name : str
        As `letter_name` gives it; whoever gets the letter twice sees one, as both carry this name.
    body : sequence of str
        Paragraphs.
    files : mapping of str to bytes
        By file name.
    written : datetime
        With its zone.
    """
    # seven bits, base64 where there are more: no server on the way has to be asked whether it passes eight
    letter = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    letter["Subject"] = subject
    letter["From"] = sender
    letter["To"] = recipient.address
    letter["Date"] = format_datetime(written)
    letter["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    # no machine answers a letter that says so (RFC 3834, 5)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("\n\n".join(body) + "\n")
    for file, data in sorted(files.items()):
        main, sub = _TYPES.get(file[file.rfind(".") :], ("application", "octet-stream"))
        letter.add_attachment(data, maintype=main, subtype=sub, filename=file)
    return letter.as_bytes()
