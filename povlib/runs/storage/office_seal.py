"""The office's seal: its signature under the digests of what a run stored, so that nobody else can store the like.

Responsible for writing a seal and for saying why one does not hold. Not responsible for the key
(`povlib.ledger.witness_key`), nor for what is true: a figure that was sealed is still computed again by
`povlib.runs.verification` where a decision rests on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from povlib import ledger
from povlib.errors import Fault, RunError
from povlib.ledger.witness_key import has_witness_key, is_signature, public_key_of, witness_key
from povlib.runs.storage.text_files import SEAL, file_digest, write_text

_FORMAT = "povlib seal 1"
STAGE = "stage"
"""Field of a seal that says under which key a stage of a run was stored (`povlib.runs.stages.stage_inputs`)."""


@dataclass(frozen=True)
class OfficeSeal:
    """Signs for one run, and recognises what it signed.

    Attributes
    ----------
    run : str
        Id of the run: the seal of another run's part is not this one's.
    key : Ed25519PrivateKey or None
        The office's witness key; None where it is not at hand, so that nothing can be signed or recognised.

    Examples
    --------
    >>> import tempfile
    >>> seal = OfficeSeal("r1", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = seal.write(Path(folder) / SEAL, "plan", {"a": "00"})
    ...     [seal.fault(path, "plan", {"a": digest}) for digest in ("00", "01")]
    ['', 'it was changed after it was sealed']
    """

    run: str
    key: Ed25519PrivateKey | None

    @classmethod
    def of(cls, run: str, book: ledger.Ledger, *, make: bool) -> OfficeSeal:
        """Return the seal of the office whose ledger is open; `make` the key when there is none yet."""
        return cls(run, witness_key(book) if make or has_witness_key(book) else None)

    def signed(self, subject: str, digests: Mapping[str, str], stage: str = "") -> dict[str, str]:
        """Return the seal of `subject`, whose files have these digests; `stage` is the key it was stored under.

        Raises
        ------
        RunError
            If the key is not at hand.
        """
        if self.key is None:
            remedy = "name it with POVLIB_WITNESS_KEY"
            raise RunError("the witness key is not here: nothing can be sealed", remedy=remedy)
        return {
            "public_key": public_key_of(self.key),
            "signature": self.key.sign(self._content(subject, digests, stage)).hex(),
            **({STAGE: stage} if stage else {}),
        }

    def wrong(self, said: Mapping[str, str], subject: str, digests: Mapping[str, str]) -> str:
        """Return why what `signed` returned does not hold for these digests, a message id; "" if it does."""
        if not {"public_key", "signature"} <= set(said):
            return "it bears no seal of this office"
        content = self._content(subject, digests, str(said.get(STAGE, "")))
        if not is_signature(str(said["public_key"]), content, str(said["signature"])):
            return "it was changed after it was sealed"
        if self.key is None:
            return "its seal cannot be checked: the witness key is not here"
        return "" if said["public_key"] == public_key_of(self.key) else "it bears the seal of another office"

    def write(self, path: Path, subject: str, digests: Mapping[str, str], stage: str = "") -> Path:
        """Write the seal into a file of its own."""
        return write_text(path, json.dumps(self.signed(subject, digests, stage), indent=1) + "\n")

    def fault(self, path: Path, subject: str, digests: Mapping[str, str]) -> str:
        """Return why the seal in a file does not hold for these digests, as `wrong`."""
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            said = {}
        return self.wrong(said if isinstance(said, dict) else {}, subject, digests)

    def write_for_folder(self, folder: Path, subject: str, stage: str = "") -> None:
        """Seal the files of a folder, with a seal that lies in it."""
        self.write(folder / SEAL, subject, digests_in(folder), stage)

    def holds_for_folder(self, folder: Path, subject: str) -> bool:
        """Return whether the files of a folder are those that were sealed."""
        return not self.fault(folder / SEAL, subject, digests_in(folder))

    def _content(self, subject: str, digests: Mapping[str, str], stage: str) -> bytes:
        said = [_FORMAT, self.run, subject, dict(digests), *([stage] if stage else [])]
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def unsealed_fault(run: str, wrong: str, office: str) -> Fault:
    """Return the fault of a run whose seal does not hold (`OfficeSeal.wrong`)."""
    return Fault(wrong, run, "", "plan again: python3 workbench.py plan base --office {office}", {"office": office})


def digests_in(folder: Path) -> dict[str, str]:
    """Return the digest of every file of a folder but its seal, by path."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path != folder / SEAL)
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in sorted(paths)}
