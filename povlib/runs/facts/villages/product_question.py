"""Which product for which village, from an office's ledger and ``products.yaml``: today's, frontier, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from povlib import ledger, params
from povlib.errors import DataError
from povlib.ledger import State
from povlib.params.procedures.products import ProductRules, load_products
from povlib.report.villages.facts import ProductFacts as RecordedProducts
from povlib.report.villages.product_paper import ProductChoiceFacts, product_paper
from povlib.report.writers.publication import publish
from povlib.runs.facts.villages.made_products import product_facts as recorded_products
from povlib.runs.office.office_place import Place, open_book
from povlib.support.eligibility_facts import SupportFrames, household_facts, member_facts
from povlib.villages.products.choice_reasons import next_best, scarce_means
from povlib.villages.products.harvest_years import HarvestShares, crossed, harvest_factors
from povlib.villages.products.price_years import prices_by_year, swing_correlation
from povlib.villages.products.product_choice import Choice, ProductChoice, best_choice, described_choice, frontier
from povlib.villages.products.todays_choice import todays_amounts, todays_score, with_todays_means
from povlib.villages.products.village_means import skilled_days, village_means
from povlib.words import language

FEN_PER_YUAN = 100
#: of the draws of harvests: a choice; what is drawn does not depend on what else there is
HARVEST_SEED = 2016
POINTS = 7  # of the frontier: enough to see its bend on a page


@dataclass(frozen=True)
class ProductQuestion:
    """The question of an office with today's amounts inside it, what could not be read, and today's results."""

    question: ProductChoice
    today: pd.DataFrame
    unread: pd.DataFrame
    rules: ProductRules
    recorded: RecordedProducts | None = None


def product_question(state: State, rules: ProductRules, villages: tuple[str, ...]) -> ProductQuestion:
    """Return the question: products of the rules, means of the villages' households on the ledger.

    Raises
    ------
    DataError
        If no product is entered, or no month has data.
    """
    if not rules.products:
        raise DataError("no product is entered to choose from", where="products.yaml",
                        remedy="enter what villages could raise, with its prices by year: {command}",
                        command="python3 workbench.py params check")  # fmt: skip
    if state.last_month is None:
        raise DataError("no month of the ledger has data", remedy="load the workbooks: {command}",
                        command="python3 workbench.py load")  # fmt: skip
    frames = cast(SupportFrames, state)
    facts = household_facts(frames, member_facts(frames, state.last_month), state.last_month)
    village = facts.set_index("hh")["village"]
    products = pd.DataFrame(
        [
            {
                "product": p.key, "land": p.land or "", "land_mu": p.land_mu, "days": p.days, "skill": p.skill or "",
                "output": p.output, "cost_yuan": float(p.cost_yuan), "start_yuan": float(p.start_yuan),
                "ceiling": np.inf if p.ceiling is None else p.ceiling,
            }
            for p in rules.products
        ]
    )  # fmt: skip
    pairs = [(v, p.key, p.least) for p in rules.products for v in villages if not p.villages or v in p.villages]
    series = pd.DataFrame({p.key: {year: float(yuan) for year, yuan in p.price_yuan.items()} for p in rules.products})
    skills = {p.skill for p in rules.products if p.skill is not None}
    prices, harvests = _prices_and_harvests(rules, villages, prices_by_year(series.sort_index()))
    question = ProductChoice(
        products,
        pd.DataFrame(pairs, columns=["village", "product", "least"]),
        village_means(facts, rules.days_per_worker),
        skilled_days(state.workers, village, skills, rules.days_per_worker, rules.guided),
        prices,
        rules.worst_share,
        rules.most_products,
        10**6 if rules.most_villages is None else rules.most_villages,
        np.inf if rules.start_yuan is None else float(rules.start_yuan),
        harvests=harvests,
    )
    units: dict[str, str] = {p.key: p.counted_in for p in rules.products}

    def meant(word: str) -> str | None:
        found = rules.product_of(word)
        return None if found is None else found.key

    today, unread = todays_amounts(state.village_products, units, meant)
    recorded = recorded_products(state, villages)
    return ProductQuestion(with_todays_means(question, today), today, unread, rules, recorded)


def _prices_and_harvests(
    rules: ProductRules, villages: Sequence[str], prices: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return prices, with every draw of harvests where their spread is entered, and the harvests; else None."""
    spread = {p.key: float(p.yield_sd) for p in rules.products if p.yield_sd}
    if rules.harvests is None or not spread:
        return prices, None
    shares = HarvestShares(
        float(rules.harvests.year_share), float(rules.harvests.product_share), float(rules.harvests.village_share)
    )
    pairs = [(village, p.key) for village in villages for p in rules.products]
    return crossed(prices, harvest_factors(pairs, spread, shares, rules.harvests.draws, HARVEST_SEED))


