"""What a computer does to a program: no network, a full disk, a folder without rights, an interrupted command."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from povlib.places import ROOT

BLOCK = """
    import socket

    def _refused(self, address, *rest):
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
            with open({log!r}, "a") as file:
                file.write(repr(address) + "\\n")
            raise OSError("the network was touched")
        return _connect(self, address, *rest)

    _connect = socket.socket.connect
    socket.socket.connect = _refused
    _lookup = socket.getaddrinfo

    def _no_lookup(host, *rest, **more):
        if host not in ("127.0.0.1", "::1", "localhost", None, ""):
            with open({log!r}, "a") as file:
                file.write(repr(host) + "\\n")
            raise OSError("the network was touched")
        return _lookup(host, *rest, **more)

    socket.getaddrinfo = _no_lookup
"""


@pytest.fixture
def offline(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """Return an environment in which every Python process refuses the network and writes down each attempt."""
    folder, log = tmp_path / "offline", tmp_path / "touched.txt"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(textwrap.dedent(BLOCK.format(log=str(log))), encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}, log


def test_the_block_blocks(offline: tuple[dict[str, str], Path]) -> None:
    environment, log = offline
    code = "import urllib.request; urllib.request.urlopen('http://example.org', timeout=1)"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, check=False
    )
    assert done.returncode != 0
    assert "example.org" in log.read_text()


@pytest.mark.slow
def test_a_whole_run_touches_no_network(shell: Any, offline: tuple[dict[str, str], Path]) -> None:
    environment, log = offline
    said = shell("run", **environment)
    assert said.code == 0, said.both
    assert not log.exists()


@pytest.mark.thorough
def test_loading_touches_no_network(shell: Any, offline: tuple[dict[str, str], Path], small: Path) -> None:
    environment, log = offline
    assert shell("load", small, **environment).code == 0
    assert not log.exists()


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 megabytes, of which the ledger wants most."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can make a small file system")
    folder = tmp_path / "little"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("this computer lets nobody mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_said_and_nothing_is_half_done(shell: Any, little_disk: Path, small: Path) -> None:
    place = {"POVLIB_WORK": str(little_disk)}
    said = shell("new", "desk", **place)
    assert said.code == 0, said.both
    filler = little_disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        for block in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"0" * block)
    for words in (("run",), ("new", "other"), ("forms", "2016-05", "--office", "desk"), ("load", small)):
        said = shell(*words, **place)
        assert said.code in (1, 2), said.both
        assert "disk" in said.err or "space" in said.both, said.both
    assert not (little_disk / "other").exists()
    assert not list(little_disk.glob("sample/runs/*/manifest.json"))
    filler.unlink()
    assert shell("new", "other", **place).code == 0
    assert shell("load", small, **place).code == 0
    assert shell("ledger", "check", **place).code == 0


def test_a_folder_without_rights_is_said(shell: Any, tmp_path: Path) -> None:
    place = tmp_path / "locked"
    place.write_text("a file where the folder should be", encoding="utf-8")
    said = shell("new", "desk", POVLIB_WORK=str(place))
    assert said.code == 2, said.both
    assert str(place) in said.err


def test_help_comes_at_once() -> None:
    import time

    quickest = 9.0
    for _ in range(3):
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", "povlib.cli", "--help"], cwd=ROOT, check=True, capture_output=True)
        quickest = min(quickest, time.monotonic() - began)
    assert quickest < 1.0


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, contextlib\nfrom povlib.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main(['--help'])\n"
        "print(sorted({'pandas', 'numpy', 'pulp', 'matplotlib', 'papermill'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stderr.strip() == "[]"
