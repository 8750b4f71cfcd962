"""What stands behind village income: contracts and what is overdue, accounts, partners, the year ahead, who has a part.

Responsible for the facts and their blocks, in the section of the paper on jobs and villages and in the paper on village
income. Not responsible for what is counted (`povlib.villages.incomes`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Table
from povlib.words import term, text

_LEDGER = "ledger.income_contracts"


@dataclass(frozen=True, eq=False)
class ContractIncome:
    """Contracts of villages and their money up to a day; texts in the frames are in the language of the paper.

    Parameters
    ----------
    day : str
        The day up to which is counted, as it is written.
    contracts : DataFrame
        contract, village, partner, kind, footing, fen (each time), due_fen, received_fen (of twelve months),
        overdue_fen, days_overdue.
    overdue : DataFrame
        contract, village, partner, overdue_fen, since (day as written), days_overdue; the longest first.
    silent : list of str
        Risky contracts of which nothing came on their newest day ("contract day").
    due_fen, received_fen : int
        Of fixed contracts in twelve months; of all contracts.
    deposits_fen, deposits_lacking_fen : int
        Held, and agreed but not held.
    accounts : DataFrame
        village, income_fen, households_fen, works_fen, running_fen, other_fen, left_fen; of twelve months.
    differences : DataFrame
        village, month (ordinal), source, book_fen, received_fen, difference_fen.
    partners : DataFrame
        partner, villages, contracts, fen, share, most_village, most; the largest first.
    index : float
        Herfindahl index of what partners paid.
    concentration_share : float
        Above this part of a village's income a partner is named.
    related : DataFrame
        contract, village, partner, relation, flag (related, or nothing said; in words).
    forecast : DataFrame
        village, fixed_fen, risky_fen, fen, low_fen, high_fen (may be missing).
    default_share : float or None
    range_share : float
    below : list of str
        Villages whose expected income of the year ahead is under the lower mark.
    shared : DataFrame
        rule, plan, village, households, fen: what was shared out to households in twelve months.
    stated_mean_fen, stated_above, stated_mark_fen, implied_fen, others_mean_fen : int or None
        What a document says (mean of all villages, how many are above which mark), the bound on the mean of the others
        that follows, and their mean by the rows.
    """

    day: str
    contracts: pd.DataFrame
    overdue: pd.DataFrame
    silent: list[str]
    due_fen: int
    received_fen: int
    deposits_fen: int
    deposits_lacking_fen: int
    accounts: pd.DataFrame
    differences: pd.DataFrame
    partners: pd.DataFrame
    index: float
    concentration_share: float
    related: pd.DataFrame
    forecast: pd.DataFrame
    default_share: float | None
    range_share: float
    below: list[str]
    shared: pd.DataFrame
    stated_mean_fen: int | None = None
    stated_above: int | None = None
    stated_mark_fen: int | None = None
    implied_fen: int | None = None
    others_mean_fen: int | None = None

    @property
    def overdue_fen(self) -> int:
        """All that is overdue."""
        return int(self.overdue["overdue_fen"].sum())

    def concentrated(self, lang: str) -> list[str]:
        """Return partners that pay more than the share of a village's income, with that village and share."""
        rows = self.partners[self.partners["most"] > self.concentration_share]
        return [
            text("{partner} ({village} {share})", lang, partner=p, village=v, share=f"{s:.0%}")
            for p, v, s in rows[["partner", "most_village", "most"]].itertuples(index=False)
        ]


def _yuan(key: str, fen: int, meaning: str) -> Number:
    return Number(f"villages.{key}", fen, "yuan", "yuan", meaning)


