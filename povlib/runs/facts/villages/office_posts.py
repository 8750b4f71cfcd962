"""Vacancies of an office as known now: who fits, the best list, how long posts are held, and lists for a job fair.

Responsible for reading the office's place and writing the fair's papers into its desk folder. Not responsible for the
verdicts (`povlib.support.matching`) or for the paper's words (`povlib.report.villages.fair_paper`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError, ParameterError, unknown_word_fault
from povlib.exits.projection_constants import projection_constants
from povlib.params import Catalogue
from povlib.report.villages.fair_paper import FairPost, fair_paper
from povlib.report.writers.publication import publish
from povlib.runs.office.office_place import Place
from povlib.runs.questions.house_questions import houses_of_office
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.matching.retention import MONTHS_A_YEAR, months_at_risk, retention_table
from povlib.support.matching.who_fits import WhoFits, who_fits
from povlib.support.matching.work_frames import work_frame
from povlib.villages.sources.household_sources import plain_name
from povlib.words import language


@dataclass(frozen=True)
class OfficePosts:
    """Persons against vacancies of an office in a month.

    Attributes
    ----------
    who : WhoFits
    month : Month
    state : State
    catalogue : Catalogue
    """

    who: WhoFits
    month: Month
    state: SupportFrames
    catalogue: Catalogue

    def post_number(self, word: str) -> int:
        """Return the number of a vacancy by its key or its name in any language.

        Raises
        ------
        ParameterError
            If no vacancy is called so, with those there are.
        """
        names: dict[str, int] = {}
        for number, post in enumerate(self.who.posts):
            names |= dict.fromkeys((post.key, *post.names.values()), number)
        if word not in names:
            shown = [post.key for post in self.who.posts]
            raise ParameterError([unknown_word_fault("no vacancy is called {value}", word, names, "", shown)])
        return names[word]

    def rows_of_household(self, hh: str) -> list[int]:
        """Return the rows of ``who.workers`` of one household.

        Raises
        ------
        DataError
            If the register has no such household, or nobody of it.
        """
        rows = [at for at, key in enumerate(self.who.workers["hh"]) if key == hh]
        if not rows:
            known = self.who.workers["hh"].drop_duplicates()
            raise DataError([unknown_word_fault("there is no household {value}", hh, known, "", [])])
        return rows

    @property
    def employers(self) -> dict[str, list[int]]:
        """Employers with vacancies, by plain name: numbers of their posts."""
        found: dict[str, list[int]] = {}
        for number, post in enumerate(self.who.posts):
            found.setdefault(plain_name(post.employer), []).append(number)
        return found


def office_posts(place: Place, month: Month | None = None) -> OfficePosts:
    """Return the vacancies of an office in a month (none given: the first month in which the plan may help).

    Raises
    ------
    LedgerError
        If nothing was loaded yet.
    ParameterError
        If no post has a vacancy then.
    """
    inputs = houses_of_office(place)
    at = month or inputs.settings.help_from
    found = who_fits(inputs.state, inputs.catalogue, inputs.settings, at)
    if not found.posts:
        raise ParameterError(
            "no post has a vacancy in {month}",
            remedy="fill in slots, wage and months in posts.yaml, then: {command}",
            command="python3 workbench.py params check",
            month=str(at),
        )
    return OfficePosts(found, at, inputs.state, inputs.catalogue)


@dataclass(frozen=True)
class OfficeRetention:
    """How long posts of an office are held.

    Attributes
    ----------
    table : DataFrame
        `povlib.support.matching.retention.retention_table`.
    used : bool
        Whether the projection takes the record over: at least one leaving is on it.
    unmatched : tuple of str
        Posts whose placements count for no measure, since neither the catalogue nor their terms say which.
    """

    table: pd.DataFrame
    used: bool
    unmatched: tuple[str, ...]


def office_retention(place: Place) -> OfficeRetention:
    """Return the hazard of leaving by kind of post and place, from the office's own placements.

    Raises
    ------
    LedgerError
        If nothing was loaded yet.
    """
    inputs = houses_of_office(place)
    rows = months_at_risk(inputs.state, inputs.catalogue, inputs.state.last_month)
    assumed: dict[str, float] = {}
    for measure in inputs.catalogue.measures.values():
        if measure.fills_post and measure.earns:
            assumed[measure.key] = max(earning.loss_per_month for earning in measure.earns)
    weight = projection_constants(inputs.catalogue).rate_weight * MONTHS_A_YEAR
    unmatched = tuple(sorted(rows.loc[rows["measure"].isna(), "post"].unique()))
    return OfficeRetention(retention_table(rows, assumed, weight), bool(rows["left"].any()), unmatched)


def write_fair_lists(place: Place, found: OfficePosts, employer: str = "", lang: str | None = None) -> list[Path]:
    """Write one list an employer (paper and workbook): its vacancies, who may come, why the others not.

    Persons stand on it by the keys of the ledger; no name and no identity number is opened.

    Raises
    ------
    ParameterError
        If no such employer has a vacancy; nothing is written then.
    """
    lang = lang or language()
    employers = found.employers
    wanted = plain_name(employer) if employer else ""
    if wanted and wanted not in employers:
        raise ParameterError(
            [unknown_word_fault("no employer with a vacancy is called {value}", employer, employers, "")]
        )
    folder = place.office.folder / "desk" / "posts"
    written: list[Path] = []
    for name, numbers in employers.items():
        if wanted in ("", name):
            posts = [_fair_post(found, number, lang) for number in numbers]
            paper = fair_paper(
                name, posts, _fairs_of(found.state, name), str(found.month), lang, synthetic=place.synthetic
            )
            written += publish(paper, folder, f"fair-{_as_file_name(name)}.{lang}", formats=("html", "pdf", "xlsx"))
    return written


def _fair_post(found: OfficePosts, number: int, lang: str) -> FairPost:
    """Return one vacancy with its persons: those who may come, and the other persons with labour."""
    who = found.who
    able = who.workers.loc[who.workers["able"].to_numpy(dtype=bool), "person"]
    persons = who.person_list(number, lang)
    others = persons.loc[(persons["verdict"] == "no") & persons["person"].isin(able)]
    return FairPost(who.posts[number], persons.loc[persons["verdict"] != "no"], others)


def _fairs_of(state: SupportFrames, employer: str) -> pd.DataFrame:
    """Return the fairs on record of an employer: fair, post, day, offered, taken."""
    fairs = work_frame(state, "job_fairs")
    mine = fairs["employer"].map(lambda name: plain_name(str(name))).eq(employer).to_numpy(dtype=bool)
    return fairs.loc[mine, ["fair", "post", "day", "offered", "taken"]].sort_values("day", ignore_index=True)


def _as_file_name(name: str) -> str:
    """Return an employer's name as part of a file name."""
    return "".join(letter if letter.isalnum() else "_" for letter in name)
