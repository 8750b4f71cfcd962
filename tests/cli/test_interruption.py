"""Ctrl-C ends a command within two seconds and says what is kept; a command that takes long says what it is at."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from povlib import runs
from povlib.cli.planning import kept_words
from povlib.places import ROOT
from povlib.words import language_in_use

#: a command whose thread does not end, as a notebook's does not, and whose main thread hears of it late
BUSY = """
import threading, time
from concurrent.futures import ThreadPoolExecutor
from povlib.cli.interruption import end_soon_after_ctrl_c, kept_when_interrupted
from povlib.words import language_in_use
end_soon_after_ctrl_c()
with language_in_use("en"), kept_when_interrupted(lambda: "kept: 3 steps"), ThreadPoolExecutor() as pool:
    pool.submit(time.sleep, 60)
    print("begun", flush=True)
    time.sleep(60)
"""
SLOW = """
import time
from povlib.cli.signs_of_life import say_what_runs, signs_of_life
from povlib.words import language_in_use
with language_in_use("{lang}"), signs_of_life():
    say_what_runs("first stage")
    time.sleep(2.6)
    say_what_runs("second stage")
    time.sleep(2.6)
    say_what_runs("third stage")
"""


def test_ctrl_c_ends_within_two_seconds_and_says_what_is_kept() -> None:
    busy = subprocess.Popen(
        [sys.executable, "-c", BUSY], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert busy.stdout is not None
    assert busy.stdout.readline() == "begun\n"
    began = time.monotonic()
    busy.send_signal(signal.SIGINT)
    _, err = busy.communicate(timeout=30)
    assert time.monotonic() - began < 2
    assert busy.returncode == 130
    assert err.count("kept: 3 steps") == 1


@pytest.mark.thorough
def test_a_long_command_says_what_it_is_at_also_without_a_terminal() -> None:
    for lang, seconds in (("en", "... 2 s"), ("zh", "……已用 2 秒")):
        done = subprocess.run(
            [sys.executable, "-c", SLOW.format(lang=lang)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        told = done.stderr.splitlines()
        assert told[0] == f"… first stage{seconds if lang == 'zh' else ' ' + seconds}"
        assert any("second stage" in line for line in told)
        assert done.stdout == ""


def test_what_is_said_to_be_kept_of_a_run_is_there(work: Path) -> None:
    folder = work / "sample" / "runs" / ".20ab.begun"
    for name in ("params", "notebooks", "plan", "offer", ".reasons.partial"):
        (folder / name).mkdir(parents=True)
    (folder / "run.json").write_text("{}", encoding="utf-8")

    class Info:
        run_id = "20ab"

    begun = runs.Run(folder, runs.sample_office().office, Info, {})  # type: ignore[arg-type]
    with language_in_use("en"):
        assert "2 finished steps of run 20ab are kept in" in kept_words(begun)
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
        assert "run 20ab is finished" in kept_words(begun)
