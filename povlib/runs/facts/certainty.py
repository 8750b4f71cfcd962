"""How sure we are: the proof of the plan, the inputs that matter, and simple rules beside it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from povlib.params import AIMS
from povlib.report.figures import fan, tornado
from povlib.report.meeting import Lot, Proof, SecondRule
from povlib.report.model.paper import FigureBlock
from povlib.runs.facts.effects import input_origins
from povlib.runs.facts.proposal import chosen_packages, planned_households
from povlib.runs.run import Run
from povlib.runs.stages.outlook import outlook
from povlib.runs.stages.plan_outcome import additional_exits
from povlib.vocabulary import INCOME_SOURCES, source_label
from povlib.words import text

# a choice: as many of the inputs that matter most as a meeting will talk about
_MOST = 8
# bars of the tornado, a choice; both ends of one below half a person would be labelled with nearly the same count
_MOST_DRIVERS, _LEAST_SWING = 12, 0.5


def plan_proof(run: Run) -> Proof:
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
        by_prices=plan.by_prices_for_want_of_time,
    )


def second_rule(run: Run) -> SecondRule | None:
    """Return which of equally good plans was taken; None where the office sets no such rule."""
    first = run.first_plan
    if first is None:
        return None
    best = run.best_plan
    return SecondRule(
        rule=run.settings.second_rule,
        equal=run.settings.equal_persons,
        saved_fen=int(first.payments["fen"].sum() - best.payments["fen"].sum()),
        fewer=first.value - best.value,
    )


def lottery_slice(run: Run) -> Lot | None:
    """Return what was given by lot and its cost in expected exits; None where no lot was asked for."""
    exploration = run.exploration
    if exploration is None:
        return None
    drawn = exploration.frames["drawn"]
    best = run.best_plan.chosen.set_index("hh")["package"].astype(run.offer.packages["package"].dtype)
    return Lot(
        households=len(drawn),
        changed=int((drawn["planned"] != drawn["package"]).sum()),
        eligible=int(exploration.facts["eligible"]),
        points=run.settings.explore_points,
        cost=additional_exits(run.projection, chosen_packages(run, best), chosen_packages(run)).value,
    )


def objective_unit(run: Run) -> str:
    """Return what the plan's worth is counted in: "person", "household", "depth", or "mix"."""
    weights = dict(run.settings.objective)
    only = [AIMS[key].unit for key, weight in weights.items() if weight]
    return only[0] if len(only) == 1 and 1.0 in weights.values() else "mix"


def important_inputs(run: Run, lang: str) -> pd.DataFrame:
    """Return the priors on which the total hangs most, in persons per standard deviation."""
    frame = run.projection.inputs
    frame = frame.assign(size=frame["persons_per_sd"].abs()).sort_values(
        ["size", "key"], ascending=[False, True], ignore_index=True
    )[:_MOST]
    names = [run.catalogue.measures[key].names.show(lang) for key in frame["measure"]]
    sources = _source_names(lang)
    what = [
        text("{measure}: {income}", lang, measure=name, income=sources[source])
        for name, source in zip(names, frame["source"], strict=True)
    ]
    priors = zip(frame["basis"], frame["mean"], frame["sd"], strict=True)
    values = [_prior_in_words(basis, mean, sd, lang) for basis, mean, sd in priors]
    statuses, sources_said = input_origins(run, frame, lang)
    return pd.DataFrame(
        {
            "name": what,
            "value": values,
            "status": statuses,
            "source": sources_said,
            "swing_persons": frame["size"].tolist(),
        }
    )


def certainty_figures(run: Run, lang: str) -> dict[str, tuple[FigureBlock, ...]]:
    """Return the fan of the plan (section ``certainty``), and the tornado of what its total hangs on (``inputs``)."""
    target = run.settings.target_persons or None
    return {
        "certainty": (fan(outlook(run).months, target=target, lang=lang),),
        "inputs": (tornado(driver_rows(run, lang), lang=lang),),
    }


def driver_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return the drivers that move the total most, each with the size of its step in words."""
    frame = outlook(run).drivers
    large = frame[frame["swing"] >= _LEAST_SWING].head(_MOST_DRIVERS)
    frame = large if len(large) else frame.head(1)  # a plan that hangs on nothing still shows on what least little
    return frame.assign(name=[_driver_name(run, row, lang) for row in frame.to_dict("records")])


def _driver_name(run: Run, row: Mapping[Hashable, Any], lang: str) -> str:
    """Return what a driver of doubt is called, with the size of its step."""
    kind, step = str(row["kind"]), float(row["step"])
    if kind == "effect":
        sources = [e.source for e in run.catalogue.measures[row["measure"]].earns]
        several = len(set(sources)) > 1
        name = run.catalogue.measures[row["measure"]].names.show(lang)
        source = _source_names(lang)[sources[int(str(row["driver"]).rpartition(".")[2])]]
        what = text("{measure}: {income}", lang, measure=name, income=source) if several else str(name)
        return text("{effect} (1 SD of its effect)", lang, effect=what)
    words = {
        "year": text("everybody's year: harvest, prices (1 SD)", lang),
        "forecast": text("error of the forecast itself (1 SD)", lang),
        "villages": text("villages' own years (1 SD)", lang),
        "takeup": text("take-up of what is offered (10 points)", lang),
        "delay": text("first payment (a month)", lang),
        "loss": text("posts and contracts lost (twice, half)", lang),
        "margin": text("margin over the line (5 points)", lang),
        "line": text("the line ({n} yuan)", lang, n=f"{step:g}"),
    }
    return words[kind]


def _source_names(lang: str) -> dict[str, str]:
    """Return the names of the sources; only regular transfers are projected, and the table says so."""
    return {source: source_label(source, lang) for source in INCOME_SOURCES} | {
        "transfer": text("regular transfers", lang)
    }


def _prior_in_words(basis: str, mean: float, sd: float, lang: str) -> str:
    """Return mean and standard deviation of an effect with their unit (`povlib.params.support.Earning`)."""
    if basis == "yuan_per_month":
        return text("{mean} ± {sd} yuan a month", lang, mean=f"{mean:g}", sd=f"{sd:g}")
    message = {"post_wage": "{mean} ± {sd} % of the wage", "share_of_source": "{mean} ± {sd} % of that income"}[basis]
    return text(message, lang, mean=f"{100 * mean:g}", sd=f"{100 * sd:g}")


def baseline_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return each simple rule beside the plan, in additional persons, with the range of the difference."""
    chosen = chosen_packages(run)
    money = run.offer.packages.set_index("package")["new_money_fen"]
    fifth = planned_households(run).set_index("hh")["poorest_fifth"]
    rows = []
    for key, choice in run.baselines.groupby("key", sort=False):
        packages = choice.set_index("hh")["package"]
        other = chosen_packages(run, packages)
        # draw by draw against the plan: both share the year, so the difference has a range of its own
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
