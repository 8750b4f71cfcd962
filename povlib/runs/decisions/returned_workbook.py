"""The workbook of decisions that came back: read like any received file, held against the run it belongs to.

Responsible for finding the sheet, for every cell that is wrong by name, and for turning rows into decisions; a file is
taken whole or not at all. It is read in the child process that reads the villages' files. Not responsible for
recording (`.recording`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from povlib import ledger
from povlib.errors import Fault, PrivacyError, RunError, WorkbenchError, nearest_words
from povlib.intake.checks.receipts import write_receipt
from povlib.intake.files.grid import Grid
from povlib.intake.files.reader_process import ReceivedFile, read_files
from povlib.intake.values.cell import trim
from povlib.intake.verdict import FileVerdict, Flag, heaviest_verdict, mask_value
from povlib.ledger.batch import hash_in_short
from povlib.params.tables import fold_text
from povlib.report.privacy.personal_data import check_texts
from povlib.report.writers import decision_sheet
from povlib.runs.decisions.choices import PackageLookup, household_choices
from povlib.runs.decisions.offering_runs import offering_runs
from povlib.runs.decisions.recording import Decision, record_decisions
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run
from povlib.runs.run_folders import find_run
from povlib.words import languages, text

# rows above the headers in which they are looked for: the sheet has six; a clerk may add some
_MOST_ABOVE = 30
#: shown of a value that came back altered, and of a list of what may be chosen
_SHOWN = 3


@dataclass(frozen=True)
class _Sheet:
    """The sheet of decisions in a received file: its cells, the row of the headers, columns by key."""

    grid: Grid
    head: int
    columns: dict[str, int]

    def text(self, row: int, key: str) -> str:
        """Return a cell's text without spaces around it; empty where the column is not there."""
        at = self.columns.get(key)
        return "" if at is None or self.grid.kinds[at, row] == " " else trim(str(self.grid.texts[at, row]))

    def cell(self, row: int, key: str) -> str:
        """Return the name of a cell."""
        return self.grid.cell(row, self.columns[key])

    @property
    def rows(self) -> Iterator[int]:
        """Rows below the headers that hold a household or something to decide."""
        for row in range(self.head + 1, self.grid.height):
            if any(self.text(row, key) for key in ("hh", *decision_sheet.FILLED_IN)):
                yield row


def take_decisions(place: Place, path: str | Path, officer: str) -> FileVerdict:
    """Read a workbook of decisions and record it: all of it, or nothing.

    Parameters
    ----------
    place : Place
    path : str or Path
        The workbook as it came back.
    officer : str
        Who hands it in; also who decided, where a row names nobody.

    Returns
    -------
    FileVerdict
        `loaded` counts decisions; `flags` name every cell that is wrong; `already` says that the same file was recorded
        before. Its receipt lies in the office's folder of receipts.
    """
    (received,) = read_files([path])
    verdict = FileVerdict(received.file, sha256=received.sha256)
    verdict.flags = [Flag(f.sheet, f.cell, f.rule, dict(f.values)) for f in received.findings]
    before = _recorded_before(place, received.sha256)
    if before is not None:
        verdict.batch, verdict.already = before, True
        verdict.flags.append(Flag("", "", "already_loaded", {"got": str(before)}))
    elif not any(flag.refuses == "reject_file" for flag in verdict.flags):
        _check_and_record(place, received, officer, verdict)
    verdict.verdict = heaviest_verdict(verdict.flags)
    write_receipt(verdict, place.office.receipts)
    return verdict


def _recorded_before(place: Place, digest: str) -> int | None:
    if not digest:
        return None
    with open_book(place, create=False) as book:
        batches = ledger.batches(book)
    own = batches.loc[(batches["source_sha256"] == digest) & (batches["kind"] == "decision"), "id"]
    return int(own.iloc[0]) if len(own) else None


def _check_and_record(place: Place, received: ReceivedFile, officer: str, verdict: FileVerdict) -> None:
    """Add to a verdict what is wrong, or the batch it was recorded as."""
    sheet, run = None, None
    found = [one for one in map(_decision_sheet_of, received.grids) if one is not None]
    if not found:
        headers = ", ".join(text(decision_sheet.COLUMNS[key]) for key in ("hh", "decision"))
        verdict.flags.append(Flag("", "", "decision_sheet", {"field": headers}))
        return
    sheet = found[0]
    run, wrong = _run_of_sheet(place, sheet)
    verdict.flags += wrong
    if run is None or wrong:
        return
    decisions, wrong = _decisions_of_sheet(run, sheet)
    verdict.flags += wrong
    verdict.loaded = len({one.hh for one in decisions})
    if wrong:
        return
    try:
        batch = record_decisions(
            run, decisions, officer, source_name=Path(received.file).name, source_sha256=received.sha256
        )
    except WorkbenchError as error:
        cells = {one.hh: one.where for one in decisions}
        verdict.flags += [
            Flag(sheet.grid.name, fault.where or cells.get(str(fault.values.get("hh")), ""), "decision_clash",
                 {"got": _without_place(fault)})
            for fault in error.faults
        ]  # fmt: skip
        return
    verdict.batch = batch.id


