"""The promise book of an office in full: what was promised, what came true, and why it went wrong where it did.

Responsible for bringing the office's own rules and runs together with the book. Not responsible for judging it
(`povlib.review`), for writing promises (`povlib.runs.office.promise_keeping`) or for words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pandas as pd

from povlib import ledger, params, review, scenarios
from povlib.runs.office.office_place import Place, open_book
from povlib.support.eligibility_facts import SupportFrames as StateWithMonths


@dataclass(frozen=True)
class PromiseRecord:
    """The promise book of an office in full.

    Attributes
    ----------
    record : review.Record
        By origin, with the paper's opening line.
    by_year, by_village, by_measure : DataFrame
        `povlib.review.table_by`.
    wrong : DataFrame
        `povlib.review.wrong_promises`.
    by_chance : float
        How many of those assessed would have gone the other way if every chance had been right.
    correction : review.Correction or None
        What the scored promises say about the next projection.
    """

    record: review.Record
    by_year: pd.DataFrame
    by_village: pd.DataFrame
    by_measure: pd.DataFrame
    wrong: pd.DataFrame
    by_chance: float
    correction: review.Correction | None


def promise_record(place: Place) -> PromiseRecord:
    """Return what an office promised, what came true, why it went wrong, and what that says of the next projection."""
    rules = scenarios.resolve(
        scenarios.load("base", place.office.params / "scenarios"), params.load(place.office.params)
    )
    with open_book(place) as book:
        record = review.record(book)
        scored = review.scored_promises(book, _promised_measures(place))
        state = ledger.read_state(book, book.data_head())
    last = state.last_month
    wrong = review.wrong_promises(scored, cast(StateWithMonths, state), rules.catalogue, rules.settings)
    return PromiseRecord(
        record=record,
        by_year=review.table_by(scored, "year"),
        by_village=review.table_by(scored, "village"),
        by_measure=review.table_by(scored, "measure"),
        wrong=wrong,
        by_chance=review.expected_misses(scored),
        correction=review.correction(scored, last) if last is not None else None,
    )


def _promised_measures(place: Place) -> dict[tuple[str, str], str]:
    """Return what the packages of the office's runs hold, for those runs that are still there."""
    measures_by_package: dict[tuple[str, str], str] = {}
    # from the runs' folders: the book keeps a package's key, and what it held is known to its run alone
    for path in sorted(place.office.runs.glob("*/offer/packages.parquet")):
        frame = pd.read_parquet(path, columns=["package", "measures"])
        names = zip(frame["package"].astype("str"), frame["measures"].fillna("").astype("str"), strict=True)
        measures_by_package |= {(path.parts[-3], package): measures for package, measures in names}
    return measures_by_package
