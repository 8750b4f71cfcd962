"""Products as configured: what a village could raise, what it takes, what it brings, and what its price did by year.

Responsible for reading ``products.yaml`` of an office (else the project's, which lists none). Not responsible for the
choice (`povlib.villages.products`). An office brings its own series: those of the practice township are made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from povlib.errors import Fault, unknown_word_fault
from povlib.params.kinds import Block, Key, Names, Number, Share, Status, Whole, Yuan, unit
from povlib.params.procedures.whole_file import whole_file
from povlib.params.tables import table
from povlib.places import PARAMS

FILE = "products.yaml"
#: fewer years say nothing of bad years: with a worst fifth, five years are one bad year
LEAST_YEARS = 5
Amount = Annotated[Number, Field(ge=0, le=1e9)]
Year = Annotated[int, Field(ge=1990, le=2100)]


class Product(Block):
    """A product that a village may take up; all of it for one mu, or one head.

    Parameters
    ----------
    counted_in : {"mu", "head"}
        What one unit of it is.
    land : {"arable", "forest"} or null
        Land that a unit takes, `land_mu` each; null: none.
    days : number
        Working days a unit asks for in a year.
    skill : str or null
        Key of ``data/tables/skill.yaml`` that somebody must have; null: none.
    output, output_unit : number, str
        What a unit brings in a year.
    cost_yuan : yuan
        What a unit costs in a year beside labour.
    start_yuan : yuan
        What a unit costs to take up.
    least : number
        Fewer units are not worth taking up in a village.
    ceiling : number or null
        Output that the township can sell in a year; null: no limit known.
    villages : list of str
        Where it grows or may be kept; empty: anywhere.
    price_yuan : mapping
        Year -> average price a unit of output; five years at least.
    yield_sd : number or null
        Standard deviation of the logarithm of the yearly harvest around its usual one (0.2: about a fifth up or down in
        two years of three); null: not known, so harvests of it are taken as ordinary.
    """

    key: Key
    names: Names
    aliases: tuple[str, ...] = ()
    status: Status
    source: str = Field(min_length=1)
    counted_in: Literal["mu", "head"]
    land: Literal["arable", "forest"] | None = None
    land_mu: Amount = Field(default=1.0, json_schema_extra=unit("mu per unit"))
    days: Amount = Field(json_schema_extra=unit("days per unit and year"))
    skill: str | None = None
    output: Amount = Field(gt=0, json_schema_extra=unit("output per unit and year"))
    output_unit: str = Field(min_length=1, max_length=12)
    cost_yuan: Yuan = Field(json_schema_extra=unit("yuan per unit and year"))
    start_yuan: Yuan = Field(default=Decimal(0), json_schema_extra=unit("yuan per unit"))
    least: Amount = Field(default=0.0, json_schema_extra=unit("units"))
    ceiling: Amount | None = Field(default=None, json_schema_extra=unit("output per year"))
    villages: tuple[str, ...] = ()
    price_yuan: dict[Year, Yuan] = Field(min_length=LEAST_YEARS, json_schema_extra=unit("yuan per unit of output"))
    yield_sd: Annotated[Number, Field(ge=0, le=1)] | None = Field(default=None, json_schema_extra=unit("log"))

    def spellings(self) -> tuple[str, ...]:
        """Return every word that means this product."""
        return (self.key, *self.names.spellings(), *self.aliases)


class HarvestRules(Block):
    """What harvests have in common: parts of the variance of their logarithm, summing to 1 at most.

    Parameters
    ----------
    year_share : share
        Shared by all products of all villages: the weather of the year.
    product_share : share
        Shared by one product in every village: pests, diseases.
    village_share : share
        Shared by all products of one village: hail, frost, a flood.
    draws : int
        Harvests drawn for each year of prices.
    """

    year_share: Share = Field(json_schema_extra=unit("share"))
    product_share: Share = Field(json_schema_extra=unit("share"))
    village_share: Share = Field(json_schema_extra=unit("share"))
    draws: Annotated[Whole, Field(ge=2, le=50)] = 6


class ProductRules(Block):
    """What the choice of products rests on beside the products.

    Parameters
    ----------
    worst_share : share
        The bad years: this share of all years, those with the lowest income.
    most_products : int
        Products that a village may have: 1 is 一村一品.
    most_villages : int or null
        Villages that may have the same product; null: any number.
    start_yuan : yuan or null
        Money there is for taking products up; null: not limited.
    days_per_worker : number
        Days a year that an able worker can give to the village's product.
    guided : number
        Workers without the skill whom one with it can guide.
    harvests : HarvestRules or null
        How far harvests go together; null: not known, every harvest is an ordinary one.
    products : list of Product
    """

    status: Status
    source: str = Field(min_length=1)
    worst_share: Annotated[Share, Field(gt=0)] = Field(default=0.2, json_schema_extra=unit("share"))
    most_products: Annotated[Whole, Field(ge=1, le=20)] = 1
    most_villages: Annotated[Whole, Field(ge=1)] | None = None
    start_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    days_per_worker: Amount = Field(default=120.0, json_schema_extra=unit("days per worker and year"))
    guided: Amount = Field(default=4.0, json_schema_extra=unit("workers"))
    harvests: HarvestRules | None = None
    products: tuple[Product, ...] = ()

    def product_of(self, word: str) -> Product | None:
        """Return the product that a word means; None where none does."""
        return next((product for product in self.products if word in product.spellings()), None)


def load_products(folder: Path | str = PARAMS, villages: tuple[str, ...] | None = None) -> ProductRules:
    """Load ``products.yaml`` of a folder of parameters, or the project's where it has none.

    Parameters
    ----------
    folder : path
    villages : tuple of str, optional
        The villages of the township, against which every name is checked.

    Raises
    ------
    ParameterError
        If the file cannot be read or is not well formed, everything at once: a word that means two products, series of
        different years, an unknown village or skill.

    Examples
    --------
    >>> from povlib.places import DATA
    >>> load_products(DATA / "sample" / "params").product_of("蜜柚").counted_in
    'mu'
    """
    return whole_file(folder, FILE, ProductRules, lambda found: _product_faults(found, villages))


def _product_faults(found: ProductRules, villages: tuple[str, ...] | None) -> Iterator[Fault]:
    for word, count in Counter(word for product in found.products for word in set(product.spellings())).items():
        if count > 1:
            yield Fault("{word} could mean two products", FILE, values={"word": word})
    yield from _harvest_faults(found)
    skills = {code.key for code in table("skill").codes}
    years = set(found.products[0].price_yuan) if found.products else set()
    for product in found.products:
        where = f"{FILE}: {product.key}"
        if product.skill is not None and product.skill not in skills:
            yield unknown_word_fault("there is no skill {value}", product.skill, skills, where)
        if set(product.price_yuan) != years:
            # what happened together can only be read off years that all have
            yield Fault("its prices are of other years than those of {first}", where,
                        values={"first": found.products[0].key})  # fmt: skip
        if any(price <= 0 for price in product.price_yuan.values()):
            yield Fault("a price is not above 0", where)
        for village in product.villages if villages is not None else ():
            if villages is not None and village not in villages:
                yield unknown_word_fault("there is no village {value}", village, villages, where)


def _harvest_faults(found: ProductRules) -> Iterator[Fault]:
    """Yield what is wrong with harvests: shares over 1, or spreads without shares."""
    shared = found.harvests
    if shared is not None and shared.year_share + shared.product_share + shared.village_share > 1 + 1e-9:
        yield Fault("the shares of harvests sum to more than 1", f"{FILE}: harvests", "0 to 1")
    if shared is None and any(product.yield_sd for product in found.products):
        yield Fault("products have a spread of harvests, but what harvests share is not entered", f"{FILE}: harvests",
                    "year_share, product_share, village_share")  # fmt: skip
