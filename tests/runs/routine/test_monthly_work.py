"""The month's work over a made-up year: done once, resumed wherever it was ended, told where a person is needed.

Planning is stood in for by a stub in the fast tests: what is tried here is the order of the work and what is kept.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from povlib import ledger, params, poverty, runs
from povlib.calendar import Month
from povlib.errors import LedgerError, ParameterError
from povlib.places import ROOT
from povlib.runs.routine import monthly_work
from povlib.runs.routine.monthly_summary import exit_code
from povlib.runs.routine.monthly_work import MonthlyOrder, do_months_work, foreseen_work, months_moved_on

APRIL, MAY = Month(2016, 4), Month(2016, 5)
Fill = Report = Callable[..., None]

pytestmark = pytest.mark.thorough


class _Planned:
    """Stands in for planning: notes what was asked, finished at the second asking."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], int]] = []

    def begin(self, place: runs.Place, scenario: str, changes: dict[str, str], resolved: Any) -> tuple[Any, ...]:
        with runs.open_book(place) as book:
            return scenario, changes, book.data_head()

    def is_finished(self, run: tuple[str, dict[str, str], int]) -> bool:
        return run in self.asked

    def complete(self, run: tuple[str, dict[str, str], int], lang: str, progress: Any) -> Any:
        if run not in self.asked:
            self.asked.append(run)
        return run


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> _Planned:
    stub = _Planned()
    for name in ("begin", "is_finished", "complete"):
        monkeypatch.setattr(monthly_work, name, getattr(stub, name))
    monkeypatch.setattr(monthly_work, "write_missing_papers", lambda *_: [])
    monkeypatch.setattr(monthly_work, "_owed_without_amount", lambda run: [])
    return stub


def _closed(place: runs.Place) -> list[str]:
    with runs.open_book(place) as book:
        return [str(Month.from_ordinal(int(month))) for month in ledger.closings(book)["month"]]


def _head(place: runs.Place) -> str:
    with runs.open_book(place) as book:
        return str(book.head())


def test_a_month_is_done_once(place: runs.Place, report: Report, planned: _Planned) -> None:
    do_months_work(place)
    report(MAY)
    first = do_months_work(place)
    assert ([str(s.month) for s in first.closed], first.planned) == (["2016-05"], True)
    assert first.held == first.no_plan == ""
    head, deposits = _head(place), sorted(place.office.receipts.rglob("*.json"))
    second = do_months_work(place)
    assert second.nothing_new
    assert (_head(place), sorted(place.office.receipts.rglob("*.json"))) == (head, deposits)
    assert len(planned.asked) == 2


@pytest.mark.slow
def test_a_made_up_year_month_by_month(place: runs.Place, fill: Fill, planned: _Planned) -> None:
    expected = [str(month) for month in APRIL.through(Month(2016, 12))]
    for after, label in enumerate(expected):
        fill(after)
        would = foreseen_work(place)
        answer = do_months_work(place)
        assert [str(s.month) for s in answer.closed] == [label]
        # what was foreseen is what was done; an office without a ledger cannot foresee more than its files
        if after:
            assert [str(s.month) for s in would.closed] == [label]
            assert would.closed[0].villages.equals(answer.closed[0].villages)
        assert bool(answer.no_plan) is (label == "2016-12")
    assert _closed(place) == expected
    # the plan's month is the one after the data, help begins one later, and never after its end
    assert [changes.get("settings.help_from", "2016-06") for _, changes, _ in planned.asked] == [
        "2016-06", "2016-07", "2016-08", "2016-09", "2016-10", "2016-11", "2016-12", "2016-12",
    ]  # fmt: skip
    assert answer.needs_a_person
    assert "help was planned until 2016-12 only" in answer.no_plan


def test_months_that_waited_are_closed_one_after_the_other(
    place: runs.Place, report: Report, planned: _Planned
) -> None:
    do_months_work(place)
    for month in MAY.through(Month(2016, 7)):
        report(month)
    answer = do_months_work(place)
    assert [str(s.month) for s in answer.closed] == ["2016-05", "2016-06", "2016-07"]
    assert len(planned.asked) == 2


