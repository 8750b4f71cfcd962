"""The papers of a run by parts: one for the office, and when asked for one a county, township, village or part.

Responsible for their one declaration: names, formats, which part each is made from. Not responsible for words
(`povlib.report.area`) or for writing many at a time (`povlib.runs.area.paper_batches`).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from povlib.report.area.household_list import household_list
from povlib.report.area.paper import MOST_PRINTED, area_paper, area_tables, township_list
from povlib.report.area.single_area_paper import single_area_paper
from povlib.report.area.village_annex import annex_sheets, village_annex
from povlib.report.model.paper import Report, Table
from povlib.runs.area.area_figures import MANY
from povlib.runs.area.office_parts import OfficePart
from povlib.runs.decisions.sheet_out import write_decisions_out
from povlib.runs.facts.record import office_name, promise_record
from povlib.runs.paper_shape import Paper, PaperInput

if TYPE_CHECKING:
    from povlib.runs.area.area_run import AreaRun
    from povlib.runs.area.part_figures import PartFigures

#: what the workbooks of a large office's households are asked for by
HOUSEHOLDS = "households"
#: what the papers of its counties are asked for by
COUNTIES = "counties"
#: what the papers of its townships are asked for by
TOWNSHIPS = "townships"
#: what the annexes of its villages are asked for by
ANNEXES = "annexes"

AREA_PAPERS = (
    Paper(
        "area",
        "paper",
        lambda given: area_paper(given.area, given.lang),
        ("html", "pdf", "docx", "xlsx", "json"),
        lambda given: area_tables(given.area, given.lang),
    ),
    Paper(
        "area.townships",
        "Townships side by side",
        lambda given: township_list(given.area, given.lang),
        ("xlsx", "json"),
        # fewer are printed in the paper itself; the parts name them without opening ledger or parameters
        applies=lambda run: sum(len(part.townships) for part in cast("AreaRun", run).parts) > MOST_PRINTED,
    ),
)
"""Papers that every run by parts writes, where they apply."""


def part_papers(run: AreaRun) -> tuple[Paper, ...]:
    """Return a workbook a part, made when asked for: ``households.01.zh.xlsx``."""
    return tuple(
        Paper(
            f"{HOUSEHOLDS}.{_number(at, len(run.parts))}", "households of the parts", partial(_household_list, part),
            ("xlsx", "json"), kind=HOUSEHOLDS, part=part.key,
        )
        for at, part in enumerate(run.parts, start=1)
    )  # fmt: skip


def county_papers(run: AreaRun) -> tuple[Paper, ...]:
    """Return a paper a county where there are several, made when asked for: ``county.01.zh.pdf``."""
    parts: dict[str, str] = {}
    for town, part in run.part_of_township.items():
        if town in run.county_of:
            # the first of a county's parts: whoever writes its paper reads them one after the other
            parts.setdefault(run.county_of[town], part.key)
    if len(parts) < MANY:
        return ()  # of one county the paper of the office tells
    return tuple(
        Paper(
            f"county.{_number(at, len(parts))}", "papers of the counties", partial(_county_paper, name),
            ("html", "pdf", "docx", "xlsx", "json"), kind=COUNTIES, about=name, part=part,
        )
        for at, (name, part) in enumerate(parts.items(), start=1)
    )  # fmt: skip


def township_papers(run: AreaRun) -> tuple[Paper, ...]:
    """Return a paper a township, made when asked for, numbered in the office's order: ``township.01.zh.pdf``.

    With it goes the workbook in which the township's meeting decides: ``decisions.01.zh.xlsx``.
    """
    towns = run.part_of_township
    return tuple(
        Paper(
            f"township.{_number(at, len(towns))}", "papers of the townships", partial(_township_paper, part, name),
            ("html", "pdf", "docx", "xlsx", "json"), kind=TOWNSHIPS, about=name, part=part.key,
            decisions=f"decisions.{_number(at, len(towns))}", write_decisions=partial(_write_decisions, part, name),
        )
        for at, (name, part) in enumerate(towns.items(), start=1)
    )  # fmt: skip


def annex_papers(run: AreaRun) -> tuple[Paper, ...]:
    """Return an annex a village, made when asked for, numbered in the office's order: ``annex.01.zh.pdf``."""
    villages = run.part_of_village
    return tuple(
        Paper(
            f"annex.{_number(at, len(villages))}", "annexes of the villages", partial(_annex, part, name),
            ("pdf", "xlsx", "json"), partial(_annex_sheets, part, name), kind=ANNEXES, about=name, part=part.key,
        )
        for at, (name, part) in enumerate(villages.items(), start=1)
    )  # fmt: skip


def asked_area_papers(run: AreaRun) -> tuple[Paper, ...]:
    """Return every paper of a run by parts that is made when asked for."""
    return (*county_papers(run), *township_papers(run), *annex_papers(run), *part_papers(run))


def _number(at: int, of: int) -> str:
    """Return a number with as many digits as the last one has, two at least: files stand in the office's order."""
    return f"{at:0{max(2, len(str(of)))}d}"


def _figures(given: PaperInput, part: OfficePart) -> PartFigures:
    """Return the figures of a part, read once for all its papers in a row."""
    from povlib.runs.area.part_figures import PartFigures

    run = cast("AreaRun", given.run)
    return cast("PartFigures", given.once(part.key, lambda: PartFigures(run.part_run(part))))


def _head(given: PaperInput) -> dict[str, Any]:
    """Return what the lists of households have with their head: office, month, marks."""
    run, lang = given.run, given.lang
    return {
        "issuer": office_name(run, lang),
        "date_line": run.settings.plan_month.label(lang),
        "synthetic": run.info.synthetic,
        "draft": not promise_record(run).decisions,
    }


def _household_list(part: OfficePart, given: PaperInput) -> Report:
    """Return what each household of one part receives."""
    from povlib.runs.area.single_area_facts import household_rows

    rows = household_rows(cast("AreaRun", given.run), part, given.lang)
    return household_list(part.key, part.name, rows, given.lang, **_head(given))


def _county_paper(name: str, given: PaperInput) -> Report:
    from povlib.runs.area.single_area_facts import county_facts

    return single_area_paper(county_facts(cast("AreaRun", given.run), name, given.lang), given.lang)


def _township_paper(part: OfficePart, name: str, given: PaperInput) -> Report:
    from povlib.runs.area.single_area_facts import township_facts

    facts = township_facts(cast("AreaRun", given.run), _figures(given, part), name, given.lang)
    return single_area_paper(facts, given.lang)


def _write_decisions(part: OfficePart, name: str, given: PaperInput, path: Path) -> None:
    write_decisions_out(_figures(given, part).run, path, given.lang, name)


def _annex_rows(part: OfficePart, village: str, given: PaperInput) -> pd.DataFrame:
    from povlib.runs.area.single_area_facts import in_words

    every = _figures(given, part).households
    rows = in_words(cast("AreaRun", given.run), every[every["village"].eq(village)], given.lang)
    return rows.sort_values("hh", ignore_index=True)


def _annex(part: OfficePart, village: str, given: PaperInput) -> Report:
    run = cast("AreaRun", given.run)
    rows, township = _annex_rows(part, village, given), run.township_of[village]
    return village_annex(village, township, rows, given.lang, run=run.info.run_id, **_head(given))


def _annex_sheets(part: OfficePart, village: str, given: PaperInput) -> tuple[Table, ...]:
    return annex_sheets(village, _annex_rows(part, village, given), given.lang)