def due_blocks(facts: ContractIncome, lang: str, *, listed: bool = False) -> tuple[Block, ...]:
    """Return what was due and came, what is overdue since when, the deposits, and (`listed`) every contract."""
    said = say(
        "To {day}: due by fixed contracts in twelve months {due}; received of all contracts {received}; overdue "
        "{overdue} in {contracts}.", lang, day=Prose(facts.day),
        due=_yuan("contracts_due", facts.due_fen, "due in twelve months"),
        received=_yuan("contracts_received", facts.received_fen, "received in twelve months"),
        overdue=_yuan("contracts_overdue", facts.overdue_fen, "due before the day and not received"),
        contracts=Number("villages.contracts_late", len(facts.overdue), "count", "contract", "with something overdue"),
    )  # fmt: skip
    village, partner = Column("village", term("village", lang)), Column("partner", text("partner", lang), width=2.0)
    contract = Column("contract", text("contract", lang), width=1.3)
    money, late = text("overdue (yuan)", lang), text("days overdue", lang)
    every = Table(
        "income_contracts", text("Contracts that bring village income", lang),
        (contract, village, partner, Column("kind", text("kind", lang), width=1.4),
         Column("footing", text("fixed or varying", lang)), Column("fen", text("yuan each time", lang), "yuan"),
         Column("received_fen", text("received in twelve months (yuan)", lang), "yuan", total=True),
         Column("overdue_fen", money, "yuan", total=True), Column("days_overdue", late, "count")),
        facts.contracts, ("contract",), _LEDGER, small=True,
    )  # fmt: skip
    overdue = Table(
        "income_overdue", text("Overdue by the day", lang),
        (contract, village, partner, Column("overdue_fen", money, "yuan", total=True),
         Column("since", text("due on", lang)), Column("days_overdue", late, "count")),
        facts.overdue, ("contract",), "ledger.income_receipts", small=True, empty=text("Nothing is overdue.", lang),
    )  # fmt: skip
    deposits = say(
        "Deposits held {held} (owed back, no income); agreed and not held {lacking}.", lang,
        held=_yuan("deposits_held", facts.deposits_fen, "deposits taken less given back"),
        lacking=_yuan("deposits_lacking", facts.deposits_lacking_fen, "deposits agreed and not held"),
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(said), overdue, Paragraph(deposits), *([every] if listed else [])]
    if facts.silent:
        named = text(", ", lang).join(facts.silent)
        blocks.append(Note(say("Nothing came yet of: {contracts}", lang, contracts=Prose(named))))
    return tuple(blocks)


def account_blocks(facts: ContractIncome, lang: str) -> tuple[Block, ...]:
    """Return the villages' accounts, who had a part, and where two books differ."""
    columns = (
        Column("village", term("village", lang)),
        Column("income_fen", text("came in (yuan)", lang), "yuan", total=True),
        Column("households_fen", text("to households (yuan)", lang), "yuan", total=True),
        Column("works_fen", text("works for the village (yuan)", lang), "yuan", total=True),
        Column("running_fen", text("running the village (yuan)", lang), "yuan", total=True),
        Column("other_fen", text("other uses (yuan)", lang), "yuan", total=True),
        Column("left_fen", text("left (yuan)", lang), "yuan", total=True),
    )
    accounts = Table("income_accounts", text("The villages' accounts of twelve months", lang), columns, facts.accounts,
                     ("village",), "ledger.income_uses", small=True)  # fmt: skip
    shared = Table(
        "income_shared", text("Shared out to households", lang),
        (Column("village", term("village", lang)), Column("rule", text("by which rule", lang), width=2.0),
         Column("plan", text("entered in the plan", lang), width=2.0),
         Column("households", text("households", lang), "count", total=True),
         Column("fen", text("yuan in twelve months", lang), "yuan", total=True)),
        facts.shared, ("village", "rule", "plan"), "ledger.income_uses", small=True,
        empty=text("Nothing was shared out to households.", lang),
    )  # fmt: skip
    if facts.differences.empty:
        held = say("The book of months and the receipts of contracts agree to the fen.", lang)
        return (accounts, Paragraph(held), shared)
    differences = Table(
        "income_differences", text("Where the book of months and the receipts differ", lang),
        (Column("village", term("village", lang)), Column("month", text("month", lang), "month"),
         Column("source", text("source", lang), width=2.0),
         Column("book_fen", text("in the book (yuan)", lang), "yuan"),
         Column("received_fen", text("received (yuan)", lang), "yuan"),
         Column("difference_fen", text("difference (yuan)", lang), "yuan")),
        facts.differences, ("village", "month", "source"), "ledger.village_income", small=True,
    )  # fmt: skip
    return (accounts, differences, shared)


