"""Sources of a household's income, with their names, and the guarantees beside income.

Column names of the ledger's months are ``<source>_fen``. Responsible for the order (charts and tables keep it)
and the names; what counts as income is `povlib.poverty`.
"""

from __future__ import annotations

from typing import get_args

from povlib.params.support import Guarantee, IncomeSource
from povlib.words import text

GUARANTEES: tuple[str, ...] = get_args(Guarantee)
"""What must hold beside income before a household may exit, in the order of forms and tables."""

INCOME_SOURCES: tuple[str, ...] = get_args(IncomeSource)
INCOME_PARTS: tuple[str, ...] = (*INCOME_SOURCES, "cost")
"""The sources and the costs of the household's business, which are taken off."""

SIGN_OF_PART = {part: -1.0 if part == "cost" else 1.0 for part in INCOME_PARTS}


def source_label(source: str, lang: str | None = None) -> str:
    """Return the name of a source as it heads a column or a bar.

    Examples
    --------
    >>> source_label("wage", "en"), source_label("business", "en")
    ('wages', 'business, net')
    """
    labels = {
        "wage": text("wages", lang),
        "business": text("business, net", lang),
        "property": text("property", lang),
        "transfer": text("transfers", lang),
    }
    return labels[source]


def source_phrase(source: str, lang: str | None = None) -> str:
    """Return a source as it is called inside a sentence.

    Examples
    --------
    >>> source_phrase("wage", "en")
    'income from wages'
    """
    phrases = {
        "wage": text("income from wages", lang),
        "business": text("net income from farming and business", lang),
        "property": text("income from shares and property", lang),
        "transfer": text("income from transfers", lang),
    }
    return phrases[source]
