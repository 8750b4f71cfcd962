"""One village one product: what each village grows or raises, how much, at what price, by whole year of data.

Prices have a shock that all villages share and one of the product; households are those of the register that live by
it. Not responsible for the sales of a household (`income_process`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from povlib.money import FEN_PER_YUAN
from povlib.sample.chance import random_stream
from povlib.sample.township import Township
from povlib.sample.villages.coops_and_firms import economy, scaled_to, village_of
from povlib.sample.villages.stakes_and_entries import members_of_measure

_FIRST_YEAR = 2014  # the first whole year of data
_SHARED = 0.3  # part of the spread of a price that all products share


def village_products(township: Township) -> pd.DataFrame:
    """Return the products of each village: pomelo, and its own.

    village, product, year, households (registered), area_mu, heads, output, unit, price_fen, sold, brand.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = village_products(simulate(340))
    >>> int(rows.query("product == '蜜柚' and year == 2015")["households"].sum())
    242
    """
    products, frame = economy(township)["products"], township.households
    village = village_of(township, np.arange(len(frame)))
    registered = frame["registered"].to_numpy()
    pomelo = registered & frame["livelihood"].eq("蜜柚").to_numpy()
    rows = []
    for year in range(_FIRST_YEAR, (township.last + 1) // 12):
        for name, line in products["villages"].items():
            grows = pomelo & (village == name)
            area = round(float(frame["forest_mu"].to_numpy()[grows].sum()), 1)
            rows.append(_product(township, name, year, products["pomelo"], int(grows.sum()), area, 0))
            households = int((registered & (village == name) & _lives_by(township, line)).sum())
            area = float(scaled_to(township, line["area_mu"])) if "area_mu" in line else 0.0
            heads = scaled_to(township, line["heads"]) if "heads" in line else 0
            rows.append(_product(township, name, year, line, households, area, heads))
    columns = ["village", "product", "year", "households", "area_mu", "heads", "output", "unit", "price_fen", "sold",
               "brand"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).sort_values(["village", "product", "year"], ignore_index=True)


def _lives_by(township: Township, line: dict[str, Any]) -> np.ndarray:
    frame = township.households
    if "measure" in line:
        return np.isin(np.arange(len(frame)), members_of_measure(township, line["measure"])["row"])
    return frame["livelihood"].eq(line["livelihood"]).to_numpy()


def _product(
    township: Township, village: str, year: int, line: dict[str, Any], households: int, area: float, heads: int
) -> dict[str, Any]:
    code = next(v.code for v in township.world.villages if v.name == village)
    luck = random_stream(township.seed, "harvest of product", code, year).normal(0, 0.08)
    output = (heads * line["per_head"] if heads else area * line["per_mu"]) * (1 + luck)
    return {
        "village": village,
        "product": line["product"],
        "year": year,
        "households": households,
        "area_mu": area,
        "heads": heads,
        "output": round(output, 1),
        "unit": line["unit"],
        "price_fen": round(line["yuan"] * np.exp(_price_shock(township, line, year)) * FEN_PER_YUAN),
        "sold": round(output * line["sold"], 1),
        "brand": line["brand"],
    }


def _price_shock(township: Township, line: dict[str, Any], year: int) -> float:
    products = economy(township)["products"]
    names = ["蜜柚", *dict.fromkeys(v["product"] for v in products["villages"].values())]
    shared = random_stream(township.seed, "prices of products", year).standard_normal()
    own = random_stream(township.seed, "price of product", names.index(line["product"]), year).standard_normal()
    return float(line["sd"] * (np.sqrt(_SHARED) * shared + np.sqrt(1 - _SHARED) * own))
