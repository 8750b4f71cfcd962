"""What the plan's new help hangs on: exits lost if any one employer, firm or product fails, with limits and prices."""

from __future__ import annotations

import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO
from povlib.report.villages.facts import PlanSourceFacts
from povlib.runs.facts.proposal import planned_households
from povlib.runs.run import Run
from povlib.runs.stages.source_limits import KIND_WORDS, limit_in_persons
from povlib.villages.sources.exposure import equal_sources, plan_exposure
from povlib.villages.sources.household_sources import PRODUCT
from povlib.villages.sources.package_sources import KINDS
from povlib.vocabulary.resource_keys import source_key, source_share_key
from povlib.words import text


def plan_sources(run: Run) -> pd.DataFrame:
    """Return what the plan loses by the failure of each source, the worst first.

    Returns
    -------
    DataFrame
        kind (employer, firm, product), source, households (whose planned help hangs on it), lost (expected exits of the
        plan that its failure costs at most, before anything is planned anew), share (of the exits that the plan adds),
        persons (members of these households), already (members of registered households that hang on it by the record),
        possible (members of either: its failure costs no more exits, whatever comes true), counted (what a limit
        counts, by the settings), limit (persons; NaN where none is set), price (exits that the plan would gain for each
        person more that might hang on it; NaN where no limit is set).
    """
    settings, rows = run.settings, planned_households(run)
    hanging = run.hanging_help
    found = plan_exposure(hanging.packages, rows.set_index("hh")["package"], hanging.on_record)
    expected = settings.source_limits.counted == "expected"
    added = float(rows["additional"].sum())
    posted = run.plan.certificate.prices
    counts = {"expected": found["micro"] / MICRO, "possible_new": found["persons"], "possible": found["possible"]}
    counted = counts[settings.source_limits.counted].astype("float64").tolist()
    limits, prices = [], []
    for at, (kind, source) in enumerate(found[["kind", "source"]].itertuples(index=False)):
        persons, share = limit_in_persons(kind, source, settings), settings.source_limits.share(kind)
        of_added = None if share is None else share * added
        given = [limit for limit in (persons, of_added) if limit is not None]
        limits.append(min(given, default=None))
        if given and limits[-1] == of_added and not expected:
            # a part of what the plan adds holds for what it puts there
            counted[at] = float(found["persons"][at])
        own = sum(posted.get(key(kind, source, expected=expected), 0) for key in (source_key, source_share_key))
        # a price is in 1e-12 person for each micro-person
        prices.append(own / MICRO if given else None)
    lost = found["micro"] / MICRO
    return pd.DataFrame(
        {
            "kind": found["kind"],
            "source": found["source"],
            "households": found["households"].astype("int64"),
            "lost": lost,
            "share": lost / added if added > 0 else 0.0,
            "persons": found["persons"],
            "already": found["already"],
            "possible": found["possible"],
            "counted": pd.Series(counted, index=found.index, dtype="float64"),
            "limit": pd.Series(limits, index=found.index, dtype="float64"),
            "price": pd.Series(prices, index=found.index, dtype="float64"),
        }
    )


def one_row_each(frame: pd.DataFrame, lang: str | None = None) -> pd.DataFrame:
    """Return the rows with their kinds in words; what hangs alike on a name as employer and as firm is one row.

    Parameters
    ----------
    frame : DataFrame
        Of `plan_sources`.
    """
    product = frame["kind"].eq(PRODUCT)
    words = frame["kind"].map({kind: text(said, lang) for kind, said in KIND_WORDS.items()})
    same = [frame["source"], product, frame["households"], frame["lost"], frame["possible"]]
    rows = frame.assign(kind=words).groupby(same, sort=False, as_index=False)
    # the tighter limit holds, and a person more must be let in by both
    return rows.agg(
        {"kind": text(", ", lang).join, "source": "first", "households": "first", "lost": "first", "share": "first",
         "persons": "first", "already": "first", "possible": "first", "counted": "first",
         "limit": "min", "price": _sum_of_known}
    ).sort_values(["lost", "source", "kind"], ascending=[False, True, True], ignore_index=True)  # fmt: skip


def _sum_of_known(prices: pd.Series) -> float:
    return float(prices.sum(min_count=1))


def concentration_by_kind(frame: pd.DataFrame) -> pd.DataFrame:
    """Return how concentrated a plan is, kind by kind.

    Parameters
    ----------
    frame : DataFrame
        Of `plan_sources`.

    Returns
    -------
    DataFrame
        kind, sources, equal (on how many of equal weight it would hang as evenly), worst (source), lost, share.
    """
    rows = []
    for kind in KINDS:
        own = frame[frame["kind"] == kind]
        if len(own):
            first = own.iloc[0]
            rows.append((kind, len(own), equal_sources(own["lost"]), first["source"], first["lost"], first["share"]))
    return pd.DataFrame(rows, columns=["kind", "sources", "equal", "worst", "lost", "share"])


def names_read(run: Run, lang: str) -> dict[str, str]:
    """Return what readers call a source that only the parameters name; one of the ledger keeps its recorded name."""
    recorded = set(run.state.coops["coop"])
    names = [coop.names for coop in run.catalogue.coops.values()]
    return {own.zh: own.show(lang) for own in names if own.zh not in recorded}


def plan_source_facts(run: Run, lang: str) -> PlanSourceFacts | None:
    """Return what the paper says of it; None where no planned help hangs on any source."""
    frame = plan_sources(run)
    frame = frame.assign(source=frame["source"].replace(names_read(run, lang)))
    if not len(frame) or not frame["lost"].max() > 0:
        return None
    words = {kind: text(said, lang) for kind, said in KIND_WORDS.items()}
    kinds, worst = concentration_by_kind(frame), frame.iloc[0]
    return PlanSourceFacts(
        sources=one_row_each(frame, lang),
        kinds=kinds.assign(kind=kinds["kind"].map(words)),
        worst=str(worst["source"]),
        worst_kind=words[str(worst["kind"])],
        worst_lost=float(worst["lost"]),
        worst_share=float(worst["share"]),
        worst_persons=int(worst["persons"]),
        counted=run.settings.source_limits.counted if frame["limit"].notna().any() else "",
    )
