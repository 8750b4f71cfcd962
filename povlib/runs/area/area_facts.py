"""The figures of a run by parts as its paper says them: names in the language of the paper, townships in order.

Responsible for gathering. Not responsible for sums (`povlib.runs.area.area_figures`) or for words
(`povlib.report.area`).
"""

from __future__ import annotations

import pandas as pd

from povlib.report.area.facts import AreaFacts
from povlib.report.meeting.totals import Total
from povlib.runs.area.area_figures import AreaFigures
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.office_parts import OfficePart
from povlib.runs.facts.record import office_name, promise_record
from povlib.runs.stages.allocation_input import POOREST
from povlib.words import text


def area_facts(run: AreaRun, lang: str) -> AreaFacts:
    """Return the facts of the paper of a run by parts."""
    figures, settings = AreaFigures(run), run.settings
    rows, headline = figures.households, figures.headline
    fifth = rows[rows[POOREST]]
    without = float((rows["members"] * rows["p0"]).sum())
    money, posts = int(rows["money_fen"].sum()), int(rows["posts"].sum())
    return AreaFacts(
        office=office_name(run, lang),
        scenario=run.info.title(lang),
        plan_month=settings.plan_month,
        horizon=settings.horizon,
        help_from=settings.help_from,
        help_to=settings.help_to,
        parts=len(run.parts),
        households=len(rows),
        persons=int(rows["members"].sum()),
        served=int((rows["k"] > 0).sum()),
        posts=posts,
        additional=_total(headline, "additional"),
        expected=_total(headline, "expected"),
        without=Total(without),
        money_fen=money,
        entitlement_fen=figures.entitlement_fen,
        short_fen=figures.short_fen,
        poorest_money_share=float(fifth["money_fen"].sum() / money) if money else None,
        poorest_post_share=float(fifth["posts"].sum() / posts) if posts else None,
        poorest_persons=int(fifth["members"].sum()),
        poorest_additional=float(fifth["additional"].sum()),
        gap_persons=run.plan.gap,
        townships=_named(figures.townships.rename(columns={"township": "name"})),
        part_rows=_named(figures.parts),
        villages=_villages(figures),
        funds=_funds(run, figures, lang),
        measures=figures.measures.assign(
            name=[run.catalogue.measures[key].names.show(lang) for key in figures.measures["measure"]]
        ),
        draft=not promise_record(run).decisions,
        synthetic=run.info.synthetic,
        manifest=_manifest(run),
    )


def household_rows(run: AreaRun, part: OfficePart, lang: str) -> pd.DataFrame:
    """Return what each household of a part receives, its measures in words (`povlib.report.area.household_list`)."""
    rows = run.part_run(part).expected_exits.frames["households"]
    names = {key: measure.names.show(lang) for key, measure in run.catalogue.measures.items()}
    kinds = {
        said: text(" + ", lang).join(names.get(key, key) for key in said.split("+")) if said else
        text("no new help", lang)
        for said in rows["measures"].unique()
    }  # fmt: skip
    columns = ["hh", "township", "village", "members", "help", "money_fen", "posts", "p0", "p"]
    told = rows.assign(help=rows["measures"].map(kinds))[columns]
    return told.sort_values(["township", "village", "hh"], ignore_index=True)


def _total(headline: dict[str, float], what: str) -> Total:
    return Total(headline[what], headline[f"{what}_low"], headline[f"{what}_high"])


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of places with the share of their persons who are poor now, of those who can be assessed."""
    assessed = rows["assessed_persons"].astype("float64")
    return rows.assign(poor_share=(rows["poor_persons"] / assessed.where(assessed > 0)).astype("float64"))


def _villages(figures: AreaFigures) -> pd.DataFrame:
    by = figures.households.groupby(["township", "village"], sort=True)
    rows = by.agg(
        households=("hh", "size"),
        persons=("members", "sum"),
        served=("k", lambda k: int((k > 0).sum())),
        money_fen=("money_fen", "sum"),
        posts=("posts", "sum"),
        additional=("additional", "sum"),
        expected=("expected", "sum"),
    ).reset_index()
    return rows.rename(columns={"village": "name"})


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
