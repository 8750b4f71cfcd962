"""A survey of all village households, poor or not: strata, clusters, weights.

A register of the poor cannot say who was missed; this can. Clusters are villager groups drawn within strata, households
are drawn within clusters; weights are the inverse chances. Responsible for the households outside the register too, of
which nothing but the survey speaks.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.money import FEN_PER_YUAN, round_fen
from povlib.sample.chance import draw_labels, random_stream
from povlib.sample.township import Township, groups_of
from povlib.sample.truth.plan_outcomes import outcomes

# 3 strata of 16 clusters of 12 households, 576 interviews: a choice, about what a township survey can afford, and
# enough clusters a stratum for a standard error of their spread.
CLUSTERS_PER_STRATUM = 16
HOUSEHOLDS_PER_CLUSTER = 12
_SIZES = {1: 0.07, 2: 0.17, 3: 0.25, 4: 0.26, 5: 0.15, 6: 0.07, 7: 0.03}


def village_population(township: Township) -> pd.DataFrame:
    """Return every household of the villages: those on the register with their true income, and all others.

    Columns: hh (empty outside the register), village, stratum, cluster, size, income_fen_per_head (regular net
    income of the last twelve months), registered, exited, unsafe_house, no_safe_water, ill_member.
    """
    known = outcomes(township)
    frame = township.households
    card = pd.DataFrame(
        {
            "hh": frame["hh"],
            "village_row": frame["village_row"],
            "group": frame["group"],
            "size": known["size"],
            "income_fen_per_head": known["income_fen_per_head"],
            "registered": frame["registered"].astype(int),
            "exited": (~frame["registered"]).astype(int),
            "unsafe_house": (~known["housing"]).astype(int),
            "no_safe_water": (~known["water"]).astype(int),
            "ill_member": (frame["ill"] > 0).astype(int),
        }
    )
    everyone = pd.concat([card[card["size"] > 0], _households_off_register(township, card)], ignore_index=True)
    villages = township.world.villages
    everyone["village"] = [villages[v].name for v in everyone["village_row"]]
    everyone["stratum"] = [villages[v].stratum for v in everyone["village_row"]]
    everyone["cluster"] = [f"{v}-{g:02d}" for v, g in zip(everyone["village"], everyone["group"], strict=True)]
    return everyone.sort_values(["cluster", "hh"], kind="stable", ignore_index=True)


def _households_off_register(township: Township, card: pd.DataFrame) -> pd.DataFrame:
    w, rng = township.world, random_stream(township.seed, "others")
    scale = township.size / w.counts["households"]
    counts = [
        max(0, round(v.households * scale) - int((card["village_row"] == i).sum())) for i, v in enumerate(w.villages)
    ]
    village = np.repeat(np.arange(len(counts)), counts)
    groups = np.array([groups_of(v, township.size, w) for v in w.villages])[village]
    group = 1 + np.floor(rng.random(len(village)) * groups).astype(np.int64)
    better = random_stream(township.seed, "cluster level").normal(0, 0.15, (len(counts), int(groups.max()) + 1))
    stratum = np.array([{"镇区": 0.12, "河谷": 0.0, "山区": -0.18}[v.stratum] for v in w.villages])[village]
    yuan = 9800 * np.exp(stratum + better[village, group] + 0.52 * rng.standard_normal(len(village)))
    size = draw_labels(rng, [str(k) for k in _SIZES], list(_SIZES.values()), len(village)).astype(np.int64)
    poor = yuan < 4500
    return pd.DataFrame(
        {
            "hh": "",
            "village_row": village,
            "group": group,
            "size": size,
            "income_fen_per_head": round_fen(yuan) * FEN_PER_YUAN,
            "registered": 0,
            "exited": 0,
            "unsafe_house": (rng.random(len(village)) < np.where(poor, 0.10, 0.02)).astype(int),
            "no_safe_water": (rng.random(len(village)) < np.where(poor, 0.05, 0.015)).astype(int),
            "ill_member": (rng.random(len(village)) < np.where(poor, 0.45, 0.28)).astype(int),
        }
    )


def survey(township: Township) -> pd.DataFrame:
    """Return the weighted, clustered survey: one row a household interviewed.

    `income_fen_per_head` is what the household reported (with error); `weight` is the number of households that the
    row stands for; sampling is without replacement at both stages.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = survey(simulate(340))
    >>> len(rows), rows["stratum"].nunique(), rows["cluster"].nunique()
    (576, 3, 48)
    """
    everyone = village_population(township)
    rng = random_stream(township.seed, "survey")
    parts = []
    for _, stratum in everyone.groupby("stratum", sort=True):
        clusters = np.array(sorted(stratum["cluster"].unique()))
        drawn = np.sort(rng.choice(clusters, min(CLUSTERS_PER_STRATUM, len(clusters)), replace=False))
        for cluster in drawn:
            rows = stratum[stratum["cluster"] == cluster]
            taken = rows.iloc[np.sort(rng.choice(len(rows), min(HOUSEHOLDS_PER_CLUSTER, len(rows)), replace=False))]
            parts.append(taken.assign(weight=len(clusters) / len(drawn) * len(rows) / len(taken)))
    out = pd.concat(parts, ignore_index=True)
    error = np.exp(township.world.raw["income"]["survey_error_log"] * rng.standard_normal(len(out)))
    out["income_fen_per_head"] = round_fen(out["income_fen_per_head"] / FEN_PER_YUAN * error) * FEN_PER_YUAN
    out["weight"] = out["weight"].round(6)
    out.insert(0, "survey_id", [f"Y{i:05d}" for i in range(1, len(out) + 1)])
    columns = ["survey_id", "hh", "village", "stratum", "cluster", "weight", "size", "income_fen_per_head"]
    columns += ["registered", "exited", "unsafe_house", "no_safe_water", "ill_member"]
    return pd.DataFrame(out[columns])
