"""What an analyst asks of one household or of a plan's total: what it would get, what it costs others, how sure it is.

Responsible for answers that take a household, a measure, a number of persons or a share of bad years, as frames. Not
responsible for what a package is worth (`povlib.exits`) or for the plan (`povlib.allocation`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib import allocation, impact
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices, net_values
from povlib.errors import DataError, ParameterError, unknown_word_fault
from povlib.money import FEN_PER_YUAN
from povlib.report.pages.bulletin_page import JudgedClaims
from povlib.runs.facts.bulletin import entered_claims
from povlib.runs.facts.claims import judge_claims
from povlib.runs.facts.effects import effects_as_planned
from povlib.runs.facts.proposal import chosen_packages
from povlib.runs.questions.what_if import package_draws
from povlib.runs.run import Run
from povlib.runs.stages.plan_outcome import additional_exits, chosen_rows, expected_exits, probability_of
from povlib.words import language, language_column


def household_asked(run: Run, household: str = "") -> str:
    """Return a household of the plan; for "" the first that is given something new (or the first of all).

    Raises
    ------
    ParameterError
        If the plan has no such household, with the nearest keys.
    """
    known = run.plan.chosen["hh"].astype(str)
    if household and household not in set(known):
        raise ParameterError([unknown_word_fault("the plan has no household {value}", household, known, "")])
    served = known[run.plan.chosen["additional"] > 0]
    return household or str((served if len(served) else known).iloc[0])


def household_options(run: Run, household: str = "") -> pd.DataFrame:
    """Return every package a household may have, what each is worth, and which one the plan gives.

    Parameters
    ----------
    household : str
        Empty: the first that the plan gives something new.

    Returns
    -------
    DataFrame
        label, chance (to be out of poverty by the horizon), low, high (90 % range), persons (additional exits),
        yuan (all bills), left (persons that remain once what the package uses is paid at the posted prices), chosen;
        the most that remains first.
    """
    hh = household_asked(run, household)
    problem = run.problem
    rows = np.flatnonzero(problem.group == int(np.flatnonzero(problem.hh == hh)[0]))
    left = net_values(problem, Prices.of(problem, run.plan.certificate.prices))[rows]
    keys = pd.Index(problem.package[rows]).astype(run.offer.packages["package"].dtype)
    chances = run.projection.frame.set_index("package").loc[keys]
    nothing = chances.loc[chances["k"] == 0, "p"].astype("float64").fillna(0.0).iloc[0]
    members = int(problem.members[problem.group[rows[0]]])
    packages = run.offer.packages.set_index("package").loc[keys]
    frame = pd.DataFrame(
        {
            "label": packages[language_column("label", language())],
            "chance": chances["p"].astype("float64"),
            "low": chances["p_low"].astype("float64"),
            "high": chances["p_high"].astype("float64"),
            "persons": members * (chances["p"].astype("float64").fillna(0.0) - nothing),
            "yuan": packages["new_money_fen"] / FEN_PER_YUAN,
            "left": left.astype(np.float64) / UNITS_PER_PERSON,
            "chosen": rows == run.plan.rows[problem.group[rows[0]]],
        }
    )
    return frame.sort_values(["left", "yuan"], ascending=[False, True], kind="stable").reset_index(drop=True)


def household_by_rule(run: Run, household: str = "") -> pd.DataFrame:
    """Return what a household gets from the plan and what it would get under simpler rules with the same money.

    Returns
    -------
    DataFrame
        rule, label, chance, yuan; the plan first.
    """
    hh = household_asked(run, household)
    simple = run.baselines[run.baselines["hh"] == hh]
    own = run.plan.chosen.loc[run.plan.chosen["hh"] == hh, "package"]
    name = f"name_{language()}"
    kind = run.offer.packages["package"].dtype
    keys = pd.concat([own.astype(kind), simple["package"].astype(kind)], ignore_index=True)
    packages = run.offer.packages.set_index("package")
    return pd.DataFrame(
        {
            "rule": ["plan", *simple[name]],
            "label": keys.map(packages[language_column("label", language())]),
            "chance": keys.map(run.projection.frame.set_index("package")["p"].astype("float64")),
            "yuan": keys.map(packages["new_money_fen"]) / FEN_PER_YUAN,
        }
    )


def plan_under(run: Run, other: Run) -> pd.DataFrame:
    """Return what the plan of a run would bring if the assumptions of another run were the true ones.

    Parameters
    ----------
    other : Run
        With the same packages on offer: another margin, line, number of draws or year, not other measures.

    Returns
    -------
    DataFrame
        expected and additional exits (persons) with their 90 % range: value, low, high for each run.

    Raises
    ------
    DataError
        If the other run offers other packages.
    """
    columns = ["package", "hh", "measures", "start"]
    if not run.offer.packages[columns].equals(other.offer.packages[columns]):
        raise DataError("the other run offers other packages: solve it and compare the plans instead")
    plan = run.plan.chosen.set_index("hh")
    packages = plan["package"].astype(run.offer.packages["package"].dtype)
    rows = []
    for name, one in (("as planned", run), ("under the other", other)):
        chosen = chosen_rows(one.projection, packages, plan["members"], one.settings.seed)
        expected, additional = expected_exits(one.projection, chosen), additional_exits(one.projection, chosen)
        rows += [
            (figure, name, total.value, total.low, total.high)
            for figure, total in (("expected", expected), ("additional", additional))
        ]
    return pd.DataFrame(rows, columns=["figure", "assumptions", "value", "low", "high"])


def chance_of_exits(run: Run, persons: float) -> float:
    """Return the chance (0 to 1) that with the plan at least so many persons are out of poverty by the horizon."""
    return probability_of(run.projection, chosen_packages(run), persons)


def bad_years(run: Run, tail: float = 0.1) -> pd.DataFrame:
    """Return what each way of choosing brings on average, and in its worst years.

    Parameters
    ----------
    tail : float
        Share of the draws that counts as bad years, above 0 and up to 1.

    Returns
    -------
    DataFrame
        way, mean, worst (mean of the worst share), in persons out of poverty; the best in bad years first.
    """
    if not 0 < tail <= 1:
        raise ParameterError("tail = {tail} is no share above 0 and up to 1", tail=tail)
    draws, problem = package_draws(run), run.problem
    own = problem.households
    place = pd.Series(np.arange(len(problem.package)), index=pd.Index(problem.package.astype(str)))
    ways = {"plan": run.plan.rows[:own], "nothing new": problem.base[:own]}
    name = f"name_{language()}"
    for rule, part in run.baselines.groupby(name, sort=False):
        ways[str(rule)] = place.loc[part.set_index("hh").loc[problem.hh, "package"].astype(str)].to_numpy()
    totals = {way: draws[rows].sum(axis=0) for way, rows in ways.items()}
    frame = pd.DataFrame(
        {
            "way": list(totals),
            "mean": [float(total.mean()) for total in totals.values()],
            "worst": [allocation.worst_case_mean(total, tail) for total in totals.values()],
        }
    )
    return frame.sort_values("worst", ascending=False, kind="stable", ignore_index=True)


def measure_asked(run: Run, measure: str = "") -> str:
    """Return a measure with an effect; for "" the first that the office's own records say something about.

    Raises
    ------
    ParameterError
        If there is none of this key.
    """
    known = run.effects.posterior[run.effects.posterior["group"].isna()]
    if measure and measure not in set(known["measure"]):
        raise ParameterError([unknown_word_fault("there is no effect of {value}", measure, known["measure"], "")])
    seen = known.loc[known["status"] == "posterior", "measure"]
    return measure or str((seen if len(seen) else known["measure"]).iloc[0])


def evidence_of(run: Run, measure: str = "") -> pd.DataFrame:
    """Return everything known of what a measure changes: what was assumed, every comparison, what the plan counts on.

    Returns
    -------
    DataFrame
        source (of income), what (assumed, method of a comparison, planned), mean, low, high (95 %), usable, treated,
        controls; in the unit of the effect (``basis``).
    """
    key = measure_asked(run, measure)
    planned = effects_as_planned(run.effects, run.settings.effects)
    planned = planned[planned["measure"] == key]
    wide = 1.959963984540054 * planned["prior_sd"]
    before = planned.assign(
        what="assumed", mean=planned["prior_mean"], low=planned["prior_mean"] - wide, high=planned["prior_mean"] + wide
    )
    tried = run.effects.estimates[run.effects.estimates["measure"] == key]
    tried = tried.rename(columns={"method": "what", "estimate": "mean", "ci_low": "low", "ci_high": "high"})
    columns = ["source", "basis", "what", "mean", "low", "high", "usable", "treated", "controls"]
    parts = [before, tried, planned.assign(what="planned")]
    return pd.concat([part.reindex(columns=columns).astype(object) for part in parts], ignore_index=True)


def with_another_prior(run: Run, measure: str, mean: float, sd: float) -> pd.DataFrame:
    """Return what a measure would be taken to change, had something else been assumed beforehand.

    Parameters
    ----------
    measure : str
        Empty: as in `measure_asked`.
    mean, sd : float
        The other assumption, in the unit of the effect.

    Returns
    -------
    DataFrame
        source, estimate, se (of the office's own records), and for each assumption mean, sd, prior_share.

    Raises
    ------
    DataError
        If sd is not above 0.
    """
    known = run.effects.posterior
    known = known[(known["measure"] == measure_asked(run, measure)) & known["group"].isna()].reset_index(drop=True)
    # each source of income is an effect of its own, to be put together with the same assumption
    local = known.assign(measure=known["source"], group="all", usable=known["estimate"].notna())
    made = impact.posterior(local, dict.fromkeys(known["source"], impact.Prior(mean, sd))).set_index("measure")
    names = ["mean", "sd", "prior_share"]
    other = made.loc[known["source"], names].reset_index(drop=True).add_suffix("_other")
    return pd.concat([known[["source", "basis", "estimate", "se", *names]], other], axis=1)


def judged_claims(run: Run) -> JudgedClaims:
    """Return the claims the office is judged by, counted from the ledger: ``claims`` and the ``evidence`` behind them.

    Both are empty where no claims were entered (``params/claims.yaml``).
    """
    document = entered_claims(run)
    return judge_claims(document.claims if document else (), run.state, run.catalogue, language())


def rows_behind(run: Run, claim: str = "") -> pd.DataFrame:
    """Return the households that a claim counts, with what the register says of each.

    Parameters
    ----------
    claim : str
        Id of a claim; empty: the first that counts any.

    Raises
    ------
    ParameterError
        If there is no such claim.
    """
    judged = judged_claims(run)
    known, evidence = judged.claims["id"].astype(str), judged.evidence
    if claim and claim not in set(known):
        raise ParameterError([unknown_word_fault("there is no claim {value}", claim, known, "")])
    found = evidence[evidence["id"].astype(str) == (claim or str(evidence["id"].min()))]
    columns = ["hh", "village", "status", "cause", "size", "housing_grade"]
    return found.merge(run.state.households[columns], on="hh", how="left").reset_index(drop=True)
