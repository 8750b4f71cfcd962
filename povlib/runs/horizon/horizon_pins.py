"""What is fixed of a plan over several years before it is made: decisions by hand, and help whose money is committed.

Responsible for turning both into pins on packages of all periods, and for money that is committed without being in the
plan any more. Not responsible for the grammar of rules (`povlib.runs.decisions.package_rules`) nor for the ledger's
movements (`povlib.ledger.money.fund_movements`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from povlib import ledger
from povlib.errors import Fault, RunError
from povlib.runs.decisions.package_rules import AND, NOTHING, WITH, open_packages, package_contents
from povlib.runs.horizon.period_offers import PeriodOffer
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run

#: run, household, measure, fund, year of a commitment -> fen (`ledger.kept_commitments`)
Commitments = Mapping[tuple[str, str, str, str, int], int]


@dataclass(frozen=True)
class Fixed:
    """What is fixed.

    Attributes
    ----------
    pins : DataFrame
        hh, package (with its period), pin.
    committed : frozenset of str
        Households whose committed help is pinned to the first period.
    outside : DataFrame
        fund, period, fen: money committed or paid for what the plan does not hold, taken out of what it may spend.
    """

    pins: pd.DataFrame
    committed: frozenset[str]
    outside: pd.DataFrame


def office_commitments(run: Run) -> dict[tuple[str, str, str, str, int], int]:
    """Return what the run's office has committed and not given back, paid or not, in fen."""
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        return {key: fen for key, fen in ledger.kept_commitments(book).items() if fen > 0}


def fixed_before(
    rules: pd.DataFrame, commitments: Commitments, offers: Sequence[PeriodOffer], registered: Collection[str]
) -> Fixed:
    """Return what is fixed.

    A decision by hand holds in every period. Committed help stays: its household is given a package of the first
    period that contains every measure its money is committed for, as far as these can still be offered; money
    committed for what is not offered any more (it has begun, or fell through and was not given back) is gone.

    Parameters
    ----------
    rules : DataFrame
        hh, rule, pin, typed: `povlib.runs.decisions.decided.Decided.rules`.
    commitments : mapping
        `office_commitments`.

    Raises
    ------
    RunError
        Naming every household whose decisions leave it no package at all.
    """
    rules = rules[rules["hh"].isin(list(registered))]
    promised = _committed_measures(commitments, registered)
    contents = _contents(offers, {*rules["hh"].astype(str), *promised})
    pins, faults = [], []
    held: dict[str, set[str]] = {}
    for hh, mine in contents.items():
        own = rules[rules["hh"] == hh]
        left = open_packages(AND.join(own["rule"]), mine) if len(own) else set(mine)
        if not left:
            what = "household {hh}: none of its packages is what was decided ({rule})"
            faults.append(Fault(what, values={"hh": hh, "rule": AND.join(own["rule"])}))
            continue
        kept, measures = _that_stay(left, mine, promised.get(hh, set()))
        held[hh] = measures
        pins += _pins_of(hh, kept, mine, str(own["pin"].iloc[0]) if len(own) else "approved")
    if faults:
        raise RunError(faults)
    gone = [(fund, 0, fen) for (_, hh, measure, fund, _), fen in commitments.items()
            if measure not in held.get(hh, set())]  # fmt: skip
    outside = pd.DataFrame(gone, columns=["fund", "period", "fen"]).groupby(["fund", "period"], as_index=False).sum()
    return Fixed(
        pd.DataFrame(pins, columns=["hh", "package", "pin"]),
        frozenset(hh for hh, measures in held.items() if measures),
        outside,
    )


def _committed_measures(commitments: Commitments, registered: Collection[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for _, hh, measure, _, _ in commitments:
        if hh in registered:
            found.setdefault(hh, set()).add(measure)
    return found


def _contents(offers: Sequence[PeriodOffer], households: set[str]) -> dict[str, dict[object, str]]:
    """Return, for each household, what its packages of all periods contain; nothing new is there once."""
    found: dict[str, dict[object, str]] = {hh: {} for hh in sorted(households)}
    for made in offers:
        said = package_contents(made.offer, households)
        owner = made.offer.packages.set_index("package")["hh"].reindex(said.index)
        for package, hh, content in zip(said.index, owner, said, strict=True):
            if made.period == 0 or content != NOTHING:
                found[str(hh)][f"{package}@{made.period}"] = content
    return {hh: mine for hh, mine in found.items() if mine}


def _that_stay(left: set[object], mine: Mapping[object, str], measures: set[str]) -> tuple[set[object], set[str]]:
    """Return the packages that hold what is committed, and which measures of it they hold.

    The measures that can be held together most are held; equally many: those first in order.
    """
    now = {package: mine[package] for package in left if str(package).endswith("@0")}
    best: tuple[set[object], set[str]] = (left, set())
    for package in sorted(now, key=str):
        own = {award.partition("/")[0] for award in now[package].split("+")} & measures
        if len(own) > len(best[1]):
            best = open_packages(AND.join(WITH + measure for measure in sorted(own)), now), own
    return best


def _pins_of(hh: str, kept: set[object], mine: Mapping[object, str], pin: str) -> list[tuple[str, object, str]]:
    if len(kept) == 1:
        return [(hh, next(iter(kept)), "by_hand" if pin == "refused" else pin)]
    return [(hh, package, "refused") for package in mine if package not in kept]
