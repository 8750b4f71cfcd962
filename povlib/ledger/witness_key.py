"""The office's witness key (Ed25519): what an office signs with it can be changed by nobody who does not hold it.

Responsible for the key file, for signing and for telling a signature of this office from any other. Not responsible
for what is signed: heads of the ledger (`.deposits`), runs and papers (`povlib.runs.storage.office_seal`).

A practice ledger's key follows from its seed, which every clone has: its signatures find mistakes, not forgers.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from povlib.errors import LedgerError
from povlib.ledger.book import Ledger
from povlib.ledger.people.office_keys import OfficeKey

_KEY_HEAD = "povlib witness key 1 "


def public_key_of(key: Ed25519PrivateKey) -> str:
    """Return the public half of a key, in hexadecimal."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def is_signature(public_key: str, content: bytes, signature: str) -> bool:
    """Return whether `signature` is that of `content` by the holder of `public_key` (both in hexadecimal).

    Examples
    --------
    >>> key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    >>> signature = key.sign(b"said").hex()
    >>> [is_signature(public_key_of(key), content, signature) for content in (b"said", b"sai")]
    [True, False]
    """
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def has_witness_key(book: Ledger) -> bool:
    """Return whether the witness key can be had here; one that is not is never made by asking."""
    return "seed" in book.meta or _witness_key_file(book).exists()


def witness_key(book: Ledger) -> Ed25519PrivateKey:
    """Return the key that signs: a practice ledger's follows from its seed, an office's lies in its own file.

    The file is made when there is none.

    Raises
    ------
    LedgerError
        If no place for it is named, or the file holds no key.
    """
    if "seed" in book.meta:
        secret = OfficeKey.from_seed(int(book.meta["seed"])).derived("witness")
        return Ed25519PrivateKey.from_private_bytes(secret)
    path = _witness_key_file(book)
    try:
        if not path.exists():
            _make_key(path)
        said = path.read_text(encoding="ascii").strip()
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(said.removeprefix(_KEY_HEAD)))
    except (OSError, ValueError):
        raise LedgerError(
            "the witness key cannot be read", where=path.name, remedy="put the key file back from its safe copy"
        ) from None


def _witness_key_file(book: Ledger) -> Path:
    """Return where the witness key lies; refuse when no place is named."""
    if named := os.environ.get("POVLIB_WITNESS_KEY"):
        return Path(named)
    if book.key_file is None:
        raise LedgerError("no place for the witness key is given", remedy="name it with POVLIB_WITNESS_KEY")
    return book.key_file.with_name("witness.key")


def _make_key(path: Path) -> None:
    """Make a witness key at `path`, for its owner's eyes alone; one that another process made meanwhile stays."""
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # under another name first: a process killed in the middle must not leave half a key where the key belongs
    part = path.with_name(f".{path.name}-{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_KEY_HEAD + key.private_bytes_raw().hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        _move_unless_there(part, path)
    finally:
        part.unlink(missing_ok=True)


def _move_unless_there(part: Path, path: Path) -> None:
    """Give a whole file its name, unless the name is taken."""
    try:
        os.link(part, path)
    except FileExistsError:
        return
    except OSError:  # a disk without hard links
        if not path.exists():
            part.replace(path)
