"""The page of the notebook 04_exits: who will get out, by when, and how far that can be trusted.

Responsible for gathering a run's projection, back-test, outlook and exit procedure into one value. Not
responsible for words (`povlib.report.pages.exits_page`) or for computing any of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from povlib import exits, poverty, review
from povlib.params import Procedure, load_procedure
from povlib.poverty.households import exit_procedure
from povlib.report.meeting import Total
from povlib.report.pages.effect_wording import POSTERIOR
from povlib.report.pages.exits_page import ExitsFacts, curse_names
from povlib.report.pages.second_opinion_section import OpinionFacts
from povlib.runs.facts.certainty import driver_rows
from povlib.runs.facts.proposal import chosen_packages, planned_households
from povlib.runs.facts.record import exit_target, track_record
from povlib.runs.facts.village_order import in_village_order
from povlib.runs.questions.optimism import GAP_PERSONS, known_optimism
from povlib.runs.run import Run
from povlib.runs.stages.outlook import backtest_of, outlook
from povlib.runs.stages.plan_outcome import PersonTotal, additional_exits, expected_exits
from povlib.runs.stages.refusals import Refused
from povlib.runs.stages.second_opinion import second_opinion
from povlib.words import language_column, text

_PARTS = {
    "parameter": "share of doubt: what help does",
    "shock": "share of doubt: years and luck",
    "model": "share of doubt: the forecast itself",
}


def exits_facts(run: Run, lang: str) -> ExitsFacts:
    """Return everything the page says."""
    chosen, back = chosen_packages(run), backtest_of(run)
    rules = load_procedure(run.folder / "params")
    verdict = poverty.assess(run.state, run.at, run.catalogue, run.settings)
    own = planned_households(run)
    stand = exit_procedure.procedure_standing(run.state, verdict, rules, dict(zip(own["hh"], own["p"], strict=True)))
    known = back.known()
    ahead = outlook(run)
    listed = _household_rows(run, own, stand, rules, lang)
    judged = review.reliability(known["p"], known["outcome"]) if len(known) else pd.DataFrame()
    return ExitsFacts(
        expected=_with_range(expected_exits(run.projection, chosen)),
        additional=_with_range(additional_exits(run.projection, chosen)),
        supported=float(listed.loc[listed["supported"], "p"] @ listed.loc[listed["supported"], "members"]),
        months=ahead.months,
        drivers=driver_rows(run, lang),
        villages=in_village_order(ahead.villages, run),
        households=in_village_order(listed, run),
        supported_villages=_supported_villages(in_village_order(listed, run)),
        not_assessable=_not_assessable(run, own, lang),
        states=in_village_order(_persons_by_state(stand, rules), run),
        state_names={
            str(s.key): (s.symbol, s.names.show(lang), s.colour) for s in rules.states
        },
        recorded=int((stand["steps"] > 0).sum()),
        forecasts=_forecast_scores(back, lang),
        reliability=judged,
        ratios=_ratios_by_group(run, back, lang),
        tested=track_record(run),
        target=exit_target(run),
        curse=_optimism_totals(run, lang),
        curse_gap=GAP_PERSONS,
        learnt=_records_taught(run),
        doubt=exits.totals(run.projection, own["package"]).parts,
        parts={f"p_{part}": text(words, lang) for part, words in _PARTS.items() if f"p_{part}" in listed},
    )  # fmt: skip


def _records_taught(run: Run) -> bool:
    """Return whether the records corrected any effect that the plan takes."""
    return run.settings.effects == POSTERIOR and bool(run.effects.posterior["status"].eq(POSTERIOR).any())


def _optimism_totals(run: Run, lang: str) -> pd.DataFrame:
    """Return the totals of `povlib optimism`, where somebody asked for them."""
    found = known_optimism(run)
    return found.assign(name=found["key"].map(curse_names(lang)))[["name", "persons"]]


def _with_range(counted: PersonTotal) -> Total:
    return Total(counted.value, counted.low, counted.high)


def _household_rows(run: Run, own: pd.DataFrame, stand: pd.DataFrame, rules: Procedure, lang: str) -> pd.DataFrame:
    """Return one row per household: its plan, chances, support, and standing in the procedure."""
    more = ["p_low", "p_high", "supported", "return_risk", *(f"p_{part}" for part in _PARTS)]
    frame = run.projection.frame
    frame = own.merge(frame[["package", *(c for c in more if c in frame.columns)]], on="package", validate="1:1")
    names = {str(s.key): f"{s.symbol} {s.names.show(lang)}" for s in rules.states}
    of = stand.set_index("hh")
    return frame.assign(
        plan=frame[language_column("label", lang)],
        supported=frame["supported"].astype(bool),
        state=frame["hh"].map(of["state"]).map(names),
        remark=frame["hh"].map(of["remark"]),
    )


def _supported_villages(listed: pd.DataFrame) -> pd.DataFrame:
    """Return expected exits by transfers alone: village, households, persons."""
    rows = listed[listed["supported"].astype(bool)]
    groups = rows.assign(persons=rows["members"] * rows["p"]).groupby("village", as_index=False, sort=False)
    return groups.agg(households=("hh", "size"), persons=("persons", "sum"))


def _not_assessable(run: Run, own: pd.DataFrame, lang: str) -> pd.DataFrame:
    reasons = run.projection.not_assessable.set_index("hh")[language_column("reason", lang)]
    frame = own.loc[own["hh"].isin(reasons.index), ["hh", "village", "members"]]
    return in_village_order(frame.assign(reason=frame["hh"].map(reasons)), run)


def _persons_by_state(stand: pd.DataFrame, rules: Procedure) -> pd.DataFrame:
    people = exit_procedure.standing_by_village(stand, rules)
    keys = [str(s.key) for s in rules.states]
    return people[["village"]].assign(**{key: people[f"{key}_persons"] for key in keys})


def _forecast_scores(back: review.Backtest, lang: str) -> pd.DataFrame:
    """Return the projection's scores at every origin, then all forecasts on the households they share."""
    names = {
        "p": text("this projection", lang),
        "recalibrated": text("recalibrated by earlier origins", lang),
        "base_rate": text("the base rate", lang),
        "last_state": text("the last state", lang),
        "pooled_logit": text("a pooled logit", lang),
    }
    whole = back.summary()
    whole = whole[whole["forecast"] == "p"].assign(forecast=text("this projection, every origin", lang))
    # only the same households compare: those of origins that had earlier outcomes to learn from
    same = replace(back, frame=back.frame.dropna(subset=["recalibrated", "pooled_logit"])).summary()
    return pd.concat([whole, same.assign(forecast=same["forecast"].map(names))], ignore_index=True)


