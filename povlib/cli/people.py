"""Words about people: review, decide, unmask, erase, posting, statistics.

Responsible for turning words into calls and answers into words; a name is shown only after who asked and
why was logged. Not responsible for sealing (`povlib.ledger`) or for what a list may say (`povlib.report`).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from povlib.calendar import Month
from povlib.cli.terminal import print_table
from povlib.cli.word import MONTH, NAMED_OFFICER, REASON, Word, argument, chosen_place, switch
from povlib.cli.words_meant import require_recorded
from povlib.errors import LedgerError
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.runs import Place

# days the rule asks a public list to hang (``posted`` in procedure.yaml)
_POSTING_DAYS = 7


def review(options: argparse.Namespace) -> int:
    """Print pairs of households that may hold the same person: 0 when none is open, else 1."""
    import pandas as pd

    from povlib import intake
    from povlib.intake.checks.receipts import waiting_pairs
    from povlib.runs.office.office_place import open_book

    place = chosen_place(options)
    with open_book(place, create=False) as book:
        queue = intake.review_queue(book, decided=options.all, waiting=waiting_pairs(place.office.receipts))
    if queue.empty:
        print(text("Nobody has to be looked at."))
        return 0
    signs = {
        "held": text("a file waits"),
        "same_id": text("same identity number"),
        "same_account": text("same account"),
        "same_phone": text("same telephone"),
        "similar_name": text("same birth and sex, similar name"),
    }
    columns = {
        text("household"): queue["left_hh"],
        text("other household"): queue["right_hh"],
        text("sign"): queue["kind"].replace(signs),
        text("person"): queue["left"],
        text("other person"): queue["right"],
    }
    if options.all:
        columns |= {text("decided"): queue["verdict"], text("reason"): queue["note"]}
    print_table(pd.DataFrame(columns))
    if not (queue["verdict"] == "").any():
        return 0
    options.then = "decide HOUSEHOLD HOUSEHOLD different --officer OFFICER --reason REASON"
    return 1


def decide(options: argparse.Namespace) -> int:
    """Record what someone decided about two households."""
    from povlib import intake
    from povlib.runs.office.office_place import open_book

    with open_book(chosen_place(options), create=False) as book:
        batch = intake.decide(
            book, options.left, options.right, options.verdict, officer=options.officer, reason=options.reason
        )
    print("✓ " + text("Recorded as batch {batch}; what was there before stays in the history.", batch=batch))
    if options.verdict == "different":
        print(text("Load the file that waited again."))
        options.then = "load"
    return 0


def unmask(options: argparse.Namespace) -> int:
    """Show names of households or persons, after logging who asked and why."""
    place = chosen_place(options)
    # before anything is opened or logged: one mistyped key opens nobody's name
    require_recorded(place, options.who, "household", "person")
    import pandas as pd

    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    with open_book(place, create=False) as book:
        members = ledger.read_frame(book, "members")
        wanted = set(options.who)
        people = members.loc[members["person"].isin(wanted) | members["hh"].isin(wanted), "person"].tolist()
        known = set(members["person"]) | set(members["hh"])
        # once more where the keys could not be asked for quickly
        if unknown := sorted(wanted - known):
            raise LedgerError("nothing is recorded under {keys}", keys=", ".join(unknown))
        kinds = tuple(options.kind or ("name",))
        info = ledger.BatchInfo(officer=options.officer, role="desk", reason=options.reason)
        opened = ledger.unmask(book, people, kinds, options.reason, info)
    words = {
        "name": text("name"),
        "id_number": text("identity number"),
        "phone": text("telephone"),
        "account": text("account"),
        "helper": text("helper"),
        "remark": text("remark"),
        "columns": text("other columns"),
    }
    kinds_shown = opened["kind"].replace(words)
    print_table(pd.DataFrame({text("person"): opened["person"], text("kind"): kinds_shown, "": opened["value"]}))
    print(text("Logged: {officer}, {reason}.", officer=options.officer, reason=options.reason))
    options.then = f"history {_household_of(members, options.who[0])}"
    return 0


def _household_of(members: pd.DataFrame, key: str) -> str:
    """Return the household of a person's key; a household's key as it is."""
    found = members.loc[members["person"] == key, "hh"]
    return str(found.iloc[0]) if len(found) else key


def erase(options: argparse.Namespace) -> int:
    """Erase a person's identity, and name (or remove) the files that still hold it."""
    place = chosen_place(options)
    require_recorded(place, [options.person], "person")
    # only now: whoever mistypes a key does not wait for tables to be imported
    from povlib import ledger
    from povlib.intake.checks.checked_files import remove_left_files
    from povlib.ledger.storage.process_lock import one_at_a_time
    from povlib.runs.office.office_place import open_book

    with open_book(place, create=False) as book:
        members = ledger.read_frame(book, "members").set_index("person")["hh"]
        villages = ledger.read_frame(book, "households").set_index("hh")["village"]
        village = str(villages.get(members.get(options.person, ""), ""))
        done = ledger.erase(book, options.person, options.basis, ledger.BatchInfo(officer=options.officer, role="desk"))
    if done.batch.added:
        print("✓ " + text("{n} identity values of {person} can never be opened again.", n=done.erased,
                          person=options.person))  # fmt: skip
    else:
        print(text("{person} was erased before; nothing was added.", person=options.person))
    # what a load that was killed left waiting is no file that anybody keeps: it goes without being asked for
    with one_at_a_time(place.office.folder / ".load.lock"):
        if waiting := remove_left_files(place.office.folder):
            print("✓ " + text("What {n} loads that were ended from outside had left was removed.", n=waiting))
    files_left = _files_holding(place, done.sources, village)
    if options.remove_files:
        for path in files_left:
            path.unlink(missing_ok=True)
        print("✓ " + text("{n} files that named the person were removed.", n=len(files_left)))
    elif files_left:
        print("! " + text("These files still name the person; remove them, or run again with --remove-files:"))
    for path in files_left:
        print("    " + str(path))
    print("  " + text("Backups made before still hold the key: remove them too, or within 90 days."))
    return 0


