"""A paper in a notebook: one part a cell, the same words and tables as in print.

Responsible for showing the parts of a `Report` where a notebook displays them. Not responsible for
what they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from povlib.errors import ReportError
from povlib.report.model.paper import Report
from povlib.report.privacy import personal_data
from povlib.report.writers.html import fragment_style, render_part
from povlib.report.writers.payload import payload, shown_texts

HEADLINES = "headlines"


@dataclass(frozen=True)
class Part:
    """One part of a page; a notebook shows it as HTML, a terminal as plain text."""

    html: str
    words: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Page:
    """The parts of a report by key: its sections, and ``headlines`` where it has them.

    Examples
    --------
    >>> from povlib.report import Paragraph, Prose, Section
    >>> page = Page(Report("Plan", "en", sections=(Section("a", "Where", (Paragraph(Prose("All is well.")),)),)))
    >>> page["a"]
    1. Where
    All is well.
    """

    report: Report

    @cached_property
    def _payload(self) -> dict[str, Any]:
        found = payload(self.report)
        personal_data.check_texts(shown_texts(found), where=self.report.title)
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the parts, in order."""
        own = (HEADLINES,) if self.report.headlines else ()
        return (*own, *(section.key for section in self.report.sections))

    def __getitem__(self, key: str) -> Part:
        """Return one part.

        Raises
        ------
        ReportError
            If the page has no such part.
        """
        if key not in self.keys:
            raise ReportError("the page has no part {key}", allowed=", ".join(self.keys), key=repr(key))
        # in full where the page begins; below each other part in a word, so that none is read without it
        first = key == self.keys[0]
        marks = " · ".join(self._payload["banners"] if first else self._payload["short_marks"])
        part = {"lang": self.report.language, "marks": marks, "first": first, "style": fragment_style()}
        if key == HEADLINES:
            heads = self._payload["headlines"]
            part |= {"headlines": heads}
            words = "\n".join(f"{head['label']}: {head['value']} {head['range']}" for head in heads)
        else:
            section = next(s for s in self._payload["sections"] if s["key"] == key)
            part |= {"section": section}
            told = [[b["text"]] if b.get("text") else b.get("items", []) for b in section["blocks"]]
            lines = [section["heading"], *(line for lines in told for line in lines)]
            words = "\n".join(lines)
        return Part(render_part(part), words)
