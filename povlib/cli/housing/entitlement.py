"""Words about houses: who is entitled and still waits, one house's bill, the price list, credits, what auditors ask.

Responsible for printing. Not responsible for the answers (`povlib.housing.entitlement`, `povlib.runs.questions`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from povlib.cli.housing import HOUSES
from povlib.cli.housing.bills import yuan_or_blank
from povlib.cli.terminal import print_table
from povlib.cli.word import HOUSEHOLD, Word, chosen_place, switch
from povlib.cli.words_meant import require_recorded
from povlib.money import format_yuan
from povlib.words import text

if TYPE_CHECKING:
    from povlib.params import Catalogue
    from povlib.runs.questions.house_questions import HouseBill

_STANDING = {
    "done": "finished",
    "under_way": "being built",
    "waiting": "not begun",
    "not_listed": "no work listed",
}
_ITEM_STATES = {"missing": "missing", "there": "in order", "unseen": "to be looked at"}


def entitled(options: argparse.Namespace) -> int:
    """Print who is owed a safe house and has none yet, why it waits, whom to ask, and why others are not entitled."""
    import pandas as pd

    from povlib.housing.entitlement.entitled_households import (
        entitled_households,
        entitlement_reasons,
        unmet_counts,
    )
    from povlib.params import table
    from povlib.runs.questions.house_questions import houses_of_office

    asked = houses_of_office(chosen_place(options))
    catalogue = asked.catalogue
    frame = entitled_households(asked.state, catalogue)
    counts = unmet_counts(frame)
    print(
        text(
            "{entitled} households on the register are entitled to a safe house: {done} have one, {under_way} are "
            "being built, {waiting} are listed and not begun, {not_listed} have no work. Of {not_known} it is not "
            "known; {not_entitled} are not entitled.",
            **counts,
        )
    )
    frame["reason"] = entitlement_reasons(frame)
    causes = {code.key: code.show() for code in table("delay_cause").codes}
    order = {name: place for place, name in enumerate(("waiting", "not_listed", "under_way", "done"))}
    # who has nothing yet comes first
    frame = frame.sort_values("standing", key=lambda column: column.map(order), kind="stable", ignore_index=True)
    if options.all:
        shown = frame
    elif options.asked or not frame["unmet"].any():
        shown = frame[frame["entitled"].isna()]
    else:
        shown = frame[frame["unmet"]]
    said = shown["entitled"].map({True: text("yes"), False: text("no")}).fillna(text("not known"))
    columns: dict[str, Any] = {
        text("household"): shown["hh"],
        text("village"): shown["village"],
        text("grade"): shown["grade"],
        text("entitled"): said.to_numpy(),
        text("work on the house"): [text(_STANDING[name]) for name in shown["standing"]],
        text("why not begun"): shown["delay_cause"].map(causes),
    }
    if options.all or options.asked:
        columns[text("reason")] = shown["reason"]
    if len(shown):
        print_table(pd.DataFrame(columns))
    for row in shown[shown["unmet"] & shown["standing"].isin(["waiting", "not_listed"])].to_dict("records"):
        ways = _ways_of_house(catalogue, row["delay_cause"], row["grade"])
        print("· " + text("{hh} may have: {ways}", hh=row["hh"], ways=ways or text("nothing")))
    first = shown["hh"].iloc[0] if len(shown) else ""
    options.then = f"houses bill {first}" if first else "houses prices"
    return 0


def _ways_of_house(catalogue: Catalogue, cause: Any, grade: Any) -> str:
    """Return the names of the ways that are offered to a house, joined."""
    import pandas as pd

    from povlib.housing.entitlement.house_money import ways_offered

    known = ["" if pd.isna(value) else str(value) for value in (cause, grade)]
    return text(", ").join(measure.names.show() for measure in ways_offered(catalogue, *known))


def bill(options: argparse.Namespace) -> int:
    """Print the bill of one house: what is missing, each line, the cost, the ceilings and which fund would pay it."""
    place = chosen_place(options)
    require_recorded(place, [options.household], "household")
    from povlib.runs.questions.house_questions import house_bill, houses_of_office

    asked = houses_of_office(place)
    month = asked.settings.help_from
    found = house_bill(asked.state, asked.catalogue, options.household, month)
    _print_bill(found, asked.catalogue, str(month))
    options.then = "houses prices" if found.cost_fen is None else f"history {options.household}"
    return 0


def _print_bill(found: HouseBill, catalogue: Catalogue, month: str) -> None:
    import pandas as pd

    from povlib.params import table
    from povlib.runs.facts.houses.code_words import unit_in_words

    print(
        text(
            "House of {hh}, grade {grade}; {work}; prices of {month}",
            hh=found.hh,
            grade=found.grade or text("not known"),
            work=text("work {project}", project=found.project) if found.project else text("no work listed"),
            month=month,
        )
    )
    items = catalogue.house_standard
    print_table(
        pd.DataFrame(
            {
                text("item of the standard (example)"): [items[key].names.show() for key in found.checklist["item"]],
                text("by the ledger"): [text(_ITEM_STATES[state]) for state in found.checklist["state"]],
            }
        )
    )
    stages = {code.key: code.show() for code in table("bill_stage").codes} | {"checklist": text("checklist")}
    lines = found.lines
    if len(lines):
        print_table(
            pd.DataFrame(
                {
                    text("stage of the bill"): lines["stage"].map(stages),
                    text("item"): lines["item"],
                    text("quantity"): ["" if pd.isna(qty) else f"{float(qty):g}" for qty in lines["qty"]],
                    text("unit"): [unit_in_words(unit) for unit in lines["unit"]],
                    text("unit price (yuan)"): [yuan_or_blank(fen) for fen in lines["unit_fen"]],
                    text("amount (yuan)"): [yuan_or_blank(fen) for fen in lines["fen"]],
                }
            )
        )
    if found.cost_fen is None:
        print("✗ " + text("No bill: a quantity or a price is missing."))
        return
    said = "Bill: {cost}" if found.project else "At least {cost}: what nobody has looked at yet is not in it."
    print(text(said, cost=format_yuan(found.cost_fen, places=2)))
    if found.measure is not None:
        print(text("Paid as {measure}:", measure=found.measure.names.show()))
    for row in found.funds.to_dict("records"):
        amount, limit = format_yuan(row["fen"], places=2), row["ceiling_fen"]
        if not row["fund"]:
            print("✗ " + text("{amount} no fund may pay: above every ceiling", amount=amount))
            continue
        ceiling = "" if pd.isna(limit) else text(" (at most {ceiling})", ceiling=format_yuan(limit))
        print("  " + catalogue.funds[row["fund"]].names.show() + ceiling + text(": ") + amount)


WORDS = (
    Word(
        "entitled",
        "who is owed a safe house and has none yet, and why it waits",
        entitled,
        (
            switch("--all", "every household on the register, with the reason"),
            switch("--asked", "those of whom it is not known: what must be asked"),
        ),
        group=HOUSES,
        then="houses bill HOUSEHOLD",
    ),
    Word(
        "bill",
        "the bill of one house: what is missing, cost, ceilings, funds",
        bill,
        (HOUSEHOLD,),
        group=HOUSES,
        then="houses prices",
    ),
)
