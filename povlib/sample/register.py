"""The register as the office keeps it: one row a household, nothing latent.

Responsible for status, marks with their routes, co-op and dwelling as the household sheet and the ledger show them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.sample.chance import stream
from povlib.sample.township import Township

_COOPS = {
    "cattle_coop": "立春养牛专业合作社",
    "dendrobium_coop": "源笙铁皮石斛专业合作社",
}


def register(township: Township) -> pd.DataFrame:
    """Return the household register: the columns of the household sheet that are no identity.

    `identified_month` and `mark_month` are ordinals (`mark_month` -1 where there is no mark); `mark_routes` joins
    several routes by 、.
    """
    frame, marks = township.households, township.marks
    n = len(frame)
    routes = marks.routes.groupby("row")["route"].agg("、".join).reindex(range(n))
    marked = routes.notna().to_numpy()
    coop = marks.industry.set_index("row")["measure"].map(_COOPS).reindex(range(n))
    status = np.where(frame["registered"], np.where(marked, "预脱贫", "未脱贫"), "已脱贫").astype(object)
    status[frame["returned"].to_numpy()] = "返贫"
    month = township.world.last_seen - stream(township.seed, "mark month").integers(0, 3, n)
    return pd.DataFrame(
        {
            "hh": frame["hh"],
            "village": [township.world.villages[v].name for v in frame["village_row"]],
            "attribute": frame["attribute"],
            "cause": frame["cause"],
            "other_causes": frame["other_causes"],
            "status": status,
            "exit_year": frame["exit_year"],
            "identified_month": frame["identified"],
            "mark_month": np.where(marked, month, -1),
            "mark_routes": routes.fillna("").to_numpy(),
            "livelihood": frame["livelihood"],
            "housing_grade": _grade(township),
            "house_area_m2": frame["house_area_m2"],
            "arable_mu": frame["arable_mu"],
            "forest_mu": frame["forest_mu"],
            "distance_km": frame["distance_km"],
            "coop": coop.fillna("").to_numpy(),
            "objects": np.zeros(n, dtype=bool),
        }
    )


def _grade(township: Township) -> np.ndarray:
    """Grade of the dwelling in the last month: works finished since then have made it safe."""
    grade = township.households["housing_grade"].to_numpy(dtype=object).copy()
    works = township.works[township.works["done_month"] <= township.last]
    grade[works["row"]] = np.where(works["kind"].isin(["新建", "购"]), "A", "B")
    return grade
