"""What the papers of single townships and villages in a run by parts say: names in the language of the paper.

Responsible for gathering, from the figures of the one part they lie in. Not responsible for sums
(`povlib.runs.area.part_figures`) or for words (`povlib.report.area`).
"""

from __future__ import annotations

import pandas as pd

from povlib.report.area.facts import TownshipFacts
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.office_parts import OfficePart
from povlib.runs.area.part_figures import PartFigures, in_order_of, ranges_of
from povlib.runs.area.plan_figures import shared_figures, with_measure_names, with_poor_share
from povlib.runs.stages.allocation_input import POOREST
from povlib.words import text


def township_facts(run: AreaRun, figures: PartFigures, township: str, lang: str) -> TownshipFacts:
    """Return the facts of the paper of one township.

    Parameters
    ----------
    figures : PartFigures
        Of the part that the township lies in.
    """
    rows = figures.households[figures.households["township"].eq(township)]
    measures = figures.measures[figures.measures["township"].eq(township)]
    measures = measures.sort_values(["money_fen", "measure"], ascending=[False, True], ignore_index=True)
    villages = figures.villages[figures.villages["township"].eq(township)].drop(columns="township")
    owed = figures.owed[figures.owed["township"].eq(township)]
    money, none, poorest = int(rows["money_fen"].sum()), rows["k"].eq(0), rows[POOREST].astype(bool)
    return TownshipFacts(
        **shared_figures(run, rows, ranges_of(figures.sums, [township], run.settings.seed), lang),
        money_fen=money,
        entitlement_fen=int(owed["covered_fen"].sum()),
        short_fen=int(owed["short_fen"].sum()),
        township=township,
        townships=len(run.part_of_township),
        villages=with_poor_share(in_order_of(villages, "village", run.part_of_village)).rename(
            columns={"village": "name"}
        ),
        funds=_funds(run, owed, township, lang),
        measures=with_measure_names(run, measures, lang),
        unserved=int(none.sum()),
        unserved_persons=int(rows.loc[none, "members"].sum()),
        unserved_poorest=int((none & poorest).sum()),
        unassessable=int((none & ~rows["assessable"].astype(bool)).sum()),
        poorest_households=int(poorest.sum()),
        # one short paper among many of the same run: the run's number leads to all that it was made of
        manifest={"run": run.info.run_id},
    )


def _funds(run: AreaRun, owed: pd.DataFrame, township: str, lang: str) -> pd.DataFrame:
    """Return the funds that pay here: name, owed_fen, planned_fen; in the order of ``funds.yaml``."""
    paid = run.payments[run.payments["village"].map(run.township_of).eq(township)].groupby("fund")["fen"].sum()
    law = owed.groupby("fund")["covered_fen"].sum()
    rows = [
        (fund.names.show(lang), int(law.get(key, 0)), int(paid.get(key, 0)))
        for key, fund in run.catalogue.funds.items()
        if law.get(key, 0) or paid.get(key, 0)
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
