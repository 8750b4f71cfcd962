"""What each fund pays in each village of a plan over parts, from one split of all bills within every ceiling.

Bills that are alike are one node of the flow (`fund_flow`), and what funds pay of them together is not said bill by
bill: here each fund pays the same share of alike bills in every village, rounded so that villages add up to the fund
and funds to the bills of the village. Responsible for this division. Not responsible for the flow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from povlib.allocation.parts.joined_office import OfficeTables, join_parts
from povlib.allocation.parts.part_plan import PartPlan
from povlib.allocation.parts.proof.fund_flow import BillsOfPackage, bill_counts, paid_by_funds
from povlib.allocation.parts.proof.part_verification import opened_rows


def payments_by_village(
    plan: PartPlan, folders: Sequence[Path | str], office: OfficeTables | None = None
) -> pd.DataFrame:
    """Return what the bills of a plan over parts take of each fund in each village.

    Parameters
    ----------
    plan, folders, office
        As `povlib.allocation.parts.verify_parts` takes them.

    Returns
    -------
    DataFrame
        village ("": what is opened, for all of them), fund, fen; by village and fund, rows above 0 alone.
    """
    joined = join_parts(folders, office)
    counts: dict[BillsOfPackage, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for at, part in enumerate(joined.homes):
        chosen, village = plan.choice(at), part.numbers("village")
        for code, name in enumerate(part.record["villages"]):
            for told, count in bill_counts(joined, at, chosen[village == code]).items():
                counts[told][str(name)] += count
    if (opened := opened_rows(plan, joined)) is not None:
        for told, count in bill_counts(joined, len(joined.homes), opened).items():
            counts[told][""] += count
    paid = paid_by_funds(joined, {told: sum(of.values()) for told, of in counts.items()})
    fen: dict[tuple[str, str], int] = defaultdict(int)
    for told, by_fund in paid.items():
        for (name, fund), amount in divided(by_fund, counts[told]).items():
            fen[name, joined.funds[fund]] += amount
    rows = [(name, fund, amount) for (name, fund), amount in sorted(fen.items()) if amount]
    return pd.DataFrame(rows, columns=["village", "fund", "fen"]).astype({"fen": np.int64})


def divided(paid: Mapping[int, int], counts: Mapping[str, int]) -> dict[tuple[str, int], int]:
    """Return what each fund pays in each village of bills that are alike.

    Parameters
    ----------
    paid : mapping
        Fund -> fen it pays of all of them.
    counts : mapping
        Village -> how many of them it has.

    Examples
    --------
    >>> divided({0: 100, 1: 50}, {"a": 1, "b": 2})
    {('a', 1): 16, ('a', 0): 34, ('b', 1): 34, ('b', 0): 66}
    """
    many, due, before = sum(counts.values()), sum(paid.values()), 0
    # the fund that pays most takes what rounding leaves: no other is as far from paying less than nothing
    most = max(paid, key=lambda fund: (paid[fund], -fund), default=-1)
    given: dict[tuple[str, int], int] = {}
    for name, count in sorted(counts.items()):
        upto = before + count
        left = due * upto // many - due * before // many
        for fund, fen in sorted(paid.items()):
            if fund != most:
                given[name, fund] = fen * upto // many - fen * before // many
                left -= given[name, fund]
        if most >= 0:
            given[name, most] = left
        before = upto
    return given
