"""Money at the command line: granted, committed by an approved run, paid once, reversed, reconciled."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from povlib import ledger, runs
from povlib.cli import main
from povlib.places import ROOT
from povlib.runs.office.office_place import open_book
from povlib.runs.performance.evaluation import performance_facts

pytestmark = pytest.mark.whole_run


@pytest.fixture
def office(finished: Any, work: Path) -> Path:
    """A copy of the finished run's office, to spend in."""
    shutil.copytree(finished.office, work / "sample")
    return work / "sample"


@pytest.fixture(scope="session")
def approved_once(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished run's office with its run approved."""
    work = tmp_path_factory.mktemp("approved")
    shutil.copytree(finished.office, work / "sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(work))
        assert main(["--lang", "en", "voice", "post", "latest", "--officer", "W"]) == 0
        # the word approve writes all papers anew besides, of which no movement reads any
        assert runs.approve_run(_run(), "W") > 0
    return work / "sample"


@pytest.fixture
def approved(approved_once: Path, work: Path) -> Path:
    """A copy of the approved office, to spend in."""
    shutil.copytree(approved_once, work / "sample")
    return work / "sample"


def _run() -> Any:
    return runs.find_run("latest", runs.find_office("sample"))


def _grant(cli: Any) -> dict[str, int]:
    """Grant each fund what the plan wants of it; return fen by fund."""
    wanted: dict[str, int] = _run().plan.payments.groupby("fund")["fen"].sum().astype(int).to_dict()
    for fund, fen in wanted.items():
        said = cli("fund", "appropriate", fund, "2016", f"{fen / 100:.2f}", "--id", f"doc-{fund}", "--officer", "W")
        assert said.code == 0, said.both
    return wanted


def test_nothing_is_committed_before_approval(cli: Any, office: Path) -> None:
    _grant(cli)
    before = cli("ledger", "head").out
    said = cli("fund", "commit", "latest", "--officer", "W")
    assert said.code == 2
    assert "not approved" in said.err
    assert cli("ledger", "head").out == before


def test_money_of_an_approved_run_from_grant_to_bank(cli: Any, approved: Path, tmp_path: Path) -> None:
    assert "No money" in cli("fund", "balances").out
    wanted = _grant(cli)
    fund = next(iter(wanted))
    again = cli("fund", "appropriate", fund, "2016", f"{wanted[fund] / 100:.2f}", "--id", f"doc-{fund}",
                "--officer", "W")  # fmt: skip
    assert "on record already" in again.out
    said = cli("fund", "commit", "latest", "--officer", "W")
    assert said.code == 0, said.both
    head = cli("ledger", "head").out
    assert "on record already" in cli("fund", "commit", "latest", "--officer", "W").out
    assert cli("ledger", "head").out == head
    with open_book(runs.find_office("sample")) as book:
        table = ledger.balances(book).set_index("fund")
        assert table["committed_fen"].to_dict() == wanted
        assert (table["available_fen"] == 0).all()
    _pay_some(cli, tmp_path)
    assert cli("ledger", "check").code == 0


def test_performance_is_counted_from_what_was_granted_paid_and_reversed(
    cli: Any, approved: Path, tmp_path: Path
) -> None:
    granted = sum(_grant(cli).values())
    assert cli("fund", "commit", "latest", "--officer", "W").code == 0
    _pay_some(cli, tmp_path)  # three bills paid, the first reversed and paid anew
    facts = performance_facts(runs.find_office("sample"), 2016, "en")
    counted = {row.key: row for row in facts.indicators}
    rows = _run().plan.payments
    bills = rows[rows["hh"].isin(_run().plan.chosen["hh"])].sort_values(["hh", "measure", "fund"])[:3]
    paid = int(bills["fen"].sum())
    assert counted["execution"].value == pytest.approx(paid / granted)
    assert counted["carry_over"].value == pytest.approx(1 - paid / granted)
    assert counted["commitment"].value == 1
    assert (counted["precise_use"].part, counted["precise_use"].value) == (paid, 1)
    assert (counted["reversed"].part, counted["reversed"].whole) == (1, 4)
    assert counted["plans_posted"].value == 1
    recorded = counted["plans_posted"].rows["day"].iloc[0]  # hung from 1 May, approved on the ledger's own day
    assert counted["days_posted"].value == (date.fromisoformat(recorded) - date(2016, 5, 1)).days
    assert counted["promises_kept"].value is None  # nothing fell due yet


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_eight_processes_pay_one_bill_once(cli: Any, approved: Path) -> None:
    _grant(cli)
    assert cli("fund", "commit", "latest", "--officer", "W").code == 0
    run = _run()
    payments = run.plan.payments[run.plan.payments["hh"].isin(run.plan.chosen["hh"])]
    bill = payments[payments["fen"] > 0].iloc[0]
    words = ["fund", "pay", "latest", bill["hh"], bill["measure"], bill["fund"], f"{bill['fen'] / 100:.2f}"]
    command = [sys.executable, "-m", "povlib.cli", *map(str, words), "--id", "bank-1", "--officer", "W"]
    payers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
    said = [payer.communicate() for payer in payers]
    assert [payer.returncode for payer in payers] == [0] * 8, said
    with open_book(runs.find_office("sample")) as book:
        assert int(ledger.balances(book, ("fund", "year"))["paid_fen"].sum()) == int(bill["fen"])
        assert book.store.rows("select count(*) from txn where id = ?", ("bank-1",)) == [(1,)]
        assert ledger.check(book).ok


def _pay_some(cli: Any, tmp_path: Path) -> None:
    rows = _run().plan.payments
    own = rows[rows["hh"].isin(_run().plan.chosen["hh"])].sort_values(["hh", "measure", "fund"])[:3]
    told = [(f"P{n}", *row) for n, row in enumerate(own[["hh", "measure", "fund", "fen"]].itertuples(index=False), 1)]
    file = tmp_path / "pay.csv"
    with file.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "hh", "measure", "fund", "amount", "date"])
        writer.writerows([i, hh, m, f, f"{fen / 100:.2f}", "2016-07-01"] for i, hh, m, f, fen in told)
    said = cli("fund", "pay", "latest", "--file", file, "--officer", "W")
    assert said.code == 0, said.both
    assert "on record already" in cli("fund", "pay", "latest", "--file", file, "--officer", "W").out
    number, hh, measure, fund, fen = told[0]
    more = ("fund", "pay", "latest", hh, measure, fund, f"{fen / 100:.2f}", "--officer", "W", "--id")
    assert cli(*more, "P9").code == 2, "nothing is paid twice under another number"
    assert cli("fund", "reverse", number, "--officer", "W").code == 2, "a reversal needs a reason"
    assert cli("fund", "reverse", number, "--officer", "W", "--reason", "wrong account").code == 0
    assert cli("fund", "reverse", number, "--officer", "W", "--reason", "wrong account").code == 2
    assert cli(*more, "P10").code == 0
    _reconcile(cli, tmp_path, [("P10", fen), *((i, amount) for i, *_, amount in told[1:])])


