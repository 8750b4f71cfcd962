"""The paper on products 一村一品: today's, the choice beside it with reasons, what is scarce, and bad years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from povlib.params.tables import table
from povlib.report.model.numbers import Number, Prose, missing, say, shown
from povlib.report.model.paper import Bullets, Column, Note, Paragraph, Report, Section, Table
from povlib.words import text


@dataclass(frozen=True)
class ProductChoiceFacts:
    """What the paper words; money in fen a year.

    Attributes
    ----------
    chosen : DataFrame
        village, product (key), amount, mean_fen, instead (keys joined by 、), loss_fen (Int64).
    today : DataFrame
        village, product, amount, mean_fen.
    unread : DataFrame
        village, product (as recorded), year: rows that could not be counted.
    frontier : DataFrame
        point, mean_fen, worst_fen, products ("key n, key n").
    scarce : DataFrame
        what, where, more, fen.
    correlation : DataFrame
    names, units : mapping
        By product: name by language; "mu" or "head".
    mean_fen, worst_fen : int
        Of the choice.
    harvest_draws, price_worst_fen : int
        Harvests drawn for each year of prices (0: all are ordinary), and bad years by prices alone.
    most_products, rule_most : int
        Products a village may have here (as many as one has today), and by the rule.
    today_mean_fen, today_worst_fen, mean_lost_fen, worst_lost_fen : int or None
        Of today's, and how far it is from the frontier at its own bad years and at its own mean.
    """

    chosen: pd.DataFrame
    today: pd.DataFrame
    unread: pd.DataFrame
    frontier: pd.DataFrame
    scarce: pd.DataFrame
    correlation: pd.DataFrame
    names: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]
    mean_fen: int
    worst_fen: int
    today_mean_fen: int | None
    today_worst_fen: int | None
    mean_lost_fen: int | None
    worst_lost_fen: int | None
    worst_share: float
    years: int
    harvest_draws: int
    price_worst_fen: int
    most_products: int
    rule_most: int
    made_up: bool

    def name(self, product: str, lang: str) -> str:
        """Return what a product is called."""
        return self.names[product][lang] if product in self.names else product

    def amount(self, product: str, amount: float, lang: str) -> str:
        """Return an amount with its unit: mu or heads."""
        number = shown(amount, "decimal1" if self.units[product] == "mu" else "count", lang)
        return text("{n} mu", lang, n=number) if self.units[product] == "mu" else text("{n} head", lang, n=number)


def chosen_frame(facts: ProductChoiceFacts, lang: str) -> pd.DataFrame:
    """Return the choice in words, with each village's next best."""
    frame = facts.chosen
    instead = [
        text(", ", lang).join(facts.name(key, lang) for key in str(keys).split("、")) if keys else text("nothing", lang)
        for keys in frame["instead"]
    ]
    return pd.DataFrame(
        {
            "village": frame["village"],
            "product": [facts.name(key, lang) for key in frame["product"]],
            "amount": [facts.amount(key, amount, lang)
                       for key, amount in zip(frame["product"], frame["amount"], strict=True)],
            "mean_fen": frame["mean_fen"],
            "instead": instead,
            "loss_fen": frame["loss_fen"],
        }
    )  # fmt: skip


def today_frame(facts: ProductChoiceFacts, lang: str) -> pd.DataFrame:
    """Return today's products in words."""
    frame = facts.today
    return pd.DataFrame(
        {
            "village": frame["village"],
            "product": [facts.name(key, lang) for key in frame["product"]],
            "amount": [facts.amount(key, amount, lang)
                       for key, amount in zip(frame["product"], frame["amount"], strict=True)],
            "mean_fen": frame["mean_fen"],
        }
    )  # fmt: skip


