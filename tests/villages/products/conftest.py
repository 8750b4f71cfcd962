"""Small questions about products that every choice can be tried for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.villages.products.harvest_years import HarvestShares, crossed, harvest_factors
from povlib.villages.products.product_choice import ProductChoice


def small_question(seed: int, *, lumps: bool = True, harvests: bool = False) -> ProductChoice:
    """Return two or three villages and two or three products over five or six years, met by two harvests or none."""
    rng = np.random.default_rng(seed)
    products = [f"p{i}" for i in range(int(rng.integers(2, 4)))]
    villages = [f"v{i}" for i in range(int(rng.integers(2, 4)))]
    years = range(2010, 2010 + int(rng.integers(5, 7)))
    n = len(products)
    of = pd.DataFrame(
        {
            "product": products,
            "land": rng.choice(["arable", "forest", ""], n),
            "land_mu": rng.uniform(0.5, 2, n),
            "days": rng.uniform(5, 30, n),
            "skill": rng.choice(["tea", ""], n),
            "output": rng.uniform(10, 100, n),
            "cost_yuan": rng.uniform(50, 300, n),
            "start_yuan": rng.uniform(0, 500, n),
            "ceiling": rng.choice([np.inf, 500.0, 2000.0], n),
        }
    )
    grid = [(v, p) for v in villages for p in products if rng.random() < 0.85]
    pairs = [(v, p, float(rng.integers(0, 4)) if lumps else 0.0) for v, p in grid]
    means = pd.DataFrame(
        {"village": villages, "arable_mu": rng.uniform(2, 30, len(villages)),
         "forest_mu": rng.uniform(2, 30, len(villages)), "days": rng.uniform(50, 500, len(villages))}
    )  # fmt: skip
    skilled = pd.DataFrame({"village": villages[:1], "skill": "tea", "days": [float(rng.uniform(0, 300))]})
    prices = pd.DataFrame(
        rng.uniform(4, 12, n) * np.exp(rng.normal(0, 0.4, (len(years), n))), index=list(years), columns=products
    )
    made = None
    if harvests:
        spread = dict(zip(products, rng.uniform(0, 0.5, n).tolist(), strict=True))
        drawn = harvest_factors(grid, spread, HarvestShares(0.3, 0.2, 0.2), 2, seed)
        prices, made = crossed(prices, drawn)
    return ProductChoice(
        of, pd.DataFrame(pairs, columns=["village", "product", "least"]), means, skilled, prices,
        worst_share=float(rng.choice([0.2, 0.34, 0.5])),
        most_products=1 if lumps else n, most_villages=int(rng.integers(1, 4)) if lumps else 10,
        start_yuan=float(rng.choice([np.inf, 8000.0])), harvests=made,
    )  # fmt: skip