def _files_holding(place: Place, sources: tuple[str, ...], village: str) -> list[Path]:
    """Return received files by digest, their receipts, and forms that went out to the person's village."""
    from povlib.intake.files.reader_process import digest_of_file
    from povlib.runs.office.family_cards import named_cards

    digests = {source.rpartition(" ")[2] for source in sources}
    inbox = [p for p in sorted(place.office.inbox.rglob("*")) if p.is_file() and digest_of_file(p)[:16] in digests]
    receipts = []
    for receipt in sorted(place.office.receipts.glob("*.json")):
        try:
            own = str(json.loads(receipt.read_text(encoding="utf-8")).get("sha256", ""))
        except (OSError, ValueError):
            continue
        if own[:16] in digests:
            receipts += sorted(place.office.receipts.glob(f"{_literal_pattern(receipt.stem)}*"))
    forms = sorted((place.office.folder / "forms").rglob(f"{_literal_pattern(village)}_*.xlsx")) if village else []
    return [*inbox, *receipts, *forms, *(named_cards(place, village) if village else [])]


def _literal_pattern(name: str) -> str:
    import glob

    return glob.escape(name)


def posting(options: argparse.Namespace) -> int:
    """Write the public lists of a month; opening the heads' names is logged first."""
    from povlib import ledger
    from povlib.report.pages.exit_posting import posting_paper
    from povlib.report.writers.publication import publish
    from povlib.runs.facts.exit_posting import posting_rows
    from povlib.runs.office.office_place import open_book

    place, month = chosen_place(options), Month.parse(options.month)
    if options.days < _POSTING_DAYS:
        raise LedgerError("a list hangs for at least 7 days", allowed="{days}", days="--days 7")
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
        rows = posting_rows(state, month)
        if rows.empty:
            print(text("Nobody is marked for {month}: there is nothing to post.", month=month.label()))
            return 1
        info = ledger.BatchInfo(officer=options.officer, role="desk", reason=f"posting {month}")
        names = ledger.unmask(book, rows["person"].dropna().tolist(), ("name",), f"posting {month}", info)
        head = str(book.head())
    rows["head"] = rows["person"].map(names.set_index("person")["value"])
    paper = posting_paper(
        rows, month, _office_name(place), options.days, language(), synthetic=place.synthetic, ledger_head=head
    )
    written = publish(paper, place.office.folder / "posting" / str(month), f"posting.{language()}",
                      formats=("html", "pdf", "docx"))  # fmt: skip
    return _print_written(written)


