"""Figures that an office may claim in a bulletin: names in every language, units, and the rows that hold them.

Responsible for ``data/claims/figures.yaml``. Not responsible for claims (`povlib.params.claims`) or for counting.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import Field, ValidationError

from povlib.errors import ParameterError
from povlib.params.kinds import Block, Key, Names
from povlib.params.reading import read_yaml
from povlib.params.wording import faults_of
from povlib.places import DATA


class Figure(Block):
    """One figure.

    Parameters
    ----------
    key : str
    names : Names
    units : tuple of str
        Units in which it may be claimed.
    rows : Names
        Which rows of the ledger it is counted from.
    place, employer : bool
        Whether a claim of it may be narrowed to villages, or to rows in whose name some words stand.
    """

    key: Key
    names: Names
    units: tuple[Key, ...] = Field(min_length=1)
    rows: Names
    place: bool = False
    employer: bool = False


class _File(Block):
    units: dict[str, Names]
    figures: tuple[Figure, ...] = Field(min_length=1)


@dataclass(frozen=True)
class ClaimableFigures:
    """All figures and the names of their units.

    Attributes
    ----------
    figures : dict of str to Figure
    units : dict of str to Names
    """

    figures: dict[str, Figure]
    units: dict[str, Names]

    def figure_keys(self) -> dict[str, str]:
        """Return the key of each figure by everything it may be called: its key, its name in any language."""
        return _by_spelling({key: figure.names for key, figure in self.figures.items()})

    def unit_keys(self) -> dict[str, str]:
        """Return the key of each unit by everything it may be called."""
        return _by_spelling(self.units)


def _by_spelling(names: dict[str, Names]) -> dict[str, str]:
    return {word: key for key, name in names.items() for word in (key, *name.spellings())}


@cache
def claimable_figures() -> ClaimableFigures:
    """Return every figure that may be claimed, in the order of the file.

    Raises
    ------
    ParameterError
        If the file cannot be read.

    Examples
    --------
    >>> claimable_figures().figure_keys()["新成立专业合作社"]
    'coops_founded'
    """
    document = read_yaml(DATA / "claims" / "figures.yaml")
    try:
        found = _File.model_validate(document.values)
    except ValidationError as error:
        raise ParameterError(faults_of(error, _File, lambda at: document.where(at))) from None
    return ClaimableFigures({figure.key: figure for figure in found.figures}, found.units)
