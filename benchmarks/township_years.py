"""Made-up townships through a whole year by the commands, every count and amount held against every other place.

    python benchmarks/township_years.py [--townships 40] [--first 8000] [--out FILE.json]

Each township of 60 to 90 registered households is received as workbooks, loaded, planned and approved, its money
granted, committed and half of it paid; one value is corrected; then the months that came true under the plan arrive,
are loaded and closed one by one. Compared: the ledger's registered households and persons with the paper, the workbook,
the plan and the promises; new money by household, village, fund and measure; commitments and payments with the plan
and the balances; expected exits with the promises; promises due with those scored. Prints every disagreement, and a
line of totals.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd

from povlib import ledger, places, runs, sample
from povlib.calendar import Month
from povlib.cli import main as command_line
from povlib.report.writers.publication import file_name
from povlib.review.promise_scoring import nothing_promised
from povlib.runs.office import office_place
from povlib.runs.office.office_place import open_book
from povlib.runs.papers import MEETING

OFFICER = "W"


class Township:
    """The practice office of one township and what its commands said."""

    def __init__(self, seed: int, work: Path) -> None:
        self.seed, self.work = seed, work
        os.environ["POVLIB_WORK"] = str(work)
        self.wrong: list[str] = []
        self.compared = 0

    def command(self, *words: object, code: int = 0) -> str:
        """Run one command; note another exit code than expected."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                got = command_line(["--lang", "en", *map(str, words)])
            except SystemExit as leaving:
                got = int(leaving.code or 0)
        self.same(f"exit code of {words[0]} {words[1] if len(words) > 1 else ''}", got, code, said.getvalue()[-400:])
        return said.getvalue()

    def same(self, what: str, one: Any, other: Any, more: str = "") -> None:
        """Hold two numbers against each other; fen exactly, floats to the sixth place."""
        self.compared += 1
        equal = bool(np.isclose(one, other, rtol=1e-6, atol=1e-6)) if isinstance(one, float) else one == other
        if not equal:
            self.wrong.append(f"{self.seed}: {what}: {one} and {other} {more}".strip())

    def receive(self, households: int) -> None:
        """Ship another practice township: its workbooks lie in the practice office's inbox from the first command."""
        self.households = households
        shipped = self.work / "data" / "sample"
        shutil.copytree(places.DATA / "sample" / "params", shipped / "params")
        sample.write_sample(shipped, households=households, seed=self.seed)
        office_place.DATA = shipped.parent


def sheet(book: openpyxl.Workbook, title: str) -> pd.DataFrame:
    """Return a sheet of the meeting workbook without its totals: two lines of headings, then the names of columns."""
    rows = [row for row in book[title[:30]].iter_rows(min_row=3, values_only=True) if any(v is not None for v in row)]
    return pd.DataFrame([row for row in rows[1:] if "Total" not in row], columns=rows[0])


