"""JupyterLab on this computer only, on working copies of the notebooks."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from povlib.places import NOTEBOOKS, Office
from povlib.runs.offices import SAMPLE, find_office, sample_office
from povlib.words import language, text

_START = "00_start.ipynb"


def working_copies(office: Office) -> Path:
    """Copy the notebooks under the office's place, so that outputs with household rows stay there.

    A copy that was worked on is kept; the shipped one then stands beside it under a new name.
    """
    folder = office.folder / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    for shipped in sorted(NOTEBOOKS.glob("*.ipynb")):
        copy = folder / shipped.name
        if not copy.exists():
            shutil.copyfile(shipped, copy)
    return folder


def server_command(folder: Path, port: int, token: str, *, browser: bool) -> list[str]:
    """Return the command that serves `folder` on 127.0.0.1 with a token."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", "--ServerApp.ip=127.0.0.1"]
    command += [
        f"--ServerApp.port={port}",
        f"--IdentityProvider.token={token}",
        f"--LabApp.default_url=/lab/tree/{_START}",
    ]
    command += ["--ServerApp.allow_remote_access=False", "--LabApp.news_url=None", "--LabApp.check_for_updates_class="]
    command[-1] += "jupyterlab.NeverCheckForUpdate"
    return command + ([] if browser else ["--no-browser"])


def server_environment(office: Office, lang: str) -> dict[str, str]:
    """Return the server's environment: private configuration folders, the office and the language."""
    private = office.folder / ".jupyter"
    own = {
        "JUPYTER_CONFIG_DIR": private / "config",
        "JUPYTER_DATA_DIR": private / "data",
        "JUPYTER_RUNTIME_DIR": private / "runtime",
        "IPYTHONDIR": private / "ipython",
    }
    for folder in own.values():
        folder.mkdir(parents=True, exist_ok=True)
    settings = private / "config" / "lab" / "user-settings" / "@jupyterlab" / "translation-extension"
    settings.mkdir(parents=True, exist_ok=True)
    locale = "zh_CN" if lang == "zh" else "default"
    (settings / "plugin.jupyterlab-settings").write_text(f'{{"locale": "{locale}"}}\n', encoding="utf-8")
    spoken = {"POVLIB_OFFICE": office.name, "POVLIB_LANG": lang, "JUPYTER_PREFER_ENV_PATH": "1"}
    return {**os.environ, **{key: str(folder) for key, folder in own.items()}, **spoken}


def lab(options: argparse.Namespace) -> int:
    """Open JupyterLab and wait until it is closed."""
    place = sample_office() if options.office == SAMPLE else find_office(options.office)
    folder = working_copies(place.office)
    token = secrets.token_urlsafe(24)
    command = server_command(folder, options.port, token, browser=not options.no_browser)
    print(
        text(
            "JupyterLab opens at {url} (this computer only). Close it with Ctrl+C.",
            url=f"http://127.0.0.1:{options.port}/lab?token={token}",
        )
    )
    try:
        return subprocess.call(command, env=server_environment(place.office, language()))
    except KeyboardInterrupt:
        return 0
