"""contracts: what was due and delivered, who is behind, what will lack, what the price floor owes, who delivers what.

Responsible for printing. Not responsible for the answers (`povlib.runs.facts.villages.contract_facts`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from povlib.calendar import Month
from povlib.cli.terminal import print_table
from povlib.cli.word import Word, argument, chosen_place, switch
from povlib.errors import DataError
from povlib.money import format_yuan
from povlib.words import text

if TYPE_CHECKING:
    from povlib.ledger import State
    from povlib.params import Catalogue
    from povlib.params.procedures.cooperation import Cooperation
    from povlib.runs import Place
    from povlib.runs.facts.villages.contract_facts import ContractStanding

_SHOWN = 20
"""Rows of a table that a reader still looks through; the rest is named in a line."""

MONTH = argument("--month", "count up to this month (none given: the newest on record)", "MONTH")


def known(place: Place) -> tuple[State, Catalogue, Cooperation]:
    """Return the ledger's state, the parameters and the rules of co-operation of an office."""
    from povlib import ledger, params
    from povlib.params.procedures.cooperation import load_cooperation
    from povlib.runs.office.office_place import open_book

    folder = place.office.params
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
    return state, params.load(folder), load_cooperation(folder)


def contracts(options: argparse.Namespace) -> int:
    """Print every contract with its forecast, or one in full, with the shares of the months to come."""
    if options.shares and not options.contract:
        raise DataError("shares are worked out for one contract", where="--shares",
                        remedy="name it: {command}",
                        command="python3 workbench.py contracts CONTRACT --shares")  # fmt: skip
    place = chosen_place(options)
    month = Month.parse(options.month) if options.month else None
    from povlib.runs.facts.villages.contract_facts import contract_month, contract_standings

    state, catalogue, rules = known(place)
    through = contract_month(state, month)
    found = contract_standings(state, catalogue, rules, through, options.contract or "")
    print(text("As known to the end of {month}:", month=str(through)))
    _print_list(found)
    if not options.contract:
        options.contract, options.then = found[0].standing.contract, "contracts {contract}"
        return 0
    _print_one(found[0])
    if options.shares:
        from povlib.runs.facts.villages.contract_facts import share_plan

        _print_shares(share_plan(state, catalogue, rules, found[0]))
        options.then = "load"
    elif found[0].place:
        options.then = "contracts {contract} --shares"
    return 0


def _print_list(found: list[ContractStanding]) -> None:
    import pandas as pd

    from povlib.runs.facts.houses.code_words import unit_in_words

    rows = []
    for one in found:
        unit = unit_in_words(one.row["unit"])
        forecast = one.forecast
        rows.append(
            {
                text("contract"): one.standing.contract,
                text("partner"): one.row["partner"],
                text("a year"): text("{amount} {unit}", amount=f"{one.row['quantity']:,.0f}", unit=unit).strip(),
                text("due so far"): f"{one.standing.due:,.0f}",
                text("delivered"): f"{one.standing.delivered:,.0f}",
                text("households behind"): len(one.standing.late),
                text("will lack"): f"{forecast.lacking:,.0f} ({forecast.low:,.0f}–{forecast.high:,.0f})",
                text("chance that nothing lacks"): _chance(forecast.chance_fulfilled),
                text("open places"): "" if one.room is None else str(one.room.places),
            }
        )
    print_table(pd.DataFrame(rows))
    print(text("Will lack: expected at the end of the contract, with a 90 % range from this office's own deliveries."))


def _print_one(one: ContractStanding) -> None:
    import pandas as pd

    standing = one.standing
    print_table(
        pd.DataFrame(
            {
                text("month"): [str(Month.from_ordinal(int(m))) for m in standing.months["month"]],
                text("to be delivered"): standing.months["due"].map("{:,.0f}".format),
                text("delivered"): standing.months["delivered"].map("{:,.0f}".format),
                text("behind so far"): [
                    f"{behind:,.0f}" if month <= standing.through else ""
                    for month, behind in zip(standing.months["month"], standing.months["behind"], strict=True)
                ],
            }
        )
    )
    if standing.unshared > 0:
        print(text("{n} of the contract are nobody's share yet.", n=f"{standing.unshared:,.0f}"))
    elif standing.unshared < 0:
        print("! " + text("Shares exceed the contract by {n}.", n=f"{-standing.unshared:,.0f}"))
    _print_late(one)
    _print_money(one)
    if one.room is not None:
        print(
            text("Places: {asked} asked a year, {held} held by households, {lacking} lacking; at {each} a household "
                 "that is room for {n} more. The next plan offers these places ({key} in coops.yaml).",
                 asked=f"{one.room.asked:,.0f}", held=f"{one.room.held:,.0f}", lacking=f"{one.room.lacking:,.0f}",
                 each=f"{one.room.per_place:,.0f}", n=one.room.places, key=one.place)
        )  # fmt: skip


