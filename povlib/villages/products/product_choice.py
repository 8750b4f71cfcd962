"""Which product for which village: the most mean income that keeps a stated income in bad years.

An integer program in PuLP. For every village and product that grows there: how much of it (mu or heads), and whether it
is taken up at all. Land, working days and skilled hands of each village, what the township can sell, money to take
products up, products a village may have, villages that may have the same product. Income by year is linear in the
amounts; the mean of the worst years is written by Rockafellar and Uryasev (2000) as rows, so the program stays linear.

Responsible for the choice and the frontier. Not responsible for reasons (`choice_reasons`) or for today's products
(`todays_choice`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pulp

from povlib.errors import DataError
from povlib.linear_programs import is_solved
from povlib.villages.products.bad_years import worst_years_mean

#: incomes inside the program, so that amounts and money are of like size
YUAN_PER_THOUSAND = 1000.0
#: an amount below it is none (solvers leave dust)
DUST = 1e-6


@dataclass(frozen=True)
class ProductChoice:
    """The question.

    Attributes
    ----------
    products : DataFrame
        product, land ("arable", "forest" or ""), land_mu, days, skill ("" for none), output, cost_yuan, start_yuan,
        ceiling (output; inf: no limit), each for one unit, as in `povlib.params.procedures.products`.
    pairs : DataFrame
        village, product, least: where each product may be raised, and the fewest units worth taking up.
    means : DataFrame
        village, arable_mu, forest_mu, days.
    skilled : DataFrame
        village, skill, days: working days that those with a skill (and those they guide) have; a skill without a row
        for a village is not known there and limits nothing.
    prices : DataFrame
        Years (index) by products: yuan a unit of output. With harvests, years crossed with draws of them.
    harvests : DataFrame or None
        Rows as `prices`, by (village, product): output relative to an ordinary year; None, and a pair that is not
        there: always ordinary.
    worst_share : float
    most_products, most_villages : int
    start_yuan : float
        inf: not limited.
    """

    products: pd.DataFrame
    pairs: pd.DataFrame
    means: pd.DataFrame
    skilled: pd.DataFrame
    prices: pd.DataFrame
    worst_share: float = 0.2
    most_products: int = 1
    most_villages: int = 10**6
    start_yuan: float = np.inf
    barred: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    harvests: pd.DataFrame | None = None

    def worth_by_year(self, pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
        """Return what one unit brings in each year less its cost, yuan: years by (village, product), in their order."""
        of = self.products.set_index("product")[["output", "cost_yuan"]].astype("float64").to_dict("index")
        columns = {}
        for village, product in pairs:
            output = self.prices[product] * of[product]["output"]
            if self.harvests is not None and (village, product) in self.harvests:
                output = output * self.harvests[village, product].to_numpy()
            columns[village, product] = output - of[product]["cost_yuan"]
        return pd.DataFrame(columns, index=self.prices.index)

    def income_by_year(self, amounts: pd.DataFrame) -> pd.Series:
        """Return the township's income of some amounts (village, product, amount) in each year, yuan."""
        pairs = list(amounts[["village", "product"]].astype(str).itertuples(index=False, name=None))
        worth = self.worth_by_year(pairs).to_numpy(dtype=np.float64).reshape(len(self.prices), len(pairs))
        return pd.Series(worth @ amounts["amount"].to_numpy(dtype=np.float64), index=self.prices.index)

    def without(self, village: str, product: str) -> ProductChoice:
        """Return the question with one product barred from one village."""
        return replace(self, barred=self.barred | {(village, product)})


@dataclass(frozen=True)
class Choice:
    """An answer.

    Attributes
    ----------
    amounts : DataFrame
        village, product, amount (units, above 0), sorted.
    mean_yuan, worst_yuan : float
        Mean income a year, and its mean over the worst years.
    incomes : Series
        Income by year.
    """

    amounts: pd.DataFrame
    mean_yuan: float
    worst_yuan: float
    incomes: pd.Series


def described_choice(question: ProductChoice, amounts: pd.DataFrame) -> Choice:
    """Return amounts with what they bring."""
    kept = amounts[amounts["amount"] > DUST].sort_values(["village", "product"], ignore_index=True)
    incomes = question.income_by_year(kept)
    return Choice(kept, float(incomes.mean()), worst_years_mean(incomes.to_numpy(), question.worst_share), incomes)


