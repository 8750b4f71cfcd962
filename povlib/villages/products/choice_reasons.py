"""Why a village has its product: what one more of each scarce thing brings, and the next best product of each village.

Every figure is a difference between two answers of the program, so it holds for whole products, not for a thin slice.

Responsible for the reasons. Not responsible for their words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from povlib.errors import DataError
from povlib.villages.products.product_choice import YUAN_PER_THOUSAND, Choice, ChoiceProgram, ProductChoice, best_choice

#: how much more of each is tried: a mu, ten days, a hundredth of the ceiling, a thousand yuan
MORE = {"arable": 1.0, "forest": 1.0, "days": 10.0, "start": 1.0}
_SLACK = 1e-6


def scarce_means(question: ProductChoice, least_worst_yuan: float | None = None) -> pd.DataFrame:
    """Return what binds, and what a little more of it brings by solving again.

    Returns
    -------
    DataFrame
        what ("arable", "forest", "days", "skill:…", "ceiling", "start", "worst"), where (village or product; "" for the
        township), more (how much more was tried, in mu, days, units of output, thousand yuan), yuan (mean income more);
        largest first. "worst": what asking for a thousand yuan less in bad years would bring.
    """
    model = ChoiceProgram(question)
    if least_worst_yuan is not None:
        risk = model.worst >= least_worst_yuan / YUAN_PER_THOUSAND
        model.program += risk
    model.maximise(model.mean)
    best = float(model.mean.value() or 0.0)
    binding = [key for key, row in model.limits.items() if _is_tight(row)]
    rows = []
    for what, where in binding:
        more = MORE.get(what, 10.0 if what.startswith("skill:") else 0.0) or _hundredth(question, where)
        again = best_choice(_with_more(question, what, where, more), least_worst_yuan)
        rows.append((what, where, more, again.mean_yuan - best * YUAN_PER_THOUSAND))
    if least_worst_yuan is not None and _is_tight(risk):
        again = best_choice(question, least_worst_yuan - YUAN_PER_THOUSAND)
        rows.append(("worst", "", 1.0, again.mean_yuan - best * YUAN_PER_THOUSAND))
    frame = pd.DataFrame(rows, columns=["what", "where", "more", "yuan"])
    # a solver's answers agree to a hundredth of a yuan
    frame["yuan"] = frame["yuan"].astype("float64").round(2).clip(lower=0.0)
    return frame.sort_values(["yuan", "what", "where"], ascending=[False, True, True], ignore_index=True)


def _is_tight(row: Any) -> bool:
    return bool(abs(row.value()) <= _SLACK * (1 + abs(row.constant)))


def _hundredth(question: ProductChoice, product: str) -> float:
    own = question.products.loc[question.products["product"] == product, "ceiling"]
    return float(own.iloc[0]) / 100.0


def _with_more(question: ProductChoice, what: str, where: str, more: float) -> ProductChoice:
    """Return the question with more of one thing."""
    if what in ("arable", "forest", "days"):
        column = what if what == "days" else f"{what}_mu"
        means = question.means.copy()
        means[column] = means[column].astype("float64") + np.where(means["village"] == where, more, 0.0)
        return replace(question, means=means)
    if what.startswith("skill:"):
        skilled = question.skilled.copy()
        own = (skilled["village"] == where) & (skilled["skill"] == what.removeprefix("skill:"))
        skilled["days"] = skilled["days"].astype("float64") + np.where(own, more, 0.0)
        return replace(question, skilled=skilled)
    if what == "ceiling":
        products = question.products.copy()
        products["ceiling"] = products["ceiling"] + np.where(products["product"] == where, more, 0.0)
        return replace(question, products=products)
    return replace(question, start_yuan=question.start_yuan + more * YUAN_PER_THOUSAND)


def next_best(question: ProductChoice, choice: Choice, least_worst_yuan: float | None = None) -> pd.DataFrame:
    """Return for each village and product of a choice what the township would do without it.

    Returns
    -------
    DataFrame
        village, product, amount, instead (products the village would have then, joined by "、"; "" for none),
        loss_yuan (mean income the township would lose; missing where bad years could not be kept as good without it).
    """
    rows = []
    for village, product, amount in choice.amounts[["village", "product", "amount"]].itertuples(index=False):
        try:
            other = best_choice(question.without(village, product), least_worst_yuan)
        except DataError:
            rows.append((village, product, amount, "", np.nan))
            continue
        own = other.amounts.loc[other.amounts["village"] == village, "product"]
        rows.append((village, product, amount, "、".join(own), max(round(choice.mean_yuan - other.mean_yuan, 2), 0.0)))
    return pd.DataFrame(rows, columns=["village", "product", "amount", "instead", "loss_yuan"])