def _without_place(fault: Fault) -> str:
    return replace(fault, where="").show()


def _decision_sheet_of(grid: Grid) -> _Sheet | None:
    """Return the sheet whose headers are those of a sheet of decisions; None where they are not."""
    headers = {
        fold_text(text(label, lang)): key for key, label in decision_sheet.COLUMNS.items() for lang in languages()
    }
    for row in range(min(grid.height, _MOST_ABOVE)):
        columns: dict[str, int] = {}
        for at in range(grid.width):
            key = headers.get(fold_text(trim(str(grid.texts[at, row]))))
            if key is not None:
                columns.setdefault(key, at)
        if {"hh", "decision"} <= set(columns):
            return _Sheet(grid, row, columns)
    return None


def _run_of_sheet(place: Place, sheet: _Sheet) -> tuple[Run | None, list[Flag]]:
    """Return the run that a sheet says it belongs to, and what is wrong with that."""
    grid, name = sheet.grid, sheet.grid.name
    said: dict[str, tuple[str, str]] = {}
    labels = {
        fold_text(text(label, lang)): key for key, label in decision_sheet.BELONGS.items() for lang in languages()
    }
    for row in range(sheet.head):
        for at in range(grid.width - 1):
            key = labels.get(fold_text(trim(str(grid.texts[at, row]))))
            if key is not None:
                said.setdefault(key, (trim(str(grid.texts[at + 1, row])), grid.cell(row, at + 1)))
    run_id, where = said.get("run", ("", ""))
    if not run_id:
        return None, [Flag(name, where, "decision_run")]
    try:
        run = find_run(run_id, place)
    except RunError:
        return None, [Flag(name, where, "decision_unknown_run", {"got": mask_value(run_id)})]
    if run.info.run_id != run_id:  # the beginning of an id opens a run on the command line, and proves nothing here
        return None, [Flag(name, where, "decision_unknown_run", {"got": mask_value(run_id)})]
    head, place_of_head = said.get("head", ("", where))
    if head != hash_in_short(run.info.ledger_head):
        return run, [
            Flag(
                name,
                place_of_head,
                "decision_head",
                {"got": mask_value(head) or "-", "value": hash_in_short(run.info.ledger_head)},
            )
        ]
    with open_book(place, create=False) as book:
        standing = ledger.standing_decisions(book)
    decided = standing.loc[standing["run"] == run_id, "decision"].tolist()
    if decided:
        rule = "decision_approved" if decided == ["approved"] else "decision_lapsed"
        return run, [Flag(name, where, rule, {"got": run_id})]
    return run, []


def _decisions_of_sheet(run: Run, sheet: _Sheet) -> tuple[list[Decision], list[Flag]]:
    """Return the decisions of a sheet and every cell that is wrong."""
    known = _LockedCells(run, {sheet.text(row, "hh") for row in sheet.rows})
    flags = [*_cells_that_cannot_be_read(sheet)]
    spoilt = {flag.cell for flag in flags}
    decisions: list[Decision] = []
    rows_of: dict[str, list[tuple[int, Decision]]] = {}
    for row in sheet.rows:
        hh = sheet.text(row, "hh")
        if hh not in known.rows:
            near = nearest_words(hh, known.rows)
            value = text("(did you mean {near}?)", near=" / ".join(near)) if near else ""
            flags.append(Flag(sheet.grid.name, sheet.cell(row, "hh"), "decision_household",
                              {"got": mask_value(hh) or "-", "value": value}))  # fmt: skip
            continue
        flags += known.altered(sheet, row, hh)
        if {sheet.cell(row, key) for key in decision_sheet.FILLED_IN if key in sheet.columns} & spoilt:
            continue
        decision, wrong = _decision_of_row(sheet, row, hh, known.lookups[hh])
        flags += wrong
        if decision is not None:
            rows_of.setdefault(hh, []).append((row, decision))
    for hh, said in rows_of.items():
        (first, one), *others = said
        different = [row for row, other in others if (other.verdict, other.package) != (one.verdict, one.package)]
        told = {"got": hh, "value": str(first + 1)}
        flags += [Flag(sheet.grid.name, sheet.cell(row, "decision"), "decision_twice", told) for row in different]
        decisions.append(one)
    if not decisions and not flags:
        flags.append(Flag(sheet.grid.name, sheet.cell(sheet.head, "decision"), "decision_none"))
    return decisions, flags


