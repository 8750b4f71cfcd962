"""The officers of an office on one computer: a list that the office keeps, a name a line.

Responsible for refusing a name that does not stand in it, and for making the list of an office that has none. Not
responsible for who sits at the keyboard: whoever may use the office's account may type any name of the list. On a
shared server the officer is the login instead.
"""

from __future__ import annotations

import logging
from pathlib import Path

from povlib import ledger
from povlib.errors import Fault, LedgerError, nearest_words
from povlib.places import Office
from povlib.runs.storage.text_files import write_text
from povlib.words import text

_FILE = "officers.txt"
#: what stands for nobody: work that the workbench does by itself, such as loading an inbox
_NOBODY = ("", "-")
_LOG = logging.getLogger(__name__)


def officers_file(office: Office) -> Path:
    """Return where an office's list of officers lies."""
    return office.folder / _FILE


def officer_names(office: Office) -> list[str] | None:
    """Return the names in an office's list; None when it has none. A line after ``#`` is a note.

    Raises
    ------
    LedgerError
        If the list is no text.
    """
    path = officers_file(office)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    # as editors in China save a list: UTF-8 with or without a mark, or GB18030
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            lines = content.decode(encoding).splitlines()
        except UnicodeDecodeError:
            continue
        return [name for line in lines if (name := line.partition("#")[0].strip())]
    raise LedgerError("the list of officers is no text", where=str(path), remedy="save it as UTF-8, one name a line")


def admit_officer(office: Office, book: ledger.Ledger, name: str) -> None:
    """Refuse an officer whom the office's list does not name.

    A list that is not there yet is made of the officers whom the ledger names and of this one: nobody who worked
    here before is locked out.

    Raises
    ------
    LedgerError
        Naming the list and how a name is added.
    """
    name = name.strip()
    if name in _NOBODY:
        return
    known = officer_names(office)
    path = officers_file(office)
    if known is None:
        recorded = {str(officer).strip() for (officer,) in book.store.rows("select distinct officer from batch")}
        names = sorted((recorded | {name}) - set(_NOBODY))
        head = text("# Officers of this office, one name a line: only they are written into the ledger.")
        write_text(path, "\n".join([head, *names]) + "\n")
        made = "{file} lists the officers of this office now: {names}. Add others there, one name a line."
        _LOG.warning("%s", Fault(made, values={"file": str(path), "names": ", ".join(names)}).show())
    elif name not in known:
        near = nearest_words(name, known, 1)
        raise LedgerError(
            "{name} is not among the officers of this office",
            where=str(path),
            allowed="{names}" if known else "",
            remedy="did you mean {near}? A new officer is added to this file, one name a line"
            if near
            else "add the name to this file, one name a line, then repeat the command",
            name=name,
            near="".join(near),
            names=", ".join(known[:20]),
        )
