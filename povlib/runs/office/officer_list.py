"""The officers of an office on one computer: a list that the office keeps, a name a line, with the area each works for.

Responsible for refusing a name that does not stand in it, for the area whose names an officer may open, and for making
the list of an office that has none. Not responsible for who sits at the keyboard: whoever may use the office's account
may type any name of the list. On a shared server the officer is the login instead. Where a list is, whoever does not
stand in it opens no name, and a line that is not understood is refused: none may open more than was meant.
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
_WITH_AREA = re.compile(r"(.+?)[\s,，;；]+(?:area|区域)\s*[:：]\s*(.+)", re.IGNORECASE)
#: no name holds one: where it stands, an area was meant
_MARKS = frozenset(":：()（）")
_AS_MEANT = "write the name alone, or the name and one area: Li Si  area: County A"
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

    Several lines of one officer give the villages of all areas that they name. An office without a list asks nothing.

    Raises
    ------
    LedgerError
        If the list is no text, holds a line that is not understood, does not name the officer, names it both with
        and without an area, or names an area that ``villages.yaml`` does not have.
    """
    entries = _entries(office)
    if entries is None:
        return None
    name, where = name.strip(), str(officers_file(office))
    said = list(dict.fromkeys(area for own, area in entries if own == name))
    if not said:
        raise LedgerError(
            "{name} is not among the officers of this office: no name is opened",
            where=where,
            remedy="add the name to this file, one name a line, then repeat the command",
            name=name,
        )
    if said == [""]:
        return None
    if "" in said:
        raise LedgerError(
            "{name} stands here both with an area and without one: no name is opened",
            where=where,
            remedy="keep one line of this officer, or lines that all name an area",
            name=name,
        )
    areas = params.load(office.params).areas
    faults = [fault for area in said if (fault := area_fault(areas, area, where)) is not None]
    if faults:
        raise LedgerError(faults)
    return text(", ").join(said), frozenset().union(*(areas.villages_of(area) or () for area in said))


def _entries(office: Office) -> list[tuple[str, str]] | None:
    """Return the names in an office's list, each with the area after it; None when it has none.

    Raises
    ------
    LedgerError
        If it is no text, or naming every line that is not understood.
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
        break
    else:
        what, remedy = "the list of officers is no text", "save it as UTF-8, one name a line"
        raise LedgerError(what, where=str(path), remedy=remedy)
    said = {number: line.partition("#")[0].strip() for number, line in enumerate(lines, start=1)}
    entries = {number: _entry(line) for number, line in said.items() if line}
    faults = [
        Fault("this line of the list of officers is not understood: {line}", f"{path}:{number}", remedy=_AS_MEANT,
              values={"line": said[number]})
        for number, entry in entries.items() if entry is None
    ]  # fmt: skip
    if faults:
        raise LedgerError(faults)
    return [entry for entry in entries.values() if entry is not None]


def _entry(line: str) -> tuple[str, str] | None:
    """Return the name on a line and the area after it; None where an area seems meant and cannot be read.

    Examples
    --------
    >>> _entry("李四  area: 甲县"), _entry("李四，区域：甲县/城关"), _entry("John Area")
    (('李四', '甲县'), ('李四', '甲县/城关'), ('John Area', ''))
    >>> _entry("李四 AREA：甲县"), _entry("李四 (area: 甲县)"), _entry("李四 地区：甲县")
    (('李四', '甲县'), None, None)
    """
    found = _WITH_AREA.fullmatch(line)
    name, area = (found[1].strip(), found[2].strip()) if found else (line, "")
    return None if _MARKS.intersection(name) else (name, area)


def admit_officer(office: Office, book: ledger.Ledger, name: str) -> None:
    """Refuse an officer whom the office's list does not name.

    A list that is not there yet is made of the officers whom the ledger names and of this one: nobody who worked
    here before is locked out, but for names that a list cannot hold (with a colon or a bracket).

    Raises
    ------
    LedgerError
        Naming the list and how a name is added, or that the name cannot stand in one.
    """
    name = name.strip()
    if name in _NOBODY:
        return
    known = officer_names(office)
    path = officers_file(office)
    if known is None:
        if _MARKS.intersection(name):
            raise LedgerError("the name of an officer holds neither a colon nor a bracket")
        recorded = {str(officer).strip() for (officer,) in book.store.rows("select distinct officer from batch")}
        names = sorted(one for one in (recorded | {name}) - set(_NOBODY) if not _MARKS.intersection(one))
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
