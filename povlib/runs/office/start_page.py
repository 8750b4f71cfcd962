"""The first page of the lab: which scenarios there are, which runs were made."""

from __future__ import annotations

import pandas as pd

from povlib import params, scenarios
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Column, Paragraph, Report, Section, Table
from povlib.report.writers.notebook_page import Page
from povlib.runs.office.office_place import Place
from povlib.runs.run_folders import current_office
from povlib.runs.storage.manifest import NAME, read_manifest
from povlib.words import language, text


def start_page(lang: str = "") -> Page:
    """Return the office's scenarios and its finished runs, by parts."""
    lang = lang or language()
    place = current_office()
    sections = (_scenario_section(place, lang), _run_section(place, lang))
    return Page(Report(text("Start here", lang), lang, sections=sections, synthetic=place.synthetic))


def _scenario_section(place: Place, lang: str) -> Section:
    folder = place.office.params
    loaded = scenarios.load_all(folder / "scenarios")
    frame = pd.DataFrame(
        [(one.name, one.title.show(lang), one.parent.name if one.parent else "") for one in loaded.values()],
        columns=["name", "title", "parent"],
    )
    empty = len(params.load(folder).empty())
    sentence = say(
        "{n} are still empty and have to be filled in before a plan can use them.",
        lang,
        n=Number("start.empty", empty, "count", "input", "catalogue.empty"),
    )
    columns = (
        Column("name", text("scenario", lang)),
        Column("title", text("title", lang), width=2.0),
        Column("parent", text("copied from", lang)),
    )
    table = Table("scenarios", text("Scenarios", lang), columns, frame, "name", "params/scenarios")
    return Section("scenarios", text("Scenarios", lang), (table, *((Paragraph(sentence),) if empty else ())))


def _run_section(place: Place, lang: str) -> Section:
    rows = []
    for folder in sorted(p.parent for p in place.office.runs.glob(f"*/{NAME}")):
        manifest = read_manifest(folder)
        rows.append((folder.name, manifest["run"]["scenario"], manifest["plan"]["value"], manifest["plan"]["gap"]))
    frame = pd.DataFrame(rows, columns=["run", "scenario", "value", "gap"])
    columns = (
        Column("run", text("run", lang)),
        Column("scenario", text("scenario", lang)),
        Column("value", text("value of the plan", lang), "persons"),
        Column("gap", text("certified gap", lang), "decimal3"),
    )
    empty = text("No run yet: python3 workbench.py run", lang)
    table = Table("runs", text("Runs", lang), columns, frame, "run", "manifests", empty=empty)
    return Section("runs", text("Runs", lang), (table,))
