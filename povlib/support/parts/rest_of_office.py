"""What one part of a large office is told of the rest when it is offered help by itself.

A county is offered help township by township, but funds, posts and crews may belong to all of them: what the law owes
everybody comes out of a fund before anything is offered in one part. Responsible for that shape. Not responsible for
which households make a part (`povlib.runs.area`) nor for what the law takes (`povlib.support.parts.law_of_office`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from povlib.support.parts.law_of_office import LawOfOffice


@dataclass(frozen=True)
class RestOfOffice:
    """The whole office, as far as one part's offer hangs on it.

    Attributes
    ----------
    law : LawOfOffice or None
        What the law takes in all parts together; None: the part is the whole office.
    share : float
        This part's share of the office's households, 0-1: its share of the crews' weeks when later months of start are
        looked for.
    """

    law: LawOfOffice | None = None
    share: float = 1.0


WHOLE_OFFICE = RestOfOffice()


def rest_of_each_part(law: LawOfOffice, households: Sequence[int]) -> list[RestOfOffice]:
    """Return for each part, in order, what it is told of the whole.

    Parameters
    ----------
    law : LawOfOffice
    households : sequence of int
        Registered households of each part.

    Examples
    --------
    >>> import pandas as pd
    >>> [rest.share for rest in rest_of_each_part(LawOfOffice(pd.DataFrame(), {}), [1, 1, 2])]
    [0.25, 0.25, 0.5]
    """
    count = max(sum(households), 1)
    return [RestOfOffice(law, max(own, 1) / count) for own in households]


def less_what_is_left(capacity: Mapping[str, int], left: Mapping[str, int]) -> dict[str, int]:
    """Return what was taken of each resource of which something was taken.

    Examples
    --------
    >>> less_what_is_left({"a": 5, "b": 2}, {"a": 3, "b": 2})
    {'a': 2}
    """
    return {name: amount - left[name] for name, amount in capacity.items() if amount != left[name]}


def summed_up(taken: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Return what several parts take of each resource together.

    Examples
    --------
    >>> summed_up([{"a": 1}, {"a": 2, "b": 3}])
    {'a': 3, 'b': 3}
    """
    sums: dict[str, int] = {}
    for part in taken:
        for name, amount in part.items():
            sums[name] = sums.get(name, 0) + amount
    return sums
