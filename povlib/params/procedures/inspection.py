"""Cross-village inspection as configured: who goes out, how far it is, how surely a list must be confirmed.

Responsible for reading ``inspection.yaml`` of an office (else the project's). Not responsible for drawing who goes
where or for judging what is found (`povlib.housing.inspection`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from povlib.errors import Fault, unknown_word_fault
from povlib.params.kinds import Block, Number, Share, Status, Whole
from povlib.params.procedures.whole_file import whole_file
from povlib.places import PARAMS

FILE = "inspection.yaml"
Kilometres = Annotated[Number, Field(ge=0, le=1000)]


class Team(Block):
    """The people of one village who inspect another: its cadres, its work team and the leader in charge of it.

    Parameters
    ----------
    village : str
        Their own village, which they never inspect.
    officers : list of str
        Their keys, such as 乐北-干部1; a finding by anybody else is refused. Empty: not entered, nobody is refused.
    most : int
        Villages that the team may be sent to in one round.
    """

    village: str = Field(min_length=1)
    officers: tuple[str, ...] = ()
    most: Whole = 1


class Inspection(Block):
    """The rules of cross-village inspection of an office.

    Parameters
    ----------
    cap : share
        Largest chance of any team to be sent to any village.
    share : share
        The claim: fewer than this share of the list are wrong.
    risk : share
        Largest chance of confirming a list of which that share is wrong.
    names : {"full", "surname", "none"}
        How heads of households stand on the posted list.
    posting_days, answer_days : int
        Days a list hangs; days in which an objection is answered.
    teams : list of Team
    km : mapping
        Kilometres by road from village to village; one direction is enough. Empty: every way counts the same.
    """

    status: Status
    source: str = Field(min_length=1)
    cap: Share = 0.5
    share: Share = 0.02
    risk: Share = 0.05
    names: Literal["full", "surname", "none"] = "full"
    posting_days: Annotated[Whole, Field(ge=1, le=365)] = 7
    answer_days: Annotated[Whole, Field(ge=1, le=365)] = 10
    teams: tuple[Team, ...] = ()
    km: dict[str, dict[str, Kilometres | None]] = Field(default_factory=dict)

    def team_of(self, village: str) -> Team:
        """Return the team of a village; one without named officers where none is entered.

        Examples
        --------
        >>> load_inspection().team_of("联胜").most
        1
        """
        return next((team for team in self.teams if team.village == village), Team(village=village))

    def kilometres(self, from_village: str, to_village: str) -> float | None:
        """Return the way between two villages in kilometres, 0 to one's own; None where it is not entered."""
        if from_village == to_village:
            return 0.0
        there = self.km.get(from_village, {}).get(to_village)
        return self.km.get(to_village, {}).get(from_village) if there is None else there


def load_inspection(folder: Path | str = PARAMS, villages: tuple[str, ...] | None = None) -> Inspection:
    """Load ``inspection.yaml`` of a folder of parameters, or the project's where it has none.

    Parameters
    ----------
    folder : path
    villages : tuple of str, optional
        The villages of the township, against which every name is checked.

    Raises
    ------
    ParameterError
        If the file cannot be read or is not well formed: an unknown village, a team or an officer twice.

    Examples
    --------
    >>> load_inspection().share
    0.02
    """
    return whole_file(folder, FILE, Inspection, lambda found: _inspection_faults(found, villages))


def _inspection_faults(found: Inspection, villages: tuple[str, ...] | None) -> Iterator[Fault]:
    """Yield names that stand twice or nowhere, and rules that could never be met."""
    listed = {
        "teams": [team.village for team in found.teams],
        "officers": [officer for team in found.teams for officer in team.officers],
    }
    for part, names in listed.items():
        for name, count in Counter(names).items():
            if count > 1:
                yield Fault("{key} stands here twice", f"{FILE}: {part}", values={"key": name})
    for key, value, least in (("cap", found.cap, 0.0), ("share", found.share, 0.0), ("risk", found.risk, 0.0)):
        if value <= least:
            yield Fault("{key} must be above 0", f"{FILE}: {key}", values={"key": key})
    if found.risk >= 0.5:  # a coin would confirm as surely
        yield Fault("a risk of {risk} confirms nothing", f"{FILE}: risk", "0.01-0.20", values={"risk": found.risk})
    if villages is None:
        return
    known = set(villages)
    for where, name in (
        *(("teams", team.village) for team in found.teams),
        *(("km", name) for start, ends in found.km.items() for name in (start, *ends)),
    ):
        if name not in known:
            yield unknown_word_fault("there is no village {value}", name, villages, f"{FILE}: {where}")
