"""Verify a run: files, seal, record, what its plan rests on, proof, promises and papers; the ledger against its chain.

Responsible for putting the checks together, and for what binds a run to its approval. Not responsible for any of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from povlib import allocation, ledger
from povlib.errors import Fault, RunError, WorkbenchError
from povlib.ledger.batch import hash_in_short
from povlib.runs.area.paper_batches import batches_written
from povlib.runs.completion import manifest_facts
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.office.promise_rows import promise_rows
from povlib.runs.paper_seals import paper_faults
from povlib.runs.paper_shape import Paper
from povlib.runs.papers import papers_folder, papers_there, write_papers_into
from povlib.runs.run import Run
from povlib.runs.run_origin import origin_faults
from povlib.runs.second_making import Progress, facts_alike, second_making_faults
from povlib.runs.storage.artefacts import plain_value
from povlib.runs.storage.manifest import NAME, changed_files, read_manifest, seal_fault
from povlib.runs.storage.office_seal import unsealed_fault
from povlib.runs.storage.run_identity import code_digest
from povlib.runs.storage.text_files import file_digest
from povlib.words import languages, text


@dataclass(frozen=True)
class Verification:
    """What a verification found: plain words, and every fault by name."""

    words: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults


def verify_run(run: Run, progress: Progress | None = None, *, papers: bool = True) -> Verification:
    """Check a run in exact arithmetic, without a solver.

    Its files against manifest and seal; its record against ledger and parameters; what its plan rests on, made a second
    time; the plan and what is said of its proof; its approval and promises; the papers that were handed out.

    Parameters
    ----------
    progress : callable, optional
        Receives stage and share done.
    papers : bool
        Whether the papers that were handed out are read too.

    Raises
    ------
    RunError
        If the run has no readable manifest.
    """
    tell = progress or (lambda stage, share: None)
    faults = changed_files(run.folder)
    words = [text("{n} files agree with the manifest.", n=len(read_manifest(run.folder)["files"]) - len(faults))]
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        faults += _chain_faults(book, run)
        approved = ledger.approved_digests(book, run.info.run_id)
        promised = ledger.promises(book)
    is_approved = file_digest(run.folder / NAME) in approved
    faults += _seal_faults(run, is_approved=is_approved)
    if approved and not is_approved:
        faults.append(_not_as_approved(run))
    words.append(text("The ledger holds batch {batch} with hash {hash}.", batch=run.info.batch,
                      hash=hash_in_short(run.info.ledger_head)))  # fmt: skip
    faults += [] if faults else origin_faults(run)
    # a proof read from changed files, or for another ledger, would prove nothing of this run
    if not faults:
        try:
            more, said = _claim_faults(run, tell, is_approved=is_approved)
        except WorkbenchError as error:
            more, said = list(error.faults), []
        except (ArithmeticError, LookupError, TypeError, ValueError):  # a part that lacks what every part has
            more, said = [Fault("the parts of this run do not fit together", run.info.run_id)], []
        faults += more
        words += said
    if not faults:
        faults += _promise_faults(run, promised.loc[promised["run"] == run.info.run_id])
    if papers and not faults:
        tell(text("paper"), 0.0)
        there = {lang: papers_there(run, lang) for lang in languages()}
        names = {lang: [name for paper in papers for name in paper.file_names(lang)] for lang, papers in there.items()}
        faults += paper_faults(
            run, papers_folder(run), names, lambda lang, aside: _written_again(run, aside, lang, there[lang])
        )
        tell(text("paper"), 1.0)
    return Verification(tuple(words), tuple(faults))


def _written_again(run: Run, aside: Path, lang: str, papers: Sequence[Paper]) -> None:
    """Write papers of a run into a folder of their own."""
    if not run.is_by_parts:
        write_papers_into(aside, run, lang, papers=papers)
    elif faults := batches_written(run, aside, {lang: papers}).faults:
        raise RunError(faults)


def _seal_faults(run: Run, *, is_approved: bool) -> list[Fault]:
    """Return how the manifest lacks the office's seal; an approval in the ledger binds it as well as a seal does."""
    wrong = seal_fault(run.folder, run.seal)
    return [unsealed_fault(run.info.run_id, wrong, run.office.name)] if wrong and not is_approved else []


