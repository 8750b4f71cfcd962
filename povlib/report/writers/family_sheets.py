"""One A5 sheet a household: its own plan, in words it can read aloud.

Responsible for the sheet handed to the family. It says what the family will receive, when and from
whom, and nothing about chances, ranks or other families. Its own points stand there only when the
family asked for them. Not responsible for choosing the plan.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from povlib.calendar import Month
from povlib.errors import Fault, ReportError
from povlib.report.model.numbers import shown
from povlib.report.model.paper import page_marks
from povlib.report.privacy import personal_data
from povlib.report.writers.payload import language_marks, shown_texts
from povlib.report.writers.typesetting import Missing, typeset
from povlib.report.writers.whole_files import write_whole_file
from povlib.words import language, text

#: a line to be written on, where no telephone is recorded; and what counts as one: seven numerals or more in a row
_BLANK = "________"
_PHONE = re.compile(r"\d[\d\- ]{5,}\d")


@dataclass(frozen=True)
class Help:
    """One measure of a family's plan.

    Parameters
    ----------
    what : str
        Name of the measure, with the post or the co-op where there is one.
    start : Month, optional
        When it begins.
    amount_fen : int, optional
        Money for the family, in fen.
    entitled : bool
        Whether the law already owes it.
    """

    what: str
    start: Month | None = None
    amount_fen: int | None = None
    entitled: bool = False
    contact: str = ""


@dataclass(frozen=True)
class HouseholdSheet:
    """What one family receives on paper.

    Parameters
    ----------
    hh : str
        户编号.
    name : str
        The head's own name, or "" to show the key alone.
    members : tuple of str
        The others of the family by name, or none.
    person_points : str
        The family's own line in points: only on its own request.
    running : tuple of Help
        What the family receives already.
    helper : str
        Who helps it, as the list of helpers names them; "" where nobody is assigned.
    why_none : str
        Why nothing new is planned for it, its own reason alone: a sentence without rank or chance.
    """

    hh: str
    village: str
    help: tuple[Help, ...] = ()
    name: str = ""
    to_do: tuple[str, ...] = ()
    person_points: str = ""
    running: tuple[Help, ...] = ()
    helper: str = ""
    members: tuple[str, ...] = ()
    why_none: str = ""


@dataclass(frozen=True)
class SheetHead:
    """What is the same on every sheet.

    Parameters
    ----------
    contact : str
        Where a family says that something is wrong.
    object_days : int
        Days of the posting, in which an objection stops the plan; 0 where no posting is asked for.
    named : bool
        Whether names stand on the sheets: each says then that it is for its own family alone.
    approved_on : str
        Day of the approval as written, "" where it is not known.
    """

    office: str
    plan_month: Month
    contact: str = ""
    draft: bool = False
    synthetic: bool = False
    public_phones: tuple[str, ...] = field(default=())
    lapsed: bool = False
    object_days: int = 0
    named: bool = False
    approved_on: str = ""

    @property
    def approved(self) -> bool:
        """Whether the plan was approved: nobody is asked any more whether they agree."""
        return not self.draft


def write_household_sheets(
    sheets: Sequence[HouseholdSheet],
    head: SheetHead,
    path: str | os.PathLike[str],
    *,
    lang: str | None = None,
    missing: Missing = "show",
) -> Path:
    """Write one A5 page a family into one PDF, in the order of village and key.

    Raises
    ------
    PrivacyError
        If a sheet holds an identity number, a phone that is not the office's own, or a card number.
    ReportError
        If there is no sheet, or two for one household.
    """
    lang = lang or language()
    keys = [sheet.hh for sheet in sheets]
    twice = sorted({key for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
    if twice or not sheets:
        what = "a household has two sheets" if twice else "there is no household to write a sheet for"
        raise ReportError([Fault(what, where=", ".join(twice))])
    data = sheet_payload(sheets, head, lang)
    personal_data.check_texts(shown_texts(data), where=Path(path).name, public=head.public_phones)
    return write_whole_file(path, typeset(data, "sheets", missing=missing))


def sheet_payload(sheets: Sequence[HouseholdSheet], head: SheetHead, lang: str) -> dict[str, Any]:
    """Return the sheets as plain texts."""
    return {
        **language_marks(lang),
        "title": text("Help planned for your household", lang),
        "office": head.office,
        "date": head.plan_month.label(lang),
        "contact": _contact(head, lang),
        "by_when": _by_when(head, lang),
        "banners": [
            *page_marks(lang, draft=head.draft, lapsed=head.lapsed, synthetic=head.synthetic),
            *([text("With names: only for this family", lang)] if head.named else []),
        ],
        "labels": {
            "new": _heading_of_new(head, lang),
            **{key: text(words, lang) for key, words in _decided_labels(head).items()},
            **{key: text(words, lang) for key, words in _LABELS.items()},
        },
        "sheets": [_sheet_texts(s, lang) for s in sorted(sheets, key=lambda s: (s.village, s.hh))],
    }


#: words that are the same on every card
_LABELS = {
    "hh": "Household key",
    "name": "Head of household",
    "members": "Others of the family",
    "village": "Village",
    "helper": "Who helps you",
    "nobody": "nobody is assigned yet: ask the village committee",
    "running": "What you receive already, and what goes on",
    "owed": "What the law already provides for you",
    "amount": "Amount",
    "to_do": "What you need to do",
    "points": "Your own points, as you asked: ",
    "helper_signed": "Signature of the helper",
    "day": "Day",
    "helper_telephone": "Telephone of the helper",
}


def _decided_labels(head: SheetHead) -> dict[str, str]:
    """Return the words of the foot: before the approval a family is asked, afterwards it signs for the card."""
    if head.approved:
        return {
            "ask": "If something here is wrong, or does not come, tell:",
            "consent": "□ I have received this card, and it was explained to me",
            "signed": "Received by the household",
        }
    return {
        "ask": "If something here is wrong, or you do not want it, tell:",
        "consent": "□ We agree　□ We do not agree",
        "signed": "Signature of the household",
    }


def _heading_of_new(head: SheetHead, lang: str) -> str:
    if not head.approved:
        return text("New help planned", lang)
    if not head.approved_on:
        return text("New help, approved", lang)
    return text("New help, approved on {day}", lang, day=head.approved_on)


def _contact(head: SheetHead, lang: str) -> str:
    """Return where a family is heard; lines to be filled in by hand stand for telephones that nothing records."""
    if not head.contact:
        return text("the village committee, or {office}. Telephone of the committee: {blank}, of the office: {blank}",
                    lang, office=head.office, blank=_BLANK)  # fmt: skip
    if _PHONE.search(head.contact):
        return head.contact
    return f"{head.contact}　{text('Telephone: ', lang)}{_BLANK}"


def _no_new_help(sheet: HouseholdSheet, lang: str) -> str:
    """Say that nothing new comes, and what the record holds as running."""
    if sheet.running:
        return text("No new help is planned this time. What runs already goes on.", lang)
    return text("No new help is planned this time. Nothing is on record as running for you.", lang)


def _sheet_texts(sheet: HouseholdSheet, lang: str) -> dict[str, Any]:
    return {
        "hh": sheet.hh,
        "name": sheet.name,
        "members": text(", ", lang).join(sheet.members),
        "village": sheet.village,
        "helper": sheet.helper,
        "running": [_help_texts(h, lang) for h in sheet.running],
        "owed": [_help_texts(h, lang) for h in sheet.help if h.entitled],
        "new": [_help_texts(h, lang) for h in sheet.help if not h.entitled],
        "none": _no_new_help(sheet, lang),
        "why_none": sheet.why_none,
        "to_do": list(sheet.to_do),
        "points": sheet.person_points,
    }


def _by_when(head: SheetHead, lang: str) -> str:
    """Say until when: an objection stops the plan while its list hangs; once it is approved that time is over."""
    if head.approved or not head.object_days:
        return ""
    return text("Within {n} days from the day the list of this plan is posted.", lang, n=head.object_days)


def _help_texts(item: Help, lang: str) -> dict[str, str]:
    amount = "" if item.amount_fen is None else shown(item.amount_fen, "yuan", lang, unit="yuan")
    return {
        "what": item.what,
        "start": text("from {month}", lang, month=item.start.label(lang)) if item.start else "",
        "amount": amount,
        "contact": item.contact,
    }
