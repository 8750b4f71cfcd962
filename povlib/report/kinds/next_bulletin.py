"""A draft of the next bulletin in the form of the old one: lead with all numbers, then 一是, 二是 by section.

Responsible for words, chosen by the figures; what is done and what is expected never share a sentence, and a figure the
ledger does not hold is a blank that says what to record. Not responsible for any figure
(`povlib.runs.facts.kinds.bulletin_figures`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from povlib.report.kinds.bulletin_sources import (
    ANNEX,
    SOURCES,
    BulletinFigures,
    figure_or_blank,
    range_or_blank,
    sources_annex,
)
from povlib.report.model.numbers import Prose, say
from povlib.report.model.paper import Block, Bullets, Paragraph, Report, Section
from povlib.words import text

_ORDINALS = ("First, {said}", "Second, {said}", "Third, {said}", "Fourth, {said}", "Fifth, {said}")


class _Words:
    """The figures with the language they are put into words in."""

    def __init__(self, figures: BulletinFigures, lang: str) -> None:
        self.figures, self.lang = figures, lang

    def say(self, message: str, /, **fields: str) -> Prose:
        """Return a sentence; each field is a key of a figure, or words that begin with ``=``."""
        values: dict[str, Any] = {
            name: key[1:] if key.startswith("=") else figure_or_blank(self.figures, key, self.lang)
            for name, key in fields.items()
        }
        return say(message, self.lang, **values)

    def value(self, key: str) -> Any:
        """Return the value of a figure, None where it is not known."""
        return self.figures.counted.get(key)

    def points(self, *sentences: Prose) -> tuple[Paragraph, ...]:
        """Return numbered points, one paragraph each: 一是, 二是."""
        return tuple(
            Paragraph(say(ordinal, self.lang, said=said)) for ordinal, said in zip(_ORDINALS, sentences, strict=False)
        )


def next_bulletin(figures: BulletinFigures, horizon: str, lang: str, *, synthetic: bool, **head: Any) -> Report:
    """Return the draft under the head of a run's papers (issuer, date_line, manifest, draft, lapsed).

    Parameters
    ----------
    horizon : str
        The month by which exits are expected, in words.
    """
    w = _Words(figures, lang)
    office = str(head.get("issuer", ""))
    return Report(
        title=_headline(w),
        language=lang,
        subtitle=text("— work against poverty in {office}: how far it is, and how it is done (draft)", lang,
                      office=office or text("this office", lang)),
        opening=(*_lead(w, office, horizon),),
        sections=(
            _ledger(w), _houses(w), _income(w), _ahead(w, horizon), *_still_blank(w), sources_annex(figures, lang)
        ),
        synthetic=synthetic,
        sources=ANNEX,
        **head,
    )  # fmt: skip


def _headline(w: _Words) -> str:
    """Return what has been reached, in a few words; no figure that is only expected, and none that is not there."""
    parts = [
        w.say(message, n=key).text
        for message, key in (
            ("houses finished for {n}", "bulletin.done"),
            ("{n} posts filled", "bulletin.posts"),
            ("industry support for {n}", "bulletin.industry_households"),
        )
        if w.value(key)
    ]
    # two stand on one line of a title
    words = text(", ", w.lang).join(parts[:2]) or text("Work against poverty", w.lang)
    return words[:1].upper() + words[1:]


def _lead(w: _Words, office: str, horizon: str) -> tuple[Prose, ...]:
    """Return all headline numbers: first what is done, then, in a paragraph of its own, what is expected."""
    begun = say("This year {office} runs on a live ledger and one plan a household, for jobs, relief and safe houses.",
                w.lang, office=office or text("the office", w.lang))  # fmt: skip
    done = (
        begun
        + _houses_so_far(w)
        + w.say("{posts} posts have been filled, reaching {households} with {persons}.", posts="bulletin.posts",
                households="bulletin.post_households", persons="bulletin.post_persons")
        + w.say("{coops} co-operatives have been founded this year, and industry support has reached {households} with "
                "{persons}.",
                coops="bulletin.coops", households="bulletin.industry_households", persons="bulletin.industry_persons")
        + w.say("{households} with {persons} have been put on the list for exit.",
                households="bulletin.marked_households", persons="bulletin.marked_persons")
        + _exits_so_far(w)
    )  # fmt: skip
    return done, _expected(w, horizon) + say("What was done, in the main:", w.lang)


def _houses_so_far(w: _Words) -> Prose:
    targets, done = w.value("bulletin.targets"), w.value("bulletin.done")
    if targets is not None and targets == done:
        return w.say("By now all of {targets} with house works have a finished house.", targets="bulletin.targets")
    return w.say("By now houses have been built or repaired for {done} of {targets} ({share}).", done="bulletin.done",
                 targets="bulletin.targets", share="bulletin.done_share")  # fmt: skip


def _exits_so_far(w: _Words) -> Prose:
    if w.value("bulletin.exited_households") == 0:
        return say("No household has exited this year so far.", w.lang)
    return w.say("{households} with {persons} have exited this year.", households="bulletin.exited_households",
                 persons="bulletin.exited_persons")  # fmt: skip


def _expected(w: _Words, horizon: str) -> Prose:
    return say("By {month} {n} are expected to leave poverty for good ({range}).", w.lang, month=horizon,
               n=figure_or_blank(w.figures, "headline.expected", w.lang),
               range=range_or_blank(w.figures, "headline.expected", w.lang))  # fmt: skip


def _ledger(w: _Words) -> Section:
    points = w.points(
        w.say("one record for all. Families and causes have been entered of {households} with {persons} in {villages}; "
              "{helped} have a named helper.", households="standing.households", persons="standing.persons",
              villages="bulletin.villages", helped="bulletin.helped"),
        w.say("what happens is followed. {months} household-months have been entered this year, and works at {works} "
              "have been written about week by week.", months="bulletin.months", works="bulletin.weekly"),
        w.say("what works is shared. {n} practices of {villages} have been passed on this month.",
              n="bulletin.practices", villages="bulletin.practice_villages"),
    )  # fmt: skip
    return Section("ledger", text("A ledger that is accurate and complete", w.lang), points)


def _houses(w: _Words) -> Section:
    first = w.say("{targets} are on the list for house works. By now the works of {done} have been finished, those of "
                  "{building} have begun, and those of {waiting} have not.", targets="bulletin.targets",
                  done="bulletin.done", building="bulletin.under_way", waiting="bulletin.waiting")  # fmt: skip
    blocks: list[Block] = [Paragraph(first)]
    if w.value("bulletin.targets") is None or w.value("bulletin.targets") != w.value("bulletin.done"):
        blocks.append(Paragraph(w.say("All are expected to be finished by {day}, with nine chances in ten.",
                                      day="bulletin.sure_day")))  # fmt: skip
    points = w.points(
        w.say("villages inspect each other, so that the right are helped. {n} have been inspected on the spot, and "
              "{struck} of them found not eligible.", n="bulletin.inspected", struck="bulletin.struck"),
        w.say("bills are reckoned item by item, so that money goes where it should. Bills have been made for {n}.",
              n="bulletin.billed"),
        w.say("each family in its own way, so that works go on. {rent} have rented, {buy} have bought, {credit} have "
              "had material on credit, and {land} have been found land.", rent="bulletin.rent", buy="bulletin.buy",
              credit="bulletin.credit", land="bulletin.land"),
        w.say("programmes are tied together, for the long run. {sites} building sites have been opened, and {n} have "
              "chosen one.", sites="bulletin.sites", n="bulletin.site_houses"),
    )  # fmt: skip
    return Section("houses", text("A house for each, and a better place to live", w.lang), (*blocks, *points))


def _income(w: _Words) -> Section:
    points = w.points(
        w.say("a product of its own for each village. {coops} co-operatives have been founded this year, {bases} bases "
              "have been set up, {villages} have a product on record, and industry support has reached "
              "{households} with {persons}.", coops="bulletin.coops", bases="bulletin.bases",
              villages="bulletin.product_villages", households="bulletin.industry_households",
              persons="bulletin.industry_persons"),
        w.say("jobs. {posts} posts have been filled, by {local} near home and {firm} with the helper enterprise, "
              "reaching {households} with {persons}; {taken} have been taken on at job fairs.", posts="bulletin.posts",
              local="bulletin.posts_local", firm="bulletin.posts_firm", households="bulletin.post_households",
              persons="bulletin.post_persons", taken="bulletin.taken"),
        w.say("sales by contract. {contracts} contracts have been signed, {sellers} have a share in them, and {n} have "
              "delivered in the last twelve months.", contracts="bulletin.contracts", sellers="bulletin.sellers",
              n="bulletin.delivering"),
        _village_income(w),
        w.say("relief as the rules say. {money} has been paid to {n} this year.", money="bulletin.relief_fen",
              n="bulletin.relief_households"),
    )  # fmt: skip
    return Section("income", text("Help that earns, for an exit that lasts", w.lang), points)


def _village_income(w: _Words) -> Prose:
    known = {"villages": "bulletin.income_villages", "mean": "bulletin.income_mean"}
    if not w.value("bulletin.income_over"):
        return w.say("income of the villages themselves. {villages} have signed contracts of income; the mean of the "
                     "last twelve months has come to {mean} a village.", **known)  # fmt: skip
    names = text(", ", w.lang).join(w.figures.high_villages)
    return w.say("income of the villages themselves. {villages} have signed contracts of income; the mean of the last "
                 "twelve months has come to {mean} a village, and {n} have passed 100,000 yuan ({names}).",
                 **known, n="bulletin.income_over", names=f"={names}")  # fmt: skip


def _ahead(w: _Words, horizon: str) -> Section:
    added = say("Of these {n} are expected by what this plan adds ({range}).", w.lang,
                n=figure_or_blank(w.figures, "headline.additional", w.lang),
                range=range_or_blank(w.figures, "headline.additional", w.lang))  # fmt: skip
    planned = w.say("For this {money} of new money and {posts} posts are planned, for {served}.",
                    money="headline.money", posts="plan.posts", served="plan.served")  # fmt: skip
    blocks = (Paragraph(_expected(w, horizon) + added), Paragraph(planned))
    return Section("ahead", text("What is expected", w.lang), blocks)


def _still_blank(w: _Words) -> Sequence[Section]:
    """Return what to record before the bulletin can be finished; nothing where no figure is missing."""
    lacking = [source for source in SOURCES.values() if not w.figures.known(source.key)]
    if not lacking:
        return ()
    lines = tuple(
        say("{name}: fill in the sheet of {sheet} and load it", w.lang, name=text(source.name, w.lang),
            sheet=text(source.sheet, w.lang))
        for source in lacking
    )  # fmt: skip
    return (Section("blanks", text("Still to be recorded", w.lang), (Bullets(lines),)),)
