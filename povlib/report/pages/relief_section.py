"""Relief in words: what was due and paid, what does not agree, the budget of the year, and who is over the line by it.

Responsible for the two parts of notebook 02, the bullets of the meeting paper and the sheet of its workbook. Not
responsible for any figure (`povlib.support.relief`, `povlib.poverty.households.transfer_exits`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.report.model.numbers import Number, Prose, Range, say
from povlib.report.model.paper import Block, Bullets, Column, Note, Paragraph, Section, Table
from povlib.words import term, text

KEY, OWN_KEY = "relief", "own_income"
FINDINGS = ("unpaid", "unentitled", "late", "twice")


@dataclass(frozen=True, eq=False)
class ReliefFacts:
    """What the parts say; filled by `povlib.runs.facts.relief`, texts in the language of the paper.

    Attributes
    ----------
    first, at : Month
        Months reviewed.
    measures : DataFrame
        name, households, due_fen, paid_fen, less_fen, more_fen, unknown and the four counts, of measures whose payments
        are on record.
    unjudged : tuple of str
        Names of the measures that the law owes and of which no payment is on record.
    unreckoned : DataFrame
        key, name, records ("medical_bills" or "disaster_losses"), rows (on record in the months reviewed), missing (the
        numbers of the rule that nobody entered, in words): no due is reckoned of these.
    findings : DataFrame
        kind (one of `FINDINGS`), finding (in words), hh, village, name, month, fen, due_fen, day, payment, rule.
    budget : DataFrame
        name, households, unknown, due_fen, paid_fen, ahead_fen, low_fen, high_fen, year_fen.
    standing : DataFrame
        standing (in words), key, registered, registered_persons, exited, exited_persons: each household once.
    """

    first: Month
    at: Month
    measures: pd.DataFrame
    unjudged: tuple[str, ...]
    unreckoned: pd.DataFrame
    findings: pd.DataFrame
    budget: pd.DataFrame
    standing: pd.DataFrame


def relief_sections(facts: ReliefFacts, lang: str) -> tuple[Section, ...]:
    """Return the parts of the page: dues held against payments, and who is over the line by transfers alone."""
    blocks: list[Block] = [Bullets(relief_sentences(facts, lang))]
    if len(facts.measures):
        blocks.append(_measures_table(facts, lang))
    if len(facts.findings):
        blocks.append(findings_table(facts, lang))
    if len(facts.budget):
        blocks.append(budget_table(facts, lang))
    note = say(
        "Due by rule: the standard less a twelfth of the income of the year before, times members; allowances are no "
        "income for it. What is paid under or over the due is an amount to be looked into, not one of the findings.",
        lang,
    )
    by_records = say(
        "Aid by medical bills: a share of what insurance left of a person's bills of the year, over the part that the "
        "household bears, up to the most that is paid. Aid after disasters: the same of the loss assessed for one "
        "disaster. It is due for the month of the bill or the disaster.",
        lang,
    )
    blocks += [Note(note), Note(by_records)]
    return (
        Section(KEY, text("Relief: due and paid", lang), tuple(blocks)),
        Section(OWN_KEY, text("Over the line by one's own income, or by transfers alone", lang),
                (Paragraph(_standing_sentence(facts, lang)), _standing_table(facts, lang))),
    )  # fmt: skip


def relief_sentences(facts: ReliefFacts, lang: str, *, budget: bool = True) -> tuple[Prose, ...]:
    """Return the sentences that a meeting needs: the findings with their amounts, the budget with its range.

    Parameters
    ----------
    budget : bool
        Whether the year of each measure is told in words too; false beside its table.
    """
    said = []
    amounts = {kind: facts.findings.loc[facts.findings["kind"] == kind, "fen"] for kind in FINDINGS}
    numbers = {
        kind: Number(f"relief.{kind}", len(fen), "count", "", f"support.relief.findings: {kind}")
        for kind, fen in amounts.items()
    }
    money = {
        f"{kind}_fen": Number(f"relief.{kind}_fen", int(fen.sum()), "yuan", "yuan", "support.relief.findings")
        for kind, fen in amounts.items()
    }
    if len(facts.measures):
        message = (
            "From {first} to {last}, by household and month: due and not received {unpaid} ({unpaid_fen}); received "
            "and not entitled {unentitled} ({unentitled_fen}); paid late {late} ({late_fen}); paid twice {twice} "
            "({twice_fen})."
        )
        said.append(say(message, lang, first=facts.first, last=facts.at, **numbers, **money))
    else:
        said.append(say("No payment of relief is on record: nothing can be held against what is due.", lang))
    if budget:
        said += [_budget_sentence(row, facts.at, lang) for row in facts.budget.itertuples(index=False)]
    if facts.unjudged:
        names = text(", ", lang).join(facts.unjudged)
        said.append(say("Owed by law, and no payment of it on record to be judged: {names}.", lang, names=Prose(names)))
    said += [_unreckoned_sentence(row, lang) for row in facts.unreckoned.itertuples(index=False)]
    return tuple(said)


def _unreckoned_sentence(row: Any, lang: str) -> Prose:
    """Say of aid by records what is on record, and which numbers of its rule are missing."""
    count = Number(f"relief.unreckoned.{row.key}", int(row.rows), "count", "", "support.relief.unreckoned_aid")
    message = {
        "medical_bills": "{name}: {n} medical bills are on record, and no due is reckoned: {missing} not entered.",
        "disaster_losses": "{name}: {n} losses by disasters are on record, and no due is reckoned: {missing} not "
        "entered.",
    }[row.records]
    return say(message, lang, name=Prose(str(row.name)), n=count, missing=Prose(str(row.missing)))


def _budget_sentence(row: Any, at: Month, lang: str) -> Prose:
    """Return the year of one measure: what fell due, what is ahead, its range where it has one."""
    amounts = {
        part: Number(f"relief.budget.{row.name}.{part}", int(getattr(row, f"{part}_fen")), "wan", "",
                     "support.relief.yearly_budget")
        for part in ("year", "due", "ahead", "low", "high")
        if not pd.isna(getattr(row, f"{part}_fen"))
    }  # fmt: skip
    told = {"name": Prose(str(row.name)), "when": Prose(str(at.year)), "last": at}
    low, high = amounts.pop("low", None), amounts.pop("high", None)
    if low is None or high is None or low.value == high.value:
        message = "{name}: {year} due in {when} by rule, {due} of it by {last} and about {ahead} in the months left."
        return say(message, lang, **told, **amounts)
    return say(
        "{name}: {year} due in {when} by rule, {due} of it by {last} and about {ahead} in the months left (between "
        "{range}, nine times out of ten).",
        lang,
        range=Range(low, high),
        **told,
        **amounts,
    )


def _measures_table(facts: ReliefFacts, lang: str) -> Table:
    columns = (
        Column("name", term("measure", lang), width=1.6),
        Column("households", text("on the register now (households)", lang), "count"),
        Column("due_fen", text("due (yuan)", lang), "yuan", total=True, width=1.2),
        Column("paid_fen", text("paid out (yuan)", lang), "yuan", total=True, width=1.2),
        Column("less_fen", text("paid under the due (yuan)", lang), "yuan", total=True, width=1.2),
        Column("more_fen", text("paid over the due (yuan)", lang), "yuan", total=True, width=1.2),
        *(Column(kind, finding_name(kind, lang), "count", total=True) for kind in FINDINGS),
        Column("unknown", text("due not known (household-months)", lang), "count"),
    )
    title = text("Due and paid by measure", lang)
    return Table("relief_measures", title, columns, facts.measures, "name", "support.relief.by_measure")


def finding_name(kind: str, lang: str | None = None) -> str:
    """Return what a finding is called.

    Examples
    --------
    >>> finding_name("late", "en")
    'paid late'
    """
    return {
        "unpaid": text("due and not received", lang),
        "unentitled": text("received and not entitled", lang),
        "late": text("paid late", lang),
        "twice": text("paid twice", lang),
    }[kind]


def findings_table(facts: ReliefFacts, lang: str) -> Table:
    """Return every finding with its household, month, amount and rule: a table of the page, a sheet of the workbook."""
    columns = (
        Column("finding", text("finding", lang), width=1.6),
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("name", term("measure", lang)),
        Column("month", text("month it is for", lang), "month"),
        Column("fen", text("amount (yuan)", lang), "yuan"),
        Column("due_fen", text("due (yuan)", lang), "yuan"),
        Column("day", text("day of the payment", lang), width=1.4),
        Column("rule", text("rule", lang), width=3.0),
    )
    title = text("Payments to be looked into", lang)
    key = ("kind", "hh", "name", "month", "payment")
    return Table("relief_findings", title, columns, facts.findings, key, "support.relief.findings")


def budget_table(facts: ReliefFacts, lang: str) -> Table:
    """Return the year of each measure: who is due it, what was due and paid so far, what is ahead with its range."""
    columns = (
        Column("name", term("measure", lang), width=1.6),
        Column("households", text("due something in the last month (households)", lang), "count"),
        Column("paid_fen", text("paid so far (yuan)", lang), "yuan", total=True),
        Column("due_fen", text("due so far (yuan)", lang), "yuan", total=True),
        Column("ahead_fen", text("months left (yuan)", lang), "yuan", total=True),
        Column("low_fen", text("at least", lang), "yuan"),
        Column("high_fen", text("at most", lang), "yuan"),
        Column("year_fen", text("whole year (yuan)", lang), "yuan", total=True),
    )
    title = text("Budget of entitlements, {year}", lang, year=str(facts.at.year))
    return Table("relief_budget", title, columns, facts.budget, "name", "support.relief.yearly_budget")


def _standing_sentence(facts: ReliefFacts, lang: str) -> Prose:
    rows = facts.standing.set_index("key")

    def number(key: str, of: str) -> Number:
        return Number(f"own_income.{key}.{of}", int(rows[of].loc[key]), "count", "person", "poverty.income_standing")

    return say(
        "Of the persons on the register {own} are over the line by their own income and {transfers} by transfers "
        "alone; of those that exited earlier, {exited_own} and {exited_transfers}. Each person is counted once.",
        lang,
        own=number("own", "registered_persons"),
        transfers=number("transfers", "registered_persons"),
        exited_own=number("own", "exited_persons"),
        exited_transfers=number("transfers", "exited_persons"),
    )


def _standing_table(facts: ReliefFacts, lang: str) -> Table:
    columns = (
        Column("standing", text("income", lang), width=2.0),
        Column("registered", text("registered (households)", lang), "count", total=True),
        Column("registered_persons", text("registered (persons)", lang), "count", total=True),
        Column("exited", text("exited earlier (households)", lang), "count", total=True),
        Column("exited_persons", text("exited earlier (persons)", lang), "count", total=True),
    )
    title = text("Own income and transfers against the line", lang)
    return Table("own_income", title, columns, facts.standing, "key", "poverty.income_standing")