def frontier_frame(facts: ProductChoiceFacts, lang: str) -> pd.DataFrame:
    """Return the frontier with products by name and the villages that have each."""

    def said(keys: str) -> str:
        pairs = [part.rpartition(" ") for part in keys.split(", ") if part]
        named = [text("{product} {n}", lang, product=facts.name(key, lang), n=n) for key, _, n in pairs]
        return text(", ", lang).join(named)

    return facts.frontier.assign(products=facts.frontier["products"].map(said))


_WHAT = {
    "arable": "arable land of {where}",
    "forest": "forest land of {where}",
    "days": "working days of {where}",
    "skill": "skilled days of {where}: {skill}",
    "ceiling": "sales of {where}",
    "start": "money to take products up",
    "worst": "asking less of bad years",
}
_MORE = {
    "arable": "{n} mu",
    "forest": "{n} mu",
    "days": "{n} days",
    "skill": "{n} days",
    "ceiling": "{n} units of output",
    "start": "{n} thousand yuan",
    "worst": "{n} thousand yuan",
}


def scarce_frame(facts: ProductChoiceFacts, lang: str) -> pd.DataFrame:
    """Return what is scarce in words: what, how much more was tried, what it brings."""
    rows = []
    for row in facts.scarce.to_dict("records"):
        kind, _, skill = str(row["what"]).partition(":")
        where = facts.name(str(row["where"]), lang)
        n = shown(row["more"], "count" if float(row["more"]).is_integer() else "decimal1", lang)
        rows.append(
            (
                text(_WHAT[kind], lang, where=where, skill=table("skill").show(skill, lang)),
                text(_MORE[kind], lang, n=n),
                row["fen"],
            )
        )
    return pd.DataFrame(rows, columns=["what", "more", "fen"])


def product_sentences(facts: ProductChoiceFacts, lang: str) -> list[Prose]:
    """Return what the choice comes to, and how far today's is from it."""

    def money(key: str, fen: int | None) -> Number:
        return Number(f"products.{key}", fen, "yuan", "yuan", "villages.products")

    bad = Number("products.bad_years", facts.worst_share, "share", "", "products.yaml")
    years = Number("products.years", facts.years, "count", "", "products.yaml")
    said = [
        say("The choice brings {mean} a year on average, and {worst} in bad years (the worst {bad} of {years} years of "
            "prices; all products fall and rise together as they did).", lang, mean=money("mean", facts.mean_fen),
            worst=money("worst", facts.worst_fen), bad=bad, years=years),
    ]  # fmt: skip
    if facts.harvest_draws:
        said.append(
            say("Bad years are those of prices and harvests: each year of prices is met by {n} harvests, alike as far "
                "as weather, pests and places are. By prices alone they would bring {worst}; the average is the same.",
                lang, n=Number("products.harvests", facts.harvest_draws, "count", "", "products.yaml: harvests"),
                worst=money("price_worst", facts.price_worst_fen))
        )  # fmt: skip
    else:
        said.append(
            say("Only prices are at risk here: how far harvests swing is not entered (yield_sd and harvests in "
                "products.yaml).", lang)
        )  # fmt: skip
    if facts.today_mean_fen is None:
        said.append(say("No product of today is recorded with its area or heads: nothing can be compared.", lang))
    else:
        said.append(
            say("Today's products bring {mean} on average and {worst} in bad years. With the same bad years {more} "
                "more could be had on average; with the same average, {safer} more in bad years.", lang,
                mean=money("today_mean", facts.today_mean_fen), worst=money("today_worst", facts.today_worst_fen),
                more=money("mean_lost", facts.mean_lost_fen), safer=money("worst_lost", facts.worst_lost_fen))
        )  # fmt: skip
    said.append(
        say("Land and hands are those of the households in the ledger, or what today's products use where that is "
            "more. No choice with bad years as good has a higher average.", lang)
    )  # fmt: skip
    if facts.most_products > facts.rule_most:
        said.append(
            say("Today a village has up to {today} products, so the choice may have as many; the rule is {rule}.", lang,
                today=Number("products.most_today", facts.most_products, "count", "", "village_products"),
                rule=Number("products.most_rule", facts.rule_most, "count", "", "products.yaml"))
        )  # fmt: skip
    if facts.made_up:
        said.append(say("The prices are made up for practice: enter your own in products.yaml.", lang))
    return said


