"""How far to trust a projected total: three figures of the back-test, said wherever such a total stands.

Responsible for their words, short and whole. Not responsible for the figures (`MeetingFacts.tested`).
"""

from __future__ import annotations

from povlib.report.meeting.totals import TrackRecord
from povlib.report.meeting.wording import person_count, whole_persons
from povlib.report.model.numbers import Number, Prose, Range, say
from povlib.words import text

# by whether the error is smaller than the simple forecast's: "smaller by -0.1 %" is no sentence
_TESTED = {
    True: "Back-test, {n} earlier months from {first} to {last}, each projected {months} ahead with what was then "
    "known: of the persons projected to exit among those given new help, {ratio} did{between}; the error is smaller "
    "than that of {against} by {skill}{skill_between}; {held} of {ranges} village ranges held.",
    False: "Back-test, {n} earlier months from {first} to {last}, each projected {months} ahead with what was then "
    "known: of the persons projected to exit among those given new help, {ratio} did{between}; the error is not "
    "smaller than that of {against} (skill {skill}{skill_between}; below zero: larger); {held} of {ranges} village "
    "ranges held.",
}
_AGAINST = {"pooled_logit": "a pooled logit", "base_rate": "the base rate"}


def record_in_brief(tested: TrackRecord | None, lang: str) -> Prose:
    """Return the three figures in a few words, for a place beside a projected total."""
    if tested is None:
        return say("Not back-tested: the ledger does not reach far enough back.", lang)
    return say(
        "Back-test: delivered {ratio}, skill {skill}, ranges {held} of {ranges}.",
        lang,
        ratio=_delivered_ratio(tested),
        skill=_skill_number(tested),
        held=_ranges_that_held(tested),
        ranges=_ranges_judged(tested),
    )


def record_in_plain_words(tested: TrackRecord | None, expected: float, lang: str, target: int | None = None) -> Prose:
    """Return the record for a reader who knows no measure of forecasts: what became of those who were expected to.

    Parameters
    ----------
    expected : float
        Persons whom the plan is expected to bring over the line, before any correction.
    target : int, optional
        Persons that are asked for: a target that the correction alone puts out of reach is named.
    """
    if tested is None or tested.ratio is None:
        return say("No earlier projection could be held against what came.", lang)
    said = say(
        "In earlier months, for every hundred with new help who were expected to leave poverty, {ratio} did.",
        lang,
        ratio=_delivered_ratio(tested, "in_a_hundred"),
    )
    if tested.corrected is None:
        return said
    said += say(
        "With each household's chance corrected by this, {n} in all would leave poverty, not {expected}.",
        lang,
        n=whole_persons("backtest.corrected", tested.corrected, "review.correction of every p"),
        expected=whole_persons("headline.expected", expected, "sum of size x p over the plan"),
    )
    if target is None or not tested.corrected < target <= expected:
        return said
    return said + say(
        "That is below the target of {target}.",
        lang,
        target=person_count("target.persons", target, "settings.target_persons"),
    )


def record_in_full(tested: TrackRecord | None, lang: str) -> Prose:
    """Return what the three figures mean, from which months they come, and what they ask of this projection."""
    if tested is None:
        return record_in_brief(tested, lang) + say("The first check will be this plan's own promises.", lang)
    said = say(
        _TESTED[tested.skill is not None and tested.skill > 0],
        lang,
        n=Number("backtest.origins", tested.origins, "count", "", "review.backtest: origins"),
        first=tested.first,
        last=tested.last,
        months=Number("backtest.months", tested.months, "count", "month", "horizon - last month of data"),
        ratio=_delivered_ratio(tested, "share"),
        between=_range_in_brackets("backtest.delivered", tested.ratio_low, tested.ratio_high, "share", lang),
        against=text(_AGAINST[tested.against], lang),
        skill=_skill_number(tested, "share"),
        skill_between=_range_in_brackets("backtest.skill", tested.skill_low, tested.skill_high, "share", lang),
        held=_ranges_that_held(tested),
        ranges=_ranges_judged(tested),
    )
    # only when the whole range lies below one: a ratio that may be one by chance is no fault of the projection
    if tested.ratio is not None and tested.ratio_high is not None and tested.ratio_high < 1:
        said += say("So earlier projections promised too much for those given help; read this one so.", lang)
        said += _whose_shortfall(tested, lang)
    if tested.skill_low is not None and tested.skill_low <= 0:
        said += say("Whether it beats that simple forecast is not settled.", lang)
    if tested.priors_alone:
        said += say(
            "At {n} of these times the records could not yet be evaluated; assumed effects stood alone there.",
            lang,
            n=Number("backtest.priors_alone", tested.priors_alone, "count", "", "review.backtest: records refused"),
        )
    return said + _corrected_sentence(tested, lang)


def _whose_shortfall(tested: TrackRecord, lang: str) -> Prose:
    """Say whether those given nothing new fell short as well: whether the years alone explain it."""
    if tested.others is None or tested.others_high is None:
        return Prose("")
    if tested.others_high < 1:
        message = (
            "Of those given nothing new {others} did{between}: the years themselves fell short of what was expected, "
            "help or not."
        )
    else:
        message = "Of those given nothing new {others} did{between}: the years alone do not explain the shortfall."
    return say(
        message,
        lang,
        others=Number("backtest.others", tested.others, "share", "", "realised / projected persons given nothing new"),
        between=_range_in_brackets("backtest.others", tested.others_low, tested.others_high, "share", lang),
    )


def _corrected_sentence(tested: TrackRecord, lang: str) -> Prose:
    if tested.corrected is None or tested.corrected_by is None:
        return Prose("")
    number = _corrected_number(tested.corrected)
    said = say(
        "Corrected by what came true up to {month}, this plan's expected exits would be {n}; the plan is printed as "
        "projected.",
        lang,
        month=tested.corrected_by,
        n=number,
    )
    gain = tested.correction_skill
    if gain is None:
        return said
    size = Number("backtest.correction", abs(gain), "share", "", "Brier with and without correcting, earlier origins")
    if gain > 0:
        return said + say("At earlier origins such a correction made the error smaller by {n}.", lang, n=size)
    return said + say(
        "At earlier origins such a correction made the error larger by {n}: do not rely on it.", lang, n=size
    )


def _corrected_number(persons: float) -> Number:
    return Number("backtest.corrected", persons, "persons", "person", "review.correction of every p")


def _delivered_ratio(tested: TrackRecord, kind: str = "decimal2") -> Number:
    return Number("backtest.delivered", tested.ratio, kind, "", "realised / projected persons among those given help")


def _skill_number(tested: TrackRecord, kind: str = "decimal2") -> Number:
    return Number("backtest.skill", tested.skill, kind, "", "1 - Brier / Brier of the simple forecast")


def _ranges_that_held(tested: TrackRecord) -> Number:
    return Number("backtest.held", tested.held, "count", "", "90 % ranges of village counts that held")


def _ranges_judged(tested: TrackRecord) -> Number:
    return Number("backtest.ranges", tested.ranges, "count", "", "ranges of village counts")


def _range_in_brackets(key: str, low: float | None, high: float | None, kind: str, lang: str) -> Prose | str:
    if low is None or high is None:
        return ""
    ends = Range(Number(f"{key}.low", low, kind), Number(f"{key}.high", high, kind))
    return say(" (95 % range {range})", lang, range=ends)
