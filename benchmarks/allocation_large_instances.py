"""Seeded instances in the factorised form, of any size; used by the benchmark and the tests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from povlib.allocation.solvers.scale import Amount, Block, Layout, Row, VillageRow

FUNDS = ("fund-a", "fund-b", "fund-c", "fund-d", "fund-e")
#: mean cost in yuan, gain, payers (a bill that several funds may pay counts in their common row), also uses
MEASURES = {
    "house": (25_000, 0.42, "fund-a", "weeks"),
    "repair": (8_000, 0.18, "fund-a", "weeks"),
    "cattle": (9_000, 0.26, "fund-b", "crews"),
    "job": (3_000, 0.38, "fund-c", "jobs-a"),
    "training": (2_500, 0.16, "fund-d", "jobs-b"),
    "post": (6_000, 0.30, "fund-e", None),
    "place": (4_000, 0.22, "fund-d", None),
}
PER_HOUSEHOLD = {"fund-a": 5_500, "fund-b": 1_100, "fund-c": 290, "fund-d": 480, "fund-e": 420,
                 "jobs-a": 0.12, "jobs-b": 0.13, "weeks": 1.0, "crews": 0.16}  # fmt: skip


def layout(households: int) -> Layout:
    """Nine common rows (five funds, two job pools, weeks, crews), three rows in each village, 24 packages."""
    names = list(MEASURES)
    sets = [(), *((m,) for m in names), *combinations(names, 2)][:24]
    amounts = [Amount(f"bill of {m}", m, {fund: 1}) for m, (_, _, fund, _) in MEASURES.items()]
    amounts += [Amount(f"weeks of {m}", m, {"weeks": 1}) for m in ("house", "repair")]
    units = {m: {extra: 1} for m, (_, _, _, extra) in MEASURES.items() if extra and extra != "weeks"}
    yuan = {name: 100 if name.startswith("fund") else 1 for name in PER_HOUSEHOLD}
    rows = [Row(name, int(households * share * yuan[name])) for name, share in PER_HOUSEHOLD.items()]
    village_rows = [VillageRow("posts", measures={"post": 1}), VillageRow("places", measures={"place": 1}),
                    VillageRow("served", sense=">=", any_package=1)]  # fmt: skip
    return Layout(names, sets, rows, amounts, units, village_rows)


def stream(households: int, seed: int = 0, per_village: int = 50, block: int = 50_000) -> Iterator[Block]:
    """Blocks of whole villages; each block is drawn from (seed, its number) alone."""
    shape = layout(households)
    of = shape.package_measures
    gain = np.array([MEASURES[m][1] for m in shape.measures])
    cost = np.array([MEASURES[m][0] for m in shape.measures])
    for number, start in enumerate(range(0, households, block)):
        n = min(block, households - start)
        rng = np.random.default_rng([seed, number])
        village = (start + np.arange(n)) // per_village
        members = rng.integers(1, 7, n).astype(np.float32)
        base = rng.uniform(0.05, 0.6, n).astype(np.float32)
        left = 1 - gain[:, None].astype(np.float32) * rng.uniform(0.3, 1.7, (len(gain), n)).astype(np.float32)
        np.clip(left, 0.15, 1.0, out=left)
        value = np.empty((len(of), n), dtype=np.float32)
        allowed = rng.random((len(of), n), dtype=np.float32) < 15 / 23
        for k, held in enumerate(of):
            value[k] = members * (1 - (1 - base) * np.prod(left[held], axis=0))
            if k:
                value[k, ~allowed[k]] = np.nan
        bill = np.rint(cost[:, None] * rng.gamma(4.0, 0.25, (len(cost), n))).astype(np.int32) * 100
        weeks = rng.integers(1, 7, (2, n)).astype(np.int32)
        size = np.diff(np.flatnonzero(np.r_[True, village[1:] != village[:-1], True]))
        caps = np.stack([np.ceil(size * 0.08), np.ceil(size * 0.08), np.floor(size * 0.5)], axis=1).astype(np.int64)
        yield Block(value, np.vstack([bill, weeks]), village, caps)
