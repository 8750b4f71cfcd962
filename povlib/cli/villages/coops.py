"""coops: stakes, books, queries, incomes and failure of co-ops. roster: turns at their bases as a sheet to print.

Responsible for printing. Not responsible for the answers (`povlib.runs.facts.villages`).
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from povlib.calendar import Month
from povlib.cli.terminal import print_paths, print_table
from povlib.cli.villages.contracts import MONTH, known
from povlib.cli.word import Word, argument, chosen_place, switch
from povlib.errors import DataError
from povlib.words import language, text

if TYPE_CHECKING:
    from povlib.ledger import State
    from povlib.params.procedures.cooperation import Cooperation
    from povlib.runs.facts.villages.coop_facts import CoopStanding


def coops(options: argparse.Namespace) -> int:
    """Print every co-op, or one in full."""
    place = chosen_place(options)
    asked = Month.parse(options.month) if options.month else None
    from povlib.runs.facts.villages.coop_facts import coop_standings, named_coop
    from povlib.runs.facts.villages.turn_facts import bases_of

    state, _, rules = known(place)
    named_coop(state, options.coop)
    month = asked or state.last_month
    if month is None:
        raise DataError("no month is on record yet", remedy="load the workbooks: {command}",
                        command="python3 workbench.py load FOLDER")  # fmt: skip
    found = coop_standings(state, rules, month, options.coop)
    print(text("As known to the end of {month}:", month=str(month)))
    _print_list(found)
    if not options.coop:
        print(text("Queries of an auditor: {n}.", n=sum(len(one.findings) for one in found)))
        # the one with most to look at
        options.coop = max(found, key=lambda one: (len(one.findings), len(one.stakes))).name
        options.then = "coops {coop}"
        return 0
    one = found[0]
    _print_queries(one)
    _print_books(one)
    if options.failed:
        _print_failure(state, rules, one, month)
        options.then = "scenarios list"
        return 0
    _print_members(state, rules, one, month)
    if options.year:
        _print_dividends(rules, one, options.year, firm_pays=not options.without_firm)
    options.then = "roster {coop} --from " + str(month + 1) if len(bases_of(state, one.name)) else "coops"
    return 0


def _yuan(fen: float) -> str:
    # books are read to the fen; what is estimated is printed in whole yuan by `_about`
    return f"{int(fen) / 100:,.2f}"


def _about(fen: float) -> str:
    return f"{round(fen / 100):,}"


def _print_list(found: list[CoopStanding]) -> None:
    import pandas as pd

    from povlib.runs.facts.houses.code_words import in_words
    from povlib.villages.coops.accounts import CASH

    statuses = in_words(pd.Series([one.row["status"] for one in found]), "coop_status")
    rows = [
        {
            text("co-op"): one.name,
            text("product"): one.row["product"] or "",
            text("leading firm"): one.row["enterprise"] or "",
            text("status"): status,
            text("households with stakes"): one.stakes["hh"].nunique(),
            text("stakes (yuan)"): _yuan(int(one.stakes["fen"].sum())),
            text("owed on loans"): _yuan(int(one.loans["principal_fen"].sum())),
            text("pooled loans"): one.pooled,
            text("cash"): _yuan(one.books.fen(CASH)),
            text("accounts sum to"): _yuan(one.books.sum_fen),
        }
        for one, status in zip(found, statuses, strict=True)
    ]
    print_table(pd.DataFrame(rows))


def _print_queries(one: CoopStanding) -> None:
    if not one.findings:
        print(text("An auditor would query nothing."))
    alike: dict[str, list[str]] = {}
    for finding in one.findings:
        alike.setdefault(text(finding.what, **dict(finding.values)), []).append(finding.where)
    for said, places in alike.items():
        more = text(" and {n} others like it", n=len(places) - 1) if len(places) > 1 else ""
        print("! " + places[0] + more + text(": ") + said)


def _print_books(one: CoopStanding) -> None:
    import pandas as pd

    from povlib.runs.facts.houses.code_words import in_words

    balance = one.books.balance
    used = balance[(balance["debit_fen"] > 0) | (balance["credit_fen"] > 0)]
    if used.empty:
        print(text("The co-op has no books on record."))
        return
    print_table(
        pd.DataFrame(
            {
                text("account in the books"): in_words(used["account"], "coop_account"),
                text("debit side"): used["debit_fen"].map(_yuan),
                text("credit side"): used["credit_fen"].map(_yuan),
                text("balance"): used["balance_fen"].map(_yuan),
            }
        )
    )
    print(text("All balances together: {sum} yuan.", sum=_yuan(one.books.sum_fen)))
    statement = one.books.statement
    columns = {
        "opening_cash_fen": "cash at the beginning",
        "sales_fen": "sales of the co-op",
        "costs_fen": "costs of the co-op",
        "wages_fen": "wages paid",
        "profit_fen": "surplus",
        "dividends_fen": "dividends paid",
        "closing_cash_fen": "cash at the end",
    }
    shown = {text(label): statement[key].map(_yuan) for key, label in columns.items()}
    print_table(pd.DataFrame({text("year"): statement["year"], **shown}))


def _print_members(state: State, rules: Cooperation, one: CoopStanding, month: Month) -> None:
    import pandas as pd

    from povlib.runs.facts.villages.coop_facts import member_incomes

    incomes = member_incomes(state, rules, one, month)
    if not incomes:
        print(text("No household holds a stake or was paid."))
        return
    had = one.books.households.set_index("hh")
    stakes = one.stakes.groupby("hh")["fen"].sum()
    rows = [
        {
            text("household"): hh,
            text("stake"): _yuan(int(stakes.get(hh, 0))),
            text("wages so far"): _yuan(int(had["wages_fen"].get(hh, 0))),
            text("dividends so far"): _yuan(int(had["dividends_fen"].get(hh, 0))),
            text("wage a year"): f"{_about(income.wage)} ± {_about(income.wage_sd)}",
            text("dividend a year"): f"{_about(income.dividend)} ± {_about(income.dividend_sd)}"
            + ("" if paid else " *"),
            text("both"): f"{_about(income.together)} ± {_about(income.together_sd)}",
        }
        for hh, (income, paid) in incomes.items()
    ]
    print_table(pd.DataFrame(rows))
    some = next(iter(incomes.values()))[0]
    print(text("Two incomes, each with its own risk: the wage ends within a year with a chance of {wage}, the dividend "
               "fails with {dividend}; both are gone at once with {both}, when the firm stops paying.",
               wage=f"{some.no_wage:.0%}", dividend=f"{some.no_dividend:.0%}", both=f"{some.nothing:.0%}"))  # fmt: skip
    if not all(paid for _, paid in incomes.values()):
        print(text("*: no dividend is on record yet; only what is guaranteed counts."))


def _print_dividends(rules: Cooperation, one: CoopStanding, year: int, *, firm_pays: bool) -> None:
    import pandas as pd

    from povlib.runs.facts.villages.coop_facts import dividends_due

    due = dividends_due(rules, one, year, firm_pays=firm_pays)
    table = due.households()
    print(text("Dividends of {year}: profit {profit}, put aside {reserve}, added by the firm {firm}, paid {paid}.",
               year=year, profit=_yuan(due.profit_fen), reserve=_yuan(due.reserve_fen), firm=_yuan(due.from_firm_fen),
               paid=_yuan(due.paid_fen)))  # fmt: skip
    print_table(
        pd.DataFrame(
            {
                text("household"): table["hh"],
                text("stake"): table["fen"].map(_yuan),
                text("guaranteed"): table["floor_fen"].map(_yuan),
                text("dividend"): table["dividend_fen"].map(_yuan),
                text("under the floor"): table["under_floor_fen"].map(_yuan),
            }
        )
    )


def _print_failure(state: State, rules: Cooperation, one: CoopStanding, month: Month) -> None:
    import pandas as pd

    from povlib.runs.facts.villages.coop_facts import failure_of

    lost = failure_of(state, rules, one, month)
    own = lost.households
    print(text("Should it fail now: {left} yuan are left, of which lenders have {lenders}; they lose {lost}.",
               left=_yuan(lost.left_fen), lenders=_yuan(lost.creditors_fen),
               lost=_yuan(lost.creditors_lost_fen)))  # fmt: skip
    print_table(
        pd.DataFrame(
            {
                text("household"): own["hh"],
                text("stake"): own["stake_fen"].map(_yuan),
                text("of it lost"): own["lost_fen"].map(_yuan),
                text("grant lost"): own["public_lost_fen"].map(_yuan),
                text("loan still owed"): own["loan_fen"].map(_yuan),
                text("wage of a year gone"): own["wage_fen"].map(_yuan),
                text("dividend of a year gone"): own["dividend_fen"].map(_yuan),
            }
        )
    )
    print(text("{n} households lose {own} yuan of their own, {public} of public money, and {income} of income a year; "
               "{loans} yuan of loans stay with them.", n=len(own), own=_yuan(int(own["lost_fen"].sum())),
               public=_yuan(int(own["public_lost_fen"].sum())),
               income=_yuan(int(own["wage_fen"].sum() + own["dividend_fen"].sum())),
               loans=_yuan(int(own["loan_fen"].sum()))))  # fmt: skip


def _day(week: int) -> str:
    return f"{week // 10000}-{week // 100 % 100:02d}-{week % 100:02d}"


def roster(options: argparse.Namespace) -> int:
    """Draw up the turns of a co-op's bases and write them as a sheet to print."""
    place = chosen_place(options)
    first = Month.parse(options.first)
    from povlib.report.writers.turn_roster import write_turn_roster
    from povlib.runs.facts.villages.turn_facts import coop_roster

    state, _, rules = known(place)
    made = coop_roster(state, rules, options.coop, first, options.weeks, options.need)
    for (week, base), own in made.turns.groupby(["week", "base"], sort=True):
        print(f"{_day(int(str(week)))} {base}: " + "、".join(own["person"]))
    print(text("{turns} turns for {people} people. Largest difference in load, the last {weeks} weeks counted: {n}; "
               "no fairer roster fills as many places.", turns=len(made.turns), people=len(made.loads),
               weeks=int(rules.value("weeks_looked_back")), n=made.difference))  # fmt: skip
    carers = made.loads[made.loads["caring"]]
    if len(carers):
        print(text("{n} care for somebody: only at the base of their own village, never two weeks in a row.",
                   n=len(carers)))  # fmt: skip
    lacking = int(made.vacant["lacking"].sum())
    if lacking:
        print("! " + text("{n} places stay unfilled: too few are free. See the sheet.", n=lacking))
    name = re.sub(r"[^\w-]+", "-", options.coop)
    path = (
        Path(options.out) if options.out else place.office.folder / "desk" / "rosters" / f"roster-{name}-{first}.xlsx"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    days = int(rules.value("turn_days"))
    print_paths([write_turn_roster(options.coop, made.turns, made.loads, made.vacant, made.difference, days, path,
                                   language())])  # fmt: skip
    return 0


WORDS = (
    Word(
        "coops",
        "co-ops: stakes and loans, books that sum to zero, what an auditor would query, incomes, failure",
        coops,
        (
            argument("coop", "name of a co-op (none given: all)", "CO-OP", nargs="?", default=""),
            MONTH,
            argument("--year", "share out the dividends of this year", "YEAR", type=int),
            switch("--without-firm", "share them out as if the firm no longer paid"),
            switch("--failed", "what each household loses should it fail now"),
        ),
        then="coops",
    ),
    Word(
        "roster",
        "turns at the bases of a co-op, fair and within everybody's duties, as a sheet to print",
        roster,
        (
            argument("coop", "name of a co-op", "CO-OP"),
            argument("--from", "first month of the roster", example="2016-06", required=True, dest="first"),
            argument("--weeks", "how many weeks", "N", type=int, default=8),
            argument("--need", "people a week at each base (none given: as on record)", "N", type=int),
            argument("--out", "file to write", "FILE"),
        ),
        then="coops {coop}",
    ),
)
