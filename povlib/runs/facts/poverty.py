"""The page of the notebook 02_poverty: who is poor, why, who moved over the line, and who was missed.

Responsible for counting what the page says beyond the frames of `povlib.poverty`, and for the office's order of
villages. Not responsible for measuring (`povlib.poverty`) or for words (`povlib.report.pages.poverty_page`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from povlib.poverty import Coverage, Movements, Overview
from povlib.report.pages.poverty_page import ALL, PovertyFacts
from povlib.report.pages.register_section import TOGETHER, WHOLE, RegisterFacts
from povlib.runs.facts.relief import run_relief
from povlib.runs.facts.village_order import in_village_order
from povlib.runs.run import Run
from povlib.runs.stages.refusals import Refused
from povlib.runs.stages.register_measures import Inequality, deprivations, inequality, register_quality
from povlib.vocabulary import GUARANTEES

# Months at which the life tables are printed: the first, the quarters of a year, then half-years; a choice of rows.
_LENGTHS = (1, 3, 6, 12, 18, 24)
# A share of fewer households moves by more than a fifth with each of them; the row is left out.
_FEW_HOUSEHOLDS = 5


def poverty_facts(run: Run, lang: str) -> PovertyFacts:
    """Return everything the page says about a run's state."""
    overview = replace(
        run.overview,
        by_village=in_village_order(run.overview.by_village, run, "domain"),
        by_source=in_village_order(run.overview.by_source, run, "domain"),
        guarantees=in_village_order(run.overview.guarantees, run),
    )
    moved, reached = run.movements, run.reached
    told = facts_of_overview(
        overview,
        moved.show(lang) if isinstance(moved, Refused) else moved,
        reached.show(lang) if isinstance(reached, Refused) else reached,
    )
    return replace(told, relief=run_relief(run, lang))


def facts_of_overview(
    overview: Overview, movements: Movements | str = "", reached: Coverage | str = ""
) -> PovertyFacts:
    """Return what the page says of an overview; a text in the place of the others is why they cannot be told."""
    return PovertyFacts(
        overview=overview,
        causes=persons_by_cause(overview),
        lacking=_lacking_by_village(overview.guarantees),
        held_back=households_held_back(overview.households),
        sources=net_income_by_village(overview),
        largest_source=largest_net_source(overview),
        movements=movements,
        lasting=pd.DataFrame() if isinstance(movements, str) else shares_by_length(movements),
        reached=reached,
    )


def persons_by_cause(overview: Overview) -> pd.DataFrame:
    """Return persons below the line by village and, across, main cause: the commonest first, empty ones left out."""
    wide = overview.causes.pivot_table(index="village", columns="cause", values="poor_persons", aggfunc="sum")
    common = wide.sum().sort_values(ascending=False, kind="stable")
    wide = wide.reindex(overview.by_village["domain"]).fillna(0)[list(common[common > 0].index)]
    return wide.rename_axis(index="village", columns=None).reset_index()


def _lacking_by_village(guarantees: pd.DataFrame) -> pd.DataFrame:
    wide = guarantees.pivot_table(index="village", columns="guarantee", values="missing", aggfunc="sum")
    return wide.loc[guarantees["village"].drop_duplicates()].rename_axis(columns=None).reset_index()


def households_held_back(houses: pd.DataFrame) -> dict[str, int]:
    """Return how many are over and under the line, lack a guarantee though over it, and lack income alone.

    A guarantee that is not known counts neither as there nor as missing, an income that is not known neither as over
    nor as under.

    Parameters
    ----------
    houses : DataFrame
        over_line and each guarantee, of `povlib.poverty.assess`.
    """
    over = houses["over_line"].astype("boolean")
    is_over, is_under = over.fillna(False), ~over.fillna(True)
    held = houses[list(GUARANTEES)].astype("Int8")
    lacks, complete = (held == 0).fillna(False).any(axis=1), (held == 1).fillna(False).all(axis=1)
    masks = {"over": is_over, "held": is_over & lacks, "under": is_under, "only": is_under & complete}
    return {key: int(mask.sum()) for key, mask in masks.items()}


def largest_net_source(overview: Overview) -> tuple[str, int]:
    """Return the source of the largest net income over all, and its fen a head and year; the first name if tied."""
    township = overview.by_source[overview.by_source["domain"] == ALL]
    # own production counts after its costs, as in the chart: net with net
    net = township.assign(source=township["source"].replace("cost", "business"))
    heads = net.pivot_table(index="source", values="fen_per_head", aggfunc="sum")["fen_per_head"].sort_index()
    return str(heads.idxmax()), int(heads.max())