def best_choice(question: ProductChoice, least_worst_yuan: float | None = None, *, safest: bool = False) -> Choice:
    """Return the choice with the most mean income, of those whose bad years bring at least so much.

    Parameters
    ----------
    least_worst_yuan : float, optional
        Least mean income of the worst years; None: whatever they bring.
    safest : bool
        Instead, the choice whose bad years bring most (and of those the one with the most mean income).

    Raises
    ------
    DataError
        If no choice has such bad years.

    Examples
    --------
    >>> products = pd.DataFrame({"product": ["tea"], "land": "forest", "land_mu": 1.0, "days": 10.0, "skill": "",
    ...                          "output": 10.0, "cost_yuan": 50.0, "start_yuan": 0.0, "ceiling": np.inf})
    >>> question = ProductChoice(
    ...     products, pd.DataFrame({"village": ["A"], "product": ["tea"], "least": [1.0]}),
    ...     pd.DataFrame({"village": ["A"], "arable_mu": [0.0], "forest_mu": [8.0], "days": [50.0]}),
    ...     pd.DataFrame(columns=["village", "skill", "days"]), pd.DataFrame({"tea": [20.0, 10.0]}, index=[2014, 2015]),
    ...     worst_share=0.5)
    >>> choice = best_choice(question)
    >>> choice.amounts["amount"].tolist(), choice.mean_yuan, choice.worst_yuan
    ([5.0], 500.0, 250.0)
    """
    model = ChoiceProgram(question)
    if safest:
        model.maximise(model.worst)
        # the same bad years, up to what a solver cannot see: a thousandth of a yuan
        model.program += model.worst >= float(pulp.value(model.worst) or 0.0) - 1e-6
    elif least_worst_yuan is not None:
        model.program += model.worst >= least_worst_yuan / YUAN_PER_THOUSAND
    model.maximise(model.mean)
    return described_choice(question, model.amounts())


def frontier(question: ProductChoice, points: int = 9) -> list[Choice]:
    """Return choices from the most mean income to the safest, each the best of those as safe: mean falls, worst rises.

    Examples
    --------
    See `best_choice`; the first and the last point are `best_choice(q)` and `best_choice(q, safest=True)`.
    """
    richest, safest = best_choice(question), best_choice(question, safest=True)
    steps = np.linspace(richest.worst_yuan, safest.worst_yuan, max(points, 2))[1:-1]
    between = [best_choice(question, float(step)) for step in steps]
    made: list[Choice] = []
    for choice in [richest, *between, safest]:
        # two steps may have the same answer where amounts come in lumps
        if not made or choice.worst_yuan > made[-1].worst_yuan + 1.0:
            made.append(choice)
    return made


