"""The page of a panel's present state: an answer beside the run it started from, village by village, post by post.

Responsible for the differences and for names in the language of the page. Not responsible for the figures
(`povlib.runs.live.panel_answer`) or for words (`povlib.report.pages.panel_page`).
"""

from __future__ import annotations

import pandas as pd

from povlib.report.model.paper import Report
from povlib.report.pages.panel_page import MOST_LISTED, PanelFacts, panel_page
from povlib.runs.live.panel_answer import PanelAnswer
from povlib.runs.run import Run
from povlib.words import language_column, text

_VILLAGE_CHANGES = {"served": "served_change", "money_fen": "money_change", "additional": "additional_change"}


def panel_report(run: Run, before: PanelAnswer, answer: PanelAnswer, lang: str, *, named: bool) -> Report:
    """Return the page of an answer.

    Parameters
    ----------
    run : Run
        The run the panel started from.
    before : PanelAnswer
        Of that run.
    named : bool
        Whether households may be listed; not in a meeting room.
    """
    households = _changed_households(before, answer, lang)
    posts = _posts_with_slots(answer.posts, before.posts)
    facts = PanelFacts(
        final=answer.final,
        run_id=answer.run_id,
        horizon=run.settings.horizon,
        value=answer.plan.value,
        bound=answer.plan.price_bound,
        gap=answer.plan.gap,
        unit="worth" if answer.unit == "mix" else answer.unit,
        outcome=answer.outcome,
        before=before.outcome,
        villages=_with_openings(
            _with_changes(answer.villages, before.villages, "village", _VILLAGE_CHANGES),
            answer.outcome.opening_fen, before.outcome.opening_fen, lang,
        ),
        funds=_named(
            _with_changes(answer.funds, before.funds, "key", {"planned_fen": "planned_change"}),
            {fund.key: fund.names.show(lang) for fund in run.catalogue.funds.values()},
        ),
        posts=_named(
            _with_changes(posts, before.posts, "key", {"filled": "filled_change"}),
            {post.key: post.names.show(lang) for post in run.catalogue.posts.values()},
        ),
        households=households.head(MOST_LISTED) if named else None,
        changed=len(households),
        synthetic=run.info.synthetic,
        settings={**answer.changes, **answer.pins} if named else answer.changes,
    )  # fmt: skip
    return panel_page(facts, lang, run.info.title(lang))


def _posts_with_slots(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return the posts that have a free slot, or had one before a hand took it."""
    had = before.set_index("key")["slots"].reindex(now["key"]).fillna(0).to_numpy()
    return now[(now["slots"].to_numpy() > 0) | (had > 0)].reset_index(drop=True)


def _with_changes(now: pd.DataFrame, before: pd.DataFrame, key: str, columns: dict[str, str]) -> pd.DataFrame:
    """Return a table with each column's difference to the same row of the table before."""
    old = before.set_index(key).reindex(now[key])
    return now.assign(**{name: now[of].to_numpy() - old[of].to_numpy() for of, name in columns.items()})


def _with_openings(frame: pd.DataFrame, now: int, before: int, lang: str) -> pd.DataFrame:
    """Add a row for the money that opens shared places: no village's own, and part of the new money."""
    if not (now or before):
        return frame
    words = text("opening of shared places", lang)
    row = {"village": words[:1].upper() + words[1:], "money_fen": now, "money_change": now - before}
    nothing = {name: 0 for name in ("served", "served_change", "additional", "additional_change")}
    return pd.concat([frame, pd.DataFrame([{**row, **nothing}])], ignore_index=True)


def _named(frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return frame.assign(name=frame["key"].map(names))


def _changed_households(before: PanelAnswer, answer: PanelAnswer, lang: str) -> pd.DataFrame:
    """Return the households whose package is another one, the largest change of money or exits first."""
    label = language_column("label", lang)
    old = before.households.set_index("hh")
    now = answer.households
    was = old.reindex(now["hh"])
    frame = pd.DataFrame(
        {
            "hh": now["hh"],
            "village": now["village"],
            "before": was[label].to_numpy(),
            "label": now[label],
            "money_change": now["money_fen"].to_numpy() - was["money_fen"].to_numpy(),
            "additional_change": now["additional"].to_numpy() - was["additional"].to_numpy(),
            "same": now["measures"].to_numpy() == was["measures"].to_numpy(),
            "start": now["start"].fillna(0).to_numpy() == was["start"].fillna(0).to_numpy(),
        }
    )
    changed = frame[~(frame["same"] & frame["start"] & (frame["money_change"] == 0))]
    order = changed["additional_change"].abs().mul(-1)
    return changed.assign(order=order).sort_values(["order", "hh"], ignore_index=True)
