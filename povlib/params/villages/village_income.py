"""Rules of village income (村财): what a forecast assumes, which concentration is named, who has a part of it.

Responsible for reading ``village_income.yaml`` of an office (else the project's, which shares nothing out). Not
responsible for the marks that income is counted against (``cooperation.yaml``); contracts stand in the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from povlib.errors import Fault
from povlib.params.conditions import Condition
from povlib.params.kinds import Block, Key, Names, Share, Status, unit
from povlib.params.procedures.whole_file import whole_file
from povlib.places import PARAMS

FILE = "village_income.yaml"


class SharingRule(Block):
    """A rule by which a part of village income goes to households.

    Parameters
    ----------
    villages, sources : list of str
        Villages it holds in and sources (村财来源) it divides; empty: all.
    share : share
        Part of twelve months' income from these sources that households are to have.
    who : list of Condition
        Households that have a part: conditions on the household, all of which must hold.
    by : {"household", "person"}
        Equal parts for households, or for their members.
    plan : str
        Plan under which the household has it (列入方案), as it stands in the ledger.
    """

    key: Key
    names: Names
    villages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    share: Share = Field(json_schema_extra=unit("share"))
    who: tuple[Condition, ...] = ()
    by: Literal["household", "person"]
    plan: str = Field(min_length=1)
    status: Status
    source: str = Field(min_length=1)


class VillageIncomeRules(Block):
    """What is assumed of village income.

    Parameters
    ----------
    default_share : share or null
        Part of what fixed contracts agree on that does not come; null: not known, and nothing is taken off.
    range_share : share
        Chance with which the range of a forecast should hold.
    concentration_share : share
        A partner that pays more than this part of a village's income is named.
    rules : list of SharingRule
    """

    status: Status
    source: str = Field(min_length=1)
    default_share: Share | None = Field(default=None, json_schema_extra=unit("share"))
    range_share: Annotated[Share, Field(gt=0, lt=1)] = Field(default=0.9, json_schema_extra=unit("share"))
    concentration_share: Share = Field(default=0.5, json_schema_extra=unit("share"))
    rules: tuple[SharingRule, ...] = ()


def load_village_income(folder: Path | str = PARAMS) -> VillageIncomeRules:
    """Load ``village_income.yaml`` of a folder of parameters, or the project's where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be read or is not well formed: a rule twice, a condition that is not about the household.

    Examples
    --------
    >>> rules = load_village_income()
    >>> rules.default_share, rules.rules
    (None, ())
    """
    return whole_file(folder, FILE, VillageIncomeRules, _rule_faults)


def _rule_faults(found: VillageIncomeRules) -> Iterator[Fault]:
    for key, count in Counter(rule.key for rule in found.rules).items():
        if count > 1:
            yield Fault("{key} stands here twice", f"{FILE}: rules", values={"key": key})
    for rule in found.rules:
        for condition in rule.who:
            if condition.on != "household":
                yield Fault("a rule of sharing out asks about households, not about {on}", f"{FILE}: {rule.key}",
                            "household", values={"on": condition.on})  # fmt: skip
