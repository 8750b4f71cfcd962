"""What a meeting paper refuses: parts that do not add up to their total, and names that are not masked.

Responsible for these two checks. Not responsible for the columns (`povlib.report.meeting.facts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from povlib.errors import Fault, PrivacyError, ReportError

if TYPE_CHECKING:
    from povlib.report.meeting.facts import MeetingFacts

_TOLERANCE_PERSONS = 0.01


def refuse_wrong_sums(facts: MeetingFacts) -> None:
    """Refuse parts that do not add up to their total: better here than in the meeting."""
    out = facts.outcome
    checks: list[tuple[str, pd.DataFrame, str, float, float]] = [
        ("villages.money_fen", facts.villages, "money_fen", out.money_fen - out.opening_fen, 0),
        ("villages.served", facts.villages, "served", out.served, 0),
        ("villages.posts", facts.villages, "posts", out.posts, 0),
        ("villages.additional", facts.villages, "additional", out.additional.value, _TOLERANCE_PERSONS),
        ("villages.expected", facts.villages, "expected", out.expected.value, _TOLERANCE_PERSONS),
        ("funds.planned_fen", facts.funds, "planned_fen", out.money_fen, 0),
        ("entitlements.cost_fen", facts.entitlements, "cost_fen", out.entitlement_fen, 0),
        ("annex.money_fen", facts.annex, "money_fen", out.money_fen - out.opening_fen, 0),
    ]
    if len(facts.villages) and len(facts.unserved):
        left = float(facts.villages["households"].sum() - out.served)
        checks.append(("unserved.households", facts.unserved, "households", left, 0))
    faults = [
        Fault(
            "the parts add up to {sum}, the total is {total}",
            where=where,
            remedy="look where the two come from; the paper is not written",
            values={"sum": _plain(float(frame[column].sum())), "total": _plain(total)},
        )
        for where, frame, column, total, tolerance in checks
        if len(frame) and abs(float(frame[column].sum()) - total) > tolerance
    ]
    for name, amount, *parts in facts.funds[
        ["name", "amount_fen", "entitlement_fen", "planned_fen", "left_fen"]
    ].itertuples(index=False):
        if sum(parts) != amount:
            values = {"sum": _plain(sum(parts)), "total": _plain(amount)}
            faults.append(
                Fault("the parts add up to {sum}, the total is {total}", where=f"funds: {name}", values=values)
            )
    if faults:
        raise ReportError(faults)


def _plain(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def refuse_full_names(annex: pd.DataFrame) -> None:
    """Let only masked names (张**) into a paper; rows are named by their number, never by the name."""
    if "name" not in annex.columns:
        return
    names = annex["name"].fillna("").astype(str)
    open_names = names[(names != "") & ~names.str.fullmatch(r".\*\*")]
    if len(open_names):
        raise PrivacyError(
            "{n} names are not masked", where="annex.name", allowed="one character and two stars", n=len(open_names)
        )