def check_papers(town: Township, run: runs.Run) -> None:
    """Hold ledger, plan, paper and workbook against each other."""
    state, plan = run.state, run.plan
    poor = state.poor
    folder = runs.papers_folder(run)
    numbers = json.loads((folder / file_name(f"{MEETING}.en", "numbers.json")).read_text(encoding="utf-8"))["numbers"]
    shown = {key: value["value"] for key, value in numbers.items()}
    book = openpyxl.load_workbook(folder / file_name(f"{MEETING}.en", "xlsx"), read_only=True)
    by_household = sheet(book, "One row a household")
    money = int(plan.payments["fen"].sum())
    town.same("households: ledger, paper", len(poor), shown["standing.households"])
    town.same("persons: ledger, paper", int(poor["size"].sum()), shown["standing.persons"])
    town.same("households: ledger, workbook", len(poor), len(by_household))
    town.same("persons: ledger, workbook", int(poor["size"].sum()), int(by_household["Persons"].sum()))
    exited = state.households[state.households["status"] == "已脱贫"]
    town.same("exited households: ledger, paper", len(exited), shown["standing.exited_households"])
    town.same("money: plan, paper", money, shown["headline.money"])
    shared = run.plan.payments["hh"].str.startswith("facility:")  # the opening of a place many share is no household's
    town.same(
        "money: plan, workbook by household",
        int(run.plan.payments.loc[~shared, "fen"].sum()),
        round(100 * by_household["New money (yuan)"].sum()),
    )
    for title, column in (
        ("The proposal by village", "New money (yuan)"),
        ("The proposal by measure", "New money (yuan)"),
        ("The proposal by fund", "Proposed (yuan)"),
        ("Payments by fund", "amount (yuan)"),
    ):
        frame = sheet(book, title)
        town.same(f"money: plan, workbook: {title}", money, round(100 * frame[column].fillna(0).astype(float).sum()))
    villages = sheet(book, "The proposal by village")
    town.same("households: ledger, villages", len(poor), int(villages["Households"].sum()))
    town.same("persons: ledger, villages", int(poor["size"].sum()), int(villages["Persons"].sum()))
    town.same("helped: plan, villages", int((by_household["New money (yuan)"] > 0).sum()) if money else 0,
              int((plan.payments[~shared].groupby("hh")["fen"].sum() > 0).sum()))  # fmt: skip
    for key, column in (("additional", "Additional exits (persons)"), ("expected", "Expected exits (persons)")):
        town.same(f"{key}: paper, villages", float(shown[f"headline.{key}"]), float(villages[column].sum()))
    entitled = sheet(book, "Entitlements") if "Entitlements" in book.sheetnames else pd.DataFrame()
    if len(entitled):
        town.same("owed: paper, workbook", shown["entitlements.total"],
                  round(100 * entitled["Owed by law (yuan)"].sum()))  # fmt: skip
    reasons = sheet(book, "Reasons")
    without = len(poor) - int(villages["Households with new help"].sum())
    town.same("households without help: villages, reasons", without, int(reasons["Households"].sum()))
    book.close()


def check_promises(town: Township, run: runs.Run) -> None:
    """Hold the promises against the plan and the paper."""
    with open_book(runs.find_office("sample")) as book:
        made = ledger.promises(book)
        town.same("ledger check", ledger.check(book).ok, True)
    own, totals = made[made["kind"] == "household"], made[made["kind"] == "total"].set_index("key")["p"]
    figures = runs.headline_figures(run)
    town.same("promises: households", len(own), len(run.state.poor))
    town.same("promises: once a household", own["hh"].is_unique, True)
    size = run.state.poor.set_index("hh")["size"]
    town.same("promises: expected", float(figures["expected"]), float((own["p"] * own["hh"].map(size)).sum()))
    for key in ("expected", "additional"):
        town.same(f"promises: {key}", float(figures[key]), float(totals[key]))


def move_money(town: Township, run: runs.Run) -> None:
    """Grant, commit and pay half of the plan, twice each; hold the balances against the plan."""
    wanted = run.plan.payments.groupby("fund")["fen"].sum()
    for fund, fen in wanted.items():
        for _ in range(2):  # a document counts once
            town.command(
                "fund", "appropriate", fund, "2016", f"{fen / 100:.2f}", "--id", f"d-{fund}", "--officer", OFFICER
            )
    for _ in range(2):
        town.command("fund", "commit", "latest", "--officer", OFFICER, "--date", "2016-05-10")
    rows = run.plan.payments.sort_values(["hh", "measure", "fund"]).iloc[::2]
    bills = town.work / "bills.csv"
    pd.DataFrame(
        {"id": [f"b{i}" for i in range(len(rows))], "hh": rows["hh"], "measure": rows["measure"], "fund": rows["fund"],
         "amount": rows["fen"] / 100}
    ).to_csv(bills, index=False)  # fmt: skip
    for _ in range(2):
        town.command("fund", "pay", "latest", "--file", bills, "--officer", OFFICER, "--date", "2016-06-10")
    with open_book(runs.find_office("sample")) as book:
        balance = ledger.balances(book)
    for column, fen in (("committed_fen", wanted.sum() - rows["fen"].sum()), ("paid_fen", rows["fen"].sum())):
        town.same(f"balances: {column}", int(balance[column].sum()), int(fen))


