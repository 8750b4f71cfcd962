"""The evaluation: every earlier promise of the office beside what came true, and why where it went wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib import review
from povlib.report.kinds.evaluation import Evaluation
from povlib.report.meeting.facts import MeetingFacts
from povlib.runs.facts.effects import effect_facts, measure_names
from povlib.runs.facts.kinds.promises_in_full import promise_record
from povlib.runs.facts.village_order import in_village_order
from povlib.runs.office.office_place import Place
from povlib.runs.run import Run
from povlib.runs.stages.outlook import backtest_of
from povlib.words import text


def evaluation_facts(run: Run, meeting: MeetingFacts, lang: str) -> Evaluation:
    """Return what the evaluation says; record, back-test and effects are those of the meeting paper."""
    book = promise_record(Place(run.office, run.info.synthetic))
    names = measure_names(run, lang)
    known = backtest_of(run).known()
    return Evaluation(
        meeting=meeting,
        runs=_named(book.record.by_origin.rename(columns={"run": "name"})),
        villages=_named(in_village_order(book.by_village, run).rename(columns={"village": "name"})),
        measures=_named(_with_measure_names(book.by_measure, names, lang)),
        wrong=wrong_counts(book.wrong),
        by_chance=book.by_chance,
        next_due=book.record.next_due,
        reliability=review.reliability(known["p"], known["outcome"]) if len(known) else pd.DataFrame(),
        effects=effect_facts(run.effects, run.settings.effects),
        names=names,
    )


def wrong_counts(wrong: pd.DataFrame) -> pd.DataFrame:
    """Return how many promises went wrong: exited (whether the household exited all the same), cause, households.

    Examples
    --------
    >>> wrong = pd.DataFrame({"outcome": [0.0, 0.0, 1.0], "cause": ["shock", "shock", "rise"]})
    >>> wrong_counts(wrong).to_numpy().tolist()
    [[False, 'shock', 2], [True, 'rise', 1]]
    """
    counts = wrong.groupby(["outcome", "cause"], as_index=False).size().rename(columns={"size": "households"})
    counts["exited"] = counts["outcome"].eq(1.0)
    order = ["exited", "households", "cause"]
    ordered = counts.sort_values(order, ascending=[True, False, True], ignore_index=True)
    return ordered[["exited", "cause", "households"]]


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the record as the paper tables them; what cannot be known is missing."""
    columns = ["name", "households", "assessed", "expected", "observed", "ratio", "ratio_low", "ratio_high"]
    known = frame.reindex(columns=columns)
    return known.replace({np.nan: None}).astype({"households": "Int64", "assessed": "Int64"})


def _with_measure_names(frame: pd.DataFrame, names: dict[str, str], lang: str) -> pd.DataFrame:
    """Return the record by measure, measures under their names and in the catalogue's order, "nothing new" last."""
    order = {key: at for at, key in enumerate(names)}
    last = frame["measure"].map(order).fillna(len(order))
    rows = frame.assign(at=last).sort_values("at", kind="stable")
    words = [names.get(str(key), text("nothing new", lang) if key == "" else str(key)) for key in rows["measure"]]
    return rows.assign(name=words)