def unread_sentence(facts: ProductChoiceFacts, lang: str) -> Prose | None:
    """Return which of today's rows are not counted; None where all are."""
    if facts.unread.empty:
        return None
    pairs = facts.unread[["village", "product"]].itertuples(index=False)
    named = text("; ", lang).join(text("{village}: {product}", lang, village=v, product=p) for v, p in pairs)
    return say("Not counted, for want of a product of this name in products.yaml or of an area or heads: {rows}", lang,
               rows=named)  # fmt: skip


def product_paper(facts: ProductChoiceFacts, lang: str, *, synthetic: bool = False) -> Report:
    """Return the paper."""
    village, product = Column("village", text("village", lang)), Column("product", text("product", lang), width=1.4)
    amount = Column("amount", text("how much", lang))
    mean = Column("mean_fen", text("yuan a year on average", lang), "yuan", total=True)
    chosen = Table("chosen", text("which product for which village", lang),
                   (village, product, amount, mean, Column("instead", text("next best for it", lang), width=1.4),
                    Column("loss_fen", text("the township would lose, yuan a year", lang), "yuan")),
                   chosen_frame(facts, lang), ("village", "product"), "villages.products")  # fmt: skip
    today = Table("today", text("today's products", lang), (village, product, amount, mean), today_frame(facts, lang),
                  ("village", "product"), "village_products", empty=text("None is recorded.", lang))  # fmt: skip
    curve = Table("frontier", text("average against bad years", lang),
                  (Column("point", text("choice", lang), "count"), Column("mean_fen", mean.title, "yuan"),
                   Column("worst_fen", text("yuan in bad years", lang), "yuan"),
                   Column("products", text("products (villages)", lang), width=3, listed=True)),
                  frontier_frame(facts, lang), "point", "villages.products")  # fmt: skip
    scarce = Table("scarce", text("what is scarce", lang),
                   (Column("what", text("what", lang), width=2),
                    Column("more", text("so much more", lang), listed=True),
                    Column("fen", text("brings, yuan a year", lang), "yuan")),
                   scarce_frame(facts, lang), "what", "villages.products", small=True,
                   empty=text("Nothing: every limit leaves something over.", lang))  # fmt: skip
    unread = unread_sentence(facts, lang)
    sentences = tuple(Paragraph(sentence) for sentence in product_sentences(facts, lang))
    return Report(
        title=text("One village one product", lang),
        language=lang,
        sections=(
            Section("choice", text("Which product for which village", lang), (*sentences, chosen)),
            Section("today", text("Today's products", lang), (today, *([Note(unread)] if unread else []))),
            Section("frontier", text("Average income against bad years", lang), (curve,)),
            Section("scarce", text("What one more of each scarce thing brings", lang), (scarce,)),
            Section("together", text("Which prices go together", lang), (_correlations(facts, lang),)),
        ),
        synthetic=synthetic,
    )


def _correlations(facts: ProductChoiceFacts, lang: str) -> Bullets:
    """Return the pairs of products whose prices go together most, and most against each other."""
    keys = list(facts.correlation.columns)
    pairs = [(float(facts.correlation.loc[a, b]), a, b) for i, a in enumerate(keys) for b in keys[i + 1 :]]  # type: ignore[arg-type]
    ordered = sorted(pairs, key=lambda pair: (-abs(pair[0]), pair[1], pair[2]))[:8]
    return Bullets(
        tuple(
            say("{first} and {second}: {value}", lang, first=facts.name(a, lang), second=facts.name(b, lang),
                value=Number(f"products.together.{a}.{b}", value, "decimal2", "", "products.yaml"))
            for value, a, b in ordered if not missing(value)
        )
    )  # fmt: skip
