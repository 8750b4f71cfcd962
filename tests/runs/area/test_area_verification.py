"""A plan by parts computed again: one number altered in each kind of artefact, every seal made anew, is found."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from povlib import runs
from povlib.errors import RunError, WorkbenchError
from povlib.runs.area.area_papers import annex_papers, county_papers, township_papers
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.checking import parts_again
from povlib.runs.area.checking.area_verification import area_claim_faults, parts_faults
from povlib.runs.area.checking.part_sums import office_faults, sums_of_part
from povlib.runs.run import Run

pytestmark = pytest.mark.thorough


@pytest.fixture
def copied(by_parts: AreaRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AreaRun:
    """The plan by parts in another folder, whose digests and seals say of any file that it is as stored."""
    folder = tmp_path / by_parts.info.run_id
    shutil.copytree(by_parts.folder, folder)
    # the forger has the office's key and lists what was altered: only what is computed can tell
    monkeypatch.setattr(Run, "_refuse_changes", lambda run, part: None)
    return AreaRun(folder, by_parts.office, by_parts.info, by_parts.overrides, by_parts.pins)


@pytest.fixture(scope="module")
def sound(by_parts: AreaRun) -> AreaRun:
    """The plan by parts, computed again once and found sound."""
    parts_again._sound.clear()
    assert parts_faults(by_parts, lambda stage, share: None) == []
    return by_parts


def _one_more(path: Path, column: str) -> None:
    frame = pd.read_parquet(path)
    at = int(frame[column].to_numpy().nonzero()[0][0])
    frame.loc[at, column] += 1
    frame.to_parquet(path, index=False)


#: what of a part is altered, and how
_ALTERED = {
    "owed": ("owed/households.parquet", "size"),
    "poverty": ("poverty/by_village.parquet", "poor_persons"),
    "offered": ("offer/bills.parquet", "cost_fen"),
    "owed by law": ("offer/entitlements.parquet", "cost_fen"),
    "seats": ("offer/uses.parquet", "amount"),
    "projected": ("projection/frame.parquet", "p"),
    "standing": ("standing/households.parquet", "members"),
    "expected": ("expected/households.parquet", "p"),
    "awards": ("expected/measures.parquet", "money_fen"),
}


@pytest.mark.parametrize("kind", _ALTERED)
def test_a_number_altered_in_a_part_is_found_and_its_part_named(sound: AreaRun, copied: AreaRun, kind: str) -> None:
    file, column = _ALTERED[kind]
    last = copied.parts[-1]
    _one_more(copied.folder / "parts" / last.key / file, column)
    (fault,) = parts_faults(copied, lambda stage, share: None)
    assert last.name in fault.where
    assert file.partition("/")[0] in fault.where


@pytest.mark.slow  # makes every part again
def test_what_is_altered_is_found_also_by_who_computes_it_for_the_first_time(
    copied: AreaRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_again, "languages", lambda: ["zh"])
    monkeypatch.setattr(parts_again, "_sound", {})
    _one_more(copied.folder / "parts" / copied.parts[0].key / "offer" / "bills.parquet", "cost_fen")
    np.save(copied.folder / "fifths" / f"{copied.parts[1].key}.npy", ~copied.fifths[copied.parts[1].key])
    found = {fault.where for fault in parts_faults(copied, lambda stage, share: None)}
    assert found == {f"{copied.parts[0].name}: parts/{copied.parts[0].key}/offer", "fifths"}
    assert not parts_again._sound, "what was found altered is not remembered as sound"


def test_packages_in_whole_numbers_that_are_not_those_of_the_tables_are_found(sound: AreaRun, copied: AreaRun) -> None:
    part = copied.parts[0].key
    file = copied.folder / "parts" / part / "choice" / "value.npy"
    numbers = np.load(file)
    numbers.reshape(-1)[0] += 1
    np.save(file, numbers)
    (fault,) = parts_faults(copied, lambda stage, share: None)
    assert "choice" in fault.where


def _claims(run: AreaRun) -> list[str]:
    """Return what the sums of the stored files say of a run, where they can be read at all."""
    try:
        return [f"{fault.where} {fault.show('en')}" for fault in area_claim_faults(run)[0]]
    except (WorkbenchError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        return [str(error)]


#: what is altered, in which file of the last part or of the office, and a word of what is then said
_SUMS: dict[str, tuple[str, str, str]] = {
    "money of a household": ("expected/households.parquet", "money_fen", "money_fen"),
    "posts of a household": ("expected/households.parquet", "posts", "posts"),
    "chance of a household": ("expected/households.parquet", "p", "exits"),
    "money by measure": ("expected/measures.parquet", "money_fen", "measures"),
    "what the law owes": ("offer/entitlements.parquet", "cost_fen", "law"),
    "a bill": ("offer/bills.parquet", "cost_fen", ""),
    "what a fund pays": ("../../paid/villages.parquet", "fen", "funds pay"),
}


@pytest.mark.parametrize("kind", _SUMS)
def test_sums_of_altered_rows_do_not_agree(copied: AreaRun, kind: str) -> None:
    file, column, word = _SUMS[kind]
    part = copied.folder / "parts" / copied.parts[-1].key
    rows = pd.read_parquet(part / file)
    if kind == "a bill":  # of a package that is chosen
        chosen = copied.part_runs[-1].chosen["package"]
        at = int(np.flatnonzero(rows["package"].isin(chosen))[0])
        rows.loc[at, column] += 1
        rows.to_parquet(part / file, index=False)
    else:
        _one_more(part / file, column)
    said = _claims(copied)
    assert said
    assert word in " ".join(said)


def test_sums_and_words_of_every_part_are_those_of_its_rows(by_parts: AreaRun) -> None:
    faults, words = area_claim_faults(by_parts)
    assert faults == []
    for part in by_parts.parts:
        (told,) = (said for said in words if said.startswith(part.name))
        assert str(len(by_parts.part_run(part).chosen)) in told


def test_a_fund_overdrawn_a_seat_given_twice_and_a_floor_broken_are_found(by_parts: AreaRun) -> None:
    sums = [sums_of_part(part)[0] for part in by_parts.part_runs]
    assert office_faults(by_parts, sums) == []
    fund = next(iter(by_parts.paid_by_fund))
    seat = next(key for key in sums[0].used if key.startswith("post:") or key.startswith("place:"))
    last = sums[-1]
    changes: dict[str, Callable[[], object]] = {
        fund: lambda: {"law_by_fund": {**last.law_by_fund, fund: by_parts.catalogue.funds[fund].amount_fen}},
        seat: lambda: {"used": {**last.used, seat: last.used.get(seat, 0) + 1}},
        "shares": lambda: {"shares": tuple((0, 10 * total + 10) for _, total in last.shares)},
    }
    for where, change in changes.items():
        altered = [*sums[:-1], type(last)(**{**vars(last), **change()})]  # type: ignore[dict-item]
        assert where in {fault.where for fault in office_faults(by_parts, altered)}


@pytest.mark.parametrize("seed", range(3))
def test_any_file_of_the_chain_that_is_altered_is_found(sound: AreaRun, copied: AreaRun, seed: int) -> None:
    chance = random.Random(seed)
    files = sorted(path for path in copied.folder.glob("parts/*/*/*") if path.suffix in {".parquet", ".npy", ".json"})
    path = chance.choice([file for file in files if file.name != "seal.json"])
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with suppress(RunError):  # it can no longer be read
        assert parts_faults(copied, lambda stage, share: None)


def test_papers_of_places_are_verified_and_an_altered_one_is_found(sound: AreaRun) -> None:
    # here, where the parts were computed again once: papers are read when all that they rest on is sound
    asked = [*county_papers(sound)[:1], *township_papers(sound)[3:4], *annex_papers(sound)[1:2]]
    written = [path for lang in ("zh", "en") for path in runs.write_papers(sound, lang, papers=asked)]
    assert {path.suffix for path in written} == {".html", ".pdf", ".docx", ".xlsx", ".json"}
    checked = runs.verify_run(sound)
    assert checked.ok, checked.faults
    (path,) = (path for path in written if path.name.startswith("township.04.en") and path.suffix == ".html")
    path.write_text(path.read_text(encoding="utf-8").replace("persons", "people"), encoding="utf-8")
    assert [path.name in fault.where for fault in runs.verify_run(sound).faults] == [True]
    runs.write_papers(sound, "en", papers=asked)
