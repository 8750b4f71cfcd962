"""Decisions by hand in words: what was decided or asked for, with packages and measures by their names.

Responsible for one wording on the command line, in papers and in the lab. Not responsible for any decision.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from povlib import params
from povlib.calendar import Month
from povlib.runs.decisions.package_rules import AND, NOTHING, REFUSED, WITH, WITHOUT
from povlib.runs.office.office_place import Place
from povlib.words import language, text


def decision_words(decisions: pd.DataFrame, place: Place, lang: str | None = None) -> pd.Series:
    """Return what each decision says (rows of `povlib.ledger.household_decisions`), with the office's own measures."""
    return decisions_by_name(decisions, params.load(place.office.params).measures, lang)


def decisions_by_name(
    decisions: pd.DataFrame, measures: Mapping[str, params.Measure], lang: str | None = None
) -> pd.Series:
    """Return what each decision says, with measures by name."""
    lang = lang or language()
    rows = decisions[["verdict", "package", "subject", "answer"]].itertuples(index=False)
    return pd.Series([_one(str(v), str(p), str(s), str(a), measures, lang) for v, p, s, a in rows],
                     index=decisions.index, dtype="object")  # fmt: skip


def _one(
    verdict: str, package: str, subject: str, answer: str, measures: Mapping[str, params.Measure], lang: str
) -> str:
    name = measures[subject].names.show(lang) if subject in measures else subject
    named = rule_words(package, measures, lang)
    said = {
        "approved": text("approved: {package}", lang, package=named),
        "refused": text("not approved: nothing new", lang),
        "by_hand": text("changed to: {package}", lang, package=named),
        "typed": text("for this run only: {package}", lang, package=named),
        "wish": text("the household asks for {measure}", lang, measure=name),
        "refusal": text("the household does not want {measure}", lang, measure=name) if name
        else text("the household wants no new help", lang),
        "objection": text("the household objects to the plan", lang),
    }.get(verdict, verdict)  # fmt: skip
    if answer:
        said += text("; ", lang) + _answer(answer, lang)
    return said


def _answer(answer: str, lang: str) -> str:
    return text("wish granted", lang) if answer == "granted" else text("wish declined", lang)


def rule_words(rule: str, measures: Mapping[str, params.Measure], lang: str | None = None) -> str:
    """Return a rule on packages (`povlib.runs.decisions.package_rules`) in words.

    Examples
    --------
    >>> from povlib.places import PARAMS
    >>> rule_words("industry_grant////2016-06+nothing_known", params.load(PARAMS).measures, "en")
    'industry grant (from June 2016) + nothing_known'
    """
    lang = lang or language()
    return text("; ", lang).join(_part(part, measures, lang) for part in rule.split(AND))


def _part(rule: str, measures: Mapping[str, params.Measure], lang: str) -> str:
    def named(key: str) -> str:
        return measures[key].names.show(lang) if key in measures else key

    if rule in (REFUSED, NOTHING):
        return text("nothing new", lang)
    if rule.startswith(WITH):
        return text("a package with {measure}", lang, measure=named(rule.removeprefix(WITH)))
    if rule.startswith(WITHOUT):
        return text("no package with {measure}", lang, measure=named(rule.removeprefix(WITHOUT)))
    awards = []
    for award in rule.split("+"):
        measure, *rest = award.split("/")
        start = rest[3] if len(rest) > 3 else ""
        since = text(" (from {month})", lang, month=Month.parse(start).label(lang)) if start else ""
        awards.append(named(measure) + since)
    return text(" + ", lang).join(awards)