def _print_late(one: ContractStanding) -> None:
    import pandas as pd

    late = one.standing.late
    if late.empty:
        print(text("Nobody is behind."))
        return
    print(text("Behind, the furthest first:"))
    first = late.head(_SHOWN)
    print_table(
        pd.DataFrame(
            {
                text("household"): first["hh"],
                text("share"): first["share"].map("{:,.0f}".format),
                text("due so far"): first["due"].map("{:,.0f}".format),
                text("delivered"): first["delivered"].map("{:,.0f}".format),
                text("behind"): first["behind"].map("{:,.0f}".format),
                text("mortality"): [_share(value) for value in first["mortality"]],
            }
        )
    )
    if len(rest := late.iloc[_SHOWN:]):
        named = text(", ").join(f"{hh} {behind:,.0f}" for hh, behind in zip(rest["hh"], rest["behind"], strict=True))
        print(text("{n} more with what each is behind: {households}", n=len(rest), households=named))


def _chance(share: float) -> str:
    """Return a chance as a percentage, never as if something were sure that is not."""
    return "< 1%" if 0 < share < 0.01 else "> 99%" if 0.99 < share < 1 else f"{share:.0%}"


def _share(value: Any) -> str:
    return "" if value != value else f"{value:.0%}"


def _print_money(one: ContractStanding) -> None:
    money, floor = one.money, one.row["floor_fen"]
    floor_words = format_yuan(int(floor)) if floor == floor and floor is not None else text("none agreed")
    print(text("Paid {paid} for {n} deliveries; price floor {floor}.", paid=format_yuan(money.paid_fen, places=2),
               n=len(money.deliveries), floor=floor_words))  # fmt: skip
    unknown = int(money.households["unknown"].sum()) if len(money.households) else 0
    if unknown:
        print("! " + text("{n} deliveries have no payment on record.", n=unknown))
    if money.under_fen:
        owed = money.households[money.households["under_fen"] > 0]
        told = text("; ").join(f"{hh} {format_yuan(int(fen), places=2)}"
                               for hh, fen in zip(owed["hh"], owed["under_fen"], strict=True))  # fmt: skip
        print("! " + text("Paid under the price floor, {owed} in all: {households}",
                          owed=format_yuan(money.under_fen, places=2), households=told))  # fmt: skip


def _print_shares(plan: Any) -> None:
    import pandas as pd

    print(text("Who should deliver how much (as much as is asked, fewest newcomers, lightest for the most loaded):"))
    table = plan.shares.pivot_table(index="hh", columns="month", values="quantity", aggfunc="sum").fillna(0)
    shown = pd.DataFrame({text("household"): table.index})
    for month in table.columns:
        shown[str(Month.from_ordinal(int(month)))] = table[month].map("{:.0f}".format).to_numpy()
    own = plan.households.set_index("hh").loc[table.index]
    shown[text("raised")] = own["raised"].map("{:,}".format).to_numpy()
    shown[text("of what lives")] = own["use"].map("{:.0%}".format).to_numpy()
    shown[text("newcomer")] = [text("yes") if new else "" for new in own["newcomer"]]
    shown[text("net yuan at the floor")] = [f"{fen // 100:,}" for fen in own["net_fen"]]
    print_table(shown)
    if plan.missing:
        months = text("; ").join(
            f"{Month.from_ordinal(int(month))} {lacking}"
            for month, lacking in zip(plan.lacking["month"], plan.lacking["lacking"], strict=True)
            if lacking
        )
        print("! " + text("{n} that nobody can raise: {months}", n=f"{plan.missing:,}", months=months))


WORDS = (
    Word(
        "contracts",
        "contracts of sale: due and delivered, who is behind, what will lack, money, open places",
        contracts,
        (
            argument("contract", "name of a contract (none given: all)", "CONTRACT", nargs="?", default=""),
            MONTH,
            switch("--shares", "who should deliver how much in the months to come"),
        ),
        then="contracts",
    ),
)