def later_months(town: Township) -> None:
    """Receive, load and close the months after the plan; hold what is scored against what was promised."""
    out = town.work / "after"
    town.command(
        "sample", "--after", "latest", "--households", town.households, "--seed", town.seed, "--workbooks", "--out", out
    )
    files = sorted(out.rglob("*.xlsx"))
    town.same("workbooks of later months", bool(files), True)
    town.command("load", *files)
    for month in range(5, 13):
        town.command("close", f"2016-{month:02d}", "--officer", OFFICER)
    with open_book(runs.find_office("sample")) as book:
        made, state = ledger.promises(book), ledger.read_state(book)
        town.same("ledger check at the end", ledger.check(book).ok, True)
    due = made[made["due_month"] <= Month(2016, 12).ordinal]
    town.same("promises scored", int(due["scored"].sum()), len(due))
    poor = due[(due["kind"] == "household") & ~nothing_promised(due)]  # a total holds those who were promised something
    size = poor["hh"].map(state.households.set_index("hh")["size"])
    totals = due[due["kind"] == "total"].set_index("key")
    # A total with a household nobody could assess has bounds in place of a number.
    known = poor["outcome"].notna().all()
    for name in ("outcome",) if known else ("outcome_lo", "outcome_hi"):
        mine = float((poor[name].astype("Float64") * size).sum())
        town.same(f"came true, {name}: households, total", mine, float(totals.loc["expected", name]))


def township_year(seed: int) -> Township:
    """Lead one township through its year."""
    work = Path(tempfile.mkdtemp(prefix=f"township-{seed}-"))
    town = Township(seed, work)
    try:
        town.receive(60 + seed % 4 * 10)
        town.command("run")
        run = runs.find_run("latest", runs.find_office("sample"))
        check_papers(town, run)
        town.command("voice", "post", "latest", "--officer", OFFICER)
        for _ in range(2):
            town.command("approve", "latest", "--officer", OFFICER, "--reason", "meeting of 10 May")
        check_promises(town, run)
        move_money(town, run)
        hh = str(run.state.poor["hh"].iloc[0])
        town.command(
            "correct", "households", f"hh={hh}", "--set", "forest_mu=2", "--officer", OFFICER, "--reason", "seen"
        )
        later_months(town)
    except Exception as fault:
        town.wrong.append(f"{seed}: {type(fault).__name__}: {fault}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return town


def townships(first: int, count: int) -> Iterator[Township]:
    """Lead townships through their years, one after the other."""
    for seed in range(first, first + count):
        yield township_year(seed)


def main() -> None:
    """Run the townships that are not in the file yet and print what did not agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--townships", type=int, default=40)
    parser.add_argument("--first", type=int, default=8000)
    parser.add_argument("--out", type=Path, default=Path("township_years.json"))
    options = parser.parse_args()
    rows = json.loads(options.out.read_text()) if options.out.exists() else []
    done = {row["seed"] for row in rows}
    for town in townships(options.first, options.townships):
        if town.seed in done:
            continue
        rows.append({"seed": town.seed, "compared": town.compared, "wrong": town.wrong})
        options.out.write_text(json.dumps(rows, ensure_ascii=False))
        print(town.seed, town.compared, "compared", *town.wrong, sep="\n  ", flush=True)
    wrong = sum(len(row["wrong"]) for row in rows)
    print(f"{len(rows)} townships, {sum(row['compared'] for row in rows)} comparisons, {wrong} disagree")


if __name__ == "__main__":
    main()