def partner_blocks(facts: ContractIncome, lang: str) -> tuple[Block, ...]:
    """Return on whom the income hangs and which partners are related."""
    equal = 1 / facts.index if facts.index else 0.0
    said = say("What partners paid is as concentrated as if {n} equal ones paid it.", lang,
               n=Number("villages.equal_partners", equal, "decimal1", "", "1 / Herfindahl index"))  # fmt: skip
    partners = Table(
        "income_partners", text("Partners", lang),
        (Column("partner", text("partner", lang), width=2.0), Column("villages", text("villages", lang), "count"),
         Column("contracts", text("contracts", lang), "count"),
         Column("fen", text("yuan in twelve months", lang), "yuan", total=True),
         Column("share", text("its share of the income", lang), "share"),
         Column("most_village", text("village that hangs on it most", lang)),
         Column("most", text("its share there", lang), "share")),
        facts.partners, ("partner",), _LEDGER, small=True,
    )  # fmt: skip
    related = Table(
        "income_related", text("Related parties", lang),
        (Column("contract", text("contract", lang), width=1.3), Column("village", term("village", lang)),
         Column("partner", text("partner", lang), width=2.0), Column("flag", text("as entered", lang), width=1.6),
         Column("relation", text("relation to a cadre", lang), width=1.4)),
        facts.related, ("contract",), _LEDGER, small=True, empty=text("None was entered.", lang),
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(said), partners, related]
    if named := facts.concentrated(lang):
        share = Number("villages.concentration_share", facts.concentration_share, "share", "", "village_income.yaml")
        blocks.insert(1, Note(say("More than {share} of one village's income hangs on: {partners}", lang, share=share,
                                  partners=Prose(text(", ", lang).join(named)))))  # fmt: skip
    return tuple(blocks)


def forecast_blocks(facts: ContractIncome, lang: str) -> tuple[Block, ...]:
    """Return the year ahead by village with its range, and what a document's mean leaves for the others."""
    frame, chance = (
        facts.forecast,
        Number("villages.range_share", facts.range_share, "share", "", "village_income.yaml"),
    )
    said = [
        say("Twelve months ahead: {fixed} agreed, {risky} by each contract's own history; a village's range holds with "
            "a chance of {chance} (a blank end: too few years are on record).", lang,
            fixed=_yuan("ahead_fixed", int(frame["fixed_fen"].sum()), "of fixed contracts"),
            risky=_yuan("ahead_risky", int(frame["risky_fen"].sum()), "of contracts that vary"), chance=chance)
    ]  # fmt: skip
    if facts.default_share is None:
        said.append(say("How much of fixed contracts is never paid has not been entered: nothing is taken off.", lang))
    if facts.below:
        said.append(say("Expected under the lower mark: {villages}", lang,
                        villages=Prose(text(", ", lang).join(facts.below))))  # fmt: skip
    if implied := implied_sentence(facts, lang):
        said.append(implied)
    table = Table(
        "income_forecast", text("Income of the year ahead", lang),
        (Column("village", term("village", lang)), Column("fixed_fen", text("fixed (yuan)", lang), "yuan", total=True),
         Column("risky_fen", text("varying (yuan)", lang), "yuan", total=True),
         Column("fen", text("expected (yuan)", lang), "yuan", total=True),
         Column("low_fen", text("low end (yuan)", lang), "yuan"),
         Column("high_fen", text("high end (yuan)", lang), "yuan")),
        frame, ("village",), _LEDGER, small=True,
    )  # fmt: skip
    return (*(Paragraph(sentence) for sentence in said), table)


def implied_sentence(facts: ContractIncome, lang: str) -> Prose | None:
    """Return what the mean that a document states leaves for the other villages; None where none is entered."""
    if facts.implied_fen is None or facts.stated_mean_fen is None or facts.stated_mark_fen is None:
        return None
    return say(
        "A mean of {mean} with {above} above {mark} leaves the others less than {bound} on average; by the rows they "
        "have {others}.", lang, mean=_yuan("stated_mean", facts.stated_mean_fen, "mean as stated"),
        above=Number("villages.stated_above", facts.stated_above or 0, "count", "village", "above the mark as stated"),
        mark=_yuan("stated_mark", facts.stated_mark_fen, "mark as stated"),
        bound=_yuan("implied_bound", facts.implied_fen, "(n mean - k mark) / (n - k)"),
        others=_yuan("others_mean", facts.others_mean_fen or 0, "mean of the other villages by the rows"),
    )  # fmt: skip
