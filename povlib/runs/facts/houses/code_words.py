"""Columns of codes in the words of a language."""

from __future__ import annotations

import pandas as pd

from povlib.params import table
from povlib.words import language


def in_words(codes: pd.Series, name: str, lang: str | None = None) -> list[str]:
    """Return what a column of codes is called; "" where nothing is written.

    Parameters
    ----------
    codes : Series
        Codes as the ledger stores them.
    name : str
        A code list of ``data/tables``.

    Examples
    --------
    >>> in_words(pd.Series(["完工", None]), "project_status", "en")
    ['finished', '']
    """
    known, lang = table(name), lang or language()
    return [known.show(code, lang) if isinstance(code, str) else "" for code in codes]


def unit_in_words(unit: object, lang: str | None = None) -> str:
    """Return a unit of quantity as it is read in a language; one that no list knows as it was written, "" for none.

    Examples
    --------
    >>> unit_in_words("公斤", "en"), unit_in_words("公斤", "zh"), unit_in_words("担", "en"), unit_in_words(None, "en")
    ('kg', '公斤', '担', '')
    """
    return table("quantity_unit").show(unit, lang or language()) if isinstance(unit, str) else ""
