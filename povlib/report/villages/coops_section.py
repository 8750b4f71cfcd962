"""Co-ops and bases; contracts and how far they are fulfilled; fairs and services."""

from __future__ import annotations

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.report.villages.facts import ContractFacts, CoopFacts, FairFacts
from povlib.words import term, text


def coops_section(facts: CoopFacts, lang: str) -> Section:
    """Return the co-ops with their bases."""
    coops = facts.coops
    sentence = say(
        "Founded in {year}: {founded}. Stakes: {stakes}, of {holders}; owed by the co-ops: {loans}; on record: "
        "{bases}.",
        lang,
        year=Prose(str(facts.year)),
        founded=Number("villages.coops_founded", facts.founded, "count", "coop", "founded in the year and begun"),
        holders=Number("villages.stake_holders", int(coops["holders"].sum()), "count", "household", "with a stake"),
        stakes=Number("villages.stakes", int(coops["stake_fen"].sum()), "wan", "", "sum of stakes held"),
        loans=Number("villages.coop_loans", int(coops["loan_fen"].sum()), "wan", "", "loans less repaid"),
        bases=Number("villages.bases", len(facts.bases), "count", "base", "bases on record"),
    )
    columns = (
        Column("coop", text("co-op", lang), width=2.2),
        Column("villages", term("village", lang), width=1.2),
        Column("product", text("product", lang)),
        Column("enterprise", text("leading firm", lang), width=1.3),
        Column("status", term("status", lang)),
        Column("founded", text("founded", lang), "month"),
        Column("members", text("members of the co-op", lang), "count"),
        Column("poor_members", text("of them poor", lang), "count"),
        Column("bases", text("bases", lang), "count", total=True),
        Column("workers", text("in post", lang), "count", total=True),
    )
    money = (
        Column("coop", text("co-op", lang), width=2.2),
        Column("holders", text("households with a stake", lang), "count", total=True),
        Column("stake_fen", text("stakes (yuan)", lang), "yuan", total=True),
        Column("loan_fen", text("owed by it (yuan)", lang), "yuan", total=True),
        Column("pooled", text("household loans it uses", lang), "count", total=True),
        Column("offtake", text("off-take", lang), width=1.6),
    )
    bases = (
        Column("base", text("base", lang), width=1.6),
        Column("coop", text("co-op", lang), width=2.0),
        Column("village", term("village", lang)),
        Column("product", text("product", lang)),
        Column("area_mu", text("mu", lang), "decimal1", total=True),
        Column("heads", text("heads", lang), "count", total=True),
        Column("jobs", text("jobs", lang), "count", total=True),
    )
    blocks: list[Block] = [
        Paragraph(sentence),
        Table("coops", text("Co-ops", lang), columns, coops, "coop", "ledger.coops, ledger.bases",
              small=True),
        Table("coop_money", text("Stakes, loans and off-take", lang), money, coops, "coop",
              "ledger.coop_stakes, ledger.loans",
              small=True),
        Table("bases", text("Bases", lang), bases, facts.bases, "base", "ledger.bases", small=True,
              empty=text("none", lang)),
    ]  # fmt: skip
    if facts.planned:
        names = text(", ", lang).join(facts.planned)
        blocks.append(Note(Prose(text("Only planned, not founded: {names}.", lang, names=names))))
    pooled = int(coops["pooled"].sum())
    if pooled:
        blocks.append(Note(say(
            "Taken out by households and used by a co-op: {pooled}. The household owes the money whatever becomes of "
            "the co-op.", lang,
            pooled=Number("villages.pooled", pooled, "count", "loan", "household loans used by a co-op"))))  # fmt: skip
    return Section("coops", text("Co-ops and bases", lang), tuple(blocks), wide=True)


def contracts_section(facts: ContractFacts, lang: str) -> Section:
    """Return the contracts, how far they are fulfilled, and who is behind."""
    late = int(facts.behind["hh"].nunique())
    sentence = say(
        "Behind with what was due by the end of {month}: {late}.",
        lang,
        month=Prose(facts.through),
        late=Number("villages.behind", late, "count", "household", "delivered less than was due of their share"),
    )
    columns = (
        Column("contract", text("contract", lang), width=1.8),
        Column("partner", text("buyer", lang), width=1.8),
        Column("kind", text("kind", lang)),
        Column("amount", text("a year", lang)),
        Column("until", text("until", lang), "month"),
        Column("floor_fen", text("price floor (yuan)", lang), "yuan2"),
        Column("households", term("households_n", lang, unit=True), "count"),
        Column("shared", text("shared out", lang), "count"),
        Column("due", text("due so far", lang), "count"),
        Column("delivered", text("delivered", lang), "count"),
        Column("short", text("short of what was due", lang), "count"),
    )
    behind = (
        Column("contract", text("contract", lang), width=2.0),
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("share", text("share of the contract", lang), "count"),
        Column("due", text("due so far", lang), "count"),
        Column("delivered", text("delivered", lang), "count"),
        Column("behind", text("behind by", lang), "count"),
    )
    blocks: list[Block] = [
        Paragraph(sentence),
        Table("contracts", text("Contracts of sale", lang), columns, facts.contracts, "contract",
              "ledger.sale_contracts, ledger.contract_shares, ledger.deliveries", small=True),
        *facts.figures,
        Table("behind", text("Who is behind", lang), behind, facts.behind, ("contract", "hh"), "ledger.deliveries",
              tiny=True, empty=text("none", lang)),
        Note(Prose(text("How many will be missing at the end, with a range: python3 workbench.py contracts", lang))),
    ]  # fmt: skip
    return Section("contracts", text("Contracts of sale", lang), tuple(blocks))


def fairs_section(facts: FairFacts, lang: str) -> Section:
    """Return job fairs and services."""
    sentence = say(
        "Offered at job fairs: {offered}; taken on: {taken}.",
        lang,
        offered=Number(
            "villages.fair_offered", int(facts.fairs["offered"].fillna(0).sum()), "count", "post", "offered"
        ),
        taken=Number("villages.fair_taken", int(facts.fairs["taken"].fillna(0).sum()), "count", "person", "taken on"),
    )  # fmt: skip
    fairs = (
        Column("fair", text("fair", lang), width=1.6),
        Column("day", text("day", lang), width=1.1),
        Column("place", text("place", lang), width=1.2),
        Column("employer", text("employer", lang), width=2.0),
        Column("post", text("post", lang), width=1.2),
        Column("offered", text("offered", lang), "count", total=True),
        Column("taken", text("taken on", lang), "count", total=True),
    )
    services = (
        Column("kind", text("service", lang)),
        Column("provider", text("provided by", lang), width=1.8),
        Column("partner", text("for which buyer", lang), width=1.8),
        Column("months", text("months", lang), "count"),
        Column("quantity", text("how much", lang), "count"),
        Column("unit", text("unit", lang)),
        Column("fen", text("yuan", lang), "yuan", total=True),
    )
    none = text("none", lang)
    return Section(
        "fairs",
        text("Job fairs and services", lang),
        (
            Paragraph(sentence),
            Table("fairs", text("Job fairs", lang), fairs, facts.fairs, ("fair", "employer", "post"),
                  "ledger.job_fairs", small=True, empty=none),
            Table("services", text("Services for those who raise and sell", lang), services, facts.services,
                  ("kind", "provider", "partner", "unit"), "ledger.village_services", small=True, empty=none),
        ),
    )  # fmt: skip
