"""Rules of co-ops, turns, contracts of sale and village income: limits they are held against, and what is assumed.

Responsible for reading ``cooperation.yaml`` of an office (else the project's). Not responsible for what is computed
with them (`povlib.villages`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from povlib.errors import Fault
from povlib.money import fen
from povlib.params.kinds import Block, Names, Number, Share, Status, Yuan, unit
from povlib.params.procedures.whole_file import whole_file
from povlib.params.tables import fold_text
from povlib.places import PARAMS

FILE = "cooperation.yaml"
RuleKey = Literal[
    "loan_most_yuan",
    "loan_months",
    "rate_most_percent",
    "members_least",
    "floor_low",
    "floor_high",
    "reserve_share",
    "dividend_spread",
    "wage_lost_per_month",
    "firm_fails_per_year",
    "recovery_share",
    "delivery_part",
    "delivery_part_weight",
    "delivery_spread",
    "delivery_spread_weight",
    "herders_per_base",
    "turn_days",
    "weeks_looked_back",
    "village_income_low_yuan",
    "village_income_high_yuan",
]
RULES: tuple[RuleKey, ...] = get_args(RuleKey)
_ABOVE_ZERO = {"loan_most_yuan", "loan_months", "members_least", "delivery_spread", "delivery_part_weight",
               "delivery_spread_weight", "herders_per_base", "turn_days", "village_income_low_yuan",
               "village_income_high_yuan"}  # fmt: skip
_SHARES = {"floor_low", "floor_high", "reserve_share", "wage_lost_per_month", "firm_fails_per_year", "recovery_share"}
_WHOLE = {"loan_months", "members_least", "herders_per_base", "turn_days", "weeks_looked_back"}


class Rule(Block):
    """One limit or assumption, with where it comes from."""

    key: RuleKey
    names: Names
    value: Number = Field(ge=0, json_schema_extra=unit("see key"))
    status: Status
    source: str = Field(min_length=1)


class Raising(Block):
    """What raising one unit of a product costs.

    Parameters
    ----------
    product : str
        As contracts of the ledger name it.
    cost_yuan, startup_yuan : yuan
        Of one unit raised; of a newcomer, once.
    mortality : share
        While no delivery of the office says.
    """

    product: str = Field(min_length=1)
    cost_yuan: Yuan = Field(json_schema_extra=unit("yuan"))
    startup_yuan: Yuan = Field(json_schema_extra=unit("yuan"))
    mortality: Share = Field(json_schema_extra=unit("share"))
    status: Status
    source: str = Field(min_length=1)

    @property
    def cost_fen(self) -> int:
        """Cost of one unit raised in fen."""
        return fen(str(self.cost_yuan))

    @property
    def startup_fen(self) -> int:
        """What a newcomer pays once, in fen."""
        return fen(str(self.startup_yuan))


class Cooperation(Block):
    """The rules of an office: one of each of `RULES`, and the products that its contracts buy."""

    rules: tuple[Rule, ...]
    raising: tuple[Raising, ...] = ()

    def value(self, key: RuleKey) -> float:
        """Return a rule's value in its unit.

        Examples
        --------
        >>> load_cooperation().value("loan_months")
        36.0
        """
        return float(next(rule.value for rule in self.rules if rule.key == key))

    def value_fen(self, key: RuleKey) -> int:
        """Return a rule in yuan as fen.

        Examples
        --------
        >>> load_cooperation().value_fen("village_income_low_yuan")
        5000000
        """
        return fen(f"{self.value(key):.2f}")

    def raising_of(self, product: str) -> Raising | None:
        """Return what a product costs to raise; None where nobody entered it."""
        said = fold_text(product)
        return next((row for row in self.raising if fold_text(row.product) == said), None)


def load_cooperation(folder: Path | str = PARAMS) -> Cooperation:
    """Load ``cooperation.yaml`` of a folder of parameters, or the project's where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be read or is not well formed: a rule missing, twice or out of its range.

    Examples
    --------
    >>> load_cooperation().raising_of("土鸡土鸭").cost_fen
    2600
    """
    return whole_file(folder, FILE, Cooperation, _faults)


def _faults(found: Cooperation) -> Iterator[Fault]:
    counts = Counter(str(rule.key) for rule in found.rules)
    products = Counter(fold_text(row.product) for row in found.raising)
    for part, counted in (("rules", counts), ("raising", products)):
        for key, count in counted.items():
            if count > 1:
                yield Fault("{key} stands here twice", f"{FILE}: {part}", values={"key": key})
    missing = sorted(set(RULES) - set(counts))
    yield from (Fault("{key} is missing", f"{FILE}: rules", values={"key": key}) for key in missing)
    for rule in found.rules:
        where = f"{FILE}: {rule.key}"
        if rule.key in _ABOVE_ZERO and rule.value <= 0:
            yield Fault("{key} must be above 0", where, values={"key": rule.key})
        if rule.key in _SHARES and rule.value > 1:
            yield Fault("{value} is no share", where, "0 to 1", values={"value": f"{rule.value:g}"})
        if rule.key in _WHOLE and rule.value != int(rule.value):
            yield Fault("{value} is no whole number", where, values={"value": f"{rule.value:g}"})
    values = {rule.key: rule.value for rule in found.rules}
    if values.get("floor_low", 0.0) > values.get("floor_high", 0.0):
        yield Fault("the usual guaranteed dividend begins above its end", f"{FILE}: floor_low")
    if values.get("village_income_low_yuan", 0.0) >= values.get("village_income_high_yuan", inf):
        yield Fault("the lower mark of village income is not below the upper one", f"{FILE}: village_income_low_yuan")
    for row in found.raising:
        if row.mortality >= 1:
            yield Fault("a mortality of {share} leaves nothing", f"{FILE}: {row.product}", "0 to below 1",
                        values={"share": f"{row.mortality:g}"})  # fmt: skip
