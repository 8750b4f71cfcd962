"""Everything the meeting paper says about a run, in one value."""

from __future__ import annotations

from povlib.calendar import Month
from povlib.report.figures import fund_use, village_bars
from povlib.report.meeting import MeetingFacts
from povlib.report.model.paper import FigureBlock
from povlib.runs.facts import certainty, effects, explanation, proposal, record, standing
from povlib.runs.run import Run
from povlib.words import language


def meeting_facts(run: Run, lang: str | None = None) -> MeetingFacts:
    """Return the figures of a run's meeting paper.

    Parameters
    ----------
    lang : str, optional
        Language of the names and reasons inside the frames; default the language in use.
    """
    lang = lang or language()
    settings = run.settings
    told = record.record(run)
    simple = certainty.baselines(run, lang)
    return MeetingFacts(
        office=record.office_name(run, lang),
        plan_month=settings.plan_month,
        horizon=settings.horizon,
        help_from=settings.help_from,
        help_to=settings.help_to,
        standing=standing.standing(run),
        outcome=proposal.outcome(run),
        proof=certainty.proof(run),
        # the best of the simple rules, so that the comparison never flatters
        compare_with=str(simple["key"].iloc[int(simple["additional"].argmax())]),
        scenario=run.info.title(lang),
        draft=not told.approved,
        synthetic=run.info.synthetic,
        promises_open=told.open,
        tested=record.tested(run),
        target=record.target(run),
        lot=certainty.lot(run),
        changes=tuple(run.overrides.items()),
        objective=certainty.objective(run),
        record=told.frame,
        lines=standing.lines(run, lang),
        worked=effects.worked(run, lang),
        effects_used=run.settings.effects,
        entitlements=standing.entitlements(run, lang),
        shortfalls=standing.shortfalls(run, lang),
        villages=proposal.villages(run),
        funds=proposal.funds(run, lang),
        measures=proposal.measures(run, lang),
        unserved=proposal.unserved(run, lang),
        marginal=explanation.marginal(run, lang),
        one_more=explanation.one_more(run, lang),
        prices=explanation.prices(run, lang),
        baselines=simple,
        input_counts=standing.inputs(run),
        important_inputs=certainty.important_inputs(run, lang),
        fairness=explanation.fairness(run, lang),
        rounding=explanation.rounding(run, lang),
        annex=explanation.annex(run, lang),
        figures=_figures(run, lang),
        manifest=_manifest(run),
    )


def _figures(run: Run, lang: str) -> dict[str, tuple[FigureBlock, ...]]:
    return {
        "villages": (village_bars(proposal.villages(run), lang=lang),),
        "funds": (fund_use(proposal.funds(run, lang), lang=lang),),
        "certainty": certainty.figures(run, lang),
    }


def _manifest(run: Run) -> dict[str, str]:
    """Return what makes this paper repeatable; no clock, no path."""
    info = run.info
    plan = run.plan
    return {
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