def statistics(options: argparse.Namespace) -> int:
    """Write tables for outsiders, small cells and their complements suppressed."""
    from povlib import ledger, params
    from povlib.report.pages.village_statistics import statistics_paper
    from povlib.report.writers.publication import publish
    from povlib.runs.facts.village_statistics import statistics_facts
    from povlib.runs.office.disclosure import read_disclosure, write_disclosure
    from povlib.runs.office.office_place import open_book

    place = chosen_place(options)
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
    order = [village.name for village in params.load(place.office.params).villages.values()]
    shown = read_disclosure(place)
    least = shown.least_allowed(options.least)
    facts = statistics_facts(state, least=least, villages=order, hidden=shown.hidden)
    # before anything leaves: what was given out and not written down would not be counted with later tables
    write_disclosure(place, shown, facts)
    paper = statistics_paper(facts, language(), issuer=_office_name(place))
    folder = place.office.papers / "statistics"
    return _print_written(publish(paper, folder, f"statistics.{language()}", formats=("html", "pdf", "xlsx")))


def _office_name(place: Place) -> str:
    return text("the practice township") if place.synthetic else place.office.name


def _print_written(written: list[Path]) -> int:
    for path in written:
        print("  → " + str(path))
    return 0


WORDS = (
    Word(
        "review",
        "households that may hold the same person: someone must decide",
        review,
        (switch("--all", "show what was decided too"),),
        then="load",
    ),
    Word(
        "decide",
        "record what was decided about two households",
        decide,
        (
            *(argument(name, "household key", "HOUSEHOLD") for name in ("left", "right")),
            argument(
                "verdict",
                "different: both load; same_person or moved: held until a village corrects its file",
                choices=["different", "same_person", "moved"],
            ),
            NAMED_OFFICER,
            REASON,
        ),
        then="review",
    ),
    Word(
        "unmask",
        "show names; who asked and why is logged first",
        unmask,
        (
            argument("who", "household or person keys", "KEY", nargs="+"),
            argument(
                "--kind",
                "what to show (default: the name)",
                action="append",
                choices=["name", "id_number", "phone", "account", "helper", "remark", "columns"],
            ),
            NAMED_OFFICER,
            REASON,
        ),
        then="history HOUSEHOLD",
    ),
    Word(
        "erase",
        "erase a person's identity, as the law asks; facts stay under the key",
        erase,
        (
            argument("person", "person key", "PERSON"),
            argument("--basis", "the law or order it rests on", "LAW", required=True),
            switch("--remove-files", "remove the received files, receipts and forms that name them"),
            NAMED_OFFICER,
        ),
        then="ledger backup",
    ),
    Word(
        "posting",
        "the public list of a month: heads by name and what the rule asks for",
        posting,
        (
            MONTH,
            argument("--days", "days it hangs (at least 7)", "N", type=int, default=_POSTING_DAYS),
            NAMED_OFFICER,
        ),
        then="procedure",
    ),
    Word(
        "statistics",
        "tables for outsiders: small cells suppressed",
        statistics,
        (
            argument(
                "--least", "smallest cell shown: one for the office (first 5)", example="K", type=int, default=None
            ),
        ),
        then="report latest",
    ),
)
