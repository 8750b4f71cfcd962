"""The parts of notebook 02 on the register itself: deprivations, inequality, and its quality by the survey.

Responsible for laying tidy estimates out as the page's tables. Not responsible for computing or wording them.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from povlib.report.pages.register_section import TOGETHER, WHOLE, RegisterFacts
from povlib.runs.facts.village_order import in_village_order
from povlib.runs.run import Run
from povlib.runs.stages.refusals import Refused
from povlib.runs.stages.register_measures import Inequality, deprivations, inequality, register_quality
from povlib.vocabulary import GUARANTEES


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
