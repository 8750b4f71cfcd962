"""The office key: what seals identities, and matches them.

Responsible for the key file (outside ledger and repository, readable by the office alone), what is
derived from the key, and salts. Not responsible for identity rows (`identity`).

A practice ledger has a seed instead of a key file, so that every clone writes the same bytes; its
people are synthetic.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from povlib.errors import LedgerError

_HEAD = "povlib office key 1 "


@dataclass(frozen=True)
class OfficeKey:
    """A 32-byte key and what is derived from it; `fixed` keys draw nothing at random."""

    secret: bytes
    fixed: bool = False

    @classmethod
    def from_seed(cls, seed: int) -> OfficeKey:
        """Return the key of a practice ledger."""
        return cls(hashlib.sha256(f"povlib practice key {seed}".encode()).digest(), fixed=True)

    @classmethod
    def read(cls, path: Path) -> OfficeKey:
        """Read a key file.

        Raises
        ------
        LedgerError
            If the file is missing or holds no key.
        """
        try:
            said = path.read_text(encoding="ascii").strip()
            secret = bytes.fromhex(said.removeprefix(_HEAD))
        except (OSError, ValueError):
            secret = b""
        if len(secret) != 32:
            raise LedgerError(
                "the office key cannot be read", where=str(path), remedy="put the key file back from its safe copy"
            )
        return cls(secret)

    @classmethod
    def create(cls, path: Path) -> OfficeKey:
        """Write a new key file that only its owner can read."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = cls(secrets.token_bytes(32))
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(_HEAD + key.secret.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        return key

    def derived(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose (HMAC-SHA256)."""
        return hmac.digest(self.secret, purpose.encode(), "sha256")

    # asked for with every identity of a county: derived once
    @cached_property
    def _for_matches(self) -> bytes:
        return self.derived("match")

    @cached_property
    def _for_keys(self) -> bytes:
        return self.derived("wrap")

    @cached_property
    def _for_nonces(self) -> bytes:
        return self.derived("nonce")

    @property
    def fingerprint(self) -> str:
        """Tell keys apart without showing them."""
        return self.derived("fingerprint").hex()[:16]

    def salt(self, batch: int, table: str) -> str:
        """Return the salt of the digest of one table in one batch."""
        return self.derived(f"salt|{batch}|{table}").hex()[:32] if self.fixed else secrets.token_hex(16)

    def match(self, kind: str, value: str) -> str:
        """Return the keyed digest by which equal identities are found: it never orders or breaks ties."""
        return hmac.digest(self._for_matches, f"{kind}|{value}".encode(), "sha256").hex()

    def new_person_key(self, person: str) -> bytes:
        """Return the key of one person."""
        return self.derived(f"person|{person}") if self.fixed else secrets.token_bytes(32)

    def wrap(self, person: str, key: bytes) -> bytes:
        """Seal a person's key under the office key."""
        return self.seal(self._for_keys, key, f"key|{person}")

    def unwrap(self, person: str, wrapped: bytes) -> bytes:
        """Open a person's key."""
        return unseal(self._for_keys, wrapped, f"key|{person}")

    def seal(self, key: bytes, value: bytes, bound_to: str) -> bytes:
        """Seal `value` (AES-256-GCM), bound to what it belongs to."""
        if self.fixed:
            # a fixed nonce depends on the value: the same nonce never seals two different values
            nonce = hmac.digest(self._for_nonces, bound_to.encode() + b"|" + value, "sha256")[:12]
        else:
            nonce = secrets.token_bytes(12)
        return nonce + AESGCM(key).encrypt(nonce, value, bound_to.encode())


def unseal(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """Open a sealed value.

    Raises
    ------
    LedgerError
        If the key is another one or the bytes were changed.
    """
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound_to.encode())
    except InvalidTag:
        raise LedgerError("a sealed identity cannot be opened with this office key") from None
