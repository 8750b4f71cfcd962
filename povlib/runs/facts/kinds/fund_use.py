"""Where the money stands: the plan's budget beside what the ledger says was granted, committed and paid."""

from __future__ import annotations

import pandas as pd

from povlib import ledger
from povlib.report.kinds.fund_report import FundUse
from povlib.report.meeting.facts import MeetingFacts
from povlib.runs.facts.village_order import in_village_order
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run
from povlib.vocabulary.resource_keys import FACILITY_PREFIX
from povlib.words import text

_YEAR = 12


def fund_use(run: Run, meeting: MeetingFacts, lang: str) -> FundUse:
    """Return the use of funds in the year of a run's plan; the plan's own figures are those of the meeting paper."""
    year = run.settings.plan_month.year
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        funds, measures, villages = (
            balance[balance["year"] == year].set_index(by)
            for by, balance in ((by, ledger.balances(book, (by, "year"))) for by in ("fund", "measure", "village"))
        )
    names = {key: one.names.show(lang) for key, one in run.catalogue.measures.items()}
    by_measure = _named(meeting.measures.set_index("measure")["money_fen"], measures, names, meeting, lang)
    by_village = _named(meeting.villages.set_index("village")["money_fen"], villages, {}, meeting, lang)
    return FundUse(
        year=year,
        year_share=max(0, min(_YEAR, run.at.ordinal + 1 - year * _YEAR)) / _YEAR,
        funds=_fund_rows(run, meeting, funds, lang),
        measures=by_measure,
        villages=in_village_order(by_village, run, "name"),
        moved=len(funds) > 0,
    )


def _fund_rows(run: Run, meeting: MeetingFacts, balance: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return a row for each fund of the plan, then for those that only the ledger knows."""
    plan = meeting.funds.set_index("name")
    names = {fund.key: fund.name_with_area(lang) for fund in run.catalogue.funds.values()}
    moved = balance.rename(index=names)
    keys = [*names.values(), *(name for name in moved.index if name not in set(names.values()))]
    money = ("granted_fen", "committed_fen", "paid_fen")
    frame = pd.DataFrame({"name": keys})
    for column, own in {
        "budget_fen": "amount_fen",
        "owed_fen": "entitlement_fen",
        "planned_fen": "planned_fen",
    }.items():
        frame[column] = plan[own].reindex(keys).astype("Int64").to_numpy()
    for column in money:
        # with no movement of the year at all nothing is known; a fund without one among others has none
        said = moved[column].reindex(keys).astype("Int64")
        frame[column] = (said.fillna(0) if len(balance) else said).to_numpy()
    frame["rate"] = moved["execution_rate"].reindex(keys).astype("Float64").to_numpy()
    return frame.astype(dict.fromkeys(["budget_fen", "owed_fen", "planned_fen", *money], "Int64"))


def _named(
    planned: pd.Series, balance: pd.DataFrame, names: dict[str, str], meeting: MeetingFacts, lang: str
) -> pd.DataFrame:
    """Return planned, committed and paid by name; what opens shared places belongs to no household's bill."""
    # the plan's openings stand in a row of their own, and so does what the ledger moved for them
    shared = balance[(balance.index == "") | balance.index.str.startswith(FACILITY_PREFIX)]
    own = balance.drop(shared.index)
    keys = [*planned.index, *(key for key in own.index if key not in set(planned.index))]
    frame = pd.DataFrame({"name": [names.get(str(key), str(key)) for key in keys]})
    frame["planned_fen"] = planned.reindex(keys).fillna(0).astype("Int64").to_numpy()
    for column in ("committed_fen", "paid_fen"):
        said = own[column].reindex(keys).astype("Int64")
        frame[column] = (said.fillna(0) if len(balance) else said).to_numpy()
    money = dict.fromkeys(["planned_fen", "committed_fen", "paid_fen"], "Int64")
    frame = frame.astype(money)
    opening = meeting.outcome.opening_fen
    if not opening and shared.empty:
        return frame
    words = text("opening of shared places", lang)
    known = [int(shared[column].sum()) if len(balance) else pd.NA for column in ("committed_fen", "paid_fen")]
    row = pd.DataFrame([[words[:1].upper() + words[1:], opening, *known]], columns=list(frame.columns))
    return pd.concat([frame, row.astype(money)], ignore_index=True)
