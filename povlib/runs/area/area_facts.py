"""The figures of a run by parts as its paper says them: names in the language of the paper, townships in order.

Responsible for gathering. Not responsible for sums (`povlib.runs.area.area_figures`) or for words
(`povlib.report.area`).
"""

from __future__ import annotations

import pandas as pd

from povlib.report.area.facts import AreaFacts, SampledRecord
from povlib.runs.area.area_figures import AreaFigures
from povlib.runs.area.area_openings import area_openings
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.plan_figures import decisions_in_words, shared_figures, with_measure_names, with_poor_share
from povlib.runs.area.township_record import record_of_townships
from povlib.runs.decisions.kept import decisions_on_paper


def area_facts(run: AreaRun, lang: str) -> AreaFacts:
    """Return the facts of the paper of a run by parts."""
    figures = AreaFigures(run)
    return AreaFacts(
        **shared_figures(run, figures.households, figures.headline, lang),
        money_fen=int(figures.headline["money_fen"]),
        entitlement_fen=figures.entitlement_fen,
        short_fen=figures.short_fen,
        townships=with_poor_share(figures.townships.rename(columns={"township": "name"})),
        counties=with_poor_share(figures.counties),
        part_rows=with_poor_share(figures.parts),
        villages=figures.villages.rename(columns={"village": "name"}),
        funds=_funds(run, figures, lang),
        measures=with_measure_names(run, figures.measures, lang),
        openings=area_openings(run, lang),
        record=_record(run),
        decided=decisions_in_words(run, decisions_on_paper(run), lang),
        manifest=_manifest(run),
    )


def _record(run: AreaRun) -> SampledRecord | None:
    """Return what earlier projections were worth, in the townships drawn."""
    made = record_of_townships(run)
    if made is None:
        return None
    every, served = made.everybody, made.served
    return SampledRecord(
        made.townships, made.of_townships, made.households, every.ratio, _known(every.low), _known(every.high),
        _known(served.ratio), _known(served.low), _known(served.high), untested=made.untested,
    )  # fmt: skip


def _known(value: float) -> float | None:
    return None if value != value else value


def _funds(run: AreaRun, figures: AreaFigures, lang: str) -> pd.DataFrame:
    """Return the funds: name, amount_fen, owed_fen, planned_fen, left_fen."""
    rows = []
    for key, fund in run.catalogue.funds.items():
        owed = figures.owed_by_fund.get(key, 0)
        planned = run.paid_by_fund.get(key, 0)
        rows.append((fund.names.show(lang), fund.amount_fen, owed, planned, fund.amount_fen - owed - planned))
    return pd.DataFrame(rows, columns=["name", "amount_fen", "owed_fen", "planned_fen", "left_fen"])


def _manifest(run: AreaRun) -> dict[str, str]:
    """Return what makes this paper repeatable; no clock, no path."""
    info, plan = run.info, run.plan
    return {
        "run": info.run_id,
        "scenario": info.scenario,
        "ledger batch": str(info.batch),
        "ledger head": info.ledger_head,
        "parameters": info.catalogue_digest,
        "code": info.code_digest,
        "solver": ", ".join(f"{name} {number}" for name, number in sorted(info.solver_versions.items())),
        "method": plan.status,
        "certified bound": f"{plan.price_bound:.6f}",
        "certified gap": f"{plan.gap:.6f}",
        "problem": plan.certificate.digest,
        "seed": str(info.seed),
        "data through": str(run.at),
        "horizon": str(run.settings.horizon),
    }
