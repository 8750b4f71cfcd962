"""The live panel on the wall of a meeting room: full screen, read-only, without households.

Responsible for a server of one page on this computer only, and for saying what to install where it is not there. Not
responsible for the panel (`povlib.desk.panel`).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from povlib.cli.interruption import end_by_itself
from povlib.cli.lab import end_with_terminal, free_port, server_environment, wait_for_server
from povlib.cli.word import Word, argument, chosen_place, switch
from povlib.errors import RunError
from povlib.places import NOTEBOOKS
from povlib.words import language, text

_PAGE = "10_panel.ipynb"
#: the version whose options are used here; the extra `meeting` of pyproject.toml asks for the same
VOILA = "voila>=0.5.8"


def meeting_room(options: argparse.Namespace) -> int:
    """Show the panel of a finished run until the server is closed; nothing is written."""
    from povlib import desk, runs
    from povlib.desk.panel.shown_panel import MEETING

    place = chosen_place(options)
    if importlib.util.find_spec("voila") is None:
        raise RunError(
            "the meeting room needs voila, which is not installed",
            remedy='install it once: {python} -m pip install "{voila}"',
            python=sys.executable,
            voila=VOILA,
        )
    run = runs.find_run(options.run, place)
    # refused here, in the terminal, and not on the wall of the room
    desk.live_panel(run, meeting=True)
    folder = Path(tempfile.mkdtemp(prefix="povlib-meeting-"))
    try:
        port, token = free_port(options.port), secrets.token_urlsafe(24)
        page = write_page(folder, run.info.run_id)
        write_configuration(folder, port, token, browser=not options.no_browser)
        end_by_itself()
        environment = {**server_environment(place.office, language(), token), MEETING: "1"}
        server = subprocess.Popen([sys.executable, "-m", "voila", str(page)], cwd=folder, env=environment)
        said = text("the meeting room opens at {url} (this computer only). Close it with Ctrl+C.",
                    url=f"http://127.0.0.1:{port}/?token={token}")  # fmt: skip
        return end_with_terminal(server, lambda: wait_for_server(server, port) and print(said, flush=True))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_page(folder: Path, run: str) -> Path:
    """Write the panel's notebook with the run it starts from: voila passes no parameters."""
    shipped = json.loads((NOTEBOOKS / _PAGE).read_text(encoding="utf-8"))
    for cell in shipped["cells"]:
        if "parameters" in cell["metadata"].get("tags", ()):
            cell["source"] = [line.replace('run: str = ""', f'run: str = "{run}"') for line in cell["source"]]
    # the title stands on the panel itself
    shipped["cells"] = [cell for cell in shipped["cells"] if cell["cell_type"] == "code"]
    path = folder / _PAGE
    path.write_text(json.dumps(shipped, ensure_ascii=False), encoding="utf-8")
    return path


def write_configuration(folder: Path, port: int, token: str, *, browser: bool) -> Path:
    """Write voila's options into a file only this account can read: every account can read a command line."""
    values = {
        "Voila": {"ip": "127.0.0.1", "port": port, "port_retries": 0, "token": token, "open_browser": browser,
                  "log_level": 30},
        "VoilaConfiguration": {"show_tracebacks": False, "strip_sources": True, "theme": "light"},
    }  # fmt: skip
    path = folder / "voila.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


WORDS = (
    Word(
        "meeting-room",
        "show the live panel on a wall: full screen, read-only, without households",
        meeting_room,
        (
            argument(
                "run",
                "id of a run or its beginning, a scenario (its newest run), latest or approved",
                "RUN",
                nargs="?",
                default="latest",
            ),
            switch("--no-browser", "do not open a browser"),
            argument("--port", "port on this computer", "PORT", type=int, default=8866),
        ),
        lasting=True,
        then="runs list",
    ),
)
