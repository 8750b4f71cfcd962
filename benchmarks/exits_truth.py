"""What the practice simulator holds true, said in the words of a catalogue: for `exits_worlds.py` alone.

The projection never sees this. A catalogue whose delays, take-up, losses and mean effects are the
simulator's is what "the prior is right" means; effects drawn anew for each world around these means are
what a prior's spread means.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from povlib import sample
from povlib.calendar import Month
from povlib.params import Catalogue
from povlib.sample.help.true_effects import true_effect
from povlib.sample.truth import income_process
from povlib.support import Offer

YEAR_END = Month(2016, 12)


def state_of(township: sample.Township) -> SimpleNamespace:
    """Return what the office hears of a township, as a state."""
    rows = sample.ledger_rows(township)
    last = Month.from_ordinal(int(rows["observations"]["month"].max()))
    households = rows["households"]
    poor = households[households["status"].isin(("未脱贫", "预脱贫", "返贫"))]
    return SimpleNamespace(**rows, last_month=last, synthetic=True, poor=poor)


def true_means(township: sample.Township, offer: Offer, catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """Return by effect (``measure.number``) the true mean, delay, take-up and loss in the catalogue's units.

    Means are over the households that the offer holds the measure for; a job's is net of the work given up for it.
    """
    world, frame = township.world, township.households
    row = pd.Series(range(len(frame)), index=frame["hh"])
    parts = offer.components.merge(offer.packages[["package", "hh"]], on="package")
    year = income_process.yearly_base(frame, township.members, township.seed, world)
    found: dict[str, dict[str, Any]] = {}
    for key, measure in catalogue.measures.items():
        truth = world.measures.get(key)
        who = row.reindex(parts.loc[parts["measure"] == key, "hh"].unique()).dropna().astype(int).to_numpy()
        if truth is None or not len(who):
            continue
        gain = true_effect(truth, frame, township.seed, world)[who]
        wages = [
            post.wage_fen_per_month / 100 for post in catalogue.posts.values() if post.measure == key and post.filled
        ]
        for number, earning in enumerate(measure.earns):
            lost = truth.lost
            one = {"takeup": truth.takeup, "loss_per_month": lost, "delay_months": truth.delay,
                   "decay_per_year": truth.decay}  # fmt: skip
            if earning.source == "property" and truth.dividend_yuan:
                one |= {"mean": truth.dividend_yuan, "takeup": truth.takeup}
            elif earning.basis == "post_wage":
                given_up = truth.displaces / np.maximum(frame["able"].to_numpy()[who], 1)
                one["mean"] = float((gain - given_up * year.wage[who] / 12).mean() / np.mean(wages))
            elif earning.basis == "share_of_source" and earning.source == "business":
                net = np.maximum(year.sales[who] - year.cost[who], 0).sum() / max(year.sales[who].sum(), 1.0)
                one["mean"] = float(gain.mean() * net)
            else:
                one["mean"] = float(gain.mean())
            found[f"{key}.{number}"] = one
    return found


def right_catalogue(catalogue: Catalogue, means: dict[str, dict[str, Any]], cv: dict[str, float]) -> Catalogue:
    """Return the catalogue with the true means and everything else that is true of how help comes."""
    changes: dict[str, Any] = {}
    for key, truth in means.items():
        measure, number = key.split(".")
        at = f"support.{measure}.earns.{number}"
        changes[f"{at}.sd"] = abs(truth["mean"]) * cv[key]
        changes |= {f"{at}.{name}": value for name, value in truth.items()}
    return catalogue.replaced(changes)


def net_shares(township: sample.Township, offer: Offer, catalogue: Catalogue) -> dict[str, float]:
    """Return by job what it brings net of the work given up for it, as a share of what it pays.

    A belief is about the net gain; the simulator's `yuan` is what the job pays.
    """
    means = true_means(township, offer, catalogue)
    shares = {}
    for key, measure in township.world.measures.items():
        at = f"{key}.0"
        if measure.kind == "job" and at in means and catalogue.measures[key].earns[0].basis == "post_wage":
            wages = [p.wage_fen_per_month / 100 for p in catalogue.posts.values() if p.measure == key and p.filled]
            shares[key] = float(means[at]["mean"] * np.mean(wages) / measure.yuan)
    return shares


def with_effects(township: sample.Township, scale: dict[str, float], net: dict[str, float]) -> sample.Township:
    """Return the township in a world whose measures bring `scale` times as much, net; its past changes with it.

    `net` of `net_shares`: a job that pays a tenth more brings more than that, since the work given up is the same.
    """
    scale = {key: 1.0 + (value - 1.0) * net.get(key, 1.0) for key, value in scale.items()}
    measures = {
        key: replace(m, yuan=m.yuan * scale.get(key, 1.0), share=m.share * scale.get(key, 1.0),
                     dividend_yuan=m.dividend_yuan * scale.get(key, 1.0))
        for key, m in township.world.measures.items()
    }  # fmt: skip
    return replace(township, world=replace(township.world, measures=measures))


def plan_rows(offer: Offer, packages: pd.Series | list[int], catalogue: Catalogue) -> pd.DataFrame:
    """Return the help of these packages, and what the law owes, as a plan that the simulator follows."""
    names = {post.key: post.names.zh for post in catalogue.posts.values()}
    parts = offer.components[offer.components["package"].isin(packages)]
    parts = parts.merge(offer.packages[["package", "hh"]], on="package")[["hh", "measure", "person", "start", "post"]]
    parts["post"] = parts["post"].map(names)
    owed = offer.entitlements[["hh", "measure", "person", "start"]].drop_duplicates().assign(post=None)
    return pd.concat([parts, owed], ignore_index=True).astype({"start": int})


def as_followed(township: sample.Township, plan: pd.DataFrame) -> pd.DataFrame:
    """Return a plan in the measures that the simulator knows: another way to a safe house is a house built anew."""
    known = plan["measure"].isin(set(township.world.measures))
    return plan.assign(measure=plan["measure"].where(known, "housing_rebuild"))


def came_true(township: sample.Township, plan: pd.DataFrame, months: int = 8) -> pd.Series:
    """Return who truly passes the exit test at the end of the year under a plan, by household."""
    out = sample.outcomes(sample.follow(township, as_followed(township, plan), months), YEAR_END)
    return out.set_index("hh")["exits"]
