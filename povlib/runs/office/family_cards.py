"""Family cards for every household (一户一法): one PDF a village, at the desk, with the family's names only on request.

Responsible for who gets a card, for opening names, which is logged before anything is shown, and for where the files
lie. Not responsible for what stands on a card (`povlib.runs.facts.family_sheets`) or for its layout. A run never writes
these files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import cast

from povlib import ledger
from povlib.errors import Fault, RunError, WorkbenchError, unknown_word_fault
from povlib.places import Office
from povlib.report.model.numbers import shown
from povlib.report.writers.family_sheets import HouseholdSheet, write_household_sheets
from povlib.runs.facts.explanation import annex_rows
from povlib.runs.facts.family_sheets import every_household_sheet, sheet_head
from povlib.runs.facts.record import promise_record
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.papers import papers_folder
from povlib.runs.run import Run
from povlib.runs.run_folders import read_run
from povlib.runs.side_processes import number_of_cores, side_processes
from povlib.vocabulary.register import head_of_household
from povlib.words import language_in_use, text

FOLDER = "cards"
NAMED = "named"
#: cards of one file, a choice: 100 take 0.15 s and 50 MB, and the memory of the whole stays under 0.7 GB
PART = 100
#: what one process wrote, and why it did not write the rest
_Aside = tuple[list[Path], tuple[Fault, ...]]


def write_family_cards(
    run: Run,
    lang: str,
    villages: Sequence[str] = (),
    opened_by: ledger.BatchInfo | None = None,
    points: Sequence[str] = (),
) -> list[Path]:
    """Write a card for every registered household, one file a village (of a large village several).

    Parameters
    ----------
    run : Run
    lang : str
    villages : sequence of str
        Only these; empty: all.
    opened_by : BatchInfo, optional
        Who opens the families' names, and why: written into the ledger before they are read. Without it no name is
        opened and none stands on a card.
    points : sequence of str
        Households that asked for their own points: on their cards, and on no other, stands a line with them.

    Raises
    ------
    RunError
        If a village or a household is not on the register.
    LedgerError
        If names are asked for without an officer or a reason.
    PrivacyError
        If a card would hold an identity number, a card number or a private telephone.
    """
    if run.is_by_parts and opened_by is None and not points:
        from povlib.runs.area.area_run import AreaRun
        from povlib.runs.area.part_cards import villages_by_part

        shared_out = villages_by_part(cast(AreaRun, run), villages)
        if len(shared_out) > 1 and number_of_cores() > 1:
            return _written_side_by_side(run, lang, shared_out)
    decided = promise_record(run).decisions
    head = sheet_head(run, lang, draft=not any(one.decision == "approved" for one in decided), decisions=decided)
    head = replace(
        head,
        lapsed=bool(decided) and decided[-1].decision != "approved",
        named=opened_by is not None,
    )
    folder = run.office.folder / FOLDER / papers_folder(run).name
    folder = folder / NAMED if opened_by is not None else folder
    written = []
    for of_run, sheets in _chosen_sheets(run, lang, villages, points, approved=head.approved):
        chosen = sheets if opened_by is None else _with_names(of_run, sheets, opened_by)
        written += [
            write_household_sheets(part, head, folder / f"{name}.{lang}.pdf", lang=lang)
            for name, part in _parts(chosen)
        ]
    return written


def _written_side_by_side(run: Run, lang: str, shared_out: Mapping[str, Sequence[str]]) -> list[Path]:
    """Write the cards of several parts of a large office, one part a process; a part that fails is named."""
    with side_processes(min(number_of_cores(), len(shared_out)), loads=__name__) as pool:
        work = {part: _handed_over(pool, run, lang, villages) for part, villages in shared_out.items()}
        paths: list[Path] = []
        faults: list[Fault] = []
        for part, one in work.items():
            try:
                written, wrong = one.result()
            except BrokenExecutor:
                what = "a process that wrote papers was ended from outside: is there enough memory?"
                written, wrong = [], (Fault(what, remedy="write one village after the other with --village"),)
            paths += written
            faults += [replace(fault, where=f"{part}: {fault.where}" if fault.where else part) for fault in wrong]
    if faults:
        raise RunError(faults)
    return paths


def _handed_over(pool: Executor, run: Run, lang: str, villages: Sequence[str]) -> Future[_Aside]:
    try:
        return pool.submit(_written_aside, run.folder, run.office, lang, villages)
    except BrokenExecutor as error:  # they take nothing more: as if it had been under way
        lost: Future[_Aside] = Future()
        lost.set_exception(error)
        return lost


def _written_aside(folder: Path, office: Office, lang: str, villages: Sequence[str]) -> _Aside:
    """Write the cards of villages of one part and return their paths, or why they cannot be written."""
    with language_in_use(lang):
        try:
            return write_family_cards(read_run(folder, office), lang, villages), ()
        except WorkbenchError as error:
            return [], error.faults
        except (OSError, MemoryError) as error:
            # a full disk or too little memory stops one part, not the others, and is told in words
            what = "the computer refused what this paper needs ({reason})"
            remedy = "see to disk and memory, then type the same command again"
            return [], (Fault(what, remedy=remedy, values={"reason": type(error).__name__}),)


def _chosen_sheets(
    run: Run, lang: str, villages: Sequence[str], points: Sequence[str], *, approved: bool
) -> Iterator[tuple[Run, list[HouseholdSheet]]]:
    """Yield the sheets of some villages, those of a plan by parts part after part, each with its run."""
    if run.is_by_parts:
        from povlib.runs.area.area_run import AreaRun
        from povlib.runs.area.part_cards import sheets_of_parts

        if points:
            raise RunError("points of single households are not reckoned for a plan by parts", where="--points")
        yield from sheets_of_parts(cast(AreaRun, run), lang, approved=approved, villages=villages)
        return
    sheets = every_household_sheet(run, lang, approved=approved)
    known = {sheet.village for sheet in sheets}
    if unknown := [village for village in villages if village not in known]:
        raise RunError("no household of {village} is on the register", allowed="、".join(sorted(known)),
                       village="、".join(unknown))  # fmt: skip
    chosen = [sheet for sheet in sheets if not villages or sheet.village in villages]
    yield run, _with_points(run, chosen, points, lang) if points else chosen


def _parts(sheets: Sequence[HouseholdSheet]) -> Iterator[tuple[str, list[HouseholdSheet]]]:
    """Yield what goes into one file, with its name: a village, or so many cards of it."""
    by_village: dict[str, list[HouseholdSheet]] = {}
    for sheet in sheets:
        by_village.setdefault(sheet.village, []).append(sheet)
    for village, own in by_village.items():
        for number, start in enumerate(range(0, len(own), PART), start=1):
            yield (village if len(own) <= PART else f"{village}-{number}"), own[start : start + PART]


def _with_points(run: Run, sheets: list[HouseholdSheet], asked: Sequence[str], lang: str) -> list[HouseholdSheet]:
    """Return the sheets, those of households that asked with what the plan weighed for them; never a rank."""
    known = {sheet.hh for sheet in sheets}
    if faults := [unknown_word_fault("no card of household {value} is written", hh, known, "--points")
                  for hh in dict.fromkeys(asked) if hh not in known]:  # fmt: skip
        raise RunError(faults)
    rows = annex_rows(run, lang).set_index("hh")[["points", "runner_points"]].loc[list(dict.fromkeys(asked))]
    said = {str(hh): _own_points(own, runner, lang) for hh, own, runner in rows.itertuples()}
    return [replace(sheet, person_points=said.get(sheet.hh, "")) for sheet in sheets]


def _own_points(own: float, runner: float, lang: str) -> str:
    if own != own:
        return text("cannot be weighed yet: some of your incomes are not known", lang)
    if runner != runner:
        return text("{points} for what the plan gives you", lang, points=shown(own, "decimal1", lang))
    return text("{points} for what the plan gives you, {runner} for the next best for you", lang,
                points=shown(own, "decimal1", lang), runner=shown(runner, "decimal1", lang))  # fmt: skip


def _with_names(run: Run, sheets: list[HouseholdSheet], who: ledger.BatchInfo) -> list[HouseholdSheet]:
    """Return the sheets with head and members by name, once it is on record who asked for them and why."""
    members = run.state.members
    members = members.loc[members["hh"].isin([sheet.hh for sheet in sheets])].sort_values(["hh", "person"])
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        opened = ledger.unmask(book, members["person"].tolist(), ("name",), who.reason, who)
    names = members.assign(name=members["person"].map(opened.set_index("person")["value"])).dropna(subset=["name"])
    is_head = names["relation"] == head_of_household()
    heads = names.loc[is_head].drop_duplicates("hh").set_index("hh")["name"].to_dict()
    others = {str(hh): tuple(own) for hh, own in names.loc[~is_head].groupby("hh")["name"]}
    return [replace(sheet, name=heads.get(sheet.hh, ""), members=others.get(sheet.hh, ())) for sheet in sheets]


def named_cards(place: Place, village: str) -> list[Path]:
    """Return cards with names of a village that lie at the desk: what an erasure has to reach too."""
    found = sorted((place.office.folder / FOLDER).glob(f"*/{NAMED}/*.pdf"))
    return [path for path in found if path.name.partition(".")[0].rpartition("-")[0] == village
            or path.name.partition(".")[0] == village]  # fmt: skip
