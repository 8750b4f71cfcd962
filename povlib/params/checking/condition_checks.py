"""Conditions of a record: labels that can stand there, and together somebody who fulfils them.

Not responsible for what a condition means (`povlib.params.conditions`).
"""

from __future__ import annotations

from collections.abc import Iterable

from povlib.params.checking.contradictions import contradiction
from povlib.params.checking.findings import Findings
from povlib.params.conditions import FIELDS, Condition
from povlib.params.tables import table


def check_conditions(found: Findings, file: str, key: str, name: str, conditions: tuple[Condition, ...]) -> None:
    """Note conditions with unknown labels, and conditions that nobody can fulfil together."""
    for i, condition in enumerate(conditions):
        for word in _texts_of_condition(condition):
            where = found.where(file, key, name, i)
            known = (
                found.keys("villages") if condition.field == "village" else code_labels(FIELDS[condition.field].table)
            )
            found.known("{value} is no label that can stand here", word, known, where)
    against = contradiction(conditions)
    if against:
        found.fault("nobody can fulfil this: {rules}", found.where(file, key, name), rules=shown_conditions(against))


def _texts_of_condition(condition: Condition) -> tuple[str, ...]:
    """Return the texts of a condition that must be labels of a code list or villages."""
    listed = condition.field == "village" or FIELDS[condition.field].table
    if not listed or condition.value is None:
        return ()
    return condition.value if isinstance(condition.value, tuple) else (str(condition.value),)


def code_labels(name: str) -> tuple[str, ...]:
    """Return the labels of a code list."""
    return table(name).labels


def shown_conditions(conditions: Iterable[Condition]) -> str:
    """Return conditions as they are shown in a fault."""
    return "; ".join(condition.show() for condition in conditions)
