"""Words about places: new, forms, sample."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from povlib.calendar import Month
from povlib.cli.word import MONTH, OFFICER, Word, argument, chosen_place, switch, typeable
from povlib.errors import RunError
from povlib.places import DATA
from povlib.words import text

if TYPE_CHECKING:
    import pandas as pd

    from povlib import ledger
    from povlib.runs import Place

# what a pre-filled form repeats of a person; remarks and unknown columns stay sealed
_FORM_KINDS = ("account", "helper", "id_number", "name", "phone")


def new(options: argparse.Namespace) -> int:
    """Make an office's own place."""
    from povlib import params
    from povlib.runs import new_office

    place = new_office(options.name)
    empty = params.load(place.office.params).empty()
    print(
        "✓ "
        + text("{folder} is ready: an inbox, your parameters, nothing of the sample.", folder=str(place.office.folder))
    )
    listed = text(
        "{n} local values in params/ are still empty. They are listed by: python3 workbench.py plan base", n=len(empty)
    )
    print("  " + typeable(listed, options.name))
    return 0


def forms(options: argparse.Namespace) -> int:
    """Write the village workbooks of a month, pre-filled from the ledger unless --blank."""
    from povlib import intake, params

    place = chosen_place(options)
    month = Month.parse(options.month)
    catalogue = params.load(place.office.params)
    folder = place.office.folder / "forms" / str(month)
    if folder.exists():
        raise RunError(
            "the forms of {month} were written before; somebody may have filled them in",
            where=str(folder),
            remedy="move the folder away, then ask for them again",
            month=month.label(),
        )
    villages = [village.name for village in catalogue.villages.values()]
    state, identities, planned, head = _NOTHING if options.blank else _known_facts(place, month, options.officer)
    # written aside and moved as a whole: after a full disk there is no half set that blocks the next try
    with TemporaryDirectory(dir=place.office.folder, prefix=".forms") as aside:
        part = Path(aside) / str(month)
        written = intake.write_forms(state, month, villages, part, identities=identities, planned=planned)
        written.append(intake.write_township_form(state, month, part))
        intake.record_sent(part, head=head, officer=options.officer)
        folder.parent.mkdir(exist_ok=True)
        part.replace(folder)
    print("✓ " + text("{n} workbooks written to {folder}", n=len(written), folder=str(folder)))
    return 0


_NOTHING = (None, None, None, "")


def _known_facts(
    place: Place, month: Month, officer: str
) -> tuple[ledger.State | None, pd.DataFrame | None, pd.DataFrame | None, str]:
    """Log the opening of names; return state, identity numbers, planned measures, head; nothing without a ledger."""
    from povlib import ledger
    from povlib.runs.office.approved_measures import approved_measures
    from povlib.runs.office.office_place import open_book

    if not place.office.has_ledger:
        return _NOTHING
    # the log of opened names must name a person; nobody is harmed where the people are made up
    if officer == "-" and not place.synthetic:
        raise RunError(
            "the forms hold names: say who sends them",
            remedy="python3 workbench.py forms {month} --officer NAME, or with --blank",
            month=month,
        )
    with open_book(place) as book:
        state = ledger.read_state(book)
        info = ledger.BatchInfo(officer=officer, role="desk", reason=f"forms {month}")
        identities = ledger.unmask(book, None, _FORM_KINDS, f"forms {month}", info) if len(state.households) else None
        return state, identities, approved_measures(place, book, month), str(book.head())


def sample(options: argparse.Namespace) -> int:
    """Make a synthetic township of any size: an office with --office, workbooks with --workbooks, else tables."""
    from povlib import sample as practice

    if options.after:
        return _write_year_after(options)
    if options.office:
        return _make_practice_office(options)
    folder = Path(options.out) if options.out else DATA / "sample"
    if options.workbooks or not options.out:
        written = practice.write_sample(folder, households=options.households, seed=options.seed)
        n = sum(path.suffix == ".xlsx" for path in written)
        print("✓ " + text("{n} synthetic workbooks written to {folder}", n=n, folder=str(folder)))
        return 0
    township = practice.simulate(households=options.households, seed=options.seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in practice.ledger_rows(township).items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    print(
        "✓ "
        + text("A synthetic township of {n} households written to {folder}", n=options.households, folder=str(folder))
    )
    return 0


def _make_practice_office(options: argparse.Namespace) -> int:
    """Make an office of any size with synthetic people: its parameters scaled, its inbox full."""
    from povlib.cli.terminal import progress_bar
    from povlib.runs.office.practice_office import area_words, practice_office

    with progress_bar(1) as report:
        place = practice_office(
            options.office,
            options.households,
            options.seed,
            lambda _, share: report(text("townships written"), share),
            months=options.months,
        )
    said = text(
        "SYNTHETIC practice office of {n} households in {townships} townships and {villages} villages: {folder}",
        n=options.households, folder=str(place.office.folder), **area_words(options.households),
    )  # fmt: skip
    print("✓ " + said)
    funds = text("Funds, posts, places and crews are scaled to it; the rule stands in {file}",
                 file=str(place.office.params / "funds.yaml"))  # fmt: skip
    print("  " + funds)
    options.then = f"load --office {place.office.name}"
    return 0


def _write_year_after(options: argparse.Namespace) -> int:
    from povlib.runs import find_run, sample_office, write_year_after

    place = sample_office()
    folder = Path(options.out) if options.out else place.office.folder / "after"
    run = find_run(options.after, place)
    written = write_year_after(run, folder, households=options.households, seed=options.seed)
    print("✓ " + text("{n} synthetic workbooks written to {folder}", n=len(written), folder=str(folder)))
    print(
        "  "
        + text(
            "Once they are loaded, close the month in which the promises fall due: "
            "python3 workbench.py close {month} --officer NAME",
            month=run.settings.horizon,
        )
    )
    # every file by name: a pattern would not survive a folder with a blank in it
    options.then = "load " + shlex.join(str(path) for path in sorted(folder.glob("*.xlsx")))
    return 0


WORDS = (
    Word(
        "new",
        "make an office's own place under work/",
        new,
        (argument("name", "name of the office: letters, digits, Chinese characters", "NAME"),),
        of_office=False,
        then="load --office {name}",
    ),
    Word(
        "forms",
        "write the village workbooks of a month",
        forms,
        (MONTH, switch("--blank", "leave the sheets empty instead of filling in what is known"), OFFICER),
        then="load",
    ),
    Word(
        "sample",
        "make a synthetic township",
        sample,
        (
            argument("--households", "how many households", "N", type=int, default=340),
            argument("--seed", "seed of the random numbers", "N", type=int, default=2016),
            argument("--out", "where to write; default: data/sample", "FOLDER", default=None),
            argument("--office", "make an office of this name, of that many households", "OFFICE", default=None),
            argument(
                "--months",
                "of an office that receives rows: only the last months of incomes",
                "N",
                type=int,
                default=None,
            ),
            switch("--workbooks", "write village workbooks instead of tables"),
            argument(
                "--after",
                "the later months, as they come when this run's plan is followed",
                default=None,
                metavar="RUN",
            ),
        ),
        of_office=False,
        then="run",
    ),
)
