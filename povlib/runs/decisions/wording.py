"""Decisions by hand in words: what was decided or asked for, with packages and measures by their names.

Responsible for one wording on the command line, in papers and in the lab. Not responsible for any decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from povlib import params
from povlib.calendar import Month
from povlib.runs.decisions.package_rules import AND, NOTHING, REFUSED, WITH, WITHOUT
from povlib.runs.office.office_place import Place
from povlib.words import language, languages, text


def decision_words(decisions: pd.DataFrame, place: Place, lang: str | None = None) -> pd.Series:
    """Return what each decision says (rows of `povlib.ledger.household_decisions`), with the office's own measures."""
    return decisions_by_name(decisions, params.load(place.office.params), lang)


def decisions_by_name(decisions: pd.DataFrame, catalogue: params.Catalogue, lang: str | None = None) -> pd.Series:
    """Return what each decision says, with measures, posts and co-operatives by name."""
    lang = lang or language()
    rows = decisions[["verdict", "package", "subject", "answer"]].itertuples(index=False)
    return pd.Series([_one(str(v), str(p), str(s), str(a), catalogue, lang) for v, p, s, a in rows],
                     index=decisions.index, dtype="object")  # fmt: skip


def _one(verdict: str, package: str, subject: str, answer: str, catalogue: params.Catalogue, lang: str) -> str:
    name = _named(subject, catalogue.measures, lang)
    named = rule_words(package, catalogue, lang)
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


def unsaid_reasons(lang: str) -> dict[str, str]:
    """Return the reason of an approval without words of its own, recorded in any language -> in one language."""
    return {text("as proposed", known): text("as proposed", lang) for known in languages()}


def rule_words(rule: str, catalogue: params.Catalogue, lang: str | None = None) -> str:
    """Return a rule on packages (`povlib.runs.decisions.package_rules`) in words.

    Examples
    --------
    >>> from povlib.places import PARAMS
    >>> rule_words("industry_grant////2016-06+nothing_known", params.load(PARAMS), "en")
    'industry grant (from 2016-06) + nothing_known'
    """
    lang = lang or language()
    return text("; ", lang).join(_part(part, catalogue, lang) for part in rule.split(AND))


def _part(rule: str, catalogue: params.Catalogue, lang: str) -> str:
    if rule in (REFUSED, NOTHING):
        return text("nothing new", lang)
    if rule.startswith(WITH):
        return text("a package with {measure}", lang, measure=_named(rule.removeprefix(WITH), catalogue.measures, lang))
    if rule.startswith(WITHOUT):
        return text(
            "no package with {measure}", lang, measure=_named(rule.removeprefix(WITHOUT), catalogue.measures, lang)
        )
    return text(" + ", lang).join(_award(award, catalogue, lang) for award in rule.split("+"))


def _award(award: str, catalogue: params.Catalogue, lang: str) -> str:
    """Return one award of a package: measure, post or co-operative, and the month it begins in."""
    measure, _, post, coop, start = (*award.split("/"), "", "", "", "")[:5]
    said = _named(measure, catalogue.measures, lang)
    for key, known in ((post, catalogue.posts), (coop, catalogue.shared_places)):
        if key:
            said += text(" ({words})", lang, words=_named(key, known, lang))
    return said + (text(" (from {month})", lang, month=Month.parse(start).label(lang)) if start else "")


def _named(key: str, known: Mapping[str, Any], lang: str) -> str:
    return str(known[key].names.show(lang)) if key in known else key
