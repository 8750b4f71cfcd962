"""What if: more or less money, a larger share for the poorest, bad years, a rule that fits on one page.

Responsible for asking these questions of a run's problem once and keeping the answers beside the run,
whose own folder is sealed. They take minutes, so they are computed when asked for. Not responsible
for the answers (`povlib.allocation`) or their words (`povlib.report.pages.whatif_page`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib import allocation
from povlib.report.model.paper import Report
from povlib.report.pages.whatif_page import WhatIf
from povlib.report.pages.whatif_page import whatif_page as _whatif_page
from povlib.report.writers.notebook_page import Page
from povlib.report.writers.publication import publish
from povlib.runs.facts.proposal import plan_outcome
from povlib.runs.paper_folder import papers_folder
from povlib.runs.paper_seals import seal_papers
from povlib.runs.questions.optimism import answers_folder
from povlib.runs.run import Run
from povlib.runs.stages.comparison import INCOME, LINE
from povlib.runs.storage.artefacts import Bundle
from povlib.vocabulary import FAR_FROM_TOWNSHIP_KM, OLD_AGE_YEARS
from povlib.vocabulary.register import head_of_household, livelihood_by_wages, sex_label, unsafe_grades, without_labour
from povlib.words import language, text

Progress = Callable[[str, float], None]
# amounts of each fund as a part of what it has now: none, half, a bad year, as it is, a good year, twice
FACTORS = (0.0, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
# shares of the new money kept for the poorest fifth; 0.2 is their own share of the persons
LEVELS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
SHARE = "poorest_fifth_money"
# choices: bad years are the worst tenth of the draws, a plan for them is searched to 2 persons in at most 10 rounds
_TAIL, _GAP, _ROUNDS = 0.1, 2.0, 10
# the name under which answers are kept; a new one where answers kept before lack what the page now shows
_STORED = "what_if_2"
# persons: a curve of proven optima would take as many minutes as it has points; below a tenth nothing is printed
_LEAST_GAP = 0.1
# a choice: seconds for each question, so that the page is there in a minute or two
_LIMIT_S = 20.0
_MONTHS = 12
_EDGES = [-np.inf, 0.5, 0.75, 1.0, np.inf]
_UNKNOWN = "—"
_BANDS = ["<50%", "50–75%", "75–100%", "≥100%"]


def what_if(run: Run, progress: Progress | None = None) -> WhatIf:
    """Return the answers for a run, computing them when they are not there yet."""
    made = run.stored(
        _STORED, lambda: _compute_answers(run, progress or (lambda stage, share: None)), answers_folder(run)
    )
    return WhatIf(facts=dict(made.facts), **made.frames)


def known_money_curve(run: Run) -> pd.DataFrame:
    """Return what more and less money would bring where that was asked before: row, capacity, money_fen, additional.

    Points of all funds in the order of money spent, those left out that bring no more than a cheaper one; empty where
    nobody asked.
    """
    columns = ["row", "capacity", "money_fen", "additional"]
    if not (answers_folder(run) / _STORED).is_dir():
        return pd.DataFrame(columns=columns)
    points = what_if(run).money.dropna(subset=["additional"])
    points = points.sort_values(["money_fen", "additional"], ascending=[True, False])
    best = points["additional"].cummax().shift(fill_value=float("-inf"))
    return points.loc[points["additional"] > best, columns].reset_index(drop=True)


def whatif_report(run: Run, lang: str | None = None, progress: Progress | None = None) -> Report:
    """Return the answers as a paper."""
    lang = lang or language()
    return _whatif_page(
        what_if(run, progress),
        funds={fund.key: fund.names.show(lang) for fund in run.catalogue.funds.values()},
        measures={measure.key: measure.names.show(lang) for measure in run.catalogue.measures.values()},
        lang=lang,
        subtitle=run.info.title(lang),
        synthetic=run.info.synthetic,
    )


def whatif_page(run: Run, lang: str = "") -> Page:
    """Return the answers by parts, for a notebook."""
    return Page(whatif_report(run, lang or None))


def write_whatif(run: Run, lang: str | None = None, progress: Progress | None = None) -> list[Path]:
    """Write the answers among the papers of the run."""
    lang = lang or language()
    report = whatif_report(run, lang, progress)
    written = publish(report, papers_folder(run), f"whatif.{lang}", formats=("html", "pdf", "json"))
    seal_papers(run, written)
    return written


def package_draws(run: Run) -> npt.NDArray[np.float64]:
    """Return what every package of the problem is worth (members x p) in every draw of the projection.

    Returns
    -------
    float64 (P, S)
        In the order of the problem's package rows; zero where a household cannot be assessed.
    """
    problem = run.problem
    own = int(problem.start[problem.households])
    at = pd.Index(run.projection.frame["package"].astype(str)).get_indexer(pd.Index(problem.package[:own].astype(str)))
    members = problem.members[problem.group[:own]]
    return np.nan_to_num(run.projection.draws[at].astype(np.float64)) * members[:, None]


def number_of_questions() -> int:
    """Return how many stages a `what_if` names to who watches it: the length of a bar."""
    return len(_questions())


def _questions() -> tuple[str, str, str, str]:
    return text("more or less money"), text("bad years"), text("a rule on one page"), text("share of the poorest fifth")


def _compute_answers(run: Run, tell: Progress) -> Bundle:
    problem, plan, draws = run.problem, run.plan, package_draws(run)
    # as near as the plan's own proof, so that a difference can be told from the slack of the searches
    gap = max(run.settings.gap_persons, _LEAST_GAP)
    funds = list(problem.money.funds) if problem.money is not None else []

    more_or_less, bad_years, simple_rule, poorest = _questions()

    def told(stage: str) -> Progress:
        return lambda _, done: tell(stage, done)

    money = allocation.frontier(
        problem, plan, funds, factors=FACTORS, gap=gap, time_limit_s=_LIMIT_S, progress=told(more_or_less)
    )
    tell(more_or_less, 1.0)
    averse = allocation.worst_case_plan(
        problem, draws, tail=_TAIL, gap=_GAP, rounds=_ROUNDS, warm_start=plan, time_limit_s=_LIMIT_S,
        progress=told(bad_years),
    )  # fmt: skip
    tell(bad_years, 1.0)
    simple = allocation.baselines(problem, income=INCOME, line=LINE)
    ways = {"plan": plan.rows, "averse": averse.plan.rows, **{one.key: one.rows for one in simple}}
    rule = allocation.one_page_rule(
        plan, problem, public_facts(run), _package_measures(run), draws=draws, progress=told(simple_rule)
    )
    tell(simple_rule, 1.0)
    kept = _share_levels(problem, plan, gap, told(poorest))
    tell(poorest, 1.0)
    own = plan.rows[: problem.households]
    worst = allocation.worst_case_mean(draws[own].sum(axis=0), _TAIL)
    facts = {
        "poorest_money_share": plan_outcome(run).poorest.money_share,
        "additional": plan.additional, "tail": averse.tail, "averse_worst": averse.worst, "averse_bound": averse.bound,
        "averse_mean": averse.mean, "plan_worst": worst,
        "draws": draws.shape[1], "rule_additional": rule.additional, "rule_loss": rule.loss,
        "rule_loss_share": rule.loss_share, "rule_agree": rule.agree_share, "rule_most": rule.most,
        "rule_unseen": dict(rule.unseen), "rule_broken": list(rule.broken), "rule_tried": rule.tried,
    }  # fmt: skip
    frames = {
        "money": money, "kept": kept,
        "regret": allocation.regret(problem, draws, ways), "limits": _fund_limits(money),
        "points": rule.points, "wishes": rule.wishes, "order": rule.order.drop(columns="hh"),
    }  # fmt: skip
    return Bundle(frames, {}, facts)


def _share_levels(problem: allocation.Problem, plan: allocation.Plan, gap: float, progress: Progress) -> pd.DataFrame:
    if problem.tables is None or SHARE not in set(problem.tables.shares["share"]):
        return pd.DataFrame()
    return allocation.share_frontier(
        problem, plan, SHARE, levels=LEVELS, gap=gap, time_limit_s=_LIMIT_S, progress=progress
    )


def _fund_limits(money: pd.DataFrame, steps: int = 41) -> pd.DataFrame:
    """Return what no plan can exceed at any amount of each fund, as a fine curve."""
    curves = []
    for row, points in money.groupby("row", sort=False):
        capacity = np.linspace(float(points["capacity"].min()), float(points["capacity"].max()), steps)
        limit = allocation.frontier_bound(points, capacity.tolist())
        curves.append(pd.DataFrame({"row": row, "capacity": capacity, "limit": limit.to_numpy()}))
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=["row", "capacity", "limit"])


def _package_measures(run: Run) -> pd.DataFrame:
    """Return the measures each package of the problem consists of."""
    parts = run.offer.components[["package", "measure"]].rename(columns={"measure": "kind"})
    parts = parts.assign(package=parts["package"].astype(str))
    return parts[parts["package"].isin(set(run.problem.package.astype(str)))].drop_duplicates()


def public_facts(run: Run) -> pd.DataFrame:
    """Return facts of each household that a notice board may show: no health, no name, no estimate.

    Returns
    -------
    DataFrame
        hh, workers (to 3+), members (to 5+), unsafe_house, wages, coop, far, woman_head, elderly, pupils,
        income (band, as a part of the line).
    """
    state, settings = run.state, run.settings
    households = state.households.set_index("hh").loc[run.problem.hh]
    members = state.members[state.members["hh"].isin(households.index)]
    age = (settings.plan_month.ordinal - members["birth"].astype("float64")) // _MONTHS
    by = members["hh"]
    able = members["labour"].notna() & ~members["labour"].isin(without_labour())
    heads = members[members["relation"] == head_of_household()].drop_duplicates("hh").set_index("hh")["sex"]
    groups = run.households.frames["households"].set_index("hh").loc[households.index]
    line = run.catalogue.line_fen(settings.authority, settings.horizon)
    part = groups["income_fen_per_head"].astype("float64") / line

    def counted(mask: pd.Series) -> pd.Series:
        return mask.groupby(by).sum().reindex(households.index).fillna(0).astype("int64")

    facts = pd.DataFrame(
        {
            "workers": _capped_count(counted(able), 3),
            "members": _capped_count(counted(by.notna()), 5),
            "unsafe_house": households["housing_grade"].isin(unsafe_grades()),
            "wages": households["livelihood"].eq(livelihood_by_wages()),
            "coop": households["coop"].notna() & households["coop"].ne(""),
            "far": households["distance_km"].ge(FAR_FROM_TOWNSHIP_KM),
            "woman_head": heads.reindex(households.index).eq(sex_label(male=False)),
            "elderly": counted(age >= OLD_AGE_YEARS) == counted(by.notna()),
            "pupils": counted(members["school"].notna() & members["school"].ne("")) > 0,
            "income": pd.cut(part, _EDGES, labels=_BANDS).astype("str").where(part.notna(), _UNKNOWN),
        },
        index=households.index,
    )
    return facts.rename_axis("hh").reset_index()


def _capped_count(count: pd.Series, most: int) -> pd.Series:
    """Return counts as texts, the largest as "5+"."""
    return count.astype(str).where(count < most, f"{most}+")
