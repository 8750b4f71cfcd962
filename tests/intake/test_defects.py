"""Every defect of the table has its workbook; intake names exactly the offending cells."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from povlib import intake

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from defects import (  # noqa: F401
    containers,
    endings,
    fields,
    formatting,
    headers,
    lines,
    oldbooks,
    plain,
    programs,
    spellings,
    texts,
    values,
)
from defects.making import CASES, VILLAGES, Case


def written(case: Case, folder: Path) -> Path:
    path = folder / (case.file or case.name + case.suffix)
    path.write_bytes(case.make())
    return path


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[intake.FileVerdict, float]]:
    """Return the verdict on a case, and how long it took with those checked in the same go.

    Cases are checked a dozen at a time, as a folder is: one child reads files of every kind one after another.
    """
    names, known = sorted(CASES), dict[str, tuple[intake.FileVerdict, float]]()
    goes = -(-len(names) // 12)

    def verdict(name: str) -> tuple[intake.FileVerdict, float]:
        if name not in known:
            together = names[names.index(name) % goes :: goes]
            paths = [written(CASES[one], tmp_path_factory.mktemp("case")) for one in together]
            started = time.monotonic()
            found = intake.check(paths, villages=VILLAGES)
            took = time.monotonic() - started
            known.update({one: (its, took) for one, its in zip(together, found, strict=True)})
        return known[name]

    return verdict


@pytest.mark.parametrize("name", sorted(CASES))
def test_defect(name: str, checked: Callable[[str], tuple[intake.FileVerdict, float]]) -> None:
    case = CASES[name]
    found, took = checked(name)
    said = json.dumps(found.as_json(), ensure_ascii=False, indent=1)
    faults = {flag.cell for flag in found.flags if flag.refuses != "note" and flag.cell}
    notes = {flag.cell for flag in found.flags if flag.refuses == "note" and flag.cell}
    assert found.verdict == case.verdict, said
    assert faults == case.faults, said
    assert case.notes <= notes, said
    assert case.rules <= {flag.rule for flag in found.flags}, said
    assert found.loaded == case.loaded, said
    assert took < 5 * _load(), took


def _load() -> float:
    """Return how many jobs share a core: the five seconds are those of a computer that is free."""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1.0, busy / (os.cpu_count() or 1))
