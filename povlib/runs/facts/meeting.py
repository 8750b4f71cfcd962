"""Everything the meeting paper says about a run, in one value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib import allocation
from povlib.calendar import Month
from povlib.ledger import short_code
from povlib.report.figures import fund_use, money_flows, village_money, village_panels
from povlib.report.meeting import MeetingFacts
from povlib.report.model.paper import FigureBlock
from povlib.runs.facts import certainty, effects, explanation, hand_decisions, proposal, record, standing
from povlib.runs.facts.relief import run_relief
from povlib.runs.facts.village_order import townships_of_villages
from povlib.runs.facts.villages.villages_facts import villages_facts
from povlib.runs.horizon.horizon_facts import horizon_facts
from povlib.runs.office.head_deposits import find_deposit
from povlib.runs.office.office_place import Place
from povlib.runs.run import Run
from povlib.runs.stages.idle_posts import funds_used_up
from povlib.words import language, text


def meeting_facts(run: Run, lang: str | None = None) -> MeetingFacts:
    """Return the figures of a run's meeting paper.

    Parameters
    ----------
    lang : str, optional
        Language of the names and reasons inside the frames; default the language in use.
    """
    lang = lang or language()
    settings = run.settings
    promises = record.promise_record(run)
    return MeetingFacts(
        office=record.office_name(run, lang),
        plan_month=settings.plan_month,
        horizon=settings.horizon,
        help_from=settings.help_from,
        help_to=settings.help_to,
        standing=standing.township_standing(run),
        outcome=proposal.plan_outcome(run),
        proof=certainty.plan_proof(run),
        scenario=run.info.title(lang),
        draft=not promises.decisions,
        synthetic=run.info.synthetic,
        promises_open=promises.open,
        promises_set_aside=promises.set_aside,
        decisions=promises.decisions,
        tested=record.track_record(run),
        target=record.exit_target(run),
        lot=certainty.lottery_slice(run),
        second=certainty.second_rule(run),
        least_points=run.settings.least_worth_points,
        changes=tuple(run.overrides.items()),
        objective=certainty.objective_unit(run),
        record=promises.frame,
        lines=standing.line_rows(run, lang),
        worked=effects.effect_rows(run, lang),
        effects_used=run.settings.effects,
        entitlements=standing.entitlement_rows(run, lang),
        outside=standing.outside_rows(run, lang),
        shortfalls=standing.shortfall_rows(run, lang),
        used_up=funds_used_up(run.offer, run.catalogue, run.settings, lang),
        villages=proposal.area_rows(run),
        by_township=bool(townships_of_villages(run)),
        funds=proposal.fund_rows(run, lang),
        measures=proposal.measure_rows(run, lang),
        unserved=proposal.unserved_rows(run, lang),
        marginal=explanation.marginal_money(run, lang),
        one_more=explanation.one_more_post(run, lang),
        solved_again=allocation.is_solved_again(run.plan),
        prices=explanation.posted_prices(run, lang),
        baselines=certainty.baseline_rows(run, lang),
        input_counts=standing.input_counts(run),
        important_inputs=certainty.important_inputs(run, lang),
        fairness=explanation.fairness_by_group(run, lang),
        rounding=explanation.rounding_exceptions(run, lang),
        weak=explanation.weak_payments(run, lang),
        decided=hand_decisions.decided_rows(run, lang),
        annex=explanation.annex_rows(run, lang),
        figures=_charts_by_section(run, lang),
        # the marks alone are told in the bulletin and the record: the section needs rows of jobs, co-ops or contracts
        jobs=None if run.state.placements.empty and run.state.coops.empty else villages_facts(run, lang),
        relief=run_relief(run, lang),
        years_ahead=horizon_facts(run, lang),
        manifest=_paper_manifest(run),
    )


def _charts_by_section(run: Run, lang: str) -> dict[str, tuple[FigureBlock, ...]]:
    grouped = bool(townships_of_villages(run))
    return {
        "brief": (village_money(_money_with_openings(run, lang), by_township=grouped, lang=lang),),
        "villages": (village_panels(proposal.area_rows(run), by_township=grouped, lang=lang),),
        "funds": (fund_use(proposal.fund_rows(run, lang), lang=lang), *_flow_of_money(run, lang)),
        **certainty.certainty_figures(run, lang),
    }


def _flow_of_money(run: Run, lang: str) -> tuple[FigureBlock, ...]:
    rows = proposal.money_flow_rows(run, lang)
    return (money_flows(rows, lang=lang),) if len(rows) else ()


def _money_with_openings(run: Run, lang: str) -> pd.DataFrame:
    """Return the money by village or township, most first, then what opens shared places: rows add up to the plan's."""
    rows = proposal.area_rows(run)[["village", "money_fen", "additional"]]
    rows = rows.sort_values("money_fen", ascending=False, kind="stable")
    opening = proposal.plan_outcome(run).opening_fen
    if not opening:
        return rows
    shared = pd.DataFrame({"village": [text("shared places", lang)], "money_fen": [opening], "additional": [np.nan]})
    return pd.concat([rows, shared], ignore_index=True)


def _paper_manifest(run: Run) -> dict[str, str]:
    """Return what makes this paper repeatable; no clock, no path."""
    info = run.info
    plan = run.plan
    return {
        **_approval_head(run),
        "run": info.run_id,
        "scenario": info.scenario,
        "ledger batch": str(info.batch),
        "ledger head": info.ledger_head,
        "parameters": info.catalogue_digest,
        "code": info.code_digest,
        "solver": ", ".join(f"{name} {number}" for name, number in sorted(info.solver_versions.items())),
        "method": f"{plan.method}, {plan.status}",
        "certified bound": f"{plan.price_bound:.6f}",
        "certified gap": f"{plan.gap:.6f}",
        "problem": plan.certificate.digest,
        "seed": str(info.seed),
        "data through": str(run.at),
        "horizon": str(Month.from_ordinal(run.settings.horizon.ordinal)),
    }


def _approval_head(run: Run) -> dict[str, str]:
    """Return the head deposited when the run was approved, with its code; nothing before: a draft binds nobody.

    The head of the data says nothing of what followed it; this one covers promises and approval too.
    """
    found = find_deposit(Place(run.office, run.info.synthetic), "approval", run.info.run_id)
    if found is None:
        return {}
    return {"approval head": str(found[1].head), "approval code": short_code(found[1].head)}
