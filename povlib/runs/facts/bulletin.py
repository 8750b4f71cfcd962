"""The bulletin's claims against the ledger, and what a run expects beside them."""

from __future__ import annotations

import pandas as pd

from povlib.params import load_claims
from povlib.report.meeting import Total
from povlib.report.meeting.track_record import record_in_brief
from povlib.report.model.paper import Report
from povlib.report.pages.bulletin_page import JudgedClaims, bulletin_page
from povlib.runs.facts.claims import judge_claims
from povlib.runs.facts.proposal import chosen_packages
from povlib.runs.facts.record import track_record
from povlib.runs.run import Run
from povlib.runs.stages.plan_outcome import expected_exits, probability_of
from povlib.words import text

# The claim that states how many persons will exit in all: the one number of the bulletin that a plan can be held to.
_TOTAL_CLAIM = "7"


def bulletin_report(run: Run, lang: str, *, draft: bool = True) -> Report:
    """Return the page of the bulletin's claims, the model's own expectation beside them.

    Parameters
    ----------
    draft : bool
        Whether the plan whose expectation is printed is not approved yet.
    """
    judged = judge_claims(load_claims().claims, run.state, run.catalogue, lang)
    chosen = chosen_packages(run)
    plan = expected_exits(run.projection, chosen)
    nothing = expected_exits(run.projection, chosen, nothing=True)
    total = judged.claims[judged.claims["id"] == _TOTAL_CLAIM].iloc[0]
    stated = float(total["stated"])
    totals = [
        ("stated", stated, None, None),
        ("marked", float(total["counted"]), None, None),
        ("nothing", nothing.value, nothing.low, nothing.high),
        ("plan", plan.value, plan.low, plan.high),
    ]
    return bulletin_page(
        judged,
        title=text("The bulletin against the ledger", lang),
        lang=lang,
        synthetic=run.info.synthetic,
        draft=draft,
        expected={_TOTAL_CLAIM: Total(plan.value, plan.low, plan.high)},
        probability=probability_of(run.projection, chosen, stated),
        tested=record_in_brief(track_record(run), lang),
        totals=pd.DataFrame(totals, columns=["key", "value", "low", "high"]),
        evidence=_evidence_by_reading(judged, lang),
        manifest={"run": run.info.run_id, "ledger head": run.info.ledger_head},
    )


def _evidence_by_reading(judged: JudgedClaims, lang: str) -> pd.DataFrame:
    """Return the households behind every count: id, reading in words, rows, keys."""
    words = {(claim.id, r.key): r.text.show(lang) for claim in load_claims().claims for r in claim.readings}
    keys = zip(judged.evidence["id"], judged.evidence["reading"].astype("str"), strict=True)
    rows = judged.evidence.assign(reading=[words.get(key, "") for key in keys])
    return rows.groupby(["id", "reading"], as_index=False, sort=False).agg(
        rows=("hh", "size"), keys=("hh", lambda keys: "、".join(dict.fromkeys(keys)))
    )
