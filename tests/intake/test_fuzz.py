"""The fuzzer: a quarter of a minute in CI, hours with --soak; POVLIB_FUZZ_SECONDS says how long each target runs.

CI tries what the same seed leads to each time, so that more seconds of it would find little that is new.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = int(os.environ.get("POVLIB_FUZZ_SECONDS", "3600" if os.environ.get("POVLIB_SOAK") else "3"))


@pytest.mark.thorough
@pytest.mark.timeout(SECONDS + 300)
@pytest.mark.parametrize("target", ["text", "container", "workbook", "old"])
def test_fuzz(target: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    script = Path(__file__).with_name("fuzz.py")
    command = [sys.executable, str(script), target, f"-max_total_time={SECONDS}", "-max_len=400", "-seed=1"]
    command.append(f"-artifact_prefix={tmp_path}/")
    # a shell between: libFuzzer reads the peak of memory, and a process begun by this one, which may have held large
    # townships, would begin with this one's peak
    command = ["sh", "-c", '"$@"; exit $?', "sh", *command]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=SECONDS + 120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
