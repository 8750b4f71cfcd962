"""products: today's products, which product for which village, and what bad years would bring.

Responsible for printing. Not responsible for the choice (`povlib.villages.products`).
"""

from __future__ import annotations

import argparse
import math

from povlib.cli.terminal import print_paths, print_table
from povlib.cli.word import Word, argument, chosen_place, switch
from povlib.errors import DataError
from povlib.words import language, text


def products(options: argparse.Namespace) -> int:
    """Print today's products of each village, the choice beside them with its reasons, and the frontier."""
    least = _yuan(options.bad_years) if options.bad_years else None
    place = chosen_place(options)
    import pandas as pd

    from povlib.report.model.numbers import shown
    from povlib.report.villages import product_paper as words
    from povlib.runs.facts.villages.product_question import (
        product_choice_facts,
        read_product_question,
        write_product_paper,
    )

    lang = language()
    asked = read_product_question(place)
    facts = product_choice_facts(asked, least)

    def yuan(column: pd.Series) -> list[str]:
        return [shown(value, "yuan", lang) for value in column]

    chosen = words.chosen_frame(facts, lang)
    print(text("Today's products"))
    if asked.recorded is None:
        print("  " + text("None is recorded."))
    else:
        made = asked.recorded.products
        print_table(
            pd.DataFrame(
                {
                    text("village"): made["village"],
                    text("product"): made["product"],
                    text("year"): made["year"],
                    text("households"): made["households"],
                    text("mu"): made["area_mu"],
                    text("heads"): made["heads"],
                    text("output"): made["output"],
                    text("sold"): made["sold"],
                    text("sold for, yuan"): yuan(made["sold_fen"]),
                    text("brand"): made["brand"],
                }
            )
        )
        print(text("Without a product on record: {villages}", villages="、".join(asked.recorded.without)
                   or text("none")))  # fmt: skip
    unread = words.unread_sentence(facts, lang)
    if unread is not None:
        print("! " + unread.text)
    print(text("Which product for which village"))
    print_table(pd.DataFrame({text("village"): chosen["village"], text("product"): chosen["product"],
                              text("how much"): chosen["amount"],
                              text("yuan a year on average"): yuan(chosen["mean_fen"]),
                              text("next best for it"): chosen["instead"],
                              text("the township would lose, yuan a year"): yuan(chosen["loss_fen"])}))  # fmt: skip
    for sentence in words.product_sentences(facts, lang):
        print(sentence.text)
    print(text("Average income against bad years"))
    curve = words.frontier_frame(facts, lang)
    print_table(pd.DataFrame({text("yuan a year on average"): yuan(curve["mean_fen"]),
                              text("yuan in bad years"): yuan(curve["worst_fen"]),
                              text("products (villages)"): curve["products"]}))  # fmt: skip
    scarce = words.scarce_frame(facts, lang)
    print(text("What one more of each scarce thing brings"))
    print_table(pd.DataFrame({text("what"): scarce["what"], text("so much more"): scarce["more"],
                              text("brings, yuan a year"): yuan(scarce["fen"])}).head(_SHOWN))  # fmt: skip
    if options.page:
        print_paths(write_product_paper(place, facts))
        options.then = f"products --bad-years {max(int(facts.frontier['worst_fen'].iloc[-1]) // 100, 0)}"
    return 0


_SHOWN = 12  # rows of what is scarce on the screen; the page holds all


def _yuan(word: str) -> float:
    try:
        found = float(word.replace(",", ""))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise DataError("{value} is no amount in yuan", where="--bad-years", allowed="200000", value=word)
    return found


WORDS = (
    Word(
        "products",
        "which product for which village: today's, the best beside it, reasons, average income against bad years",
        products,
        (
            argument("--bad-years", "least mean income of the bad years, in yuan a year (default: as today)", "YUAN"),
            switch("--page", "write a paper (HTML, PDF and Excel) into the office's papers"),
        ),
        then="products --page",
    ),
)
"""Words of this module."""
