"""The register as the office keeps it: one row a household, nothing latent.

Responsible for status, marks with their routes, co-op and dwelling as the household sheet and the ledger show them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.sample.chance import random_stream
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
    month = township.world.last_seen - random_stream(township.seed, "mark month").integers(0, 3, n)
    grade, area = _grade_and_area(township)
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
            "housing_grade": grade,
            "house_area_m2": area,
            "arable_mu": frame["arable_mu"],
            "forest_mu": frame["forest_mu"],
            "distance_km": frame["distance_km"],
            "coop": coop.fillna("").to_numpy(),
            "objects": np.zeros(n, dtype=bool),
        }
    )


def _grade_and_area(township: Township) -> tuple[np.ndarray, np.ndarray]:
    """Grade and area of the dwelling in the last month: works finished since have made it safe."""
    frame, works = township.households, township.works
    grade = frame["housing_grade"].to_numpy(dtype=object).copy()
    safe = township.truth.holds["housing"][:, -1] & np.isin(grade, ["C", "D", "无房"])
    grade[safe] = "A"
    repaired = works.loc[works["kind"].isin(["修缮", "租"]), "row"].to_numpy()
    grade[repaired] = np.where(safe[repaired], "B", grade[repaired])
    area = frame["house_area_m2"].to_numpy(dtype=np.float64)
    return grade, np.where(safe & (area == 0), 15.0 * frame["size"].to_numpy() + 15, area)


def held_posts(township: Township) -> pd.DataFrame:
    """Return who holds a post in the last month: person_row, row, post, employer, enterprise, start.

    Posts lost by then are left out; a person with two posts shows the newer one.
    """
    spells = township.spells_known
    kinds = {m.key: m for m in township.world.measures.values() if m.kind == "job"}
    jobs = spells[spells["measure"].isin(list(kinds)) & spells["taken"] & (spells["end"] > township.last)]
    jobs = jobs.sort_values(["person_row", "start"], kind="stable").drop_duplicates("person_row", keep="last")
    jobs = jobs[township.present()[jobs["person_row"]]]
    employers = {p.name: p.employer for p in township.world.posts}
    named = jobs["post"].where(jobs["post"] != "", jobs["measure"].map({k: m.zh for k, m in kinds.items()}))
    return pd.DataFrame(
        {
            "person_row": jobs["person_row"],
            "row": jobs["row"],
            "post": named,
            "employer": named.map(employers).fillna(township.world.government),
            "enterprise": jobs["measure"].eq("enterprise_post"),
            "start": jobs["start"],
        }
    ).reset_index(drop=True)
