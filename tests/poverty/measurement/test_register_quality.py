"""The register's bounds and its correction by inspection: by hand, by repeated inspection, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib import poverty
from povlib.errors import DataError

KW = {"recorded": "poor", "found": "found"}


def register(seed: int, households: int = 1500, share: float = 0.25) -> tuple[pd.DataFrame, float]:
    """Return a register with misreports and gaps, a random part inspected, and the true rate of persons."""
    rng = np.random.default_rng(seed)
    true = (rng.random(households) < 0.4).astype(float)
    wrong = rng.random(households) < np.where(true == 1, 0.12, 0.06)
    said = np.where(wrong, 1 - true, true)
    said[rng.random(households) < 0.05] = np.nan
    frame = pd.DataFrame(
        {"poor": said, "persons": rng.integers(1, 6, households), "village": rng.integers(0, 60, households)}
    )
    frame["found"] = np.where(rng.random(households) < share, true, np.nan)
    return frame, float(np.average(true, weights=frame["persons"]))


def test_by_hand() -> None:
    frame = pd.DataFrame(
        {"poor": [1, 1, 1, 1, 0, 0, 0, None, None, 0], "found": [1, 0, None, None, 0, 1, None, 1, None, None]}
    )
    with pytest.warns(poverty.DesignWarning):
        made = poverty.register_quality(frame, **KW).set_index("measure")["estimate"]
    assert made.to_dict() == pytest.approx(
        {
            "recorded": 0.5,
            "not_known": 0.2,
            "worst_low": 0.4,
            "worst_high": 0.6,
            "inspected": 0.5,
            "false_poor": 0.5,
            "false_not_poor": 0.5,
            "corrected": 0.4 * 0.5 + 0.4 * 0.5 + 0.2 * 1.0,
        }
    )


def test_the_correction_covers_the_truth_where_the_register_does_not() -> None:
    hits, off = 0, []
    for seed in range(60):
        frame, truth = register(seed)
        made = poverty.register_quality(frame, weight="persons", **KW).set_index("measure")
        row = made.loc["corrected"]
        hits += row["ci_low"] <= truth <= row["ci_high"]
        off.append(made.loc["recorded", "estimate"] - truth)
        assert made.loc["worst_low", "estimate"] <= made.loc["worst_high", "estimate"]
        assert made.loc["recorded", "se"] == 0
    assert hits >= 53
    assert abs(np.mean(off)) > 0.005


def test_villages_widen_and_domains_split() -> None:
    frame, _ = register(1)
    rates = np.random.default_rng(2).random(60) < 0.3  # in some villages everything was misreported
    bad = rates[frame["village"]] & frame["found"].notna()
    frame.loc[bad, "found"] = 1 - frame.loc[bad, "poor"].fillna(0)
    alone = poverty.register_quality(frame, **KW).set_index("measure")["se"]
    together = poverty.register_quality(frame, cluster="village", **KW).set_index("measure")["se"]
    assert together["false_poor"] > 1.3 * alone["false_poor"]
    halves = poverty.register_quality(frame.assign(half=frame["village"] % 2), by="half", **KW)
    assert sorted(halves["domain"].unique()) == [0, 1]
    assert len(halves) == 16


def test_states_that_nobody_inspected_are_bounded() -> None:
    frame, _ = register(3)
    frame.loc[frame["poor"].isna(), "found"] = np.nan
    made = poverty.register_quality(frame, **KW).set_index("measure")
    row = made.loc["corrected"]
    assert "not inspected" in row["convention"]
    assert row["ci_high"] - row["ci_low"] > made.loc["not_known", "estimate"]
    clean = frame.assign(found=frame["found"].where(frame["found"].isna(), frame["poor"]))
    rate = poverty.register_quality(clean, **KW).set_index("measure").loc["false_poor"]
    assert rate["estimate"] == 0
    assert 0 < rate["ci_high"] < 0.05


def test_registers_that_cannot_be_checked_are_refused() -> None:
    frame, _ = register(1, households=80)
    with pytest.raises(DataError, match="nobody was inspected"):
        poverty.register_quality(frame.assign(found=np.nan), **KW)
    with pytest.raises(DataError, match="neither 0 nor 1"):
        poverty.register_quality(frame.assign(poor=2), **KW)
    with pytest.raises(DataError):
        poverty.register_quality(frame, recorded="gone", found="found")
