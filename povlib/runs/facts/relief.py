"""Relief of a run's ledger, for papers: due and paid, what does not agree, the year's budget, own income and transfers.

Responsible for names and for the words of each finding's rule. Not responsible for figures (`povlib.support.relief`,
`povlib.poverty.households.transfer_exits`).
"""

from __future__ import annotations

from typing import cast

import pandas as pd

from povlib.calendar import Month
from povlib.params import Catalogue, Settings
from povlib.poverty.households.transfer_exits import BELOW, OWN, STANDINGS, TRANSFERS, UNKNOWN, income_standing
from povlib.report.pages.relief_section import ReliefFacts, finding_name
from povlib.runs.run import Run
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.relief.findings import LATE, NOTHING_RECORDED, OVER_STANDARD, TWICE, UNPAID
from povlib.support.relief.monthly_dues import YEAR_MONTHS
from povlib.support.relief.relief_review import relief_review
from povlib.vocabulary.register import exited_status, registered_statuses
from povlib.words import text


def run_relief(run: Run, lang: str) -> ReliefFacts:
    """Return what papers of a run say of relief."""
    return relief_facts(cast(SupportFrames, run.state), run.catalogue, run.settings, run.at, lang)


def relief_facts(state: SupportFrames, catalogue: Catalogue, settings: Settings, at: Month, lang: str) -> ReliefFacts:
    """Return what papers say of relief over the twelve months that end with `at`.

    Parameters
    ----------
    state : State
        As recorded: what a scenario closes changes nothing that was due or paid.
    catalogue, settings : Catalogue, Settings
    at : Month
        Last month with data.
    lang : str
    """
    made = relief_review(state, catalogue, at)
    names = {key: measure.names.show(lang) for key, measure in catalogue.measures.items()}
    measures = made.by_measure.assign(name=made.by_measure["measure"].map(names))
    told = measures["judged_from"].notna().to_numpy(dtype=bool)
    budget = made.budget.assign(
        name=made.budget["measure"].map(names), year_fen=made.budget["due_fen"] + made.budget["ahead_fen"]
    )
    return ReliefFacts(
        first=at + (1 - YEAR_MONTHS),
        at=at,
        measures=measures.loc[told].reset_index(drop=True),
        unjudged=tuple(measures["name"].loc[~told].astype("str")),
        unreckoned=_named_numbers(made.unreckoned, names, lang),
        findings=_worded_findings(made.findings, catalogue, names, lang),
        budget=budget,
        standing=_standing_rows(state, catalogue, settings, at, lang),
    )


def _worded_findings(found: pd.DataFrame, catalogue: Catalogue, names: dict[str, str], lang: str) -> pd.DataFrame:
    days = found["day"].astype("str").where(found["day"].notna(), "")
    rules = {key: m.entitlement for key, m in catalogue.measures.items() if m.entitlement is not None}
    citations = {key: text(rule.citation, lang) for key, rule in rules.items()}
    last_days = {key: rule.pay_by.day for key, rule in rules.items() if rule.pay_by}

    def rule(row: pd.Series) -> str:
        if row["finding"] == UNPAID:
            said = text("due by rule, and no payment for the month", lang)
        elif row["finding"] == LATE and row["measure"] not in last_days:
            aid = rules[row["measure"]].aid
            assert aid is not None
            said = text("{n} days after the {within} days within which it is to be paid", lang, n=int(row["days_late"]),
                        within=aid.within_days)  # fmt: skip
        elif row["finding"] == LATE:
            said = text("{n} days after day {day} of its month", lang, n=int(row["days_late"]),
                        day=last_days[row["measure"]])  # fmt: skip
        elif row["finding"] == TWICE:
            said = text("the same amount was paid before for this month", lang)
        elif row["why"] == NOTHING_RECORDED:
            said = text("no bill or loss of the month is on record for which the rule owes anything", lang)
        elif row["why"] == OVER_STANDARD:
            said = text("the rule owes nothing: its income reaches the standard", lang)
        else:
            said = text("its conditions are not met", lang)
        return text("{what}: {rule}", lang, what=said, rule=citations[row["measure"]])

    return pd.DataFrame(
        {
            "kind": found["finding"],
            "finding": [finding_name(kind, lang) for kind in found["finding"]],
            "hh": found["hh"],
            "village": found["village"],
            "measure": found["measure"],
            "name": found["measure"].map(names),
            "month": found["month"],
            "fen": found["fen"],
            "due_fen": found["due_fen"],
            "day": [f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else "" for day in days],
            "payment": found["payment"],
            "rule": [rule(row) for _, row in found.iterrows()],
        }
    )


def _named_numbers(rows: pd.DataFrame, names: dict[str, str], lang: str) -> pd.DataFrame:
    """Return what is on record and cannot be reckoned, with the numbers that are missing in words."""
    words = {
        "share": text("the share that is paid", lang),
        "least_yuan": text("the part that the household bears", lang),
        "most_yuan": text("the most that is paid", lang),
    }
    return pd.DataFrame(
        {
            "key": rows["measure"],
            "name": rows["measure"].map(names),
            "records": rows["records"],
            "rows": rows["rows"],
            "missing": [text(", ", lang).join(words[name] for name in missing) for missing in rows["missing"]],
        }
    )


def _standing_rows(
    state: SupportFrames, catalogue: Catalogue, settings: Settings, at: Month, lang: str
) -> pd.DataFrame:
    """Return households and persons by standing, of the register and of those that exited."""
    words = {
        OWN: text("over the line by own income", lang),
        TRANSFERS: text("over the line by transfers alone", lang),
        BELOW: text("not over the line", lang),
        UNKNOWN: text("cannot be assessed: months are missing", lang),
    }
    rows = income_standing(state, at, catalogue, settings)
    rows["status"] = state.households["status"].to_numpy()
    made = pd.DataFrame({"key": list(STANDINGS), "standing": [words[key] for key in STANDINGS]})
    for group, statuses in (("registered", registered_statuses()), ("exited", (exited_status(),))):
        mine = rows.loc[rows["status"].isin(statuses)].groupby("standing")["size"].agg(["size", "sum"])
        mine = mine.reindex(list(STANDINGS)).fillna(0).astype("int64")
        made[group], made[f"{group}_persons"] = mine["size"].to_numpy(), mine["sum"].to_numpy()
    return made
