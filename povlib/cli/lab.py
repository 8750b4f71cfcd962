"""JupyterLab on this computer only, on working copies of the notebooks.

Responsible for the copies, the server's private folders and its life. Not responsible for the
notebooks (`notebooks/`) or for what they show (`povlib.runs`).
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from povlib.cli.interruption import end_by_itself
from povlib.cli.word import Word, argument, chosen_place, switch
from povlib.errors import RunError
from povlib.places import NOTEBOOKS, Office
from povlib.words import conventions, language, languages, text

_START_PAGE, _PANEL_PAGE = "00_start.ipynb", "10_panel.ipynb"
_RECORD = ".shipped.json"
# a choice: enough for every planner of a county on one server; more would only delay the message that none is free
_PORTS_TRIED = 50
# a choice, not measured: after this the address is not printed, though the server goes on starting
_START_LIMIT_S = 90.0
# a choice: time for kernels to end by themselves; after this the server is killed
_END_LIMIT_S = 10.0


def working_copies(office: Office, shipped: Path = NOTEBOOKS) -> Path:
    """Copy the notebooks under the office's place, so that outputs with household rows stay there.

    A copy nobody touched follows the shipped notebook. One that was worked on is kept, and a newer shipped
    one is put beside it.
    """
    from povlib.runs.storage.text_files import file_digest, write_text

    folder = office.folder / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / _RECORD
    known: dict[str, str] = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    for source in sorted(shipped.glob("*.ipynb")):
        copy, digest = folder / source.name, file_digest(source)
        if copy.exists() and known.get(source.name) == digest:
            continue
        if copy.exists() and file_digest(copy) not in (known.get(source.name), digest):
            copy = copy.with_name(f"{source.stem}-{digest[:6]}.ipynb")
            print(text("a changed notebook was kept; the shipped one stands beside it: {name}", name=copy.name))
        shutil.copyfile(source, copy)
        known[source.name] = digest
    write_text(record, json.dumps(known, indent=1, sort_keys=True) + "\n")
    return folder


def free_port(wanted: int) -> int:
    """Return `wanted` or the next port of this computer that no program uses.

    Raises
    ------
    RunError
        If fifty in a row are taken.
    """
    last = min(wanted + _PORTS_TRIED, 65536)
    for port in range(wanted, last):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return port
    raise RunError(
        "no port from {first} to {last} is free", remedy="name another with --port", first=wanted, last=last - 1
    )


def server_command(
    folder: Path, port: int, *, browser: bool, terminals: bool = False, page: str = f"/lab/tree/{_START_PAGE}"
) -> list[str]:
    """Return the command that serves `folder` on 127.0.0.1; the token comes by the environment, unseen in `ps`."""
    options = {
        "ServerApp.root_dir": str(folder),
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": str(port),
        # the address is printed from the port asked for: a server on another one would not be found
        "ServerApp.port_retries": "0",
        "ServerApp.allow_remote_access": "False",
        # the browser is handed a file of the private runtime folder: its arguments can be read by every account
        "ServerApp.use_redirect_file": "True",
        # a terminal of the browser would do whatever the account may do
        "ServerApp.terminals_enabled": str(terminals),
        "ServerApp.identity_provider_class": "povlib.cli.lab_identity.OwnOriginIdentity",
        "LabApp.default_url": page,
        "LabApp.expose_app_in_browser": "True",
        # nothing is fetched over a network, nor asked about
        "LabApp.news_url": "None",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "Application.log_level": "WARN",
    }
    command = [sys.executable, "-m", "jupyterlab", *(f"--{key}={value}" for key, value in options.items())]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # as in a container; Jupyter wants it said
        command.append("--allow-root")
    return command + ([] if browser else ["--no-browser"])


def server_environment(office: Office, lang: str, token: str) -> dict[str, str]:
    """Return the server's environment: private configuration folders, the office, the language, the token."""
    private = office.folder / ".jupyter"
    own = {
        "JUPYTER_CONFIG_DIR": private / "config",
        "JUPYTER_DATA_DIR": private / "data",
        "JUPYTER_RUNTIME_DIR": private / "runtime",
        "IPYTHONDIR": private / "ipython",
    }
    for folder in own.values():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    locale = conventions(lang).jupyter
    _write_settings_once(private, "translation-extension/plugin", {"locale": locale},
                         [{"locale": conventions(other).jupyter} for other in languages()])  # fmt: skip
    _write_settings_once(private, "apputils-extension/notification", {"fetchNews": "false", "checkForUpdates": False})
    spoken = {"POVLIB_OFFICE": office.name, "POVLIB_LANG": lang, "JUPYTER_PREFER_ENV_PATH": "1"}
    return {**os.environ, **{key: str(folder) for key, folder in own.items()}, **spoken, "JUPYTER_TOKEN": token}


