"""The plan over several years in words and tables, as the command line and papers print them.

Responsible for wording what is stored. Not responsible for any figure (`horizon_run`).
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.money import format_yuan
from povlib.params import Catalogue
from povlib.runs.horizon.horizon_run import StoredHorizon
from povlib.words import text


def certificate_sentence(found: StoredHorizon) -> str:
    """Return the certificate of the whole horizon as a sentence."""
    facts = found.facts
    months = {"first": str(Month.from_ordinal(int(found.periods["first"].iloc[0]))),
              "last": str(Month.from_ordinal(int(facts["end"])))}  # fmt: skip
    if not facts["proved"]:
        return text("The plan from {first} to {last} breaks a rule:", **months)
    said = text(
        "From {first} to {last} every fund, window, post and month of the builders is kept to the fen, and under these "
        "estimates no plan is better by more than {gap} persons of the objective ({value} of at most {bound}).",
        gap=f"{max(facts['gap'], 0.0):.2f}", value=f"{facts['value']:.2f}", bound=f"{facts['bound']:.2f}", **months,
    )  # fmt: skip
    weight = text(
        "An exit that holds at the end of an earlier year counts {weight} of one that holds at the end.",
        weight=f"{facts['weight']:g}",
    )
    return text("{first} {second}", first=said, second=weight)


def period_table(found: StoredHorizon) -> pd.DataFrame:
    """Return who is served in each period."""
    rows = found.periods
    return pd.DataFrame(
        {
            text("period"): [
                f"{Month.from_ordinal(int(first))}–{Month.from_ordinal(int(last))}"
                for first, last in zip(rows["first"], rows["last"], strict=True)
            ],
            text("households served"): rows["households"],
            text("persons in them"): rows["persons"],
            text("new money"): [format_yuan(int(fen)) for fen in rows["money_fen"]],
            text("worth (persons of the objective)"): rows["additional"].round(1),
        }
    )


def path_table(found: StoredHorizon) -> pd.DataFrame:
    """Return the path of exits with its range, and the chance of the goal at the end."""
    rows, goal = found.path, found.facts["goal"]
    table = {
        text("at the end of"): [str(Month.from_ordinal(int(month))) for month in rows["month"]],
        text("exits"): rows["persons"].round(1),
        text("range (90 %)"): [
            f"{low:.0f}–{high:.0f}" for low, high in zip(rows["low_90"], rows["high_90"], strict=True)
        ],
        text("without new help"): rows["without"].round(1),
        text("additional"): rows["additional"].round(1),
        text("persons served so far"): rows["served"],
    }
    if goal is not None:
        table[text("chance of {goal}", goal=f"{goal:,}")] = [f"{chance:.0%}" for chance in rows["goal_chance"]]
    return pd.DataFrame(table)


def account_table(found: StoredHorizon, catalogue: Catalogue) -> pd.DataFrame:
    """Return the account of every fund by period, to the fen, with the price of its money."""
    rows = found.accounts.merge(found.prices, on=["fund", "period"], how="left")
    first = found.periods.set_index("period")["first"]
    names = {fund.key: fund.names.show() for fund in catalogue.funds.values()}
    amounts = {
        text("brought over"): "brought_fen",
        text("arrived"): "arrived_fen",
        text("spent"): "spent_fen",
        text("lapsed"): "lapsed_fen",
        text("carried over"): "carried_fen",
    }
    return pd.DataFrame(
        {
            text("fund"): [names.get(str(fund), str(fund)) for fund in rows["fund"]],
            text("period from"): [str(Month.from_ordinal(int(first[t]))) for t in rows["period"]],
            **{label: [f"{int(fen) / 100:,.2f}" for fen in rows[key]] for label, key in amounts.items()},
            text("10,000 yuan bring (persons)"): rows["persons_per_10k_yuan"].round(3),
        }
    )


def village_table(found: StoredHorizon) -> pd.DataFrame:
    """Return households served by village and period."""
    months = {int(t): str(Month.from_ordinal(int(m))) for t, m in found.periods[["period", "first"]].to_numpy()}
    counted = pd.crosstab(found.households["village"], found.households["period"])
    counted = counted.reindex(columns=[-1, *months], fill_value=0)
    counted = counted[[*months, -1]]
    counted.columns = pd.Index([*months.values(), text("not within the horizon")])
    return counted.rename_axis(text("village")).reset_index()


def reason_words(reason: str, lang: str | None = None) -> str:
    """Return why a household is not served in the first period."""
    said = {
        "money": "money is dearer now than later",
        "seats": "posts or places are dearer now than later",
        "weeks": "builders' weeks are dearer now than later",
        "shares": "shares kept for others make it dearer now",
        "later": "a later start brings as much or more",
        "decided": "decided or committed",
        "no_offer": "nothing can be offered",
        "no_gain": "what can be offered brings nothing",
    }
    return text(said[reason], lang) if reason else ""


def move_words(reason: str, lang: str | None = None) -> str:
    """Return why a household is moved when the plan is made again."""
    said = {
        "gone": "the earlier help is not offered any more",
        "better": "the household gains by it",
        "room": "makes room for others",
    }
    return text(said[reason], lang)


def deviation_words(kind: str, lang: str | None = None) -> str:
    """Return the name of what happened to households since the plan before."""
    said = {
        "exited": "has left the register as exited",
        "dropped": "dropped out of the register",
        "new": "newly on the register",
        "begun": "the planned help has begun",
        "lost": "the planned help is not offered any more",
        "shock": "the same help, but its chances have changed",
        "slipped": "starts later than planned",
        "earlier": "starts earlier than planned",
        "other": "other help than planned",
    }
    return text(said[kind], lang)