def _reconcile(cli: Any, tmp_path: Path, paid: list[tuple[str, int]]) -> None:
    bank = tmp_path / "bank.csv"
    lines = "".join(f"{number},{fen / 100:.2f}\n" for number, fen in paid)
    bank.write_text("reference,amount\n" + lines, encoding="utf-8")
    said = cli("fund", "reconcile", bank)
    assert (said.code, "3 payments agree" in said.out) == (0, True), said.both
    bank.write_text("reference,amount\n" + lines + "P77,1.00\n", encoding="utf-8")
    said = cli("fund", "reconcile", bank)
    assert said.code == 1
    assert re.search(r"P77 +1\.00", said.out)
    rate = cli("fund", "balances").out
    assert "execution rate" in rate
    by = cli("fund", "balances", "--by", "village", "--by", "measure")
    assert by.code == 0
    assert "village" in by.out


@pytest.mark.slow
def test_a_withdrawn_plan_is_paid_no_more_and_gives_its_money_back(cli: Any, approved: Path) -> None:
    wanted = _grant(cli)
    assert cli("fund", "commit", "latest", "--officer", "W").code == 0
    said = cli("withdraw", "latest", "--officer", "W", "--reason", "an error in the funds")
    assert said.code == 0, said.both
    assert "Withdrawn by W" in said.out
    assert "an error in the funds" in said.out
    assert "fund release" in said.out
    row = _run().plan.payments.iloc[0]
    pay = ("fund", "pay", "latest", row["hh"], row["measure"], row["fund"], "1", "--id", "p1", "--officer", "W")
    assert "not approved" in cli(*pay).err
    assert cli("fund", "release", "latest", "--all", "--officer", "W").code == 0
    assert "Nothing is committed" in cli("fund", "release", "latest", "--all", "--officer", "W").out
    with open_book(runs.find_office("sample")) as book:
        table = ledger.balances(book).set_index("fund")
    assert table["available_fen"].to_dict() == wanted
    again = cli("approve", "latest", "--officer", "X", "--reason", "the error was none")
    assert again.code == 0, again.both
    assert "Approved by X" in again.out
    assert "Approved by W" in again.out
    for said in (cli("fund", "commit", "latest", "--officer", "X"), cli("fund", "commit", "latest", "--officer", "X")):
        assert said.code == 0, said.both
    with open_book(runs.find_office("sample")) as book:
        table = ledger.balances(book).set_index("fund")
        assert ledger.check(book).ok
    assert table["committed_fen"].to_dict() == wanted, "committed again, once"
    assert cli(*pay).code == 0


