"""The lab: a real server on this computer only, behind a token, on working copies; it ends when told to."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from povlib.cli.lab import free_port, working_copies
from povlib.errors import RunError
from povlib.places import NOTEBOOKS, ROOT, Office


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port(port) <= port + 50


def test_no_port_left_is_said() -> None:
    with pytest.raises(RunError, match="--port"):
        free_port(70000)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    return Office("desk")


def _shipped(folder: Path, words: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "01_ledger.ipynb").write_text(words, encoding="utf-8")
    return folder


def test_an_untouched_copy_follows_the_shipped_notebook(office: Office, tmp_path: Path) -> None:
    working_copies(office, _shipped(tmp_path / "shipped", "one"))
    copies = working_copies(office, _shipped(tmp_path / "shipped", "two"))
    assert {p.name: p.read_text() for p in copies.glob("*.ipynb")} == {"01_ledger.ipynb": "two"}


def test_a_copy_that_was_worked_on_is_kept_beside_the_new_one(office: Office, tmp_path: Path) -> None:
    copies = working_copies(office, _shipped(tmp_path / "shipped", "one"))
    (copies / "01_ledger.ipynb").write_text("mine", encoding="utf-8")
    for _ in range(2):
        working_copies(office, _shipped(tmp_path / "shipped", "two"))
    found = sorted(p.read_text() for p in copies.glob("*.ipynb"))
    assert found == ["mine", "two"]
    assert (copies / "01_ledger.ipynb").read_text() == "mine"


@dataclass(frozen=True)
class Lab:
    url: str
    token: str
    process: subprocess.Popen[str]
    work: Path


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    work = tmp_path_factory.mktemp("work")
    port = free_port(20000 + os.getpid() % 9000)
    command = [sys.executable, "-m", "povlib.cli", "lab", "--no-browser", "--port", str(port)]
    environment = {**os.environ, "POVLIB_WORK": str(work)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(r"(http://127\.0\.0\.1:\d+)/lab\?token=([\w-]+)", said)
            assert found, said
            yield Lab(found[1], found[2], process, work)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _status(lab: Lab, path: str, **headers: str) -> int:
    request = urllib.request.Request(lab.url + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_only_who_has_the_token_gets_in(lab: Lab) -> None:
    assert _status(lab, "/api/contents") == 403
    assert _status(lab, "/api/contents?token=wrong") == 403
    assert _status(lab, f"/api/contents?token={lab.token}") == 200
    assert len(lab.token) >= 24


def test_the_token_is_not_seen_among_the_processes(lab: Lab) -> None:
    family = [psutil.Process(lab.process.pid), *psutil.Process(lab.process.pid).children(recursive=True)]
    assert len(family) >= 2
    assert all(lab.token not in word for process in family for word in process.cmdline())


def test_the_server_listens_on_this_computer_only(lab: Lab) -> None:
    listening = []
    for process in psutil.Process(lab.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # a short-lived child may end while it is looked at
            listening += [c.laddr.ip for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert listening
    assert set(listening) == {"127.0.0.1"}


def test_the_notebooks_are_working_copies(lab: Lab) -> None:
    with urllib.request.urlopen(f"{lab.url}/api/contents?token={lab.token}", timeout=30) as answer:
        served = {entry["name"] for entry in json.load(answer)["content"]}
    assert served == {path.name for path in NOTEBOOKS.glob("*.ipynb")}
    assert {p.name for p in (lab.work / "sample" / "notebooks").glob("*.ipynb")} == served


def test_the_interface_is_chinese_and_asks_nothing_of_the_network(lab: Lab) -> None:
    settings = lab.work / "sample" / ".jupyter" / "config" / "lab" / "user-settings" / "@jupyterlab"
    told = "".join(path.read_text() for path in settings.rglob("*.jupyterlab-settings"))
    assert '"zh_CN"' in told
    assert '"fetchNews": "false"' in told


def test_ending_the_command_ends_the_server(tmp_path: Path, lab: Lab) -> None:
    family = psutil.Process(lab.process.pid).children(recursive=True)
    lab.process.send_signal(signal.SIGINT)
    assert lab.process.wait(30) == 0
    deadline = time.monotonic() + 10
    while any(p.is_running() for p in family) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family)


def test_the_token_stays_out_of_the_browsers_arguments_and_foreign_pages_are_refused(tmp_path: Path) -> None:
    from povlib.cli.lab import server_command
    from povlib.cli.lab_identity import OwnOriginIdentity

    command = server_command(tmp_path, 8888, browser=True)
    assert "--ServerApp.use_redirect_file=True" in command
    assert "--ServerApp.terminals_enabled=False" in command, "no terminal unless asked for"
    assert "--ServerApp.terminals_enabled=True" in server_command(tmp_path, 8888, browser=True, terminals=True)
    assert f"--ServerApp.identity_provider_class={OwnOriginIdentity.__module__}.OwnOriginIdentity" in command
    assert OwnOriginIdentity().should_check_origin(None), "also for a request that brings the token"
