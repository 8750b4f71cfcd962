"""What the law owes is no scenario's to give away: changes that would take an entitlement from somebody are refused.

Responsible for comparing what is owed by the office's own parameters with what a scenario makes of it. Not responsible
for what is owed to whom (`povlib.support.entitlements`).
"""

from __future__ import annotations

from collections.abc import Iterator

from povlib.errors import Fault
from povlib.params import Catalogue, Measure
from povlib.params.procedures.recorded_aid import RecordedAid


def entitlement_faults(before: Catalogue, after: Catalogue) -> Iterator[Fault]:
    """Yield a fault for every entitlement of the office's parameters that a scenario takes away or makes smaller.

    Parameters
    ----------
    before, after : Catalogue
        As loaded from the files, and with every layer of the scenario applied. A change of the law itself belongs in
        ``support.yaml`` of the office, with its source and date.

    Examples
    --------
    >>> from povlib import params, places
    >>> law = params.load(places.DATA / "sample" / "params")
    >>> more, less = (law.replaced({"support.yulu.cost.amount_yuan": yuan}) for yuan in (1600, 1400))
    >>> len(list(entitlement_faults(law, more))), [fault.where for fault in entitlement_faults(law, less)]
    (0, ['support.yaml yulu'])
    """
    for key, owed in before.measures.items():
        if owed.entitlement is None:
            continue
        then = after.measures.get(key)
        if then is None or _takes_away(owed, then):
            yield Fault(
                "{name} is owed by law: no scenario may take it away or make it smaller",
                where=f"support.yaml {key}",
                remedy="leave it as it is; if the law has changed, change support.yaml with its source and date",
                values={"name": owed.names.show()},
            )


def _less_aid(rule: RecordedAid, new: RecordedAid | None) -> bool:
    """Return whether less would be owed for the same bills or losses."""
    if new is None or (new.records, new.over) != (rule.records, rule.over):
        return True
    no_limit = float("inf")
    fewer = bool(new.kinds) and not (rule.kinds and set(rule.kinds) <= set(new.kinds))
    return fewer or (
        not rule.missing
        and (
            bool(new.missing)
            or (new.share or 0) < (rule.share or 0)
            or new.least_fen > rule.least_fen
            or (new.most_fen or no_limit) < (rule.most_fen or no_limit)
        )
    )


def _takes_away(owed: Measure, then: Measure) -> bool:
    """Return whether fewer would be owed the measure, or less, or by nobody's funds."""
    rule, new = owed.entitlement, then.entitlement
    if rule is None or new is None:
        return new is None
    months, left = (tuple(one.paid_in) for one in (rule, new))
    return any(
        (
            then.running and not owed.running,
            not set(then.eligibility) <= set(owed.eligibility),
            owed.priced and (then.cost.amount_fen or 0) < (owed.cost.amount_fen or 0),
            owed.cost.basis != then.cost.basis,
            owed.one_per != then.one_per,
            then.once and not owed.once,
            rule.per == "member" and new.per == "household",
            bool(left) and not set(months) <= set(left),
            then.periods is not None and then.periods != owed.periods,
            rule.aid is not None and _less_aid(rule.aid, new.aid),
        )
    )
