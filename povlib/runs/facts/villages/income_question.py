"""Village income of an office as known now or on an earlier day: read, written as a paper, shared out by a rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from povlib import ledger, params
from povlib.calendar import Month
from povlib.errors import DataError, unknown_word_fault
from povlib.intake.outgoing.forms import write_sheet
from povlib.ledger import State
from povlib.params import claims_of_office
from povlib.params.procedures.cooperation import load_cooperation
from povlib.params.villages.village_income import SharingRule, VillageIncomeRules, load_village_income
from povlib.report.villages.facts import IncomeFacts
from povlib.report.villages.income_paper import income_paper
from povlib.report.writers.publication import publish
from povlib.runs.facts.villages.contract_incomes import TO_HOUSEHOLDS, income_with_contracts, last_day_of, sharing_plan
from povlib.runs.office.office_place import Place, open_book
from povlib.villages.incomes.due_schedule import month_of_day
from povlib.words import language


@dataclass(frozen=True, eq=False)
class IncomeQuestion:
    """What is asked about: the ledger as known, the rules of the office, the day (yyyymmdd) and the answer."""

    state: State
    rules: VillageIncomeRules
    day: int
    facts: IncomeFacts

    def rule(self, key: str) -> SharingRule:
        """Return a rule of sharing out by its key or name.

        Raises
        ------
        DataError
            If the office has no such rule.
        """
        found = next((rule for rule in self.rules.rules if key in (rule.key, *rule.names.spellings())), None)
        if found is None:
            keys = [rule.key for rule in self.rules.rules]
            raise DataError([unknown_word_fault("no rule of sharing out is called {value}", key, keys,
                                                "village_income.yaml")])  # fmt: skip
        return found


def read_income_question(place: Place, day: date | None = None, known: date | None = None) -> IncomeQuestion:
    """Return the village income of an office.

    Parameters
    ----------
    day : date, optional
        Up to which is counted; none: the last day of the ledger's last month.
    known : date, optional
        As the ledger knew it at the end of that day; none: as it knows it now.

    Raises
    ------
    DataError
        If neither income nor a month of data is recorded.
    """
    folder = place.office.params
    names = tuple(village.name for village in params.load(folder).villages.values())
    with open_book(place, create=False) as book:
        state = ledger.read_state(book, known)
    asked = None if day is None else int(day.strftime("%Y%m%d"))
    rules, document = load_village_income(folder), claims_of_office(folder, place.is_practice_township)
    facts = income_with_contracts(state, names, load_cooperation(folder), rules, language(), day=asked,
                                  document=document)  # fmt: skip
    if facts is None or state.last_month is None:
        raise DataError("no village income is recorded", where="村财收入", remedy="load the workbooks: {command}",
                        command="python3 workbench.py load")  # fmt: skip
    return IncomeQuestion(state, rules, asked or last_day_of(state.last_month), facts)


def write_income_paper(place: Place, facts: IncomeFacts, lang: str | None = None) -> list[Path]:
    """Write the paper on village income into the office's papers; return the files."""
    lang = lang or language()
    paper = income_paper(facts, lang, synthetic=place.synthetic)
    return publish(paper, place.office.papers / "incomes", f"incomes.{lang}", formats=("html", "pdf", "xlsx"))


def write_sharing_sheet(
    place: Place, asked: IncomeQuestion, rule: SharingRule, plan: pd.DataFrame, paid: date | None = None
) -> Path:
    """Write the sheet 村财分配 with a row a household, to be looked through and loaded; return the file.

    Parameters
    ----------
    plan : DataFrame
        Of `shares_by_rule`.
    paid : date, optional
        Day of the sharing out; none: the day up to which income was counted.
    """
    day = asked.day if paid is None else int(paid.strftime("%Y%m%d"))
    month = Month.from_ordinal(month_of_day([day])[0])
    rows = plan.assign(
        use=[f"{hh}-{rule.key}-{day}" for hh in plan["hh"]], day=day, kind=TO_HOUSEHOLDS, rule=rule.names.zh,
        plan=rule.plan, memo=None,
    )  # fmt: skip
    return write_sheet("income_use", rows, month, place.office.folder / "desk" / "incomes" / f"{rule.key}-{day}.xlsx")


def shares_by_rule(asked: IncomeQuestion, rule: SharingRule) -> pd.DataFrame:
    """Return what each household is to have by a rule: village, hh, size, fen."""
    return sharing_plan(asked.state, rule, asked.day, language())
