"""All persons of a register against all vacancies: who fits, who is to be asked, who not and why; and the best list.

Responsible for tables of these. Not responsible for the verdict on a pair (`povlib.support.matching.fit_rules`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from povlib.arrays import Ints
from povlib.calendar import Month
from povlib.params import Catalogue, Settings
from povlib.params.conditions import Condition
from povlib.support.eligibility_facts import SupportFrames, household_facts, member_facts
from povlib.support.matching.best_matching import best_matching
from povlib.support.matching.fit_rules import MOST_CONDITIONS, CaringDuties, Fit, fit_of_post
from povlib.support.matching.fit_words import fit_reasons
from povlib.support.matching.post_demands import PostDemand, vacancies
from povlib.support.matching.worker_facts import add_work_facts
from povlib.words import text

VERDICTS = ("fits", "ask", "no")


@dataclass(frozen=True)
class WhoFits:
    """Persons against vacancies.

    Attributes
    ----------
    workers : DataFrame
        `add_work_facts`, one row a person of the register.
    posts : tuple of PostDemand
    fit : tuple of Fit
        One a post, by person.
    duties : CaringDuties
    """

    workers: pd.DataFrame
    posts: tuple[PostDemand, ...]
    fit: tuple[Fit, ...]
    duties: CaringDuties

    def of_posts(self, numbers: Sequence[int]) -> WhoFits:
        """Return the same for some of the posts."""
        posts, fit = tuple(self.posts[i] for i in numbers), tuple(self.fit[i] for i in numbers)
        return WhoFits(self.workers, posts, fit, self.duties)

    @cached_property
    def best(self) -> Ints:
        """By person: the number of its post in the best list of who gets which vacancy, -1 for none."""
        return self.best_list()

    def best_list(self, *, known_only: bool = False) -> Ints:
        """Return `best`; with `known_only` among pairs alone of which nothing is left to ask."""
        if not self.posts:
            return np.full(len(self.workers), -1, dtype=np.int64)
        may = np.column_stack([one.fits if known_only else one.may for one in self.fit])
        points = np.column_stack([one.points for one in self.fit])
        return best_matching(may, points, np.array([post.free for post in self.posts], dtype=np.int64))

    def reasons(self, person: int, post: int, lang: str) -> list[str]:
        """Return every reason of a person (row of ``workers``) for a post (number), in words."""
        one = self.fit[post]
        barred, unknown = int(one.barred[person]), int(one.unknown[person])
        return fit_reasons(barred, unknown, self.posts[post], lang, self.duties)

    def verdicts(self, post: int) -> pd.Series:
        """Return one of `VERDICTS` by person for a post (number)."""
        one = self.fit[post]
        return pd.Series(np.select([one.fits, one.may], VERDICTS[:2], VERDICTS[2]), index=self.workers.index)

    def post_list(self, lang: str, best: Ints | None = None) -> pd.DataFrame:
        """Return every vacancy: who may have it, how many of them the best list takes, what stays open and why.

        Returns
        -------
        DataFrame
            post, name, employer, place, away, kind, wage_fen, free, fits, ask, no, filled, open, why (of the reasons
            that bar most people, the commonest in words, where vacancies stay open).
        """
        best = self.best if best is None else best
        rows = []
        for number, post in enumerate(self.posts):
            counts = self.verdicts(number).value_counts()
            filled = int((best == number).sum())
            rows.append(
                {
                    "post": post.key, "name": post.name(lang), "employer": post.employer, "place": post.place,
                    "away": post.away, "kind": post.kind, "wage_fen": post.wage_fen, "free": post.free,
                    **{verdict: int(counts.get(verdict, 0)) for verdict in VERDICTS},
                    "filled": filled, "open": post.free - filled,
                    "why": self.commonest_reason(number, lang) if filled < post.free else "",
                }
            )  # fmt: skip
        columns = ["post", "name", "employer", "place", "away", "kind", "wage_fen", "free", *VERDICTS, "filled", "open",
                   "why"]  # fmt: skip
        return pd.DataFrame(rows, columns=columns).astype({"wage_fen": "Int64"})

    def commonest_reason(self, post: int, lang: str) -> str:
        """Return the reason that bars most people with labour from a post, with their number; "" where none does.

        People without labour, children and pupils are left out: nobody would ask about them.
        """
        grown = self.workers["able"].to_numpy(dtype=bool)
        one = self.fit[post]
        kinds, count = np.unique(one.barred[grown & ~one.may], return_counts=True)
        tally: dict[str, int] = {}
        for bits, people in zip(kinds.tolist(), count.tolist(), strict=True):
            for reason in fit_reasons(bits, 0, self.posts[post], lang, self.duties):
                tally[reason] = tally.get(reason, 0) + people
        if not tally:
            return ""
        reason, people = max(tally.items(), key=lambda item: item[1])
        return text("{n} persons with labour: {reason}", lang, n=people, reason=reason)

    def person_list(
        self, post: int, lang: str, verdicts: Sequence[str] = VERDICTS, best: Ints | None = None
    ) -> pd.DataFrame:
        """Return the persons of one post: hh, person, village, age, sex, verdict, points, taken, reasons.

        Those the best list takes come first, then by verdict and points. Reasons are every one, in words.
        """
        best = self.best if best is None else best
        verdict = self.verdicts(post)
        rows = np.flatnonzero(verdict.isin(verdicts).to_numpy())
        one = self.fit[post]
        found = self.workers.loc[self.workers.index[rows], ["hh", "person", "village", "age", "sex"]].assign(
            verdict=verdict.to_numpy()[rows], points=one.points[rows], taken=best[rows] == post
        )
        said: dict[tuple[int, int], str] = {}
        for bits in zip(one.barred[rows].tolist(), one.unknown[rows].tolist(), strict=True):
            if bits not in said:
                said[bits] = text("; ", lang).join(fit_reasons(*bits, self.posts[post], lang, self.duties))
        bits_of = zip(one.barred[rows].tolist(), one.unknown[rows].tolist(), strict=True)
        found["reasons"] = pd.array([said[bits] for bits in bits_of], dtype="str")
        found["age"] = found["age"].astype("Int64")
        order = found["verdict"].map({name: place for place, name in enumerate(VERDICTS)})
        found = found.assign(order=order).sort_values(
            ["taken", "order", "points", "hh", "person"], ascending=[False, True, False, True, True], kind="stable"
        )
        return found.drop(columns="order").reset_index(drop=True)


def workers_of(state: SupportFrames, month: Month) -> pd.DataFrame:
    """Return every person of the register with the facts that posts ask about, in a month."""
    members = member_facts(state, month)
    households = household_facts(state, members, month)
    return add_work_facts(members, households, state).sort_values(["hh", "person"], kind="stable", ignore_index=True)


def who_fits(state: SupportFrames, catalogue: Catalogue, settings: Settings, month: Month | None = None) -> WhoFits:
    """Return all persons of the register against all vacancies of a month.

    Parameters
    ----------
    state : State
    catalogue : Catalogue
    settings : Settings
        Duties of carers; its first month of help is the month asked about when none is given.
    month : Month, optional

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.support.example_township import example_township
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> found = who_fits(example_township(), catalogue, Settings())
    >>> found.post_list("en")[["post", "free", "fits", "ask"]].head(1).values.tolist()
    [['township_cleaner', 5, 0, 4]]
    """
    month = month or settings.help_from
    workers = workers_of(state, month)
    duties = CaringDuties(settings.carer_hours, settings.carer_km)
    posts = tuple(_with_rules_of_measure(post, catalogue) for post in vacancies(state, catalogue, month))
    return WhoFits(workers, posts, tuple(fit_of_post(workers, post, duties) for post in posts), duties)


def _with_rules_of_measure(post: PostDemand, catalogue: Catalogue) -> PostDemand:
    """Return the demand with the conditions of its measure on the worker and the household."""
    if post.measure is None:
        return post
    measure = catalogue.measures[post.measure]
    conditions: tuple[Condition, ...] = (*measure.conditions("worker"), *measure.conditions("household"))
    every = tuple(dict.fromkeys((*post.conditions, *conditions)))
    return PostDemand(**{**vars(post), "conditions": every[:MOST_CONDITIONS]})
