"""Words about what houses cost: the price list and other prices, credits for materials, accounts for the auditor.

Responsible for printing. Not responsible for the answers (`povlib.housing.entitlement`, `povlib.runs.questions`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from povlib.cli.housing import HOUSES
from povlib.cli.terminal import print_table
from povlib.cli.word import Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run
from povlib.errors import Fault, ParameterError
from povlib.money import format_yuan, yuan
from povlib.words import text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.params import Catalogue, Settings


def yuan_or_blank(fen: Any) -> str:
    """Return an amount in yuan, nothing where it is missing."""
    import pandas as pd

    return "" if pd.isna(fen) else yuan(int(fen))


def prices(options: argparse.Namespace) -> int:
    """Print the price list; with ITEM=YUAN what other prices would do to each house, fund and to exits."""
    asked = _asked_prices(options.items)
    from povlib.runs.questions.house_questions import houses_of_office, price_answer, price_changes

    place = chosen_place(options)
    asked_of = houses_of_office(place)
    state, catalogue, settings = asked_of.state, asked_of.catalogue, asked_of.settings
    if not asked:
        _print_prices(catalogue, settings)
        options.then = "houses prices ITEM=YUAN"
        return 0
    changes = price_changes(catalogue, asked, settings.help_from)
    run = chosen_run(options, place) if options.run else None
    answer = price_answer(state, catalogue, changes, settings, run)
    for key, value in changes.items():
        print("· " + text("{key}: {before} → {after} yuan", key=key, before=catalogue.value_at(key), after=value))
    _print_effects(answer.houses, answer.funds, catalogue)
    if answer.exits is not None and answer.served is not None:
        before, after = answer.exits
        print(
            text(
                "With run {run}: additional exits {before:.1f} → {after:.1f} persons; houses helped {was} → {now}.",
                run=options.run, before=before, after=after, was=len(answer.served[0]), now=len(answer.served[1]),
            )
        )  # fmt: skip
        for mark, gone in (("−", answer.served[0] - answer.served[1]), ("+", answer.served[1] - answer.served[0])):
            if gone:
                print(f"  {mark} " + text(", ").join(sorted(gone)))
    tried, sets = " ".join(options.items), " ".join(f"--set {key}={value}" for key, value in changes.items())
    options.then = f"plan base {sets}" if options.run else f"houses prices {tried} --run latest"
    return 0


def _asked_prices(words: list[str]) -> dict[str, str]:
    """Return item -> yuan of words like ``roof=70``; refuse all that have another form, at once."""
    from povlib.errors import MoneyError
    from povlib.runs.questions.house_questions import yuan_of

    asked: dict[str, str] = {}
    faults: list[Fault] = []
    for word in words:
        item, sign, amount = word.partition("=")
        if not sign or not item.strip() or item.strip() in asked:
            what = "{value} is no ITEM=YUAN" if not sign or not item.strip() else "{value} stands here twice"
            faults.append(Fault(what, allowed="ITEM=YUAN, such as roof=70", values={"value": word}))
            continue
        try:
            asked[item.strip()] = yuan_of(amount)
        except MoneyError as error:
            faults.extend(error.faults)
    if faults:
        raise ParameterError(faults)
    return asked


def _print_prices(catalogue: Catalogue, settings: Settings) -> None:
    import pandas as pd

    from povlib.runs.facts.houses.code_words import unit_in_words

    rows = []
    for price in catalogue.house_prices.values():
        since, fen = price.since(settings.help_from), price.unit_fen(settings.help_from)
        share = "" if price.material_share is None else f"{price.material_share:.0%}"
        status = text(price.status)
        named = (price.key, price.names.show(), unit_in_words(price.unit))
        rows.append((*named, yuan_or_blank(fen), str(since or ""), share, status))
    columns = [text("key"), text("item"), text("unit"), text("unit price (yuan)"), text("in force since")]
    columns += [text("share of material"), text("kind of figure")]
    print_table(pd.DataFrame(rows, columns=columns))


def _print_effects(houses: pd.DataFrame, funds: pd.DataFrame, catalogue: Catalogue) -> None:
    import pandas as pd

    changed = houses[houses["change_fen"].fillna(0) != 0]
    print(
        text(
            "{n} of {all} houses whose works have not begun cost another amount; together {change}.",
            n=len(changed), all=len(houses), change=format_yuan(int(changed["change_fen"].sum()), places=2),
        )
    )  # fmt: skip
    if len(changed):
        print_table(
            pd.DataFrame(
                {
                    text("household"): changed["hh"],
                    text("village"): changed["village"],
                    text("grade"): changed["grade"],
                    text("before (yuan)"): [yuan_or_blank(fen) for fen in changed["before_fen"]],
                    text("after (yuan)"): [yuan_or_blank(fen) for fen in changed["after_fen"]],
                    text("change (yuan)"): [yuan_or_blank(fen) for fen in changed["change_fen"]],
                }
            )
        )
    if len(funds):
        names = [catalogue.funds[key].names.show() if key else text("no fund may pay it") for key in funds["fund"]]
        print_table(
            pd.DataFrame(
                {
                    text("fund"): names,
                    text("before (yuan)"): [yuan(fen) for fen in funds["before_fen"]],
                    text("after (yuan)"): [yuan(fen) for fen in funds["after_fen"]],
                }
            )
        )


def credits(options: argparse.Namespace) -> int:
    """Print what is owed for materials on credit, what is late, and how much more may be owed; 1 when any is late."""
    import pandas as pd

    from povlib.calendar import Month
    from povlib.runs.questions.house_questions import houses_of_office
    from povlib.support.credit_limits import credit_limits
    from povlib.support.credits_owed import credits_owed

    asked = houses_of_office(chosen_place(options))
    state, catalogue = asked.state, asked.catalogue
    rows = credits_owed(state, state.last_month)
    if rows.empty:
        print(text("Nothing was bought on credit."))
        return 0
    limits = credit_limits(catalogue)
    print_table(
        pd.DataFrame(
            {
                text("credit"): rows["id"],
                text("household"): rows["hh"],
                text("guarantor"): rows["guarantor"],
                text("bought (yuan)"): [yuan(fen) for fen in rows["fen"]],
                text("still owed (yuan)"): [yuan(fen) for fen in rows["owed_fen"]],
                text("due"): [str(Month.from_ordinal(int(month))) for month in rows["due_month"]],
                text("overdue"): ["✗ " + text("overdue") if late else "" for late in rows["overdue"]],
            }
        )
    )
    for of, title in (("guarantor", "guarantor"), ("village", "village")):
        limit = limits.get("cadre" if of == "guarantor" else "village")
        owed = rows.groupby(of)["owed_fen"].sum()
        print_table(
            pd.DataFrame(
                {
                    text(title): owed.index,
                    text("still owed (yuan)"): [yuan(fen) for fen in owed],
                    text("may still be owed (yuan)"): [
                        "" if limit is None else yuan(max(limit - int(fen), 0)) for fen in owed
                    ],
                    text("above its limit"): ["✗" if limit is not None and fen > limit else "" for fen in owed],
                }
            )
        )
    late = rows[rows["overdue"]]
    if len(late):
        owed_late = format_yuan(int(late["owed_fen"].sum()), places=2)
        print("✗ " + text("{n} credits are overdue: {amount} still owed.", n=len(late), amount=owed_late))
        options.then = f"history {late['hh'].iloc[0]}"
    return 1 if len(late) else 0


def accounts(options: argparse.Namespace) -> int:
    """Print what does not agree in bills, and lines out of line with like houses, with the rule; for the auditor."""
    import pandas as pd

    from povlib.housing.entitlement.bill_accounts import PROBLEMS, bill_accounts
    from povlib.housing.entitlement.bill_outliers import bill_outliers, outlier_rule
    from povlib.params import table
    from povlib.runs.questions.house_questions import houses_of_office

    state = houses_of_office(chosen_place(options)).state
    frame = bill_accounts(state)
    final = frame["final_fen"].notna()
    agreed, cost = (int(frame.loc[final, name].fillna(0).sum()) for name in ("agreed_fen", "final_fen"))
    print(
        text(
            "{n} bills; {final} with a final account: agreed {agreed}, in the end {cost}.",
            n=len(frame), final=int(final.sum()), agreed=format_yuan(agreed, places=2),
            cost=format_yuan(cost, places=2),
        )
    )  # fmt: skip
    shown = frame if options.all else frame[frame["problem"] != ""]
    if len(shown):
        money = {
            text("estimate (yuan)"): "estimate_fen", text("variations (yuan)"): "variation_fen",
            text("final account (yuan)"): "final_fen", text("difference (yuan)"): "difference_fen",
        }  # fmt: skip
        columns: dict[str, Any] = {text("work"): shown["project"], text("household"): shown["hh"]}
        for name, key in money.items():
            columns[name] = [yuan_or_blank(fen) for fen in shown[key]]
        columns[text("what does not agree")] = [text(PROBLEMS[key]) if key else "" for key in shown["problem"]]
        print_table(pd.DataFrame(columns))
    found = bill_outliers(state)
    print(outlier_rule())
    if len(found):
        stages = {code.key: code.show() for code in table("bill_stage").codes}
        what = {"quantity": text("quantity"), "price": text("unit price (yuan)")}
        scale = {"quantity": 1, "price": 100}
        print_table(
            pd.DataFrame(
                {
                    text("household"): found["hh"],
                    text("stage of the bill"): found["stage"].map(stages),
                    text("item"): found["item"],
                    text("out of line"): found["what"].map(what),
                    text("written"): [f"{v / scale[w]:g}" for v, w in zip(found["value"], found["what"], strict=True)],
                    text("like houses"): [
                        f"{v / scale[w]:g}" for v, w in zip(found["median"], found["what"], strict=True)
                    ],
                    text("times"): [f"{times:.1f}" for times in found["times"]],
                }
            )
        )
    asked = shown["hh"].iloc[0] if len(shown) else found["hh"].iloc[0] if len(found) else ""
    options.then = f"houses bill {asked}" if asked else "houses entitled"
    return 0


WORDS = (
    Word(
        "prices",
        "the dated price list; with ITEM=YUAN what another price would do",
        prices,
        (
            argument("items", "another price to try: key or name of the item and yuan a unit", "ITEM=YUAN", nargs="*"),
            argument("--run", "also exits: id of a run, a scenario, latest or approved", "RUN", default=""),
        ),
        group=HOUSES,
        then="plan base",
    ),
    Word(
        "credits",
        "materials bought on credit: owed, overdue, how much more may be owed",
        credits,
        group=HOUSES,
        then="houses entitled",
    ),
    Word(
        "accounts",
        "estimate, variations and final accounts reconciled; lines out of line with like houses",
        accounts,
        (switch("--all", "every account, not only those that do not agree"),),
        group=HOUSES,
        then="houses bill HOUSEHOLD",
    ),
)
