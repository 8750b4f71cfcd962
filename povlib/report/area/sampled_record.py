"""What the paper of a plan by parts says of earlier projections, from townships drawn by lot.

Responsible for words. Not responsible for any figure (`povlib.runs.area.township_record`).
"""

from __future__ import annotations

from povlib.report.area.facts import SampledRecord
from povlib.report.model.numbers import Number, Prose, Range, say
from povlib.report.model.paper import Paragraph, Section
from povlib.words import text

_RATIO = "realised / projected persons over the townships drawn"


def sampled_record(record: SampledRecord | None, lang: str) -> Section:
    """Return the section that says what came true of earlier projections, in which townships, and how surely."""
    heading = text("What earlier projections were worth", lang)
    if record is None:
        nothing = say("No earlier projection could be held against what came.", lang)
        return Section("record", heading, (Paragraph(nothing),))
    where = _tested_where(record, lang)
    told = say(
        "For every hundred persons who were expected to leave poverty there, {ratio} did{between}.",
        lang,
        ratio=Number("backtest.ratio", record.ratio, "in_a_hundred", "", _RATIO),
        between=_between("backtest.ratio", record.low, record.high, lang),
    )
    if record.served is not None:
        told += say(
            "Of those given help, {ratio} in a hundred did{between}.",
            lang,
            ratio=Number(
                "backtest.served", record.served, "in_a_hundred", "", f"{_RATIO}, given help after the origin"
            ),
            between=_between("backtest.served", record.served_low, record.served_high, lang),
        )
    if _has_range(record.low, record.high) or _has_range(record.served_low, record.served_high):
        told += say(
            "The ranges hold what other townships drawn would have changed, nothing else (ratio over clusters, Cochran "
            "1977).",
            lang,
        )
    return Section("record", heading, (Paragraph(where + told),))


def _tested_where(record: SampledRecord, lang: str) -> Prose:
    """Return in which townships earlier projections were tested, and in how many of those drawn they could not be."""
    tested, drawn = len(record.townships), len(record.townships) + record.untested
    count = Number("backtest.townships", tested, "count", "", "townships drawn that had something to test")
    every = Number("backtest.of_townships", record.of_townships, "count", "", "townships of the office")
    names = text(", ", lang).join(record.townships)
    if tested == record.of_townships:
        return say("Earlier projections were held against what came in all {n} townships.", lang, n=every)
    if not record.untested:
        return say(
            "Earlier projections were held against what came in {n} of {m} townships, drawn by lot: {names}.",
            lang, n=count, m=every, names=names,
        )  # fmt: skip
    none = Number("backtest.untested", record.untested, "count", "", "townships drawn that had nothing to test")
    if drawn == record.of_townships:
        return say(
            "Earlier projections were held against what came in {n} of {m} townships: {names}. The other {k} had "
            "nothing to test, such as too few months of records.",
            lang, n=count, m=every, k=none, names=names,
        )  # fmt: skip
    lot = Number("backtest.drawn", drawn, "count", "", "townships drawn by lot")
    return say(
        "Of {m} townships {d} were drawn by lot. Earlier projections were held against what came in {n} of them: "
        "{names}. The other {k} had nothing to test, such as too few months of records.",
        lang, m=every, d=lot, n=count, k=none, names=names,
    )  # fmt: skip


def _has_range(low: float | None, high: float | None) -> bool:
    """Return whether there is a range to show: none where all townships were drawn, or one alone was tested."""
    return low is not None and high is not None and low != high


def _between(key: str, low: float | None, high: float | None, lang: str) -> Prose | str:
    """Return a range in brackets; nothing where there is none."""
    if not _has_range(low, high):
        return ""
    ends = Range(Number(f"{key}.low", low, "in_a_hundred"), Number(f"{key}.high", high, "in_a_hundred"))
    return say(" (95 % range {range})", lang, range=ends)