def test_half_the_villages_close_nothing_until_told(place: runs.Place, report: Report, planned: _Planned) -> None:
    do_months_work(place)
    report(MAY, ["联胜", "乐北", "农家", "秀山", "建三"])
    answer = do_months_work(place)
    assert (answer.closed, answer.planned, exit_code(answer)) == ([], False, 1)
    assert answer.held.startswith("2016-05 is not complete:")
    assert answer.no_plan == "Nothing was planned, since the month is not closed."
    told = do_months_work(place, MonthlyOrder(incomplete=True, officer="王", reason="seven villages cut off by snow"))
    assert [str(s.month) for s in told.closed] == ["2016-05"]
    with runs.open_book(place) as book:
        row = ledger.closings(book).iloc[-1]
    assert (row["officer"], row["reason"]) == ("王", "seven villages cut off by snow")


def test_a_refused_file_is_named_and_holds_the_month(place: runs.Place, planned: _Planned) -> None:
    bad = place.office.inbox / "坏 11010519491231002X.xlsx"
    bad.write_bytes(b"PK\x03\x04 cut off")
    answer = do_months_work(place)
    assert exit_code(answer) == 1
    (one,) = [due for due in answer.due if due.key == "refused"]
    assert "11010519491231002X" not in one.words + answer.held
    assert _closed(place) == []
    # it stays refused however often the work is done, and nothing is added
    head = _head(place)
    assert [due.words for due in do_months_work(place).due] == [due.words for due in answer.due]
    assert _head(place) == head
    bad.unlink()
    assert [str(s.month) for s in do_months_work(place).closed] == ["2016-04"]


def test_without_an_inbox_the_rest_is_done_and_it_is_said(place: runs.Place, planned: _Planned) -> None:
    do_months_work(place)
    shutil.rmtree(place.office.inbox)
    answer = do_months_work(place)
    assert exit_code(answer) == 1
    assert any(due.key == "inbox" for due in answer.due)


def test_an_office_without_data_says_so(empty_place: runs.Place, planned: _Planned) -> None:
    answer = do_months_work(empty_place)
    assert exit_code(answer) == 1
    assert answer.no_plan.startswith("The ledger holds no month yet")
    assert not empty_place.office.has_ledger


def test_a_wrong_parameter_stops_before_anything_is_loaded(empty_place: runs.Place, workbooks: Any) -> None:
    shutil.copyfile(workbooks(0)[0], empty_place.office.inbox / "a.xlsx")
    funds = empty_place.office.params / "funds.yaml"
    funds.write_text(funds.read_text(encoding="utf-8").replace("amount_yuan:", "amuont_yuan:"), encoding="utf-8")
    with pytest.raises(ParameterError, match="amuont_yuan"):
        do_months_work(empty_place)
    assert not empty_place.office.has_ledger


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_ledger_that_may_only_be_read_is_said(place: runs.Place, fill: Fill, planned: _Planned) -> None:
    do_months_work(place)
    place.office.ledger.chmod(0o400)
    fill(1)
    with pytest.raises((LedgerError, OSError)):
        do_months_work(place)


