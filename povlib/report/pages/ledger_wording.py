"""How one recorded value of a household is called and written.

Responsible for names of items, months, money and codes in a history, in either language. Not responsible
for reading the history (`povlib.ledger.history`) or for pages made of it (`povlib.report.pages.history_page`).
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.money import format_yuan
from povlib.params.tables import table
from povlib.places import DATA
from povlib.report.pages.village_wording import VILLAGE_ITEMS, VILLAGE_LISTS
from povlib.words import glossary, language, term, text

ITEMS = {
    "wage": "wages",
    "business": "receipts of the business",
    "cost": "costs of the business",
    "one_off": "one-off receipts",
    "fen": "transfer received",
    "flag": "how it was recorded",
    "from_month": "from month",
    "to_month": "to month",
    "birth": "month of birth",
    "other_causes": "other causes",
    "medical_insurance": "medical insurance",
    "pension_insurance": "pension insurance",
    "helper_assigned": "has a helper",
    "identified_month": "registered since",
    "exit_year": "year of exit",
    "work_months": "months of work",
    "hh": "household",
    "placement.employer": "employer",
    "placement.place": "place of the post",
    "placement.to_month": "post ended",
    "support_given.person": "for the person",
    "support_given.fen": "amount",
    "support_given.status": "state of the measure",
    "support_given.fund": "source of the money",
    "mark.kind": "mark",
    "project.kind": "way of renewal",
    "project.grade": "grade of the house before",
    "project.cost_fen": "cost of the works",
    "project.status": "state of the works",
    "project.done_month": "finished in",
    "project_item.qty": "quantity",
    "project_item.unit": "unit of measure",
    "project_item.unit_fen": "price of a unit",
    "progress.pct": "progress in %",
    "progress.text": "words of the week",
    "progress.photo_sha256": "photo of the house (digest)",
    "household.coop": "member of a co-op",
    "household.head_size": "members counted",
    "member.on_card": "on the card",
    "household.told_income_per_head_fen": "net income per head, as told",
    "household.told_size": "members, as told",
    "household.told_visit_date": "day of the visit",
    "dwelling.only_dwelling": "only dwelling",
    "dwelling.prior_benefit": "had a housing benefit before",
    "dwelling.willing": "willing to have the house renewed",
    "dwelling.delay_cause": "reason why works have not begun",
    "dwelling.way": "way to a dwelling",
    "dwelling.guarantor": "guarantor (key of a cadre)",
    "dwelling.site": "building site",
    "dwelling.plan_fits": "fits the village plan",
    "bill_item.qty": "quantity",
    "bill_item.unit": "unit of measure",
    "bill_item.unit_fen": "price of a unit",
    "bill_item.remark": "remark",
    "project_schedule.crew": "builders",
    "project_schedule.start_day": "day of the start",
    "project_schedule.planned_done_day": "day planned for the end",
    "project_schedule.done_day": "day of the end",
    "house_photo.week": "day of the photo",
    "house_photo.file": "file of the photo",
    "house_photo.perceptual_hash": "perceptual hash of the photo",
    "material_credit.project": "for the works",
    "material_credit.guarantor": "guarantor (key of a cadre)",
    "material_credit.village": "village of the guarantor",
    "material_credit.fen": "materials on credit",
    "material_credit.from_month": "credit since",
    "material_credit.due_month": "to be repaid by",
    "material_credit.repaid_fen": "repaid",
    "material_credit.status": "state of the credit",
    "inspection_finding.village": "village inspected",
    "inspection_finding.by_village": "inspected by the village",
    "inspection_finding.by_officer": "inspected by",
    "inspection_finding.day": "day of the inspection",
    "inspection_finding.finding": "finding of the inspection",
    "inspection_finding.note": "words of the inspector",
    "inspection_finding.photo_sha256": "photo of the inspection (digest)",
    "list_entry.listed": "on the list",
    "list_entry.day": "day of the entry",
    "list_entry.reason": "reason of the entry",
    "list_entry.before": "before",
    "list_entry.after": "after",
    "objection.list": "about the list",
    "objection.subject": "subject of the objection",
    "objection.day": "day of the objection",
    "objection.officer": "taken by",
    "objection.due_day": "to be answered by",
    "objection.answer": "answer given",
    "objection.answered_day": "answered on",
    "household_decision.verdict": "what was decided",
    "household_decision.package": "package decided on",
    "household_decision.run": "about the plan of run",
    "household_decision.until": "holds for plans until",
    "household_decision.decided_by": "decided by",
    "household_decision.reason": "reason of the decision",
    "household_decision.answer": "answer given",
    "household_decision.reply": "words of the answer",
    "household_word.kind": "what was said",
    "household_word.run": "about the plan of run",
    "household_word.subject": "measure",
    "household_word.about": "about the answer to",
    "household_word.words": "in the household's words",
    "household_word.day": "day",
    "household_word.officer": "taken by",
    "household_word.said_by": "who spoke for it",
    "household_word.due_day": "to be answered by",
    "household_word.answer": "words of the answer",
    "household_word.outcome": "answer given",
    "household_word.answered_day": "answered on",
    "household_word.answered_by": "answered by",
    **VILLAGE_ITEMS,
}
VERDICTS = {
    "approved": "approved as planned",
    "refused": "not approved",
    "by_hand": "changed by hand",
    "wish": "wish of the household",
    "refusal": "refused by the household",
    "objection": "objection of the household",
    "granted": "wish granted",
    "declined": "wish declined",
    "consent": "consent",
    "appeal": "appeal",
    "upheld": "upheld",
    "rejected": "not upheld",
    "taken_back": "taken back by the household",
}
"""What was decided by hand for a household, or asked for by it, and what was answered, in words (message ids)."""

_YES_NO = {"food", "clothing", "schooling", "medical", "housing", "water", "medical_insurance", "pension_insurance",
           "disability",
           "minimum_living", "helper_assigned", "objects", "on_card", "only_dwelling", "prior_benefit", "willing",
           "plan_fits", "listed", "caring", "available"}  # fmt: skip
_LISTS = {
    "support_given.status": "support_status",
    "project.status": "project_status",
    "project.kind": "housing_kind",
    "project.grade": "housing_grade",
    "household.other_causes": "cause",
    "mark.route": "route",
    "placement.route": "route",
    "dwelling.way": "housing_way",
    "material_credit.status": "credit_status",
    **VILLAGE_LISTS,
}
_VERDICTS_OF = {
    "household_decision.verdict",
    "household_decision.answer",
    "household_word.kind",
    "household_word.outcome",
}
_DAYS = {"week", "day", "start_day", "planned_done_day", "done_day", "due_day", "answered_day"}


def item_name(what: str, lang: str | None = None) -> str:
    """Return the name of a recorded field (``table.column``): from the glossary where it stands there.

    Examples
    --------
    >>> item_name("obs.wage_fen", "zh"), item_name("obs.water", "en")
    ('工资性收入', 'safe water')
    """
    lang = lang or language()
    if what in ITEMS:
        return text(ITEMS[what], lang)
    name = re.sub(r"_fen$", "", str(what).rpartition(".")[2])
    if name in ITEMS:
        return text(ITEMS[name], lang)
    return term(name, lang) if name in glossary() else text(name, lang)


def value_words(what: str, value: Any, lang: str | None = None) -> str:
    """Return a recorded value as it is read: yuan, months as they are called, labels of codes, yes and no.

    Examples
    --------
    >>> value_words("obs.wage_fen", "40700", "en"), value_words("project.kind", "新建", "zh")
    ('407 yuan', '新建')
    """
    lang = lang or language()
    if pd.isna(value) or value == "":
        return ""
    said, name = str(value), str(what).rpartition(".")[2]
    if name.endswith("fen") and said.lstrip("-").isdigit():
        amount = int(said)
        return format_yuan(amount, lang, places=2 if amount % 100 else 0)
    if name in _YES_NO and said in ("0", "1"):
        return text("yes", lang) if said == "1" else text("no", lang)
    if name in _DAYS:
        return written_day(said)
    if str(what) in _VERDICTS_OF:
        return text(VERDICTS.get(said, said), lang)
    if str(what) == "household_word.subject":
        return table("measure").show(said, lang)
    if str(what) == "household_decision.package":
        awards = (award.partition("/")[0] for award in said.split("+"))
        return text(" + ", lang).join(text("nothing new", lang) if a == "nothing" else table("measure").show(a, lang)
                                      for a in awards)  # fmt: skip
    if re.fullmatch(r"\d{4}-\d{2}", said):
        return Month.parse(said).label(lang)
    return text(", ", lang).join(_label_of_code(str(what), part, lang) for part in said.split("、"))


def _label_of_code(what: str, part: str, lang: str) -> str:
    name = _LISTS.get(what, what.rpartition(".")[2])
    if not re.fullmatch(r"[a-z_]+", name) or not (DATA / "tables" / f"{name}.yaml").is_file():
        return text(part, lang) if part in ("observed", "late", "imputed") else part
    return table(name).show(part, lang)


def written_day(day: str) -> str:
    """Return a day that the ledger holds as ``yyyymmdd`` as it is written: 2016-05-10; any other text as it is."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else day
