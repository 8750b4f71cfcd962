"""The same bytes on every run and in every clone, and after every way a run can end early."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from povlib.places import ROOT
from povlib.report.writers.publication import file_name
from povlib.runs.papers import MEETING

pytestmark = pytest.mark.slow
RUN = [sys.executable, "-m", "povlib.cli", "run"]


def _contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _assert_same(one: Path, other: Path) -> None:
    first, second = _contents(one), _contents(other)
    assert set(first) == set(second)
    assert [name for name in first if first[name] != second[name]] == []


def _environment(work: Path) -> dict[str, str]:
    return {**os.environ, "POVLIB_WORK": str(work)}


def _finish(work: Path) -> None:
    done = subprocess.run(
        RUN, cwd=ROOT, env=_environment(work), capture_output=True, encoding="utf-8", check=False, timeout=280
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_office_makes_the_same_run_byte_for_byte(finished: Any, tmp_path: Path) -> None:
    _finish(tmp_path / "elsewhere" / "work")
    other = tmp_path / "elsewhere" / "work" / "sample"
    assert [p.name for p in other.glob("runs/*/")] == [finished.folder.name]
    _assert_same(finished.folder, other / "runs" / finished.folder.name)
    _assert_same(finished.office / "papers", other / "papers")


STAGES = ["offer/facts.json", "plan/facts.json", "reasons/facts.json", "papers/" + file_name(f"{MEETING}.zh", "html")]


@pytest.mark.parametrize(("how", "stage"), [("kill", s) for s in STAGES] + [("interrupt", s) for s in STAGES[1:2]])
def test_a_run_that_ended_early_is_taken_up_again_with_the_same_bytes(
    finished: Any, tmp_path: Path, how: str, stage: str
) -> None:
    work = tmp_path / "work"
    child = subprocess.Popen(
        RUN, cwd=ROOT, env=_environment(work), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    begun = work / "sample" / "runs" / f".{finished.folder.name}.begun"
    while child.poll() is None and not (begun / stage).exists():
        time.sleep(0.02)
    assert child.poll() is None, "the run ended before it could be stopped"
    child.send_signal(signal.SIGKILL if how == "kill" else signal.SIGINT)
    said = child.communicate(timeout=120)[1].decode("utf-8")
    assert child.returncode == (-signal.SIGKILL if how == "kill" else 130), said
    assert "Traceback" not in said
    assert not (work / "sample" / "runs" / finished.folder.name).exists()
    assert list((work / "sample" / "papers").iterdir()) == []
    kept = {path: path.stat().st_mtime_ns for path in begun.glob("offer/*")}
    (begun / ".plan-torn.partial").mkdir(exist_ok=True)
    _finish(work)
    final = work / "sample" / "runs" / finished.folder.name
    assert {p.name for p in final.glob("offer/*")} == {p.name for p in kept}
    assert {final / "offer" / p.name: t for p, t in kept.items()} == {
        p: p.stat().st_mtime_ns for p in final.glob("offer/*")
    }
    _assert_same(finished.folder, final)
    _assert_same(finished.office / "papers", work / "sample" / "papers")


def test_two_at_once_make_one_run(finished: Any, tmp_path: Path) -> None:
    work = tmp_path / "work"
    both = [
        subprocess.Popen(RUN, cwd=ROOT, env=_environment(work), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [child.communicate(timeout=280) for child in both]
    assert [child.returncode for child in both] == [0, 0], said
    final = work / "sample" / "runs" / finished.folder.name
    _assert_same(finished.folder, final)
    assert [p.name for p in (work / "sample" / "runs").iterdir() if not p.name.endswith(".lock")] == [final.name]