class _LockedCells:
    """What went out in the cells that nobody fills in, to be compared with what came back."""

    def __init__(self, run: Run, households: Collection[str]) -> None:
        self.lookups: dict[str, PackageLookup] = {}
        self.rows: dict[str, dict[str, set[str]]] = {}
        for offering in offering_runs(run, households):
            lookup = PackageLookup(offering)
            for lang in languages():
                for row in household_choices(offering, lang).to_dict("records"):
                    self.lookups[str(row["hh"])] = lookup
                    own = self.rows.setdefault(str(row["hh"]), {"village": set(), "members": set(), "plan": set()})
                    for key, values in own.items():
                        values.add(fold_text(str(row[key])))

    def altered(self, sheet: _Sheet, row: int, hh: str) -> Iterator[Flag]:
        """Yield the locked cells of a row that are not as they went out."""
        for key, values in self.rows[hh].items():
            said = sheet.text(row, key)
            if key in sheet.columns and fold_text(said) not in values:
                told = {
                    "field": text(decision_sheet.COLUMNS[key]),
                    "got": mask_value(said) or "-",
                    "value": min(values),
                }
                yield Flag(sheet.grid.name, sheet.cell(row, key), "decision_altered", told)


def _cells_that_cannot_be_read(sheet: _Sheet) -> Iterator[Flag]:
    """Yield formulas, hidden, merged and struck-out cells where something is decided."""
    grid, name = sheet.grid, sheet.grid.name
    hidden_rows, hidden_columns = set(grid.hidden_rows), set(grid.hidden_columns)
    merged = {(row, at) for top, left, bottom, right in grid.merges if (top, left) != (bottom, right)
              for row in range(top, bottom + 1) for at in range(left, right + 1)}  # fmt: skip
    for row in range(sheet.head + 1, grid.height):
        for key in ("hh", *decision_sheet.FILLED_IN):
            at = sheet.columns.get(key)
            if at is None:
                continue
            cell, field = grid.cell(row, at), {"field": text(decision_sheet.COLUMNS[key])}
            kind = str(grid.kinds[at, row])
            if (row, at) in grid.formulas or kind in ("f", "x", "e"):
                yield Flag(name, cell, "decision_formula", field)
            elif kind == "k" or (row in grid.struck_rows and kind != " "):
                yield Flag(name, cell, "decision_struck")
            elif (row, at) in merged and kind != " ":
                yield Flag(name, cell, "decision_merged", field)
            elif kind != " " and key != "hh" and (row in hidden_rows or at in hidden_columns):
                yield Flag(name, cell, "decision_hidden")


def _decision_of_row(sheet: _Sheet, row: int, hh: str, lookup: PackageLookup) -> tuple[Decision | None, list[Flag]]:
    """Return what a row decides, None where it decides nothing, and what is wrong with it."""
    name = sheet.grid.name
    words, by, reason = (sheet.text(row, key) for key in decision_sheet.FILLED_IN)
    cell = sheet.cell(row, "decision")
    if not words:
        if by or reason:
            return None, [Flag(name, cell, "decision_missing")]
        return None, []
    flags = list(_personal_flags(sheet, row))
    verdict, package, rule = lookup.meaning(hh, words)
    if rule:
        flags.append(Flag(name, cell, rule, _values_of_rule(rule, words, hh)))
    if verdict in ("refused", "by_hand") and not reason:
        flags.append(Flag(name, sheet.cell(row, "reason") if "reason" in sheet.columns else cell, "decision_no_reason"))
    return Decision(hh, verdict, package, by, reason, cell), flags


def _values_of_rule(rule: str, words: str, hh: str) -> dict[str, str]:
    if rule == "decision_nothing":
        return {"got": hh}
    allowed = ", ".join(
        (decision_sheet.approve_words(), decision_sheet.refuse_words(), decision_sheet.change_words("…"))
    )
    return {"got": mask_value(words), "value": hh if rule == "decision_package" else allowed}


def _personal_flags(sheet: _Sheet, row: int) -> Iterator[Flag]:
    for key in ("decided_by", "reason"):
        try:
            check_texts([sheet.text(row, key)], where="")
        except PrivacyError as error:
            said = {"field": text(decision_sheet.COLUMNS[key]), "got": error.faults[0].show()}
            yield Flag(sheet.grid.name, sheet.cell(row, key), "decision_personal", said)
