"""Verify a run: its files against the manifest, the ledger against its chain, the plan against its proof.

Responsible for putting the three checks together. Not responsible for any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from povlib import allocation, ledger
from povlib.errors import Fault, RunError
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run
from povlib.runs.storage.manifest import NAME, changed_files, read_manifest
from povlib.runs.storage.text_files import file_digest
from povlib.words import text


@dataclass(frozen=True)
class Verification:
    """What a verification found: plain words, and every fault by name."""

    words: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults


def verify_run(run: Run) -> Verification:
    """Check a run in exact arithmetic, without a solver.

    Raises
    ------
    RunError
        If the run has no readable manifest.
    """
    faults = changed_files(run.folder)
    words = [text("{n} files agree with the manifest.", n=len(read_manifest(run.folder)["files"]) - len(faults))]
    with open_book(Place(run.office, run.info.synthetic)) as book:
        faults += _chain_faults(book, run)
    words.append(text("The ledger holds batch {batch} with hash {hash}.", batch=run.info.batch,
                      hash=run.info.ledger_head[:16]))  # fmt: skip
    # a proof read from changed files, or for another ledger, would prove nothing of this run
    if not faults:
        check = allocation.verify(run.plan, run.problem)
        faults += list(check.faults)
        words.append(
            text(
                "The plan keeps every rule; under these estimates none is better by more than {gap:.6f} persons.",
                gap=check.gap,
            )
        )
    return Verification(tuple(words), tuple(faults))


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
