"""Words about photos: photo, which stores one, and photos, which compares what is stored with the ledger.

Responsible for turning words into calls and answers into words. Not responsible for the store (`povlib.ledger`).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from povlib.cli.ledger_keeping import LEDGER
from povlib.cli.word import OFFICER, Word, argument, chosen_place
from povlib.cli.words_meant import day_meant, require_recorded
from povlib.errors import LedgerError
from povlib.words import text


def photos(options: argparse.Namespace) -> int:
    """Compare the folder of photos with the digests the ledger names."""
    from povlib.runs import photo_store
    from povlib.runs.office.office_place import open_book

    place = chosen_place(options)
    with open_book(place, create=False) as book:
        swept = photo_store(place).sweep(book)
    for words, digests in (
        ("{n} photos that the ledger names are missing", swept.missing),
        ("{n} photos were changed", swept.damaged),
        ("{n} photos are named by no row", swept.orphaned),
    ):
        if digests:
            print("✗ " + text(words, n=len(digests)) + ": " + ", ".join(d[:12] for d in digests[:10]))
    if swept.missing or swept.damaged:
        options.then = "ledger restore FILE"
    if not (swept.missing or swept.damaged or swept.orphaned):
        print("✓ " + text("Every photo is there and named."))
    return 1 if swept.missing or swept.damaged else 0


def photo(options: argparse.Namespace) -> int:
    """Store a photo and write its digest beside the week's record."""
    week = int(day_meant(options.date).strftime("%Y%m%d"))
    place = chosen_place(options)
    require_recorded(place, [options.project], "project")
    import pandas as pd

    from povlib import ledger
    from povlib.runs import photo_store
    from povlib.runs.office.office_place import open_book

    with open_book(place, create=False) as book:
        projects = ledger.read_frame(book, "projects")
        if options.project not in set(projects["project"]):
            raise LedgerError("there is no housing project {value}", value=options.project)
        digest = photo_store(place).put(Path(options.file).read_bytes())
        row = {"project": options.project, "week": week, "photo_sha256": digest}
        weeks = ledger.read_frame(book, "progress")
        known = weeks[(weeks["project"] == options.project) & (weeks["week"] == week)]
        # a photo adds its digest; what the village reported for the week stays
        frame = pd.DataFrame([{**(known.iloc[0].to_dict() if len(known) else {}), **row}])
        book.append(ledger.BatchInfo(officer=options.officer, role="submit", source_name="photo"), {"progress": frame})
    print("✓ " + text("Photo {digest} stored for {day}.", digest=digest[:12], day=options.date))
    return 0


WORDS = (
    Word("photos", "compare the photos with the digests in the ledger", photos, group=LEDGER, then="ledger backup"),
    Word(
        "photo",
        "store a photo of a house with its week",
        photo,
        (
            argument("project", "key of the housing project", "PROJECT"),
            argument("file", "JPEG or PNG; place and time of taking are removed", "FILE"),
            argument("--date", "day of the record", example="2016-05-06", required=True),
            OFFICER,
        ),
        then="ledger photos",
    ),
)
