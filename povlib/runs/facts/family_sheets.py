"""One sheet a family: what the law owes it and what is planned for it, from the artefacts of a run.

Responsible for gathering each household's own lines. Not responsible for their layout
(`povlib.report.writers.family_sheets`). Chances, ranks and other families never stand on a sheet.
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.params import load_procedure
from povlib.report.writers.family_sheets import Help, HouseholdSheet, SheetHead
from povlib.runs.facts.proposal import planned_households
from povlib.runs.facts.record import office_name
from povlib.runs.run import Run
from povlib.vocabulary.help_and_works import help_running
from povlib.words import text


def sheet_head(run: Run, lang: str, *, draft: bool) -> SheetHead:
    """Return what is the same on every sheet."""
    rule = load_procedure(run.folder / "params").plan_posting
    return SheetHead(
        office_name(run, lang),
        run.settings.plan_month,
        contact=rule.ask_at,
        draft=draft,
        synthetic=run.info.synthetic,
        public_phones=(rule.ask_at,) if rule.ask_at else (),
        object_days=rule.days_asked(run.settings.plan_month),
    )


#: sheets of one file, a choice: a run of a large township prints those that tell of help, and ``cards`` one for all
MOST_SHEETS = 1000


def household_sheets(run: Run, lang: str) -> list[HouseholdSheet]:
    """Return a sheet for every registered household, by village and key.

    Where there are more than `MOST_SHEETS`, only for those that get something new or owed: the cards of all of them are
    written by village, on request (`povlib.runs.office.family_cards`).
    """
    sheets = every_household_sheet(run, lang)
    return sheets if len(sheets) <= MOST_SHEETS else [sheet for sheet in sheets if sheet.help]


def every_household_sheet(run: Run, lang: str) -> list[HouseholdSheet]:
    """Return a sheet for every registered household, by village and key, however many there are."""
    rows = planned_households(run)
    owed = _help_owed(run, lang)
    planned = _help_planned(run, rows, lang)
    running = _help_running(run, lang)
    helpers = _helpers(run)
    order = {village.name: at for at, village in enumerate(run.catalogue.villages.values())}
    rows = rows.assign(place=rows["village"].map(order)).sort_values(["place", "hh"])
    return [
        HouseholdSheet(
            hh=hh,
            village=village,
            help=(*owed.get(hh, ()), *planned.get(hh, ())),
            to_do=_to_do(planned.get(hh, ()), lang),
            running=running.get(hh, ()),
            helper=helpers.get(hh, ""),
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


def _to_do(planned: tuple[Help, ...], lang: str) -> tuple[str, ...]:
    """Return what the family itself does: say whether it agrees, and be there when each help begins."""
    if not planned:
        return ()
    first = min(item.start for item in planned if item.start is not None)
    return (
        text("Say below whether you agree, and give the card back to your helper.", lang),
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
