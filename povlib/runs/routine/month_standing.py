"""Which month is due to be closed, and whether it is complete: every village heard, no file of it refused.

Responsible for the rule by which a timer may close a month without being told. Not responsible for closing it
(`povlib.runs.office.promise_keeping.close_month`): a person may close any month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from povlib import intake, ledger
from povlib.calendar import Month
from povlib.intake.checks.receipts import verdict_of_receipt
from povlib.intake.verdict import mask_value, printable_file_name
from povlib.ledger.state import last_month

ENOUGH_OF_A_VILLAGE = 2 / 3
"""Share of a village's households that must have reported.

A choice: in every month some households are away, and the month is not kept open for them (in the practice township
up to one in ten of a village); a village below two in three has sent half a workbook. One household may always be
missing: in a hamlet of four it is a quarter.
"""


@dataclass(frozen=True, eq=False)
class MonthStanding:
    """How far a month has come.

    Attributes
    ----------
    villages : DataFrame
        village, households, reported: of the register and of this month.
    refused : tuple of str
        Files of this month (or of no month that could be read) that are refused in whole or in part.
    closed, over : bool
        Whether it was closed; whether it has ended by the calendar.
    """

    month: Month
    villages: pd.DataFrame
    refused: tuple[str, ...] = ()
    closed: bool = False
    over: bool = True

    @property
    def households(self) -> int:
        """Households of the register."""
        return int(self.villages["households"].sum())

    @property
    def reported(self) -> int:
        """Households that have reported."""
        return int(self.villages["reported"].sum())

    @property
    def silent(self) -> tuple[str, ...]:
        """Villages of which too few households have reported."""
        rows = self.villages
        missing = rows["households"] - rows["reported"]
        too_many = (missing > 1) & (rows["reported"] < ENOUGH_OF_A_VILLAGE * rows["households"])
        return tuple(rows.loc[too_many | (rows["reported"] == 0), "village"])

    @property
    def complete(self) -> bool:
        """Whether it may be closed without being told."""
        return self.over and self.reported > 0 and not self.silent and not self.refused


@dataclass(frozen=True, eq=False)
class WaitingFiles:
    """The verdicts on an inbox, with what the receipts say of files that were loaded in part.

    Attributes
    ----------
    verdicts : tuple of FileVerdict
        One a file, loaded or judged.
    partly : frozenset of str
        Files (as in the verdict) that were loaded before without some of their rows or cells.
    months : dict
        Month of each file, where it is known.
    """

    verdicts: tuple[intake.FileVerdict, ...] = ()
    partly: frozenset[str] = frozenset()
    months: dict[str, Month] = field(default_factory=dict)

    @property
    def refused(self) -> tuple[intake.FileVerdict, ...]:
        """Files of which something is refused, now or when they were loaded."""
        return tuple(v for v in self.verdicts if v.refuses or v.file in self.partly)

    @property
    def new(self) -> tuple[intake.FileVerdict, ...]:
        """Files that are not in the ledger."""
        return tuple(v for v in self.verdicts if not v.already)

    def refused_of(self, month: Month) -> tuple[str, ...]:
        """Return the names of refused files of a month, or of no month that could be read."""
        return tuple(shown_name(v) for v in self.refused if self.months.get(v.file, month) == month)


def shown_name(verdict: intake.FileVerdict) -> str:
    """Return the name of a file as it may be shown: a long number in it is masked."""
    return mask_value(printable_file_name(Path(verdict.file).name))


def waiting_files(book: ledger.Ledger | None, verdicts: Iterable[intake.FileVerdict], receipts: Path) -> WaitingFiles:
    """Return verdicts on an inbox together with what the ledger and the receipts know of each file."""
    own = tuple(verdicts)
    recorded = {} if book is None else _months_of_batches(book)
    months = {
        v.file: month
        for v in own
        if (month := recorded.get(v.batch or 0) or getattr(v.found, "month", None)) is not None
    }
    partly = {v.file for v in own if v.already and verdict_of_receipt(v, receipts).startswith("reject")}
    return WaitingFiles(own, frozenset(partly), months)


def _months_of_batches(book: ledger.Ledger) -> dict[int, Month]:
    told = ledger.batches(book)[["id", "month"]].dropna()
    return {int(number): Month.from_ordinal(int(month)) for number, month in told.itertuples(index=False)}


def month_standing(
    book: ledger.Ledger, month: Month, files: WaitingFiles | None = None, today: dt.date | None = None
) -> MonthStanding:
    """Return how far a month has come by the ledger, and by files that are judged but not loaded.

    Parameters
    ----------
    files : WaitingFiles, optional
        The inbox; what would be loaded counts as reported.
    today : date, optional
        Day by which a month is over; default the computer's.
    """
    files = files or WaitingFiles()
    state = ledger.read_state(book, book.data_head(), months=(month, month))
    home = dict(zip(state.households["hh"].astype("str"), state.households["village"].astype("str"), strict=True))
    told = set(state.observations["hh"].astype("str"))
    for verdict in files.new:
        home |= _households_of(verdict)
        told |= _reports_of(verdict, month)
    rows = pd.DataFrame({"hh": list(home), "village": list(home.values())}, dtype="str")
    rows["reported"] = rows["hh"].isin(told)
    villages = rows.groupby("village", as_index=False, sort=True).agg(
        households=("hh", "size"), reported=("reported", "sum")
    )
    day = today or dt.date.today()
    return MonthStanding(
        month,
        villages,
        files.refused_of(month),
        closed=month.ordinal in set(ledger.closings(book)["month"]),
        over=month < Month(day.year, day.month),
    )


def _households_of(verdict: intake.FileVerdict) -> dict[str, str]:
    rows = verdict.rows.get("households")
    return {} if rows is None else dict(zip(rows["hh"].astype("str"), rows["village"].astype("str"), strict=True))


def _reports_of(verdict: intake.FileVerdict, month: Month) -> set[str]:
    rows = verdict.rows.get("observations")
    return set() if rows is None else set(rows.loc[rows["month"] == month.ordinal, "hh"].astype("str"))


def due_month(book: ledger.Ledger, files: WaitingFiles | None = None) -> Month | None:
    """Return the month that is due to be closed: the one after the last that was; None when no later one is known.

    Where none was closed yet it is the last month of data, or the one before while the last has only begun to come in.
    """
    known = _known_months(book, files)
    if not known:
        return None
    closed = ledger.closings(book)["month"]
    if len(closed):
        after = Month.from_ordinal(int(closed.max())) + 1
        return after if after <= known[-1] else None
    begun = month_standing(book, known[-1], files)
    if begun.silent and len(known) > 1 and not month_standing(book, known[-1] + -1, files).silent:
        return known[-1] + -1
    return known[-1]


def _known_months(book: ledger.Ledger, files: WaitingFiles | None) -> list[Month]:
    """Return the first and the last month of data, files that would be loaded included."""
    last = last_month(book, book.data_head())
    months: set[Month] = set() if last is None else {last, last + -1}
    for verdict in files.new if files else ():
        rows = verdict.rows.get("observations")
        if rows is not None and len(rows):
            months |= {Month.from_ordinal(int(rows["month"].max())), Month.from_ordinal(int(rows["month"].min()))}
    return sorted(months)


def months_to_score(book: ledger.Ledger) -> Sequence[Month]:
    """Return closed months with promises in force that are not scored, or not assessable until later rows came."""
    made = ledger.promises(book)
    open_ = made[ledger.unsettled(made)]
    closed = {int(month) for month in ledger.closings(book)["month"]}
    news = open_["score_batch"].isna() | (open_["score_batch"] < book.data_head())
    due = {int(month) for month in open_.loc[news, "due_month"]}
    return [Month.from_ordinal(month) for month in sorted(due & closed)]
