"""The office's own record: what was promised before and what came true."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib import ledger, review
from povlib.calendar import Month
from povlib.report.meeting import Decision, Target, TrackRecord
from povlib.runs.facts.proposal import planned_households
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run
from povlib.runs.stages.outlook import backtest_of, outlook


@dataclass(frozen=True)
class Record:
    """The promise book as a paper needs it.

    Attributes
    ----------
    frame : DataFrame
        Columns of ``MeetingFacts.record``.
    open : int
        Promises in force, not due yet.
    set_aside : int
        Promises of plans that were replaced or withdrawn.
    decisions : tuple of Decision
        What was decided about this very run, oldest first.
    """

    frame: pd.DataFrame
    open: int
    set_aside: int
    decisions: tuple[Decision, ...]


def promise_record(run: Run) -> Record:
    """Return the office's record as of now: promises are not part of what a run is made from."""
    with open_book(Place(run.office, run.info.synthetic)) as book:
        told = review.record(book)
        decisions = ledger.plan_decisions(book)
    due = told.totals.dropna(subset=["observed_low"])
    inside = (due["observed_low"] >= due["low"]) & (due["observed_high"] <= due["high"])
    return Record(due.assign(inside=inside), told.waiting, told.set_aside, _decisions_about(run.info.run_id, decisions))


def _decisions_about(run: str, decisions: pd.DataFrame) -> tuple[Decision, ...]:
    own = decisions.loc[decisions["run"] == run]
    approved = decisions.loc[decisions["decision"] == "approved"].drop_duplicates("batch").set_index("batch")["run"]
    return tuple(
        Decision(
            decision=str(row.decision),
            officer=str(row.officer) or "-",
            day=str(row.recorded_at)[:10],
            reason=str(row.reason),
            successor=str(approved.get(row.batch, "")) if row.decision == "replaced" else "",
        )
        for row in own.itertuples(index=False)
    )


def track_record(run: Run) -> TrackRecord | None:
    """Return how earlier projections fared, and what that asks of this plan's; None when none can be judged."""
    headline = review.headline(back := backtest_of(run))
    if headline is None:
        return None
    # the office's own promises say more than a back-test, once enough of them were due when the run was made
    moved = review.correction(_promises(run), run.at) or review.correction(back.known(), run.at)
    own = planned_households(run).dropna(subset=["p"])
    return TrackRecord(
        ratio=known(headline.chosen.ratio),
        ratio_low=known(headline.chosen.low),
        ratio_high=known(headline.chosen.high),
        others=known(headline.others.ratio),
        others_low=known(headline.others.low),
        others_high=known(headline.others.high),
        skill=known(headline.skill),
        skill_low=known(headline.skill_low),
        skill_high=known(headline.skill_high),
        against=headline.against,
        held=headline.held,
        ranges=headline.ranges,
        origins=headline.origins,
        months=headline.months,
        first=Month.from_ordinal(headline.first),
        last=Month.from_ordinal(headline.last),
        corrected=moved.persons(own["p"], own["members"]) if moved else None,
        corrected_by=Month.from_ordinal(moved.known_by) if moved else None,
        correction_skill=known(headline.correction),
        priors_alone=headline.priors_alone,
    )


def _promises(run: Run) -> pd.DataFrame:
    with open_book(Place(run.office, run.info.synthetic)) as book:
        return review.scored_promises(book)


def known(value: float) -> float | None:
    """Return a number, or None where there is none."""
    return None if value != value else value


def exit_target(run: Run) -> Target | None:
    """Return the number of exits that was asked for, with its chance; None when none was."""
    asked = run.settings.target_persons
    return Target(asked, outlook(run).chance) if asked else None


def office_name(run: Run, lang: str) -> str:
    """Return the name printed as the issuer."""
    return Place(run.office, run.info.synthetic).printed_name(lang)