def _write_settings_once(
    private: Path, plugin: str, values: dict[str, object], ours: Sequence[dict[str, object]] = ()
) -> None:
    """Write settings of a JupyterLab extension once, or in place of `ours`; what a user changes later is kept."""
    from povlib.runs.storage.text_files import write_text

    extension, _, name = plugin.partition("/")
    path = private / "config" / "lab" / "user-settings" / "@jupyterlab" / extension / f"{name}.jupyterlab-settings"
    known = {json.dumps(one) + "\n" for one in ours}
    if not path.exists() or path.read_text(encoding="utf-8") in known:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(values) + "\n")


def lab(options: argparse.Namespace) -> int:
    """Open JupyterLab and wait until it is closed."""
    place = chosen_place(options)
    folder = working_copies(place.office)
    port = free_port(options.port)
    if port != options.port:
        print(text("port {port} is taken by another program; JupyterLab uses {free}", port=options.port, free=port))
    # a new one for each start: an address in a browser's history opens nothing later
    token = secrets.token_urlsafe(24)
    # one document alone, without the list of files: the panel needs the width
    page = f"/doc/tree/{_PANEL_PAGE}" if options.panel else f"/lab/tree/{_START_PAGE}"
    command = server_command(folder, port, browser=not options.no_browser, terminals=options.terminal, page=page)
    end_by_itself()
    server = subprocess.Popen(command, env=server_environment(place.office, language(), token))
    url = f"http://127.0.0.1:{port}{page if options.panel else '/lab'}?token={token}"
    said = text("JupyterLab opens at {url} (this computer only). Close it with Ctrl+C.", url=url)
    return end_with_terminal(server, lambda: wait_for_server(server, port) and print(said, flush=True))


def end_with_terminal(server: subprocess.Popen[bytes], begin: Callable[[], object]) -> int:
    """Wait until a server is closed and return the exit code; Ctrl-C or a terminal that is closed ends it.

    Parameters
    ----------
    begin : callable
        Called first: says where the server is found once it listens.
    """
    signal.signal(signal.SIGTERM, _raise_interrupt)  # a terminal that is closed must not leave the server behind
    try:
        begin()
        code = server.wait()
    except KeyboardInterrupt:
        _end_server(server)
        print(text("JupyterLab is closed."))
        return 0
    if code:
        print("✗ " + text("JupyterLab ended with code {code}; its messages are above.", code=code), file=sys.stderr)
    return 3 if code else 0


def _raise_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def wait_for_server(server: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server listens; False when it ended instead."""
    limit = time.monotonic() + _START_LIMIT_S
    while server.poll() is None and time.monotonic() < limit:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.settimeout(1.0)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def _end_server(server: subprocess.Popen[bytes]) -> None:
    """End the server as it likes to be ended, kernels first; by force when it does not."""
    server.terminate()
    try:
        server.wait(_END_LIMIT_S)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        server.kill()
        server.wait()


WORDS = (
    Word(
        "lab",
        "open JupyterLab on working copies of the notebooks",
        lab,
        (
            switch("--no-browser", "do not open a browser"),
            switch("--panel", "open the live panel: sliders, and the plan that follows"),
            switch("--terminal", "allow terminals in the browser"),
            argument("--port", "port on this computer", "PORT", type=int, default=8888),
        ),
        lasting=True,
        then="runs list",
    ),
)
