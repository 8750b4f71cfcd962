"""Whether a plan contains what was decided: asked before it is approved, and said on its paper.

Responsible for holding decisions, as the ledger has them at a batch, against the packages of a plan. Not responsible
for approval (`povlib.runs.office.promise_keeping`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib import ledger
from povlib.errors import Fault
from povlib.runs.decisions.decided import Decided, decided_as_of
from povlib.runs.decisions.offering_runs import offering_runs
from povlib.runs.decisions.package_rules import open_packages, package_contents
from povlib.runs.decisions.wording import decisions_by_name
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run


def decisions_held_against(run: Run, as_of: int | None = None, parts: Sequence[Run] | None = None) -> pd.DataFrame:
    """Return the decisions that bind a run's months, and whether its plan contains each.

    Parameters
    ----------
    as_of : int, optional
        Batch up to which decisions count; default the last one.
    parts : sequence of Run, optional
        Parts of a run by parts whose households alone are asked for; default all households.

    Returns
    -------
    DataFrame
        Columns of `povlib.ledger.binding_decisions`, and kept; of households that the run plans for.
    """
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        batch = book.head().batch if as_of is None else as_of
        found = decided_as_of(book, batch, run.settings, {})
    rows = found.decisions
    offering = offering_runs(run, rows["hh"].astype(str)) if parts is None else parts
    found_in = [_kept_by(one, rows) for one in offering]
    kept = pd.concat(found_in or [pd.Series(dtype=bool)])
    return rows.loc[rows.index.isin(kept.index)].assign(kept=kept.astype(bool)).reset_index(drop=True)


def _kept_by(run: Run, rows: pd.DataFrame) -> pd.Series:
    """Return whether a plan contains each decision about its households, in the index of `rows`."""
    given = run.chosen
    own = rows[rows["hh"].isin(given["hh"])]
    if own.empty:  # an offer is not read for nothing
        return pd.Series(dtype=bool)
    chosen = given.set_index("hh")["package"].astype(run.offer.packages["package"].dtype)
    contents = package_contents(run.offer, own["hh"])
    owner = run.offer.packages.set_index("package")["hh"].reindex(contents.index)
    kept = []
    for at, hh in enumerate(own["hh"].astype(str)):
        rule = Decided(decisions=own.iloc[[at]]).rules["rule"].iloc[0]
        kept.append(chosen.loc[hh] in open_packages(rule, contents[owner == hh].to_dict()))
    return pd.Series(kept, dtype=bool, index=own.index)


def unkept_faults(run: Run) -> list[Fault]:
    """Return why a plan is not what was decided: decisions it does not contain, and pins that nobody decided."""
    rows = decisions_held_against(run)
    lost = rows[~rows["kept"]]
    words = decisions_by_name(lost, run.catalogue)
    faults = [
        Fault(
            "the plan does not contain what was decided for household {hh}: {decision} ({by}: {reason})",
            values={"hh": row.hh, "decision": said, "by": row.decided_by, "reason": row.reason},
        )
        for row, said in zip(lost.itertuples(index=False), words, strict=True)
    ]
    loose = sorted(hh for hh in run.pins if hh not in set(rows.loc[rows["kept"], "hh"]))
    if loose:
        faults.append(Fault("{n} households are pinned for this run only, and nobody decided it: {households}",
                            remedy="record it first: python3 workbench.py decide-plan --household {first} …",
                            values={"n": len(loose), "households": ", ".join(loose), "first": loose[0]}))  # fmt: skip
    if not faults:
        return []
    remedy = Fault(
        "a run is approved as it was decided",
        remedy="plan again and approve that run: python3 workbench.py plan {scenario}; or approve this one all the "
        "same, and say so: --despite-decisions --reason WHY",
        values={"scenario": run.info.scenario},
    )
    return [*faults, remedy]


def decisions_on_paper(run: Run, parts: Sequence[Run] | None = None) -> pd.DataFrame:
    """Return the decisions that the paper of a run names: those it was made with, and those known when it was approved.

    Parameters
    ----------
    parts : sequence of Run, optional
        As in `decisions_held_against`.

    Returns
    -------
    DataFrame
        hh, verdict, package, subject, answer, decided_by, reason, kept (whether the plan contains it), sorted by hh.
    """
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        standing = ledger.standing_decisions(book)
    own = standing[(standing["run"] == run.info.run_id)]
    made_with = decisions_held_against(run, run.info.decided, parts) if run.info.decided else None
    known = decisions_held_against(run, int(own["batch"].iloc[0]), parts) if len(own) else made_with
    columns = ["hh", "verdict", "package", "subject", "answer", "decided_by", "reason", "kept"]
    if known is None:
        known = pd.DataFrame(columns=columns)
    typed = pd.DataFrame(
        [(hh, "typed", rule, "", "", "", "", True) for hh, rule in sorted(run.pins.items())], columns=columns
    )
    # a pin of this run alone stands in the place of what the ledger held
    both = pd.concat([known.loc[~known["hh"].isin(typed["hh"]), columns], typed], ignore_index=True)
    return both.sort_values("hh", kind="stable", ignore_index=True)