def product_choice_facts(asked: ProductQuestion, least_worst_yuan: float | None = None) -> ProductChoiceFacts:
    """Return the frontier, the choice, its reasons, and today's choice beside it.

    Parameters
    ----------
    asked : ProductQuestion
    least_worst_yuan : float, optional
        What bad years must bring at least; None: as much as today's choice brings, or the most mean income where
        nothing is recorded for today.

    Raises
    ------
    DataError
        If no choice has such bad years.
    """
    question = asked.question
    curve = frontier(question, POINTS)
    score = todays_score(question, asked.today) if len(asked.today) else None
    least = least_worst_yuan if least_worst_yuan is not None else (score.today.worst_yuan - 0.5 if score else None)
    chosen = best_choice(question, least)
    why = next_best(question, chosen, least)
    return ProductChoiceFacts(
        chosen=_described(asked, chosen).merge(_reason_rows(asked, why), on=["village", "product"]),
        today=_described(asked, score.today if score else None),
        unread=asked.unread,
        frontier=pd.DataFrame(
            {
                "point": range(1, len(curve) + 1),
                "mean_fen": [_fen(choice.mean_yuan) for choice in curve],
                "worst_fen": [_fen(choice.worst_yuan) for choice in curve],
                "products": [_in_words(asked, choice) for choice in curve],
            }
        ),
        scarce=_scarce(question, least),
        correlation=swing_correlation(question.prices),
        names={p.key: p.names.by_language() for p in asked.rules.products},
        units={p.key: p.counted_in for p in asked.rules.products},
        mean_fen=_fen(chosen.mean_yuan),
        worst_fen=_fen(chosen.worst_yuan),
        today_mean_fen=_fen(score.today.mean_yuan) if score else None,
        today_worst_fen=_fen(score.today.worst_yuan) if score else None,
        mean_lost_fen=_fen(score.mean_lost_yuan) if score else None,
        worst_lost_fen=_fen(score.worst_lost_yuan) if score else None,
        worst_share=question.worst_share,
        years=len(asked.rules.products[0].price_yuan),
        harvest_draws=0 if question.harvests is None or asked.rules.harvests is None else asked.rules.harvests.draws,
        price_worst_fen=_fen(_by_prices_alone(question, chosen).worst_yuan),
        most_products=question.most_products,
        rule_most=asked.rules.most_products,
        made_up=asked.rules.status == "synthetic",
    )


def _by_prices_alone(question: ProductChoice, choice: Choice) -> Choice:
    """Return a choice as it would be if every harvest were an ordinary one."""
    return described_choice(replace(question, harvests=None), choice.amounts)


def _scarce(question: ProductChoice, least: float | None) -> pd.DataFrame:
    """Return what more of something would bring; what binds and brings nothing is left out."""
    found = scarce_means(question, least)
    found = found.assign(fen=(found["yuan"] * FEN_PER_YUAN).round().astype("int64"))
    return found[found["fen"] > 0].reset_index(drop=True)


def _fen(yuan: float) -> int:
    return round(yuan * FEN_PER_YUAN)


def _described(asked: ProductQuestion, choice: Choice | None) -> pd.DataFrame:
    """Return village, product, amount, mean_fen (of this product in this village) of a choice."""
    if choice is None:
        return pd.DataFrame({"village": [], "product": [], "amount": [], "mean_fen": []})
    of = asked.question.products.set_index("product")
    each = asked.question.prices.mean() * of["output"] - of["cost_yuan"]
    mean = choice.amounts["product"].map(each) * choice.amounts["amount"]
    return choice.amounts.assign(mean_fen=(mean * FEN_PER_YUAN).round().astype("int64"))


def _reason_rows(asked: ProductQuestion, why: pd.DataFrame) -> pd.DataFrame:
    loss = (why["loss_yuan"] * FEN_PER_YUAN).round().astype("Int64")
    return why[["village", "product", "instead"]].assign(loss_fen=loss)


def _in_words(asked: ProductQuestion, choice: Choice) -> str:
    """Return a choice's products with the number of villages that have each, as keys: ``tea 3, cattle 4``."""
    counted = choice.amounts["product"].value_counts().sort_index()
    return ", ".join(f"{product} {n}" for product, n in counted.items())


def read_product_question(place: Place) -> ProductQuestion:
    """Return the question of an office's ledger as it stands.

    Raises
    ------
    DataError, ParameterError
        As `product_question` and `load_products`.
    """
    names = tuple(village.name for village in params.load(place.office.params).villages.values())
    rules = load_products(place.office.params, names)
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
    return product_question(state, rules, names)


def write_product_paper(place: Place, facts: ProductChoiceFacts, lang: str | None = None) -> list[Path]:
    """Write the paper on products into the office's papers; return the files."""
    lang = lang or language()
    paper = product_paper(facts, lang, synthetic=place.synthetic)
    return publish(paper, place.office.papers / "products", f"products.{lang}", formats=("html", "pdf", "xlsx"))