def test_every_row_of_the_plans_payments_can_be_paid_as_it_stands_there(
    cli: Any, approved: Path, tmp_path: Path
) -> None:
    """The opening of a place that many share as well: it is no household's money."""
    wanted = _grant(cli)
    assert cli("fund", "commit", "latest", "--officer", "W").code == 0
    rows = _run().plan.payments
    file = tmp_path / "all.csv"
    rows.assign(id=[f"A{n}" for n in range(len(rows))], amount=rows["fen"] / 100).to_csv(file, index=False)
    said = cli("fund", "pay", "latest", "--file", file, "--officer", "W")
    assert said.code == 0, said.both
    with open_book(runs.find_office("sample")) as book:
        table = ledger.balances(book)
    assert table["committed_fen"].sum() == 0
    assert table["paid_fen"].sum() == sum(wanted.values())


def test_a_family_that_has_this_aid_is_flagged(cli: Any, approved: Path) -> None:
    _grant(cli)
    row = _run().plan.payments
    row = row[row["hh"].isin(_run().plan.chosen["hh"])].iloc[0]
    with open_book(runs.find_office("sample")) as book:
        import pandas as pd

        given = {"id": "S-1", "hh": row["hh"], "measure": row["measure"], "from_month": 12 * 2016, "fen": 100}
        book.append(ledger.BatchInfo(officer="t"), {"support": pd.DataFrame([given])})
    said = cli("fund", "commit", "latest", "--officer", "W")
    assert said.code == 0
    assert "already has this aid" in said.out
    assert str(row["hh"]) in said.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("appropriate", "none", "2016", "10", "--id", "a"), "no fund none"),
        (("appropriate", "special", "2016", "ten", "--id", "a"), "ten"),
        (("appropriate", "special", "2016", "-5", "--id", "a"), "above 0"),
        (("appropriate", "special", "2016", "5", "--id", "a", "--date", "July"), "July"),
        (("carry-over", "special", "2016"), "nothing left"),
        (("reverse", "nothing", "--reason", "r"), "no movement has the number nothing"),
    ],
    ids=["fund", "amount", "sign", "date", "carry-over", "reverse"],
)
def test_a_wrong_movement_moves_nothing(cli: Any, loaded: Path, words: tuple[str, ...], said: str) -> None:
    before = cli("ledger", "head").out
    answer = cli("fund", *words, "--officer", "W")
    assert answer.code == 2
    assert said in answer.err
    assert cli("ledger", "head").out == before


def test_what_is_left_is_carried_over(cli: Any, loaded: Path) -> None:
    cli("fund", "appropriate", "special", "2016", "1000", "--id", "a", "--officer", "W")
    assert cli("fund", "carry-over", "special", "2016", "--officer", "W").code == 0
    assert re.search(r"2017 +1,000\.00", cli("fund", "balances").out)
