"""The words of the letter that brings the digest."""

from __future__ import annotations

from povlib.calendar import Month
from povlib.words import text


def letter_subject(month: Month, *, synthetic: bool, lang: str) -> str:
    """Return the subject line; made-up data says so.

    Examples
    --------
    >>> letter_subject(Month(2016, 4), synthetic=True, lang="en")
    'SYNTHETIC DATA: What the villages did, 2016-04'
    """
    subject = text("{title}, {month}", lang, title=text("What the villages did", lang), month=month.label(lang))
    return f"{text('SYNTHETIC DATA', lang)}{text(': ', lang)}{subject}" if synthetic else subject


def letter_paragraphs(month: Month, recipient: str, *, sealed: bool, synthetic: bool, lang: str) -> list[str]:
    """Return the paragraphs of the letter.

    Parameters
    ----------
    sealed : bool
        Whether it carries a package that only the recipient can open.
    """
    lines = [
        text("To {name}:", lang, name=recipient),
        text(
            "Attached is the digest of {month}: what each village did, and what went with its practices. The long "
            "image is for the group.",
            lang,
            month=month.label(lang),
        ),
    ]
    if sealed:
        lines.append(
            text(
                "The papers that are not public are sealed for you: age -d -i KEYFILE -o papers.zip FILE.zip.age", lang
            )
        )
    if synthetic:
        lines.append(text("Every household, name and amount in this paper is made up.", lang))
    return lines
