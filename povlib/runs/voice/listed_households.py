"""Who stands on the list of a plan that is posted: a list for a township, of a plan by parts one for each township.

Responsible for rows and for the persons whose names head them. Not responsible for opening names (logged) or for the
day of the posting (`.posted_plan`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import pandas as pd

from povlib import ledger
from povlib.runs.facts.proposal import planned_households
from povlib.runs.facts.village_order import in_village_order
from povlib.runs.run import Run
from povlib.vocabulary.register import head_of_household
from povlib.words import language_column


@dataclass(frozen=True)
class PostedList:
    """One list.

    Attributes
    ----------
    township : str
        "" where one list is all there is.
    rows : DataFrame
        By village: hh, village, members, help (in words), money_fen, name (empty: the key stands for it), and person
        (of the head) where names are to be opened.
    left_out : int
        Households that asked not to be published.
    """

    township: str
    rows: pd.DataFrame
    left_out: int

    def with_names(self, names: pd.Series) -> PostedList:
        """Return the list with the names of persons as they are shown."""
        return replace(self, rows=self.rows.assign(name=self.rows["person"].map(names)))


def posted_lists(run: Run, lang: str) -> Iterator[PostedList]:
    """Yield the lists of a plan, with the persons that head its households."""
    if run.is_by_parts:
        yield from _lists_of_townships(run, lang)
        return
    made = listed_households(run, lang)
    yield replace(made, rows=_with_heads(made.rows, run.state.members))


def listed_households(run: Run, lang: str) -> PostedList:
    """Return the households of a township's plan that get something new."""
    return _list("", planned_households(run), run.state.households, run, lang)


def _lists_of_townships(run: Run, lang: str) -> Iterator[PostedList]:
    from povlib.runs.area.area_run import AreaRun

    area = cast(AreaRun, run)
    for part in area.part_runs:
        label = language_column("label", lang)
        words = part.offer.packages.set_index("package")[label]
        planned = part.expected_exits.frames["households"]
        planned = planned.assign(**{label: planned["package"].map(words)})
        with ledger.open(run.office.ledger_place) as book:
            members = ledger.read_frame(book, "members", run.info.batch, villages=part.part.villages)
        for township in part.part.townships:
            own = planned[planned["township"] == township]
            made = _list(township, own, part.owed.frames["households"], run, lang)
            yield replace(made, rows=_with_heads(made.rows, members))


def _list(township: str, planned: pd.DataFrame, register: pd.DataFrame, run: Run, lang: str) -> PostedList:
    rows = planned[planned["k"] > 0]
    objects = rows["hh"].map(register.set_index("hh")["objects"]).fillna(False).astype(bool)
    rows = rows[~objects].assign(help=lambda frame: frame[language_column("label", lang)].astype(str), name="")
    return PostedList(township, in_village_order(rows, run), int(objects.sum()))


def _with_heads(rows: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    heads = members[members["relation"] == head_of_household()].drop_duplicates("hh").set_index("hh")["person"]
    return rows.assign(person=rows["hh"].map(heads))
