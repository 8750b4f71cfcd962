"""What binds one plan: the decisions the ledger held when the run was begun, and the pins of that run alone.

Responsible for reading both as rules on packages and for what of them enters the run's identity. Not responsible
for the rules (`.package_rules`) or for the ledger's rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from povlib import ledger, params
from povlib.runs.decisions.package_rules import FREE, REFUSED, WITH, WITHOUT
from povlib.runs.office.office_place import Place, open_book

# What decides the plan or is printed with it: not the batch, the clock or the run that was looked at.
_CONTENT = ["hh", "voice", "subject", "verdict", "package", "decided_by", "reason", "answer"]
_RULES = ["hh", "rule", "pin", "typed"]


@dataclass(frozen=True, eq=False)
class Decided:
    """Decisions by hand that bind a plan.

    Attributes
    ----------
    batch : int
        The last batch of decisions that was read; 0 when there was none.
    decisions : DataFrame
        Those of the ledger that bind (`povlib.ledger.binding_decisions`).
    pins : dict
        Household -> rule, of this run alone; in the place of what the ledger holds for that household.
    """

    batch: int = 0
    decisions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_CONTENT))
    pins: dict[str, str] = field(default_factory=dict)

    @property
    def rules(self) -> pd.DataFrame:
        """Rules on packages: hh, rule, pin (approved, refused, by_hand), typed (of this run alone)."""
        own = self.decisions[~self.decisions["hh"].isin(list(self.pins))]
        rows = [(row.hh, rule_of(*map(str, (row.verdict, row.package, row.subject))), _pin(row.verdict), False)
                for row in own.itertuples(index=False)]  # fmt: skip
        rows += [(hh, rule, REFUSED if rule == REFUSED else "by_hand", True) for hh, rule in self.pins.items()
                 if rule != FREE]  # fmt: skip
        return pd.DataFrame(rows, columns=_RULES)

    def plain(self) -> dict[str, Any]:
        """Return what of this enters the identity of a run; nothing where nothing was decided."""
        rows = self.decisions[_CONTENT].astype(str).to_numpy().tolist()
        told: dict[str, Any] = {"decisions": rows} if rows else {}
        return told | ({"pins": self.pins} if self.pins else {})


def rule_of(verdict: str, package: str, subject: str) -> str:
    """Return the rule on packages that a row of the ledger stands for.

    Examples
    --------
    >>> rule_of("refused", "", ""), rule_of("refusal", "", "loan"), rule_of("by_hand", "grant+loan", "")
    ('refused', 'without:loan', 'grant+loan')
    """
    if verdict == "refused" or (verdict == "refusal" and not subject):
        return REFUSED
    if verdict == "refusal":
        return WITHOUT + subject
    return WITH + subject if verdict == "wish" else package


def _pin(verdict: object) -> str:
    return {"approved": "approved", "by_hand": "by_hand", "wish": "by_hand"}.get(str(verdict), REFUSED)


def decided_as_of(book: ledger.Ledger, batch: int, settings: params.Settings, pins: dict[str, str]) -> Decided:
    """Return what binds a plan by the decisions up to a batch, and its own pins."""
    found = ledger.household_decisions(book, batch) if batch else None
    if found is None:
        return Decided(pins=pins)
    return Decided(batch, ledger.binding_decisions(found, settings.help_from), pins)


def decided_now(place: Place, settings: params.Settings, pins: dict[str, str]) -> Decided:
    """Return what binds a plan that is begun now."""
    with open_book(place, create=False) as book:
        return decided_as_of(book, ledger.last_decision_batch(book), settings, pins)
