"""Why a person does not fit a post, or what has to be asked first: every reason, in words.

Responsible for words. Not responsible for verdicts (`povlib.support.matching.fit_rules`).
"""

from __future__ import annotations

from typing import Any

from povlib.params import table
from povlib.support.conditions import CODE_SEPARATOR, condition_text
from povlib.support.matching.fit_rules import LEAST_AGE, MOST_AGE, RULES, CaringDuties
from povlib.support.matching.post_demands import PostDemand
from povlib.words import text

_BARRED = {
    "standing": "its household is offered nothing new (it has exited, objects or is not on the register)",
    "no_labour": "has no labour (rule 5_15_007)",
    "too_young": "is younger than {least} (rules 2_01_011, 5_12_004)",
    "too_old": "is older than {most} (rule 5_12_005, or the post's terms)",
    "in_school": "is in school",
    "hardship_away": "lives in a household in extreme hardship: no work away from home (rule 5_12_003)",
    "labour_below": "has less labour than the post asks: {labour} (from 60 on weak at most, rule 2_12_017)",
    "health": "the post bars its health: {health}",
    "sex": "the post is on record for {sex} only (sheet of terms of posts)",
    "skill": "has none of the skills asked for: {skill}",
    "village": "the post is for households of {village}",
    "holds_post": "holds a post already",
    "not_available": "said not to be available",
    "caring": "cares for somebody: no more than {hours} hours a week and {km} km, and not away",
    "distance": "the post is {post_km} km away, further than it would go",
    "wish": "wishes for no work, or for none away from home",
}
_UNKNOWN = {
    "no_labour": "not known: its labour",
    "too_young": "not known: its age",
    "too_old": "not known: its age",
    "hardship_away": "not known: whether its household is in extreme hardship",
    "labour_below": "not known: its labour",
    "health": "not known: its health, of which the post bars {health}",
    "sex": "not known: its sex; the post is on record for {sex} only (sheet of terms of posts)",
    "skill": "not known: its skills; the post asks for {skill}",
    "place_missing": "not known: where it works now; months are on record without a place (rule 5_01_005)",
    "not_available": "not known: whether it is available",
    "caring": "not known: whether it cares for somebody, or the post's hours and distance",
    "distance": "not known: how far it would go, or how far the post is",
    "wish": "not known: what it wishes",
}


def fit_reasons(
    barred: int, unknown: int, post: PostDemand, lang: str, duties: CaringDuties | None = None
) -> list[str]:
    """Return every reason of one person for one post: what bars it, then what is not known.

    Parameters
    ----------
    barred, unknown : int
        Of `Fit`.
    post : PostDemand
    lang : str
    duties : CaringDuties, optional

    Examples
    --------
    >>> post = PostDemand("sweeper", {}, "村委会", "乡镇内", away=False, village="甲", wage_fen=50000, free=1)
    >>> fit_reasons(1 << RULES.index("village"), 1 << RULES.index("wish"), post, "en")
    ['the post is for households of 甲', 'not known: what it wishes']
    """
    values = _values(post, lang, duties or CaringDuties())
    said = [text(_BARRED[rule], lang, **values) for rule in _BARRED if barred >> RULES.index(rule) & 1]
    for number, condition in enumerate(post.conditions, len(RULES)):
        if barred >> number & 1:
            said.append(condition_text(condition, lang))
    said += [text(_UNKNOWN[rule], lang, **values) for rule in _UNKNOWN if unknown >> RULES.index(rule) & 1]
    for number, condition in enumerate(post.conditions, len(RULES)):
        if unknown >> number & 1:
            said.append(text("not known whether {rule}", lang, rule=condition_text(condition, lang)))
    return list(dict.fromkeys(said))  # age is missing for two rules and is said once


def _values(post: PostDemand, lang: str, duties: CaringDuties) -> dict[str, Any]:
    return {
        "least": max(LEAST_AGE, post.least_age or 0),
        "most": min(MOST_AGE, post.most_age or MOST_AGE),
        "labour": code_words("labour", (post.least_labour,), lang),
        "health": code_words("health", post.health_barred, lang),
        "sex": code_words("sex", (post.sex,), lang),
        "skill": code_words("skill", post.skill, lang),
        "village": post.village or "",
        "hours": f"{duties.hours:g}",
        "km": f"{duties.km:g}",
        "post_km": f"{post.km or 0:g}",
    }


def code_words(name: str, codes: tuple[str, ...], lang: str) -> str:
    """Return codes of a table of ``data/tables`` as people read them.

    Examples
    --------
    >>> code_words("skill", ("noodles", "parts"), "en")
    'rice noodles, small parts'
    """
    known = {code.key: code.show(lang) for code in table(name).codes}
    known |= {code.label: code.show(lang) for code in table(name).codes}
    return text(", ", lang).join(known.get(code, code) for code in codes if code) or CODE_SEPARATOR.join(codes)
