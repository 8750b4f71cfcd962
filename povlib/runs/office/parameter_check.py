"""The parameters and scenarios of an office, checked as a whole before anything is loaded.

Responsible for refusing a mistyped word of a command in the time it takes to read a few files. Not responsible for
the records (`povlib.params`), the layers (`povlib.scenarios`) or for beginning a run (`povlib.runs.run_folders`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from povlib import params, scenarios
from povlib.errors import ParameterError
from povlib.runs.office.office_place import Place

if TYPE_CHECKING:
    import pandas as pd


def check_parameters(
    place: Place, scenario: str = "base", overrides: Mapping[str, str] | None = None
) -> scenarios.Resolved:
    """Return the resolved parameters of a scenario, having checked every scenario of the office.

    Raises
    ------
    ParameterError
        With every fault, before anything is loaded or computed.
    """
    own = place.office.params
    catalogue = params.load(own)
    scenarios.resolve_all(own / "scenarios", catalogue)
    resolved = scenarios.resolve(scenarios.load(scenario, own / "scenarios"), catalogue, overrides)
    _refuse_unfilled_funds(resolved.catalogue)
    if (own / params.CLAIMS_FILE).is_file():
        params.load_claims(own / params.CLAIMS_FILE)
    return resolved


def parsed_changes(words: list[str]) -> dict[str, str]:
    """Return ``key=value`` texts as a mapping.

    Raises
    ------
    ParameterError
        If one has no ``=``.

    Examples
    --------
    >>> parsed_changes(["funds.special.amount_yuan = 400000"])
    {'funds.special.amount_yuan': '400000'}
    """
    changes = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not (equals and key.strip() and value.strip()):
            raise ParameterError("{word} does not change anything", allowed="KEY=VALUE", word=repr(word))
        changes[key.strip()] = value.strip()
    return changes


def changes_in_words(words: str) -> dict[str, str]:
    """Return ``key=value; key=value``, as typed into a notebook, as a mapping; Chinese signs do too.

    Raises
    ------
    ParameterError
        If one has no ``=``.

    Examples
    --------
    >>> changes_in_words("settings.margin = 0.1；posts.rice_noodle.slots=6;")
    {'settings.margin': '0.1', 'posts.rice_noodle.slots': '6'}
    """
    pairs = words.replace("；", ";").replace("＝", "=").split(";")
    return parsed_changes([pair for pair in pairs if pair.strip()])


def empty_inputs(catalogue: params.Catalogue) -> pd.DataFrame:
    """Return the values that an office has still to enter before a plan can use them: file, key, field, ...

    The lines of authorities that the plan does not use may stay empty: resolving refuses one that it needs.
    """
    empty = catalogue.empty()
    return empty[empty["file"] != "lines"].reset_index(drop=True)


def _refuse_unfilled_funds(catalogue: params.Catalogue) -> None:
    """Money nobody entered cannot be spent: without a single filled fund there is nothing to plan."""
    if not any(fund.filled for fund in catalogue.funds.values()):
        empty = empty_inputs(catalogue)
        raise ParameterError(
            "no fund has an amount yet, and {n} values in all are empty",
            where="funds.yaml",
            remedy="enter amount_yuan for the funds of this year; still empty: {names}",
            n=len(empty),
            names=", ".join(f"{file}.{key}.{field}" for file, key, field in empty[["file", "key", "field"]].to_numpy()),
        )
