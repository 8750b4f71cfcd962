"""What the rest of a large office takes of what all its parts share, when one part is offered help by itself.

A county is offered help county by county, but funds, posts and crews may belong to all of them: what the law owes in
the other parts comes out of a fund before anything is offered in this one. Responsible for that reckoning. Not
responsible for which households make a part (`povlib.runs.area`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from povlib.params import Catalogue, Settings
from povlib.support.eligibility import RegisterFacts, add_trailing_income
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.entitlements import entitlements_owed
from povlib.support.refusals import Refusals
from povlib.support.resources import full_capacities


@dataclass(frozen=True)
class RestOfOffice:
    """The other parts of an office, as far as one part's offer hangs on them.

    Attributes
    ----------
    before, after : mapping of str to int
        What the law's claims in the parts before and after this one take of each resource (fen, weeks): a fund that is
        too small pays the parts in their order, as it pays the households of one part in theirs.
    share : float
        This part's share of the office's households, 0-1: its share of the crews' weeks when later months of start are
        looked for.
    """

    before: Mapping[str, int] = field(default_factory=dict)
    after: Mapping[str, int] = field(default_factory=dict)
    share: float = 1.0


WHOLE_OFFICE = RestOfOffice()


def less_what_is_taken(capacity: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
    """Return what is left of each resource, never less than nothing.

    Examples
    --------
    >>> less_what_is_taken({"a": 5, "b": 2}, {"a": 3, "b": 4})
    {'a': 2, 'b': 0}
    """
    return {name: max(0, amount - taken.get(name, 0)) for name, amount in capacity.items()}


def taken_by_law(
    state: SupportFrames, catalogue: Catalogue, settings: Settings, before: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Return what the law's claims of these households take of each resource: fen of funds, weeks of crews.

    Parameters
    ----------
    state, catalogue, settings
        As `povlib.support.offer` takes them; `state` holds the households of one part.
    before : mapping, optional
        What the parts before have taken already.
    """
    register = RegisterFacts(state, catalogue, settings.help_from)
    add_trailing_income(register, state, catalogue)
    left = less_what_is_taken(full_capacities(catalogue), before or {})
    capacity = dict(left)
    entitlements_owed(register, settings, Refusals(register.households["hh"]), capacity)
    return {name: left[name] - rest for name, rest in capacity.items() if rest != left[name]}


def rest_of_each_part(taken: Sequence[Mapping[str, int]], households: Sequence[int]) -> list[RestOfOffice]:
    """Return for each part, in order, what the others take.

    Parameters
    ----------
    taken : sequence of mapping
        `taken_by_law` of each part.
    households : sequence of int
        Registered households of each part.

    Examples
    --------
    >>> rests = rest_of_each_part([{"fund": 3}, {"fund": 4}, {}], [1, 1, 2])
    >>> rests[1].before, rests[1].after, rests[1].share
    ({'fund': 3}, {}, 0.25)
    """
    count = max(sum(households), 1)
    return [
        RestOfOffice(summed_up(taken[:at]), summed_up(taken[at + 1 :]), max(own, 1) / count)
        for at, own in enumerate(households)
    ]


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
