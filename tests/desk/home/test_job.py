"""One job at a time: followed to its end, found again by another page, interrupted, never started twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from povlib import runs
from povlib.desk.home.job import JobNews, known_job, start_job, typed, words_for
from povlib.errors import RunError
from povlib.ledger.storage.process_lock import one_at_a_time
from povlib.places import ROOT, Office


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    monkeypatch.delenv("POVLIB_OFFICE", raising=False)
    return runs.new_office("north").office


@pytest.mark.thorough
def test_a_job_says_what_came_out(office: Office) -> None:
    heard: list[JobNews] = []
    job = start_job(office, words_for(office, "load"), "en")
    last = job.follow(heard.append)
    assert job.typed == "python3 workbench.py load --office north"
    # the inbox is empty: refused in words, with the code of the command line
    assert last.code == 2
    assert "the inbox is empty" in last.lines[-1]
    assert heard[-1] == last
    assert not any("Traceback" in line for line in last.lines)


@pytest.mark.thorough
def test_a_second_press_starts_nothing(office: Office) -> None:
    first = start_job(office, words_for(office, "load"), "en")
    with pytest.raises(RunError, match=r"a job is at work already: python3 workbench\.py load --office north"):
        start_job(office, words_for(office, "plan", "base"), "en")
    assert known_job(office) == first
    first.follow(lambda _: None)
    second = start_job(office, words_for(office, "load"), "en")
    assert second.pid != first.pid
    second.follow(lambda _: None)


def test_a_job_outlives_the_page_that_started_it(office: Office) -> None:
    begin = (
        "import os; from povlib.places import Office; from povlib.desk.home.job import start_job\n"
        "start_job(Office('north'), ('load', '--office', 'north'), 'en'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", begin], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    found = known_job(office)
    assert found is not None
    last = found.follow(lambda _: None)
    assert "the inbox is empty" in last.lines[-1]
    # whoever could have heard its code is gone
    assert last.code == -1


def test_an_interrupted_job_says_what_is_kept(office: Office) -> None:
    (office.inbox / "a.xlsx").write_bytes(b"no workbook")
    lock = office.folder / ".load.lock"
    with one_at_a_time(lock):
        # it waits for whoever loads already
        job = start_job(office, words_for(office, "load"), "en")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and str(lock) not in _open_files(job.pid):
            time.sleep(0.1)
        job.interrupt()
        last = job.follow(lambda _: None)
    assert last.code == 130
    assert "Interrupted" in last.lines[-1]


def _open_files(pid: int) -> list[str]:
    return [file.path for file in psutil.Process(pid).open_files()]


def test_progress_is_told_apart_from_words(office: Office) -> None:
    (office.folder / ".desk").mkdir()
    log = office.folder / ".desk" / "job.log"
    log.write_text("✓ 3 files loaded\n\x1e40\tplan and proof\n\x1e55\tbaselines\n\nthe end\n", encoding="utf-8")
    (office.folder / ".desk" / "job.json").write_text('{"words": ["run"], "pid": 999999999, "born": 0}')
    job = known_job(office)
    assert job is not None
    assert job.news() == JobNews(("✓ 3 files loaded", "the end"), 55.0, "baselines", -1)


def test_a_command_is_quoted_as_a_shell_reads_it() -> None:
    assert typed(("plan", "my plan; rm")) == "python3 workbench.py plan 'my plan; rm'"
