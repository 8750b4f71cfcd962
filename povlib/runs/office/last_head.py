"""The office's memory of its ledger's last head, kept outside the ledger: an older file put in its place is told.

Responsible for remembering (when the ledger is closed) and for comparing (when it is opened). Not responsible for
deposited heads (`.head_deposits`), which are signed and belong elsewhere: whoever owns the office's folder can delete
this file.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from povlib import ledger
from povlib.errors import Fault, LedgerError
from povlib.places import Office
from povlib.runs.storage.text_files import write_text

_FILE = "last-head.json"


def remembered_head(office: Office) -> ledger.Head | None:
    """Return the last head this office worked with; None when it remembers none."""
    said = _memory(office)
    return ledger.Head(int(said["batch"]), str(said["hash"])) if said else None


def remember_head(office: Office, book: ledger.Ledger) -> None:
    """Remember the head of an open ledger where it is new; what cannot be read or written is passed over."""
    with contextlib.suppress(LedgerError, OSError):
        head = book.head()
        said = {"origin": book.meta["origin"], "batch": head.batch, "hash": head.hash}
        if head.batch and _memory(office) != said:
            write_text(_file(office), json.dumps(said, indent=1) + "\n")


def forget_head(office: Office) -> None:
    """Forget the last head: a backup was put in the ledger's place on purpose."""
    _file(office).unlink(missing_ok=True)


def went_back_fault(office: Office, book: ledger.Ledger) -> Fault | None:
    """Return how an open ledger falls short of the last head of this office; None when it goes on from there."""
    said = _memory(office)
    if said is None:
        return None
    last, now = int(said["batch"]), book.head().batch
    told = {"batch": last, "now": now, "office": office.name}
    remedy = (
        "put the newer ledger back; if this one is meant, move it away and name it in: "
        "python3 workbench.py ledger restore FILE --office {office}"
    )
    if said["origin"] != book.meta["origin"]:
        # another place named on purpose is another ledger; in the office's own place it is an exchange
        return None if os.environ.get("POVLIB_LEDGER") else Fault("this is not the ledger this office worked with last",
                                                                  "", "", remedy, told)  # fmt: skip
    found = book.store.rows("select hash from batch where id = ?", (last,))
    if found and found[0][0] == said["hash"]:
        return None
    if (last, said["hash"]) in ledger.hashes_set_aside(book.store):
        return None  # by an officer, on the record
    if now < last:
        return Fault("the ledger went back: this office recorded batch {batch}, and the file ends at {now}",
                     "", "", remedy, told)  # fmt: skip
    return Fault("batch {batch} is not the one that this office recorded", "", "", remedy, told)


def _file(office: Office) -> Path:
    return office.folder / _FILE


def _memory(office: Office) -> dict[str, str | int] | None:
    try:
        said: dict[str, str | int] = json.loads(_file(office).read_text(encoding="utf-8"))
        return {"origin": str(said["origin"]), "batch": int(said["batch"]), "hash": str(said["hash"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None
