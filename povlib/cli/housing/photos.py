"""Words about photos: photo, which stores one, photos, which stores a folder, and ledger photos, which examines them.

Responsible for turning words into calls and answers into words. Not responsible for the store (`povlib.ledger`) or for
what is filed (`povlib.runs.office.photo_filing`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from povlib.cli.ledger_keeping import LEDGER
from povlib.cli.terminal import print_paths, progress_bar, short_path
from povlib.cli.word import OFFICER, Word, argument, chosen_place, switch
from povlib.cli.words_meant import day_meant, phase_meant, require_recorded
from povlib.errors import Fault, LedgerError
from povlib.words import text

if TYPE_CHECKING:
    from povlib.runs.office.photo_filing import Filing

# lines of one kind that are printed; the receipt and the page hold all
_SHOWN = 10


def examine_photos(options: argparse.Namespace) -> int:
    """Compare the folder of photos with the ledger, and list what stands twice or looks alike."""
    from povlib.runs.facts.houses.photo_review import review_photos, shown_works, write_like_photos

    place = chosen_place(options)
    review = review_photos(place)
    swept, like = review.sweep, review.like
    for words, digests in (
        ("{n} photos that the ledger names are missing", swept.missing),
        ("{n} photos were changed", swept.damaged),
        ("{n} photos are named by no row", swept.orphaned),
    ):
        if digests:
            print("✗ " + text(words, n=len(digests)) + ": " + _some(review.shown_as(digest) for digest in digests))
    twice = review.doubled.groupby("sha256")[["project", "phase"]].agg(list)
    _list_lines(
        text("{n} photos stand for more than one house or phase", n=len(twice)),
        (" = ".join(map(shown_works, *row)) for row in twice.itertuples(index=False)),
    )
    _list_lines(
        text("{n} pairs of photos look alike, for a person to judge", n=len(like.pairs)) + (" +" if like.more else ""),
        (
            f"{shown_works(row['left_project'], row['left_phase'])} ~ "
            f"{shown_works(row['right_project'], row['right_phase'])} ({row['distance']})"
            for row in like.pairs.to_dict("records")
        ),
    )
    if like.plain:
        print("! " + text("{n} photos are too plain to be compared", n=like.plain))
    for phase, words in (
        ("before", "{n} works begun have no photo before"),
        ("after", "{n} finished works have no photo after"),
    ):
        works = review.lacking.loc[review.lacking["phase"] == phase, "project"]
        if len(works):
            print("! " + text(words, n=len(works)) + ": " + _some(works))
    if len(like.pairs):
        if options.page:
            print_paths(write_like_photos(review, place, options.lang))
        else:
            options.then = "ledger photos --page"
    if swept.missing or swept.damaged:
        options.then = "ledger restore FILE" if not len(review.photos) else "photos FOLDER"
    if not (swept.missing or swept.damaged or swept.orphaned):
        print("✓ " + text("Every photo is there and named."))
    return 1 if swept.missing or swept.damaged else 0


def _some(words: Iterable[str]) -> str:
    listed = list(words)
    return ", ".join(listed[:_SHOWN]) + (" …" if len(listed) > _SHOWN else "")


def _list_lines(head: str, lines: Iterable[str]) -> None:
    """Print what a person has to look at: a line each, the first of them."""
    listed = list(lines)
    if listed:
        print(f"! {head}:")
        print("\n".join(f"    {line}" for line in listed[:_SHOWN]) + ("\n    …" if len(listed) > _SHOWN else ""))


def photo(options: argparse.Namespace) -> int:
    """Store a photo and record which works it shows, in which phase."""
    place, path = chosen_place(options), Path(options.file)
    faults: list[Fault] = []
    day = phase = None
    try:
        day = day_meant(options.week)
    except LedgerError as error:
        faults += error.faults
    try:
        phase = phase_meant(options.phase)
    except LedgerError as error:
        faults += error.faults
    if not path.is_file():
        faults.append(Fault("there is no such file", where=options.file))
    try:
        require_recorded(place, [options.project], "project")
    except LedgerError as error:
        faults += error.faults
    if faults or day is None or phase is None:
        raise LedgerError(faults)
    from povlib.runs.office.photo_filing import NamedPhoto, file_photos

    named = NamedPhoto(path, options.project, phase, int(day.strftime("%Y%m%d")))
    filing = file_photos(place, [named], options.officer)
    if filing.faults:
        raise LedgerError(filing.faults)
    (filed,) = filing.photos
    words = "Photo {digest} stored for {day}." if filing.batch else "Photo {digest} was recorded before."
    print("✓ " + text(words, digest=filed.digest[:12], day=day.isoformat()))
    _print_elsewhere(filing)
    return 0


def photos(options: argparse.Namespace) -> int:
    """Store the photos of a folder by their names: 0 when all were, else 1."""
    place, folder = chosen_place(options), Path(options.folder)
    day = day_meant(options.week) if options.week else None
    from povlib.runs.office.photo_filing import file_photos, photos_by_name, write_photo_receipt

    named = photos_by_name(folder, day)
    with progress_bar(1) as report:
        filing = file_photos(place, named, options.officer, report)
    return _print_filing(filing, write_photo_receipt(place, filing), options)


def _print_filing(filing: Filing, receipt: Path, options: argparse.Namespace) -> int:
    from povlib.runs.office.photo_filing import ALREADY, STORED

    said = [photo.verdict for photo in filing.photos]
    stored, already = said.count(STORED), said.count(ALREADY)
    words = "{n} photos stored, {already} recorded before, {refused} refused"
    print(("! " if filing.faults else "✓ ") + text(words, n=stored, already=already, refused=len(filing.faults)))
    for fault in filing.faults:
        print("✗ " + fault.show())
    _print_elsewhere(filing)
    print("  " + text("receipt: {file}", file=short_path(receipt)))
    if filing.faults:
        options.then = "photos {folder}"
    return 1 if filing.faults else 0


def _print_elsewhere(filing: Filing) -> None:
    for file, others in list(filing.elsewhere.items())[:_SHOWN]:
        print("! " + text("{file}: the very same photo stands for {others}", file=file, others=", ".join(others)))


WORDS = (
    Word(
        "photos",
        "compare the photos with the ledger; list what stands twice or looks alike",
        examine_photos,
        (switch("--page", "write a page with the photos that look alike, side by side"),),
        group=LEDGER,
        then="ledger backup",
    ),
    Word(
        "photo",
        "store a photo of a house before, during or after the works",
        photo,
        (
            argument("file", "JPEG, PNG or WebP; place and time of taking are removed", "FILE"),
            argument("--project", "key of the housing project", "PROJECT", required=True),
            argument("--phase", "before, during or after the works", example="before", required=True),
            argument("--week", "day of the photo", example="2016-05-06", required=True),
            OFFICER,
        ),
        then="ledger photos",
    ),
    Word(
        "photos",
        "store the photos of a folder, whose names say what they show",
        photos,
        (
            argument("folder", "files named as S01-0016-Z1_before_2016-04-22.jpg", "FOLDER"),
            argument("--week", "day of the photos whose name has none", example="2016-05-06"),
            OFFICER,
        ),
        then="ledger photos",
    ),
)
