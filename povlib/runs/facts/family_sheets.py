"""One sheet a family: what the law owes it and what is planned for it, from the artefacts of a run.

Responsible for gathering each household's own lines. Not responsible for their layout
(`povlib.report.writers.family_sheets`). Chances, ranks and other families never stand on a sheet.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.calendar import Month
from povlib.params import load_procedure
from povlib.report.meeting import Decision
from povlib.report.writers.family_sheets import Help, HouseholdSheet, SheetHead
from povlib.runs.facts.proposal import planned_households, unserved_kind
from povlib.runs.facts.record import office_name
from povlib.runs.run import Run
from povlib.vocabulary.help_and_works import help_running
from povlib.words import text


def sheet_head(run: Run, lang: str, *, draft: bool, decisions: Sequence[Decision] = ()) -> SheetHead:
    """Return what is the same on every sheet.

    Parameters
    ----------
    decisions : sequence of Decision
        What was decided about the run: the day of the approval stands on the cards.
    """
    rule = load_procedure(run.folder / "params").plan_posting
    return SheetHead(
        office_name(run, lang),
        run.settings.plan_month,
        contact=rule.ask_at,
        draft=draft,
        synthetic=run.info.synthetic,
        public_phones=(rule.ask_at,) if rule.ask_at else (),
        object_days=rule.days_asked(run.settings.plan_month),
        approved_on=next((one.day for one in decisions if one.decision == "approved"), ""),
    )


#: sheets of one file, a choice: a run of a large township prints those that tell of help, and ``cards`` one for all
MOST_SHEETS = 1000


def household_sheets(run: Run, lang: str, *, approved: bool = False) -> list[HouseholdSheet]:
    """Return a sheet for every registered household, by village and key.

    Where there are more than `MOST_SHEETS`, only for those that get something new or owed: the cards of all of them are
    written by village, on request (`povlib.runs.office.family_cards`).
    """
    sheets = every_household_sheet(run, lang, approved=approved)
    return sheets if len(sheets) <= MOST_SHEETS else [sheet for sheet in sheets if sheet.help]


def every_household_sheet(
    run: Run, lang: str, *, approved: bool = False, rows: pd.DataFrame | None = None
) -> list[HouseholdSheet]:
    """Return a sheet for every registered household, by village and key, however many there are.

    Parameters
    ----------
    approved : bool
        Whether the plan was approved: a family is then told to sign for the card, no more asked whether it agrees.
    rows : DataFrame, optional
        hh, village, package, k, p0 of the households planned for; default those of the run's own plan.
    """
    rows = planned_households(run) if rows is None else rows
    owed = _help_owed(run, lang)
    planned = _help_planned(run, rows, lang)
    running = _help_running(run, lang)
    helpers, why = _helpers(run), _why_none(run, rows, lang)
    order = {village.name: at for at, village in enumerate(run.catalogue.villages.values())}
    rows = rows.assign(place=rows["village"].map(order)).sort_values(["place", "hh"])
    return [
        HouseholdSheet(
            hh=hh,
            village=village,
            help=(*owed.get(hh, ()), *planned.get(hh, ())),
            to_do=_to_do(planned.get(hh, ()), lang, approved=approved),
            running=running.get(hh, ()),
            helper=helpers.get(hh, ""),
            why_none=why.get(hh, ""),
        )
        for hh, village in rows[["hh", "village"]].itertuples(index=False)
    ]


def _measure_name(run: Run, measure: str, lang: str) -> str:
    return run.catalogue.measures[measure].names.show(lang)


def _help_running(run: Run, lang: str) -> dict[str, tuple[Help, ...]]:
    """Return by household the help of the ledger that runs in the month of the plan, each measure once."""
    frame, month = run.state.support, run.settings.plan_month.ordinal
    open_end = frame["to_month"].isna() | (frame["to_month"] >= month).fillna(False)
    runs = frame[(frame["status"] == help_running()) & open_end & frame["measure"].isin(list(run.catalogue.measures))]
    first = runs.sort_values(["hh", "from_month", "measure"]).drop_duplicates(["hh", "measure"])
    found: dict[str, tuple[Help, ...]] = {}
    for hh, measure, start in first[["hh", "measure", "from_month"]].itertuples(index=False):
        line = Help(_measure_name(run, measure, lang), Month.from_ordinal(int(start)))
        found[hh] = (*found.get(hh, ()), line)
    return found


def _helpers(run: Run) -> dict[str, str]:
    """Return who helps each household now, with the unit where they are found; the latest of several."""
    frame, month = run.state.helper_assignments, run.settings.plan_month.ordinal
    now = frame[frame["to_month"].isna() | (frame["to_month"] >= month).fillna(False)]
    latest = now.sort_values(["hh", "from_month", "helper"]).drop_duplicates("hh", keep="last")
    unit = run.state.helpers.drop_duplicates("helper").set_index("helper")["unit"]
    said = latest["helper"].astype(str) + " · " + latest["helper"].map(unit).fillna("").astype(str)
    return dict(zip(latest["hh"].tolist(), said.str.removesuffix(" · ").tolist(), strict=True))


def _why_none(run: Run, rows: pd.DataFrame, lang: str) -> dict[str, str]:
    """Return by household why it has nothing new, its own reason alone: neither a rank nor a chance."""
    said = {
        "lot": text("Among plans about as good a lot was drawn, and this time it gave nothing new.", lang),
        "objects": text("You said that you want no help. If you think otherwise now, tell us.", lang),
        "unassessable": text("What is recorded of your family is not complete: somebody will visit you first.", lang),
        "nothing": text("None of the measures there are fits your family at present.", lang),
        "over": text("With the incomes and the help you have you are expected to reach the line this year.", lang),
        "little": text("The measures there are would add little to your income this year.", lang),
        "scarce": text("Money, posts and places are limited this year and do not reach your family this time.", lang),
    }
    none = rows[rows["k"] == 0]
    return dict(zip(none["hh"].astype(str).tolist(), unserved_kind(run, none).map(said).tolist(), strict=True))


def _to_do(planned: tuple[Help, ...], lang: str, *, approved: bool) -> tuple[str, ...]:
    """Return what the family itself does: say whether it agrees or sign, and be there when each help begins."""
    if not planned:
        return ()
    first = min(item.start for item in planned if item.start is not None)
    return (
        text("Sign below that you have received this card and that it was explained to you.", lang)
        if approved
        else text("Say below whether you agree, and give the card back to your helper.", lang),
        text("Be ready by {month}, when the first of it begins.", lang, month=first.label(lang)),
    )


def _help_owed(run: Run, lang: str) -> dict[str, tuple[Help, ...]]:
    """Return by household the help the law owes it and the plan covers."""
    frame = run.offer.entitlements
    frame = frame[frame["covered"].astype(bool)] if len(frame) else frame
    found: dict[str, tuple[Help, ...]] = {}
    for hh, measure, start, fen in frame[["hh", "measure", "start", "cost_fen"]].itertuples(index=False):
        line = Help(_measure_name(run, measure, lang), Month.from_ordinal(int(start)), int(fen), entitled=True)
        found[hh] = (*found.get(hh, ()), line)
    return found


def _help_planned(run: Run, rows: pd.DataFrame, lang: str) -> dict[str, tuple[Help, ...]]:
    """Return by household the help of its planned package, posts and co-operatives named."""
    parts = run.offer.components.merge(rows[["hh", "package"]], on="package")
    posts, coops = run.catalogue.posts, run.catalogue.shared_places
    found: dict[str, tuple[Help, ...]] = {}
    for row in parts.sort_values(["hh", "start", "measure"]).to_dict("records"):
        words = _measure_name(run, row["measure"], lang)
        for key, pool in ((row["post"], posts), (row["coop"], coops)):
            if isinstance(key, str) and key in pool:
                words += text(" ({words})", lang, words=pool[key].names.show(lang))
        line = Help(words, Month.from_ordinal(int(row["start"])), int(row["cost_fen"]) or None)
        found[row["hh"]] = (*found.get(row["hh"], ()), line)
    return found