def net_income_by_village(overview: Overview) -> pd.DataFrame:
    """Return group (village), <source>_fen and total_fen, a head and year; bars of them add up to net income."""
    villages = overview.by_source[overview.by_source["domain"] != ALL]
    wide = villages.pivot_table(index="domain", columns="source", values="fen_per_head", aggfunc="sum")
    in_order = wide.loc[villages["domain"].drop_duplicates()].add_suffix("_fen")
    wide = in_order.rename_axis(columns=None).reset_index().rename(columns={"domain": "group"})
    # the end of a bar reads as in the table by village: rounded once, there
    wide["total_fen"] = wide["group"].map(overview.by_village.set_index("domain")["mean_income_fen"])
    # the chart stacks what is left of own production after its costs, so that the bars add up to net income
    return wide.assign(business_fen=wide["business_fen"] + wide["cost_fen"])


def shares_by_length(movements: Movements, lengths: Sequence[int] = _LENGTHS) -> pd.DataFrame:
    """Return, by months since the line was crossed, how many are still below it and how many fell back.

    Returns
    -------
    DataFrame
        length, below_at_risk, below, above_at_risk, back: households watched and Kaplan-Meier shares.
    """
    sides = [
        table.set_index("length")[["at_risk", "survival"]].set_axis([f"{side}_at_risk", side], axis=1)
        for side, table in (("below", movements.durations), ("above", movements.returns))
    ]
    both = pd.concat(sides, axis=1).sort_index().rename_axis("length").reset_index()
    watched = both[["below_at_risk", "above_at_risk"]].max(axis=1) >= _FEW_HOUSEHOLDS
    both = both[both["length"].isin(lengths) & watched].reset_index(drop=True)
    return both.assign(back=1 - both["above"]).astype({"length": "int64"})


def register_facts(run: Run, lang: str) -> RegisterFacts:
    """Return what the three parts say; a part that cannot be had is the reason, in words."""
    lacking, unequal, quality = deprivations(run), inequality(run), register_quality(run)
    together: Any = lacking.show(lang) if isinstance(lacking, Refused) else indicator_rows(lacking.estimates)
    villages = pd.DataFrame()
    if not isinstance(lacking, Refused):
        villages = in_village_order(village_rows(lacking.estimates), run, "domain")
    spread: dict[str, Any] = {"curve": "", "between": float("nan"), "gini": float("nan"), "parts": pd.DataFrame()}
    if isinstance(unequal, Refused):
        spread["curve"] = unequal.show(lang)
    else:
        spread = inequality_facts(unequal)
        spread["parts"] = in_village_order(spread["parts"], run, "domain")
    return RegisterFacts(
        together=together,
        villages=villages,
        quality=quality.show(lang) if isinstance(quality, Refused) else quality.estimates,
        **spread,
    )


def indicator_rows(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return one row an indicator for all: key, lacking, lacking_and_poor, contribution."""
    whole = estimates[estimates["domain"] == WHOLE].set_index("measure")["estimate"]
    kinds = {"lacking": "h", "lacking_and_poor": "censored", "contribution": "contribution"}
    rows = [
        {"key": key, **{name: float(whole[f"{kind}_{key}"]) for name, kind in kinds.items()}}
        for key in ("income", *GUARANTEES)
    ]
    return pd.DataFrame(rows)


def village_rows(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return one row a village, "all" last: domain, households, and `TOGETHER` (H, A, M0)."""
    wide = estimates[estimates["measure"].isin(TOGETHER)].pivot_table(
        index="domain", columns="measure", values="estimate", dropna=False
    )
    counted = estimates[estimates["measure"] == "H"].set_index("domain")["n"]
    frame = wide.assign(households=counted).rename_axis(columns=None).reset_index()
    last = frame["domain"] == WHOLE
    return pd.concat([frame[~last], frame[last]], ignore_index=True)


def inequality_facts(unequal: Inequality) -> dict[str, Any]:
    """Return the curve, Gini, share of inequality between villages, and each village's part of the squared gap."""
    gap = unequal.parts[unequal.parts["measure"] == "fgt2"]
    parts = gap.pivot_table(index="domain", columns="component", values="estimate", dropna=False)
    parts = parts.rename_axis(columns=None).reset_index()
    theil = unequal.parts[unequal.parts["measure"] == "ge1"].set_index("component")["estimate"]
    total = float(theil["total"])
    between = float(theil["between"]) / total if total > 0 else float("nan")
    return {"curve": unequal.curve, "between": between, "gini": unequal.gini, "parts": parts}
