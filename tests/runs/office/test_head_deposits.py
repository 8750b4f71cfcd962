"""Deposited heads of an office: made on the days that bind, held against the ledger, printed on what was approved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from povlib import ledger, runs
from povlib.cli import main
from povlib.ledger import short_code
from povlib.runs.office.head_deposits import deposit_faults, deposits_folder, find_deposit
from povlib.runs.office.office_place import open_book

pytestmark = pytest.mark.whole_run

Copied = Callable[[], runs.Run]


def test_an_approval_is_deposited_and_printed_on_its_paper(copied: Copied, capsys: pytest.CaptureFixture[str]) -> None:
    run = copied()
    place = runs.find_office("sample")
    assert find_deposit(place, "approval", run.info.run_id) is None
    assert main(["approve", run.info.run_id, "--officer", "chair"]) == 0
    said = capsys.readouterr().out
    found = find_deposit(place, "approval", run.info.run_id)
    assert found is not None
    path, deposit = found
    with open_book(place) as book:
        assert deposit.head == book.head()
        assert deposit.is_signed
        assert deposit.officer == "chair"
        assert deposit_faults(place, book) == []
    code = short_code(deposit.head)
    assert code in said
    assert path.name in said
    paper = (runs.papers_folder(run) / "meeting.en.html").read_text(encoding="utf-8")
    assert code in paper
    assert str(deposit.head) in paper


@pytest.mark.slow  # writes all papers three times
def test_approving_again_mends_papers_that_were_left_as_drafts(copied: Copied) -> None:
    run = copied()
    runs.approve_run(run, "chair")  # the computer stopped here: promises are written, papers are not
    paper = runs.papers_folder(run) / "meeting.en.html"
    paper.unlink(missing_ok=True)
    assert main(["approve", run.info.run_id, "--officer", "chair"]) == 0
    assert "not approved" not in paper.read_text(encoding="utf-8").lower()
    assert len(list(deposits_folder(runs.find_office("sample")).glob("*-approval.json"))) == 1


def test_an_old_ledger_put_in_place_is_told(copied: Copied, capsys: pytest.CaptureFixture[str]) -> None:
    run = copied()
    place = runs.find_office("sample")
    old = place.office.ledger.read_bytes()
    runs.approve_run(run, "chair")
    assert main(["ledger", "check"]) == 0
    for beside in place.office.folder.glob("ledger.sqlite-*"):
        beside.unlink()
    place.office.ledger.write_bytes(old)
    capsys.readouterr()
    assert main(["ledger", "check"]) == 1
    assert "batch" in capsys.readouterr().err


def test_a_ledger_is_held_against_files_and_printed_heads(
    copied: Copied, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied()
    assert main(["ledger", "deposit", "--officer", "clerk"]) == 0
    (made,) = deposits_folder(runs.find_office("sample")).glob("*-request.json")
    elsewhere = tmp_path / "mailed.json"
    elsewhere.write_bytes(made.read_bytes())
    head = str(ledger.read_deposit(elsewhere).head)
    assert main(["ledger", "check", "--against", str(elsewhere), "--expected", head]) == 0
    other = head.replace(head[-1], "0" if head[-1] != "0" else "1")
    assert main(["ledger", "check", "--expected", other]) == 1
    elsewhere.write_text(elsewhere.read_text(encoding="utf-8").replace('"clerk"', '"nobody"'), encoding="utf-8")
    capsys.readouterr()
    assert main(["ledger", "check", "--against", str(elsewhere)]) == 1
    assert "signature" in capsys.readouterr().err
    assert main(["ledger", "check", "--expected", "yesterday"]) != 0
