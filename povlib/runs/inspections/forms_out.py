"""Forms of a drawn round: one workbook for each village that is inspected."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from povlib import ledger, params
from povlib.housing.inspection.extra_visits import extra_visits
from povlib.ledger.batch import hash_in_short
from povlib.report.writers.inspection_form import write_inspection_form
from povlib.runs.inspections.rounds import DrawnRound, inspection_rules, round_folder
from povlib.runs.office.office_place import Place, open_book
from povlib.words import text


def write_forms(place: Place, found: DrawnRound, lang: str) -> list[Path]:
    """Write a form for each village of a drawn round into the folder of the round; return the files.

    Houses stand in the drawn order of the whole list; those of the fixed-size plan are marked "first", those that an
    audit rule asks for "extra" with the reason.
    """
    name, draw = found.inputs.round, found.draw
    rules = inspection_rules(place)
    with open_book(place, create=False) as book:
        frames = {key: ledger.read_frame(book, key) for key in
                  ("dwellings", "projects", "progress", "house_photos")}  # fmt: skip
    reasons = extra_visits(draw.order["hh"], frames["dwellings"], frames["projects"], frames["progress"],
                           frames["house_photos"])  # fmt: skip
    works = frames["projects"].fillna({"kind": "", "status": ""})
    told = (works["kind"].astype(str) + " " + works["status"].astype(str)).groupby(works["hh"]).agg("；".join)
    findings = [code.show(lang) if hasattr(code, "show") else code.label for code in params.table("finding").codes]
    written = []
    for visit in draw.visits.itertuples():
        own = draw.order[draw.order["village"] == visit.village]
        rows = pd.DataFrame(
            {
                "place": own["place"],
                "hh": own["hh"],
                "visit": [
                    _visit_words(bool(planned), reasons.get(str(hh), ()), lang)
                    for hh, planned in own[["hh", "planned"]].itertuples(index=False)
                ],
                "works": own["hh"].map(told).fillna(""),
            }
        )
        belongs = {
            "round": name,
            "village": str(visit.village),
            "by_village": str(visit.by_village),
            "digest": hash_in_short(draw.digest),
        }
        path = round_folder(place, name) / "forms" / f"inspection-{name}-{visit.village}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        officers = rules.team_of(str(visit.by_village)).officers
        written.append(write_inspection_form(rows, belongs, findings, officers, path, lang))
    return written


def _visit_words(planned: bool, reasons: tuple[str, ...], lang: str) -> str:
    why = text("; ", lang).join(text(reason, lang) for reason in reasons)
    if planned:
        return text("first", lang)
    return text("extra: {why}", lang, why=why) if why else text("only when told to go on", lang)
