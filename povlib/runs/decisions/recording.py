"""Record decisions by hand: one way into the ledger for the workbook, the command line, the panel and the table.

Responsible for what must hold of decisions before they are recorded (a plan that may still be decided on, packages the
household may have, decisions that a plan can keep together) and for wishes of households with their answers. Not
responsible for reading workbooks (`.returned_workbook`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import pandas as pd

from povlib import ledger
from povlib.errors import Fault, LedgerError, PrivacyError, RunError, WorkbenchError
from povlib.ledger.household_decisions import KEY, OFFICE
from povlib.report.privacy.personal_data import check_texts
from povlib.runs.decisions.clashes import clash_faults
from povlib.runs.decisions.decided import decided_as_of
from povlib.runs.decisions.offering_runs import offering_run_of_each
from povlib.runs.decisions.package_rules import open_packages, package_contents, pins_on_packages
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run
from povlib.runs.voice.household_voice import Said, answer_said, open_word, record_said
from povlib.words import text


@dataclass(frozen=True)
class Decision:
    """What was decided by hand for one household.

    Parameters
    ----------
    hh : str
        Household key.
    verdict : {"approved", "refused", "by_hand"}
        As planned; nothing new; another package.
    package : str
        What the package contains, or a rule that leaves the household something
        (`povlib.runs.decisions.package_rules`); of an approval the plan's own package where it is empty.
    decided_by, reason : str
        Who and why: both are printed.
    where : str
        Cell it was read from, for messages.
    """

    hh: str
    verdict: str
    package: str = ""
    decided_by: str = ""
    reason: str = ""
    where: str = ""


def record_decisions(
    run: Run, decisions: list[Decision], officer: str, *, source_name: str = "", source_sha256: str = ""
) -> ledger.Batch:
    """Record decisions about a run's households as one batch of the ledger, whole or not at all.

    The next plan keeps them (`povlib.runs.begin`); this run stays as it is.

    Parameters
    ----------
    officer : str
        Who records; who decided stands in each decision (empty: the officer).

    Returns
    -------
    Batch
        Not added when the same file was recorded before.

    Raises
    ------
    RunError
        If the run may no longer be decided on, or a household cannot have what was decided, or the decisions cannot
        all be kept by one plan.
    LedgerError
        With every fault of the rows.
    PrivacyError
        If a name or reason holds something personal: it is printed.
    """
    decisions = [replace(one, decided_by=one.decided_by or officer) for one in decisions]
    offering = offering_run_of_each(run, [one.hh for one in decisions]) if run.is_finished else {}
    faults = list(run_faults(run)) or [
        fault for one in decisions for fault in decision_faults(offering.get(one.hh, run), one)
    ]
    if faults:
        raise RunError(faults)
    personal = [fault for one in decisions for fault in _personal_faults(one)]
    if personal:
        raise PrivacyError(personal)
    rows = _ledger_rows(run, decisions, offering)
    info = ledger.BatchInfo(
        kind="decision",
        officer=officer,
        role="allocate",
        source_name=source_name or f"run {run.info.run_id}",
        source_sha256=source_sha256,
        reason=text("decisions by hand about run {run}", run=run.info.run_id),
    )
    clash = clashes_with_record(run, rows)
    if clash:
        raise RunError(clash)
    with open_book(Place(run.office, run.info.synthetic)) as book:
        return ledger.record_household_decisions(book, rows, info)


def run_faults(run: Run) -> Iterator[Fault]:
    """Yield why a run may not be decided on: not finished, approved, replaced or withdrawn."""
    name = run.info.run_id
    if not run.is_finished:
        yield Fault("the run is not finished", where=name)
        return
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        standing = ledger.standing_decisions(book)
    own = standing.loc[standing["run"] == name, "decision"].tolist()
    if own == ["approved"]:
        yield Fault(
            "run {run} stands approved: decisions are made before that",
            remedy="take the approval back first: python3 workbench.py withdraw {run} --officer NAME --reason WHY",
            values={"run": name},
        )
    elif own:
        yield Fault(
            "run {run} was replaced or withdrawn: its plan is no longer in force",
            remedy="plan again: python3 workbench.py plan {scenario}",
            values={"run": name, "scenario": run.info.scenario},
        )


def decision_faults(run: Run, decision: Decision) -> Iterator[Fault]:
    """Yield what is wrong with one decision about a run's plan.

    Parameters
    ----------
    run : Run
        Who offered the household its packages (`povlib.runs.decisions.offering_runs`); a run by parts where none did.
    """
    if run.is_by_parts or not (run.chosen["hh"] == decision.hh).any():
        yield Fault("household {hh} is not in this plan", decision.where, values={"hh": decision.hh})
        return
    if decision.verdict == "refused" and _planned_contents(run, decision.hh) == "nothing":
        yield Fault("nothing new is planned for household {hh}: there is nothing to refuse", decision.where,
                    values={"hh": decision.hh})  # fmt: skip
    if decision.verdict == "by_hand":
        contents = package_contents(run.offer, [decision.hh]).to_dict()
        if not decision.package or not open_packages(decision.package, contents):
            yield Fault("household {hh} has no package {package}", decision.where,
                        values={"hh": decision.hh, "package": repr(decision.package)})  # fmt: skip
    if not decision.reason.strip() and decision.verdict != "approved":
        yield Fault("a refusal and a change need a reason", decision.where or decision.hh)


def _planned_contents(run: Run, hh: str) -> str:
    contents = package_contents(run.offer, [hh])
    chosen = run.chosen.loc[run.chosen["hh"] == hh, "package"].astype(contents.index.dtype)
    return str(contents[chosen.iloc[0]])


def _personal_faults(decision: Decision) -> Iterator[Fault]:
    try:
        check_texts([decision.decided_by, decision.reason], where=decision.where or decision.hh)
    except PrivacyError as error:
        yield from error.faults


def _ledger_rows(run: Run, decisions: list[Decision], offering: Mapping[str, Run]) -> pd.DataFrame:
    """Return decisions as rows of the ledger; the same decision twice is one row.

    `offering`: household -> the run that offered it its packages.
    """
    rows = [
        {
            "hh": one.hh,
            "voice": OFFICE,
            "subject": "",
            "verdict": one.verdict,
            "package": _approved_contents(one, offering[one.hh]) if one.verdict == "approved" else one.package,
            "run": run.info.run_id,
            "until": run.settings.horizon.ordinal,
            "decided_by": one.decided_by,
            "reason": one.reason.strip() or text("as proposed"),
        }
        for one in decisions
    ]
    return pd.DataFrame(rows).drop_duplicates(ignore_index=True)


def _approved_contents(decision: Decision, run: Run) -> str:
    """Return what an approval gives: what it names, or the plan's own package."""
    return decision.package or _planned_contents(run, decision.hh)


