"""What the papers of single counties, townships and villages of a run by parts say: names in the language of the paper.

Responsible for gathering, from the figures of the part or parts they lie in. Not responsible for sums
(`povlib.runs.area.part_figures`) or for words (`povlib.report.area`).
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pandas as pd

from povlib.exits.exit_sums import ExitSums, added_up
from povlib.report.area.facts import SingleAreaFacts
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.office_parts import OfficePart
from povlib.runs.area.part_figures import PartFigures, in_order_of, ranges_of
from povlib.runs.area.plan_figures import decisions_in_words, shared_figures, with_measure_names, with_poor_share
from povlib.runs.decisions.kept import decisions_on_paper
from povlib.runs.stages.allocation_input import POOREST
from povlib.words import text


class _AreaRows(NamedTuple):
    """What the plan does in one area: rows of its households, measures and places, what the law owes, exits by draw.

    And what was decided by hand about its households.
    """

    households: pd.DataFrame
    measures: pd.DataFrame
    places: pd.DataFrame
    owed: pd.DataFrame
    sums: ExitSums
    decided: pd.DataFrame


def township_facts(run: AreaRun, figures: PartFigures, township: str, lang: str) -> SingleAreaFacts:
    """Return the facts of the paper of one township.

    Parameters
    ----------
    figures : PartFigures
        Of the part that the township lies in.
    """
    rows = _rows_of(run, figures, [township], figures.villages)
    places = in_order_of(rows.places.drop(columns="township"), "village", run.part_of_village)
    places = places.rename(columns={"village": "name"})
    return _facts(run, "township", township, [township], rows._replace(places=places), lang)


def county_facts(run: AreaRun, county: str, lang: str) -> SingleAreaFacts:
    """Return the facts of the paper of one county, gathered from its parts one after the other."""
    towns = [town for town in run.part_of_township if run.county_of.get(town) == county]
    parts = dict.fromkeys(run.part_of_township[town] for town in towns)
    each = []
    for part in parts:
        figures = PartFigures(run.part_run(part))
        each.append(_rows_of(run, figures, towns, figures.townships))
    households, measures, places, owed, decided = (
        pd.concat(own, ignore_index=True)
        for own in zip(
            *((one.households, one.measures, one.places, one.owed, one.decided) for one in each), strict=True
        )
    )
    measures = measures.groupby("measure", sort=True)[["awards", "money_fen"]].sum().reset_index()
    places = in_order_of(places, "township", run.part_of_township).rename(columns={"township": "name"})
    rows = _AreaRows(households, measures, places, owed, added_up([one.sums for one in each]), decided)
    return _facts(run, "county", county, towns, rows, lang)


def _rows_of(run: AreaRun, figures: PartFigures, towns: list[str], places: pd.DataFrame) -> _AreaRows:
    """Return the rows of some townships among those of a part."""
    households, measures, own, owed = (
        frame[frame["township"].isin(towns)] for frame in (figures.households, figures.measures, places, figures.owed)
    )
    decided = decisions_on_paper(run, [figures.run])
    return _AreaRows(households, measures, own, owed, figures.sums, decided[decided["hh"].isin(households["hh"])])


def _facts(run: AreaRun, level: str, area: str, towns: list[str], given: _AreaRows, lang: str) -> SingleAreaFacts:
    """Return the facts of an area that consists of some townships."""
    rows = given.households
    measures = given.measures.sort_values(["money_fen", "measure"], ascending=[False, True], ignore_index=True)
    none, poorest = rows["k"].eq(0), rows[POOREST].astype(bool)
    return SingleAreaFacts(
        **shared_figures(run, rows, ranges_of(given.sums, towns, run.settings.seed), lang),
        money_fen=int(rows["money_fen"].sum()),
        entitlement_fen=int(given.owed["covered_fen"].sum()),
        short_fen=int(given.owed["short_fen"].sum()),
        area=area,
        level=level,
        townships=len(run.part_of_township),
        places=with_poor_share(given.places),
        funds=_funds(run, given.owed, towns, lang),
        measures=with_measure_names(run, measures, lang),
        unserved=int(none.sum()),
        unserved_persons=int(rows.loc[none, "members"].sum()),
        unserved_poorest=int((none & poorest).sum()),
        unassessable=int((none & ~rows["assessable"].astype(bool)).sum()),
        poorest_households=int(poorest.sum()),
        decided=decisions_in_words(run, given.decided, lang),
        # one short paper among many of the same run: the run's number leads to all that it was made of
        manifest={"run": run.info.run_id},
    )


def _funds(run: AreaRun, owed: pd.DataFrame, towns: list[str], lang: str) -> pd.DataFrame:
    """Return the funds that pay in some townships: name, owed_fen, planned_fen; in the order of ``funds.yaml``."""
    paid: Counter[str] = Counter()
    for town in towns:
        paid.update(run.payments_by_township.get(town, {}))
    law = owed.groupby("fund")["covered_fen"].sum()
    rows = [
        (fund.names.show(lang), int(law.get(key, 0)), paid[key])
        for key, fund in run.catalogue.funds.items()
        if law.get(key, 0) or paid[key]
    ]
    return pd.DataFrame(rows, columns=["name", "owed_fen", "planned_fen"])


def household_rows(run: AreaRun, part: OfficePart, lang: str) -> pd.DataFrame:
    """Return what each household of a part receives, its measures in words (`povlib.report.area.household_list`)."""
    rows = PartFigures(run.part_run(part)).households
    return in_words(run, rows, lang).sort_values(["township", "village", "hh"], ignore_index=True)


def in_words(run: AreaRun, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return planned households with their measures in words.

    Parameters
    ----------
    rows : DataFrame
        `povlib.runs.area.chosen_rows.planned_rows`.

    Returns
    -------
    DataFrame
        hh, township, village, members, help, start (month ordinal), money_fen, posts, p0, p.
    """
    names = {key: measure.names.show(lang) for key, measure in run.catalogue.measures.items()}
    kinds = {
        said: text(" + ", lang).join(names.get(key, key) for key in said.split("+")) if said else
        text("no new help", lang)
        for said in rows["measures"].unique()
    }  # fmt: skip
    known = rows["assessable"].astype(bool)
    told = rows.assign(
        help=rows["measures"].map(kinds),
        start=rows["start"].where(rows["k"] > 0),
        # nobody knows the chances of a household whose records are not complete: none is printed
        p=rows["p"].where(known),
        p0=rows["p0"].where(known),
    )
    return told[["hh", "township", "village", "members", "help", "start", "money_fen", "posts", "p0", "p"]]
