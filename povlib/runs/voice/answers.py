"""The paper of answers of an office: gathered and written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from povlib import params
from povlib.report.voice.answers_paper import VoiceFacts, answers_paper
from povlib.report.writers.publication import publish
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.voice.household_voice import posting_rule, voice_counts, voice_standing


def voice_facts(place: Place, lang: str, today: date) -> VoiceFacts:
    """Return what households said and were answered by a day, with counts and delays."""
    standing, rule = voice_standing(place, today), posting_rule(place)
    measures = params.load(place.office.params).measures
    return VoiceFacts(
        words=standing,
        counts=voice_counts(standing),
        measures={key: measure.names.show(lang) for key, measure in measures.items()},
        today=today,
        answer_days=rule.answered_within.days,
        appeal_days=rule.appeal_within.days,
    )


def write_answers_paper(place: Place, facts: VoiceFacts, lang: str) -> list[Path]:
    """Write the paper of answers into the office's folder of postings; return its files.

    Raises
    ------
    PrivacyError
        If it would show something personal.
    """
    with open_book(place, create=False) as book:
        head = str(book.head())
    issuer = place.printed_name(lang)
    paper = answers_paper(facts, issuer, lang, synthetic=place.synthetic, head=head)
    return publish(paper, place.office.folder / "posting", f"voice.{lang}", formats=("html", "pdf", "docx"))