def clashes_with_record(run: Run, rows: pd.DataFrame) -> list[Fault]:
    """Return the decisions, of these rows and of those on record, that no plan keeps together; none where one does."""
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        known = decided_as_of(book, ledger.last_decision_batch(book), run.settings, {})
    kept = known.decisions[~(known.decisions["hh"].isin(rows["hh"]) & (known.decisions["voice"] == OFFICE))]
    both = replace(known, decisions=pd.concat([kept, rows.assign(answer="")], ignore_index=True))
    if run.is_by_parts:
        from povlib.runs.area.area_run import AreaRun
        from povlib.runs.area.decision_clashes import clashes_over_parts

        return clashes_over_parts(cast(AreaRun, run), both)
    try:
        pins = pins_on_packages(both.rules, run.offer, set(run.state.poor["hh"]))
        return clash_faults(run.problem.with_pins(pins), run.settings, both, run.catalogue)
    except WorkbenchError as error:
        return list(error.faults)


def take_back(place: Place, hh: str, officer: str, reason: str) -> int:
    """Take back the decision about a household; return the batch.

    Raises
    ------
    LedgerError
        If nothing was decided, or no reason is given.
    """
    keys = pd.DataFrame({"hh": [hh], "voice": [OFFICE], "subject": [""]})
    with open_book(place, create=False) as book:
        known = ledger.household_decisions(book)
        if known.merge(keys, on=KEY).empty:
            raise LedgerError("nothing was decided for household {hh}", remedy="python3 workbench.py decisions", hh=hh)
        return ledger.take_back_decisions(book, keys, ledger.BatchInfo(officer=officer, reason=reason)).id


def record_wish(
    place: Place,
    hh: str,
    verdict: str,
    subject: str,
    reason: str,
    officer: str,
    said_by: str = "",
    day: date | None = None,
) -> tuple[ledger.Batch, str]:
    """Record what a household asked for or refused; return the batch and the number under which it is answered.

    Parameters
    ----------
    verdict : {"wish", "refusal"}
    subject : str
        Measure; empty for all new help.
    said_by : str
        Who spoke for the household; empty: the officer.
    day : date, optional
        On which it was said; default today.
    """
    said = Said(hh, verdict, reason, day or date.today(), subject, said_by=said_by)
    batch, numbers = record_said(place, [said], officer)
    return batch, numbers[0]


def answer_wish(
    place: Place, hh: str, subject: str, answer: str, reply: str, officer: str, day: date | None = None
) -> ledger.Batch:
    """Answer what a household wished for: granted, and the next plan keeps it, or declined, both with words.

    Raises
    ------
    LedgerError
        If the household wished for nothing of the kind.
    """
    word = open_word(place, hh, subject)
    if word is None:
        raise LedgerError("household {hh} asked for nothing of the kind", hh=hh,
                          remedy="python3 workbench.py decisions --open")  # fmt: skip
    return answer_said(place, str(word["id"]), answer, reply, day or date.today(), officer)[0]
