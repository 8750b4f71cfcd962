"""How sure we are: the proof of the plan, the inputs that matter, and simple rules beside it."""

from __future__ import annotations

import pandas as pd

from povlib.report.meeting import Proof
from povlib.runs.chain import Run
from povlib.runs.facts.proposal import chosen_of, households
from povlib.runs.outcome import additional_exits
from povlib.words import text

_MOST = 8


def proof(run: Run) -> Proof:
    """Return value, certified bound and gap, and whether exact arithmetic repeated them."""
    plan = run.plan
    return Proof(
        value=plan.value,
        price_bound=plan.price_bound,
        gap_persons=plan.gap,
        verified=run.proved,
        solver_bound=plan.solver_bound,
        draws=run.projection.draws.shape[1],
        status=plan.status,
    )


def important_inputs(run: Run, lang: str) -> pd.DataFrame:
    """Return the priors on which the total hangs most, in persons per standard deviation."""
    frame = run.projection.inputs
    frame = frame.assign(size=frame["persons_per_sd"].abs()).sort_values(
        ["size", "key"], ascending=[False, True], ignore_index=True
    )[:_MOST]
    names = [getattr(run.catalogue.measures[key].names, lang) for key in frame["measure"]]
    sources = {
        "wage": text("wages", lang),
        "business": text("business, net", lang),
        "property": text("property", lang),
        "transfer": text("regular transfers", lang),
    }
    what = [
        text("{measure}: {income}", lang, measure=name, income=sources[source])
        for name, source in zip(names, frame["source"], strict=True)
    ]
    priors = zip(frame["basis"], frame["mean"], frame["sd"], strict=True)
    values = [_prior(basis, mean, sd, lang) for basis, mean, sd in priors]
    return pd.DataFrame(
        {
            "name": what,
            "value": values,
            "status": frame["status"].tolist(),
            "source": [text(source, lang) for source in frame["prior_source"]],
            "swing_persons": frame["size"].tolist(),
        }
    )


def _prior(basis: str, mean: float, sd: float, lang: str) -> str:
    """Return mean and standard deviation of an effect with their unit (`povlib.params.support.Earning`)."""
    if basis == "yuan_per_month":
        return text("{mean} ± {sd} yuan a month", lang, mean=f"{mean:g}", sd=f"{sd:g}")
    message = {"post_wage": "{mean} ± {sd} % of the wage", "share_of_source": "{mean} ± {sd} % of that income"}[basis]
    return text(message, lang, mean=f"{100 * mean:g}", sd=f"{100 * sd:g}")


def baselines(run: Run, lang: str) -> pd.DataFrame:
    """Return each simple rule beside the plan, in additional persons, with the range of the difference."""
    chosen = chosen_of(run)
    money = run.offer.packages.set_index("package")["new_money_fen"]
    fifth = households(run).set_index("hh")["poorest_fifth"]
    rows = []
    for key, choice in run.baselines.groupby("key", sort=False):
        packages = choice.set_index("hh")["package"]
        other = chosen_of(run, packages)
        difference = additional_exits(run.projection, chosen, other)
        paid = packages.map(money)
        rows.append(
            {
                "key": key,
                "name": choice[f"name_{lang}"].iloc[0],
                "additional": additional_exits(run.projection, other).value,
                "difference": difference.value,
                "low": difference.low,
                "high": difference.high,
                "money_fen": int(paid.sum()),
                "poorest_money_share": float(paid[fifth.loc[paid.index]].sum() / paid.sum()) if paid.sum() else None,
            }
        )
    return pd.DataFrame(rows)
