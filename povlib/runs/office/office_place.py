"""An office's own place: the practice township's, or a real one's. The two never mix.

Responsible for making ``work/<name>/`` and remembering what it is. Not responsible for reading
workbooks (`povlib.intake`) or planning (`povlib.runs.run`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from povlib import ledger
from povlib.errors import LedgerError, RunError, nearest_words
from povlib.ledger.storage.process_lock import one_at_a_time
from povlib.places import DATA, PARAMS, Office
from povlib.runs.office.last_head import forget_head, remember_head, remembered_head, went_back_fault
from povlib.runs.office.officer_list import admit_officer, seen_area
from povlib.runs.office.private_folder import close_to_others
from povlib.runs.storage.text_files import file_digest, write_text
from povlib.words import text

SAMPLE = "sample"
_RECORD = "office.json"
#: beside the workbooks: the folder in which the names of their photo columns are looked up
PHOTOS = "photos"
# keys, salts and clock of the practice ledger follow from it: another seed would give every clone another head
_SAMPLE_SEED = 2016


@dataclass(frozen=True)
class Place:
    """An office that is there: its folders, whether its people are synthetic."""

    office: Office
    synthetic: bool

    @property
    def is_practice_township(self) -> bool:
        """Whether it is the shipped township itself, which its bulletin speaks of, and no office made after it."""
        return self.synthetic and self.office.name == SAMPLE

    def printed_name(self, lang: str) -> str:
        """Return the name that papers print as the issuer: a made-up office says that it is one."""
        if self.is_practice_township:
            return text("Practice township (synthetic)", lang)
        return text("{office} (synthetic)", lang, office=self.office.name) if self.synthetic else self.office.name


def find_office(name: str) -> Place:
    """Return an office's place, closed to every other account of the computer.

    Raises
    ------
    RunError
        If there is none of this name.
    """
    office = Office(name)
    try:
        record = json.loads((office.folder / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        near = nearest_words(name, (folder.parent.name for folder in office.folder.parent.glob(f"*/{_RECORD}")))
        raise RunError(
            "there is no office named {name} yet",
            remedy="did you mean {near}?" if near else "make it with: python3 workbench.py new {name}",
            name=name,
            near=" / ".join(near),
        ) from None
    close_to_others(office.folder)
    return Place(office, bool(record["synthetic"]))


def open_book(place: Place, *, create: bool = True, older: bool = False) -> ledger.Ledger:
    """Open an office's ledger, made on first use unless `create` is False; close it with ``with``.

    The practice township's keys, salts and clock follow from a seed, so that its head is the same in
    every clone. ``POVLIB_LEDGER`` names another place for the ledger, such as a shared server, and
    ``POVLIB_OFFICE_KEY`` another file for the office key.

    Parameters
    ----------
    create : bool
        Make the ledger when there is none.
    older : bool
        Open also a ledger that went back behind what this office recorded last, to look at it.

    Raises
    ------
    LedgerError
        If the ledger cannot be opened, belongs to the other kind of office, or went back.
    """
    if create and not place.office.has_ledger:
        _refuse_lost_ledger(place)
    key = os.environ.get("POVLIB_OFFICE_KEY") or place.office.keys / "office.key"
    seed = _SAMPLE_SEED if place.synthetic else None
    book = ledger.open(place.office.ledger_place, create=create, key_file=key, seed=seed)
    if book.synthetic != place.synthetic:
        book.close()
        raise RunError("practice people and real people never mix: this ledger belongs to the other kind of office")
    fault = None if older else went_back_fault(place.office, book)
    if fault is not None:
        book.close()
        raise LedgerError([fault])
    # practice needs no list; on a server the officer is the login
    if not place.synthetic and book.store.name == "sqlite":
        book.admit = lambda name: admit_officer(place.office, book, name)
    book.sees = lambda name: seen_area(place.office, name)
    if not older:
        book.at_close = lambda: remember_head(place.office, book)
    return book


def _refuse_lost_ledger(place: Place) -> None:
    """Refuse to begin a new ledger where an office has lost its own; the practice township begins anew."""
    last = remembered_head(place.office)
    if last is None or place.synthetic:
        forget_head(place.office)
        return
    raise LedgerError(
        "the ledger of this office is gone: its last batch was {batch}",
        where=place.office.ledger_place,
        remedy="put it back from a backup: python3 workbench.py ledger restore FILE --office {office}",
        batch=last.batch,
        office=place.office.name,
    )


def new_office(name: str) -> Place:
    """Make ``work/<name>/`` with an inbox and commented parameters, nothing of the sample.

    Raises
    ------
    RunError
        If the place is there already, or is the sample's.
    """
    if name == SAMPLE:
        raise RunError("{name} is the practice township's place; choose another name", name=name)
    return _made_anew(Place(Office(name), synthetic=False), lambda place: _make_folders(place, PARAMS))


def practice_place(name: str, fill: Callable[[Place], None]) -> Place:
    """Make ``work/<name>/`` with the practice township's parameters, and let `fill` put into it what it receives.

    Raises
    ------
    RunError
        If the place is there already, or is the sample's.
    """
    if name == SAMPLE:
        raise RunError("{name} is the practice township's place; choose another name", name=name)

    def make(place: Place) -> Place:
        made = _make_folders(place, DATA / SAMPLE / "params")
        fill(made)
        close_to_others(made.office.folder)
        return made

    return _made_anew(Place(Office(name), synthetic=True), make)


def _made_anew(place: Place, make: Callable[[Place], Place]) -> Place:
    """Make a place that is not there yet; after a fault nothing of it is left."""
    office = place.office
    # the lock lies beside the folder, not in it: whether the folder is there is the question
    with one_at_a_time(office.folder.with_name(f".{office.name}.lock")):
        if office.folder.exists():
            raise RunError("{name} is there already; nothing was changed", name=office.name)
        try:
            return make(place)
        except BaseException:
            shutil.rmtree(office.folder, ignore_errors=True)
            raise


def sample_office() -> Place:
    """Return the practice township's place, made from ``data/sample`` on first use.

    Shipped parameters that nobody edited follow the shipped ones; edited ones are kept. Where nothing may be written
    it is taken as it is.
    """
    place = Place(Office(SAMPLE), synthetic=True)
    if (place.office.folder / _RECORD).is_file() and not os.access(place.office.folder, os.W_OK):
        return place
    shipped = DATA / "sample"
    with one_at_a_time(place.office.folder.with_name(f".{SAMPLE}.lock")):
        if not (place.office.folder / _RECORD).is_file():
            _make_folders(place, shipped / "params")
        _update_untouched_parameters(shipped / "params", place.office.params)
        for workbook in sorted((shipped / "workbooks").glob("*.xlsx")):
            _copy_if_changed(workbook, place.office.inbox / workbook.name)
        for photo in sorted((shipped / "workbooks" / PHOTOS).glob("*.jpg")):
            _copy_if_changed(photo, place.office.inbox / PHOTOS / photo.name)
        _copy_if_changed(shipped / "truth" / "survey.csv", place.office.surveys / "survey-2016-04.csv")
        close_to_others(place.office.folder)
    return place


def _copy_if_changed(shipped: Path, target: Path) -> None:
    if not target.exists() or file_digest(target) != file_digest(shipped):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shipped, target)


def _make_folders(place: Place, params: Path) -> Place:
    office = place.office
    for folder in (office.inbox, office.surveys, office.receipts, office.runs, office.papers, office.keys):
        folder.mkdir(parents=True, exist_ok=True)
    # before anything lies in it: whoever reads the inbox sees identity numbers, whoever reads the key opens every name
    close_to_others(office.folder)
    copy_files(params, office.params)
    record = {"synthetic": place.synthetic, "shipped": _parameter_digests(params)}
    write_text(office.folder / _RECORD, json.dumps(record, indent=1, sort_keys=True) + "\n")
    close_to_others(office.folder)
    return place


def photo_store(place: Place) -> ledger.PhotoStore:
    """Return the office's folder of house photos."""
    return ledger.PhotoStore(place.office.folder / "photos")


def copy_files(source: Path, target: Path) -> None:
    """Copy the files of a folder, hidden ones left out.

    Raises
    ------
    OSError
        The first that occurs, as it is: `shutil.copytree` wraps it, and a full disk would not be known as such.
    """
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        inside = path.relative_to(source)
        if not any(part.startswith(".") for part in inside.parts):
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / inside)


def _parameter_digests(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in sorted(folder.rglob("*.yaml"))}


def _update_untouched_parameters(shipped: Path, own: Path) -> None:
    record_path = own.parent / _RECORD
    record = json.loads(record_path.read_text(encoding="utf-8"))
    now, before = _parameter_digests(shipped), record.get("shipped", {})
    for name, digest in now.items():
        target = own / name
        # still the bytes that were shipped when it was copied; what the office edited is never written over
        untouched = not target.exists() or file_digest(target) == before.get(name)
        if untouched and digest != before.get(name):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(shipped / name, target)
    if now != before:
        write_text(record_path, json.dumps({**record, "shipped": now}, indent=1, sort_keys=True) + "\n")
