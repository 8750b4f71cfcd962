"""What a key of the parameter files means, in each language, from ``meanings.yaml``.

Responsible for reading it. Not responsible for units, ranges and choices: those stand in the records themselves.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel

from povlib.params.kinds import Names
from povlib.params.reading import read_yaml

_FILE = Path(__file__).with_name("meanings.yaml")
# a class whose name is of no use to a reader of that file
_HEADINGS = {"_Names": "Names"}


@cache
def _meanings() -> dict[str, dict[str, Names]]:
    read = read_yaml(_FILE).values
    return {model: {key: Names(**words) for key, words in keys.items()} for model, keys in read.items()}


def meaning_of(model: type[BaseModel], field: str) -> Names | None:
    """Return what a field of a record means; None where a further language added it.

    Examples
    --------
    >>> from povlib.params import Fund
    >>> meaning_of(Fund, "source").en
    'where it comes from: document, page or office'
    """
    own = [_HEADINGS.get(kind.__name__, kind.__name__) for kind in model.__mro__]
    return next((found for name in own if (found := _meanings().get(name, {}).get(field))), None)
