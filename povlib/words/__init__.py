"""The language of the workbench: translated texts and the glossary.

Texts are written in English in the code and translated through gettext catalogues, one
``zh/<room>.po`` a room; terms of the field live in ``glossary.yaml``. Not responsible for
formatting money or months (`povlib.money`, `povlib.calendar`).
"""

from povlib.words.catalogue import LANGUAGES, language, language_in_use, text
from povlib.words.glossary import Term, glossary, term

__all__ = ["LANGUAGES", "Term", "glossary", "language", "language_in_use", "term", "text"]
