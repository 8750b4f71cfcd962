"""The bulletin's claims against the ledger, and what a run expects beside them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from povlib.params import Document, claims_of_office
from povlib.report.meeting import Total
from povlib.report.meeting.track_record import record_in_brief
from povlib.report.model.paper import Report
from povlib.report.pages.bulletin_page import JudgedClaims, bulletin_page, without_claims
from povlib.runs.facts.claims import judge_claims
from povlib.runs.facts.contest import contest_of_villages
from povlib.runs.facts.proposal import chosen_packages
from povlib.runs.facts.record import track_record
from povlib.runs.office.office_place import Place
from povlib.runs.run import Run
from povlib.runs.stages.plan_outcome import expected_exits, probability_of
from povlib.words import text

# What states how many persons will exit in all is the one claim that a plan can be held to.
_TOTAL_KIND = "exit_total"


def entered_claims(run: Run) -> Document | None:
    """Return the claims that the office of a run is judged by (`povlib.params.claims_of_office`); None without any."""
    place = Place(run.office, run.info.synthetic)
    return claims_of_office(run.folder / "params", place.is_practice_township)


def bulletin_report(run: Run, lang: str, *, draft: bool = True) -> Report:
    """Return the page of the bulletin's claims, the model's own expectation beside them.

    Parameters
    ----------
    draft : bool
        Whether the plan whose expectation is printed is not approved yet.
    """
    title = text("The bulletin against the ledger", lang)
    document = entered_claims(run)
    if document is None:
        return without_claims(title, lang, contest_of_villages(run.state, lang))
    judged = judge_claims(document.claims, run.state, run.catalogue, lang)
    return bulletin_page(
        judged,
        title=title,
        lang=lang,
        synthetic=run.info.synthetic,
        draft=draft,
        **_plan_beside_total(run, document, judged),
        tested=record_in_brief(track_record(run), lang),
        evidence=_evidence_by_reading(judged, document, lang),
        contest=contest_of_villages(run.state, lang),
        manifest={"run": run.info.run_id, "ledger head": run.info.ledger_head},
    )


def _plan_beside_total(run: Run, document: Document, judged: JudgedClaims) -> dict[str, Any]:
    """Return the plan's expectation beside the claim of how many exit in all; nothing where no claim says it."""
    claims = [
        claim.id for claim in document.claims if claim.kind == _TOTAL_KIND and claim.number("persons") is not None
    ]
    if not claims:
        return {}
    chosen = chosen_packages(run)
    plan, nothing = expected_exits(run.projection, chosen), expected_exits(run.projection, chosen, nothing=True)
    total = judged.claims[(judged.claims["id"] == claims[0]) & (judged.claims["unit"] == "persons")].iloc[0]
    stated = float(total["stated"])
    totals = [
        ("stated", stated, None, None),
        ("marked", float(total["counted"]), None, None),
        ("nothing", nothing.value, nothing.low, nothing.high),
        ("plan", plan.value, plan.low, plan.high),
    ]
    return {
        "expected": {claims[0]: Total(plan.value, plan.low, plan.high)},
        "probability": probability_of(run.projection, chosen, stated),
        "totals": pd.DataFrame(totals, columns=["key", "value", "low", "high"]),
    }


def _evidence_by_reading(judged: JudgedClaims, document: Document, lang: str) -> pd.DataFrame:
    """Return the households, or the rows of other things, behind every count: id, reading in words, rows, keys."""
    words = {(claim.id, r.key): r.text.show(lang) for claim in document.claims for r in claim.readings}
    keys = zip(judged.evidence["id"], judged.evidence["reading"].astype("str"), strict=True)
    rows = judged.evidence.assign(
        reading=[words.get(key, "") for key in keys], hh=judged.evidence["hh"].fillna(judged.evidence["record"])
    )
    return rows.groupby(["id", "reading"], as_index=False, sort=False).agg(
        rows=("hh", "size"), keys=("hh", lambda keys: text(", ", lang).join(dict.fromkeys(keys)))
    )
