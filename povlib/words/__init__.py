"""The languages of the workbench: translated texts and the glossary.

Texts are written in English in the code and translated through gettext catalogues, one ``<language>/<room>.po`` a
room; terms of the field live in ``glossary.yaml``, one column a language. A new language is a folder of
catalogues, a column of the glossary and, where its typesetting differs, a ``conventions.yaml``: no module names
a language. Begin with `text` and `term`. Not responsible for formatting money or months (`povlib.money`,
`povlib.calendar`), nor for codes and statuses (`povlib.vocabulary`).
"""

from povlib.words.catalogue import (
    DEFAULT_LANGUAGE,
    SOURCE_LANGUAGE,
    conventions,
    language,
    language_column,
    language_in_use,
    languages,
    text,
)
from povlib.words.glossary import Term, glossary, term, term_in_each_language

__all__ = [
    "DEFAULT_LANGUAGE",
    "SOURCE_LANGUAGE",
    "Term",
    "conventions",
    "glossary",
    "language",
    "language_column",
    "language_in_use",
    "languages",
    "term",
    "term_in_each_language",
    "text",
]
