"""The outbox of an office: letters on disk, and what became of each.

Responsible for that nothing is lost (a letter is on disk before anything is sent) and nothing is sent twice (the note
that a letter may have arrived is on disk before the dot that ends it leaves). Not responsible for the wire
(`mail_delivery`).

A letter is ``<name>.eml`` with ``<name>.json`` beside it: recipient, month, how often it was tried, what is known of
it. A program killed between the dot and the answer leaves "unknown"; such a letter is never sent again by itself: a
person asks the recipient and says ``share settle``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from povlib.errors import ReportError
from povlib.ledger.storage.process_lock import one_at_a_time
from povlib.params.procedures.sharing import Recipient, Sharing
from povlib.runs.office.office_place import Place
from povlib.runs.sharing.mail_delivery import deliver

Standing = Literal["waits", "sent", "refused", "unknown", "settled"]
_LOCK = ".outbox.lock"


@dataclass(frozen=True)
class Letter:
    """A letter in the outbox.

    Attributes
    ----------
    name : str
        As `letters.letter_name` gives it.
    month : str
        Of the digest, 2016-05.
    recipient, address : str
    standing : {"waits", "sent", "refused", "unknown", "settled"}
        Settled: a person said that it arrived.
    tries : int
    reason : str
        Of the last try, in the language of the day; empty when it went well.
    """

    name: str
    month: str
    recipient: str
    address: str
    standing: Standing = "waits"
    tries: int = 0
    reason: str = ""


class Outbox:
    """The letters in a folder.

    Parameters
    ----------
    folder : Path
        Made when the first letter is put in.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     box = Outbox(Path(folder) / "outbox")
    ...     new = box.put(Letter("a1", "2016-05", "乐北村", "lebei@example.org"), b"Subject: x")
    ...     again = box.put(Letter("a1", "2016-05", "乐北村", "lebei@example.org"), b"Subject: x")
    ...     new, again, [letter.standing for letter in box.letters()]
    (True, False, ['waits'])
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, letter: Letter, content: bytes) -> bool:
        """Put a letter in; return False if it is in already, whatever became of it."""
        with self._alone():
            if self._record(letter.name).exists():
                return False
            _write_to_disk(self._content(letter.name), content)
            self._note(letter)
            return True

    def letters(self) -> list[Letter]:
        """Return all letters by month, recipient and name.

        Raises
        ------
        ReportError
            If a record cannot be read.
        """
        return sorted(self._all(), key=lambda letter: (letter.month, letter.recipient, letter.name))

    def send(self, sharing: Sharing, told: Callable[[Letter], None] = lambda letter: None) -> list[Letter]:
        """Send the letters that wait, until the line is lost; return those tried, as they stand now.

        Parameters
        ----------
        told : callable
            Called with each letter after its try.

        Raises
        ------
        ReportError
            If a record cannot be read; letters sent before stay sent.
        """
        known = {one.address: one for one in sharing.recipients}
        tried: list[Letter] = []
        with self._alone():
            # those tried least go first: a letter at which the line breaks each time holds up no other
            waiting = sorted((one for one in self.letters() if one.standing == "waits"), key=lambda one: one.tries)
            for letter in waiting:
                recipient = known.get(letter.address, Recipient(name=letter.recipient, address=letter.address))
                after, line_lost = self._tried(letter, recipient, sharing)
                tried.append(after)
                told(after)
                if line_lost:
                    break
        return tried

    def settle(self, name: str, *, arrived: bool) -> Letter:
        """Say of a letter that may have arrived, or was refused, that it did arrive, or that it waits again.

        Raises
        ------
        ReportError
            If there is no such letter, or it is known what became of it.
        """
        with self._alone():
            found = [letter for letter in self.letters() if name and letter.name.startswith(name)]
            if len(found) != 1 or found[0].standing not in ("unknown", "refused"):
                raise ReportError(
                    "no letter {name} waits for a person's word", name=name,
                    remedy="see the letters with: python3 workbench.py share outbox",
                )  # fmt: skip
            settled = replace(found[0], standing="settled" if arrived else "waits", reason="")
            self._note(settled)
            return settled

    def _tried(self, letter: Letter, recipient: Recipient, sharing: Sharing) -> tuple[Letter, bool]:
        content = self._content(letter.name).read_bytes()
        trying = replace(letter, tries=letter.tries + 1)
        ended = deliver(content, recipient, sharing, lambda: self._note(replace(trying, standing="unknown")))
        after = replace(trying, standing=ended.outcome, reason=ended.reason)
        self._note(after)
        return after, ended.line_lost

    def _all(self) -> Iterator[Letter]:
        for path in sorted(self.folder.glob("*.json")):
            try:
                yield Letter(**json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError):
                raise ReportError(
                    "this record of a letter cannot be read", where=str(path),
                    remedy="ask the recipient whether the letter arrived, then remove the file",
                ) from None  # fmt: skip

    def _note(self, letter: Letter) -> None:
        record = json.dumps(asdict(letter), ensure_ascii=False, indent=1, sort_keys=True)
        _write_to_disk(self._record(letter.name), record.encode("utf-8"))

    def _record(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _content(self, name: str) -> Path:
        return self.folder / f"{name}.eml"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # two programs that send at once would both find the same letter waiting
        with one_at_a_time(self.folder / _LOCK):
            yield


def outbox_of(place: Place) -> Outbox:
    """Return the outbox of an office."""
    return Outbox(place.office.folder / "outbox")


def _write_to_disk(path: Path, data: bytes) -> None:
    """Write a file whole and wait until the disk has it: a note made after the dot would come too late."""
    aside = path.with_name(f".{path.name}.part")
    with open(aside, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
