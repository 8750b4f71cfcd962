"""The chances of visits: optima equal to independent solvers', and every rule kept."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
import pytest

from povlib.errors import WorkbenchError
from povlib.housing.inspection.visit_probabilities import (
    InspectionRound,
    drawn_directions,
    smallest_cap,
    visit_probabilities,
)

VILLAGES = tuple(f"V{n:02d}" for n in range(1, 13))


def _instance(folder: Path, name: str, variant: str, cap: float) -> InspectionRound:
    return InspectionRound(
        pd.read_csv(folder / f"inspectors_{name}.csv"),
        VILLAGES,
        pd.read_csv(folder / f"last_round_{name}.csv"),
        cap=cap,
        apart=variant in "BDF",
        repeats=True,
    )


@pytest.mark.parametrize(("name", "variant"), list(product("abc", "ABCDF")))
def test_optima_equal_the_reference(reference: Path, name: str, variant: str) -> None:
    folder = reference / "capped_lottery"
    values = pd.read_csv(folder / "optimal_values.csv").query("model == 'LP'")
    values = values[(values["instance"] == name) & (values["variant"] == variant)]
    assert len(values) == 8
    for row in values.itertuples():
        worth = "similarity" if row.objective == "max_similarity" else "travel"
        table = pd.read_csv(folder / f"{worth}_{name}.csv", index_col="inspector")
        ask: dict[str, Any] = {
            "directions": VILLAGES if variant == "F" else None,
            "sense": "most" if worth == "similarity" else "least",
            "mutual_rows": {"C": "inspectors", "D": "homes"}.get(variant, "none"),
        }
        round_ = _instance(folder, name, variant, float(cast("float", row.q)))
        if row.status != "optimal":
            with pytest.raises(WorkbenchError, match="no assignment keeps every rule"):
                visit_probabilities(round_, table, **ask)
            continue
        p = visit_probabilities(round_, table, **ask)
        assert (p * table).sum().sum() == pytest.approx(row.value, abs=1e-6)
        _rules_kept(round_, p)


def _rules_kept(round_: InspectionRound, p: pd.DataFrame) -> None:
    inspectors = round_.inspectors.set_index("inspector")
    assert p.to_numpy().min() >= 0
    assert p.to_numpy().max() <= round_.cap
    np.testing.assert_allclose(p.sum(), round_.visitors, atol=1e-7)
    assert (p.sum(axis=1) <= inspectors["max_villages"] + 1e-7).all()
    at_home = inspectors["home"].to_numpy()[:, None] == p.columns.to_numpy()[None, :]
    assert p.to_numpy()[at_home].max() == 0
    if round_.apart:
        assert p.groupby(inspectors["home"]).sum().to_numpy().max() <= 1 + 1e-7


@pytest.mark.parametrize(("name", "variant"), list(product("abc", "ABF")))
def test_the_smallest_cap_equals_the_reference(reference: Path, name: str, variant: str) -> None:
    folder = reference / "capped_lottery"
    known = pd.read_csv(folder / "smallest_q.csv").query("instance == @name and variant == @variant")
    round_ = _instance(folder, name, variant, 1.0)
    found = smallest_cap(round_, VILLAGES if variant == "F" else None)
    assert found == pytest.approx(known["smallest_feasible_q"].item(), abs=1e-6)


def _round(n: int = 7, **rules: Any) -> tuple[InspectionRound, pd.DataFrame]:
    villages = tuple(f"村{k}" for k in range(n))
    names = [f"{v}{k}" for v in villages for k in (1, 2)]
    people = pd.DataFrame({"inspector": names, "home": np.repeat(villages, 2), "max_villages": 2})
    km = pd.DataFrame(np.random.default_rng(3).uniform(1, 20, (2 * n, n)), index=names, columns=list(villages))
    return InspectionRound(people, villages, **rules), km


@pytest.mark.parametrize("n", [3, 4, 7, 8])
def test_of_two_villages_at_most_one_may_inspect_the_other(n: int) -> None:
    round_, _ = _round(n)
    may = pd.DataFrame(round_.allowed(drawn_directions(round_.villages, 5)), columns=list(round_.villages))
    by_home = may.groupby(round_.inspectors["home"]).any().loc[list(round_.villages)].to_numpy()
    assert not (by_home & by_home.T).any()
    assert (by_home | by_home.T | np.eye(n, dtype=bool)).all()


def test_nobody_returns_and_no_visit_is_returned() -> None:
    last = pd.DataFrame({"inspector": ["村01"], "home": ["村0"], "visited": ["村3"]})
    round_, km = _round(last_round=last)
    p = visit_probabilities(round_, km)
    assert p.loc[["村01", "村02"], "村3"].sum() == 0
    assert p.loc[["村31", "村32"], "村0"].sum() == 0


@pytest.mark.parametrize("kind", ["inspectors", "homes"])
def test_bounding_mutual_visits_never_makes_travel_shorter(kind: Literal["inspectors", "homes"]) -> None:
    round_, km = _round(5, cap=1.0)
    free, bound = visit_probabilities(round_, km), visit_probabilities(round_, km, mutual_rows=kind)
    assert (bound * km).sum().sum() >= (free * km).sum().sum() - 1e-9


def test_a_cap_that_cannot_be_kept_names_the_smallest_that_can() -> None:
    round_, km = _round(7, cap=0.1)
    with pytest.raises(WorkbenchError, match=r"at least 0\.1667"):
        visit_probabilities(round_, km)
    visit_probabilities(_round(7, cap=0.1667)[0], km)


def test_everything_that_does_not_fit_is_named_at_once() -> None:
    round_, km = _round(4)
    homes, names = round_.inspectors["home"].tolist(), round_.inspectors["inspector"].tolist()
    homes[1], names[3] = "远村", names[2]
    people = round_.inspectors.assign(home=homes, inspector=names)
    broken = InspectionRound(people, round_.villages, cap=1.5)
    with pytest.raises(WorkbenchError) as error:
        visit_probabilities(broken, km.drop(columns="村2"))
    said = str(error.value)
    assert all(word in said for word in ("twice", "远村", "no distance for 村2", "1.5"))
