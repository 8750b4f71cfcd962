"""What a plan is compared with: simple rules under the same money, and the township's own list.

Responsible for the choices of each baseline as a table. Not responsible for the simple rules themselves
(`povlib.allocation.questions.baseline_rules`) or for what the choices would bring about
(`povlib.runs.stages.plan_outcome`).
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd

from povlib import allocation
from povlib.allocation import Plan, Problem
from povlib.ledger import State
from povlib.params import Catalogue
from povlib.support import Offer
from povlib.words import term_in_each_language

INCOME, LINE = "income_fen_per_head", "line_fen"
# what the township did with this very money is not known yet: its own list stands for it
_OWN_LIST = "simple_rule_own_list"


def baseline_choices(problem: Problem, state: State, offer: Offer, catalogue: Catalogue) -> pd.DataFrame:
    """Return what each simple rule would choose, and the township's own list: one row per baseline and household.

    Returns
    -------
    DataFrame
        key, name_<language>, hh, package; one row a baseline and household.
    """
    own_list = township_choice(problem, state, offer, catalogue)
    baselines = allocation.baselines(problem, given=own_list, income=INCOME, line=LINE)
    households = problem.households
    frames = [
        pd.DataFrame(
            {
                "key": one.key,
                **{f"name_{lang}": name for lang, name in _baseline_names(one).items()},
                "hh": problem.hh,
                "package": problem.package[one.rows[:households]],
            }
        )
        for one in baselines
    ]
    choices = pd.concat(frames, ignore_index=True)
    return choices.astype({"package": offer.packages["package"].dtype})


def _baseline_names(baseline: allocation.Baseline) -> dict[str, str]:
    """Return what a baseline is called, by language."""
    return term_in_each_language(_OWN_LIST) if baseline.key == "given" else baseline.names


def township_choice(problem: Problem, state: State, offer: Offer, catalogue: Catalogue) -> pd.DataFrame:
    """Solve for what follows the township's own list: as many marked people as possible get help of their route.

    As many marked persons as the same rules, money and posts allow; nobody else gets anything new. The
    cheapest package of a marked route stands for the help of that route.

    Returns
    -------
    DataFrame
        hh, package.
    """
    tables = problem.tables
    if tables is None:
        raise ValueError("the township's choice needs a problem made from tables")
    routes = {measure.key: measure.route for measure in catalogue.measures.values()}
    marked = state.marks[["hh", "route"]].drop_duplicates()
    parts = offer.components.assign(route=offer.components["measure"].map(routes))
    parts = parts.merge(offer.packages[["package", "hh", "new_money_fen", "k"]], on="package")
    fitting = parts.merge(marked, on=["hh", "route"])
    # of equally cheap packages the first by number and key, so that every computer takes the same one
    cheapest = fitting.sort_values(["hh", "new_money_fen", "k", "package"]).drop_duplicates("hh")
    nothing = offer.packages.loc[offer.packages["k"] == 0, "package"]
    allowed_packages = set(cheapest["package"].astype("str")) | set(nothing.astype("str"))
    members = tables.households.set_index("hh")["members"]
    packages = tables.packages[tables.packages["package"].isin(allowed_packages)]
    helped = np.where(packages["k"] > 0, packages["hh"].map(members), 0)

    def of_allowed_packages(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["package"].isin(allowed_packages)]

    small = Problem.from_tables(
        packages.assign(value=helped.astype(float))[["package", "hh", "k", "value"]],
        of_allowed_packages(tables.uses),
        tables.resources,
        tables.households,
        bills=of_allowed_packages(tables.bills),
        payers=of_allowed_packages(tables.payers),
        keeps=tables.keeps,
    )
    # values are whole persons: a proof to less than one person is a proof of the best
    return allocation.solve(small, gap=0.999).chosen[["hh", "package"]]


def explanation_frames(problem: Problem, plan: Plan, least_points: float) -> dict[str, pd.DataFrame]:
    """Return the tables that explain a plan by name: those of `allocation.explain`, one more post, weak payments.

    Only posts that any village may fill are solved again, and only where one more has a price: with posts
    to spare one more changes nothing.
    """
    explained = allocation.explain(plan, problem)
    rows = problem.rows
    shared = rows.loc[(rows["kind"] == "post") & rows["village"].isna(), "row"]
    scarce = [str(row) for row in shared if plan.prices.get(str(row), 0.0) > 0]
    frames = {entry.name: getattr(explained, entry.name) for entry in fields(explained)}
    return {
        **frames,
        "one_more": allocation.value_of_one_more(plan, problem, scarce),
        "weak": allocation.weak_payments(plan, problem, least_points),
    }