class ChoiceProgram:
    """The question as a program: `mean` and `worst` (thousand yuan) as expressions, rows by name in `limits`."""

    def __init__(self, question: ProductChoice) -> None:
        self.question = question
        self.program = pulp.LpProblem("products", pulp.LpMaximize)
        of = question.products.set_index("product")
        may = [
            (str(v), str(p), float(least))
            for v, p, least in question.pairs[["village", "product", "least"]].itertuples(index=False)
            if (str(v), str(p)) not in question.barred
        ]
        most = _most_amounts(question, [(v, p) for v, p, _ in may])
        may = [(v, p, least) for v, p, least in may if most[v, p] >= max(least, DUST)]
        self.amount: dict[tuple[str, str], Any] = {}
        self.taken: dict[tuple[str, str], Any] = {}
        for n, (village, product, least) in enumerate(may):
            amount = self.program.add_variable(f"x_{n}", 0, most[village, product])
            taken = self.program.add_variable(f"y_{n}", 0, 1, cat=pulp.LpInteger)
            self.amount[village, product], self.taken[village, product] = amount, taken
            self.program += amount <= most[village, product] * taken
            self.program += amount >= least * taken
        self.limits = self._limits(of)
        self.mean, self.worst = self._incomes()

    def maximise(self, expression: Any) -> None:
        """Solve with an aim.

        Raises
        ------
        DataError
            If no choice keeps every row.
        """
        self.program.setObjective(expression + 0)
        if not is_solved(self.program):
            raise DataError("no choice of products has bad years as good as that")

    def amounts(self) -> pd.DataFrame:
        """Return village, product, amount of the last answer."""
        # what is not taken up has none: a solver's almost-zero of a yes-or-no is no amount
        rows = [
            (v, p, float(variable.value() or 0.0) if self.taken[v, p].value() > 0.5 else 0.0)
            for (v, p), variable in self.amount.items()
        ]
        return pd.DataFrame(rows, columns=["village", "product", "amount"]).astype({"amount": "float64"})

    def _limits(self, of: pd.DataFrame) -> dict[tuple[str, str], Any]:
        """Add the rows of means, sales, money and numbers; return those of means, sales and money by what and where."""
        question, amount = self.question, self.amount
        limits: dict[tuple[str, str], Any] = {}

        def limit(what: str, where: str, need: dict[str, float], most: float, pairs: list[tuple[str, str]]) -> None:
            terms = [need[p] * amount[v, p] for v, p in pairs if need[p]]
            if terms and np.isfinite(most):
                row = pulp.lpSum(terms) <= most
                self.program += row
                limits[what, where] = row

        for village, arable, forest, days in question.means[["village", "arable_mu", "forest_mu", "days"]].itertuples(
            index=False
        ):
            own = [(v, p) for v, p in amount if v == village]
            for kind, mu in (("arable", arable), ("forest", forest)):
                limit(kind, village, _by_product(of["land_mu"].where(of["land"].eq(kind), 0.0)), float(mu), own)
            limit("days", village, _by_product(of["days"]), float(days), own)
            if own:
                self.program += pulp.lpSum(self.taken[pair] for pair in own) <= question.most_products
        for village, skill, days in question.skilled[["village", "skill", "days"]].itertuples(index=False):
            own = [(v, p) for v, p in amount if v == village and of.loc[p, "skill"] == skill]
            limit(f"skill:{skill}", village, _by_product(of["days"]), float(days), own)
        for product in of.index:
            own = [(v, p) for v, p in amount if p == product]
            limit("ceiling", product, _by_product(of["output"]), float(of.loc[product, "ceiling"]), own)
            if own:
                self.program += pulp.lpSum(self.taken[pair] for pair in own) <= question.most_villages
        thousand = _by_product(of["start_yuan"] / YUAN_PER_THOUSAND)
        limit("start", "", thousand, question.start_yuan / YUAN_PER_THOUSAND, list(amount))
        return limits

    def _incomes(self) -> tuple[Any, Any]:
        """Return mean income and mean of the worst years, thousand yuan; the latter can be reached, not exceeded."""
        question = self.question
        amounts = list(self.amount.values())
        worth = question.worth_by_year(list(self.amount)).to_numpy(dtype=np.float64) / YUAN_PER_THOUSAND
        worth = worth.reshape(len(question.prices), len(amounts))
        mean = pulp.lpSum(one * x for one, x in zip(worth.mean(axis=0).tolist(), amounts, strict=True))
        border = self.program.add_variable("border", None, None)
        short = []
        for n, year in enumerate(worth.tolist()):
            below = self.program.add_variable(f"short_{n}", 0, None)
            income = pulp.lpSum(one * x for one, x in zip(year, amounts, strict=True))
            self.program += below >= border - income
            short.append(below)
        worst = border - (1.0 / (question.worst_share * len(short))) * pulp.lpSum(short)
        return mean, worst


def _by_product(column: pd.Series) -> dict[str, float]:
    return {str(product): float(value) for product, value in column.items()}


def _most_amounts(question: ProductChoice, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """Return the most units that each village could have of each product by its own means alone."""
    means = {str(row["village"]): row for row in question.means.to_dict("records")}
    needs = {str(row["product"]): row for row in question.products.to_dict("records")}

    def most(village: str, product: str) -> float:
        own, need = means.get(village), needs[product]
        if own is None:
            return 0.0
        limits = [need["ceiling"] / need["output"]]
        if need["land"] and need["land_mu"]:
            limits.append(own[f"{need['land']}_mu"] / need["land_mu"])
        if need["days"]:
            limits.append(own["days"] / need["days"])
        if need["start_yuan"]:
            limits.append(question.start_yuan / need["start_yuan"])
        # a product that nothing limits cannot be planned; a million units are more than any township
        return float(min(*limits, 1e6))

    return {(village, product): most(village, product) for village, product in pairs}