def _claim_faults(run: Run, tell: Progress, *, is_approved: bool) -> tuple[list[Fault], list[str]]:
    """Return what does not hold of the plan and of what it rests on, and what was found in words."""
    faults, words = [], []
    if run.info.code_digest == code_digest():
        faults += _made_again_faults(run, tell)
        words.append(text("What the plan rests on was computed again from the ledger and says the same."))
    elif is_approved:
        words.append(text("Another version of the workbench made this run; the ledger holds the digest that was "
                          "approved, and nothing was computed again."))  # fmt: skip
    else:
        faults.append(
            Fault(
                "another version of the workbench made this run: it cannot be computed again",
                run.info.run_id,
                "",
                "plan again: python3 workbench.py plan {scenario} --office {office}",
                {"scenario": run.info.scenario, "office": run.office.name},
            )
        )
    if faults:
        return faults, []
    if run.is_by_parts:
        from povlib.runs.area.area_run import AreaRun
        from povlib.runs.area.checking.area_verification import area_claim_faults

        found, said = area_claim_faults(cast(AreaRun, run))
        return found, [*words, *said]
    check = allocation.verify(run.plan, run.problem)
    faults += check.faults
    if run.settings.explore_households:
        faults += allocation.verify(run.best_plan, run.problem).faults
    told = {name: value for name, value in read_manifest(run.folder).items() if name != "files"}
    claimed = json.loads(json.dumps(plain_value(manifest_facts(run))))
    # a run approved in the days before manifests told them
    claimed = {name: value for name, value in claimed.items() if name in told or name != "figures"}
    if not run.proved or not facts_alike(told, claimed):
        faults.append(Fault("what the manifest says of the plan and its proof is not so", NAME))
    words.append(
        text(
            "The plan keeps every rule; under these estimates none is better by more than {gap:.6f} persons.",
            gap=check.gap,
        )
    )
    return faults, words


def _made_again_faults(run: Run, tell: Progress) -> list[Fault]:
    """Return which parts that the plan rests on the ledger and the parameters do not give."""
    if not run.is_by_parts:
        return second_making_faults(run, tell)
    # loaded for large offices alone: it loads what projects
    from povlib.runs.area.area_run import AreaRun
    from povlib.runs.area.checking.area_verification import parts_faults

    return parts_faults(cast(AreaRun, run), tell)


def _promise_faults(run: Run, recorded: pd.DataFrame) -> list[Fault]:
    """Return how the promises in the ledger differ from those of the run; a run that was never approved has none."""
    if recorded.empty:
        return []
    columns = ["kind", "hh", "key", "package", "due_month", "p", "p0", "lo", "hi"]

    def keyed(rows: pd.DataFrame) -> pd.DataFrame:
        told = rows[columns].astype(object).where(rows[columns].notna(), None)
        told[columns[:5]] = told[columns[:5]].map(lambda value: "" if value is None else str(value))
        told[columns[5:]] = told[columns[5:]].astype("float64")
        return told.sort_values(columns[:5], ignore_index=True)

    made, found = keyed(promise_rows(run)), keyed(recorded)
    same = made[columns[:5]].equals(found[columns[:5]]) and np.allclose(
        made[columns[5:]], found[columns[5:]], rtol=1e-9, atol=1e-12, equal_nan=True
    )
    return [] if same else [Fault("the promises in the ledger are not those of this run", run.info.run_id)]


def _not_as_approved(run: Run) -> Fault:
    return Fault("this run is not the one that was approved", where=run.info.run_id,
                 remedy="restore its folder from a backup, or plan and approve anew")  # fmt: skip


def require_as_approved(book: ledger.Ledger, run: Run) -> None:
    """Refuse a run whose files are not those that were approved: money moves only on what a person decided.

    The approval holds the digest of the manifest, the manifest that of every file; a manifest rebuilt after a payment
    was altered is another one.

    Raises
    ------
    RunError
        Naming the files that changed, or that the run as a whole is not the one approved.
    """
    faults = changed_files(run.folder)
    approved = ledger.approved_digests(book, run.info.run_id)
    if not faults and approved and file_digest(run.folder / NAME) not in approved:
        faults = [Fault("this run is not the one that was approved", where=run.info.run_id,
                        remedy="restore its folder from a backup, or plan anew ("
                            "python3 workbench.py plan base) and approve that run")]  # fmt: skip
    if faults:
        raise RunError(faults)


def _chain_faults(book: ledger.Ledger, run: Run) -> list[Fault]:
    """Compare the run's batch with the chain: a rewritten ledger has another hash there."""
    batches = ledger.batches(book)
    own = batches.loc[batches["id"] == run.info.batch, "hash"]
    if len(own) != 1 or str(own.iloc[0]) != run.info.ledger_head:
        return [Fault("the ledger is not the one this run was made from", where=f"batch {run.info.batch}")]
    return list(ledger.check(book).faults)
