"""Which month is due and whether it may be closed without being told, on townships of sixty households."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from povlib import ledger, runs
from povlib.calendar import Month
from povlib.runs.office.promise_keeping import close_month
from povlib.runs.routine.due_list import due_list, reason_held
from povlib.runs.routine.inbox_loading import load_workbooks
from povlib.runs.routine.month_standing import due_month, month_standing, waiting_files

pytestmark = pytest.mark.thorough

Fill = Callable[..., None]
APRIL, MAY = Month(2016, 4), Month(2016, 5)


def test_the_month_after_the_last_closed_is_due(place: runs.Place) -> None:
    with runs.open_book(place) as book:
        assert due_month(book) == APRIL
        standing = month_standing(book, APRIL)
        # counted by hand from the rows of the ledger
        told = book.store.rows("select count(distinct hh) from obs where month = 201604")[0][0]
        assert (standing.reported, standing.complete) == (told, True)
    close_month(place, APRIL, "desk")
    with runs.open_book(place) as book:
        assert due_month(book) is None


def test_what_waits_counts_as_reported(place: runs.Place, fill: Fill) -> None:
    close_month(place, APRIL, "desk")
    before = place.office.ledger.read_bytes()
    fill(1, 3)
    verdicts = load_workbooks(place, "-", dry=True)
    with runs.open_book(place) as book:
        files = waiting_files(book, verdicts, place.office.receipts)
        assert due_month(book, files) == MAY
        standing = month_standing(book, MAY, files)
        assert due_month(book) is None
    assert len(standing.silent) == 9
    assert standing.reported > 0
    assert place.office.ledger.read_bytes() == before
    load_workbooks(place, "desk")
    with runs.open_book(place) as book:
        loaded = month_standing(book, MAY)
    assert loaded.villages.equals(standing.villages)


def test_a_month_that_is_not_over_stays_open(place: runs.Place) -> None:
    with runs.open_book(place) as book:
        during = month_standing(book, APRIL, today=dt.date(2016, 4, 30))
        after = month_standing(book, APRIL, today=dt.date(2016, 5, 1))
    assert (during.complete, after.complete) == (False, True)
    assert reason_held(during) == "2016-04 is not over yet."


def test_a_month_missing_between_is_named(place: runs.Place) -> None:
    close_month(place, APRIL, "desk")
    with runs.open_book(place) as book:
        frame = {"observations": _one_observation(book, Month(2016, 6))}
        book.append(ledger.BatchInfo(month=Month(2016, 6)), frame)
        assert due_month(book) == MAY
        standing = month_standing(book, MAY)
        due = due_list(place, book, runs.check_parameters(place), None, MAY)
    assert not standing.complete
    (one,) = [one for one in due if one.key == "month"]
    assert one.blocks
    assert one.words == "Nothing was reported for 2016-05, while later months are there: it is missing."


def _one_observation(book: ledger.Ledger, month: Month) -> object:
    rows = ledger.read_state(book, months=(APRIL, APRIL)).observations.head(1)
    return rows.assign(month=month.ordinal)


def test_a_first_close_takes_the_month_before_one_that_has_only_begun(place: runs.Place, fill: Fill) -> None:
    fill(1, 1)
    load_workbooks(place, "desk")
    with runs.open_book(place) as book:
        assert due_month(book) == APRIL


def test_a_file_refused_holds_its_month_until_it_is_mended(place: runs.Place) -> None:
    (place.office.inbox / "乱.xlsx").write_bytes(b"not a workbook")
    verdicts = load_workbooks(place, "desk")
    with runs.open_book(place) as book:
        files = waiting_files(book, verdicts, place.office.receipts)
        assert [Path(v.file).name for v in files.refused] == ["乱.xlsx"]
        standing = month_standing(book, APRIL, files)
    assert not standing.complete
    assert reason_held(standing) == "2016-04 waits for files that are refused: 乱.xlsx."
