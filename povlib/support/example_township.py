"""Three hand-made households, for examples and first tests.

Responsible for one tiny state in the ledger's columns. Not responsible for anything real: the
practice township is `povlib.sample`.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.vocabulary import GUARANTEES

LAST = Month(2016, 4)
_MONTHS = range(Month(2013, 5).ordinal, LAST.ordinal + 1)


def _with_types(frame: pd.DataFrame, **kinds: str) -> pd.DataFrame:
    return frame.astype({name: kind for name, kind in kinds.items() if name in frame.columns})


def _empty_frame(texts: str, numbers: str) -> pd.DataFrame:
    kinds = dict.fromkeys(texts.split(), "str") | dict.fromkeys(numbers.split(), "Int64")
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _observations(wages: dict[str, int], housing: dict[str, int]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {"hh": hh, "month": month, "wage_fen": wage, "business_fen": 0, "property_fen": 0, "one_off_fen": 0,
         "cost_fen": 0, "food": 1, "clothing": 1, "schooling": 1, "medical": 1, "housing": housing[hh], "water": 1,
         "flag": "observed"}
        for hh, wage in wages.items()
        for month in _MONTHS
    ]  # fmt: skip
    guarantees = dict.fromkeys(GUARANTEES, "Int8")
    return _with_types(pd.DataFrame(rows), **guarantees)


def example_township(**changes: pd.DataFrame) -> SimpleNamespace:
    """Return the state of three households in two villages, data to 2016-04.

    H1 (village 甲, 3 persons, one able worker, house of grade D), H2 (乙, 2 persons, two able workers,
    sound house), H3 (乙, 1 old person without labour).

    Parameters
    ----------
    **changes : DataFrame
        Frames that replace one of the state's.

    Examples
    --------
    >>> example_township().households["hh"].tolist()
    ['H1', 'H2', 'H3']
    """
    people = [
        ("P1", "H1", "户主", "男", 1970, "普通劳动力", None),
        ("P2", "H1", "配偶", "女", 1975, "弱劳动力或半劳动力", None),
        ("P3", "H1", "之子", "男", 2003, "无劳动力", "七年级"),
        ("P4", "H2", "户主", "女", 1980, "普通劳动力", None),
        ("P5", "H2", "之子", "男", 1998, "普通劳动力", None),
        ("P6", "H3", "户主", "女", 1940, "无劳动力", None),
    ]
    members = pd.DataFrame(people, columns=["person", "hh", "relation", "sex", "birth", "labour", "school"])
    members["birth"] = [Month(year, 1).ordinal for year in members["birth"]]
    members = members.assign(
        education=None, health="健康", workplace=None, work_months=0, medical_insurance=True, disability=False,
        minimum_living=False,
    )  # fmt: skip
    members = _with_types(members, education="str", school="str", workplace="str")
    households = pd.DataFrame(
        {
            "hh": ["H1", "H2", "H3"], "village": ["甲", "乙", "乙"], "attribute": "一般贫困户", "cause": "缺技术",
            "other_causes": None, "status": "未脱贫", "exit_year": pd.array([None] * 3, dtype="Int64"),
            "identified_month": pd.array([Month(2014, 1).ordinal] * 3, dtype="Int64"), "livelihood": "蜜柚",
            "housing_grade": ["D", "A", "B"], "house_area_m2": [60.0, 80.0, 40.0], "arable_mu": 2.0,
            "forest_mu": 1.0, "distance_km": 5.0, "coop": None, "helper_assigned": True, "size": [3, 2, 1],
            "objects": False,
        }
    )  # fmt: skip
    state = {
        "households": _with_types(households, other_causes="str", coop="str"),
        "members": members,
        "observations": _observations({"H1": 50_000, "H2": 30_000, "H3": 10_000}, {"H1": 0, "H2": 1, "H3": 1}),
        "transfers": _empty_frame("hh kind", "month fen"),
        "support": _empty_frame("id hh person measure fund status", "from_month to_month fen"),
        "marks": _empty_frame("hh kind route person", "month"),
        "projects": _empty_frame("project hh kind grade status", "cost_fen done_month"),
        "progress": _empty_frame("project text photo_sha256", "week pct"),
        "project_items": _empty_frame("project item unit", "qty unit_fen"),
        "placements": _empty_frame("post person hh employer place route", "from_month to_month"),
    }
    return SimpleNamespace(**(state | changes), last_month=LAST, synthetic=True)
