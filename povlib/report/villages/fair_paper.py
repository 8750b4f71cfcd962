"""The list of one employer for a job fair: its vacancies, who may come, who is to be asked first, why others not.

Responsible for its words. Not responsible for who fits (`povlib.support.matching`). Persons stand on it by their keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Paragraph, Report, Section, Table
from povlib.words import text

_FEN_PER_YUAN = 100
_VERDICTS = {"fits": "fits", "ask": "ask first"}


class Vacancy(Protocol):
    """What the paper reads of a post (`povlib.support.matching.post_demands.PostDemand`)."""

    @property
    def key(self) -> str:
        """Its key."""

    @property
    def names(self) -> Mapping[str, str]:
        """Its names by language."""

    @property
    def place(self) -> str:
        """Where it is."""

    @property
    def away(self) -> bool:
        """Whether it lies outside the township."""

    @property
    def wage_fen(self) -> int | None:
        """Wage a month."""

    @property
    def free(self) -> int:
        """Vacancies."""

    @property
    def hours(self) -> float | None:
        """Hours a week."""

    @property
    def km(self) -> float | None:
        """Kilometres to it."""


@dataclass(frozen=True)
class FairPost:
    """One vacancy of the list.

    Attributes
    ----------
    post : Vacancy
    may, others : DataFrame
        `povlib.support.matching.who_fits.WhoFits.person_list`: who may come; the others with labour.
    """

    post: Vacancy
    may: pd.DataFrame
    others: pd.DataFrame


def fair_paper(
    employer: str, posts: Sequence[FairPost], fairs: pd.DataFrame, month: str, lang: str, *, synthetic: bool
) -> Report:
    """Return the list of one employer, local posts before those away.

    Parameters
    ----------
    employer : str
    posts : sequence of FairPost
    fairs : DataFrame
        fair, post, day, offered, taken: what is on record of earlier fairs.
    month : str
        Month of the vacancies.
    """
    ordered = sorted(posts, key=lambda one: one.post.away)
    sections = [Section("vacancies", text("Vacancies", lang), (_vacancies(ordered, lang), *_earlier(fairs, lang)))]
    for number, one in enumerate(ordered, 1):
        title = text("{post}: who may come", lang, post=one.post.names.get(lang, one.post.key))
        sections.append(Section(f"may_{number}", title, _who_may(one, number, lang)))
    for number, one in enumerate(ordered, 1):
        title = text("{post}: others with labour, and why not", lang, post=one.post.names.get(lang, one.post.key))
        sections.append(Section(f"others_{number}", title, (_others(one, number, lang),), annex=True))
    return Report(
        title=text("Job fair list", lang),
        language=lang,
        subtitle=text("{employer}, vacancies of {month}", lang, employer=employer, month=month),
        sections=tuple(sections),
        synthetic=synthetic,
    )


def _vacancies(posts: Sequence[FairPost], lang: str) -> Table:
    rows = pd.DataFrame(
        {
            "post": [one.post.names.get(lang, one.post.key) for one in posts],
            "where": [text("away" if one.post.away else "local", lang) for one in posts],
            "place": [one.post.place for one in posts],
            "wage": pd.array([None if one.post.wage_fen is None else one.post.wage_fen // _FEN_PER_YUAN
                              for one in posts], dtype="Int64"),
            "hours": [_number_or_unknown(one.post.hours, lang) for one in posts],
            "km": [_number_or_unknown(one.post.km, lang) for one in posts],
            "free": [one.post.free for one in posts],
            "fits": [int((one.may["verdict"] == "fits").sum()) for one in posts],
            "ask": [int((one.may["verdict"] == "ask").sum()) for one in posts],
        }
    )  # fmt: skip
    columns = (
        Column("post", text("post", lang), width=1.6),
        Column("where", text("local or away", lang), width=0.8),
        Column("place", text("place of work", lang)),
        Column("wage", text("wage (yuan a month)", lang), "count"),
        Column("hours", text("hours a week", lang)),
        Column("km", text("km", lang), width=0.8),
        Column("free", text("vacancies", lang), "count", total=True),
        Column("fits", text("fit", lang), "count"),
        Column("ask", text("ask first", lang), "count"),
    )
    return Table("vacancies", text("vacancies", lang), columns, rows, "post", "support.matching")


def _number_or_unknown(value: float | None, lang: str) -> str:
    return text("not known", lang) if value is None else f"{value:g}"


def _earlier(fairs: pd.DataFrame, lang: str) -> list[Block]:
    """Return what earlier fairs of the employer came to."""
    blocks: list[Block] = []
    for number, row in enumerate(fairs.to_dict("records"), 1):
        if pd.isna(row["offered"]) or pd.isna(row["taken"]):
            continue
        counts = {name: Number(f"fair.{number}.{name}", int(row[name]), "count", "", "ledger.job_fairs")
                  for name in ("offered", "taken")}  # fmt: skip
        blocks.append(
            Paragraph(
                say("{fair}: {offered} posts offered ({post}), {taken} taken.", lang, fair=Prose(str(row["fair"])),
                    post=Prose(str(row["post"])), **counts)
            )
        )  # fmt: skip
    return blocks


def _who_may(one: FairPost, number: int, lang: str) -> tuple[Block, ...]:
    rows = pd.DataFrame(
        {
            "person": one.may["person"],
            "village": one.may["village"],
            "age": one.may["age"],
            "state": one.may["verdict"].map({key: text(word, lang) for key, word in _VERDICTS.items()}),
            "best": one.may["taken"].map({True: text("first choice", lang), False: ""}),
            "reasons": one.may["reasons"],
        }
    )
    columns = (
        Column("person", text("person", lang), width=1.3),
        Column("village", text("village", lang), width=0.8),
        Column("age", text("age in years", lang), "year", width=0.5),
        Column("state", text("verdict", lang), width=0.8),
        Column("best", text("best list", lang), width=0.8),
        Column("reasons", text("ask about", lang), width=3.0),
    )
    empty = text("Nobody on the register may have it.", lang)
    taken = Number(f"fair.best.{number}", int(one.may["taken"].sum()), "count", "person", "support.matching")
    free = Number(f"fair.free.{number}", one.post.free, "count", "", "support.matching")
    sentence = say("The best list of all vacancies takes {taken} for {free} vacancies here: no list fills more "
                   "vacancies, and of those none fits better.", lang, taken=taken, free=free)  # fmt: skip
    table = Table(f"may_{number}", text("who may come", lang), columns, rows, "person", "support.matching",
                  small=True, empty=empty)  # fmt: skip
    return (Paragraph(sentence), table)


def _others(one: FairPost, number: int, lang: str) -> Table:
    columns = (
        Column("person", text("person", lang), width=1.3),
        Column("village", text("village", lang), width=0.8),
        Column("reasons", text("why not", lang), width=4.0),
    )
    empty = text("None: everybody with labour may come.", lang)
    return Table(f"others_{number}", text("other persons", lang), columns, one.others[["person", "village", "reasons"]],
                 "person", "support.matching", small=True, empty=empty)  # fmt: skip
