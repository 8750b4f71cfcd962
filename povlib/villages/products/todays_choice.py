"""Today's products beside the frontier: what they bring, and how much better a choice with the same bad years would be.

Responsible for reading rows of ``village_products`` as amounts, for giving the question at least the means that today's
choice uses (so that today's is one of the choices compared), and for the distance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.villages.products.product_choice import (
    Choice,
    ChoiceProgram,
    ProductChoice,
    best_choice,
    described_choice,
)


@dataclass(frozen=True)
class TodaysScore:
    """Today's choice against the frontier.

    Attributes
    ----------
    today : Choice
    as_safe : Choice
        The best choice whose bad years are at least as good as today's.
    as_rich : Choice
        The choice with the best bad years of those with at least today's mean.
    """

    today: Choice
    as_safe: Choice
    as_rich: Choice

    @property
    def mean_lost_yuan(self) -> float:
        """Mean income a year that today's choice forgoes at its own risk."""
        return max(self.as_safe.mean_yuan - self.today.mean_yuan, 0.0)

    @property
    def worst_lost_yuan(self) -> float:
        """Income in bad years that today's choice forgoes at its own mean."""
        return max(self.as_rich.worst_yuan - self.today.worst_yuan, 0.0)


def todays_amounts(
    rows: pd.DataFrame, counted_in: dict[str, str], meant: Callable[[str], str | None]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return today's amounts of the newest year of each village and product, and the rows that could not be read so.

    Parameters
    ----------
    rows : DataFrame
        village, product, year, area_mu, heads.
    counted_in : dict
        Product -> "mu" or "head".
    meant : callable
        Product that a word means; None where it is no known one.

    Returns
    -------
    amounts, unread : DataFrame
        village, product, amount; village, product, year of rows without a known product or without an amount.
    """
    newest = rows.sort_values(["village", "product", "year"]).drop_duplicates(["village", "product"], keep="last")
    known = newest["product"].map(lambda word: meant(str(word)) or "")
    unit = known.map(counted_in).fillna("")
    amount = pd.to_numeric(newest["area_mu"], errors="coerce").where(
        unit.eq("mu"), pd.to_numeric(newest["heads"], errors="coerce").where(unit.eq("head"))
    )
    amount = amount.astype("float64")
    read = amount.gt(0).fillna(False).to_numpy(dtype=bool)
    made = pd.DataFrame({"village": newest["village"], "product": known, "amount": amount})[read]
    summed = made.groupby(["village", "product"])["amount"].sum().reset_index()
    return summed, newest.loc[~read, ["village", "product", "year"]].reset_index(drop=True)


def with_todays_means(question: ProductChoice, today: pd.DataFrame) -> ProductChoice:
    """Return the question with at least what today's amounts use of everything, so that they are one of its choices."""
    used = today.merge(question.products, on="product")
    units = used["amount"]
    means = question.means.set_index("village").astype("float64")
    means = means.reindex(means.index.union(pd.Index(sorted(set(used["village"]))))).fillna(0.0)
    for kind in ("arable", "forest"):
        own = (units * used["land_mu"]).where(used["land"].eq(kind), 0.0).groupby(used["village"]).sum()
        means[f"{kind}_mu"] = np.maximum(means[f"{kind}_mu"], own.reindex(means.index).fillna(0.0))
    days = (units * used["days"]).groupby(used["village"]).sum()
    means["days"] = np.maximum(means["days"], days.reindex(means.index).fillna(0.0))
    skilled = question.skilled.astype({"days": "float64"})
    by_skill = (units * used["days"]).groupby([used["village"], used["skill"]]).sum()
    known = pd.MultiIndex.from_frame(skilled[["village", "skill"]])
    skilled["days"] = np.maximum(skilled["days"].to_numpy(), by_skill.reindex(known).fillna(0.0).to_numpy())
    products = question.products.copy()
    sold = (units * used["output"]).groupby(used["product"]).sum()
    products["ceiling"] = np.maximum(products["ceiling"], products["product"].map(sold).fillna(0.0))
    pairs = question.pairs.merge(today, on=["village", "product"], how="outer")
    least = np.fmin(pairs["least"].fillna(np.inf), pairs["amount"].fillna(np.inf))
    pairs = pairs.assign(least=least)[["village", "product", "least"]].sort_values(["village", "product"])
    counts = today.groupby("village").size().max() if len(today) else 0
    shared = today.groupby("product").size().max() if len(today) else 0
    return replace(
        question,
        products=products,
        pairs=pairs.reset_index(drop=True),
        means=means.rename_axis("village").reset_index(),
        skilled=skilled,
        most_products=max(question.most_products, int(counts)),
        most_villages=max(question.most_villages, int(shared)),
        start_yuan=max(question.start_yuan, float((units * used["start_yuan"]).sum())),
    )


def todays_score(question: ProductChoice, today: pd.DataFrame) -> TodaysScore:
    """Return today's amounts beside the best choices of a question made by `with_todays_means`."""
    now = described_choice(question, today)
    # half a yuan for the solver's rounding: today's own choice must stay inside
    as_safe = best_choice(question, now.worst_yuan - 0.5)
    model = ChoiceProgram(question)
    model.program += model.mean >= (now.mean_yuan - 0.5) / 1000.0
    model.maximise(model.worst)
    return TodaysScore(now, as_safe, described_choice(question, model.amounts()))
