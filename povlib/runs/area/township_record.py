"""The back-test of a plan by parts: what earlier projections were worth in some townships, drawn by lot.

Each township drawn is tested as a township of its own is, with what its own records taught at each origin
(`povlib.runs.stages.outlook`). Responsible for which are drawn and for one row a township. Not responsible for the
back-test (`povlib.review.backtest`) or the error of the sample (`povlib.review.cluster_ratio`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pandas as pd

from povlib.review.backtest import Backtest
from povlib.review.cluster_ratio import ClusterRatio, clusters_drawn, ratio_over_clusters
from povlib.runs.area.part_run import PartRun
from povlib.runs.stages.outlook import backtest_from
from povlib.runs.storage.artefacts import Bundle
from povlib.support.eligibility_facts import SupportFrames as StateWithMonths

if TYPE_CHECKING:
    from povlib.runs.area.area_run import AreaRun

_COLUMNS = ["township", "origins", "households", "expected", "observed", "served", "served_expected", "served_observed"]


@dataclass(frozen=True)
class TownshipRecord:
    """What came true of earlier projections, from the townships drawn.

    Attributes
    ----------
    townships : tuple of str
        Drawn and tested, in the order of the office.
    untested, of_townships : int
        Townships drawn that had nothing to test, such as too few months of records; townships drawn from.
    households : int
        Household-origins judged.
    everybody, served : ClusterRatio
        Of all registered persons, and of those given help after the origin: over the townships that had any.
    """

    townships: tuple[str, ...]
    untested: int
    of_townships: int
    households: int
    everybody: ClusterRatio
    served: ClusterRatio


def townships_drawn(run: AreaRun) -> tuple[str, ...]:
    """Return the townships that the projection of a run by parts is tested in, by the run's seed."""
    return clusters_drawn(list(run.part_of_township), run.settings.backtest_townships, run.settings.seed)


def rows_of_townships(part: PartRun, drawn: tuple[str, ...]) -> pd.DataFrame:
    """Return one row for each township of a part that was drawn.

    Returns
    -------
    DataFrame
        township, origins, households (household-origins judged), expected and observed persons; served,
        served_expected, served_observed: the same of those given help after the origin.
    """

    def make() -> Bundle:
        rows = []
        for township in (one for one in part.part.townships if one in drawn):
            villages = [key for key in part.part.villages if part.area.township_of[key] == township]
            state = part.state_of(villages)
            rows.append((township, *_sums(backtest_from(part, cast(StateWithMonths, state), villages))))
        return Bundle({"townships": pd.DataFrame(rows, columns=_COLUMNS).astype({"township": "str"})})

    return part.stored("backtest", make).frames["townships"]


def record_of_townships(run: AreaRun) -> TownshipRecord | None:
    """Return what earlier projections were worth; None where nothing could be judged."""
    drawn = townships_drawn(run)
    if not drawn:
        return None
    rows = pd.concat([rows_of_townships(part, drawn) for part in run.part_runs], ignore_index=True)
    return record_of_rows(rows, drawn, len(run.part_of_township))


def record_of_rows(rows: pd.DataFrame, drawn: tuple[str, ...], of_townships: int) -> TownshipRecord | None:
    """Return what the rows of the townships drawn say together; None where nothing could be judged.

    Parameters
    ----------
    rows : DataFrame
        As of `rows_of_townships`, one for each township of `drawn`.
    drawn : tuple of str
    of_townships : int
        Townships they were drawn from.
    """
    judged = set(rows.loc[rows["households"] > 0, "township"])
    if not judged:
        return None
    return TownshipRecord(
        tuple(township for township in drawn if township in judged), len(drawn) - len(judged), of_townships,
        int(rows["households"].sum()), _ratio(rows, "households", "", of_townships),
        _ratio(rows, "served", "served_", of_townships),
    )  # fmt: skip


def _ratio(rows: pd.DataFrame, judged: str, kind: str, of_townships: int) -> ClusterRatio:
    """Return observed over expected of the townships where anybody was judged."""
    # one that had nobody would stand beside a single other as a township that agrees with it
    held = rows[rows[judged] > 0]
    return ratio_over_clusters(held[f"{kind}observed"], held[f"{kind}expected"], of_townships - len(rows) + len(held))


def _sums(made: Backtest) -> tuple[int, int, float, float, int, float, float]:
    """Return what a back-test judged, and the persons it expected and saw: of all, and of those given help."""
    rows = made.known()
    served = rows[rows["served"].astype(bool)]
    own = [
        (len(one), float((one["members"] * one["p"]).sum()), float((one["members"] * one["outcome"]).sum()))
        for one in (rows, served)
    ]
    return int(rows["origin"].nunique()), *own[0], *own[1]
