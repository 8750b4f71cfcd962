"""Conditions that no household and no person can fulfil together.

Responsible for finding them from the conditions alone: empty ranges of numbers, codes both asked for
and ruled out, flags that must hold and must not. Not responsible for whether anybody in a ledger
happens to fulfil them (`povlib.support`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from povlib.params.conditions import FIELDS, Condition


def contradiction(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return the conditions on one field that cannot hold together, or () when there are none.

    Conditions on `any_member` and `worker` may be fulfilled by different persons and are looked at apart.

    Examples
    --------
    >>> old = Condition(on="worker", field="age", op=">=", value=70, citation="a")
    >>> young = Condition(on="worker", field="age", op="<=", value=69, citation="b")
    >>> [c.show() for c in contradiction([old, young])]
    ['worker.age >= 70', 'worker.age <= 69']
    """
    groups: dict[tuple[str, str], list[Condition]] = defaultdict(list)
    for condition in conditions:
        groups[(condition.on, condition.field)].append(condition)
    for group in groups.values():
        if not _can_hold(group):
            return tuple(group)
    return ()


def _can_hold(group: list[Condition]) -> bool:
    kind = FIELDS[group[0].field].kind
    if kind == "number":
        return _numbers_can_hold(group)
    if kind == "flag":
        return len({condition.op for condition in group}) == 1
    if kind == "codes":  # several labels may apply, so only one list inside the other rules all out
        return all(not _listed(a, "in") or not _listed(a, "in") <= _listed(b, "not_in") for a in group for b in group)
    return _code(group)


def _numbers_can_hold(group: list[Condition]) -> bool:
    values = {op: [float(c.value) for c in group if c.op == op] for op in (">=", "<=", "==", "!=")}  # type: ignore[arg-type]
    low = max([*values[">="], *values["=="]], default=float("-inf"))
    high = min([*values["<="], *values["=="]], default=float("inf"))
    return low < high or (low == high and low not in values["!="])


def _code(group: list[Condition]) -> bool:
    wanted = [_listed(condition, "in") or _listed(condition, "==") for condition in group]
    wanted = [words for words in wanted if words]
    out = frozenset(word for c in group for word in _listed(c, "not_in") | _listed(c, "!="))
    if not wanted:
        return True
    return bool(frozenset.intersection(*wanted) - out)


def _listed(condition: Condition, op: str) -> frozenset[str]:
    if condition.op != op:
        return frozenset()
    return frozenset(condition.value) if isinstance(condition.value, tuple) else frozenset([str(condition.value)])
