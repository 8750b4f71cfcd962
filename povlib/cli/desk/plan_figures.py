"""What is printed of a plan once it is proved: its figures, its proof, and what a planner should see first.

Not responsible for commands (`povlib.cli.planning`) or for the figures themselves (`povlib.runs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from povlib.calendar import Month
from povlib.money import format_yuan
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.runs import Run
    from povlib.runs.area.area_run import AreaRun
    from povlib.runs.stages.idle_posts import PostsOffered


def print_figures(made: Run) -> None:
    """Print a run's headline figures and its proof."""
    from povlib.report.meeting.certainty import by_prices_sentence
    from povlib.runs import headline_figures

    figures = headline_figures(made)
    lang = language()
    marks = (text("SYNTHETIC DATA") + " · ") if made.info.synthetic else ""
    print(f"\n{marks}{made.info.title(lang)} · {made.info.run_id}")
    for line in [*headline_lines(figures), _proof_line(made, figures["gap"])]:
        print("  " + line)
    if made.is_by_parts:
        _print_notes_of_parts(cast("AreaRun", made))
        return
    if made.plan.by_prices_for_want_of_time:
        print("! " + by_prices_sentence(lang).text)
    _print_kept_decisions(made)
    _print_empty_posts(made, made.offer)
    _print_owed_without_amount(made)


def headline_lines(figures: Mapping[str, float]) -> list[str]:
    """Return the big numbers of a run (`povlib.runs.headline_figures`) as sentences."""
    horizon = Month.from_ordinal(int(figures["horizon"])).label(language())
    return [
        text("Additional exits: {n:.1f} persons ({low:.0f}–{high:.0f})", **_total(figures, "additional")),
        text("Total expected exits by {by}: {n:.1f} persons ({low:.0f}–{high:.0f})", by=horizon,
             **_total(figures, "expected")),
        text("New money: {money}; {each} for each additional exit", money=format_yuan(int(figures["money_fen"])),
             each=_money_per_exit(figures)),
        text("The poorest fifth receives {money:.0%} of the new money and {posts:.0%} of the new posts",
             money=figures["poorest_money_share"], posts=figures["poorest_post_share"]),
    ]  # fmt: skip


def _print_notes_of_parts(made: AreaRun) -> None:
    """Print what a planner should see first of a plan by parts: short funds, empty posts, decisions by hand."""
    from povlib.runs.area.checking.posts_offered import posts_of_office
    from povlib.runs.decisions.kept import decisions_on_paper
    from povlib.runs.stages.idle_posts import posts_nobody_may_take

    _print_what_the_law_takes(made)
    decided = decisions_on_paper(made)
    if len(decided):
        print("  " + text("{n} decisions by hand; the plan keeps {kept} of them.", n=len(decided),
                          kept=int(decided["kept"].astype(bool).sum())))  # fmt: skip
    offered = posts_of_office(made)
    penniless = _print_empty_posts(made, offered)
    if idle := posts_nobody_may_take(offered, made.catalogue, made.settings, penniless):
        print("! " + text("nobody in the ledger may take these posts, which stay empty: {names}",
                          names=text(", ").join(post.names.show() for post in idle)))  # fmt: skip


def _print_what_the_law_takes(made: AreaRun) -> None:
    """Print of a plan by parts which funds the law takes whole, and what it owes and no fund pays."""
    from povlib.allocation.parts.office_problem import NOTHING_NEW
    from povlib.report.area.plan_head import owed_and_not_covered
    from povlib.runs.area.area_figures import AreaFigures

    figures = AreaFigures(made)
    if made.plan.status == NOTHING_NEW:
        print("! " + text("The search ended without a plan that keeps every fund, post and floor. This one gives "
                          "nothing new but what was decided by hand."))  # fmt: skip
    for key, fund in made.catalogue.funds.items():
        if fund.amount_fen and figures.owed_by_fund.get(key, 0) >= fund.amount_fen:
            print("! " + text("{fund} holds {amount}, and the law takes all of it: nothing of it is left for new help.",
                              fund=fund.names.show(), amount=format_yuan(fund.amount_fen)))  # fmt: skip
    if figures.short_fen:
        print("! " + owed_and_not_covered(figures.short_fen, language()).text)


def _print_kept_decisions(made: Run) -> None:
    """Print how many decisions by hand the plan keeps, and what they cost together."""
    from povlib.runs.facts.hand_decisions import decided_rows

    rows = decided_rows(made, language())
    together = rows[rows["hh"] == ""]
    if together.empty:
        return
    cost = together.iloc[0]
    print("  " + text("{n} decisions by hand are kept; without them the best plan would bring {cost:.3f} persons more "
                      "(surely {low:.3f}–{high:.3f})", n=len(rows) - 1, cost=cost["cost"], low=cost["low"],
                      high=cost["high"]))  # fmt: skip


def _print_owed_without_amount(made: Run) -> None:
    """Print what the law owes and has no amount, as the paper says it first."""
    from povlib.runs.facts.standing import outside_rows

    for row in outside_rows(made, language()).itertuples(index=False):
        if row.blank:
            print("! " + text("{name}: owed by law to {n} households, and no amount is entered in {place}",
                              name=row.name, n=row.households, place=f"params/support.yaml: {row.key}"))  # fmt: skip


def _print_empty_posts(made: Run, offered: PostsOffered) -> pd.DataFrame:
    """Print which posts stay empty for want of money or of a worker there, as the paper says it first.

    Returns
    -------
    DataFrame
        `povlib.runs.stages.idle_posts.posts_without_money`, worked out once for all who ask.
    """
    from povlib.report.meeting.front_page import used_up_sentence
    from povlib.runs.stages.idle_posts import funds_used_up, posts_without_money, posts_without_villagers

    penniless = posts_without_money(offered, made.catalogue, made.settings)
    for row in funds_used_up(offered, made.catalogue, made.settings, penniless=penniless).itertuples(index=False):
        print("! " + used_up_sentence(row, language()).text)
    known = set(penniless["post"])
    named = [post for post in posts_without_villagers(offered, made.catalogue) if post.key not in known]
    if named:
        print("! " + text("nobody of their villages may take these posts, which stay empty: {names}",
                          names=text(", ").join(post.names.show() for post in named)))  # fmt: skip
    return penniless


def _proof_line(made: Run, gap: float) -> str:
    """Return the proof as a sentence: in persons, or in the unit of the scenario's own objective."""
    if made.settings.objective.in_persons:
        return text("Proof: no plan can be better by more than {gap:.3f} persons under these estimates", gap=gap)
    return text(
        "Proof: no plan can be better by more than {gap:.3f} in the unit of this scenario's own objective "
        "(not persons) under these estimates",
        gap=gap,
    )


def _total(figures: Mapping[str, float], name: str) -> dict[str, float]:
    return {"n": figures[name], "low": figures[f"{name}_low"], "high": figures[f"{name}_high"]}


def _money_per_exit(figures: Mapping[str, float]) -> str:
    if figures["additional"] <= 0:
        return text("no amount")
    return format_yuan(round(figures["money_fen"] / figures["additional"]))
