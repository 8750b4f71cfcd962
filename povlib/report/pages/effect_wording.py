"""What help changed, in words: amounts in the unit of each effect, designs, checks, a sentence to read aloud.

Responsible for wording `EffectFacts` once for every paper and page, in either language, from the
numbers alone. Not responsible for estimating, nor for any table or chart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.report.model.numbers import NONE, Number, Prose, Range, join, missing, say, shown
from povlib.vocabulary import source_label, source_phrase
from povlib.words import language, text

FEN_PER_YUAN = 100
POSTERIOR = "posterior"
NAIVE = "before_after"
DESIGNS = ("did", "aipw")
# what a design is checked for: a check that found nothing is named as passed, not left out
_EXPECTED = {"did": ("pre_trend", "controls", "cohorts", "clusters"), "aipw": ("overlap", "clusters")}
_NOBODY_YET = "only {n} households were helped long enough to compare"
# the estimator reports these for each cohort and period; a list of thirty alike would hide the others
_REPEATED = {
    "cohort {g}, period {t}: nobody is left to compare with": (
        "in {n} pairs of cohort and period nobody is left to compare with"
    ),
    "cohort {g} has {n} units: its error cannot be known; use randomisation inference": (
        "batches of one or two households only: {n}"
    ),
}


@dataclass(frozen=True, eq=False)
class EffectFacts:
    """Effects as a plan takes them, beside what each design gave; filled by `povlib.runs.facts.effects`.

    Parameters
    ----------
    planned : DataFrame
        measure, source, basis, method, status ("posterior": the records speak; "prior"), mean, low, high (what the plan
        takes, 95 %), prior_share.
    estimates, checks : DataFrame
        Of `povlib.impact.Effects`: every design that was tried, and its findings in no language.
    forest : DataFrame
        measure, source, then what `povlib.report.figures.forest` draws.
    used : {"posterior", "prior"}
        Which effects the plan is made with (`Settings.effects`).
    """

    planned: pd.DataFrame
    estimates: pd.DataFrame
    checks: pd.DataFrame
    forest: pd.DataFrame
    used: str = POSTERIOR


def design_name(method: object, lang: str) -> str:
    """Return the design behind an estimate in words; without one the prior stands alone."""
    names = {
        "did": text("difference in differences, batch by batch", lang),
        "aipw": text("weighted comparison with similar households", lang),
        NAIVE: text("before and after only", lang),
    }
    return names.get(str(method), text("prior only", lang))


def check_name(check: str, lang: str) -> str:
    """Return what a check looked at."""
    names = {
        "pre_trend": text("earlier trends", lang),
        "controls": text("comparable households", lang),
        "cohorts": text("size of the batches", lang),
        "clusters": text("number of villages", lang),
        "spread": text("number of those helped", lang),
        "overlap": text("overlap", lang),
        "records": text("records", lang),
        "assignment": text("assignment", lang),
    }
    return names.get(check, check)


def effect_number(key: str, value: Any, basis: str, definition: str = "") -> Number:
    """Return an effect as a number in the unit of its basis: a share, or money a month."""
    if basis == "yuan_per_month":
        fen = None if missing(value) else round(float(value) * FEN_PER_YUAN)
        return Number(key, fen, "yuan", "yuan", definition)
    return Number(key, None if missing(value) else float(value), "share", "", definition)


def amount_of_what(number: Number | Range, basis: str, source: str, lang: str) -> Prose:
    """Return an amount with what it is an amount of."""
    if basis == "yuan_per_month":
        return say("{n} in each month that it pays", lang, n=number)
    if basis == "post_wage":
        return say("{n} of the wage of the post", lang, n=number)
    return say("{n} of the household's {income} before", lang, n=number, income=source_phrase(source, lang))


def effect_range(low: Any, high: Any, basis: str, lang: str) -> str:
    """Return a range as it stands in a cell; a dash where there is none."""
    if missing(low) or missing(high):
        return NONE
    return Range(effect_number("low", low, basis), effect_number("high", high, basis)).show(lang)


def findings_in_words(checks: pd.DataFrame, lang: str, *, refusing: bool | None = None) -> list[str]:
    """Return findings in words, those that repeat by cohort and period counted once."""
    if refusing is not None:
        checks = checks[checks["refuses"].astype(bool) == refusing]
    findings = []
    for message in checks["message"].dropna().unique():
        rows = checks[checks["message"] == message]
        if message in _REPEATED:
            findings.append(text(_REPEATED[str(message)], lang, n=len(rows)))
            continue
        values = json.loads(rows["values"].iloc[0])
        if message == _NOBODY_YET and str(values.get("n")) == "0":
            findings.append(text("nobody was helped long enough to compare", lang))
        else:
            findings.append(text(str(message), lang, **values))
    return findings


def effects_in_words(facts: EffectFacts, names: Mapping[str, str], lang: str | None = None) -> pd.DataFrame:
    """Return one row an effect that a plan may use, in words.

    Parameters
    ----------
    facts : EffectFacts
    names : mapping
        Name of each measure in `lang`.

    Returns
    -------
    DataFrame
        measure, source, basis, name, status ("posterior": the records speak; "prior"), used and used_range (what
        the plan takes, 95 %), prior_share (of it), design, local and local_range (the records alone), compared
        (helped against others), checks, naive, sentence (`Prose`).
    """
    lang = lang or language()
    rows = [_effect_row(row, facts, names, lang) for row in facts.planned.to_dict("records")]
    order = {key: at for at, key in enumerate(names)}
    columns = ["measure", "source", "basis", "name", "status", "used", "used_range", "prior_share", "design"]
    columns += ["local", "local_range", "compared", "checks", "naive", "sentence"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.assign(at=frame["measure"].map(order), late=frame["status"] != POSTERIOR)
    return frame.sort_values(["late", "at", "source"], kind="stable", ignore_index=True)[columns]


def effects_summary(told: pd.DataFrame, used: str, lang: str) -> Prose:
    """Return on how many effects the records speak, and what the plan takes."""
    learnt = int((told["status"] == POSTERIOR).sum())
    counts = {
        "n": Number("effects.all", len(told), "count", "", "measures and sources of income with a prior"),
        "learnt": Number("effects.learnt", learnt, "count", "", "effects with a usable estimate"),
    }
    if not learnt:
        opening = say(
            "Of {n} effects that a plan may count on, the township's own records speak on none: each is what was "
            "assumed beforehand.",
            lang,
            n=counts["n"],
        )
        return opening + say("So this plan takes assumed effects alone; no record has corrected any of them.", lang)
    if learnt == len(told):
        opening = say(
            "On each of the {n} effects that a plan may count on the township's own records speak.", lang, n=counts["n"]
        )
    else:
        opening = say(
            "Of {n} effects that a plan may count on, the township's own records speak on {learnt}; the others are "
            "what was assumed beforehand, and are marked so.",
            lang,
            **counts,
        )
    if used != POSTERIOR:
        return opening + say("This plan was told to take the assumed effects alone.", lang)
    return opening + say(
        "This plan takes the assumed effects, corrected by the records where these speak ({learnt}).",
        lang,
        learnt=counts["learnt"],
    )


def _effect_row(row: dict[Any, Any], facts: EffectFacts, names: Mapping[str, str], lang: str) -> dict[str, Any]:
    measure, source, basis = str(row["measure"]), str(row["source"]), str(row["basis"])
    own = _rows_of_effect(facts.estimates, measure, source)
    checks = _rows_of_effect(facts.checks, measure, source)
    naive = own[own["method"] == NAIVE]
    speaks = row["status"] == POSTERIOR
    designs = own[own["method"] == row["method"]] if speaks else own[:0]
    local = designs.iloc[0] if len(designs) else None

    def cell(value: Any) -> str:
        return effect_number("cell", value, basis).show(lang)

    return {
        "measure": measure,
        "source": source,
        "basis": basis,
        "name": text("{measure}: {income}", lang, measure=names[measure], income=source_label(source, lang)),
        "status": row["status"],
        "used": cell(row["mean"]),
        "used_range": effect_range(row["low"], row["high"], basis, lang),
        "prior_share": float(row["prior_share"]),
        "design": design_name(row["method"] if speaks else None, lang),
        "local": NONE if local is None else cell(local["estimate"]),
        "local_range": NONE if local is None else effect_range(local["ci_low"], local["ci_high"], basis, lang),
        "compared": NONE if local is None else _groups_compared(local, lang),
        "checks": _checks_in_words(row, checks, lang),
        "naive": cell(naive["estimate"].iloc[0]) if len(naive) else NONE,
        "sentence": _effect_sentence(row, names[measure], local, checks, lang, facts.used),
    }


def _rows_of_effect(frame: pd.DataFrame, measure: str, source: str) -> pd.DataFrame:
    return frame[(frame["measure"] == measure) & (frame["source"] == source)]


def _groups_compared(local: pd.Series, lang: str) -> str:
    treated, controls = (shown(local[name], "count", lang) for name in ("treated", "controls"))
    return text("{helped} helped, {others} not", lang, helped=treated, others=controls)


def _checks_in_words(row: dict[Any, Any], checks: pd.DataFrame, lang: str) -> str:
    """Return what passed, what warns, what was refused."""
    stop = text("; ", lang)
    if row["status"] != POSTERIOR:
        return text("refused: {why}", lang, why=refusal_in_words(checks, lang))
    own = checks[checks["method"] == row["method"]]
    passed = [c for c in _EXPECTED.get(str(row["method"]), ()) if c not in set(own["check"])]
    parts = (
        [text("passed: {what}", lang, what=_enumeration([check_name(c, lang) for c in passed], lang))] if passed else []
    )
    warned = findings_in_words(own, lang, refusing=False)
    parts += [text("warned: {what}", lang, what=stop.join(warned))] if warned else []
    earlier = [m for m in DESIGNS if m != row["method"] and checks.loc[checks["method"] == m, "refuses"].any()]
    for method in earlier:
        why = findings_in_words(checks[checks["method"] == method], lang, refusing=True)[0]
        parts.append(text("{design} refused: {why}", lang, design=design_name(method, lang), why=why))
    return stop.join(parts)


def _enumeration(words: list[str], lang: str) -> str:
    return join(words, lang)


def refusal_in_words(checks: pd.DataFrame, lang: str) -> str:
    """Return why no design may be used: too few that were helped, else trends, else the first refusal."""
    own = checks[checks["method"].isin(DESIGNS) & checks["refuses"].astype(bool)]
    if own.empty:
        return text("there are too few cases", lang)
    # the plainest reason first: that too few were helped needs no knowledge of the design
    few = own["message"].isin([_NOBODY_YET, "nobody has received it yet"])
    for mask in (few, own["check"] == "pre_trend"):
        if mask.any():
            return findings_in_words(own[mask], lang)[0]
    return findings_in_words(own, lang)[0]


def _effect_sentence(
    row: dict[Any, Any], name: str, local: pd.Series | None, checks: pd.DataFrame, lang: str, used: str
) -> Prose:
    """Return what an official can read aloud about one effect."""
    source, basis = str(row["source"]), str(row["basis"])
    key = f"effect.{row['measure']}.{source}"
    mean = effect_number(f"{key}.mean", row["mean"], basis, "effects.posterior: as the plan takes it")
    low = effect_number(f"{key}.low", row["low"], basis, "2.5 % of the same")
    high = effect_number(f"{key}.high", row["high"], basis, "97.5 % of the same")
    what = {
        "what": name,
        "income": source_phrase(source, lang),
        "mean": amount_of_what(mean, basis, source, lang),
        "range": Range(low, high),
    }
    if local is None:
        return say(
            "“{what}”: prior only. What it changed in {income} cannot be said from these records ({why}). The plan "
            "takes what was assumed: {mean} (assumed range {range}).",
            lang,
            why=refusal_in_words(checks, lang),
            **what,
        )
    counts = {
        "helped": Number(f"{key}.helped", int(local["treated"]), "count", "household", "effects.estimates treated"),
        "others": Number(f"{key}.others", int(local["controls"]), "count", "household", "effects.estimates controls"),
    }
    if used != POSTERIOR:
        told = effect_number(f"{key}.local", local["estimate"], basis, "effects.estimates")
        return say(
            "“{what}”: this plan was told to take what was assumed for {income}, {mean} (assumed range {range}); the "
            "comparison of {helped} that had it with {others} that did not or not yet gave {local}.",
            lang,
            local=told,
            **what,
            **counts,
        )
    share = Number(f"{key}.prior_share", float(row["prior_share"]), "share", "", "effects.posterior prior_share")
    # only a range on one side of nothing is worded as a change, however large its middle
    if row["low"] > 0 or row["high"] < 0:
        message = (
            "“{what}” changed {income} by about {mean} (95 % sure: {range}). {helped} that had it were compared with "
            "{others} that did not or not yet; {share} of this figure is still what was assumed."
        )
    else:
        message = (
            "Whether “{what}” changed {income} is not settled: the best guess is {mean}, but anything in {range} "
            "agrees with what is known. {helped} that had it were compared with {others} that did not or not yet; "
            "{share} of this figure is still what was assumed."
        )
    return say(message, lang, share=share, **what, **counts)