def test_what_was_ended_between_steps_goes_on(
    place: runs.Place, report: Report, planned: _Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = do_months_work(place)
    assert whole.closed
    report(MAY)
    for broken in ("close_month", "months_to_score", "begin", "complete"):
        with monkeypatch.context() as patch:
            patch.setattr(monthly_work, broken, _interrupt)
            with pytest.raises(KeyboardInterrupt):
                do_months_work(place)
    answer = do_months_work(place)
    assert _closed(place) == ["2016-04", "2016-05"]
    assert answer.planned
    assert do_months_work(place).nothing_new


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_closing_without_its_deposit_is_made_whole(place: runs.Place, planned: _Planned) -> None:
    do_months_work(place)
    (deposit,) = (place.office.receipts / "deposits").glob("*-closing.json")
    deposit.unlink()
    do_months_work(place)
    assert deposit.is_file()


def _promise(place: runs.Place, month: Month) -> int:
    """Promise every registered household an even chance to exit by a month; return how many."""
    with runs.open_book(place) as book:
        poor = ledger.read_state(book, book.data_head()).poor
        rows = {"kind": "household", "hh": poor["hh"].astype("str"), "village": poor["village"].astype("str"),
                "package": "", "p": 0.5, "p0": 0.5, "lo": 0.3, "hi": 0.7, "due_month": month.ordinal}  # fmt: skip
        info = ledger.BatchInfo(kind="promise", officer="desk", role="approve", source_sha256="3" * 64, month=month)
        ledger.record_promises(book, "r1", pd.DataFrame(rows), info)
    return len(poor)


def _scored(place: runs.Place) -> pd.DataFrame:
    with runs.open_book(place) as book:
        made = ledger.promises(book)
    return made[made["scored"]]


def test_promises_are_scored_once_also_when_the_work_was_ended_before_they_were(
    place: runs.Place, report: Report, planned: _Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    do_months_work(place)
    promised = _promise(place, MAY)
    report(MAY)
    with monkeypatch.context() as patch:
        patch.setattr("povlib.review.score", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            do_months_work(place)
    # closed, and nothing scored: the worst place to be ended at
    assert _closed(place) == ["2016-04", "2016-05"]
    assert _scored(place).empty
    answer = do_months_work(place)
    assert answer.scored == promised == len(_scored(place))
    # what came true is what the exit rule says of May, asked on its own
    with runs.open_book(place) as book:
        state = ledger.read_state(book, book.data_head())
    resolved = runs.check_parameters(place)
    verdict = poverty.assess(state, MAY, resolved.catalogue, resolved.settings).set_index("hh")["exits"]
    outcomes = _scored(place).set_index("hh")["outcome"]
    expected = verdict.reindex(outcomes.index).astype("boolean").astype("Float64")
    assert outcomes.astype("Float64").equals(expected)
    again = do_months_work(place)
    assert (again.scored, len(_scored(place))) == (0, promised)


def test_two_at_once_do_it_once(place: runs.Place, planned: _Planned) -> None:
    answers: list[monthly_work.MonthlyAnswer] = []
    both = [threading.Thread(target=lambda: answers.append(do_months_work(place))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answer.nothing_new for answer in answers) == [False, True]
    assert _closed(place) == ["2016-04"]


def test_foreseeing_changes_nothing(empty_place: runs.Place, workbooks: Any) -> None:
    shutil.copyfile(workbooks(0)[0], empty_place.office.inbox / "a.xlsx")
    before = sorted(path for path in empty_place.office.folder.rglob("*"))
    answer = foreseen_work(empty_place)
    assert (len(answer.files.new), answer.planned) == (1, True)
    assert sorted(path for path in empty_place.office.folder.rglob("*")) == before


def test_the_months_of_a_plan_move_on_with_the_data() -> None:
    settings = params.Settings()
    for last in APRIL.through(Month(2016, 11)):
        changes = months_moved_on(settings, last)
        made = Month.parse(changes.get("settings.plan_month", str(settings.plan_month)))
        start = Month.parse(changes.get("settings.help_from", str(settings.help_from)))
        assert last < made <= start <= settings.help_to <= settings.horizon


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_at_any_moment_it_comes_to_the_same(tmp_path: Path) -> None:
    """The whole command, plan and papers included, killed again and again, ends where an undisturbed one ends."""
    expected = _monthly(tmp_path / "undisturbed")
    # from before anything is loaded to the middle of the plan
    for pause in (0.5, 1, 2, 4, 6, 8, 10, 12):
        with _started(tmp_path / "work") as process:
            time.sleep(pause)
            process.send_signal(signal.SIGKILL)
    said = _monthly(tmp_path / "work")
    for facts in (said, expected):
        del facts["done"]
        facts["run"]["papers"] = [Path(path).name for path in facts["run"]["papers"]]
    assert said == expected
    again = _monthly(tmp_path / "work")
    assert again["done"]["nothing_new"]


def _started(work: Path, *words: str) -> subprocess.Popen[str]:
    work.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "povlib.cli", "--lang", "en", "monthly", *words]
    bare = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "POVLIB_WORK": str(work)}
    return subprocess.Popen(
        command, cwd=work, env=bare, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8", start_new_session=True,
    )  # fmt: skip


def _monthly(work: Path) -> dict[str, Any]:
    out, err = (process := _started(work, "--json")).communicate(timeout=900)
    assert process.returncode in (0, 1), err
    facts: dict[str, Any] = json.loads(out)
    return facts


def test_a_finished_run_of_the_same_inputs_is_not_foreseen_again(
    finished: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(finished.work))
    place = runs.find_office("sample")
    answer = foreseen_work(place)
    assert ([str(s.month) for s in answer.closed], answer.planned) == (["2016-04"], False)
    assert foreseen_work(place, MonthlyOrder("more_money")).planned
