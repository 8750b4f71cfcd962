"""The file of each house: what its page says, from the ledger as it stands.

What is made here holds the facts of single families: it lies in the office's own folder, never among papers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from povlib import ledger, params
from povlib.calendar import Month
from povlib.errors import RunError
from povlib.params import table
from povlib.report.model.numbers import shown
from povlib.report.writers.house_files import PHASES, FileHead, HouseFile, HousePhoto, write_house_files
from povlib.runs.facts.houses.code_words import unit_in_words
from povlib.runs.facts.houses.house_bills import ESTIMATE, FINAL, VARIATION, amounts, bill_rows
from povlib.runs.facts.houses.house_progress import days_of
from povlib.runs.office.office_place import Place, open_book, photo_store
from povlib.words import language, text

_NONE = "—"
_STAGES = (ESTIMATE, VARIATION, FINAL)
_WRITTEN = {"qty": "decimal2", "fen": "yuan2"}


def write_files_of_houses(
    place: Place, households: Collection[str] = (), village: str = "", lang: str | None = None
) -> list[Path]:
    """Write the file of the houses of some households, or of a village, or of all, into the office's desk folder.

    Raises
    ------
    RunError
        If none of them has works on its house; all that have none are named.
    """
    lang = lang or language()
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
    houses = house_files(state, params.load(place.office.params), lang)
    known = {house.hh for house in houses}
    if strange := sorted(set(households) - known):
        raise RunError("these households have no works on a house: {hh}", hh=", ".join(strange))
    if village and village not in (villages := sorted({house.village for house in houses})):
        raise RunError("no house of {village} has works", village=village, allowed=", ".join(villages))
    chosen = [h for h in houses if (not households or h.hh in households) and (not village or h.village == village)]
    month = state.last_month.label(lang) if state.last_month else ""
    head = FileHead(place.office.name, month, place.synthetic)
    stem = f"house-files{f'-{village}' if village else ''}.{lang}"
    return write_house_files(
        chosen, head, place.office.folder / "desk" / "houses", stem, photo_store(place).thumbnail, lang=lang
    )


def house_files(state: ledger.State, catalogue: params.Catalogue, lang: str) -> list[HouseFile]:
    """Return one file a project, in the order of village and household."""
    works = state.projects.merge(state.households[["hh", "village"]], on="hh", how="left")
    works = works.merge(state.dwellings, on="hh", how="left").merge(state.project_schedules, on="project", how="left")
    works["village"] = works["village"].fillna("")
    items = bill_rows(state)
    bills = dict(tuple(items.assign(fen=amounts(items)).groupby("project")))
    photos = dict(tuple(_photos_in_order(state).groupby("project")))
    credits = dict(tuple(state.material_credits.groupby("hh")))
    findings = dict(tuple(state.inspection_findings.groupby("hh")))
    dwelling = [key for key, measure in catalogue.measures.items() if measure.is_on_dwelling]
    given = dict(tuple(state.support[state.support["measure"].isin(dwelling)].groupby("hh")))
    rows = works.sort_values(["village", "hh", "project"]).to_dict("records")
    return [
        HouseFile(
            hh=str(row["hh"]),
            village=str(row["village"]),
            project=str(row["project"]),
            facts=_facts({str(name): value for name, value in row.items()}, lang),
            bill=tuple(_bill_rows(bills.get(row["project"]), lang)),
            total=_bill_total(bills.get(row["project"]), lang),
            photos=_photos(photos.get(row["project"])),
            account=_account(row["cost_fen"], given.get(row["hh"]), credits.get(row["hh"]), catalogue, lang),
            findings=_findings(findings.get(row["hh"]), lang),
        )
        for row in rows
    ]


def _day(number: Any) -> str:
    written = "" if pd.isna(number) else str(int(number))
    return f"{written[:4]}-{written[4:6]}-{written[6:]}" if written else _NONE


def _facts(row: Mapping[str, Any], lang: str) -> tuple[tuple[str, str], ...]:
    def said(name: str, codes: str = "") -> str:
        value = row[name]
        if pd.isna(value) or value == "":
            return _NONE
        return table(codes).show(str(value), lang) if codes else str(value)

    fits = {1: text("yes", lang), 0: text("no", lang)}
    plan = row["plan_fits"]
    return (
        (text("project", lang), said("project")),
        (text("kind of work", lang), said("kind", "housing_kind")),
        (text("grade of the house", lang), said("grade", "housing_grade")),
        (text("state of the works", lang), said("status", "project_status")),
        (text("crew", lang), said("crew")),
        (text("day begun", lang), _day(row["start_day"])),
        (text("day planned", lang), _day(row["planned_done_day"])),
        (text("day finished", lang), _day(row["done_day"])),
        (text("why it had not begun", lang), said("delay_cause", "delay_cause")),
        (text("way taken", lang), said("way", "housing_way")),
        (text("site", lang), said("site")),
        (text("fits the village plan", lang), _NONE if pd.isna(plan) else fits[int(plan)]),
    )


def _bill_rows(items: pd.DataFrame | None, lang: str) -> list[tuple[str, ...]]:
    """Return the rows of a bill, items in the order of the estimate: the numbers of each stage beside each other."""
    if items is None:
        return []
    found = []
    for item, own in items.groupby("item", sort=False):
        stage = {str(row["stage"]): row for row in own.to_dict("records")}
        first = next(iter(stage.values()))

        wanted = ((ESTIMATE, "qty"), (ESTIMATE, "fen"), (VARIATION, "fen"), (FINAL, "qty"), (FINAL, "fen"))
        numbers = [
            shown(stage[which][name], _WRITTEN[name], lang) if which in stage else _NONE for which, name in wanted
        ]
        found.append((str(item), unit_in_words(first["unit"], lang), shown(first["unit_fen"], "yuan2", lang), *numbers))
    return found


def _bill_total(items: pd.DataFrame | None, lang: str) -> tuple[str, ...]:
    if items is None:
        return ()
    sums = items.groupby("stage")["fen"].sum()
    yuan = {stage: shown(int(sums[stage]), "yuan2", lang) if stage in sums else _NONE for stage in _STAGES}
    return (text("Total", lang), "", "", "", yuan[ESTIMATE], yuan[VARIATION], "", yuan[FINAL])


def _photos_in_order(state: ledger.State) -> pd.DataFrame:
    """Return the photos, the newest of each phase first."""
    photos = state.house_photos[state.house_photos["phase"].isin(PHASES)]
    return photos.assign(day=days_of(photos["week"]).dt.strftime("%Y-%m-%d").fillna("")).sort_values(
        ["project", "phase", "week", "sha256"], ascending=[True, True, False, True]
    )


def _photos(photos: pd.DataFrame | None) -> tuple[HousePhoto, ...]:
    if photos is None:
        return ()
    return tuple(HousePhoto(*row) for row in photos[["phase", "day", "sha256"]].itertuples(index=False, name=None))


def _account(
    cost: Any,
    given: pd.DataFrame | None,
    credits: pd.DataFrame | None,
    catalogue: params.Catalogue,
    lang: str,
) -> tuple[tuple[str, str], ...]:
    lines = [(text("cost of the house", lang), shown(cost, "yuan2", lang, unit="yuan"))]
    if given is not None:
        for measure, fund, fen, status in given[["measure", "fund", "fen", "status"]].itertuples(index=False):
            name = catalogue.measures[measure].names.show(lang)
            payer = catalogue.funds[fund].names.show(lang) if fund in catalogue.funds else str(fund or _NONE)
            state = table("support_status").show(str(status), lang)
            lines.append((name, f"{shown(fen, 'yuan2', lang, unit='yuan')} · {payer} · {state}"))
    if credits is not None:
        for guarantor, fen, repaid, due in credits[["guarantor", "fen", "repaid_fen", "due_month"]].itertuples(
            index=False
        ):
            words = text(
                "bought for {fen}, repaid {repaid}, due {month}, guarantor {guarantor}",
                lang,
                fen=shown(fen, "yuan2", lang, unit="yuan"),
                repaid=shown(0 if pd.isna(repaid) else repaid, "yuan2", lang, unit="yuan"),
                month=Month.from_ordinal(int(due)).label(lang),
                guarantor=guarantor,
            )
            lines.append((text("materials on credit", lang), words))
    return tuple(lines)


def _findings(findings: pd.DataFrame | None, lang: str) -> tuple[str, ...]:
    if findings is None:
        return ()
    colon, gap = text(": ", lang), text(". ", lang)
    codes = table("finding")
    return tuple(
        f"{_day(day)} {text('inspected by {village}', lang, village=by)}{colon}{codes.show(str(found), lang)}"
        + (f"{gap}{note}" if isinstance(note, str) and note else "")
        for day, by, found, note in findings.sort_values("day")[["day", "by_village", "finding", "note"]].itertuples(
            index=False
        )
    )
