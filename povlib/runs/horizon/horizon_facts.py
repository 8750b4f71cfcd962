"""What papers say of a run's plan over several years, gathered from what is stored.

Responsible for names and words in the language of the paper. Not responsible for sentences
(`povlib.report.horizon.horizon_section`) nor for the plan (`horizon_run`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.report.horizon.horizon_facts import HorizonFacts
from povlib.runs.horizon.horizon_run import StoredHorizon, stored_horizon
from povlib.runs.horizon.horizon_words import deviation_words, move_words, reason_words
from povlib.runs.run import Run
from povlib.words import language, language_column, text

_POINTS = 1000.0


def horizon_facts(run: Run, lang: str | None = None) -> HorizonFacts | None:
    """Return what papers say of the run's plan over several years; None where none was made."""
    found = stored_horizon(run)
    lang = lang or language()
    if found is None:
        return None
    facts = found.facts
    months = {int(t): Month.from_ordinal(int(first)) for t, first in found.periods[["period", "first"]].to_numpy()}
    return HorizonFacts(
        first=next(iter(months.values())),
        last=Month.from_ordinal(int(facts["end"])),
        proved=bool(facts["proved"]),
        value=float(facts["value"]),
        gap=float(facts["gap"]),
        weight=float(facts["weight"]),
        goal=facts["goal"],
        goal_chance=float(found.path["goal_chance"].iloc[-1]),
        committed=int(facts["committed"]),
        kept=int(facts["kept"]),
        followed=bool(facts["since"]),
        path=found.path,
        served=_served_rows(found, lang),
        waiting=_waiting_rows(found, lang),
        accounts=_account_rows(run, found, months, lang),
        households=_household_rows(found, months, lang),
        deviation=found.deviation.assign(kind=[deviation_words(str(kind), lang) for kind in found.deviation["kind"]]),
        moves=_move_rows(found, lang),
    )


def _served_rows(found: StoredHorizon, lang: str) -> pd.DataFrame:
    spans = [
        text("{first} to {last}", lang, first=Month.from_ordinal(int(first)).label(lang),
             last=Month.from_ordinal(int(last)).label(lang))
        for first, last in zip(found.periods["first"], found.periods["last"], strict=True)
    ]  # fmt: skip
    columns = ["period", "households", "persons", "money_fen", "additional"]
    return found.periods.assign(period=spans)[columns]


def _waiting_rows(found: StoredHorizon, lang: str) -> pd.DataFrame:
    """Return how many households wait or get nothing new, by reason, most of them first."""
    rows = found.households[found.households["period"] != 0]
    later = rows["period"] > 0
    counted = pd.DataFrame({"reason": rows["reason"], "later": later.astype(int), "never": (~later).astype(int)})
    counted = counted.groupby("reason", as_index=False).sum()
    counted = counted.sort_values(["later", "never", "reason"], ascending=[False, False, True], ignore_index=True)
    return counted.assign(reason=[reason_words(str(reason), lang) for reason in counted["reason"]])


def _account_rows(run: Run, found: StoredHorizon, months: dict[int, Month], lang: str) -> pd.DataFrame:
    names = {fund.key: fund.names.show(lang) for fund in run.catalogue.funds.values()}
    return found.accounts.assign(
        fund=[names.get(str(fund), str(fund)) for fund in found.accounts["fund"]],
        period=[months[int(t)].label(lang) for t in found.accounts["period"]],
    )


def _household_rows(found: StoredHorizon, months: dict[int, Month], lang: str) -> pd.DataFrame:
    rows = found.households
    never = text("not within the horizon", lang)
    waits = (rows["period"] != 0).to_numpy()
    return pd.DataFrame(
        {
            "hh": rows["hh"],
            "village": rows["village"],
            "members": rows["members"],
            "served_from": [months[int(t)].label(lang) if t >= 0 else never for t in rows["period"]],
            "label": rows[language_column("label", lang)],
            "money_fen": rows["money_fen"],
            "reason": [reason_words(str(reason), lang) for reason in rows["reason"]],
            "points_now": np.where(waits, rows["points_now"], np.nan),
            "points_then": np.where(waits, rows["points_then"], np.nan),
        }
    )


def _move_rows(found: StoredHorizon, lang: str) -> pd.DataFrame:
    rows = found.moves
    columns = ["hh", "before", "now", "reason", "gain_points"]
    if rows.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    label = language_column("label", lang)
    said = {
        side: [
            _with_month(what, month, lang)
            for what, month in zip(rows[f"{label}_{side}"], rows[f"month_{side}"], strict=True)
        ]
        for side in ("before", "now")
    }
    return pd.DataFrame(
        {
            "hh": rows["hh"],
            **said,
            "reason": [move_words(str(reason), lang) for reason in rows["reason"]],
            "gain_points": rows["gain"].where(np.isfinite(rows["gain"])) * _POINTS,
        }
    )


def _with_month(said: object, month: object, lang: str) -> str:
    """Return a package with the month it starts in."""
    if not month:
        return str(said)
    return text("{what} from {month}", lang, what=str(said), month=Month.from_ordinal(int(str(month))).label(lang))