def _ratios_by_group(run: Run, back: review.Backtest, lang: str) -> dict[str, pd.DataFrame]:
    """Return exits observed to expected by village, livelihood and help given, by title."""
    measures = {key: m.names.show(lang) for key, m in run.catalogue.measures.items()}
    ratios = {}
    for title, by in (
        (text("village", lang), "village"),
        (text("livelihood", lang), "livelihood"),
        (text("help given since", lang), "measure"),
    ):
        frame = review.ratios(back, by).rename(columns={by: "name"})
        if by == "measure":
            frame["name"] = frame["name"].map({**measures, "": text("nothing new", lang)})
        ratios[title] = in_village_order(frame, run, "name") if by == "village" else frame
    return ratios


def opinion_facts(run: Run, lang: str) -> OpinionFacts | str:
    """Return what the part says, or why nothing can be compared."""
    found = second_opinion(run)
    if isinstance(found, Refused):
        return found.show(lang)
    villages = in_village_order(opinions_by_village(found.households), run)
    whole = opinions_by_village(found.households.assign(village="all")).to_dict("records")[0]
    return OpinionFacts(villages, {str(key): value for key, value in whole.items() if key != "village"})


def opinions_by_village(houses: pd.DataFrame) -> pd.DataFrame:
    """Return village, households, projected and modelled (fen a head), outside_model, outside_projection, outside_both.

    A household lies outside the model's range when its projected income does, and outside the projection's when its
    modelled income does.
    """
    by_model = ~houses["projected"].between(houses["modelled_low"], houses["modelled_high"])
    by_projection = ~houses["modelled"].between(houses["projected_low"], houses["projected_high"])
    weight = houses["members"]
    parts = pd.DataFrame(
        {
            "village": houses["village"],
            "households": 1,
            "persons": weight,
            "projected": weight * houses["projected"],
            "modelled": weight * houses["modelled"],
            "outside_model": by_model.astype(np.int64),
            "outside_projection": by_projection.astype(np.int64),
            "outside_both": (by_model & by_projection).astype(np.int64),
        }
    )
    table = parts.groupby("village", sort=True, as_index=False).sum()
    for name in ("projected", "modelled"):
        table[name] = (table[name] / table["persons"]).round().astype("int64")
    return table.drop(columns="persons")
