"""Multiple-choice knapsack files drawn as Khan (1998, 2002) drew his: uncorrelated or correlated values.

Weights are whole numbers 0 .. 9, each resource has a price, and a capacity lets the groups use about
half of the most they could. ``correlated``: an item is worth its weights at these prices and a little
noise, which is what makes the files hard; ``uncorrelated``: any value.
"""

import numpy as np

#: groups, items, resources of the published files
SIZES = {
    "I01": (5, 5, 5), "I02": (10, 5, 5), "I03": (15, 10, 10), "I04": (20, 10, 10), "I05": (25, 10, 10),
    "I06": (30, 10, 10), "I07": (100, 10, 10), "I08": (150, 10, 10), "I09": (200, 10, 10), "I10": (250, 10, 10),
    "I11": (300, 10, 10), "I12": (350, 10, 10), "I13": (400, 10, 10),
}  # fmt: skip
LARGEST_WEIGHT = 9


def drawn(groups, items, rows, seed, *, correlated=True, real=False, tight=0.5):
    """Return values (groups, items), weights (groups, items, rows) and capacities."""
    rng = np.random.default_rng([groups, items, rows, seed])
    weight = rng.integers(0, LARGEST_WEIGHT + 1, (groups, items, rows)).astype(float)
    if correlated:
        value = (weight * rng.uniform(0, LARGEST_WEIGHT, rows)).sum(axis=2) + rng.uniform(0, 2 * rows, (groups, items))
    else:
        value = rng.uniform(1, LARGEST_WEIGHT * rows, (groups, items))
    value = np.round(value, 1) if real else np.rint(value)
    capacity = np.rint(tight * weight.max(axis=1).sum(axis=0) + 0.5)
    return value, weight, capacity


def written(path, value, weight, capacity):
    """Write the file: ``N M``, capacities, then of each group its count and its items."""
    lines = [f"{len(value)} {len(capacity)}", " ".join(f"{c:g}" for c in capacity)]
    for own, uses in zip(value, weight, strict=True):
        lines += [str(len(own)), *(" ".join(f"{n:.10g}" for n in (v, *w)) for v, w in zip(own, uses, strict=True))]
    path.write_text("\n".join(lines) + "\n")
    return path
