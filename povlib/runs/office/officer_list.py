"""The officers of an office on one computer: a list that the office keeps, a name a line, with the area each works for.

Responsible for refusing a name that does not stand in it, for the area whose names an officer may open, and for making
the list of an office that has none. Not responsible for who sits at the keyboard: whoever may use the office's account
may type any name of the list. On a shared server the officer is the login instead.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from povlib import ledger, params
from povlib.errors import Fault, LedgerError, nearest_words
from povlib.params.checking.area_checks import area_fault
from povlib.places import Office
from povlib.runs.storage.text_files import write_text
from povlib.words import text

_FILE = "officers.txt"
#: what stands for nobody: work that the workbench does by itself, such as loading an inbox
_NOBODY = ("", "-")
#: a name, then the area that its officer works for, as either language types it
_WITH_AREA = re.compile(r"(.+?)[\s,，;；]+(?:area|区域)\s*[:：]\s*(.+)")
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
    entries = _entries(office)
    return None if entries is None else [name for name, _ in entries]


def seen_area(office: Office, name: str) -> tuple[str, frozenset[str]] | None:
    """Return the area whose names an officer may open, with its villages; None: the whole office.

    Raises
    ------
    LedgerError
        If the list is no text, or names an area that ``villages.yaml`` does not have.
    """
    area = next((area for own, area in _entries(office) or () if own == name.strip() and area), "")
    if not area:
        return None
    areas = params.load(office.params).areas
    fault = area_fault(areas, area, str(officers_file(office)))
    if fault is not None:
        raise LedgerError([fault])
    return area, areas.villages_of(area) or frozenset()


def _entries(office: Office) -> list[tuple[str, str]] | None:
    """Return the names in an office's list, each with the area after it; None when it has none."""
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
        return [_entry(said) for line in lines if (said := line.partition("#")[0].strip())]
    raise LedgerError("the list of officers is no text", where=str(path), remedy="save it as UTF-8, one name a line")


def _entry(line: str) -> tuple[str, str]:
    """Return the name on a line and the area after it.

    Examples
    --------
    >>> _entry("李四  area: 甲县"), _entry("李四，区域：甲县/城关"), _entry("John Area")
    (('李四', '甲县'), ('李四', '甲县/城关'), ('John Area', ''))
    """
    found = _WITH_AREA.fullmatch(line)
    return (found[1].strip(), found[2].strip()) if found else (line, "")


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
