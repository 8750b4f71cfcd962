"""One village one product: what each village makes; enterprises, what they make and the help they had."""

from __future__ import annotations

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.report.villages.facts import EnterpriseFacts, ProductFacts
from povlib.words import term, text


def products_section(facts: ProductFacts, lang: str) -> Section:
    """Return the products of the villages."""
    sentence = say(
        "With a product on record: {villages}; different products of their own: {different}; with a brand: {brand}. "
        "Most widespread: {widest}, in {widest_villages}.",
        lang,
        widest=facts.widest,
        widest_villages=Number(
            "villages.widest", facts.widest_villages, "count", "village", "villages with the most widespread product"
        ),
        villages=Number(
            "villages.with_product", facts.villages, "count", "village", "villages with a product on record"
        ),
        different=Number(
            "villages.main_products",
            facts.different,
            "count",
            "",
            "products that set villages apart, by location quotient",
        ),
        brand=Number("villages.with_brand", facts.with_brand, "count", "village", "villages with a brand"),
    )
    columns = (
        Column("village", term("village", lang)),
        Column("product", text("product", lang), width=1.3),
        Column("year", text("year", lang), "year"),
        Column("households", term("households_n", lang, unit=True), "count"),
        Column("share", text("of the village's registered households", lang), "share"),
        Column("quotient", text("location quotient", lang), "decimal1"),
        Column("area_mu", text("mu", lang), "decimal1"),
        Column("heads", text("heads", lang), "count"),
        Column("output", text("output", lang), width=1.3),
        Column("sold", text("sold", lang), width=1.3),
        Column("price_fen", text("yuan a unit", lang), "yuan2"),
        Column("sold_fen", text("sold for (yuan)", lang), "yuan"),
        Column("brand", text("brand", lang)),
    )
    blocks: list[Block] = [
        Paragraph(sentence),
        _own_product_note(lang),
        Table("products", text("Products of each village, its own first", lang), columns, facts.products,
              ("village", "product"), "ledger.village_products", small=True),
    ]  # fmt: skip
    if facts.without:
        names = text(", ", lang).join(facts.without)
        blocks.append(Note(Prose(text("No product is on record for {villages}.", lang, villages=names))))
    return Section("products", text("One village one product", lang), tuple(blocks), wide=True)


def _own_product_note(lang: str) -> Note:
    return Note(
        Prose(
            text(
                "A village's own product is the one that sets it apart: the largest location quotient, its share "
                "of the village's sales (of households, where sales are not recorded) over that in the township's.",
                lang,
            )
        )
    )


def enterprises_section(facts: EnterpriseFacts, lang: str) -> Section:
    """Return enterprises and the help they had."""
    promised, opened = (int(facts.help[name].fillna(0).sum()) for name in ("promised", "opened"))
    sentence = say(
        "On record: {firms}. Help to enterprises: {fen}; promised for it: {promised}; opened: {opened}.",
        lang,
        firms=Number("villages.enterprises", int(facts.outputs["enterprise"].nunique()), "count", "enterprise",
                     "enterprises on record"),
        fen=Number("villages.enterprise_help", int(facts.help["fen"].fillna(0).sum()), "wan", "",
                   "sum of help to enterprises"),
        promised=Number("villages.posts_promised", promised, "count", "post", "promised for help to an enterprise"),
        opened=Number("villages.posts_opened", opened, "count", "post", "opened of those promised"),
    )  # fmt: skip
    made = (
        Column("enterprise", text("enterprise", lang), width=2.0),
        Column("kind", text("kind", lang), width=1.2),
        Column("level", text("level of the enterprise", lang)),
        Column("village", term("village", lang)),
        Column("brand", text("brand", lang)),
        Column("product", text("product", lang), width=1.2),
        Column("year", text("year", lang), "year"),
        Column("output", text("output", lang), width=1.2),
        Column("growth", text("on the year before", lang), "share", signed=True),
        Column("sales_fen", text("sales (yuan)", lang), "yuan"),
        Column("workers", text("workers", lang), "count"),
        Column("poor_workers", text("of them poor", lang), "count"),
    )
    helped = (
        Column("enterprise", text("enterprise", lang), width=2.0),
        Column("kind", text("kind of help", lang), width=1.6),
        Column("month", text("month", lang), "month"),
        Column("fen", text("yuan", lang), "yuan", total=True),
        Column("promised", text("posts promised", lang), "count", total=True),
        Column("opened", text("posts opened", lang), "count", total=True),
        Column("status", term("status", lang)),
    )
    none = text("none", lang)
    return Section(
        "enterprises",
        text("Enterprises", lang),
        (
            Paragraph(sentence),
            Table("enterprises", text("What enterprises make", lang), made, facts.outputs, ("enterprise", "product"),
                  "ledger.enterprises, ledger.enterprise_outputs", small=True),
            Table("enterprise_help", text("Help to enterprises", lang), helped, facts.help, ("enterprise", "month"),
                  "ledger.enterprise_help", small=True, empty=none),
        ),
        wide=True,
    )  # fmt: skip
