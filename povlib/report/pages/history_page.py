"""脱贫履历 as a page: what happened to one household, in the order in which it happened.

Responsible for turning the rows of `povlib.ledger.history` into lines that can be read aloud, with the
file, officer and batch that said so, and the photos of its house side by side. Not responsible for reading the
ledger. The page is for the desk and the family itself: 户编号 and 人口编号, never a name or a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from povlib.calendar import Month
from povlib.params.tables import table
from povlib.report.figures.photo_strips import house_strips
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Column, Paragraph, Report, Section, Table
from povlib.report.pages.ledger_wording import item_name, value_words
from povlib.report.pages.village_wording import VILLAGE_SUBJECTS
from povlib.words import language, term, text

_PHOTO = "progress.photo_sha256"
_SOURCE = ("source", "officer", "recorded", "batch")
_SUBJECTS = {
    "household": "register",
    "member": "member of the household",
    "obs": "the month",
    "obs_transfer": "transfer received",
    "support_given": "help",
    "mark": "mark of exit",
    "project": "works on the house",
    "project_item": "part of the works",
    "progress": "week of the works",
    "placement": "post held",
    "household_decision": "decision by hand",
    "household_word": "word of the household",
    "dwelling": "dwelling",
    "bill_item": "line of the bill",
    "project_schedule": "builders and days",
    "house_photo": "photo of the house",
    "material_credit": "materials on credit",
    "inspection_finding": "inspection by another village",
    "list_entry": "posted list",
    "objection": "objection of the household",
    **VILLAGE_SUBJECTS,
}


@dataclass(frozen=True)
class HistoryFacts:
    """What the page is made of: the rows, the names of kinds of transfers, and the photos of its houses.

    `photos` has project, phase, sha256 and week; `photo` returns the bytes of one by digest.
    """

    hh: str
    rows: pd.DataFrame
    names: Mapping[str, str]
    photo: Callable[[str], bytes] | None = None
    ledger_head: str = ""
    synthetic: bool = False
    photos: pd.DataFrame | None = None


def history_lines(rows: pd.DataFrame, names: Mapping[str, str], lang: str | None = None) -> pd.DataFrame:
    """Return one line for each thing that happened, by month, then batch.

    Parameters
    ----------
    rows : DataFrame
        Of `povlib.ledger.history`.
    names : mapping
        Names of kinds of transfers by key.

    Returns
    -------
    DataFrame
        month (words), subject, of (person, project ... or empty), what, reason, source, officer, recorded,
        batch. Values that came in one batch about one thing share a line; a value that replaced another says
        both; what is without a month stands at the month before it.
    """
    lang = lang or language()
    if rows.empty:
        return pd.DataFrame(columns=["month", "subject", "of", "what", "reason", "source", "officer", "recorded",
                                     "batch"])  # fmt: skip
    names = {**_codes_in_keys(lang), **names}
    told = rows.reset_index(drop=True)
    told["table"] = told["what"].str.partition(".")[0]
    told["words"] = [
        _change_in_words(what, before, after, lang)
        for what, before, after in told[["what", "before", "after"]].itertuples(index=False)
    ]
    told["when"] = told["when"].ffill().bfill().fillna(0).astype("int64")
    keys = ["when", "batch", "table", "key", "reason"]
    told[["key", "reason"]] = told[["key", "reason"]].fillna("")
    # one line for all that one batch says about one thing
    lines = told.drop_duplicates(keys).reset_index(drop=True)
    words: dict[tuple[object, ...], list[str]] = {}
    for *key, entry in told[[*keys, "words"]].itertuples(index=False):
        words.setdefault(tuple(key), []).append(entry)
    separator = text("; ", lang)
    lines["what"] = [separator.join(entries) for entries in words.values()]
    lines = lines.sort_values(["when", "batch"], kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "month": [Month.from_ordinal(int(when)).label(lang) if when else "" for when in lines["when"]],
            "subject": [text(_SUBJECTS.get(name, name), lang) for name in lines["table"]],
            "of": [_name_of_key(key, names) for key in lines["key"]],
            "what": lines["what"],
            "reason": lines["reason"],
            "source": lines["source"],
            "officer": lines["officer"].replace("-", ""),
            "recorded": lines["recorded_at"].astype("str").str[:10],
            "batch": lines["batch"],
        }
    )


def _change_in_words(what: str, before: object, after: object, lang: str) -> str:
    old, new = value_words(what, before, lang), value_words(what, after, lang)
    name = item_name(what, lang)
    colon = text(": ", lang)
    if what.endswith("sha256"):
        old, new = old[:12], new[:12]
    if not old:
        return f"{name}{colon}{new}"
    return f"{name}{colon}{old} → {new or text('taken back', lang)}"


def _codes_in_keys(lang: str) -> dict[str, str]:
    """Return the labels of codes that stand in keys of rows: the stage of a bill, the phase of a photo."""
    return {code.key: code.show(lang) for name in ("bill_stage", "photo_phase") for code in table(name).codes}


def _name_of_key(key: str, names: Mapping[str, str]) -> str:
    return "/".join(names.get(part, part) for part in str(key).split("/"))


def history_paper(facts: HistoryFacts, lang: str | None = None) -> Report:
    """Return the history of a household as a paper: the lines, then the photos of its house."""
    lang = lang or language()
    lines = history_lines(facts.rows, facts.names, lang)
    sentence = say(
        "{n} entries from {batches} batches, in the order in which they happened; nothing was ever removed.",
        lang,
        n=Number("history.entries", len(lines), "count", "", "ledger.history"),
        batches=Number("history.batches", lines["batch"].nunique(), "count", "", "ledger.history"),
    )
    columns = (
        Column("month", text("month", lang), width=1.1),
        Column("subject", text("subject", lang), width=1.3),
        Column("what", text("what was recorded", lang), width=4.5),
        Column("source", text("source", lang), width=2.2),
    )
    frame = pd.DataFrame(
        {
            "row": range(1, len(lines) + 1),
            "month": lines["month"],
            "subject": _joined_columns(lines, ("subject", "of"), " "),
            "what": _joined_columns(lines, ("what", "reason"), text(". ", lang)),
            "source": _joined_columns(lines.assign(batch=lines["batch"].map("#{}".format)), _SOURCE, " · "),
        }
    )
    table = Table("history", facts.hh, columns, frame, "row", "ledger.history", small=True)
    sections = [Section("entries", text("What happened", lang), (Paragraph(sentence), table))]
    if facts.photos is not None and facts.photo is not None and len(facts.photos):
        strips = house_strips(facts.photos, facts.photo, lang=lang)
        sections.append(Section("photos", text("The house before, during and after the works", lang), strips))
    return Report(
        title=f"{term('exit_history', lang)} {facts.hh}",
        language=lang,
        sections=tuple(sections),
        manifest={text("ledger", lang): facts.ledger_head} if facts.ledger_head else {},
        synthetic=facts.synthetic,
    )


def _joined_columns(lines: pd.DataFrame, names: Sequence[str], gap: str) -> list[str]:
    """Return some columns as one, row by row, without what is empty."""
    return [gap.join(part for part in row if part) for row in lines[list(names)].itertuples(index=False, name=None)]
