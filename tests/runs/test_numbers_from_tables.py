"""Numbers of the papers, recomputed from the tables of their run by short sums that share no code with them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import runs

LEAST = 100
# a plan's table holds millionths of a person, rounded household by household: half of one for each of 340
ROUNDING = 0.5e-6 * 340


def _table(run: runs.Run, name: str) -> pd.DataFrame:
    return pd.read_parquet(run.folder / f"{name}.parquet")


def _named(keys: pd.Series, names: dict[str, str]) -> pd.Series:
    return keys.map(lambda key: names.get(key, key))


def _recomputed(run: runs.Run) -> Iterator[tuple[str, float]]:
    """Yield keys of numbers with what the tables say they are."""
    paid, chosen, state = _table(run, "plan/payments"), _table(run, "plan/chosen"), _table(run, "poverty/households")
    of_household = paid["hh"].isin(chosen["hh"])
    opened = _table(run, "plan/opened").merge(_table(run, "offer/facilities"), on=["facility", "level"])
    yield "plan.opening", opened.drop_duplicates("facility")["opening_fen"].sum()
    yield "headline.money", paid["fen"].sum()
    yield "headline.expected", (chosen["members"] * _chance(run, chosen)).sum()
    yield "headline.additional", chosen["additional"].sum()
    yield "standing.households", len(state)
    yield "standing.persons", state["size"].sum()
    money = paid[of_household].groupby("hh")["fen"].sum()
    reasons = _table(run, "reasons/households").set_index("hh")
    for hh, row in reasons.iterrows():
        yield f"households[{hh}].money_fen", money.get(hh, 0)
        yield f"households[{hh}].points", row["points"]
        yield f"households[{hh}].size", row["members"]
    funds = {key: fund.names.zh for key, fund in run.catalogue.funds.items()}
    for name, fen in paid.groupby(_named(paid["fund"], funds))["fen"].sum().items():
        yield f"funds[{name}].planned_fen", fen
    measures = {key: measure.names.zh for key, measure in run.catalogue.measures.items()}
    by_measure = paid[of_household].groupby(_named(paid["measure"], measures))
    for name, rows in by_measure:
        yield f"measures[{name}].money_fen", rows["fen"].sum()
        yield f"measures[{name}].households", rows["hh"].nunique()
    for village, rows in chosen.groupby("village"):
        yield f"villages[{village}].money_fen", money.reindex(rows["hh"]).sum()
        yield f"villages[{village}].additional", rows["additional"].sum()
        yield f"villages[{village}].expected", (rows["members"] * _chance(run, rows)).sum()


def _chance(run: runs.Run, chosen: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
    p = _table(run, "projection/frame").set_index("package")["p"]
    return p.reindex(chosen["package"].astype(p.index.dtype)).fillna(0.0).to_numpy()


@pytest.fixture
def made(copied: Callable[[], runs.Run]) -> runs.Run:
    return copied()


def test_numbers_of_the_papers_are_those_of_the_tables(made: runs.Run) -> None:
    printed: dict[str, Any] = {}
    for path in (made.folder / "papers").glob("*.zh.numbers.json"):
        listed = json.loads(path.read_text(encoding="utf-8"))["numbers"]
        printed |= {key: number["value"] for key, number in listed.items()}
    compared = [(key, float(value), printed[key]) for key, value in _recomputed(made) if key in printed]
    wrong = [
        (key, value, said) for key, value, said in compared if not math.isclose(value, said or 0, abs_tol=ROUNDING)
    ]
    assert not wrong
    assert {key.split("[")[0] for key, _, _ in compared} >= {
        "households",
        "funds",
        "measures",
        "villages",
        "plan.opening",
    }
    assert len(compared) >= LEAST
